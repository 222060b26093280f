"""One candidate after the other takes the list that is best given all others' (kernels).

The expected matches are linear in each candidate's exposures while the others' stand, so the best list sorts the
employers by what an application there adds, and every change gains. Only employers whose applications changed are
counted anew.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Bools, Reals
from matching.kernels import Kernel
from matching.ranking.application_counts import Counts, worth_of_applications
from matching.ranking.application_market import Readings

__all__ = ["Replies", "best_replies", "worth_of_all"]


class Replies(NamedTuple):
    """The candidates' side during the search; ``exposure`` and ``applies`` change."""

    f: Reals  # (n, m)
    exam: Reals  # (K,)
    eligible: Bools  # (n, m)
    exposure: Reals  # (n, m)
    applies: Reals  # (m, n) f times exposure


@Kernel
def worth_of_all(counts: Counts, readings: Readings, applies: Reals, worth: Reals) -> float:
    """Write what each application adds at every employer, (m, n), and return the expected matches."""
    matches = 0.0
    for j in range(applies.shape[0]):
        matches += worth_of_applications(counts, readings, j, applies, worth)
    return matches


@Kernel
def _best_list(gains: Reals, exam: Reals, eligible: Bools, target: Reals) -> None:
    """Write the exposures of the list that sorts the employers by gain, equal ones by index."""
    target[:] = 0.0
    rank = 0
    for j in np.argsort(-gains, kind="mergesort"):
        if eligible[j] and rank < exam.size:
            target[j] = exam[rank]
            rank += 1


@Kernel
def best_replies(counts: Counts, readings: Readings, replies: Replies, least: float) -> float:
    """Let every candidate reply once, in the order of the index, and return what the changes gained together.

    A change that gains less than ``least`` is left.
    """
    f, exposure, applies = replies.f, replies.exposure, replies.applies
    n, m = f.shape
    worth = np.empty((m, n))
    is_stale = np.ones(m, np.bool_)
    gains, target = np.empty(m), np.empty(m)
    total = 0.0
    for c in range(n):
        for j in range(m):
            if is_stale[j]:
                worth_of_applications(counts, readings, j, applies, worth)
                is_stale[j] = False
            gains[j] = worth[j, c] * f[c, j]
        _best_list(gains, replies.exam, replies.eligible[c], target)
        gain = ((target - exposure[c]) * gains).sum()
        if gain < least:
            continue
        total += gain
        for j in range(m):
            if target[j] != exposure[c, j]:
                exposure[c, j] = target[j]
                applies[j, c] = f[c, j] * target[j]
                is_stale[j] = True
    return total
