"""The most likely effects, with places that share what they know: a logistic curve with a normal effect a place.

Log-odds of a month stayed through are ``base of the interval + effects · terms + effect of the place``. Place effects
are drawn to 0 as firmly as the places' own likeness asks (empirical Bayes).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import expit

from features.staying.errors import StayingError
from features.staying.month_rows import MonthRows
from features.staying.posterior_shift import Shift, posterior_shift

__all__ = ["SAME", "PooledFit", "fit_pooled"]

Reals = npt.NDArray[np.float64]

SAME: Final = 1e-9
"""A term whose values have no larger standard deviation is the same for everybody: only rounding tells them apart."""

_BASE_PRECISION: Final = 0.01  # a base may lie anywhere; that of an interval nobody left in stays finite
_LEAST_SD, _MOST_SD = 0.03, 3.0
_FEWEST_PLACES: Final = 5
_MOST_STEPS: Final = 100
_TOLERANCE: Final = 1e-8  # standard errors that the optimum may still be away
_WORST_CONDITION: Final = 1e12


@dataclass(frozen=True, eq=False)
class PooledFit:
    """Effects at the optimum and what is known of them.

    Attributes
    ----------
    base : (I,) float64
    effects : (K,) float64
    places : (J,) float64
        Effects of the places; 0 where they are not told apart.
    place_sd : float
        How unlike the places are; 0 where they are not told apart.
    covariance : (I + K, I + K) float64
        Of base and effects, the places integrated out.
    across : (J, I + K) float64
        How much a place's effect moves when base and effects do.
    own_variance : (J,) float64
        Of a place's effect, base and effects given. A sum ``a · fixed + b · places`` has the variance
        ``h · covariance · h + Σ b² own_variance`` with ``h = a + across' b``.
    shift : Shift
        How far the posterior mean of base, effects and places lies from the optimum.
    precision : (I + K,) float64
        Of the belief in base and effects that the fit was drawn to.
    scores : (J, I + K) float64
        Gradient of each place's log-likelihood in base and effects; the place's own effect has none left.
    log_likelihood, log_evidence : float
    distance : float
        How far the optimum may still be away, in standard errors.
    """

    base: Reals
    effects: Reals
    places: Reals
    place_sd: float
    covariance: Reals
    across: Reals
    own_variance: Reals
    shift: Shift
    precision: Reals
    scores: Reals
    log_likelihood: float
    log_evidence: float
    distance: float


def fit_pooled(rows: MonthRows, *, ridge: float, pooled: bool = True, place_sd: float | None = None) -> PooledFit:
    """Fit effects and places.

    Parameters
    ----------
    rows : MonthRows
    ridge : float
        Precision of the belief that what one standard deviation of a term adds is near 0 (of a term that is the same
        in all rows: what the whole of it adds); 0 = no belief.
    pooled : bool, default True
        Whether places have effects of their own.
    place_sd : float, optional
        How unlike places are; by the evidence when omitted.

    Raises
    ------
    StayingError
        If there is nobody, nobody left, nobody stayed, the ridge is negative, fewer than 5 places are to be pooled, or
        the placements do not tell every effect.

    Notes
    -----
    ``place_sd`` maximises the Laplace approximation of the evidence with base and effects integrated out, as in
    restricted maximum likelihood: less drawn to 0 than maximum likelihood where places are few [1]_. Places meet each
    other only through base and effects, so a Newton step costs O(r K² + J K²), whatever the number J of places.

    References
    ----------
    .. [1] N. E. Breslow and D. G. Clayton (1993), Approximate inference in generalized linear mixed models, Journal of
       the American Statistical Association 88, 9-25, :doi:`10.1080/01621459.1993.10594284`.
    """
    _verify(rows, ridge, pooled=pooled and place_sd is None)
    search = _Search(rows, ridge)
    alone = search.at(0.0)
    if not pooled or place_sd == 0.0:
        return alone
    if place_sd is not None:
        return search.at(place_sd)
    found = minimize_scalar(
        lambda log_sd: -search.at(float(np.exp(log_sd))).log_evidence,
        bounds=(np.log(_LEAST_SD), np.log(_MOST_SD)),
        method="bounded",
        options={"xatol": 0.03},
    )
    best = search.at(float(np.exp(found.x)))
    return best if best.log_evidence > alone.log_evidence else alone


class _Point(NamedTuple):
    fixed: Reals  # (I + K,) base and effects
    places: Reals  # (J,), empty where places are not told apart


class _Curve(NamedTuple):
    """Penalised minus log-likelihood at a point, its slopes, and its curvature in blocks."""

    value: float
    penalty: float
    fixed_slope: Reals
    place_slope: Reals
    fixed: Reals  # (F, F)
    across: Reals  # (J, F)
    own: Reals  # (J,): places do not meet directly


class _Search:
    """Fits of the same rows at several ``place_sd``, each starting where the last one ended."""

    def __init__(self, rows: MonthRows, ridge: float) -> None:
        self.rows = rows
        self.design: Reals = np.hstack([np.eye(rows.n_intervals)[rows.interval], rows.features])
        self.stays: Reals = rows.months - rows.leaves
        common = np.log((self.stays.sum() + 0.5) / (rows.leaves.sum() + 0.5))
        n_terms = rows.features.shape[1]
        self.mean: Reals = np.concatenate([np.full(rows.n_intervals, common), np.zeros(n_terms)])
        spread = rows.features.std(axis=0)
        on_effects = ridge * np.where(spread > SAME, spread, 1.0) ** 2
        self.precision: Reals = np.concatenate([np.full(rows.n_intervals, _BASE_PRECISION), on_effects])
        self.start = _Point(self.mean, np.zeros(rows.n_places))

    def at(self, place_sd: float) -> PooledFit:
        here = self.start if place_sd > 0 else _Point(self.start.fixed, np.zeros(0))
        curve = self._curve(here, place_sd)
        direction, distance = _newton(curve)
        for _ in range(_MOST_STEPS):
            moved = None
            if distance > _TOLERANCE:
                moved = self._shortened(here, curve, direction, distance, place_sd)
            if moved is None:  # arrived, or rounding hides what is left
                break
            here, curve = moved, self._curve(moved, place_sd)
            direction, distance = _newton(curve)
        if distance > 1e-4:
            raise StayingError(f"the effects do not settle: {distance:.1e} standard errors away; use a larger ridge")
        self.start = _Point(here.fixed, here.places if place_sd > 0 else self.start.places)
        return self._told(here, curve, place_sd, distance)

    def _told(self, here: _Point, curve: _Curve, place_sd: float, distance: float) -> PooledFit:
        inner = _joined_curvature(curve)
        n_places, n_base = self.rows.n_places, self.rows.n_intervals
        log_det = float(np.linalg.slogdet(inner)[1] + np.log(curve.own).sum())
        log_det += 2 * here.places.size * (np.log(place_sd) if place_sd > 0 else 0.0)
        is_apart = here.places.size > 0
        covariance = np.asarray(np.linalg.inv(inner), np.float64)
        across = -curve.across / curve.own[:, None] if is_apart else np.zeros((n_places, here.fixed.size))
        own_variance = 1 / curve.own if is_apart else np.zeros(n_places)
        return PooledFit(
            base=here.fixed[:n_base],
            effects=here.fixed[n_base:],
            places=here.places if is_apart else np.zeros(n_places),
            place_sd=place_sd,
            covariance=covariance,
            across=across,
            own_variance=own_variance,
            shift=posterior_shift(
                self.design,
                self.rows.place,
                self._third(here),
                covariance=covariance,
                across=across,
                own_variance=own_variance,
            ),
            precision=self.precision,
            scores=self._scores(here),
            log_likelihood=curve.penalty - curve.value,
            log_evidence=-curve.value - log_det / 2,
            distance=distance,
        )

    def _third(self, point: _Point) -> Reals:
        chance = expit(self._log_odds(point))
        third: Reals = -self.rows.months * chance * (1 - chance) * (1 - 2 * chance)
        return third

    def _log_odds(self, point: _Point) -> Reals:
        odds: Reals = self.design @ point.fixed
        return odds + point.places[self.rows.place] if point.places.size else odds

    def _value(self, point: _Point, place_sd: float) -> tuple[float, float]:
        odds, off = self._log_odds(point), point.fixed - self.mean
        penalty = float(off @ (self.precision * off)) / 2
        if point.places.size:
            penalty += float(point.places @ point.places) / (2 * place_sd**2)
        misfit = self.stays @ np.logaddexp(0, -odds) + self.rows.leaves @ np.logaddexp(0, odds)
        return float(misfit) + penalty, penalty

    def _curve(self, point: _Point, place_sd: float) -> _Curve:
        rows, chance = self.rows, expit(self._log_odds(point))
        slope, weight = rows.months * chance - self.stays, rows.months * chance * (1 - chance)
        weighted = self.design * weight[:, None]
        fixed_slope = self.design.T @ slope + self.precision * (point.fixed - self.mean)
        fixed = self.design.T @ weighted + np.diag(self.precision)
        value, penalty = self._value(point, place_sd)
        if not point.places.size:
            none = np.zeros(0)
            return _Curve(value, penalty, fixed_slope, none, fixed, np.zeros((0, point.fixed.size)), none)
        place_slope = np.bincount(rows.place, slope, rows.n_places) + point.places / place_sd**2
        own: Reals = np.bincount(rows.place, weight, rows.n_places).astype(np.float64) + 1.0 / place_sd**2
        across = _sums(rows.place, weighted, rows.n_places)
        return _Curve(value, penalty, fixed_slope, place_slope, fixed, across, own)

    def _shortened(
        self, here: _Point, curve: _Curve, direction: _Point, distance: float, place_sd: float
    ) -> _Point | None:
        length = 1.0
        while length > 1e-10:
            there = _Point(here.fixed - length * direction.fixed, here.places - length * direction.places)
            if self._value(there, place_sd)[0] <= curve.value - 1e-4 * length * distance**2:
                return there
            length /= 2
        return None

    def _scores(self, point: _Point) -> Reals:
        slope = self.stays - self.rows.months * expit(self._log_odds(point))
        return _sums(self.rows.place, self.design * slope[:, None], self.rows.n_places)


def _newton(curve: _Curve) -> tuple[_Point, float]:
    """The Newton step to take away, and its length in standard errors."""
    inner = _joined_curvature(curve)
    slope = curve.fixed_slope - curve.across.T @ (curve.place_slope / curve.own)
    fixed = np.asarray(np.linalg.solve(inner, slope), np.float64)
    places = (curve.place_slope - curve.across @ fixed) / curve.own
    fall = float(curve.fixed_slope @ fixed + curve.place_slope @ places)
    return _Point(fixed, places), float(np.sqrt(max(fall, 0.0)))


def _joined_curvature(curve: _Curve) -> Reals:
    """Curvature in base and effects, the places following along."""
    inner: Reals = curve.fixed - curve.across.T @ (curve.across / curve.own[:, None])
    if not np.linalg.cond(inner) < _WORST_CONDITION:
        raise StayingError("the placements do not tell every effect apart: use a ridge above 0")
    return inner


def _sums(of: npt.NDArray[np.int64], values: Reals, n: int) -> Reals:
    return np.stack([np.bincount(of, column, n).astype(np.float64) for column in values.T], axis=1)


def _verify(rows: MonthRows, ridge: float, *, pooled: bool) -> None:
    if not len(rows.features):
        raise StayingError("no placement has an outcome that is known: there is nothing to learn from")
    if not rows.leaves.any() or (rows.leaves == rows.months).all():
        raise StayingError("all placements went the same way: there is nothing to learn from")
    if not (np.isfinite(ridge) and ridge >= 0):
        raise StayingError(f"ridge is {ridge}, expected a number >= 0")
    if pooled and rows.n_places < _FEWEST_PLACES:
        raise StayingError(
            f"{rows.n_places} municipalities, expected at least {_FEWEST_PLACES} to tell how unlike they are; "
            "fit with pooled=False"
        )
