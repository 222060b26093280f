"""Who was still there after a year, by score: bands of equal size, and silence while people are few."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from api.outcomes.by_score import NEEDED, outcomes_by_score
from api.outcomes.placements import Placement
from api.outcomes.tables import OutcomeRow
from features.market.scored_market import ScoredMarket, read_market
from tests.features.small_market import ON
from tests.features.what_ifs.crowded import crowd


@pytest.fixture(scope="module")
def market() -> ScoredMarket:
    return read_market(crowd(), on=ON)


def _placement(person: int, call: int, *, is_there: bool) -> Placement:
    left = None if is_there else date(2025, 6, 1)
    row = OutcomeRow(
        id=f"{person}-{call}",
        application_id="x",
        number=1,
        months=12,
        state="there" if is_there else "left",
        exit_code=None if is_there else "family",
        left_on=left,
        found_on=date(2026, 4, 2),
        started_on=date(2025, 4, 1),
        role="local",
        recorded_at=datetime(2026, 4, 2, tzinfo=UTC),
    )
    return Placement("x", f"a{person:02}", f"p{call}", date(2025, 4, 1), {12: row})


def _placements(number: int) -> list[Placement]:
    return [_placement(k % 12, k % 4, is_there=k % 2 == 0) for k in range(number)]


def test_with_too_few_people_there_is_no_band(market: ScoredMarket) -> None:
    found = outcomes_by_score(market, _placements(NEEDED - 1))

    assert (found.known, found.needed, found.bands) == (NEEDED - 1, NEEDED, [])
    assert outcomes_by_score(market, _placements(4)).known is None


def test_bands_rise_and_hold_everybody_once_with_an_interval_around_the_share(market: ScoredMarket) -> None:
    found = outcomes_by_score(market, _placements(48))
    told = [band for band in found.bands if band.there.share is not None]

    assert len(found.bands) == 4
    assert sum(band.there.known or 0 for band in found.bands) == 48
    assert all(one.high <= two.low for one, two in zip(found.bands, found.bands[1:], strict=False))
    for band in told:
        assert band.there.share is not None and band.share_low is not None and band.share_high is not None
        assert 0 <= band.share_low <= band.there.share <= band.share_high <= 1
        assert band.share_high - band.share_low > 0.2


def test_a_band_that_would_tell_of_few_people_is_withheld(market: ScoredMarket) -> None:
    there = [_placement(k % 12, k % 4, is_there=k != 0) for k in range(40)]
    found = outcomes_by_score(market, there)

    hidden = [band for band in found.bands if band.there.share is None]
    # one that would tell, and another: all of them together are told elsewhere
    assert len(hidden) == 2 < len(found.bands)
    assert all(band.there.number is None and band.share_low is None for band in hidden)


def test_pairs_that_are_in_the_market_no_longer_and_years_nobody_knows_are_left_out(market: ScoredMarket) -> None:
    gone = [_placement(99, 0, is_there=True) for _ in range(50)]
    unknown = [Placement("x", "a01", "p1", date(2026, 9, 1), {}) for _ in range(50)]

    assert outcomes_by_score(market, [*gone, *unknown]).known is None
