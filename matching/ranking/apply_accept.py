"""Candidates' lists with the most expected matches, where candidates apply and employers accept.

Source: Y. Su, M. Bayoumi and T. Joachims (2022), Optimizing rankings for recommendation in matching markets, WWW,
doi:10.1145/3485447.3511961, arXiv:2106.01941, for the market, the objective, the start and the constant step. Departing
from it: a step is a sort instead of a linear program; the gradient is that of the exact expectation, not of a bound at
the mean number of better applicants; employers are walked in the order in which they read; and the lottery that the
rounds leave is settled into one list a candidate, which loses nothing where no chance is clipped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Int32s, Reals
from matching.ranking.application_counts import new_counts
from matching.ranking.application_market import ApplicationMarket
from matching.ranking.application_replies import Replies, best_replies, worth_of_all
from matching.ranking.exposure import even_exposure, exposure_of_orders
from matching.ranking.list_market import read_examination, require_flags
from matching.ranking.lottery import RankingLottery
from matching.ranking.options import require_step, require_whole
from matching.ranking.orders import NOT_LISTED

__all__ = ["ApplicationPolicy", "apply_accept_policy", "apply_accept_welfare"]

_SWEEPS, _SETTLED_UP_TO = 20, 600
_ENOUGH = 1e-5  # share of the matches that is not worth another sweep
_NEARLY = 0.999  # one list a candidate may start below the lottery it comes from: the sweeps win that back


@dataclass(frozen=True, eq=False)
class ApplicationPolicy:
    """Candidates' lists in an apply-accept market.

    Attributes
    ----------
    exposure : (n, m) float64
        Of employer j in candidate c's lists.
    matches : float
        Expected matches.
    lists : RankingLottery
        The lottery that has these exposures; of a single list a candidate where they were settled.
    """

    exposure: Reals
    matches: float
    lists: RankingLottery


def apply_accept_welfare(
    f: npt.ArrayLike,
    g: npt.ArrayLike,
    exam_c: npt.ArrayLike,
    exam_j: npt.ArrayLike,
    *,
    rounds: int = 50,
    step: float = 0.2,
    sweeps: int | None = None,
    eligible: Bools | None = None,
) -> Reals:
    """Return the exposures of :func:`apply_accept_policy`, whose parameters these are.

    Returns
    -------
    (n, m) float64
        Exposure of employer j in candidate c's list.

    Examples
    --------
    Both like the first employer better; the one it reads first goes there, the other where nobody is before him.

    >>> apply_accept_welfare([[0.9, 0.6], [0.9, 0.6]], [[0.9, 0.8], [0.9, 0.8]], [1.0, 0.1], [1.0, 0.1])
    array([[1. , 0.1],
           [0.1, 1. ]])
    """
    return apply_accept_policy(
        f, g, exam_c, exam_j, rounds=rounds, step=step, sweeps=sweeps, eligible=eligible
    ).exposure


def apply_accept_policy(
    f: npt.ArrayLike,
    g: npt.ArrayLike,
    exam_c: npt.ArrayLike,
    exam_j: npt.ArrayLike,
    *,
    rounds: int = 50,
    step: float = 0.2,
    sweeps: int | None = None,
    eligible: Bools | None = None,
) -> ApplicationPolicy:
    """Find the candidates' lists that together lead to the most expected matches.

    1. Everybody starts with an even lottery over lists.
    2. A round sorts every candidate's employers by what an application there adds to the expected matches, and moves
       the lottery a step towards these lists (Frank and Wolfe).
    3. Where no chance can be clipped, the expectation is linear in each candidate's lottery, so one list is as good.
       Candidate after candidate takes the list that is best given the others', where that gains more than a candidate's
       share of a hundred-thousandth, sweep by sweep until nobody changes.

    Parameters
    ----------
    f : (n, m) in [0, 1]
        Chance that candidate c applies to employer j once it looks at it.
    g : (m, n) in [0, 1]
        Chance that employer j accepts candidate c once it looks at the application; it reads by falling g.
    exam_c : (m,) float64
        Weight of every rank of a candidate's list, not rising; a shorter row is a shorter list.
    exam_j : (n,) or (m, n) float64
        Weight of every rank of an employer's reading, see :func:`examination_by_seats` for employers with seats.
    rounds : int
        Of step 2.
    sweeps : int, optional
        At most so many of step 3; with 0 the lottery of the rounds stays. By default 20 up to 600 candidates and none
        beyond, where they take minutes and, unless many are alike, gain a ten-thousandth.
    step : float
        Over 0 and at most 1.
    eligible : (n, m) bool, optional
        Employers that may stand in a candidate's list; the others have exposure 0.

    Returns
    -------
    ApplicationPolicy

    Raises
    ------
    MarketError
        When the market's arrays do not fit together or hold something else than described.
    MechanismError
        When an option is out of its range.

    Notes
    -----
    Equal gains: the lower index first. Unless the sweeps ran out, no candidate's change alone gains more than 1e-5/n of
    the matches; the global optimum may lie elsewhere. With w as in :func:`apply_accept_pairs`, a round takes
    O(n m (w + log m)), a sweep O(n m w) for every candidate whose list still changes.

    Where rank weights exceed 1, as those of ``log`` do, chances are clipped and a lottery may be better than any single
    list: then the lottery of the rounds stays.

    Examples
    --------
    >>> from matching.ranking.examination import examination
    >>> from matching.ranking.markets import apply_accept_market
    >>> f, g = apply_accept_market(20, 0.5)
    >>> policy = apply_accept_policy(f, g, examination("inv", 20), examination("inv", 30))
    >>> round(policy.matches, 2), policy.lists.draw(np.random.default_rng(0)).shape
    (22.91, (30, 20))
    """
    market = ApplicationMarket.of(f, g, exam_j)
    if sweeps is None:
        sweeps = _SWEEPS if market.n_and_m[0] <= _SETTLED_UP_TO else 0
    require_whole(rounds, "rounds")
    require_whole(sweeps, "sweeps")
    require_step(step)
    search = _Search(market, read_examination(exam_c, market.n_and_m[1], "exam_c"), eligible)
    orders = np.empty((rounds, market.n_and_m[0], search.exam.size), np.int32)
    for done in range(rounds):
        orders[done] = search.turn(step)
    if sweeps and search.is_linear:
        search.settle(sweeps)
        orders, step = search.lists()[None], 1.0
    lists = RankingLottery(orders, step=step, n_items=market.n_and_m[1], eligible=eligible)
    return ApplicationPolicy(search.exposure, search.matches(), lists)


class _Search:
    """The lists during the search."""

    def __init__(self, market: ApplicationMarket, exam: Reals, eligible: Bools | None) -> None:
        shape = market.n_and_m
        if eligible is not None:
            require_flags(eligible, shape)
        self.market, self.exam = market, exam
        self.eligible = np.ones(shape, np.bool_) if eligible is None else eligible
        self.exposure = even_exposure(exam, shape, eligible)
        self.worth = np.empty(shape[::-1])
        self.counts = new_counts(shape[0])

    @property
    def is_linear(self) -> bool:
        """Whether no list makes a chance to apply exceed 1."""
        return bool((self.market.f.max(initial=0.0) * self.exam.max(initial=0.0)) <= 1)

    def matches(self) -> float:
        """Expected matches of the lists as they are; fills what each application adds."""
        return self._matches(self.market.applications(self.exposure))

    def turn(self, step: float) -> Int32s:
        """Move the lottery a step towards the lists that gain most; return these."""
        f = self.market.f
        self.matches()
        gains: Reals = self.worth.T * f
        gains[f * self.exposure >= 1] = 0.0
        orders = self._orders(gains)
        self.exposure = (1 - step) * self.exposure + step * exposure_of_orders(orders, self.exam, f.shape[1])
        return orders

    def settle(self, sweeps: int) -> None:
        """Replace the lotteries by one list each that nobody's change alone improves."""
        market = self.market
        single = exposure_of_orders(self.lists(), self.exam, market.n_and_m[1])
        matches = self.matches()
        enough = _ENOUGH * matches / max(single.shape[0], 1)
        least = -np.inf  # of lotteries every one is replaced, whatever it gains
        if self._matches(market.applications(single)) >= _NEARLY * matches:
            self.exposure, least = single, enough
        replies = Replies(market.f, self.exam, self.eligible, self.exposure, market.applications(self.exposure))
        for _ in range(sweeps):
            if best_replies(self.counts, market.readings, replies, least) <= 0 and least == enough:
                break
            least = enough

    def lists(self) -> Int32s:
        """Employers by falling exposure."""
        return self._orders(self.exposure)

    def _orders(self, gains: Reals) -> Int32s:
        ranked = np.argsort(np.where(self.eligible, -gains, np.inf), axis=1, kind="stable")[:, : self.exam.size]
        ranked[~np.take_along_axis(self.eligible, ranked, axis=1)] = NOT_LISTED
        return ranked.astype(np.int32)

    def _matches(self, applies: Reals) -> float:
        return worth_of_all(self.counts, self.market.readings, applies, self.worth)
