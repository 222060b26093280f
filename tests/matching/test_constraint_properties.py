from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings

from matching.couples import Couples
from matching.errors import OutcomeError
from matching.market import Market
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties.constraints import ConstraintViolation, constraint_violations, verify_constraints
from matching.properties.feasibility import is_feasible
from matching.regions import Regions
from matching.reserves import Reserves
from tests.oracles.constrained import matchings_within
from tests.strategies_constrained import Problem, problems


@settings(max_examples=100, deadline=None)
@given(problems(kinds=frozenset({"regions", "overlapping", "couples"}), largest=3))
def test_no_limit_is_broken_iff_the_enumeration_within_the_limits_holds_the_matching(problem: Problem) -> None:
    market, _, limits = problem
    allowed = set(matchings_within(market, limits))
    single = np.ones(market.n_applicants, np.bool_)
    if limits.couples is not None:
        single[limits.couples.members.ravel()] = False
    for places in product(range(-1, market.n_postings), repeat=market.n_applicants):
        matching = Matching(np.array(places, np.int64), market.n_postings)
        if not is_feasible(market, matching) or not _are_singles_at_listed_places(market, places, single):
            continue
        broken = constraint_violations(
            market, matching, regions=limits.regions, reserves=limits.reserves, couples=limits.couples
        )
        assert (not broken) == (places in allowed)


def _are_singles_at_listed_places(market: Market, places: tuple[int, ...], single: np.ndarray) -> bool:
    applicants, postings = market.applicants, market.postings
    return all(
        p < 0
        or not single[a]
        or (
            p in applicants.indices[applicants.indptr[a] : applicants.indptr[a + 1]]
            and a in postings.indices[postings.indptr[p] : postings.indptr[p + 1]]
        )
        for a, p in enumerate(places)
    )


MARKET = Market(
    Preferences.from_lists([[0, 1, 2], [0, 1, 2], [], []], 3),
    Preferences.from_lists([[0, 1, 2], [0, 1, 3], [0, 1]], 4),
    np.array([2, 2, 2]),
)
NESTED = Regions(
    region_of=np.array([0, 1, -1]),
    parent=np.array([2, 2, -1]),
    cap=np.array([-1, 1, 1]),
    floor=np.array([2, 0, 0]),
    posting_floor=np.array([0, 0, 1]),
    target=np.zeros(3, np.int64),
    turn=np.arange(3),
)
TYPES = Reserves(
    np.array([[True, True], [True, False], [False, False], [False, False]]),
    np.zeros((3, 2), np.int64),
    np.array([[1, 0], [-1, -1], [-1, -1]]),
)
COUPLE = Couples.from_lists([(2, 3)], [[(0, 1), (1, 1)]])


def at(*places: int) -> Matching:
    return Matching(np.array(places), 3)


def test_a_nested_region_counts_towards_all_around_it() -> None:
    assert constraint_violations(MARKET, at(0, 1, -1, -1), regions=NESTED) == [
        ConstraintViolation("region cap", 2, held=2, expected=1),
        ConstraintViolation("region floor", 0, held=1, expected=2),
        ConstraintViolation("posting floor", 2, held=0, expected=1),
    ]


def test_somebody_of_two_types_counts_towards_both_quotas() -> None:
    assert constraint_violations(MARKET, at(0, 0, -1, -1), reserves=TYPES) == [
        ConstraintViolation("quota", 0, held=2, expected=1, kind=0),
        ConstraintViolation("quota", 0, held=1, expected=0, kind=1),
    ]
    assert constraint_violations(MARKET, at(1, 0, -1, -1), reserves=TYPES) == []


@pytest.mark.parametrize(
    ("places", "is_kept"), [((-1, -1), True), ((0, 1), True), ((1, 1), False), ((0, -1), False), ((1, 0), False)]
)
def test_a_couple_holds_a_joint_choice_that_the_postings_return_or_nothing(
    places: tuple[int, int], is_kept: bool
) -> None:
    broken = constraint_violations(MARKET, at(-1, -1, *places), couples=COUPLE)
    placed = sum(place >= 0 for place in places)
    assert broken == ([] if is_kept else [ConstraintViolation("joint list", 0, held=placed, expected=1)])


def test_reserved_seats_are_no_limit() -> None:
    reserved = replace(TYPES, reserved=np.full((3, 2), 2), quota=np.full((3, 2), -1))
    assert constraint_violations(MARKET, at(-1, -1, -1, -1), reserves=reserved) == []


@pytest.mark.parametrize(
    ("matching", "message"),
    [
        (at(0, 1, -1, -1), "region 2 holds 2, expected at most its cap 1, the first of 3 limits broken"),
        (at(0, -1, -1, -1), "region 0 holds 1, expected at least its floor 2, the first of 2 limits broken"),
    ],
)
def test_a_broken_limit_is_named(matching: Matching, message: str) -> None:
    with pytest.raises(OutcomeError) as error:
        verify_constraints(MARKET, matching, regions=NESTED)
    assert str(error.value) == message


def test_every_kind_of_limit_has_its_sentence() -> None:
    assert [
        str(ConstraintViolation("posting floor", 2, 0, 1)),
        str(ConstraintViolation("quota", 0, 2, 1, 3)),
        str(ConstraintViolation("joint list", 4, 1, 7)),
    ] == [
        "posting 2 holds 0, expected at least its floor 1",
        "posting 0 holds 2 of type 3, expected at most its quota 1",
        "couple 4 has 1 members placed, expected a choice of its joint list or nobody",
    ]


def test_what_keeps_every_limit_passes_and_a_matching_of_another_market_does_not() -> None:
    verify_constraints(MARKET, at(-1, -1, 0, 1), reserves=TYPES, couples=COUPLE)
    with pytest.raises(OutcomeError, match=r"^the matching has 1 applicants and 3 postings, expected 4 and 3$"):
        constraint_violations(MARKET, Matching(np.array([0]), 3))
