"""After somebody withdraws: the fewest moves among those already placed and those who wait."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.arrays import Int64s, first_index, read_only_integers
from matching.errors import OutcomeError
from matching.mechanisms.repair.assignment_repair import OptimalRepair, repair_optimal
from matching.outcome import Matching
from matching.rolling.season import Season
from matching.scored_pairs import ScoredPairs

__all__ = ["repair_season"]


def repair_season(season: Season, place: Int64s, *, withdrawn: npt.ArrayLike, waiting: npt.ArrayLike) -> OptimalRepair:
    """Return the best placement nearest to today's after cases withdrew, and the best in which everybody stays.

    For offers that are not answered yet: people who have moved are not moved again.

    Parameters
    ----------
    season : Season
    place : (n,) int64
        Where each case is now, -1 for nowhere.
    withdrawn : (k,) int64
        Cases that gave up their place.
    waiting : (l,) int64
        Cases without a place who may take a seat.

    Raises
    ------
    OutcomeError
        When more seats are taken than a place has, or a case is no case of this season.

    Notes
    -----
    Households and couples stay where they are: their seats are taken off, and the repair of single seats is exact.

    Examples
    --------
    >>> season = Season.of([[0.9, 0.5], [0.8, 0.7], [0.6, 0.1]], needs=[1, 1, 1], capacity=[1, 1], arrives=[0, 1, 2])
    >>> repair = repair_season(season, np.array([0, 1, -1]), withdrawn=[0], waiting=[2])
    >>> repair.fewest_moves.matching.posting_of, repair.fewest_moves.moved
    (array([-1,  1,  0]), array([], dtype=int64))
    """
    gone, waits = (_cases(season, cases, name) for cases, name in ((withdrawn, "withdrawn"), (waiting, "waiting")))
    at = Matching(place, season.n_places).posting_of
    stays = at >= 0
    stays[gone] = False
    whole = stays & (season.needs > 1)
    left = season.capacity - np.bincount(at[whole], season.needs[whole], season.n_places).astype(np.int64)
    over = first_index(np.asarray(np.bincount(at[stays & ~whole], minlength=season.n_places) > left))
    if over is not None:
        raise OutcomeError(f"place {over} holds more than its {season.capacity[over]} seats, expected at most these")
    takes_part = (stays | np.isin(np.arange(season.n_cases), waits)) & (season.needs == 1)
    takes_part[gone] = False
    is_useful = season.is_compatible & takes_part[:, None]
    before = np.where(whole | ~stays, -1, at)
    pairs = ScoredPairs.from_dense(season.values, acceptable=is_useful)
    return repair_optimal(pairs, left, Matching(before, season.n_places))


def _cases(season: Season, cases: npt.ArrayLike, name: str) -> Int64s:
    found = read_only_integers(cases, np.int64, name)
    bad = first_index((found < 0) | (found >= season.n_cases))
    if bad is not None:
        raise OutcomeError(f"{name}[{bad}] is {found[bad]}, expected one of {season.n_cases} cases")
    return found
