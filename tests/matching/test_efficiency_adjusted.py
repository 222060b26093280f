from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import MechanismError
from matching.market import Market
from matching.mechanisms.exchange.efficiency_adjusted import EfficiencyAdjusted, efficiency_adjusted_deferred_acceptance
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.preferences import Preferences
from matching.properties import blocking_pairs, is_feasible, is_individually_rational
from matching.properties.efficiency import is_pareto_efficient
from tests.oracles.comparison import efficiency_adjusted, kesten
from tests.oracles.enumeration import is_pareto_dominated, ranks_of, stable_matchings, strict_lists
from tests.oracles.published import published_market
from tests.strategies import markets


def crowded(seed: int, n: int = 8, m: int = 6) -> Market:
    """Complete lists and hardly a seat too many: where deferred acceptance leaves most to be gained."""
    rng = np.random.default_rng(seed)
    return Market(
        Preferences.from_scores(rng.random((n, m))),
        Preferences.from_scores(rng.random((m, n))),
        rng.integers(1, 3, m),
    )


def as_lists(market: Market) -> tuple[list[list[int]], list[list[int]], list[int]]:
    return strict_lists(market.applicants), strict_lists(market.postings), market.capacity.tolist()


def replayed(outcome: EfficiencyAdjusted) -> list[int]:
    """The stable matching after the recorded cycles, each of which passes on the seats it takes."""
    places = outcome.before.posting_of.copy()
    for index in range(outcome.cycles.n_cycles):
        applicants, postings = outcome.cycles.cycle(index)
        assert places[np.roll(applicants, -1)].tolist() == postings.tolist()
        places[applicants] = postings
    return places.tolist()


@settings(max_examples=150)
@given(markets(strict=True))
def test_with_everybodys_consent_nobody_can_be_made_better_off_without_making_somebody_worse_off(
    market: Market,
) -> None:
    outcome = efficiency_adjusted_deferred_acceptance(market)
    assert is_feasible(market, outcome.matching)
    assert is_individually_rational(market, outcome.matching)
    assert not is_pareto_dominated(market, tuple(outcome.matching.posting_of.tolist()))


@settings(max_examples=150)
@given(markets(strict=True, largest=7), st.data())
def test_nobody_is_worse_off_than_in_the_stable_matching_and_the_cycles_lead_from_it(
    market: Market, data: st.DataObject
) -> None:
    n = market.n_applicants
    consents = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    outcome = efficiency_adjusted_deferred_acceptance(market, consents=consents)
    assert outcome.before.posting_of.tolist() == deferred_acceptance(market).posting_of.tolist()
    assert replayed(outcome) == outcome.matching.posting_of.tolist()
    for ranks, before, after in zip(
        ranks_of(market.applicants.to_lists()), outcome.before.posting_of, outcome.matching.posting_of, strict=True
    ):
        assert ranks.get(int(after), 99) <= ranks.get(int(before), 99)


@given(markets(strict=True, largest=7))
def test_without_consent_it_is_deferred_acceptance(market: Market) -> None:
    outcome = efficiency_adjusted_deferred_acceptance(market, consents=np.zeros(market.n_applicants, np.bool_))
    assert outcome.matching.posting_of.tolist() == deferred_acceptance(market).posting_of.tolist()
    assert outcome.cycles.n_cycles == 0


@pytest.mark.parametrize("seed", range(60))
def test_two_published_algorithms_agree_with_the_walk(seed: int) -> None:
    market = crowded(seed)
    consents = np.random.default_rng(seed).random(market.n_applicants) < [0.5, 0.8, 1.0][seed % 3]
    outcome = efficiency_adjusted_deferred_acceptance(market, consents=consents)
    found = outcome.matching.posting_of.tolist()
    assert found == efficiency_adjusted(*as_lists(market), consents.tolist())
    assert found == kesten(*as_lists(market), consents.tolist())
    assert replayed(outcome) == found


@settings(max_examples=150)
@given(markets(strict=True, largest=7), st.data())
def test_the_twins_agree_where_lists_are_short_and_postings_closed(market: Market, data: st.DataObject) -> None:
    n = market.n_applicants
    consents = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    found = efficiency_adjusted_deferred_acceptance(market, consents=consents).matching.posting_of.tolist()
    assert found == efficiency_adjusted(*as_lists(market), consents) == kesten(*as_lists(market), consents)


@pytest.mark.parametrize("seed", range(20))
def test_nobodys_own_consent_changes_their_own_place_and_only_consenting_people_are_passed_over(seed: int) -> None:
    market = crowded(seed)
    rng = np.random.default_rng(seed)
    consents = rng.random(market.n_applicants) < 0.7
    outcome = efficiency_adjusted_deferred_acceptance(market, consents=consents)
    for applicant in range(market.n_applicants):
        other = consents.copy()
        other[applicant] ^= True
        matching = efficiency_adjusted_deferred_acceptance(market, consents=other).matching
        assert matching.posting_of[applicant] == outcome.matching.posting_of[applicant]
    assert consents[blocking_pairs(market, outcome.matching)[:, 0]].all()


def test_seats_do_improve_in_the_crowded_markets_tested_above() -> None:
    outcomes = [efficiency_adjusted_deferred_acceptance(crowded(seed)) for seed in range(60)]
    assert sum(outcome.cycles.n_cycles > 0 for outcome in outcomes) >= 10


def test_interrupters_give_way_as_published() -> None:
    # Kesten (2010), the example with six students and five schools, s5 with two seats; all matchings enumerated
    market = published_market("kesten-2010-interrupters")
    outcome = efficiency_adjusted_deferred_acceptance(market)
    assert (outcome.before.posting_of + 1).tolist() == [3, 1, 2, 4, 5, 5]
    assert (outcome.matching.posting_of + 1).tolist() == [2, 3, 4, 1, 5, 5]
    assert tuple(outcome.before.posting_of.tolist()) in stable_matchings(market)
    assert not is_pareto_dominated(market, tuple(outcome.matching.posting_of.tolist()))
    assert is_pareto_efficient(market, outcome.matching)
    assert not is_pareto_efficient(market, outcome.before)


def test_a_refused_consent_stops_the_exchange_it_would_have_allowed() -> None:
    # Roth (1982): i3 wants s1 and s2 in vain and stands between i1 and i2, who would swap
    market = published_market("roth-1982-three-students")
    matching = {
        refusing: efficiency_adjusted_deferred_acceptance(market, consents=np.arange(3) != refusing).matching
        for refusing in range(3)
    }
    assert [matching[refusing].posting_of.tolist() for refusing in range(3)] == [[1, 0, 2], [1, 0, 2], [0, 1, 2]]


@pytest.mark.parametrize(
    ("consents", "has"), [([True], "dtype bool and shape (1,)"), ([1, 0, 1], "dtype int64 and shape (3,)")]
)
def test_consents_that_are_not_one_boolean_a_person_are_refused(consents: list[object], has: str) -> None:
    with pytest.raises(MechanismError) as error:
        efficiency_adjusted_deferred_acceptance(crowded(0, 3, 2), consents=consents)
    assert str(error.value) == f"consents has {has}, expected one boolean for each of the 3 applicants"


def test_a_tie_is_refused_with_the_side_and_the_row() -> None:
    strict, tied = Preferences.from_lists([[0], [1]], 2), Preferences.from_lists([[0], [[0, 1]]], 2)
    with pytest.raises(MechanismError) as error:
        efficiency_adjusted_deferred_acceptance(Market(tied, strict, np.array([1, 1])))
    assert str(error.value) == "applicant 1 lists a tie, expected strict lists: break ties first"
