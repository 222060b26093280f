"""The frontier of a round, against the two mechanisms that stand at its ends."""

from __future__ import annotations

from itertools import pairwise

import pytest

from features.what_ifs import frontier as module
from features.what_ifs.errors import WhatIfError
from features.what_ifs.frontier import round_frontier
from tests.features.what_ifs.crowded import crowded_round


def test_it_leads_from_a_stable_round_to_the_largest_total() -> None:
    stable, best = crowded_round("deferred-acceptance"), crowded_round("optimal-assignment")
    lines = round_frontier(stable, points=4)

    assert lines[0].n_blocking == 0
    assert lines[0].value >= stable.pairs.total(stable.matching) - 1e-6
    assert lines[-1].value == pytest.approx(best.pairs.total(best.matching), abs=1e-6)
    assert all(
        second.value >= first.value and second.n_blocking > first.n_blocking for first, second in pairwise(lines)
    )
    assert all(line.value <= line.bound + 1e-6 for line in lines)


def test_lists_that_are_too_long_are_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_ENTRIES", 5)

    with pytest.raises(WhatIfError, match=r"hold 30 wishes, expected at most 5 .* run the round with a shorter"):
        round_frontier(crowded_round("deferred-acceptance"))
