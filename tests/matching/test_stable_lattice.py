from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from api.market_file import read_market
from matching.errors import MechanismError
from matching.market import Market
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.mechanisms.stable.rotations import find_rotations
from matching.mechanisms.stable.stable_lattice import choose_stable, stable_matchings
from matching.preferences import Preferences
from matching.properties import is_weakly_stable
from matching.statistics import matching_difference, rank_held
from tests.oracles.enumeration import ranks_of, strict_lists
from tests.oracles.enumeration import stable_matchings as stable_by_enumeration
from tests.oracles.lattice import Places, rank_sums, stable_by_forcing
from tests.strategies import markets
from tests.strategies_lattice import crowded_markets, random_market

MARKETS = Path(__file__).parents[2] / "fixtures" / "markets"


def example(name: str) -> Market:
    return read_market(MARKETS / f"{name}.json").market


def rows(market: Market) -> list[Places]:
    return [tuple(row) for row in stable_matchings(market).posting_of.tolist()]


def ranks(market: Market, places: Places) -> list[int]:
    table = ranks_of(market.applicants.to_lists())
    return [table[a][p] for a, p in enumerate(places) if p >= 0]


@settings(max_examples=200)
@given(markets(strict=True))
def test_they_are_all_stable_matchings_in_lexicographic_order(market: Market) -> None:
    assert rows(market) == sorted(stable_by_enumeration(market))


@settings(max_examples=200)
@given(crowded_markets())
def test_forcing_one_applicant_down_after_the_other_finds_the_same_matchings(market: Market) -> None:
    assert rows(market) == sorted(stable_by_forcing(market))


@pytest.mark.parametrize(("n", "m", "seats"), [(60, 60, 1), (40, 8, 5), (30, 10, 3)])
def test_they_are_found_at_sizes_that_no_enumeration_reaches(n: int, m: int, seats: int) -> None:
    market = random_market(n, m, seats, seed=1)
    found = rows(market)
    assert len(found) > 5
    assert found == sorted(stable_by_forcing(market))


@given(crowded_markets())
def test_all_stable_matchings_place_the_same_people_and_fill_the_same_seats(market: Market) -> None:
    found = stable_matchings(market)
    counts = [np.bincount(row[row >= 0], minlength=market.n_postings).tolist() for row in found.posting_of]
    assert all(count == counts[0] for count in counts)
    assert ((found.posting_of >= 0) == (found.posting_of[0] >= 0)).all()


@given(crowded_markets())
def test_a_posting_with_a_free_seat_holds_the_same_people_in_all_of_them(market: Market) -> None:
    found = stable_matchings(market).posting_of
    n_held = np.bincount(found[0][found[0] >= 0], minlength=market.n_postings)
    for posting in np.flatnonzero(n_held < market.capacity):
        assert ((found == posting) == (found[0] == posting)).all()


@given(crowded_markets())
def test_the_better_of_two_for_every_applicant_is_stable_again(market: Market) -> None:
    found = rows(market)
    table = ranks_of(market.applicants.to_lists())
    for one in found[:6]:
        for other in found[:6]:
            join = tuple(
                min(pair, key=lambda p: table[a].get(p, 0)) for a, pair in enumerate(zip(one, other, strict=True))
            )
            assert join in set(found)


@given(crowded_markets())
def test_the_ends_are_those_of_deferred_acceptance(market: Market) -> None:
    best, worst = choose_stable(market, "applicant-optimal"), choose_stable(market, "posting-optimal")
    assert best.matching.posting_of.tolist() == deferred_acceptance(market).posting_of.tolist()
    assert worst.matching.posting_of.tolist() == deferred_acceptance(market, proposing="postings").posting_of.tolist()
    difference = matching_difference(market, worst.matching, best.matching)
    assert difference.n_worse == difference.newly_placed.size == difference.displaced.size == 0
    assert difference.ranks_gained.sum() == worst.applicant_rank_sum - best.applicant_rank_sum


