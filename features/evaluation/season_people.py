"""Who took part in a season of an office's records: people, postings, seats, and which pairs were possible."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from features.evaluation.errors import EvaluationError
from features.market.arrival_order import moment_of
from features.market.scored_market import EXCLUDED, ScoredMarket
from features.staying.recorded_placements import RecordedPlacements

__all__ = ["SeasonPeople", "season_people"]

_Whole = npt.NDArray[np.int64]


class SeasonPeople(NamedTuple):
    """n people and m postings of a season.

    Attributes
    ----------
    people, postings : (n,), (m,) int64
        Rows in the market.
    posting_of : (n,) int64
        Where each person was placed, index into ``postings``; -1 for nowhere.
    row_of : (n,) int64
        Each person's row among the season's placements, -1 without one.
    capacity : (m,) int64
        Seats that were filled.
    is_allowed : (n, m) bool
    cluster : (n,) int64
        Households share a number.
    received : tuple of n datetimes or None
        When each person's first application to one of the postings came in; None where no day is on record.
    """

    people: _Whole
    postings: _Whole
    posting_of: _Whole
    row_of: _Whole
    capacity: _Whole
    is_allowed: npt.NDArray[np.bool_]
    cluster: _Whole
    received: tuple[datetime | None, ...]


def season_people(market: ScoredMarket, recorded: RecordedPlacements, rows: _Whole, year: int) -> SeasonPeople:
    """Everybody placed in a season, and who applied to its postings and was not.

    Parameters
    ----------
    market : ScoredMarket
        With applications a pair is possible where the person applied; without any everybody is open to every posting.
        What rules exclude is not possible either way, unless it was done.
    recorded : RecordedPlacements
    rows : (r,) int64
        Placements of the season that are judged.
    year : int
        Its fiscal year.

    Raises
    ------
    EvaluationError
        If somebody has two of the placements.
    """
    applicants, index_of = market.applicants.index_of, market.postings.index_of
    told = [recorded.outcomes[int(row)] for row in rows]
    row_of_person = {applicants[one.applicant_id]: row for row, one in enumerate(told)}
    _verify_one_each([one.applicant_id for one in told], [recorded.rows[int(row)] for row in rows], year)
    placed_at = np.array([index_of[one.posting_id] for one in told], dtype=np.int64)
    postings = np.unique(placed_at)
    people = np.array(sorted({*row_of_person, *_without_place(market, recorded, postings, year)}), dtype=np.int64)
    row_of = np.array([row_of_person.get(i, -1) for i in people.tolist()], dtype=np.int64)
    posting_of = np.where(row_of >= 0, np.searchsorted(postings, placed_at[np.maximum(row_of, 0)]), -1)
    return SeasonPeople(
        people,
        postings,
        posting_of,
        row_of,
        np.bincount(posting_of[posting_of >= 0], minlength=postings.size).astype(np.int64),
        _allowed(market, people, postings, posting_of),
        _households(market, people),
        _received(market, people, postings),
    )


def _verify_one_each(applicant_ids: Sequence[str], rows: Sequence[int], year: int) -> None:
    first: dict[str, int] = {}
    for an_id, row in zip(applicant_ids, rows, strict=True):
        if first.setdefault(an_id, row) != row:
            one, other = sorted((first[an_id], row))
            raise EvaluationError(
                f"outcomes[{one}] and outcomes[{other}] are two placements of one applicant in fiscal year {year}, "
                "expected one a person and year"
            )


def _without_place(market: ScoredMarket, recorded: RecordedPlacements, postings: _Whole, year: int) -> set[int]:
    """Who applied and was not placed: not those who serve since earlier, nor those whose year is not known."""
    applicants, asked = market.applicants.index_of, set(postings.tolist())
    years = recorded.placements.year.tolist()
    serving = {
        applicants[one.applicant_id] for one, began in zip(recorded.outcomes, years, strict=True) if began <= year
    }
    applied = {
        applicants[one.applicant_id]
        for one in market.records.applications
        if one.status != "withdrawn" and market.postings.index_of[one.posting_id] in asked
    }
    return {i for i in applied - serving if not market.wants_no_order[i]}


def _allowed(market: ScoredMarket, people: _Whole, postings: _Whole, posting_of: _Whole) -> npt.NDArray[np.bool_]:
    is_allowed = np.ones((people.size, postings.size), np.bool_)
    if market.records.applications:
        asked = {(one.applicant_id, one.posting_id) for one in market.records.applications if one.status != "withdrawn"}
        names = [market.records.applicants[int(i)].applicant_id for i in people]
        calls = [market.records.postings[int(j)].posting_id for j in postings]
        is_allowed = np.array([[(name, call) in asked for call in calls] for name in names], dtype=np.bool_)
    for at, j in enumerate(postings.tolist()):
        is_allowed[:, at] &= market.verdicts.column(people, j) < EXCLUDED
    placed = np.flatnonzero(posting_of >= 0)
    is_allowed[placed, posting_of[placed]] = True
    return is_allowed


def _received(market: ScoredMarket, people: _Whole, postings: _Whole) -> tuple[datetime | None, ...]:
    """The earliest of a person's dated applications to these postings, also of those that have ended since."""
    asked, found = {market.records.postings[int(j)].posting_id for j in postings}, dict[str, datetime]()
    for one in market.records.applications:
        if one.received_at is not None and one.status != "withdrawn" and one.posting_id in asked:
            came = moment_of(one.received_at)
            found[one.applicant_id] = min(found.get(one.applicant_id, came), came)
    return tuple(found.get(market.records.applicants[int(i)].applicant_id) for i in people)


def _households(market: ScoredMarket, people: _Whole) -> _Whole:
    """A number of each household, and one of each person in none."""
    first = {member: one.members[0] for one in market.records.households for member in one.members}
    names = [market.records.applicants[int(i)].applicant_id for i in people]
    whose = np.array([first.get(name, name) for name in names])
    return np.unique(whose, return_inverse=True)[1].astype(np.int64)
