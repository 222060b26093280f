"""One document for whoever asked: made in turn with other long work, put on record, sent as a file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import quote

from fastapi import Response
from sqlalchemy import Engine

from api.accounts.reach import Reach
from api.audit.entry import Subject, Use, Versions, subject
from api.canonical import digest_of
from api.documents.errors import DocumentError
from api.documents.kinds import Format, Material
from api.documents.registry import write_document
from api.documents.served.errors import NoDocumentError
from api.documents.served.gathering import material_of
from api.documents.served.wanted import Wanted
from api.markets import StoredMarket

__all__ = ["MEDIA_TYPES", "Made", "document_made", "exported", "file_name", "file_response"]

MEDIA_TYPES: Final[Mapping[Format, str]] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "ics": "text/calendar; charset=utf-8",
}
_NOT_IN_NAMES: Final = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))  # what Windows refuses
_LONGEST_ID: Final = 60


@dataclass(frozen=True, eq=False)
class Made:
    """A document, what it was made from and whom it speaks of."""

    wanted: Wanted
    material: Material
    content: bytes
    people: tuple[str, ...]


def document_made(stored: StoredMarket, engine: Engine, reach: Reach, wanted: Wanted) -> Made:
    """Make a document; the database is free meanwhile, and other long work waits for its turn.

    Raises
    ------
    UnknownIdError, ConflictOfInterestError, ForbiddenError, RecordsMovingError
        As :func:`~api.documents.served.gathering.material_of` does.
    NoDocumentError
        If what is stored does not give it.
    MarketBusyError
        If many wait already.
    """
    material = material_of(stored, engine, reach, wanted)
    with stored.in_turn():
        try:
            content = write_document(wanted.kind.name, wanted.format, material)
            people = tuple(wanted.kind.people(material))
        except DocumentError as error:
            raise NoDocumentError(str(error)) from None
    return Made(wanted, material, content, people)


def exported(made: Made) -> Use:
    """What the audit log says of it: the kind, ids and digests.

    There is no digest of a document in which a name or a private wish may stand: it would tell whether a guess of it
    is right.
    """
    wanted, proof = made.wanted, made.material.proof(made.wanted.kind.name)
    is_private = bool(wanted.names or wanted.interviews) or wanted.kind.name == "suggestion-letter"
    return Use(
        action="exported",
        purpose="selection",
        on=tuple(_subjects(made)),
        inputs={**cast("Mapping[str, str]", proof["inputs"]), **_digests(made.material)},
        outputs={} if is_private else {"document": hashlib.sha256(made.content).hexdigest()},
        versions=_versions(proof),
    )


def file_name(wanted: Wanted, day: str) -> str:
    """What the file is called: title, ids, day.

    Examples
    --------
    >>> from api.documents.registry import DOCUMENTS
    >>> file_name(Wanted(DOCUMENTS["selection-list"], "pdf", posting_id="p/1"), "2026-11-26")
    '選考一覧表_p_1_2026-11-26.pdf'
    """
    about = (wanted.posting_id, wanted.municipality_code, wanted.applicant_id)
    ids = (one.translate(_NOT_IN_NAMES)[:_LONGEST_ID] for one in about if one is not None)
    return f"{'_'.join((wanted.kind.title, *ids, day))}.{wanted.format}"


def file_response(made: Made) -> Response:
    """The file with its Japanese name (RFC 6266, RFC 8187), kept by no cache."""
    wanted, day = made.wanted, made.material.market.on.isoformat()
    plain, japanese = f"{wanted.kind.name}_{day}.{wanted.format}", quote(file_name(wanted, day), safe="")
    headers = {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{japanese}",
        "Cache-Control": "no-store",
    }
    return Response(made.content, media_type=MEDIA_TYPES[wanted.format], headers=headers)


def _subjects(made: Made) -> list[Subject]:
    wanted = made.wanted
    found = [subject("document", [f"{wanted.kind.name}.{wanted.format}"])]
    if wanted.posting_id is not None:
        found.append(subject("posting", [wanted.posting_id]))
    if made.people:
        found.append(subject("applicant", made.people))
    return found


def _digests(material: Material) -> dict[str, str]:
    """Of what is read beside the records."""
    told: dict[str, object] = {
        "decisions": [one.model_dump(mode="json") for one in material.decisions],
        "outcomes": [
            [one.application_id, [row.model_dump(mode="json") for _, row in sorted(one.outcomes.items())]]
            for one in material.placements
        ],
        "proofs": sorted(one.proof_id for one in material.region_proofs.values()),
    }
    return {name: digest_of(value) for name, value in told.items() if value}


def _versions(proof: Mapping[str, object]) -> Versions:
    weights = cast("Mapping[str, str]", proof["weights"])
    rulesets = cast("Sequence[Mapping[str, Any]]", proof["rulesets"])
    return Versions(
        code=str(proof["code_version"]),
        weights=weights["digest"],
        rulesets={str(ruleset["id"]): str(ruleset["digest"]) for ruleset in rulesets},
    )
