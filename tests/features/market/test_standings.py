"""Standings: the place of a total is the place a ranking gives it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from features.lists.ranking import rank
from features.market.scored_market import EXCLUDED, read_market
from features.market.standings import Standings, standings_of, totals_of
from features.scoring import Contributions
from tests.features.small_market import ON, two_by_two


def _standings(totals: list[float], codes: list[int]) -> Standings:
    parts = np.array(totals, dtype=np.float64)[:, None]
    rows = np.arange(len(totals), dtype=np.int64)
    ids = tuple(f"a{(7 * row) % 11:02}" for row in rows)  # the order of the rows is not that of the ids
    verdicts = np.array(codes, dtype=np.int8)
    return Standings(0, rows, ids, verdicts, Contributions(parts, parts, parts), totals_of(parts))


_lines = st.lists(
    st.tuples(st.sampled_from([0.0, 0.25, 0.5, 0.5000004, 0.75]), st.integers(0, EXCLUDED)), min_size=1, max_size=11
)


@given(_lines)
def test_the_place_of_everyones_own_total_is_the_place_in_the_order(lines: list[tuple[float, int]]) -> None:
    standings = _standings([total for total, _ in lines], [code for _, code in lines])
    best = standings.best()

    assert {at for at, (_, code) in enumerate(lines) if code < EXCLUDED} == set(best)
    for place, at in enumerate(best, start=1):
        assert standings.place_of(standings.ids[at], float(standings.totals[at])) == place


@given(_lines, st.sampled_from([0.0, 0.3, 0.5, 1.0]))
def test_a_newcomers_place_is_where_the_order_with_them_puts_them(lines: list[tuple[float, int]], total: float) -> None:
    newcomer = _standings([*(total for total, _ in lines), total], [*(code for _, code in lines), 0])
    before = _standings([total for total, _ in lines], [code for _, code in lines])
    an_id = newcomer.ids[-1]

    if an_id not in before.ids:
        assert before.place_of(an_id, total) == newcomer.best().index(len(lines)) + 1


def test_totals_are_the_scores_a_ranking_tells() -> None:
    market = read_market(two_by_two(), on=ON)
    standings = standings_of(market, "p1")

    told = {line.id: line.score for line in rank(market, "p1").candidates}
    assert dict(zip(standings.ids, standings.totals.tolist(), strict=True)) == told


def test_verdicts_that_turn_out_otherwise_leave_their_people_out_of_the_count() -> None:
    standings = _standings([0.9, 0.8, 0.1], [0, 0, 0])
    one_less = np.array([EXCLUDED, 0, 0], dtype=np.int8)

    assert standings.place_of(standings.ids[2], 0.1) == 3
    assert standings.place_of(standings.ids[2], 0.1, codes=one_less) == 2
