"""Lists for both sides between the most expected matches and Nash welfare.

Source: Y. Tomita and T. Yokoyama (2024), Fair reciprocal recommendation in matching markets, RecSys, arXiv:2409.00720;
the schedule of :func:`annealing` is this package's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Int32s, Reals, first_index
from matching.errors import MechanismError
from matching.ranking.frank_wolfe import ListSide, TwoSides
from matching.ranking.list_market import ListMarket
from matching.ranking.lottery import RankingLottery, least_integers
from matching.ranking.options import require_step, require_whole

__all__ = ["Progress", "RankingPolicy", "annealing", "nash_welfare", "ranking_policy"]

LARGEST_ALPHA = 2.0

Progress: TypeAlias = Callable[[int, float], None]
"""Called after each round with the number of rounds done and the expected matches."""


@dataclass(frozen=True, eq=False)
class RankingPolicy:
    """Lists for both sides.

    Attributes
    ----------
    left_exposure, right_exposure : (n, m) float64
        Exposure of j in the lists of i, and of i in the lists of j.
    alphas, matches : (T,) float64
        Round by round: what was maximised, and the expected matches after it.
    left_lists, right_lists : RankingLottery, optional
        The lotteries that have these exposures, when they were kept; a right list holds left members.
    """

    left_exposure: Reals
    right_exposure: Reals
    alphas: Reals
    matches: Reals
    left_lists: RankingLottery | None = None
    right_lists: RankingLottery | None = None


def nash_welfare(
    left: npt.ArrayLike,
    right: npt.ArrayLike,
    exam_left: npt.ArrayLike,
    exam_right: npt.ArrayLike,
    *,
    alpha: float | npt.ArrayLike = 0.0,
    rounds: int = 100,
    step: float = 0.1,
    tolerance: float = 0.01,
    capacity: npt.ArrayLike | None = None,
    left_weights: npt.ArrayLike | None = None,
    right_weights: npt.ArrayLike | None = None,
    eligible: Bools | None = None,
    progress: Progress | None = None,
) -> tuple[Reals, Reals]:
    """Return the exposures of :func:`ranking_policy`, whose parameters these are.

    Returns
    -------
    left_exposure, right_exposure : (n, m) float64
        Exposure of j in the lists of i, and of i in the lists of j; both with a row a left member.

    Examples
    --------
    Both of the left want the first, and so does the first either of them; Nash welfare leaves nobody out.

    >>> from matching.ranking.examination import examination
    >>> left, right = [[0.9, 0.4], [0.8, 0.1]], [[0.9, 0.9], [0.9, 0.9]]
    >>> a, b = nash_welfare(left, right, examination("inv", 2), examination("inv", 2), tolerance=1e-6)
    >>> a.round(2)
    array([[0.5, 1. ],
           [1. , 0.5]])
    """
    policy = ranking_policy(
        left,
        right,
        exam_left,
        exam_right,
        alpha=alpha,
        rounds=rounds,
        step=step,
        tolerance=tolerance,
        capacity=capacity,
        left_weights=left_weights,
        right_weights=right_weights,
        eligible=eligible,
        progress=progress,
    )
    return policy.left_exposure, policy.right_exposure


def ranking_policy(
    left: npt.ArrayLike,
    right: npt.ArrayLike,
    exam_left: npt.ArrayLike,
    exam_right: npt.ArrayLike,
    *,
    alpha: float | npt.ArrayLike = 0.0,
    rounds: int = 100,
    step: float = 0.1,
    tolerance: float = 0.01,
    capacity: npt.ArrayLike | None = None,
    left_weights: npt.ArrayLike | None = None,
    right_weights: npt.ArrayLike | None = None,
    eligible: Bools | None = None,
    keep_rankings: bool = False,
    progress: Progress | None = None,
) -> RankingPolicy:
    """Find lists for both sides by turning those of one side and of the other in turn.

    A round turns the right lists towards the sum of the left utilities to the power alpha over alpha, then the left
    lists towards that of the right utilities; a utility is what one may expect in matches.

    Parameters
    ----------
    left, right : (n, m) and (m, n), chances between 0 and 1
        A row is the member that wants, a column the member that is wanted.
    exam_left, exam_right : float64
        Weight of the ranks of a left list (m) and of a right one (n), see :func:`examination`. A shorter row is a list
        that shows fewer; ranks beyond the other side's size are not read.
    alpha : float or (T,) float64, between 0 and 2
        1 the most expected matches, 0 Nash welfare (logarithms), between them a compromise; over 1 those who have much
        count more, which only serves to shake a schedule. A row gives every round its own, see :func:`annealing`.
    rounds, tolerance : int, float
        With one alpha, at most so many rounds, fewer once a round changes the expected matches by less than the
        tolerance. A row of alphas runs to its end.
    step : float
        Share of the way towards the sorted lists, over 0 and at most 1.
    capacity : (m,) positive, optional
        Seats: a right utility counts as matches a seat.
    left_weights, right_weights : (n,) and (m,) positive, optional
        How much each member's utility counts, for instance that of a group.
    eligible : (n, m) bool, optional
        Pairs that may stand in each other's lists; the others have exposure 0.
    keep_rankings : bool
        Also return the lotteries; they take rounds x rows x shown ranks, in the least bytes that hold an index.
    progress : callable, optional

    Returns
    -------
    RankingPolicy

    Raises
    ------
    MarketError
        When the market's arrays do not fit together or hold something else than described.
    MechanismError
        When an option is out of its range.

    Notes
    -----
    Equal gradients: the lower index first (see :func:`order_rows`). O(n m log(n m)) time a round. Beside the input
    three tables of n x m doubles are held, and a few megabytes for the block of rows that is being sorted.

    References
    ----------
    .. [1] Y. Tomita and T. Yokoyama (2024), RecSys, arXiv:2409.00720.

    Examples
    --------
    >>> from matching.ranking.examination import examination
    >>> from matching.ranking.markets import both_sides_market
    >>> left, right = both_sides_market(30, 20, 0.5, seed=0)
    >>> policy = ranking_policy(left, right, examination("inv", 20), examination("inv", 30))
    >>> policy.matches.size, round(float(policy.matches[-1]), 4)
    (42, 15.7623)
    """
    alphas, least_change = _schedule(alpha, rounds, tolerance)
    require_step(step)
    market = ListMarket.of(
        left,
        right,
        exam_left,
        exam_right,
        capacity=capacity,
        left_weights=left_weights,
        right_weights=right_weights,
        eligible=eligible,
    )
    sides, rounds_of_left, rounds_of_right = TwoSides(market), list[Int32s](), list[Int32s]()
    matches = [sides.matches]
    for each in alphas.tolist():
        new_left, new_right = sides.round(each, step)
        matches.append(sides.matches)
        if keep_rankings:
            rounds_of_left.append(np.concatenate(new_left))
            rounds_of_right.append(np.concatenate(new_right))
        if progress is not None:
            progress(len(matches) - 1, sides.matches)
        if abs(matches[-1] - matches[-2]) < least_change:
            break
    return RankingPolicy(
        sides.left.exposure,
        sides.right.exposure.T,
        alphas[: len(matches) - 1],
        np.array(matches[1:]),
        _lottery(sides.left, rounds_of_left, step) if keep_rankings else None,
        _lottery(sides.right, rounds_of_right, step) if keep_rankings else None,
    )


def annealing(rising: int = 250, final: int = 75, *, peak: float = 1.2) -> Reals:
    """Return an alpha for each round: rising evenly from 0 to the peak, then 1.

    Starting from Nash welfare tells apart those whom the expected matches alone treat alike: where all agree on an
    order, every list would stay the same. A peak over 1, where those who have much count more, shakes off what rising
    alone leaves undecided.

    Raises
    ------
    MechanismError
        When a number of rounds is not whole or negative, or the peak not between 0 and 2.

    Notes
    -----
    Measured, not proved. In the settings of the published tables, and with ``inv``, ``log2`` and ``exp`` at every
    crowding tried, it ends on average with more matches and no more envy than alpha 1 alone. That is no rule: where all
    agree (crowding 1), ``linear`` ends with a few matches fewer in ten thousand and ``first`` with more matches but
    also more envy; and in single markets matches may be lower by up to a hundredth (``exp``, crowding 0.75 and 0.8).
    ``python -m benchmarks.ranking`` prints where it falls short.

    Examples
    --------
    >>> annealing(4, 2)
    array([0. , 0.4, 0.8, 1.2, 1. , 1. ])
    """
    require_whole(rising, "rising")
    require_whole(final, "final")
    if not 0 <= peak <= LARGEST_ALPHA:
        raise MechanismError(f"peak is {peak}, expected between 0 and {LARGEST_ALPHA}")
    return np.concatenate([np.linspace(0.0, peak, rising), np.ones(final)])


def _schedule(alpha: float | npt.ArrayLike, rounds: int, tolerance: float) -> tuple[Reals, float]:
    """Return the alpha of every round, and the change of the expected matches below which the rounds end."""
    require_whole(rounds, "rounds")
    if not tolerance >= 0:
        raise MechanismError(f"tolerance is {tolerance}, expected >= 0")
    given = np.asarray(alpha)
    if given.ndim > 1 or not given.size or given.dtype.kind not in "iuf":
        raise MechanismError(
            f"alpha has dtype {given.dtype} and shape {given.shape}, expected a number or one for each round"
        )
    is_row = given.ndim == 1
    alphas = given.astype(np.float64) if is_row else np.full(rounds, given, np.float64)
    outside = first_index(~((alphas >= 0) & (alphas <= LARGEST_ALPHA)))
    if outside is not None:
        raise MechanismError(
            f"alpha is {alphas[outside]} in round {outside + 1}, expected between 0 and {LARGEST_ALPHA}"
        )
    return alphas, 0.0 if is_row else tolerance


def _lottery(side: ListSide, rounds: list[Int32s], step: float) -> RankingLottery:
    n_rows, n_items = side.exposure.shape
    kept = np.array(rounds, dtype=least_integers(n_items)).reshape(len(rounds), n_rows, side.exam.size)
    return RankingLottery(kept, step, n_items, side.eligible)
