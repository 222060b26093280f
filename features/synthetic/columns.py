"""Columns of a kind of record, before the records are built and validated one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.errors import SyntheticError
from features.synthetic.draws import known_mask, quota_labels

__all__ = ["Columns", "by_group", "masked", "rows", "some_unknown"]

Columns: TypeAlias = dict[str, list[object]]


def rows(columns: Mapping[str, Sequence[object]]) -> Iterator[dict[str, object]]:
    """One mapping a row; ``None`` values are left out, so that a missing fact is a missing key.

    Raises
    ------
    SyntheticError
        If the columns differ in length.

    Examples
    --------
    >>> list(rows({"a": [1, None], "b": ["x", "y"]}))
    [{'a': 1, 'b': 'x'}, {'b': 'y'}]
    """
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise SyntheticError(f"columns of the sample market differ in length: {lengths}")
    for values in zip(*columns.values(), strict=True):
        yield {name: value for name, value in zip(columns, values, strict=True) if value is not None}


def masked(values: Sequence[object], mask: NDArray[np.bool_]) -> list[object]:
    """The values, ``None`` where the mask is False."""
    return [value if keep else None for value, keep in zip(values, mask.tolist(), strict=True)]


def some_unknown(rng: np.random.Generator, columns: Columns, unknown: Mapping[str, float]) -> Columns:
    """A copy in which each named column has its share of unknown values."""
    return {
        name: masked(values, known_mask(rng, unknown[name], len(values))) if name in unknown else values
        for name, values in columns.items()
    }


def by_group(
    rng: np.random.Generator, is_first: NDArray[np.bool_], first: Mapping[str, float], second: Mapping[str, float]
) -> list[str]:
    """Labels in exact shares within each of two groups."""
    labels = np.empty(len(is_first), dtype=object)
    labels[is_first] = quota_labels(rng, first, int(is_first.sum()))
    labels[~is_first] = quota_labels(rng, second, int((~is_first).sum()))
    return [str(label) for label in labels]
