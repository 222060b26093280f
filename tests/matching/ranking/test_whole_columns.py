"""Postings' lists of the first rows, which are looked at together, and of those that follow, against full sorts."""

from __future__ import annotations

import importlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.ranking.orders import NOT_LISTED
from matching.ranking.score_sides import ApplicantBlock, ApplicantSide, Postings, PostingSide
from matching.ranking.top_k import prepare_postings, top_k, top_k_of_block
from matching.ranking.top_lists import TopLists
from tests.matching.ranking.sample_sides import block_rows, sides
from tests.oracles.top_k import lists_of_postings

SHAPES = ["ascending", "descending", "equal", "few levels", "drawn", "one far away"]


def _scores(shape: str, n: int, rng: np.random.Generator) -> np.ndarray:
    """Scores of n applicants, multiples of 2⁻²⁰, so that products with one are exact."""
    steps = {
        "ascending": np.arange(n),
        "descending": -np.arange(n),
        "equal": np.full(n, 3),
        "few levels": rng.integers(0, 3, n),
        "drawn": rng.integers(-(2**18), 2**18, n),
        "one far away": np.where(np.arange(n) == n // 2, 2**23, rng.integers(0, 40, n)),
    }
    return np.asarray(steps[shape] * 2.0**-20)


def _is_listed(found: TopLists, scores: np.ndarray, is_out: np.ndarray) -> bool:
    """Whether all lists, (m, k), hold the best of (n, m) scores, equal ones by index."""
    n, m = is_out.shape
    for j in range(m):
        best = np.lexsort((np.arange(n), -scores, is_out[:, j]))[
            : min(found.items.shape[1], int((~is_out[:, j]).sum()))
        ]
        row = found.items[j]
        if row[: best.size].tolist() != best.tolist() or (row[best.size :] != NOT_LISTED).any():
            return False
    return True


def _left_out(n: int, rng: np.random.Generator) -> np.ndarray:
    """Who is left out by six postings: nobody, some, most, all, the first and the last."""
    is_out = rng.random((n, 6)) < [0.0, 0.4, 0.97, 1.0, 0.0, 0.0]
    is_out[:40, 4], is_out[40:, 5] = True, True
    return is_out


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("rows", "length"), [(64, 20), (200, 70), (1024, 1), (1024, 150)])
def test_the_best_are_listed_in_whatever_order_they_come(
    shape: str, rows: int, length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.import_module("matching.ranking.top_k"), "_ROWS", rows)
    rng, n = np.random.default_rng(7), 330
    scores, is_out = _scores(shape, n, rng), _left_out(n, rng)
    side, postings = ApplicantSide(scores[:, None], excluded=is_out), Postings(PostingSide(np.ones((6, 1))))
    found = top_k([ApplicantBlock(0, side)], postings, per_applicant=2, per_posting=length).postings

    assert _is_listed(found, scores, is_out)


@pytest.mark.parametrize("shape", SHAPES)
def test_lists_known_from_elsewhere_are_limits_of_the_first_rows_too(shape: str) -> None:
    rng, n, known = np.random.default_rng(8), 300, None
    scores, is_out = _scores(shape, n, rng), _left_out(n, rng)
    prepared = prepare_postings(Postings(PostingSide(np.ones((6, 1)))))
    for first, end in ((140, n), (0, 140)):  # the later ones first: their indices lose ties
        side = ApplicantSide(scores[first:end, None], excluded=is_out[first:end])
        known = top_k_of_block(ApplicantBlock(first, side), prepared, per_posting=20, known=known).postings

    assert known is not None
    assert _is_listed(known, scores, is_out)


@given(seed=st.integers(0, 10**6), n=st.integers(36, 90), m=st.integers(1, 12), k=st.integers(1, 6))
@settings(max_examples=25, deadline=None)
def test_first_rows_give_the_lists_of_a_full_sort_of_exact_scores(seed: int, n: int, m: int, k: int) -> None:
    applicants, postings = sides(seed, n, m)
    blocks = [
        ApplicantBlock(0, block_rows(applicants, 0, n - 5)),
        ApplicantBlock(n - 5, block_rows(applicants, n - 5, n)),
    ]
    found = top_k(blocks, Postings(postings), per_applicant=2, per_posting=k).postings

    pairs = [
        [(item, units) for item, units in zip(*row, strict=True) if item != NOT_LISTED]
        for row in zip(found.items.tolist(), found.units.tolist(), strict=True)
    ]
    assert pairs == lists_of_postings(applicants, postings, k)