@settings(max_examples=200)
@given(crowded_markets())
def test_no_stable_matching_is_better_by_the_criterion(market: Market) -> None:
    sums = {places: rank_sums(market, places) for places in stable_by_forcing(market)}
    measures = {
        "egalitarian": {places: own + other for places, (own, other, _) in sums.items()},
        "minimum-regret": {places: regret for places, (_, _, regret) in sums.items()},
    }
    for criterion, measure in measures.items():
        choice = choose_stable(market, criterion)  # type: ignore[arg-type]
        chosen = tuple(choice.matching.posting_of.tolist())
        assert (choice.applicant_rank_sum, choice.posting_rank_sum, choice.regret) == sums[chosen]
        ties = [places for places, value in measure.items() if value == min(measure.values())]
        assert chosen in ties
        for other in ties:  # of several the one that is best for every applicant
            assert all(a <= b for a, b in zip(ranks(market, chosen), ranks(market, other), strict=True))
    equal = choose_stable(market, "sex-equal")
    key = {places: (abs(own - other), own + other, places) for places, (own, other, _) in sums.items()}
    assert tuple(equal.matching.posting_of.tolist()) == min(key, key=key.__getitem__)


@given(crowded_markets())
def test_passing_one_rotation_after_the_other_leads_through_stable_matchings_ever_worse_for_applicants(
    market: Market,
) -> None:
    rotations = find_rotations(market)
    before = rank_held(market, rotations.first)
    for n_passed in range(1, rotations.n_rotations + 1):
        matching = rotations.matching_after(np.arange(rotations.n_rotations) < n_passed)
        assert is_weakly_stable(market, matching)
        after = rank_held(market, matching)
        movers = rotations.applicants[rotations.of_pair == n_passed - 1]
        assert np.flatnonzero(after != before).tolist() == sorted(movers.tolist())
        assert (after >= before).all()
        before = after


def test_gaps_between_ranks_change_nothing() -> None:
    market = random_market(20, 20, 1, seed=1)
    postings = market.postings
    gapped = Preferences(postings.indptr, postings.indices, postings.ranks * 3 + 1, postings.n_choices)
    assert rows(Market(market.applicants, gapped, market.capacity)) == rows(market)


def test_renumbering_people_renumbers_the_choice() -> None:
    market = random_market(12, 12, 1, seed=5)
    order = np.random.default_rng(0).permutation(12)
    new_index = np.argsort(order)
    lists = market.applicants.to_lists()
    postings = [[int(new_index[a]) for a in row] for row in market.postings.to_lists()]
    renumbered = Market(
        Preferences.from_lists([lists[old] for old in order], 12), Preferences.from_lists(postings, 12), market.capacity
    )
    for criterion in ("egalitarian", "minimum-regret"):
        one, other = choose_stable(market, criterion), choose_stable(renumbered, criterion)
        assert other.matching.posting_of.tolist() == one.matching.posting_of[order].tolist()


def test_wirth_has_the_nine_solutions_of_his_table_with_both_rank_sums() -> None:
    # N. Wirth (1976), Algorithms + Data Structures = Programs, section 3.6, Tables 3.3 and 3.4; ranks count from 1
    market = example("wirth-1976-stable-marriages")
    published = {
        "74381526": (16, 32),
        "24381576": (22, 27),
        "24317586": (31, 20),
        "64381572": (26, 22),
        "64317582": (35, 15),
        "63481572": (29, 20),
        "63417582": (38, 13),
        "36481572": (34, 18),
        "36417582": (43, 11),
    }
    found = {
        "".join(str(p + 1) for p in places): tuple(total + 8 for total in rank_sums(market, places)[:2])
        for places in rows(market)
    }
    assert found == published
    by_ranks = choose_stable(market, "sex-equal")
    assert (by_ranks.applicant_rank_sum + 8, by_ranks.posting_rank_sum + 8) == (26, 22)


