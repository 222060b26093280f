"""What each place is worth to each case, and which pairs rules leave.

Offices read what comes of it. So the coordinator's score alone is the value, and no private wish decides anything: a
mean of both sides would let the applicant's own score be worked out, and a pair left out would tell a refused region.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.market.scored_market import EXCLUDED, ScoredMarket, read_market
from features.records import Applicant, Posting, Records
from features.seasons.cases import Case
from features.weights import Weights
from matching.arrays import totals_before
from matching.rolling.households import household_values

__all__ = ["VALUE", "CaseValues", "HouseholdChoice", "case_values", "read_cases"]

VALUE: Final = "coordinator's score"
"""What a pair is worth."""

HouseholdChoice: TypeAlias = Literal["sum", "least"]
"""What a place is worth to a household: the members' values added, or the smallest of them."""

_DIGITS = 6  # as in rounds: scores that agree to 1e-6 are equal


@dataclass(frozen=True, eq=False)
class CaseValues:
    """Cases × postings.

    Attributes
    ----------
    market : ScoredMarket
        Of the people in the cases; postings in the order of their ids.
    values : (n, m) float64
        >= 0.
    is_allowed : (n, m) bool
        Pairs that rules leave, whether a posting is open or not.
    needs : (n,) int64
        Seats of each case.
    """

    market: ScoredMarket
    values: NDArray[np.float64]
    is_allowed: NDArray[np.bool_]
    needs: NDArray[np.int64]


def read_cases(
    applicants: Sequence[Applicant], postings: Sequence[Posting], cases: Sequence[Case], *, on: date, weights: Weights
) -> ScoredMarket:
    """The market of the people in the cases, and of nobody else: reading texts takes the most time."""
    wanted = {member for case in cases for member in case.members}
    people = tuple(person for person in applicants if person.applicant_id in wanted)
    return read_market(Records(applicants=people, postings=tuple(postings)), on=on, weights=weights)


def case_values(market: ScoredMarket, cases: Sequence[Case], *, rule: HouseholdChoice) -> CaseValues:
    """Return values and possible pairs of the cases in their order.

    Parameters
    ----------
    market : ScoredMarket
        In which every member stands.
    cases : sequence of Case
    rule : "sum" or "least"
        What a place is worth to a household. A household may take a place that all its members may take.
    """
    row = market.applicants.index_of
    members = np.array([row[member] for case in cases for member in case.members], dtype=np.int64)
    case_of = np.repeat(np.arange(len(cases)), [len(case.members) for case in cases]).astype(np.int64)
    shape = (len(cases), len(market.postings))
    if members.size == 0:
        return CaseValues(market, np.zeros(shape), np.zeros(shape, np.bool_), np.zeros(len(cases), np.int64))
    values, needs = household_values(_pair_values(market)[members], case_of, rule=rule)
    starts = totals_before(needs)[:-1]
    is_allowed = np.logical_and.reduceat(_pairs_left(market)[members], starts, axis=0)
    return CaseValues(market, values, np.asarray(is_allowed, np.bool_), needs)


def _pair_values(market: ScoredMarket) -> NDArray[np.float64]:
    scores = np.round(market.coordinator.block(slice(None), slice(None)), _DIGITS)
    # rounding may leave a score of all terms at their best just above 1
    values: NDArray[np.float64] = np.clip(scores, 0.0, 1.0)
    return values


def _pairs_left(market: ScoredMarket) -> NDArray[np.bool_]:
    left: NDArray[np.bool_] = market.verdicts.codes(slice(None), slice(None)) < EXCLUDED
    return left
