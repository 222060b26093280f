"""Choice sets drawn from known coefficients."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.learning.choice_sets import ChoiceSets


def drawn(rng: np.random.Generator, n_sets: int, beta: npt.ArrayLike, *, size: int = 5, placed: int = 1) -> ChoiceSets:
    """Sets of ``size`` rows of which the first ``placed`` are placed, by Gumbel noise."""
    truth = np.asarray(beta, dtype=np.float64)
    x = rng.random((n_sets * size, truth.size))
    noisy = (x @ truth + rng.gumbel(size=n_sets * size)).reshape(n_sets, size)
    rank = np.argsort(np.argsort(-noisy, axis=1), axis=1)
    place = np.where(rank < placed, rank + 1, 0).ravel().astype(np.int64)
    terms = tuple(f"t{k}" for k in range(truth.size))
    return ChoiceSets(terms, x, np.arange(n_sets + 1) * size, place)


def ragged(rng: np.random.Generator, n_sets: int, n_terms: int = 3) -> ChoiceSets:
    """Sets of 1 to 6 rows with any places, ties and nobody among them."""
    sizes = rng.integers(1, 7, n_sets)
    n = int(sizes.sum())
    terms = tuple(f"t{k}" for k in range(n_terms))
    indptr = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return ChoiceSets(terms, rng.normal(size=(n, n_terms)), indptr, rng.integers(0, 4, n), rng.integers(0, 4, n_sets))
