"""Does a model's own account of itself hold? What it says each term moves, against what shuffling the term costs.

The attribution of a straight score is exact: effect × term. But it is the model's word for its own sums. Permutation
importance [1]_ asks the outcomes: how much worse are people foretold, whom the model has not seen, when one term is
dealt out among them anew? A term that the model says it leans on and that nobody misses stands for another one, or for
chance.

References
----------
.. [1] L. Breiman (2001), Random forests, Machine Learning 45, 5-32, :doi:`10.1023/A:1010933404324`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.stats import kendalltau
from sklearn.inspection import permutation_importance

from features.evaluation.errors import EvaluationError
from features.staying.placements import Placements
from features.staying.stay_model import StayModel

__all__ = ["LEANS_ON", "ImportanceCheck", "importance_check", "stay_importance"]

Reals = npt.NDArray[np.float64]

LEANS_ON: Final = 0.1
"""Share of all that a model says its terms move from which on it leans on a term."""

_EDGE: Final = 1e-12


@dataclass(frozen=True, eq=False)
class ImportanceCheck:
    """Terms by what the model says and by what outcomes say, (K,) each.

    Attributes
    ----------
    terms : tuple of str
    attributed : float64
        Share of the mean absolute contribution (about its mean) that is the term's; of sum 1, 0 where nothing moves.
    importance, error : float64
        Log-likelihood a person lost by shuffling the term, and the standard deviation over shuffles.
    agreement : float
        Kendall's τ of both orders; nan with fewer than two terms.
    not_missed : tuple of str
        Terms the model leans on (:data:`LEANS_ON`) and that nobody misses: the loss is within two of its deviations.
    """

    terms: tuple[str, ...]
    attributed: Reals
    importance: Reals
    error: Reals
    agreement: float
    not_missed: tuple[str, ...]


def importance_check(
    estimator: object,
    features: Reals,
    outcome: npt.NDArray[Any],
    *,
    score: Callable[[object, Reals, npt.NDArray[Any]], float],
    contributions: Reals,
    terms: tuple[str, ...],
    rng: np.random.Generator,
    n_repeats: int = 20,
) -> ImportanceCheck:
    """Hold what a model says of its terms against what shuffling them costs.

    Parameters
    ----------
    estimator : object
        Fitted, in scikit-learn's manner.
    features : (n, K) float64
        Of people it has not seen: on those it learned from, chance that was learned looks like knowledge.
    outcome : (n,) array
    score : callable
        (estimator, features, outcome) → higher is better.
    contributions : (n, K) float64
        What each term adds to each person's score, by the model.
    terms : tuple of str
    rng : numpy.random.Generator
    n_repeats : int, default 20

    Raises
    ------
    EvaluationError
        If the arrays do not fit.

    Notes
    -----
    Where two terms go together, shuffling one leaves its share with the other: both look less important than they are,
    and shuffled people exist nowhere. So a term is named as not missed, never called useless.
    """
    n, k = len(outcome), len(terms)
    for name, array in {"features": features, "contributions": contributions}.items():
        if array.shape != (n, k):
            raise EvaluationError(f"{name} have shape {array.shape}, expected ({n}, {k})")
    found = permutation_importance(
        estimator, features, outcome, scoring=score, n_repeats=n_repeats, random_state=int(rng.integers(2**31))
    )
    importance, error = np.asarray(found.importances_mean), np.asarray(found.importances_std)
    moved = np.abs(contributions - contributions.mean(axis=0)).mean(axis=0)
    attributed = moved / moved.sum() if moved.sum() > 0 else np.zeros(k)
    leans = (attributed >= LEANS_ON) & (importance <= 2 * error)
    agreement = float(kendalltau(attributed, importance).statistic) if k > 1 else np.nan
    not_missed = tuple(term for term, is_named in zip(terms, leans, strict=True) if is_named)
    return ImportanceCheck(terms, attributed, importance, error, agreement, not_missed)


def stay_importance(
    model: StayModel, asked: Placements, *, rng: np.random.Generator, n_repeats: int = 20
) -> ImportanceCheck:
    """Check a stay model on placements it has not seen, of whom it is known whether they stayed.

    Examples
    --------
    >>> from features.synthetic.placed_years import placed_years, placements_of
    >>> *past, last = placed_years(seed=1, n_years=3, n_people=150, n_postings=20, n_municipalities=20)
    >>> before = placements_of(past)
    >>> model = StayModel(terms=before.terms).fit_placements(before)
    >>> found = stay_importance(model, placements_of([last]), rng=np.random.default_rng(0), n_repeats=5)
    >>> found.terms == before.terms, round(float(found.attributed.sum()), 6)
    (True, 1.0)
    """
    known = asked.take(asked.is_known(model.months))
    if not known.n:
        raise EvaluationError(f"nobody who is asked about was seen for {model.months} months")

    def score(_: object, features: Reals, stayed: npt.NDArray[Any]) -> float:
        chance = np.clip(model.stay(features, municipality=known.municipality), _EDGE, 1 - _EDGE)
        return float(np.log(np.where(stayed, chance, 1 - chance)).mean())

    return importance_check(
        model,
        known.features,
        known.stayed(model.months),
        score=score,
        contributions=model.contributions(known.features),
        terms=known.terms,
        rng=rng,
        n_repeats=n_repeats,
    )
