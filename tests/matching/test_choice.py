from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import MechanismError
from matching.mechanisms.reserves.choice import OPEN, choose_by_slots, choose_with_reserves
from matching.reserves import Reserves
from tests.oracles.reserves import Posting
from tests.strategies_reserves import postings

PEOPLE = 6
GROUPS = st.sets(st.integers(0, PEOPLE - 1)).map(sorted)
ANY = st.one_of([postings(overlapping=o, quotas=q) for o in (False, True) for q in (False, True)])
WELL_BEHAVED = st.one_of(postings(overlapping=True, quotas=False), postings(overlapping=False, quotas=True))


def reserves_of(posting: Posting) -> Reserves:
    n, k = len(posting.types_of), len(posting.quota)
    of_type = [[kind in of for kind in range(k)] for of in posting.types_of]
    limits = [np.array([limit], np.int64).reshape(1, k) for limit in (posting.reserved, posting.quota)]
    return Reserves(np.array(of_type, np.bool_).reshape(n, k), *limits)


def choice(posting: Posting, asking: list[int]) -> list[int]:
    chosen = choose_with_reserves(
        asking, reserves_of(posting), 0, capacity=posting.capacity, precedence=posting.precedence
    )
    return chosen.tolist()


@settings(max_examples=200)
@given(ANY, GROUPS)
def test_the_compiled_rule_takes_whom_the_definition_takes(posting: Posting, asking: list[int]) -> None:
    assert choice(posting, asking) == posting.choice(asking)


@given(ANY, GROUPS)
def test_seats_and_quotas_are_kept(posting: Posting, asking: list[int]) -> None:
    taken = choice(posting, asking)
    assert len(taken) <= posting.capacity
    assert posting.is_within_quota(taken)


@given(postings(overlapping=True, quotas=False), GROUPS)
def test_as_many_reserved_seats_are_filled_as_the_people_can_fill(posting: Posting, asking: list[int]) -> None:
    taken = choice(posting, asking)
    assert posting.most_filled(tuple(taken)) == min(posting.most_filled(tuple(asking)), posting.capacity)


@given(postings(overlapping=True, quotas=False), GROUPS)
def test_no_seat_stays_empty_without_quotas(posting: Posting, asking: list[int]) -> None:
    assert len(choice(posting, asking)) == min(len(asking), posting.capacity)


@settings(max_examples=200)
@given(WELL_BEHAVED, GROUPS, GROUPS)
def test_whoever_is_taken_of_many_is_taken_of_fewer_and_more_people_fill_no_fewer_seats(
    posting: Posting, some: list[int], others: list[int]
) -> None:
    everybody = sorted({*some, *others})
    of_many, of_fewer = choice(posting, everybody), choice(posting, some)
    assert set(of_many) & set(some) <= set(of_fewer)
    assert len(of_many) >= len(of_fewer)


@given(WELL_BEHAVED, GROUPS, GROUPS)
def test_choosing_in_two_steps_changes_nothing(posting: Posting, some: list[int], others: list[int]) -> None:
    in_two_steps = choice(posting, sorted({*choice(posting, some), *others}))
    assert in_two_steps == choice(posting, sorted({*some, *others}))


def test_overlapping_types_with_quotas_can_take_somebody_only_because_of_a_competitor() -> None:
    # with person 0 the quota of type 0 is full and bars 1, who would have filled the quota of type 1 that bars 2
    posting = Posting(((0,), (0, 1), (1,)), 2, (0, 0), (1, 1), "reserved-first")
    assert choice(posting, [0, 1, 2]) == [0, 2]
    assert choice(posting, [1, 2]) == [1]


@given(postings(overlapping=False, quotas=False).filter(lambda p: len(p.reserved) == 1), GROUPS)
def test_filling_open_seats_first_takes_no_fewer_of_a_single_type(posting: Posting, asking: list[int]) -> None:
    n_of_type = [
        sum(bool(posting.types_of[person]) for person in choice(replace(posting, precedence=precedence), asking))
        for precedence in ("reserved-first", "open-first")
    ]
    assert n_of_type[0] <= n_of_type[1]


def slots_of(posting: Posting) -> list[int]:
    """Reserved slots in the order of types, behind the unreserved ones where open seats go first; the rest open."""
    reserved = [kind for kind, seats in enumerate(posting.reserved) for _ in range(seats)]
    n_open = posting.capacity - len(reserved) if posting.precedence == "open-first" else 0
    return [OPEN] * n_open + reserved + [OPEN] * posting.capacity


