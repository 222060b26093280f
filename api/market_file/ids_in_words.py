"""Sentences about indices as sentences about ids."""

from __future__ import annotations

import re

from api.market_file.names import shown
from api.market_file.records import MarketFile
from api.market_file.sections import type_ids

__all__ = ["in_ids", "with_names"]

_INDEX = re.compile(r"\b(applicant|posting|region|type|couple)(s?) (\[[\d, ]*\]|\d+(?:, \d+)*)")


def in_ids(market_file: MarketFile, sentence: str) -> str:
    """Return a sentence of ``matching`` with ids in the place of indices.

    Examples
    --------
    >>> from api.market_file import parse_market
    >>> market = parse_market({"applicants": {}, "postings": {"machi": {"capacity": 1, "preferences": []}}})
    >>> in_ids(market, "posting 0 holds 2, expected at least its floor 1")
    'posting machi holds 2, expected at least its floor 1'
    """
    return with_names(
        sentence,
        applicant=market_file.applicant_ids,
        posting=market_file.posting_ids,
        region=tuple(sorted(market_file.regions)),
        type=type_ids(market_file),
        couple=tuple(" and ".join(couple.members) for couple in market_file.couples),
    )


def with_names(sentence: str, **names: tuple[str, ...]) -> str:
    """Return a sentence with names in the place of the indices behind ``applicant``, ``postings`` and so on.

    Examples
    --------
    >>> with_names("postings 0, 1 and posting 7", posting=("posting 1", "b"))
    'postings posting 1, b and posting 7'
    """

    def renamed(found: re.Match[str]) -> str:
        kind, plural, indices = found.groups()
        if not plural and not indices.isdigit():  # "posting 0, 1 ..." names one posting, and then speaks of a number
            first, rest = indices.split(",", 1)
            return f"{kind} {_name(names, kind, first)},{rest}"
        return f"{kind}{plural} " + re.sub(r"\d+", lambda index: _name(names, kind, index[0]), indices)

    return _INDEX.sub(renamed, sentence)


def _name(names: dict[str, tuple[str, ...]], kind: str, index: str) -> str:
    known = names.get(kind, ())
    return shown(known[int(index)]) if int(index) < len(known) else index
