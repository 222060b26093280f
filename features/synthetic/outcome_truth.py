"""What makes people stay in the twin: a known model, so that whoever learns from it can be marked.

A month is stayed through with log-odds ``base + effects · terms + place + person``; who is there after 36 months has
finished, and settles with log-odds of the same form. ``person`` is what no record shows. Parameters with their evidence
stand in ``outcome_truth.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from features.errors import SyntheticError

__all__ = ["LAST_MONTHS", "OutcomeTruth", "Outcomes"]

Reals = npt.NDArray[np.float64]

LAST_MONTHS: Final = (3, 6, 12, 36)
"""Last month of each interval with a base of its own: the months at which offices are asked."""


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What became of placements, ``(n,)`` each.

    Attributes
    ----------
    left_in : int64
        Month in which the person left, 1 to 36; 0 where the term of 36 months was finished.
    exit_code : int64
        Why, as an index into :attr:`OutcomeTruth.exit_codes`; -1 where the term was finished.
    settled : int64
        After a finished term: 1 in the same municipality, 2 nearby, 0 gone; -1 where the person had left before.
    work : int64
        Of those settled in the same municipality, an index into :attr:`OutcomeTruth.works`; else -1.
    """

    left_in: npt.NDArray[np.int64]
    exit_code: npt.NDArray[np.int64]
    settled: npt.NDArray[np.int64]
    work: npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class OutcomeTruth:
    """The outcome model itself.

    Attributes
    ----------
    terms : tuple of str
        The K terms that matter or might.
    effects, settling_effects : (K,) float64
        Log-odds of staying one month more, and of settling after the term, that a term at 1 gives over one at 0.
    base : (4,) float64
        Log-odds of staying one month more in each interval of :data:`LAST_MONTHS`, all terms 0, average place.
    settling_base : float
    place_sd, person_sd : float
        Of the effect of a municipality and of what no record shows, in log-odds, normal.
    same_share : float
        Of those settled: in the same municipality.
    exit_codes, works : tuple of str
    exit_shares, work_shares : (number of codes,) float64
    """

    terms: tuple[str, ...]
    effects: Reals
    settling_effects: Reals
    base: Reals
    settling_base: float
    place_sd: float
    person_sd: float
    same_share: float
    exit_codes: tuple[str, ...]
    exit_shares: Reals
    works: tuple[str, ...]
    work_shares: Reals

    def __post_init__(self) -> None:
        for name, array, size in (
            ("effects", self.effects, len(self.terms)),
            ("settling_effects", self.settling_effects, len(self.terms)),
            ("base", self.base, len(LAST_MONTHS)),
        ):
            if array.shape != (size,):
                raise SyntheticError(f"{name} has shape {array.shape}, expected ({size},)")
        for name, value in (("place_sd", self.place_sd), ("person_sd", self.person_sd)):
            if not value >= 0:
                raise SyntheticError(f"{name} is {value}, expected >= 0")

    def without_noise(self) -> OutcomeTruth:
        """The same truth where records show all there is (``person_sd`` 0)."""
        return replace(self, person_sd=0.0)

    def stay(self, terms: Reals, *, months: int = 12, place: npt.ArrayLike = 0.0, person: npt.ArrayLike = 0.0) -> Reals:
        """Chance of being there after ``months``, of terms ``(…, K)``; ``place`` and ``person`` broadcast to ``(…)``.

        Examples
        --------
        >>> from features.synthetic.placed_years import known_truth
        >>> truth = known_truth()
        >>> worst, best = truth.stay(np.array([[0.0] * 8, [1.0] * 8]))
        >>> bool(0 < worst < best < 1)
        True
        """
        if not 0 <= months <= LAST_MONTHS[-1]:
            raise SyntheticError(f"months is {months}, expected 0 to {LAST_MONTHS[-1]}")
        score = terms @ self.effects + np.asarray(place) + np.asarray(person)
        log_stay = np.zeros(score.shape)
        for base, n in zip(self.base, months_in(months), strict=True):
            log_stay -= n * np.logaddexp(0.0, -(base + score))
        stay: Reals = np.exp(log_stay)
        return stay

    def settles(self, terms: Reals, *, place: npt.ArrayLike = 0.0, person: npt.ArrayLike = 0.0) -> Reals:
        """Chance of settling in the municipality or nearby once the term is finished."""
        score = self.settling_base + terms @ self.settling_effects + np.asarray(place) + np.asarray(person)
        chance: Reals = 1.0 / (1.0 + np.exp(-score))
        return chance

    def draw(self, rng: np.random.Generator, terms: Reals, *, place: Reals, person: Reals) -> Outcomes:
        """Outcomes of placements with terms ``(n, K)``, ``place`` and ``person`` ``(n,)``."""
        n, shape = len(terms), np.arange(1, LAST_MONTHS[-1] + 1)
        there = np.stack([self.stay(terms, months=int(t), place=place, person=person) for t in shape], axis=1)
        stays = (rng.random(n)[:, None] < there).sum(axis=1)  # months stayed through
        left_in = np.where(stays == LAST_MONTHS[-1], 0, stays + 1).astype(np.int64)
        finished = left_in == 0
        does_settle = rng.random(n) < self.settles(terms, place=place, person=person)
        settled = np.where(does_settle, np.where(rng.random(n) < self.same_share, 1, 2), 0)
        exit_code = rng.choice(len(self.exit_codes), size=n, p=self.exit_shares)
        work = rng.choice(len(self.works), size=n, p=self.work_shares)
        settled = np.where(finished, settled, -1).astype(np.int64)
        return Outcomes(
            left_in=left_in,
            exit_code=np.where(finished, -1, exit_code).astype(np.int64),
            settled=settled,
            work=np.where(settled == 1, work, -1).astype(np.int64),
        )


def months_in(months: int) -> npt.NDArray[np.int64]:
    """How many of the first ``months`` months lie in each interval.

    Examples
    --------
    >>> months_in(12).tolist(), months_in(4).tolist()
    ([3, 3, 6, 0], [3, 1, 0, 0])
    """
    ends = np.minimum(np.array(LAST_MONTHS, np.int64), months)
    lengths: npt.NDArray[np.int64] = np.diff(ends, prepend=0)
    return lengths
