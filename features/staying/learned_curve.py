"""A learned curve read at pairs: chances, how far they may be off, and where the past cannot answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit
from scipy.stats import norm

from features.staying.errors import StayingError
from features.staying.month_rows import months_in
from features.staying.placements import verify_values
from features.staying.pooled_fit import PooledFit
from features.staying.support import Support, comparable_placements

__all__ = ["Estimate", "LearnedCurve"]

Reals = npt.NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
_SHARES: Final = _WEIGHTS / _WEIGHTS.sum()
_ROWS: Final = 20_000  # pairs at a time


class Estimate(NamedTuple):
    """Chances of pairs, ``(n,)`` each.

    Attributes
    ----------
    chance : float64
    standard_error : float64
        Of the chance of this very pair: of effects and of its municipality.
    low, high : float64
        Bounds of a 95 % interval, symmetric in log-odds.
    comparable : float64
        As many placements exactly like this one would tell as much.
    is_known : bool
        False where the answer is "I do not know": terms outside the past, or too few comparable placements.
    """

    chance: Reals
    standard_error: Reals
    low: Reals
    high: Reals
    comparable: Reals
    is_known: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class LearnedCurve:
    """What a fit says of pairs.

    Attributes
    ----------
    terms : tuple of str
    ends : tuple of int
        Last month of each interval.
    fit : PooledFit
    places : (J,) int64
        Municipalities in the order of ``fit.places``.
    support : Support
    seen_months : int
        Longest time anybody was seen; nothing is said of later.
    """

    terms: tuple[str, ...]
    ends: tuple[int, ...]
    fit: PooledFit
    places: npt.NDArray[np.int64]
    support: Support
    seen_months: int

    def contributions(self, features: Reals) -> Reals:
        """What each term adds to the log-odds of staying one month more, ``(n, K)``: their sum is the score."""
        verify_values(features, self.terms)
        contributions: Reals = features * self.fit.effects
        return contributions

    def chance(self, features: Reals, municipality: npt.NDArray[np.int64] | None, months: int) -> Reals:
        """Chance of being there after ``months``; of municipalities without a past, averaged over what places are
        like.
        """
        verify_values(features, self.terms)
        place, counts = self._rows_of(municipality, len(features)), self._counted(months)
        chance = np.empty(len(features))
        for part in _parts(len(features)):
            chance[part] = self._at(features[part], place[part], counts).chance
        return chance

    def estimate(
        self, features: Reals, municipality: npt.NDArray[np.int64] | None, months: int, *, least_comparable: float
    ) -> Estimate:
        """Chances with what is known of them."""
        verify_values(features, self.terms)
        place, counts = self._rows_of(municipality, len(features)), self._counted(months)
        chance, error = np.empty(len(features)), np.empty(len(features))
        for part in _parts(len(features)):
            point = self._at(features[part], place[part], counts)
            chance[part] = point.chance
            error[part] = np.sqrt(self._variance(point, features[part], place[part]))
        inner = np.clip(chance, 1e-12, 1 - 1e-12)
        half = norm.ppf(0.975) * error / (inner * (1 - inner))
        comparable = comparable_placements(inner, error)
        return Estimate(
            chance=chance,
            standard_error=error,
            low=expit(logit(inner) - half),
            high=expit(logit(inner) + half),
            comparable=comparable,
            is_known=self.support.is_inside(features) & (comparable >= least_comparable),
        )

    def mean(self, features: Reals, municipality: npt.NDArray[np.int64] | None, months: int) -> tuple[float, float]:
        """Mean chance of some pairs, and its standard error: pairs share the errors of effects and places.

        Pairs of municipalities without a past count as one municipality each.

        Notes
        -----
        The mean over what is possible, to second order, not that of the likeliest curve: effects of places that are
        drawn to 0 meet a curve that bends, and the chances of the likeliest curve are on average too low by a fraction
        of the error. Of one pair that is nothing, of the mean of a thousand it shows.
        """
        verify_values(features, self.terms)
        place, n = self._rows_of(municipality, len(features)), len(features)
        counts = self._counted(months)
        point = self._at(features, place, counts)
        is_old = place >= 0
        by_place: Reals = np.bincount(place[is_old], point.slopes[is_old].sum(axis=1), self.places.size) / n
        along = point.fixed_slopes(features).mean(axis=0) + by_place @ self.fit.across
        variance = along @ self.fit.covariance @ along + by_place**2 @ self.fit.own_variance
        lone = float(point.lone_variance.sum()) / n**2
        bent = np.concatenate([self._bent(features[part], place[part], counts) for part in _parts(n)])
        moved = point.fixed_slopes(features).mean(axis=0) @ self.fit.shift.fixed + by_place @ self.fit.shift.places
        mean = np.clip(float(point.chance.mean() + moved + bent.mean()), 0.0, 1.0)
        return float(mean), float(np.sqrt(variance + lone))

    def _bent(self, features: Reals, place: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> Reals:
        """What the bend of the curve adds to the mean of each chance: half of second derivatives times covariance."""
        shared = np.hstack([np.zeros((len(features), len(counts))), features]) + _of_places(self.fit.across, place)
        along = shared[:, None, :] + np.eye(len(counts), shared.shape[1])  # (n, I, I + K)
        covariance = np.einsum("nkf,fg,nlg->nkl", along, self.fit.covariance, along, optimize=True)
        covariance += _of_places(self.fit.own_variance, place)[:, None, None]
        bent: Reals = (self._bends(features, place, counts) * covariance).sum(axis=(1, 2)) / 2
        return bent

    def _bends(self, features: Reals, place: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> Reals:
        """Second derivatives of the chance in the log-odds of every two intervals, ``(n, I, I)``."""
        node = self._nodes(features, place, counts)
        leaves = counts * expit(-node.odds)
        weight = node.shares * node.there
        both = np.einsum("nq,nqk,nql->nkl", weight, leaves, leaves, optimize=True)
        own = np.einsum("nq,nqk->nk", weight, leaves * expit(node.odds))
        bends: Reals = both - own[:, :, None] * np.eye(len(counts))
        return bends

    def _variance(self, point: _Point, features: Reals, place: npt.NDArray[np.int64]) -> Reals:
        """Of each pair's chance, by the delta method."""
        total = np.where(place >= 0, point.slopes.sum(axis=1), 0.0)
        along = point.fixed_slopes(features) + total[:, None] * _of_places(self.fit.across, place)
        known = np.einsum("nk,nk->n", along @ self.fit.covariance, along)
        variance: Reals = known + total**2 * _of_places(self.fit.own_variance, place) + point.lone_variance
        return variance

    def _at(self, features: Reals, place: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> _Point:
        node = self._nodes(features, place, counts)
        chance = (node.shares * node.there).sum(axis=1)
        slopes = ((node.shares * node.there)[:, :, None] * counts * expit(-node.odds)).sum(axis=1)  # (n, I)
        lone = (node.shares * (node.there - chance[:, None]) ** 2).sum(axis=1)
        return _Point(chance, slopes, lone)

    def _nodes(self, features: Reals, place: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> _Nodes:
        fit = self.fit
        odds = (features @ fit.effects + _of_places(fit.places, place))[:, None] + fit.base  # (n, I)
        is_new = (place < 0) & (fit.place_sd > 0)
        shifts = np.where(is_new[:, None], fit.place_sd * _NODES, 0.0)  # (n, nodes)
        shares = np.where(is_new[:, None], _SHARES, 1.0 / _NODES.size)
        moved = odds[:, None, :] + shifts[:, :, None]
        return _Nodes(shares, moved, np.exp(-(counts * np.logaddexp(0.0, -moved)).sum(axis=2)))

    def _rows_of(self, municipality: npt.NDArray[np.int64] | None, n: int) -> npt.NDArray[np.int64]:
        """Index into the places; -1 without a past."""
        if municipality is None:
            return np.full(n, -1, np.int64)
        named = np.asarray(municipality)
        if named.shape != (n,):
            raise StayingError(f"municipality has shape {named.shape}, expected ({n},)")
        if not self.places.size:
            return np.full(n, -1, np.int64)
        at = np.minimum(np.searchsorted(self.places, named), self.places.size - 1)
        return np.where(self.places[at] == named, at, -1).astype(np.int64)

    def _counted(self, months: int) -> npt.NDArray[np.int64]:
        latest = min(self.seen_months, self.ends[-1])
        if not 1 <= months <= latest:
            raise StayingError(f"months is {months}, expected 1 to {latest}: nobody was seen for longer")
        return months_in(self.ends, months)


class _Nodes(NamedTuple):
    """Where the effect of a place without a past may lie; all the same of a place with one."""

    shares: Reals  # (n, nodes) of the chance
    odds: Reals  # (n, nodes, I)
    there: Reals  # (n, nodes)


class _Point(NamedTuple):
    chance: Reals  # (n,)
    slopes: Reals  # (n, I) of the chance in the log-odds of each interval
    lone_variance: Reals  # (n,) of municipalities without a past

    def fixed_slopes(self, features: Reals) -> Reals:
        """Slopes of the chance in base and effects."""
        return np.hstack([self.slopes, features * self.slopes.sum(axis=1)[:, None]])


def _of_places(values: Reals, place: npt.NDArray[np.int64]) -> Reals:
    """What belongs to the place of each pair; 0 without a past."""
    found = np.zeros((place.size, *values.shape[1:]))
    found[place >= 0] = values[place[place >= 0]]
    return found


def _parts(n: int) -> Iterator[slice]:
    return (slice(start, start + _ROWS) for start in range(0, n, _ROWS))
