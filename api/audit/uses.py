"""What the routes and commands of this service note, in the log's own words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

from api.audit.entry import Kept, Subject, Use, Versions, subject
from api.audit.vocabulary import Purpose, SubjectKind
from api.canonical import digest_of
from api.http.schemas import public
from features.records import Applicant, Record, Records

__all__ = ["changed", "created", "deleted", "loaded", "ranked", "recommended", "round_run", "run_read", "seen"]

_Lines: TypeAlias = Sequence[Mapping[str, object]]
_LISTS: Mapping[SubjectKind, str] = {
    "applicant": "applicants",
    "posting": "postings",
    "application": "applications",
    "household": "households",
    "company": "companies",
}


def seen(kind: SubjectKind, shown: Sequence[Record]) -> Use:
    """Records were shown; the trail of the request knows what for."""
    return Use(action="read", purpose="selection", on=(_subject(kind, shown),), outputs={"records": _digest(shown)})


def created(kind: SubjectKind, stored: Record, *, kept: Sequence[Kept] = ()) -> Use:
    """A record was stored for the first time; of an open call what stays in it and why."""
    return Use(
        action="created",
        purpose="intake",
        on=(_subject(kind, [stored]),),
        outputs={"records": _digest([stored])},
        kept=tuple(kept) or None,
    )


def changed(kind: SubjectKind, sent: Record, stored: Record, *, kept: Sequence[Kept] = ()) -> Use:
    """A record was replaced: what came in, and what is stored now; of an open call what stays in it and why."""
    return Use(
        action="changed",
        purpose="intake",
        on=(_subject(kind, [stored]),),
        inputs={"records": _digest([sent])},
        outputs={"records": _digest([stored])},
        kept=tuple(kept) or None,
    )


def deleted(kind: SubjectKind, an_id: str) -> Use:
    """A record was removed."""
    return Use(action="deleted", purpose="intake", on=(subject(kind, [an_id]),))


def loaded(records: Records, *, purpose: Purpose = "intake") -> Use:
    """A whole file of records was stored."""
    kinds: dict[SubjectKind, Sequence[Record]] = {
        kind: cast("Sequence[Record]", getattr(records, name)) for kind, name in _LISTS.items()
    }
    return Use(
        action="created",
        purpose=purpose,
        on=tuple(_subject(kind, rows) for kind, rows in kinds.items() if rows),
        outputs={name: _digest(kinds[kind]) for kind, name in _LISTS.items() if kinds[kind]},
    )


def ranked(found: Mapping[str, object]) -> Use:
    """An order of reading was made and shown: the posting, and everybody who is in it or beside it."""
    lines, excluded = _lines(found, "candidates"), _lines(found, "excluded")
    people = (str(line["applicant_id"]) for line in (*lines, *excluded))
    return Use(
        action="ranked",
        purpose="selection",
        on=(subject("posting", [str(found["posting_id"])]), subject("applicant", people)),
        inputs=_inputs(found),
        outputs={"lines": digest_of(lines), "excluded": digest_of(_verdicts(excluded, "applicant_id"))},
        versions=_versions(found),
    )


def recommended(found: Mapping[str, object]) -> Use:
    """Places were proposed to one applicant, whose private preferences were read for it."""
    return Use(
        action="recommended",
        purpose="recommendation",
        on=(subject("applicant", [str(found["applicant_id"])]),),
        inputs=_inputs(found),
        outputs={
            "lines": digest_of(_lines(found, "postings")),
            "excluded": digest_of(_verdicts(_lines(found, "excluded"), "posting_id")),
        },
        versions=_versions(found),
    )


def round_run(run_id: str, record: Mapping[str, object]) -> Use:
    """A round was run and stored; the run names its people."""
    return Use(
        action="run",
        purpose="placement",
        on=(subject("run", [run_id]),),
        inputs=_inputs(record),
        outputs={"run": str(record["digest"])},
        versions=_versions(record),
    )


def run_read(run_id: str, text: str) -> Use:
    """A stored run was shown, with whom it places where; ``text`` is its canonical JSON."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Use(action="read", purpose="placement", on=(subject("run", [run_id]),), outputs={"record": digest})


def _subject(kind: SubjectKind, records: Sequence[Record]) -> Subject:
    return subject(kind, (str(getattr(record, f"{kind}_id")) for record in records))


def _digest(records: Sequence[Record]) -> str:
    """Digest of what may be seen: that of the private part would tell whether a guess of it is right."""
    seen = (public(record) if isinstance(record, Applicant) else record for record in records)
    return digest_of([record.model_dump(mode="json", exclude_unset=True) for record in seen])


def _lines(found: Mapping[str, object], name: str) -> _Lines:
    return cast("_Lines", found[name])


def _verdicts(excluded: _Lines, key: str) -> list[object]:
    """Who is outside and by which rules: their sentences follow from these, and ten thousand of them take long."""
    return [[out[key], [rule["rule_id"] for rule in _lines(out, "rules")]] for out in excluded]


def _provenance(found: Mapping[str, object]) -> Mapping[str, object]:
    return cast("Mapping[str, object]", found["provenance"])


def _inputs(found: Mapping[str, object]) -> dict[str, str]:
    return dict(cast("Mapping[str, str]", _provenance(found)["inputs"]))


def _versions(found: Mapping[str, object]) -> Versions:
    told = _provenance(found)
    weights = cast("Mapping[str, str]", told["weights"])
    rulesets = cast("Sequence[Mapping[str, str]]", told["rulesets"])
    return Versions(
        code=str(told["code_version"]),
        weights=weights["digest"],
        rulesets={ruleset["id"]: ruleset["digest"] for ruleset in rulesets},
    )
