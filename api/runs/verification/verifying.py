"""Computes a stored run again and says whether the same bytes come out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple, TypeAlias, cast

from pydantic import BaseModel, Field, JsonValue, ValidationError
from sqlalchemy import Engine
from sqlmodel import Session

from api.canonical import canonical_json, code_version
from api.http.errors import UnknownIdError
from api.runs.rounds import ROUND, RoundJob, StageTold, solve, untold
from api.runs.verification.body_checks import BodyCheck, body_checks, object_in
from api.runs.verification.differences import first_difference
from api.storage.database import reading
from api.storage.errors import ErasedError
from api.storage.history import records_at
from api.storage.tables import RunInputRow, RunRow
from features.errors import FeatureError
from features.records import Records
from matching.errors import MatchingError

__all__ = ["RunVerification", "VerificationOutcome", "verify_run"]

VerificationOutcome: TypeAlias = Literal["same", "differs", "incomplete"]
_VERSIONS: Final = ("code_version", "rulesets", "weights", "reading", "reference", "inputs")


class RunVerification(BaseModel):
    """What came of computing a stored run again."""

    run_id: str
    outcome: VerificationOutcome = Field(
        description="same: the same bytes; differs: other bytes, or a body that does not hold; "
        "incomplete: it cannot be computed again, and what the body proves by itself holds."
    )
    digest: str = Field(description="Of the stored run.")
    computed_digest: str | None
    first_difference: str | None = Field(description="The first place where the two differ, such as report.objective.")
    reason: str | None = Field(description="Why it cannot be computed again.")
    same_code: bool = Field(description="Whether this version of the code made it; another is told, not counted.")
    stored_versions: dict[str, JsonValue]
    present_versions: dict[str, JsonValue]
    checks: list[BodyCheck] = Field(description="What the stored body proves by itself.")


def verify_run(engine: Engine, run_id: str, *, at: StageTold = untold) -> RunVerification:
    """Compute a stored run again, from the state of the records, the weights and the rules it was computed from.

    Parameters
    ----------
    engine : Engine
    run_id : str
    at : callable
        Told of each stage as it begins: reading, those of :func:`api.runs.rounds.solve`, comparing.

    Raises
    ------
    UnknownIdError
        If no run is stored under that id.
    """
    at("reading")
    with reading(engine) as session:
        row = session.get(RunRow, run_id)
        if row is None:
            raise UnknownIdError(ROUND, run_id)
        text, digest = row.body, row.digest
        sources = _sources(session, run_id)
    again = _computed(*sources, at=at) if isinstance(sources, tuple) else _Again(None, sources)
    at("comparing")
    return _compared(run_id, text, digest, again)


class _Again(NamedTuple):
    """The body that was computed again, or why it could not be."""

    body: Mapping[str, Any] | None
    reason: str | None


def _sources(session: Session, run_id: str) -> tuple[Records, RoundJob] | str:
    """What a run was computed from, or why that is not to be had."""
    row = session.get(RunInputRow, run_id)
    if row is None:
        return "it was stored before runs kept what they were computed from"
    try:
        asked = RoundJob.model_validate({"request": row.request, "inputs": row.inputs})
        return records_at(session, asked.inputs.revision), asked
    except ValidationError:
        return "what it was computed from is kept in a form that this version does not read"
    except ErasedError as error:
        return str(error)


def _computed(records: Records, asked: RoundJob, *, at: StageTold) -> _Again:
    try:
        record = solve(records, asked, at=at)
    except (FeatureError, MatchingError) as error:
        return _Again(None, f"this version cannot compute it: {error}")
    return _Again(json.loads(canonical_json(record)), None)


def _compared(run_id: str, text: str, digest: str, again: _Again) -> RunVerification:
    checks, stored = body_checks(text, digest), object_in(text)
    place = next((f"checks.{check.name}" for check in checks if not check.holds), None)
    if place is None and again.body is not None:
        shown_as = _people_by_number(stored, again.body)
        place = first_difference(_comparable(stored, stored), _comparable(again.body, stored), shown_as=shown_as)
    outcome: VerificationOutcome = "same"
    if place is not None:
        outcome = "differs"
    elif again.body is None:
        outcome = "incomplete"
    present = {"provenance": {"code_version": code_version()}} if again.body is None else again.body
    return RunVerification(
        run_id=run_id,
        outcome=outcome,
        digest=digest,
        computed_digest=None if again.body is None else again.body["digest"],
        first_difference=place,
        reason=again.reason,
        same_code=_versions(stored).get("code_version") == code_version(),
        stored_versions=_versions(stored),
        present_versions=_versions(present),
        checks=checks,
    )


def _people_by_number(*bodies: Mapping[str, Any]) -> dict[str, str]:
    """Applicants as their place in the order of ids: what a job tells names nobody."""
    people = sorted({an_id for body in bodies for an_id in body["matching"]})
    return {an_id: f"applicant {number}" for number, an_id in enumerate(people, start=1)}


def _comparable(body: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """A body without its digest and under the stored one's code version, which another version cannot repeat."""
    content = {key: value for key, value in body.items() if key != "digest"}
    told = {**_provenance(body), "code_version": _provenance(stored).get("code_version")}
    return {**content, "provenance": told}


def _versions(body: Mapping[str, Any]) -> dict[str, JsonValue]:
    told = _provenance(body)
    return {name: told[name] for name in _VERSIONS if name in told}


def _provenance(body: Mapping[str, Any]) -> Mapping[str, Any]:
    told = body.get("provenance")
    return cast("Mapping[str, Any]", told) if isinstance(told, dict) else {}
