"""What is kept of a market's interest, and what takes its place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.kept_markets import interests as kept_interests
from api.kept_markets.interests import KeptInterests
from features.market.scored_market import ScoredMarket, read_market
from tests.features.small_market import ON, two_by_two


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Spreads that were really computed, in their order."""
    spreads: list[float] = []
    real = kept_interests.read_interest

    def counted(market: ScoredMarket, spread: float, **options: Any) -> object:
        spreads.append(spread)
        return real(market, spread, **options)

    monkeypatch.setattr(kept_interests, "read_interest", counted)
    return spreads


def test_many_who_ask_at_once_wait_for_one_computation(computed: list[float]) -> None:
    market, kept = read_market(two_by_two(), on=ON), KeptInterests()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda k: kept.of(market, (0.0, 0.5)[k % 2]), range(16)))

    assert sorted(computed) == [0.0, 0.5]
    assert len({id(interest) for interest in found}) == 2


def test_only_the_last_few_spreads_are_kept(computed: list[float]) -> None:
    market, kept = read_market(two_by_two(), on=ON), KeptInterests()
    for spread in (0.0, 0.1, 0.2, 0.3, 0.0, 0.4, 0.0, 0.1):
        kept.of(market, spread)

    assert computed == [0.0, 0.1, 0.2, 0.3, 0.4, 0.1]


def test_another_market_takes_the_place_of_the_last(computed: list[float]) -> None:
    first, second, kept = (*(read_market(two_by_two(), on=ON) for _ in range(2)), KeptInterests())
    found = [kept.of(market, 0.5) for market in (first, second, second)]

    assert computed == [0.5, 0.5]
    assert found[0].market is first
    assert found[1] is found[2]