@settings(max_examples=200)
@given(postings(overlapping=False, quotas=False).filter(lambda p: sum(p.reserved) <= p.capacity), GROUPS, st.data())
def test_both_orders_of_filling_are_orders_of_slots_where_types_do_not_overlap(
    posting: Posting, asking: list[int], data: st.DataObject
) -> None:
    slots = slots_of(posting)
    first = posting.capacity - sum(posting.reserved) if posting.precedence == "open-first" else 0
    reserved = slice(first, first + sum(posting.reserved))
    slots[reserved] = data.draw(st.permutations(slots[reserved]))
    of_type = reserves_of(posting).is_of_type
    assert choose_by_slots(asking, of_type, slots, capacity=posting.capacity).tolist() == choice(posting, asking)


def test_where_types_overlap_the_order_of_slots_decides_and_the_rule_fills_both_seats() -> None:
    # 0 is of both types, 1 of type 0 only, 2 of none
    of_type = np.array([[True, True], [True, False], [False, False]])
    in_order = [2, 0, 1]
    assert choose_by_slots(in_order, of_type, [0, 1, OPEN, OPEN], capacity=2).tolist() == [2, 0]
    assert choose_by_slots(in_order, of_type, [1, 0, OPEN, OPEN], capacity=2).tolist() == [0, 1]
    reserves = Reserves(of_type, np.array([[1, 1]]), np.array([[-1, -1]]))
    assert choose_with_reserves(in_order, reserves, 0, capacity=2).tolist() == [0, 1]


def test_where_more_is_reserved_than_there_are_seats_the_highest_in_priority_take_them() -> None:
    reserves = Reserves(
        np.array([[True, False], [False, True], [True, False]]), np.array([[2, 2]]), np.full((1, 2), -1)
    )
    assert choose_with_reserves([2, 1, 0], reserves, 0, capacity=2).tolist() == [2, 1]


def test_a_long_chain_of_moves_ends_at_the_one_free_seat() -> None:
    # person i is of types i and i + 1 and sits on i + 1 when the last comes, who is of the last type only
    k = 40
    of_type = np.zeros((k, k), np.bool_)
    of_type[np.arange(k - 1), np.arange(k - 1)] = of_type[np.arange(k - 1), np.arange(1, k)] = True
    of_type[k - 1, k - 1] = True
    order = [*range(k - 2, -1, -1), k - 1]
    reserves = Reserves(of_type[:, ::-1], np.ones((1, k), np.int64), np.full((1, k), -1))
    assert choose_with_reserves(order, reserves, 0, capacity=k).size == k
    unreserved_person_first = Reserves(
        np.vstack([np.zeros((1, k), np.bool_), of_type]), np.ones((1, k), np.int64), np.full((1, k), -1)
    )
    asking = [0, *(person + 1 for person in order)]
    assert choose_with_reserves(asking, unreserved_person_first, 0, capacity=k).tolist() == asking[1:]


@pytest.mark.parametrize(
    ("who", "message"),
    [
        (-1, "applicant -1 is unknown, expected one of 2 applicants"),
        (2, "applicant 2 is unknown, expected one of 2 applicants"),
        (1, "applicant 1 is named 2 times, expected once"),
    ],
)
def test_an_applicant_who_is_unknown_or_named_twice_is_refused(who: int, message: str) -> None:
    reserves = Reserves(np.array([[True], [False]]), np.array([[1]]), np.array([[-1]]))
    for choose in (
        lambda asking: choose_with_reserves(asking, reserves, 0, capacity=1),
        lambda asking: choose_by_slots(asking, reserves.is_of_type, [0], capacity=1),
    ):
        with pytest.raises(MechanismError) as error:
            choose([0, 1, who])
        assert str(error.value) == message


def test_an_unknown_posting_slot_or_precedence_and_a_negative_capacity_are_refused() -> None:
    reserves = Reserves(np.array([[True]]), np.array([[1]]), np.array([[-1]]))
    cases = [
        (lambda: choose_with_reserves([0], reserves, 1, capacity=1), "posting is 1, expected one of 1 postings"),
        (lambda: choose_with_reserves([0], reserves, 0, capacity=-1), "capacity is -1, expected >= 0"),
        (
            lambda: choose_with_reserves([0], reserves, 0, capacity=1, precedence="random"),  # type: ignore[arg-type]
            "precedence is 'random', expected one of reserved-first, open-first",
        ),
        (lambda: choose_by_slots([0], reserves.is_of_type, [0], capacity=-2), "capacity is -2, expected >= 0"),
        (
            lambda: choose_by_slots([0], reserves.is_of_type, [OPEN, 1], capacity=1),
            "slot 1 is for type 1, expected one of 1 or -1",
        ),
    ]
    for call, message in cases:
        with pytest.raises(MechanismError) as error:
            call()
        assert str(error.value) == message
