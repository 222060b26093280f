"""A lottery over lists, as the rounds of Frank–Wolfe leave it: drawn by seed, shown and audited."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Int32s, Int64s, Reals
from matching.errors import MarketError
from matching.ranking.exposure import even_exposure, mix_in
from matching.ranking.list_market import read_examination
from matching.ranking.orders import NOT_LISTED

__all__ = ["RankingLottery", "least_integers"]


@dataclass(frozen=True, eq=False)
class RankingLottery:
    """One side's lists: in round t of T with chance step (1 - step)^(T - t), else a random cyclic order.

    Attributes
    ----------
    rankings : (T, R, K) signed integers
        Each round's list of every row, best first; ``NOT_LISTED`` behind a row's last item.
    step : float
        Over 0 and at most 1.
    n_items : int
        C, the size of the other side.
    eligible : (R, C) bool, optional
        The items that may stand in a row's list; all by default.

    Examples
    --------
    >>> lottery = RankingLottery(np.array([[[1, 0, 2]]], np.int8), step=0.25, n_items=3)
    >>> lottery.weights
    array([0.75, 0.25])
    >>> lottery.exposure([1.0, 0.5, 0.0])
    array([[0.5  , 0.625, 0.375]])
    >>> lottery.draw(np.random.default_rng(7))
    array([[2, 0, 1]], dtype=int32)
    """

    rankings: npt.NDArray[np.signedinteger]
    step: float
    n_items: int
    eligible: Bools | None = None

    @property
    def weights(self) -> Reals:
        """(T + 1,) chance of the random cyclic order, then of each round."""
        n_rounds = self.rankings.shape[0]
        later = (1.0 - self.step) ** np.arange(n_rounds, -1, -1.0)
        later[1:] *= self.step
        return later

    def exposure(self, exam: npt.ArrayLike) -> Reals:
        """Return (R, C) the expected exposures, for instance with weights 1 the chance to be shown.

        Raises
        ------
        MarketError
            When a rank beyond those that the lists show has a weight.
        """
        weights = read_examination(exam, self.n_items, "exam")
        _, n_rows, n_shown = self.rankings.shape
        if weights.size > n_shown:
            raise MarketError(f"exam weighs {weights.size} ranks, expected at most the {n_shown} that the lists show")
        exposure = even_exposure(weights, (n_rows, self.n_items), self.eligible)
        for orders in self.rankings:
            mix_in(exposure, 0, orders[:, : weights.size].astype(np.int32), weights, self.step)
        return exposure

    def draw(self, rng: np.random.Generator) -> Int32s:
        """Return (R, K) a list of every row, each drawn by itself; ``NOT_LISTED`` behind a row's last item."""
        chances = self.weights
        _, n_rows, n_shown = self.rankings.shape
        luck: Reals = rng.random(int(n_rows))
        starts: Reals = rng.random(int(n_rows))
        bounds: Reals = np.cumsum(chances)[:-1]
        rounds: Int64s = np.searchsorted(bounds, luck, side="right")
        lists = np.full((n_rows, n_shown), NOT_LISTED, np.int32)
        for row, drawn in enumerate(rounds):
            if drawn:
                lists[row] = self.rankings[drawn - 1, row]
                continue
            items = np.arange(self.n_items) if self.eligible is None else np.flatnonzero(self.eligible[row])
            shown = np.roll(items, -int(starts[row] * items.size))[:n_shown]
            lists[row, : shown.size] = shown
        return lists


def least_integers(n_items: int) -> np.dtype[np.signedinteger]:
    """Return the smallest signed type that holds every index and ``NOT_LISTED``."""
    return np.min_scalar_type(-max(n_items, 1))
