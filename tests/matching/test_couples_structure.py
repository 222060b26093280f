from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.couples import Couples
from matching.errors import MarketError
from matching.market import Market
from matching.preferences import Preferences

CHOICE = st.tuples(st.integers(-1, 3), st.integers(-1, 3)).filter(lambda choice: choice != (-1, -1))
LISTS = st.lists(st.lists(CHOICE, unique=True, max_size=5), max_size=4)


@given(LISTS)
def test_lists_come_back_as_they_were_read(lists: list[list[tuple[int, int]]]) -> None:
    couples = Couples.from_lists([(2 * c, 2 * c + 1) for c in range(len(lists))], lists)
    assert couples.n_couples == len(lists)
    assert [[tuple(choice) for choice in couples.choices_of(c).tolist()] for c in range(len(lists))] == lists
    assert couples.rows().tolist() == [c for c, choices in enumerate(lists) for _ in choices]


def test_two_couples_may_list_the_same_choice_and_a_couple_one_posting_for_both() -> None:
    couples = Couples.from_lists([(0, 1), (2, 3)], [[(0, 0), (0, 1)], [(0, 0), (1, 0)]])
    assert couples.choices_of(1).tolist() == [[0, 0], [1, 0]]


@pytest.mark.parametrize(
    ("members", "lists", "message"),
    [
        ([(0, 1), (2, 1)], [[], []], "applicant 1 is twice a member of a couple, expected once"),
        ([(4, 4)], [[]], "applicant 4 is twice a member of a couple, expected once"),
        ([(0, -1)], [[]], "a couple has member -1, expected an applicant >= 0"),
        ([(0, 1), (2, 3)], [[(0, 0)], [(0, 1), (1, -2)]], "couple 1 lists [1, -2], expected postings >= 0 or -1"),
        (
            [(0, 1), (2, 3)],
            [[(0, 0)], [(0, 1), (-1, -1)]],
            "couple 1 lists a choice that places nobody, expected at least one posting",
        ),
        (
            [(0, 1), (2, 3)],
            [[(0, 0)], [(0, 1), (2, 2), (0, 1)]],
            "couple 1 lists [0, 1] twice, expected every choice once",
        ),
        ([(0, 1)], [[], []], "indptr does not cut 0 choices into 1 lists"),
        ([(0, 1), (2, 3)], [[(0, 0)]], "indptr does not cut 1 choices into 2 lists"),
    ],
)
def test_members_and_lists_that_break_a_rule_are_refused(
    members: list[tuple[int, int]], lists: list[list[tuple[int, int]]], message: str
) -> None:
    with pytest.raises(MarketError) as error:
        Couples.from_lists(members, lists)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("members", "indptr", "places", "message"),
    [
        ([0, 1], [0], np.zeros((0, 2), np.int64), "members has shape (2,), expected two columns"),
        ([[0, 1]], [0, 1], [[1, 2, 3]], "places has shape (1, 3), expected two columns"),
        (
            [[0, 1]],
            [0, 1],
            [[1.5, 2]],
            "places has dtype float64 and shape (2,), expected one row of integers",
        ),
        ([[0, 1]], [1, 1], [[1, 2]], "indptr does not cut 1 choices into 1 lists"),
        ([[0, 1], [2, 3]], [0, 2, 1], [[1, 2]], "indptr does not cut 1 choices into 2 lists"),
        ([[0, 1]], [], [[1, 2]], "indptr does not cut 1 choices into 1 lists"),
    ],
)
def test_arrays_that_are_no_lists_are_refused(members: object, indptr: object, places: object, message: str) -> None:
    with pytest.raises(MarketError) as error:
        Couples(members, indptr, places)  # type: ignore[arg-type]
    assert str(error.value) == message


def test_the_arrays_are_copies_that_cannot_be_written() -> None:
    members, indptr, places = np.array([[0, 1]]), np.array([0, 1]), np.array([[1, 2]])
    couples = Couples(members, indptr, places)
    members[:], indptr[:], places[:] = 9, 9, 9
    assert (couples.members.tolist(), couples.indptr.tolist(), couples.places.tolist()) == ([[0, 1]], [0, 1], [[1, 2]])
    for array in (couples.members, couples.indptr, couples.places):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_couples_of_another_market_and_members_with_a_list_of_their_own_are_refused() -> None:
    market = Market(
        Preferences.from_lists([[], [], [0]], n_choices=1), Preferences.from_lists([[0, 1, 2]], 3), np.array([2])
    )
    Couples.from_lists([(0, 1)], [[(0, 0)]]).verify_belong_to(market)
    cases = [
        (Couples.from_lists([(0, 3)], [[]]), "couple 0 has member 3, expected one of the 3 applicants"),
        (Couples.from_lists([(0, 1)], [[(0, 0), (0, 1)]]), "couple 0 lists posting 1, expected one of the 1 postings"),
        (Couples.from_lists([(0, 2)], [[]]), "applicant 2 of couple 0 has a list of its own, expected an empty one"),
    ]
    for couples, message in cases:
        with pytest.raises(MarketError) as error:
            couples.verify_belong_to(market)
        assert str(error.value) == message
