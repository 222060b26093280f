"""Both sides of small invented markets, as a score reads them."""

from __future__ import annotations

import numpy as np

from matching.ranking.score_sides import ApplicantSide, PairExceptions, PostingSide, RuleTable, ScoreTable

__all__ = ["block_rows", "sides"]


def sides(seed: int, n: int, m: int) -> tuple[ApplicantSide, PostingSide]:
    """A market of coarse numbers, so that scores tie, or of fine ones; with empty rows and rows that are left out."""
    rng = np.random.default_rng(seed)
    d, n_tables, n_rules = int(rng.integers(0, 5)), int(rng.integers(0, 5)), int(rng.integers(0, 3))
    is_coarse = bool(rng.integers(0, 2))

    def numbers(*shape: int) -> np.ndarray:
        return rng.integers(-2, 3, shape) / 4 if is_coarse else rng.uniform(-1, 1, shape)

    vectors = numbers(n, d) * (rng.random((n, 1)) < 0.8)
    tables = []
    for _ in range(n_tables):
        shape = (int(rng.choice([1, 3, 300])), int(rng.integers(1, 4)))
        weights = numbers(m) if rng.random() < 0.5 else None
        tables.append(ScoreTable(numbers(*shape), rng.integers(0, shape[1], m), weights))
    rules = [RuleTable(rng.random((3, 2)) < rng.choice([0.1, 0.6]), rng.integers(0, 2, m)) for _ in range(n_rules)]
    exceptions = PairExceptions(np.arange(min(n, m)), np.arange(min(n, m)), rng.random(min(n, m)) < 0.5)
    codes = [rng.integers(0, table.values.shape[0], n) for table in tables]
    applicants = ApplicantSide(
        vectors,
        codes=np.array(codes, dtype=np.int64).reshape(n_tables, n).T,
        weights=numbers(n, n_tables) if rng.random() < 0.5 else None,
        states=rng.integers(0, 3, (n, n_rules)),
        excluded=np.repeat(rng.random((n, 1)) < 0.2, m, axis=1) if rng.random() < 0.5 else None,
        exceptions=exceptions if rng.random() < 0.5 else None,
    )
    return applicants, PostingSide(numbers(m, d), tuple(tables), tuple(rules))


def block_rows(side: ApplicantSide, start: int, stop: int) -> ApplicantSide:
    found = side.exceptions
    if found is not None:
        here = (found.rows >= start) & (found.rows < stop)
        found = PairExceptions(found.rows[here] - start, found.postings[here], found.excluded[here])
    of = slice(start, stop)
    return ApplicantSide(
        side.vectors[of],
        codes=side.row_codes[of],
        weights=side.row_weights[of],
        states=side.row_states[of],
        excluded=None if side.excluded is None else side.excluded[of],
        exceptions=found,
    )
