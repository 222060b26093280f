"""How well an order foretells what is worth more: gain, recall of the first places, agreement of pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.evaluation.errors import EvaluationError

__all__ = ["OrderQuality", "kendall", "mean_order_quality", "normalised_worth", "recall_at"]


@dataclass(frozen=True)
class OrderQuality:
    """Means over lists; a list whose people are all worth the same says nothing and is left out.

    Attributes
    ----------
    gain : float
        Normalised discounted gain of the first places, 1 for the best order.
    recall : float
        Share of the best people who stand in the first places; of equals any.
    kendall : float
        Agreement of pairs, −1 to 1, ties counted as half agreement (tau-b).
    n_lists : int
    """

    gain: float
    recall: float
    kendall: float
    n_lists: int


def normalised_worth(scores: npt.NDArray[np.float64], worth: npt.NDArray[np.float64], *, at: int) -> float:
    """Discounted worth of the first ``at`` places over that of the best order; NaN where nothing is worth anything.

    Examples
    --------
    >>> round(normalised_worth(np.array([0.1, 0.9]), np.array([1.0, 0.5]), at=2), 3)
    0.86
    """
    discount = 1 / np.log2(np.arange(2, min(at, worth.size) + 2))
    found = worth[np.argsort(-scores, kind="stable")][: discount.size] @ discount
    ideal = -np.sort(-worth)[: discount.size] @ discount
    return float(found / ideal) if ideal > 0 else float("nan")


def recall_at(scores: npt.NDArray[np.float64], worth: npt.NDArray[np.float64], *, at: int) -> float:
    """Share of the ``at`` best people who stand in the first ``at`` places.

    Of people who are worth the same it is not said who the best are: those who stand first count, up to as many as
    belong to the best. People with the same score stand in the order of the rows.

    Examples
    --------
    >>> recall_at(np.array([3.0, 2.0, 1.0]), np.array([0.9, 0.1, 0.8]), at=2)
    0.5
    """
    first = worth[np.argsort(-scores, kind="stable")[:at]]
    if not first.size:
        return 0.0
    least = np.sort(worth)[-first.size]
    n_above, n_equal = int((first > least).sum()), int((first == least).sum())
    return (n_above + min(n_equal, first.size - int((worth > least).sum()))) / first.size


def kendall(scores: npt.NDArray[np.float64], worth: npt.NDArray[np.float64]) -> float:
    """Kendall's tau-b; NaN where one side is constant.

    Examples
    --------
    >>> round(kendall(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 2.0, 4.0, 3.0])), 3)
    0.667
    """
    left, right = (np.sign(values[:, None] - values[None, :]) for values in (scores, worth))
    pairs = float(np.sqrt((left**2).sum() * (right**2).sum()))
    return float((left * right).sum() / pairs) if pairs > 0 else float("nan")


def mean_order_quality(
    scores: npt.NDArray[np.float64],
    worth: npt.NDArray[np.float64],
    is_allowed: npt.NDArray[np.bool_],
    *,
    at: int = 5,
) -> OrderQuality:
    """Figures of every posting's list, (n, m) each, averaged.

    Parameters
    ----------
    scores : (n, m) float64
    worth : (n, m) float64
        What is to be foretold, at least 0.
    is_allowed : (n, m) bool
        Who is on each posting's list.
    at : int, default 5

    Raises
    ------
    EvaluationError
        If no list has people of different worth.
    """
    lists = [(scores[on, j], worth[on, j]) for j, on in enumerate(is_allowed.T) if np.unique(worth[on, j]).size > 1]
    if not lists:
        raise EvaluationError("no posting has people of different worth on its list: no order is better than another")
    taus = [tau for tau in (kendall(*one) for one in lists) if not np.isnan(tau)]
    return OrderQuality(
        gain=float(np.mean([normalised_worth(*one, at=at) for one in lists])),
        recall=float(np.mean([recall_at(*one, at=at) for one in lists])),
        kendall=float(np.mean(taus)) if taus else 0.0,
        n_lists=len(lists),
    )
