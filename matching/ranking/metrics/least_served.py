"""Who is left out: the share with a match to expect, and the tenth that expects least."""

from __future__ import annotations

import numpy as np

from matching.arrays import Reals

__all__ = ["least_served_decile", "share_with_a_match"]


def share_with_a_match(utility: Reals) -> float:
    """Return the share of the members that may expect one match or more; nan without members.

    Examples
    --------
    >>> share_with_a_match(np.array([1.2, 1.0, 0.3, 0.0]))
    0.5
    """
    return float(np.count_nonzero(utility >= 1.0) / utility.size) if utility.size else float("nan")


def least_served_decile(amounts: Reals) -> float:
    """Return the mean of the tenth that has least, rounded up to whole members; nan without members.

    Examples
    --------
    >>> least_served_decile(np.arange(20.0))
    0.5
    """
    n = -(-amounts.size // 10)
    return float(np.sort(amounts)[:n].mean()) if n else float("nan")
