"""Sides of a drawn market as large as wanted: vectors, sixteen tables, eight rules, one exception an applicant.

With the vectors, which hold two, these are eighteen terms; the rules leave out about a third of all pairs.
"""

from __future__ import annotations

import numpy as np

from matching.ranking.score_sides import ApplicantSide, PairExceptions, PostingSide, RuleTable, ScoreTable

__all__ = ["applicant_side", "posting_side", "vectors"]

_TABLES, _RULES = 16, 8


def vectors(rng: np.random.Generator, n: int, width: int, *, is_positive: bool = False) -> np.ndarray:
    """(n, width) float32 of length one, in multiples of 2⁻²⁴ so that every way to score them means the same."""
    drawn = rng.standard_normal((n, width), dtype=np.float32)
    if is_positive:
        np.abs(drawn, out=drawn)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return np.asarray(np.rint(drawn * 2.0**24) / 2.0**24, dtype=np.float32)


def posting_side(rng: np.random.Generator, drawn: np.ndarray) -> PostingSide:
    """Postings of these vectors, with tables and rules."""
    m, tables, rules = len(drawn), list[ScoreTable](), list[RuleTable]()
    for t in range(_TABLES):
        shape = _table_shape(t)
        tables.append(ScoreTable(rng.random(shape), rng.integers(0, shape[1], m), rng.uniform(0.5, 1.0, m)))
    for _ in range(_RULES):
        rules.append(RuleTable(rng.random((50, 50)) < 0.05, rng.integers(0, 50, m)))
    return PostingSide(drawn, tuple(tables), tuple(rules))


def applicant_side(rng: np.random.Generator, drawn: np.ndarray, n_postings: int) -> ApplicantSide:
    """Applicants of these vectors, with weights of their own, against so many postings of :func:`posting_side`."""
    r = len(drawn)
    weights = rng.dirichlet(np.ones(_TABLES + 2), r)
    codes = np.stack([rng.integers(0, _table_shape(t)[0], r) for t in range(_TABLES)], axis=1)
    return ApplicantSide(
        drawn * weights[:, -1:],
        codes=codes,
        weights=weights[:, :_TABLES],
        states=rng.integers(0, 50, (r, _RULES)),
        exceptions=PairExceptions(np.arange(r), rng.integers(0, n_postings, r), rng.random(r) < 0.5),
    )


def _table_shape(t: int) -> tuple[int, int]:
    """Most tables are small; two compare prefectures."""
    return (47, 47) if t < 2 else (3 + t % 5, 3 + t % 7)
