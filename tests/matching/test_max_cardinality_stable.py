from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, sparse

from matching.errors import CertificateError, MechanismError
from matching.market import Market
from matching.mechanisms.tied.impossible_pairs import excluded_in_round
from matching.mechanisms.tied.max_cardinality_stable import LargestStable, max_cardinality_stable
from matching.mechanisms.tied.program_parts import maximise_count_in_parts
from matching.mechanisms.tied.promotion import N_PROMOTIONS
from matching.preferences import Preferences
from matching.programs.bounds import verified_count
from matching.programs.integer_program import IntegerProgram
from matching.programs.solver import relaxation_prices
from matching.programs.stability_rows import stable_size_program
from matching.properties import is_weakly_stable
from matching.properties.stable_size import stable_size_bound, unjustified_exclusions
from tests.oracles.enumeration import ranks_of, stable_matchings
from tests.oracles.stability_rows import counting_program
from tests.oracles.ties import kiraly, largest_stable_size
from tests.strategies import markets


def random_market(n: int, m: int, length: int, seed: int, *, tiers: int = 0, classes: int = 3) -> Market:
    """Lists of ``length`` in ``tiers`` tie classes (strict if 0), priorities in classes, seats for everybody."""
    rng = np.random.default_rng(seed)
    score = np.argsort(np.argsort(-(rng.random((n, m)) + rng.random(m) / 2), axis=1), axis=1)
    wished = score < length
    wishes = -(score * tiers // length if tiers else score).astype(np.float64)
    priority = rng.integers(0, classes, (m, n)).astype(np.float64)
    return Market(
        Preferences.from_scores(wishes, acceptable=wished),
        Preferences.from_scores(priority, acceptable=wished.T),
        rng.multinomial(n, np.ones(m) / m),
    )


@settings(max_examples=200)
@given(markets())
def test_promotion_places_at_least_two_thirds_of_the_most_and_nobody_blocks(market: Market) -> None:
    found = max_cardinality_stable(market)
    assert is_weakly_stable(market, found.matching)
    most = largest_stable_size(market)
    assert 3 * found.matching.n_matched >= 2 * most
    assert found.bound >= most


@settings(max_examples=100)
@given(markets())
def test_the_exact_method_places_as_many_as_any_weakly_stable_matching(market: Market) -> None:
    found = max_cardinality_stable(market, method="exact")
    assert is_weakly_stable(market, found.matching)
    assert found.matching.n_matched == found.bound == largest_stable_size(market)
    assert found.is_proven
    assert found.gap == 0


@settings(max_examples=200)
@given(markets())
def test_an_excluded_pair_is_in_no_weakly_stable_matching_and_every_exclusion_is_justified(market: Market) -> None:
    rounds = excluded_in_round(market)
    formed = {pair for places in stable_matchings(market) for pair in enumerate(places)}
    pairs = zip(market.applicants.rows().tolist(), market.applicants.indices.tolist(), strict=True)
    assert not [pair for pair, number in zip(pairs, rounds, strict=True) if number and pair in formed]
    assert unjustified_exclusions(market, rounds).size == 0


@settings(max_examples=100)
@given(markets(), st.data())
def test_an_exclusion_of_a_pair_that_a_stable_matching_forms_is_found(market: Market, data: st.DataObject) -> None:
    size = market.applicants.indices.size
    rounds = np.array(data.draw(st.lists(st.integers(0, 1), min_size=size, max_size=size)), dtype=np.int64)
    doubtful = unjustified_exclusions(market, rounds).tolist()
    formed = {pair for places in stable_matchings(market) for pair in enumerate(places)}
    pairs = list(zip(market.applicants.rows().tolist(), market.applicants.indices.tolist(), strict=True))
    assert [entry for entry in np.flatnonzero(rounds) if pairs[entry] in formed and entry not in doubtful] == []


@settings(max_examples=100)
@given(markets())
def test_prices_recomputed_from_the_market_bound_every_weakly_stable_matching(market: Market) -> None:
    found = max_cardinality_stable(market, method="exact")
    if found.prices is not None and found.excluded_in_round is not None:
        bound = stable_size_bound(market, found.excluded_in_round, found.prices)
        assert bound >= largest_stable_size(market)
        assert found.proof != "prices" or bound == found.bound


@settings(max_examples=300)
@given(markets(largest=8))
def test_the_kernel_agrees_with_the_pure_python_twin(market: Market) -> None:
    twin = kiraly(
        market.applicants.to_lists(),
        ranks_of(market.postings.to_lists()),
        market.capacity.tolist(),
        promotions=N_PROMOTIONS,
    )
    assert max_cardinality_stable(market).matching.posting_of.tolist() == twin


@pytest.mark.parametrize("tiers", [0, 1, 3])
def test_a_larger_market_agrees_with_the_twin(tiers: int) -> None:
    market = random_market(400, 40, 6, seed=4, tiers=tiers)
    lists, ranks = market.applicants.to_lists(), ranks_of(market.postings.to_lists())
    twin = kiraly(lists, ranks, market.capacity.tolist(), promotions=N_PROMOTIONS)
    matching = max_cardinality_stable(market).matching
    assert matching.posting_of.tolist() == twin
    assert is_weakly_stable(market, matching)


@pytest.mark.parametrize("tiers", [0, 2])
def test_with_and_without_exclusions_the_maximum_is_the_same(tiers: int) -> None:
    # the twin of the exact method: the program that counts seats, whole, without a start
    market = random_market(60, 12, 4, seed=5, tiers=tiers)
    program = counting_program(market)
    whole = maximise_count_in_parts(program, start=np.zeros(program.objective.size), time_limit=60)
    found = max_cardinality_stable(market, method="exact")
    assert (found.matching.n_matched, found.bound) == (whole.bound, whole.bound)
    assert is_weakly_stable(market, found.matching)


@pytest.mark.parametrize("seed", range(1, 3))
def test_prices_alone_prove_the_largest_where_rows_that_count_seats_leave_a_gap(seed: int) -> None:
    market = random_market(150, 30, 5, seed=seed)
    found = max_cardinality_stable(market, method="exact")
    assert (found.proof, found.is_proven) == ("prices", True)
    counting = counting_program(market)
    prices = relaxation_prices(counting)
    assert prices is not None
    by_counting = verified_count(counting, prices)
    assert by_counting is not None
    assert by_counting > found.bound


def test_the_largest_matching_of_the_textbook_example_is_twice_the_smallest() -> None:
    # after Manlove, Irving, Iwama, Miyazaki and Morita (2002): the woman whom both list ties them, one lists no other
    market = Market(
        Preferences.from_lists([[0, 1], [0]], n_choices=2),
        Preferences.from_lists([[[0, 1]], [0]], n_choices=2),
        np.array([1, 1]),
    )
    assert sorted(sum(p >= 0 for p in places) for places in stable_matchings(market)) == [1, 2]
    assert max_cardinality_stable(market).matching.posting_of.tolist() == [1, 0]
    assert max_cardinality_stable(market, method="exact").matching.posting_of.tolist() == [1, 0]


def test_a_holder_who_ties_a_free_seat_makes_way_and_loses_nothing() -> None:
    # both postings are the same to applicant 0, who comes first and takes posting 0; applicant 1 lists only that one
    market = Market(
        Preferences.from_lists([[[0, 1]], [0]], n_choices=2),
        Preferences.from_lists([[0, 1], [0]], n_choices=2),
        np.array([1, 1]),
    )
    found = max_cardinality_stable(market)
    assert found.matching.posting_of.tolist() == [1, 0]
    assert (found.proof, found.is_proven) == ("ratio", True)


def test_independent_parts_of_a_market_are_each_proven() -> None:
    one = random_market(60, 12, 4, seed=5)
    n_parts = 8
    lists = [
        [[p + 12 * part for p in row if isinstance(p, int)] for row in one.applicants.to_lists()]
        for part in range(n_parts)
    ]
    ties = [
        [[a + 60 * part for a in (tie if isinstance(tie, list) else [tie])] for tie in row]
        for part in range(n_parts)
        for row in one.postings.to_lists()
    ]
    market = Market(
        Preferences.from_lists([row for part in lists for row in part], 12 * n_parts),
        Preferences.from_lists(ties, 60 * n_parts),
        np.tile(one.capacity, n_parts),
    )
    most = max_cardinality_stable(one, method="exact").bound
    found = max_cardinality_stable(market, method="exact")
    assert (found.matching.n_matched, found.bound) == (n_parts * most, n_parts * most)


def test_ranks_with_wide_gaps_give_the_same_matching() -> None:
    market = random_market(60, 12, 4, seed=5)
    wide = Preferences(
        market.postings.indptr,
        market.postings.indices,
        market.postings.ranks.astype(np.int64) * (2**30 // 2) + 7,
        market.n_applicants,
    )
    stretched = Market(market.applicants, wide, market.capacity)
    expected = max_cardinality_stable(market).matching.posting_of.tolist()
    assert max_cardinality_stable(stretched).matching.posting_of.tolist() == expected


def test_the_order_of_entry_is_drawn_from_the_generator_and_repeats() -> None:
    market = random_market(200, 30, 5, seed=6)

    def places(rng: np.random.Generator | None) -> list[int]:
        return max_cardinality_stable(market, rng=rng).matching.posting_of.tolist()

    drawn = places(np.random.default_rng(1))
    assert drawn == places(np.random.default_rng(1))
    assert drawn != places(None)


def test_of_several_orders_the_one_that_places_the_most_is_kept() -> None:
    market = random_market(200, 30, 5, seed=6)
    rng = np.random.default_rng(1)
    sizes = [max_cardinality_stable(market, rng=rng).matching.n_matched for _ in range(10)]
    best = max_cardinality_stable(market, rng=np.random.default_rng(1), n_orders=10).matching
    assert best.n_matched == max(sizes) > min(sizes)
    assert is_weakly_stable(market, best)


@pytest.mark.parametrize("seed", range(12))
def test_the_most_that_a_program_counts_is_found_and_its_bound_is_no_higher(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(10, 40)), int(rng.integers(2, 12))
    rows = rng.integers(1, 9, (k, n)) * (rng.random((k, n)) < 0.5).astype(np.float64)
    upper = np.floor(rows.sum(axis=1) * rng.uniform(0.2, 0.5))
    program = IntegerProgram.of_binaries(np.ones(n), sparse.csr_array(rows), np.full(k, -np.inf), upper)
    oracle = optimize.milp(
        -np.ones(n),
        constraints=optimize.LinearConstraint(rows, -np.inf, upper),
        integrality=np.ones(n),
        bounds=optimize.Bounds(0, 1),
    )

    found = maximise_count_in_parts(program, start=np.zeros(n), time_limit=30.0)

    assert found.bound == found.values.sum() == round(-oracle.fun)


def test_parts_without_time_keep_their_start_and_count_as_unbounded() -> None:
    program = counting_program(random_market(60, 12, 4, seed=5))
    start = np.zeros(program.objective.size)
    late = maximise_count_in_parts(program, start=start, time_limit=-1.0)
    assert (late.values.sum(), late.bound) == (0, start.size)
    nothing = stable_size_program(
        Market(Preferences.from_lists([[]], 0), Preferences.from_lists([], 1), np.empty(0, int))
    )
    assert maximise_count_in_parts(nothing.program, start=np.empty(0), time_limit=1.0).bound == 0


def test_without_time_the_approximation_is_returned_with_the_bound_known_so_far() -> None:
    market = random_market(300, 60, 5, seed=7)
    found = max_cardinality_stable(market, method="exact", time_limit=1e-9)
    assert found.matching.posting_of.tolist() == max_cardinality_stable(market).matching.posting_of.tolist()
    assert found.matching.n_matched <= found.bound
    assert is_weakly_stable(market, found.matching)


def test_what_no_method_or_no_time_is_refused() -> None:
    market = random_market(3, 2, 2, seed=0)
    with pytest.raises(MechanismError) as error:
        max_cardinality_stable(market, method="greedy")  # type: ignore[arg-type]
    assert str(error.value) == "method is 'greedy', expected one of approximation, exact"
    with pytest.raises(MechanismError) as error:
        max_cardinality_stable(market, time_limit=0)
    assert str(error.value) == "time limit is 0, expected more than 0 seconds"
    with pytest.raises(MechanismError) as error:
        max_cardinality_stable(market, n_orders=2)
    assert str(error.value) == "n_orders is 2, expected 1 without rng"
    with pytest.raises(MechanismError) as error:
        max_cardinality_stable(market, n_orders=0, rng=np.random.default_rng(0))
    assert str(error.value) == "n_orders is 0, expected >= 1"


def test_a_proof_that_does_not_hold_is_refused_with_the_place() -> None:
    market = Market(
        Preferences.from_lists([[0], [0]], n_choices=1), Preferences.from_lists([[[0, 1]]], 2), np.array([1])
    )
    refused = [
        (np.array([0, 2]), np.zeros(4), "applicant 1 and posting 0 are excluded in round 2 unproven"),
        (np.array([0]), np.zeros(5), "rounds have shape (1,), expected one for each of 2 list entries"),
        (np.array([0, 0]), np.zeros(4), "prices have shape (4,), expected (13,) finite numbers"),
        (np.array([0, 0]), np.eye(13)[12], "the prices press on an open row, so they bound nothing"),
    ]
    for rounds, prices, message in refused:
        with pytest.raises(CertificateError) as error:
            stable_size_bound(market, rounds, prices)
        assert str(error.value) == message


def test_a_result_says_how_far_it_may_be_from_the_most() -> None:
    matching = max_cardinality_stable(random_market(3, 2, 2, seed=0)).matching
    result = LargestStable(matching, matching.n_matched + 2, "ratio")
    assert (result.gap, result.is_proven) == (2, False)
