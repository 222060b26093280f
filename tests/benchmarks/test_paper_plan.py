"""The plan adds up what it is given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.paper_plan import Plan, Register, merged_rows, plan_of, stages
from benchmarks.paper_stages import PER_POSTING, measured
from benchmarks.unlike_texts import unlike_applicants
from features.synthetic import sample_market

PLAN = Plan(
    once=10,
    reading=90,
    scoring=9,
    writing=1,
    merge=50,
    register_bytes=0,
    lists_bytes=0,
    result_bytes=0,
    worker_gib=1,
    merge_gib=1,
    n_partitions=6,
)


def test_cores_share_whole_partitions() -> None:
    assert [PLAN.seconds(k) for k in (1, 2, 4, 5, 6, 7)] == [660, 360, 260, 260, 160, 160]


def test_the_merge_and_the_calls_bound_what_cores_bring() -> None:
    assert PLAN.most_speed_up == 660 / 160
    assert replace(PLAN, merge=0, once=0).most_speed_up == 6


def test_the_last_partition_counts_though_it_is_smaller() -> None:
    assert Register(applicants=10_001, postings=1, partition=1_000).n_partitions == 11


def test_a_register_twice_as_large_takes_twice_the_partitions() -> None:
    unit = {one.name: np.ones(len(one.drivers(*one.sizes[0]))) for one in stages(is_quick=True)}

    one, two = (plan_of(Register(applicants=n, postings=20, partition=1_000), unit) for n in (10_000, 20_000))

    assert (one.n_partitions, two.n_partitions) == (10, 20)
    assert one.partition == two.partition
    assert two.register_bytes == 2 * one.register_bytes
    assert one.merge < two.merge


@pytest.mark.parametrize("is_quick", [False, True])
def test_what_is_predicted_is_larger_than_what_was_fitted(is_quick: bool) -> None:
    for one in stages(is_quick=is_quick):
        *fitted, predicted = (np.prod(sizes) for sizes in one.sizes)
        assert predicted > max(fitted), one.name
        assert len(one.sizes) == 4


def test_rows_that_the_merge_sorts_are_as_many_as_come_among_the_best() -> None:
    rng, n_parts, n_postings, most = np.random.default_rng(0), 8, 40, 20_000
    best, waiting, total = np.empty((n_postings, 0)), list[np.ndarray](), 0
    for part in range(n_parts):
        found = -np.sort(-rng.random((n_postings, 2_000)), axis=1)[:, :PER_POSTING]
        last = best[:, -1:] if best.size else np.full((n_postings, 1), -np.inf)
        waiting.append(np.where(found >= last, found, -np.inf))
        n_waiting = sum(int(np.isfinite(one).sum()) for one in waiting)
        if n_waiting > most or part == n_parts - 1:
            total += n_waiting + best.size
            best, waiting = -np.sort(-np.hstack([best, *waiting]), axis=1)[:, :PER_POSTING], []

    assert merged_rows(n_parts, n_postings, most=most) == pytest.approx(total, rel=0.05)


@pytest.mark.parametrize(("stage", "sizes"), [("rows", (20,)), ("merge", (3, 20)), ("pairs", (20, 5))])
def test_a_stage_is_measured(stage: str, sizes: tuple[int, ...]) -> None:
    fields = {one.field for one in stages(is_quick=True) if one.stage == stage}

    found = measured(stage, sizes)

    assert fields <= set(found)
    assert all(found[field] > 0 for field in fields)


def test_texts_that_are_made_unlike_repeat_nothing() -> None:
    people = unlike_applicants(sample_market(n_applicants=30, n_postings=5, n_company_people=0).applicants)

    texts = [one.selection_profile.motivation_text for one in people if one.selection_profile.motivation_text]
    assert len(texts) > 10
    assert len(set(texts)) == len(texts)
