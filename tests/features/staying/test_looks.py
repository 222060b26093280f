"""How long those who left count as watched."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from features.staying.looks import Watched, watched
from features.staying.month_counts import whole_months
from features.staying.office_model import stay_model_of
from features.staying.outcome_files import Outcome
from features.staying.placements import Placements

ON = date(2026, 11, 20)
_LOOKS = (0, 3, 6, 12, 24, 36)
_LEAVING = 0.05  # chance of each month


def _one(an_id: str, started_on: str = "2025-04-01", **told: Any) -> Outcome:
    facts = {"applicant_id": an_id, "posting_id": "p1", "started_on": started_on}
    return Outcome.model_validate(facts | told)


def _drawn_office(seed: int, n: int) -> list[Outcome]:
    """People who begin on any day of three years, leave with the same chance each month and are asked on schedule."""
    rng, found = np.random.default_rng(seed), list[Outcome]()
    for k in range(n):
        start = ON - timedelta(days=int(rng.integers(1095)))
        left = start + timedelta(days=int(rng.exponential(30.44 / -math.log1p(-_LEAVING))))
        look = max(one for one in _LOOKS if one <= whole_months(start, ON))
        month = start.month - 1 + look
        looked = date(start.year + month // 12, month % 12 + 1, min(start.day, 28)) if look else start
        told = {"left_on": left} if left <= ON else {"there_on": looked}
        found.append(_one(f"a{k}", start.isoformat(), **told))
    return found


def _share_of_a_year(outcomes: list[Outcome]) -> float:
    months = np.array([one for one in watched(outcomes, [1] * len(outcomes), on=ON) if one.seen >= 1])
    zeros = np.zeros(len(months), np.int64)
    past = Placements(("work_done",), np.full((len(months), 1), 0.5), months[:, 0], months[:, 1], zeros, zeros)
    return float(stay_model_of(past.take(past.seen_months >= 1)).stay(np.array([[0.5]]))[0])


def test_an_office_that_asks_at_3_6_12_24_and_36_months_learns_the_share_that_stays() -> None:
    true = (1 - _LEAVING) ** 12

    assert _share_of_a_year(_drawn_office(0, 3000)) == pytest.approx(true, abs=0.03)  # was 0.09 below


def test_those_who_left_share_out_the_looks_of_those_who_began_with_them() -> None:
    there = [_one("b1", there_on="2025-07-01"), _one("b2", there_on="2026-04-01")]
    gone = [_one(f"a{k}", left_on="2026-01-15") for k in range(4)]
    found = watched([*there, *gone], [1] * 6, on=ON)

    assert found[2:] == [Watched(0, 3), Watched(0, 3), Watched(10, 12), Watched(10, 12)]
    assert watched([*gone[::-1], *there], [1] * 6, on=ON) == [*found[:1:-1], *found[:2]]  # order decides nothing


def test_looks_of_the_same_municipality_and_the_nearest_start_count() -> None:
    there = [
        _one("b1", there_on="2025-07-01"),
        _one("b2", there_on="2026-04-01"),
        _one("b3", "2026-04-01", there_on="2026-10-01"),
    ]
    gone = [_one("a1", left_on="2025-09-10"), _one("a2", "2026-03-20", left_on="2026-04-25")]

    assert watched([*there, *gone], [1, 2, 1, 2, 2], on=ON)[3:] == [Watched(6, 12), Watched(2, 6)]


def test_who_ended_as_planned_shows_that_the_office_looked_on_that_day() -> None:
    planned = _one("b1", "2023-04-01", left_on="2026-03-31", as_planned=True)
    gone = _one("a1", "2023-04-01", left_on="2025-05-10")

    assert watched([planned, gone], [1, 1], on=ON) == [Watched(0, 35), Watched(26, 35)]


def test_nobody_is_watched_for_longer_than_since_the_start() -> None:
    there, gone = _one("b1", "2024-04-01", there_on="2026-11-20"), _one("a1", "2026-08-01", left_on="2026-09-10")

    assert watched([there, gone], [1, 1], on=ON) == [Watched(0, 31), Watched(2, 3)]
    assert watched([gone], [1], on=ON) == [Watched(2, 3)]