def test_knuth_has_ten_stable_matchings_from_six_rotations() -> None:
    # Roth and Sotomayor (1990), Example 2.17
    market = example("roth-sotomayor-1990-example-2-17")
    assert rows(market) == sorted(stable_by_enumeration(market))
    assert (len(rows(market)), find_rotations(market).n_rotations) == (10, 6)


def test_a_college_with_three_seats_changes_one_student_at_a_time() -> None:
    # Roth and Sotomayor (1989), The college admissions problem revisited, Econometrica 57(3), 559-570
    market = example("roth-sotomayor-1989-colleges")
    at_first_college = [{a + 1 for a, p in enumerate(places) if p == 0} for places in rows(market)]
    assert at_first_college == [{1, 3, 4}, {3, 4, 5}, {3, 5, 6}, {5, 6, 7}]
    assert rows(market) == sorted(stable_by_enumeration(market))
    assert find_rotations(market).n_rotations == 3


def test_a_limit_cuts_and_says_so() -> None:
    market = example("roth-sotomayor-1990-example-2-17")
    found = stable_matchings(market, limit=4)
    assert (found.n_matchings, found.is_cut) == (4, True)
    assert all(is_weakly_stable(market, found.matching(row)) for row in range(4))
    assert not stable_matchings(market, limit=10).is_cut


def test_a_table_that_no_memory_should_hold_is_refused() -> None:
    knuth = example("roth-sotomayor-1990-example-2-17")
    lists = [
        [[4 * block + p for p in row] for block in range(6) for row in strict_lists(side)]
        for side in (knuth.applicants, knuth.postings)
    ]
    idle: list[list[int]] = [[]] * 3000
    market = Market(
        Preferences.from_lists([*lists[0], *idle], 24), Preferences.from_lists(lists[1], 3024), np.ones(24, np.int64)
    )
    with pytest.raises(MechanismError) as error:
        stable_matchings(market)
    has = "100000 matchings of 3024 applicants are too many to list"
    assert str(error.value) == f"{has}, expected at most 250000000 places: lower the limit"
    assert stable_matchings(market, limit=10).n_matchings == 10


def test_a_market_without_people_has_one_stable_matching() -> None:
    empty = Market(Preferences.from_lists([], 0), Preferences.from_lists([], 0), np.array([], dtype=np.int64))
    assert stable_matchings(empty).posting_of.shape == (1, 0)
    assert choose_stable(empty, "minimum-regret").regret == -1


def test_what_cannot_be_answered_is_refused() -> None:
    market = example("roth-sotomayor-1990-example-2-17")
    tied = Market(Preferences.from_lists([[[0, 1]]], 2), Preferences.from_lists([[0], [0]], 1), np.array([1, 1]))
    with pytest.raises(MechanismError, match=r"^applicant 0 lists a tie, expected strict lists: break ties first$"):
        stable_matchings(tied)
    with pytest.raises(MechanismError, match=r"^limit is 0, expected >= 1$"):
        stable_matchings(market, limit=0)
    with pytest.raises(MechanismError) as error:
        choose_stable(market, "fair")  # type: ignore[arg-type]
    known = "applicant-optimal, posting-optimal, egalitarian, minimum-regret, sex-equal"
    assert str(error.value) == f"criterion is 'fair', expected one of {known}"
    with pytest.raises(MechanismError) as error:
        choose_stable(market, "sex-equal", limit=9)
    assert str(error.value) == "more than 9 matchings are stable, expected at most the limit to compare them all"


def test_a_rotation_whose_forerunner_is_not_passed_is_refused() -> None:
    rotations = find_rotations(example("wirth-1976-stable-marriages"))
    with pytest.raises(MechanismError, match=r"^rotation 0 is not passed, expected it before one that is$"):
        rotations.matching_after(np.arange(rotations.n_rotations) == 1)
