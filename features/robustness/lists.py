"""Which half-spaces keep the top of a list, or a matching stable."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from features.errors import WeightError
from features.robustness.region import WeightRegion

__all__ = ["Kept", "ranked", "stable_region", "top_region"]

Kept: TypeAlias = Literal["order", "members"]


def ranked(values: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Candidates by total, highest first; equal totals in the order of the rows."""
    return np.argsort(-(values @ weights), kind="stable").astype(np.int64)


def top_region(
    values: npt.NDArray[np.float64], weights: npt.NDArray[np.float64], *, top: int, kept: Kept = "order"
) -> WeightRegion:
    """Weights under which the first ``top`` of a list stay.

    Parameters
    ----------
    values : (n, K) float64
        What each term says of each candidate.
    weights : (K,) float64
    top : int
        From 1; with n or more the whole list.
    kept : "order" or "members"
        The same people in the same order, or the same people in any order.

    Raises
    ------
    WeightError
        If ``top`` is less than 1 or the word unknown.
    """
    if top < 1 or kept not in get_args(Kept):
        raise WeightError(f"top is {top} and kept {kept!r}, expected >= 1 and one of {', '.join(get_args(Kept))}")
    order = ranked(values, weights)
    first, rest = order[:top], order[top:]
    across = (values[first][:, None, :] - values[rest][None, :, :]).reshape(-1, values.shape[1])
    if kept == "members":
        return WeightRegion(across)
    inside = values[first[:-1]] - values[first[1:]]
    last = values[first[-1:]] - values[rest] if first.size else across
    return WeightRegion(np.concatenate([inside, last]))


def stable_region(
    values: npt.NDArray[np.float64],
    preference: npt.NDArray[np.float64],
    posting_of: npt.NDArray[np.int64],
    capacity: npt.NDArray[np.int64],
) -> WeightRegion | None:
    """Weights of the postings' totals under which a matching stays stable, the applicants' wishes as they are.

    Parameters
    ----------
    values : (n, m, K) float64
        What each term says of each pair.
    preference : (n, m) float64
        Applicants' own scores, higher is better; NaN = not acceptable. Equal ones do not block.
    posting_of : (n,) int64
        The matching; -1 = unmatched.
    capacity : (m,) int64

    Returns
    -------
    WeightRegion or None
        None where the matching is unstable whatever the weights are: somebody wants a seat that is free.
    """
    n, m, k = values.shape
    held = np.where(posting_of >= 0, preference[np.arange(n), posting_of], -np.inf)
    wants = np.nan_to_num(preference, nan=-np.inf) > held[:, None]
    rows = [np.zeros((0, k))]
    for posting in range(m):
        inside, outside = np.flatnonzero(posting_of == posting), np.flatnonzero(wants[:, posting])
        if outside.size and inside.size < capacity[posting]:
            return None
        gaps = values[inside, posting][:, None, :] - values[outside, posting][None, :, :]
        rows.append(gaps.reshape(-1, k))
    return WeightRegion(np.concatenate(rows))
