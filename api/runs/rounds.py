"""Rounds over the stored records: computed from what was fixed when they were asked for, proven, stored, read back."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Final, Protocol

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, func, select

from api.canonical import canonical_json
from api.http.errors import UnknownIdError
from api.http.schemas import RunAnswer, RunPage, RunRequest, RunSummary
from api.jobs.answers import job_answer
from api.jobs.tables import JobRow
from api.runs.inputs import RunInputs, rulesets_of, weights_of
from api.runs.record import run_record
from api.runs.scope import records_within
from api.storage.tables import RunInputRow, RunRow
from features.market.scored_market import ScoredMarket, read_market
from features.records import Records
from features.rounds.results import RoundResult, run_round
from features.rounds.round import open_round
from features.rounds.taking_part import LeftOut, TakingPart, accepted_people, taking_part, wishes_from

__all__ = [
    "ROUND",
    "RoundJob",
    "StageTold",
    "read_run",
    "run_page",
    "run_text",
    "solve",
    "solved",
    "store_run",
    "stored_run",
    "untold",
]

ROUND: Final = "run"  # the kind of job; what it stores has the job's id


class RoundJob(BaseModel):
    """What a job holds that runs a round."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    request: RunRequest
    inputs: RunInputs


class StageTold(Protocol):
    """Called where a stage of a round begins; it may raise to end the round there."""

    def __call__(self, stage: str, *, done: int | None = None, total: int | None = None) -> None:
        """Tell of one stage, with counts where they are known."""


def untold(stage: str, *, done: int | None = None, total: int | None = None) -> None:
    """Tell nobody."""


def solve(records: Records, asked: RoundJob, *, at: StageTold = untold) -> dict[str, object]:
    """Run the round that was asked for and return its record, the same as ``enmusubi match`` writes.

    Parameters
    ----------
    records : Records
        Those of ``asked.inputs.revision``.
    asked : RoundJob
    at : callable
        Told of each stage as it begins: judging, scoring, lists, mechanism, checking.

    Raises
    ------
    FeatureError
        If there is no such round over these records.
    OutcomeError, CertificateError
        If the outcome fails its check: a round that is not proven is an error, not a result.
    """
    request = asked.request
    return run_record(
        solved(records, asked, at=at),
        seed=request.seed,
        lottery=request.lottery,
        list_length=request.list_length,
        households=request.households,
        municipalities=asked.inputs.municipalities,
    )


def solved(records: Records, asked: RoundJob, *, at: StageTold = untold) -> RoundResult:
    """Run the round that was asked for; what :func:`solve` tells of it as a record.

    Raises
    ------
    FeatureError, OutcomeError, CertificateError
        As :func:`solve` does.
    """
    request, inputs = asked.request, asked.inputs
    part = _taking_part(records, asked)
    market = read_market(part.records, on=inputs.on, weights=weights_of(inputs), rulesets=rulesets_of(inputs))
    _compute(market, at)
    at("lists", total=len(market.applicants))
    opened = open_round(
        market,
        wishes=part.wishes,
        list_length=request.list_length,
        households=request.households,
        left_out=part.left_out if inputs.by_standing else None,
    )
    at("mechanism", total=int(opened.acceptable.any(axis=1).sum()))
    return run_round(
        opened,
        mechanism=request.mechanism,
        seed=request.seed,
        lottery=request.lottery,
        before_checking=lambda: at("checking"),
    )


def _taking_part(records: Records, asked: RoundJob) -> TakingPart:
    """What the round is over: who holds a place takes no part, also where that is in a town the round is not over."""
    within = records_within(records, asked.inputs.municipalities)
    if asked.inputs.by_standing:
        return taking_part(within, wishes=asked.request.wishes, accepted=accepted_people(records))
    return TakingPart(within, wishes_from(within, asked.request.wishes), LeftOut())


def _compute(market: ScoredMarket, at: StageTold) -> None:
    """Have a market computed here, side by side: it computes on demand, and keeps what it has."""
    n_pairs = len(market.applicants) * len(market.postings)
    at("judging", total=n_pairs)
    _ = market.verdicts
    at("scoring", done=0, total=2 * n_pairs)
    _ = market.coordinator
    at("scoring", done=n_pairs, total=2 * n_pairs)
    _ = market.applicant


def store_run(session: Session, run_id: str, record: Mapping[str, object], asked: RoundJob) -> None:
    """Store a run record with what it takes to compute it again; time and id stand beside the digested text."""
    session.add(
        RunRow(
            id=run_id,
            mechanism=str(record["mechanism"]),
            status="done",
            created_at=datetime.now(UTC),
            digest=str(record["digest"]),
            body=canonical_json(record),
        )
    )
    session.flush()
    session.add(RunInputRow(run_id=run_id, **asked.model_dump(mode="json")))
    session.flush()


def run_page(session: Session, *, limit: int, offset: int, within: Collection[str] | None = None) -> RunPage:
    """Stored runs, newest first, all or those ``within``; runs of one moment stand in the order of their ids."""
    asked = [] if within is None else [col(RunRow.id).in_(sorted(within))]
    newest = select(RunRow).where(*asked).order_by(col(RunRow.created_at).desc(), RunRow.id)
    rows = session.exec(newest.limit(limit).offset(offset))
    total = session.exec(select(func.count(col(RunRow.id))).where(*asked)).one()
    return RunPage(
        runs=[RunSummary.model_validate(_summary(row)) for row in rows], total=total, limit=limit, offset=offset
    )


def read_run(session: Session, run_id: str) -> RunAnswer:
    """One run: stored, or the job that will store it.

    Raises
    ------
    UnknownIdError
        If there is neither under that id.
    """
    row, job = session.get(RunRow, run_id), session.get(JobRow, run_id)
    if job is not None and job.kind != ROUND:
        job = None
    if row is not None:
        told = {**_summary(row), "run": json.loads(row.body)}
    elif job is not None:
        told = _to_come(job)
    else:
        raise UnknownIdError(ROUND, run_id)
    return RunAnswer.model_validate({**told, "job": None if job is None else job_answer(session, job)})


def stored_run(session: Session, run_id: str) -> RunRow:
    """A run as it is stored.

    Raises
    ------
    UnknownIdError
        If none is stored under that id.
    """
    row = session.get(RunRow, run_id)
    if row is None:
        raise UnknownIdError(ROUND, run_id)
    return row


def run_text(session: Session, run_id: str) -> str:
    """The run's canonical JSON exactly as it was stored.

    Raises
    ------
    UnknownIdError
        If none is stored under that id.
    """
    return stored_run(session, run_id).body


def _summary(row: RunRow) -> dict[str, object]:
    return {"run_id": row.id, **row.model_dump(include={"mechanism", "status", "created_at", "digest"})}


def _to_come(job: JobRow) -> dict[str, object]:
    asked = RoundJob.model_validate(job.request).request
    return {
        "run_id": job.id,
        "mechanism": asked.mechanism,
        "status": job.state,
        "created_at": None,
        "digest": None,
        "run": None,
    }
