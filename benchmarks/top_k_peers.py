"""Other ways to find the fifty best postings of applicants: faiss's flat index, numpy's argpartition, polars.

Each returns what lists some applicants, or None where it is not installed. All are told how many threads they have;
polars only where nothing has loaded it before.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

__all__ = ["Listing", "argpartition", "faiss_flat", "polars_pipeline"]

Listing: TypeAlias = Callable[[np.ndarray], np.ndarray]
"""(r, width) vectors to (r, length) postings, best first."""


def faiss_flat(postings: np.ndarray, length: int, threads: int) -> Listing | None:
    """The exact index of inner products."""
    try:
        faiss: Any = importlib.import_module("faiss")
    except ImportError:
        return None
    faiss.omp_set_num_threads(threads)
    index = faiss.IndexFlatIP(postings.shape[1])
    index.add(postings)

    def listed(vectors: np.ndarray) -> np.ndarray:
        return np.asarray(index.search(vectors, length)[1])

    return listed


def argpartition(postings: np.ndarray, length: int) -> Listing:
    """The product of a few hundred rows, its best parted off and put in order."""
    columns = np.ascontiguousarray(postings.T)

    def listed(vectors: np.ndarray) -> np.ndarray:
        found = np.empty((len(vectors), length), np.int64)
        for i in range(0, len(vectors), 512):
            scores = vectors[i : i + 512] @ columns
            best = np.argpartition(scores, scores.shape[1] - length, axis=1)[:, -length:]
            order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
            found[i : i + 512] = np.take_along_axis(best, order, axis=1)
        return found

    return listed


def polars_pipeline(postings: np.ndarray, length: int, threads: int) -> Listing:
    """The product as a long table of applicant, posting and score, grouped by applicant, the best of each group."""
    os.environ.setdefault("POLARS_MAX_THREADS", str(threads))
    import polars as pl  # noqa: PLC0415 - reads the variable above when it is loaded

    columns, m = np.ascontiguousarray(postings.T), len(postings)

    def listed(vectors: np.ndarray) -> np.ndarray:
        found = np.empty((len(vectors), length), np.int64)
        for i in range(0, len(vectors), 512):
            scores = vectors[i : i + 512] @ columns
            pairs = {
                "applicant": np.repeat(np.arange(len(scores), dtype=np.int32), m),
                "posting": np.tile(np.arange(m, dtype=np.int32), len(scores)),
                "score": scores.ravel(),
            }
            best = pl.col("posting").top_k_by("score", length)
            lists = pl.LazyFrame(pairs).group_by("applicant").agg(best).sort("applicant").collect()
            found[i : i + 512] = np.stack(lists["posting"].to_list())
        return found

    return listed
