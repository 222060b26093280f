"""Receipts by id: one person's own list and numbers, the public cutoffs of its postings, nothing about others."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.market_file.checks import JsonObject
from api.market_file.explaining import receipts_of
from api.market_file.ids_in_words import with_names
from api.market_file.names import shown
from api.market_file.records import MarketFile, MarketFileError, ResultFile
from matching.errors import CertificateError
from matching.explain.receipts import Receipt, verify_receipt
from matching.outcome import UNMATCHED

__all__ = ["receipt_of", "verify_receipt_file"]


_Number = Annotated[int, Field(ge=-1, le=2**31 - 1)]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    posting: str
    own_class: _Number
    own_number: _Number
    last_class: _Number
    last_number: _Number
    seats_left: _Number
    open: bool


class _ReceiptFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    applicant: str
    held: str | None
    wishes: list[_Row]


def receipt_of(market_file: MarketFile, result: ResultFile, applicant: str) -> JsonObject:
    """Return one applicant's receipt: what they need to check the result, and nothing about anybody else.

    Raises
    ------
    MarketFileError
        Nobody has that id, or as for :func:`explain`.
    """
    if applicant not in market_file.applicant_index:
        raise MarketFileError(f"applicant {shown(applicant)} is not in the market")
    told, _, _ = receipts_of(market_file, result)
    receipt = told.of(market_file.applicant_index[applicant])
    names = market_file.posting_ids
    places: list[int] = receipt.postings.tolist()
    return {
        "applicant": applicant,
        "held": None if receipt.held == UNMATCHED else names[receipt.held],
        "wishes": [
            {
                "posting": names[place],
                "own_class": int(receipt.own_class[wish]),
                "own_number": int(receipt.own_number[wish]),
                "last_class": int(receipt.last_class[wish]),
                "last_number": int(receipt.last_number[wish]),
                "seats_left": int(receipt.seats_left[wish]),
                "open": bool(receipt.is_open[wish]),
            }
            for wish, place in enumerate(places)
        ],
    }


def verify_receipt_file(content: object) -> JsonObject:
    """Recompute a receipt from its own numbers: the place held is the first open posting of the list.

    Raises
    ------
    MarketFileError
        The file is no receipt.
    CertificateError
        The receipt does not hold; the message names the posting by its place in the list.
    """
    try:
        file = _ReceiptFile.model_validate(content)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"])) or "the file"
        raise MarketFileError(f"{place} is not as in a receipt: {error.errors()[0]['msg']}") from None
    index_of = {row.posting: index for index, row in enumerate(file.wishes)}
    if len(index_of) < len(file.wishes):
        raise MarketFileError("wishes names a posting twice")
    if file.held is not None and file.held not in index_of:
        raise CertificateError(f"{shown(file.applicant)} holds {shown(file.held)}, which is not on the list of wishes")
    rows = file.wishes
    receipt = Receipt(
        applicant=0,
        postings=np.arange(len(rows)),
        own_class=np.array([row.own_class for row in rows], np.int64),
        own_number=np.array([row.own_number for row in rows], np.int64),
        last_class=np.array([row.last_class for row in rows], np.int64),
        last_number=np.array([row.last_number for row in rows], np.int64),
        seats_left=np.array([row.seats_left for row in rows], np.int64),
        is_open=np.array([row.open for row in rows], np.bool_),
        held=UNMATCHED if file.held is None else index_of[file.held],
    )
    try:
        verify_receipt(receipt)
    except CertificateError as error:
        postings = tuple(row.posting for row in rows)
        raise CertificateError(with_names(str(error), applicant=(file.applicant,), posting=postings)) from None
    return {"applicant": file.applicant, "held": file.held, "holds": True}
