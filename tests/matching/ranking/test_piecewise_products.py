"""Vectors of any width give the lists of a full sort of exact scores, and no piece is so long that rows stand alone."""

from __future__ import annotations

import importlib

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matching.ranking.exact_units import factors_in_units
from matching.ranking.orders import NOT_LISTED
from matching.ranking.pair_scores import TILE_WIDTH
from matching.ranking.piecewise_products import multiply_tile, piece_shape, rows_at_once, rows_in_pieces
from matching.ranking.score_sides import ApplicantBlock, ApplicantSide, Postings, PostingSide
from matching.ranking.top_k import prepare_postings, top_k


def _best(units: np.ndarray, excluded: np.ndarray, length: int) -> list[list[tuple[int, int]]]:
    """Of every row the best items that are not excluded, equal ones by their index."""
    best = []
    for scores, is_out in zip(units, excluded, strict=True):
        order = np.lexsort((np.arange(scores.size), -scores))
        best.append([(int(x), int(scores[x])) for x in order[~is_out[order]][:length]])
    return best


def _listed(items: np.ndarray, units: np.ndarray) -> list[list[tuple[int, int]]]:
    return [
        [(int(x), int(unit)) for x, unit in zip(*row, strict=True) if x != NOT_LISTED]
        for row in zip(items, units, strict=True)
    ]


def _vectors(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Coarse numbers, so that scores tie, or fine ones; some of no length, some twice."""
    drawn = rng.integers(-2, 3, (n, d)) / 8 if rng.random() < 0.5 else rng.uniform(-0.7, 0.7, (n, d))
    drawn[rng.random(n) < 0.2] = 0
    twice = rng.random(n) < 0.3
    drawn[twice] = drawn[rng.integers(0, max(n, 1), n)][twice]
    return drawn


@given(
    seed=st.integers(0, 10**6),
    d=st.integers(0, 2000),
    n=st.integers(0, 40),
    m=st.integers(0, 600),
    threads=st.integers(1, 3),
)
@example(seed=0, d=0, n=40, m=300, threads=2)
@example(seed=1, d=128, n=40, m=300, threads=2)
@example(seed=2, d=129, n=40, m=300, threads=2)
@example(seed=3, d=2000, n=40, m=600, threads=3)
@settings(max_examples=30, deadline=None)
def test_lists_of_wide_vectors_are_those_of_a_full_sort_of_exact_scores(
    seed: int, d: int, n: int, m: int, threads: int
) -> None:
    rng = np.random.default_rng(seed)
    vectors, others = _vectors(rng, n, d), _vectors(rng, m, d)
    excluded = rng.random((n, m)) < rng.choice([0.0, 0.3, 1.0], (n, 1))
    block = ApplicantBlock(0, ApplicantSide(vectors, excluded=excluded))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(importlib.import_module("matching.ranking.top_k"), "_ROWS", 11)
        found = top_k([block], Postings(PostingSide(others)), per_applicant=7, per_posting=5, threads=threads)

    units = factors_in_units(vectors, "").astype(np.int64) @ factors_in_units(others, "").astype(np.int64).T
    assert _listed(found.applicants.items, found.applicants.units) == _best(units, excluded, 7)
    assert _listed(found.postings.items, found.postings.units) == _best(units.T, excluded.T, 5)


@pytest.mark.parametrize("n_outstanding", [20, 200])
def test_a_limit_of_wide_vectors_that_was_guessed_too_high_costs_no_item(n_outstanding: int) -> None:
    m, d, rng = 3000, 300, np.random.default_rng(n_outstanding)
    others = rng.uniform(0, 0.5, (m, d))
    sampled = prepare_postings(Postings(PostingSide(others))).sides[0][0].order[:TILE_WIDTH]
    others[sampled[:n_outstanding]] += 0.5
    vectors = rng.uniform(0, 1, (5, d))
    found = top_k([ApplicantBlock(0, ApplicantSide(vectors))], Postings(PostingSide(others)), per_posting=0).applicants

    units = factors_in_units(vectors, "").astype(np.int64) @ factors_in_units(others, "").astype(np.int64).T
    assert _listed(found.items, found.units) == _best(units, np.zeros((5, m), dtype=bool), 50)


@given(d=st.integers(0, 4000))
@settings(deadline=None)
def test_pieces_hold_every_dimension_and_as_many_rows_as_openblas_multiplies_well(d: int) -> None:
    n_pieces, length = piece_shape(d)

    assert n_pieces * length >= d > n_pieces * (length - 1) - 1
    rows = rows_at_once(length, TILE_WIDTH)
    assert 16 <= rows <= 64
    assert rows % 4 == 0
    assert rows * length * TILE_WIDTH <= 2**19


@pytest.mark.parametrize("d", [0, 1, 128, 129, 1556])
def test_the_product_of_pieces_is_the_product(d: int) -> None:
    rng = np.random.default_rng(d)
    left, right = rng.integers(-64, 64, (9, d)), rng.integers(-64, 64, (12, d))
    vectors, others = (rows_in_pieces(side.astype(np.int32) << 20) for side in (left, right))  # sums fit 24 bits
    scores, spare = np.full((2, 5, 12), np.nan, np.float32)
    multiply_tile(scores, spare, 3, vectors, np.ascontiguousarray(others.transpose(0, 2, 1)))

    assert (scores * 2.0**12 == left[3:8] @ right.T).all()
