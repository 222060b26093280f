"""A stored round as its page shows it: what is proven, who is placed where, who is not and why, from what it came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, JsonValue
from sqlmodel import Session, col, select

from api.accounts.reach import Reach
from api.jobs.tables import JobRow
from api.runs.explanations import Cutoff, PassedOverLine, UnmatchedLine
from api.runs.rounds import ROUND
from api.storage.tables import RunInputRow

__all__ = ["PostingResult", "RoundView", "round_view", "waiting_rounds", "weights_of_runs", "why_not_again"]


_NOT_AGAIN: Final = {"erased": "erased since", "before": "it was stored before", "form": "a form that this version"}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class _Certificate(_Part):
    value: float
    bound: float
    gap: float
    holds: bool


class LeftOut(_Part):
    """How many people take no part, by the reason."""

    accepted: int = 0
    ended: int = 0


class _Report(_Part):
    left_out: LeftOut = LeftOut()
    passed_over: tuple[PassedOverLine, ...] = ()
    matched: int
    feasible: bool
    blocking_pairs: tuple[tuple[str, str], ...]
    objective: float
    certificate: _Certificate | None
    seats: int
    filled: int
    first_choice_share: float | None
    mean_rank: float | None
    wishes: str
    notes: tuple[str, ...]
    cutoffs: dict[str, Cutoff]
    unmatched: tuple[UnmatchedLine, ...]


class _Run(_Part):
    mechanism: str
    matching: dict[str, str | None]
    report: _Report
    provenance: dict[str, Any]


@dataclass(frozen=True)
class PostingResult:
    """One posting of a round.

    Attributes
    ----------
    posting_id : str
    placed : sequence of str
        Ids of applicants.
    score : float or None
        That of the last person admitted; ``None`` where seats are left.
    seats_left : int
    """

    posting_id: str
    placed: Sequence[str]
    score: float | None
    seats_left: int


@dataclass(frozen=True)
class RoundView:
    """What the page shows.

    Attributes
    ----------
    report : object
        Figures and proofs of the record.
    n_people : int
    postings : sequence of PostingResult
        Those with placements first.
    origin : sequence of pairs
        A key of the catalogue below ``runs.origin`` and what the record says.
    weights : str
        Digest.
    place_of : mapping of str to str
        Posting of each applicant with a place.
    people : frozenset of str
        Ids of everybody in the round.
    """

    report: _Report
    n_people: int
    postings: Sequence[PostingResult]
    origin: Sequence[tuple[str, str]]
    weights: str
    place_of: Mapping[str, str]
    people: frozenset[str]


def round_view(run: Mapping[str, JsonValue]) -> RoundView:
    """Prepare a stored record for its page."""
    read = _Run.model_validate(run)
    placed: dict[str, list[str]] = {an_id: [] for an_id in read.report.cutoffs}
    for applicant_id, posting_id in read.matching.items():
        if posting_id is not None:
            placed.setdefault(posting_id, []).append(applicant_id)
    results = [_result(an_id, people, read.report.cutoffs.get(an_id)) for an_id, people in placed.items()]
    return RoundView(
        report=read.report,
        n_people=len(read.matching),
        postings=sorted(results, key=lambda one: (not one.placed, one.posting_id)),
        origin=_origin(read.provenance),
        weights=str(read.provenance.get("weights", {}).get("digest", "")),
        place_of={an_id: place for an_id, place in read.matching.items() if place is not None},
        people=frozenset(read.matching),
    )


def why_not_again(reason: str) -> str:
    """Key below ``runs.not_again`` of the words for why a round cannot be computed again.

    Examples
    --------
    >>> why_not_again("2 applicant record(s) of that state have been erased since; it cannot be put together")
    'erased'
    """
    return next((key for key, said in _NOT_AGAIN.items() if said in reason), "other")


def weights_of_runs(session: Session, run_ids: Sequence[str]) -> Mapping[str, tuple[str, str]]:
    """Name and digest of the weights of each run that keeps what it was computed from."""
    rows = session.exec(select(RunInputRow).where(col(RunInputRow.run_id).in_(run_ids)))
    kept = {row.run_id: row.inputs.get("weights") for row in rows}
    return {an_id: (str(one["name"]), str(one["digest"])) for an_id, one in kept.items() if isinstance(one, dict)}


def waiting_rounds(session: Session, reach: Reach, *, limit: int) -> Sequence[JobRow]:
    """Rounds that are not done, newest first: a supporter's own, else all."""
    asked = select(JobRow).where(col(JobRow.kind) == ROUND, col(JobRow.state) != "done")
    if reach.municipalities is not None:
        asked = asked.where(col(JobRow.asked_by) == (reach.conflicts_of or ""))
    return session.exec(asked.order_by(col(JobRow.asked_at).desc(), col(JobRow.id)).limit(limit)).all()


def _result(posting_id: str, people: Sequence[str], cutoff: Cutoff | None) -> PostingResult:
    if cutoff is None:
        return PostingResult(posting_id, people, None, 0)
    return PostingResult(posting_id, people, cutoff.score, cutoff.seats_left)


def _origin(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    options, weights = told.get("options", {}), told.get("weights", {})
    lines = {
        "on": told.get("on"),
        "seed": told.get("seed"),
        "weights": f"{weights.get('name')} {weights.get('digest')}",
        "rules": "、".join(f"{one['id']} {one['digest'][:12]}…" for one in told.get("rulesets", ())),
        "records": told.get("inputs", {}).get("records"),
        "reference": told.get("reference"),
        "list_length": options.get("list_length"),
        "lottery": options.get("lottery"),
        "code": told.get("code_version"),
    }
    return [(key, str(value)) for key, value in lines.items() if value is not None]
