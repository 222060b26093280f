from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import OutcomeError
from matching.market import Market
from matching.mechanisms.exchange.efficiency_adjusted import efficiency_adjusted_deferred_acceptance
from matching.mechanisms.exchange.immediate_acceptance import immediate_acceptance
from matching.mechanisms.exchange.serial_dictatorship import serial_dictatorship
from matching.mechanisms.exchange.top_trading_cycles import top_trading_cycles
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties.manipulation import probe_strategy_proofness, profitable_misreport
from tests.oracles.comparison import best_reachable, with_report
from tests.oracles.enumeration import ranks_of
from tests.oracles.published import published_market
from tests.strategies import markets

Run = Callable[[Market], Matching]

STRATEGY_PROOF: dict[str, Run] = {
    "deferred acceptance": deferred_acceptance,
    "top trading cycles": lambda market: top_trading_cycles(market).matching,
    "serial dictatorship": lambda market: serial_dictatorship(market, order=range(market.n_applicants)[::-1]).matching,
}


def generator(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def crowded(seed: int, n: int = 12, m: int = 7) -> Market:
    rng = generator(seed)
    return Market(
        Preferences.from_scores(rng.random((n, m)) + rng.random(m)),
        Preferences.from_scores(rng.random((m, n))),
        rng.integers(1, 3, m),
    )


@settings(max_examples=60)
@given(markets(strict=True, largest=3))
def test_in_a_small_market_the_search_finds_exactly_the_best_that_any_list_reaches(market: Market) -> None:
    for applicant, ranks in enumerate(ranks_of(market.applicants.to_lists())):
        honest = ranks.get(int(immediate_acceptance(market).posting_of[applicant]), 99)
        best = best_reachable(immediate_acceptance, market, applicant)
        found = profitable_misreport(immediate_acceptance, market, applicant, n_probes=0, rng=generator(0))
        assert (found is not None) == (best < honest)
        if found is not None:
            assert found.gained_rank == best


@settings(max_examples=100)
@given(markets(strict=True, largest=6), st.integers(0, 99))
def test_a_misreport_gains_what_it_says(market: Market, seed: int) -> None:
    honest = immediate_acceptance(market)
    ranks = ranks_of(market.applicants.to_lists())
    for found in probe_strategy_proofness(immediate_acceptance, market, n_probes=5, rng=generator(seed)):
        lied = immediate_acceptance(with_report(market, found.applicant, found.report.tolist()))
        assert lied.posting_of[found.applicant] == found.gained
        assert honest.posting_of[found.applicant] == found.truthful
        assert ranks[found.applicant][found.gained] == found.gained_rank
        assert found.truthful_rank == ranks[found.applicant].get(found.truthful, -1)
        assert found.truthful == -1 or found.gained_rank < found.truthful_rank


@pytest.mark.parametrize("name", STRATEGY_PROOF)
@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_found_against_a_strategy_proof_mechanism(name: str, seed: int) -> None:
    market = crowded(seed)
    assert probe_strategy_proofness(STRATEGY_PROOF[name], market, n_probes=40, rng=generator(seed)) == []


def test_the_known_manipulation_of_immediate_acceptance_is_found() -> None:
    # the three students of Roth (1982): i2, first in the order of s2, has to ask for it first
    market = published_market("roth-1982-three-students")
    found = profitable_misreport(immediate_acceptance, market, 1, n_probes=0, rng=generator(0))
    assert found is not None
    assert (found.truthful, found.gained, found.truthful_rank, found.gained_rank) == (2, 1, 2, 1)
    assert found.report[0] == 1
    assert [
        one.applicant for one in probe_strategy_proofness(immediate_acceptance, market, n_probes=0, rng=generator(0))
    ] == [1]


def test_efficiency_adjustment_can_be_manipulated() -> None:
    # Abdulkadiroglu, Pathak and Roth (2009): no strategy-proof mechanism improves on deferred acceptance
    def run(market: Market) -> Matching:
        return efficiency_adjusted_deferred_acceptance(market).matching

    found = [
        one for seed in range(8) for one in probe_strategy_proofness(run, crowded(seed), n_probes=40, rng=generator(0))
    ]
    assert found


def test_the_same_generator_state_gives_the_same_misreport() -> None:
    market = crowded(1)
    first, second = (
        probe_strategy_proofness(immediate_acceptance, market, n_probes=10, rng=generator(4)) for _ in range(2)
    )
    assert first
    assert [(one.applicant, one.report.tolist()) for one in first] == [
        (one.applicant, one.report.tolist()) for one in second
    ]


def test_a_tied_list_is_judged_by_its_ties_and_may_be_reported_in_any_order() -> None:
    market = Market(
        Preferences.from_lists([[[0, 1], 2], [0]], n_choices=3),
        Preferences.from_lists([[1, 0], [0], [0]], n_choices=2),
        np.array([1, 1, 1]),
    )

    def takes_no_ties(market: Market) -> Matching:
        is_tied = not market.applicants.is_strict
        return Matching(np.array([2, 0]), 3) if is_tied else deferred_acceptance(market)

    found = profitable_misreport(takes_no_ties, market, 0, n_probes=0, rng=generator(0))
    assert found is not None
    assert (found.gained, found.gained_rank, found.truthful_rank) == (1, 0, 1)


def test_only_the_applicants_asked_for_are_probed() -> None:
    market = published_market("roth-1982-three-students")
    none = probe_strategy_proofness(immediate_acceptance, market, n_probes=5, rng=generator(0), applicants=[0, 2])
    assert none == []


@pytest.mark.parametrize(
    ("applicant", "n_probes", "message"),
    [
        (3, 0, "applicant is 3, expected one of the 3 applicants"),
        (-1, 0, "applicant is -1, expected one of the 3 applicants"),
        (0, -2, "n_probes is -2, expected >= 0"),
    ],
)
def test_an_applicant_or_a_number_of_probes_that_cannot_be_is_refused(
    applicant: int, n_probes: int, message: str
) -> None:
    market = published_market("roth-1982-three-students")
    with pytest.raises(OutcomeError) as error:
        profitable_misreport(immediate_acceptance, market, applicant, n_probes=n_probes, rng=generator(0))
    assert str(error.value) == message


def test_reports_are_drawn_that_name_two_postings_more_than_the_true_list() -> None:
    """What pays may lie where nobody wishes to go: here the one wish is granted to whoever names three places."""
    n_postings = 30
    wishes = Preferences.from_lists([[7]], n_choices=n_postings)
    market = Market(wishes, Preferences.from_lists([[0]] * n_postings, n_choices=1), np.ones(n_postings, np.int64))

    def to_whoever_names_three(market: Market) -> Matching:
        (row,) = market.applicants.to_lists()
        return Matching(np.array([7 if len(row) == 3 and 7 in row else -1]), n_postings)

    found = profitable_misreport(to_whoever_names_three, market, 0, n_probes=100, rng=generator(1))
    assert found is not None
    assert (found.report.size, found.truthful, found.gained) == (3, -1, 7)


def test_where_there_are_few_postings_every_order_of_all_of_them_is_tried() -> None:
    wishes = Preferences.from_lists([[0]], n_choices=4)
    market = Market(wishes, Preferences.from_lists([[0]] * 4, n_choices=1), np.ones(4, np.int64))

    def to_whoever_knows_the_order(market: Market) -> Matching:
        return Matching(np.array([0 if market.applicants.to_lists() == [[3, 1, 0, 2]] else -1]), 4)

    found = profitable_misreport(to_whoever_knows_the_order, market, 0, n_probes=0, rng=generator(0))
    assert found is not None
    assert found.report.tolist() == [3, 1, 0, 2]


def test_nobody_looks_further_once_the_first_choice_is_reached() -> None:
    asked: list[list[int]] = []
    wishes = Preferences.from_lists([[0, 1], [0, 1]], n_choices=2)
    market = Market(wishes, Preferences.from_lists([[0, 1], [0, 1]], n_choices=2), np.ones(2, np.int64))

    def recorded(market: Market) -> Matching:
        asked.append(market.applicants.to_lists()[0])
        return deferred_acceptance(market)

    assert profitable_misreport(recorded, market, 0, n_probes=9, rng=generator(0)) is None
    assert asked == [[0, 1]]
