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
from api.audit.vocabulary import SubjectKind
from api.canonical import digest_of
from api.documents.errors import DocumentError
from api.documents.kinds import Format, Material
from api.documents.registry import write_document
from api.documents.served.errors import NoDocumentError
from api.documents.served.gathering import material_of
from api.documents.served.wanted import Wanted
from api.kept_markets.markets import StoredMarket

__all__ = [
    "MEDIA_TYPES",
    "Made",
    "document_made",
    "exported",
    "exported_together",
    "file_name",
    "file_response",
    "named_response",
    "safe_part",
]

MEDIA_TYPES: Final[Mapping[Format, str]] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "ics": "text/calendar; charset=utf-8",
}
_NOT_IN_NAMES: Final = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))  # what Windows refuses
_LONGEST_ID: Final = 60
_TOGETHER: Final[tuple[SubjectKind, ...]] = ("document", "posting", "applicant")


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
    wanted, proof = made.wanted, _proof(made)
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
    ids = (safe_part(one) for one in about if one is not None)
    return f"{'_'.join((wanted.kind.title, *ids, day))}.{wanted.format}"


def exported_together(made: Sequence[Made], content: bytes) -> Use:
    """The same of many documents in one file, none of them with a name: every document, call and person once."""
    proof = _proof(made[-1])
    every = [one for each in made for one in _subjects(each)]
    ids: dict[SubjectKind, dict[str, None]] = {
        kind: dict.fromkeys(an_id for one in every if one.kind == kind for an_id in one.ids) for kind in _TOGETHER
    }
    return Use(
        action="exported",
        purpose="follow_up",
        on=tuple(subject(kind, found) for kind, found in ids.items() if found),
        inputs={**cast("Mapping[str, str]", proof["inputs"])},
        outputs={"document": hashlib.sha256(content).hexdigest()},
        versions=_versions(proof),
    )


def safe_part(an_id: str) -> str:
    r"""An id as part of a file's name: nothing that Windows refuses, and not too long.

    Examples
    --------
    >>> safe_part("p/1\\2:3"), safe_part("k. ")
    ('p_1_2_3', 'k')
    """
    return an_id.translate(_NOT_IN_NAMES)[:_LONGEST_ID].rstrip(". ") or "_"


def file_response(made: Made) -> Response:
    """The file with its Japanese name, kept by no cache."""
    wanted, day = made.wanted, made.material.market.on.isoformat()
    plain = f"{wanted.kind.name}_{day}.{wanted.format}"
    return named_response(made.content, MEDIA_TYPES[wanted.format], plain, file_name(wanted, day))


def named_response(content: bytes, media_type: str, plain: str, name: str) -> Response:
    """A file with a plain and a Japanese name (RFC 6266, RFC 8187), kept by no cache."""
    headers = {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=media_type, headers=headers)


def _proof(made: Made) -> Mapping[str, object]:
    return made.material.proof(made.wanted.kind.name)


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
