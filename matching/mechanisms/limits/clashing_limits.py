"""Which limits clash: a set that cannot be kept, none of which can be left out of it."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from matching.programs.constraint_rows import AssignmentProgram
from matching.programs.constraint_tables import Limit
from matching.programs.solver import maximise

__all__ = ["clashing_limits"]


def clashing_limits(built: AssignmentProgram, *, deadline: float) -> list[Limit]:
    """Return limits that no matching keeps together, in the order of the program's limits.

    Each is needed for the clash: without any one of them the others can be kept. Seats, lists, and the couples' joint
    lists are taken as given.

    Parameters
    ----------
    built : AssignmentProgram
        With limits that cannot all be kept.
    deadline : float
        On the monotonic clock; a test that cannot be finished before it counts as one that can be kept, so that the set
        still clashes but may hold limits that are not needed.

    Notes
    -----
    Junker's division: of two halves, first the part of the second that clashes with the first, then the part of the
    first that clashes with it. About c log(l / c) feasibility tests for c of l limits.

    References
    ----------
    .. [1] U. Junker (2004), QuickXplain: preferred explanations and relaxations for over-constrained problems, AAAI-04,
       167-172.
    .. [2] J. W. Chinneck and E. W. Dravnieks (1991), Locating minimal infeasible constraint sets in linear programs,
       ORSA Journal on Computing 3(2), 157-168, :doi:`10.1287/ijoc.3.2.157`.

    Examples
    --------
    >>> from matching.programs.constraint_rows import assignment_program
    >>> from matching.market import Market
    >>> from matching.preferences import Preferences
    >>> from matching.regions import Regions
    >>> market = Market(Preferences.from_lists([[0, 1]], 2), Preferences.from_lists([[0], [0]], 1), np.array([1, 1]))
    >>> both = replace(Regions.flat([0, 0], cap=[1], target=[0, 0]), posting_floor=np.array([1, 1]))
    >>> built = assignment_program(market, [1.0, 1.0], regions=both)
    >>> [limit.name for limit in clashing_limits(built, deadline=time.monotonic() + 10)]
    ['posting 0 with floor 1', 'posting 1 with floor 1']
    """
    needed = _explain(built, [], [], list(built.limits), deadline)
    return [limit for limit in built.limits if limit in needed]


def _explain(
    built: AssignmentProgram, kept: list[Limit], added: list[Limit], candidates: list[Limit], deadline: float
) -> list[Limit]:
    """A smallest part of the candidates that clashes with what is kept; ``added`` is what came to it last."""
    if added and not _can_be_kept(built, kept, deadline):
        return []
    if len(candidates) <= 1:
        return candidates
    half = len(candidates) // 2
    first, second = candidates[:half], candidates[half:]
    of_second = _explain(built, [*kept, *first], first, second, deadline)
    of_first = _explain(built, [*kept, *of_second], of_second, first, deadline)
    return [*of_first, *of_second]


def _can_be_kept(built: AssignmentProgram, limits: list[Limit], deadline: float) -> bool:
    names = set(limits)
    program = built.without([limit for limit in built.limits if limit not in names])
    anything = replace(program, objective=np.zeros(program.objective.size))
    left = deadline - time.monotonic()
    return left <= 0 or maximise(anything, time_limit=left).status != "infeasible"
