"""Who is left out: the share with a match to expect, and the tenth that expects least."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.ranking.metrics.amounts import read_amounts

__all__ = ["least_served_decile", "share_with_a_match"]


def share_with_a_match(utility: npt.ArrayLike) -> float:
    """Return the share of the members that may expect one match or more; nan without members.

    Raises
    ------
    MarketError
        When they are not one row of finite numbers >= 0; the message names the entry.

    Examples
    --------
    >>> share_with_a_match(np.array([1.2, 1.0, 0.3, 0.0]))
    0.5
    """
    matches = read_amounts(utility, "utility")
    return float(np.count_nonzero(matches >= 1.0) / matches.size) if matches.size else float("nan")


def least_served_decile(amounts: npt.ArrayLike) -> float:
    """Return the mean of the tenth that has least, rounded up to whole members; nan without members.

    Raises
    ------
    MarketError
        When they are not one row of finite numbers >= 0; the message names the entry.

    Examples
    --------
    >>> least_served_decile(np.arange(20.0))
    0.5
    """
    ascending = np.sort(read_amounts(amounts, "amounts"))
    n = -(-ascending.size // 10)
    return float((ascending[:n] / n).sum()) if n else float("nan")
