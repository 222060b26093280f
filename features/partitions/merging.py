"""The best applicants of every posting, from the lists of partitions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

__all__ = ["merge_candidates"]

_SCHEMA: Final = pl.Schema({"posting_id": pl.String, "place": pl.Int32, "applicant_id": pl.String, "score": pl.Float64})
_MOST: Final = 4_000_000  # rows that wait to be sorted together


def merge_candidates(parts: Iterable[pl.DataFrame], *, length: int) -> pl.DataFrame:
    """Return the best of all lists, in bounded memory.

    Parameters
    ----------
    parts : iterable of DataFrame
        As :class:`~features.partitions.lists.PartitionLists` has candidates; nobody stands in two of them.
    length : int
        Applicants of a posting at most, and at least as many as each part was listed with.

    Returns
    -------
    DataFrame
        By posting id, best first, equal scores by applicant id. Neither the order of the parts nor how a register was
        cut into them changes a byte: scores are exact and nobody is dropped who could be among the best.

    Examples
    --------
    >>> one = pl.DataFrame({"posting_id": ["p"], "place": [1], "applicant_id": ["b"], "score": [0.5]})
    >>> other = one.with_columns(applicant_id=pl.lit("a"))
    >>> merge_candidates([one, other], length=1)["applicant_id"].to_list()
    ['a']
    """
    best, waiting, n_waiting = pl.DataFrame(schema=_SCHEMA), list[pl.DataFrame](), 0
    for part in parts:
        waiting.append(_reaching(part.select(*_SCHEMA).cast(_SCHEMA), best, length))
        n_waiting += waiting[-1].height
        if n_waiting > _MOST:
            best, waiting, n_waiting = _best_of([best, *waiting], length), [], 0
    return _best_of([best, *waiting], length)


def _reaching(part: pl.DataFrame, best: pl.DataFrame, length: int) -> pl.DataFrame:
    """Rows that may still come among the best; late in a register these are few."""
    last = best.filter(pl.col("place") == length).select("posting_id", last="score")
    reached = part.join(last, on="posting_id", how="left").filter(
        pl.col("last").is_null() | (pl.col("score") >= pl.col("last"))
    )
    return reached.drop("last")


def _best_of(parts: list[pl.DataFrame], length: int) -> pl.DataFrame:
    ordered = pl.concat(parts).sort("posting_id", "score", "applicant_id", descending=[False, True, False])
    place = pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("posting_id")
    return ordered.with_columns(place=place).filter(pl.col("place") <= length)
