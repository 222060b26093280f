"""Counts that tell nothing sure of anybody: exact geometric noise, and a ledger of what was spent.

A release is ε-differentially private where no outcome is more than e^ε times likelier with a person than without.
Noise is drawn in whole numbers and fractions throughout: floating-point noise leaks through its last digits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import numpy as np

from features.errors import SyntheticError
from features.smallest_told import SMALLEST_TOLD

__all__ = ["PrivacyLedger", "geometric_noise", "noise_variance", "noisy_counts", "private_histogram", "withheld"]

_DIGITS: Final = 10**6


@dataclass
class PrivacyLedger:
    """What each release cost, exactly: the sum of the ε never passes ``total`` (sequential composition).

    Parameters
    ----------
    total : Fraction
        The ε that is stated to the people; above 0.

    Attributes
    ----------
    spent_on : dict of name to Fraction
        In the order of the releases.

    Examples
    --------
    >>> ledger = PrivacyLedger(Fraction(1))
    >>> ledger.spend("housing", Fraction("0.6"))
    >>> ledger.spent, ledger.left
    (Fraction(3, 5), Fraction(2, 5))
    >>> ledger.spend("skills", Fraction("0.5"))
    Traceback (most recent call last):
    features.errors.SyntheticError: skills costs epsilon 1/2, 2/5 of 1 is left
    """

    total: Fraction
    spent_on: dict[str, Fraction] = field(default_factory=dict[str, Fraction])

    def __post_init__(self) -> None:
        if self.total <= 0:
            raise SyntheticError(f"epsilon is {self.total}, expected above 0")

    @property
    def spent(self) -> Fraction:
        """Sum of all releases."""
        return sum(self.spent_on.values(), Fraction(0))

    @property
    def left(self) -> Fraction:
        """What may still be spent."""
        return self.total - self.spent

    def spend(self, name: str, epsilon: Fraction) -> None:
        """Book a release before it is made.

        Raises
        ------
        SyntheticError
            If it costs nothing, was made before (new noise costs again) or costs more than is left.
        """
        if epsilon <= 0:
            raise SyntheticError(f"{name} costs epsilon {epsilon}, expected above 0")
        if name in self.spent_on:
            raise SyntheticError(f"{name} was released already: a second release needs a name and a price of its own")
        if epsilon > self.left:
            raise SyntheticError(f"{name} costs epsilon {epsilon}, {self.left} of {self.total} is left")
        self.spent_on[name] = epsilon


def private_histogram(
    counts: Mapping[str, int],
    *,
    name: str,
    epsilon: Fraction,
    ledger: PrivacyLedger,
    rng: np.random.Generator,
    smallest: int = SMALLEST_TOLD,
) -> dict[str, int | None]:
    """Counts with noise; ``None`` where the noisy count is below ``smallest``.

    Parameters
    ----------
    counts : mapping
        Every person is in exactly one cell, so that a person more or less changes one count by 1. The cells are fixed
        beforehand: a cell that appears because somebody is in it would tell of them.
    name : str
        Of the release, for the ledger.
    epsilon : Fraction
    ledger : PrivacyLedger
    rng : numpy.random.Generator
        Whoever knows its seed can take the noise off: seed it from the system and tell nobody.
    smallest : int, default 5
        Small cells are noise; judged by the noisy count, so that nothing is spent on it.

    Examples
    --------
    >>> ledger = PrivacyLedger(Fraction(2))
    >>> found = private_histogram(
    ...     {"yes": 40, "no": 1}, name="car", epsilon=Fraction(2), ledger=ledger, rng=np.random.default_rng(1)
    ... )
    >>> found["no"] is None, abs(found["yes"] - 40) < 5, ledger.left
    (True, True, Fraction(0, 1))
    """
    return withheld(noisy_counts(counts, name=name, epsilon=epsilon, ledger=ledger, rng=rng), smallest)


def noisy_counts(
    counts: Mapping[str, int], *, name: str, epsilon: Fraction, ledger: PrivacyLedger, rng: np.random.Generator
) -> dict[str, int]:
    """Counts with noise, small ones and those below 0 too: their sum is right on average."""
    ledger.spend(name, epsilon)
    return {cell: count + geometric_noise(rng, epsilon) for cell, count in counts.items()}


def withheld(noisy: Mapping[str, int], smallest: int) -> dict[str, int | None]:
    """The same without the counts below ``smallest``; what is left adds up to too many where most cells are empty."""
    return {cell: count if count >= smallest else None for cell, count in noisy.items()}


def noise_variance(epsilon: Fraction) -> float:
    """Of :func:`geometric_noise`: 2 e^(−ε) / (1 − e^(−ε))².

    Examples
    --------
    >>> round(noise_variance(Fraction(1)), 3)
    1.841
    """
    decay = math.exp(-epsilon)
    return 2 * decay / (1 - decay) ** 2


def geometric_noise(rng: np.random.Generator, epsilon: Fraction) -> int:
    """Two-sided geometric noise: k with chance in proportion to e^(−ε |k|), exactly.

    Raises
    ------
    SyntheticError
        If epsilon is not above 0 or has more than six digits after the point.

    Notes
    -----
    The sampler of discrete Laplace noise of [1]_ (algorithm 2), from fair draws of whole numbers alone. Its variance is
    2 e^(−ε) / (1 − e^(−ε))².

    References
    ----------
    .. [1] C. L. Canonne, G. Kamath and T. Steinke (2020), The discrete Gaussian for differential privacy, Advances in
       Neural Information Processing Systems 33, 15676-15688, arXiv:2004.00010.
    """
    if epsilon <= 0:
        raise SyntheticError(f"epsilon is {epsilon}, expected above 0")
    if epsilon.denominator > _DIGITS or epsilon.numerator > _DIGITS:
        raise SyntheticError(f"epsilon is {epsilon}, expected a fraction of numbers up to {_DIGITS}")
    rate, scale = epsilon.numerator, epsilon.denominator
    while True:
        remainder = int(rng.integers(scale))
        if not _is_below_exp(rng, Fraction(remainder, scale)):
            continue
        whole = 0
        while _is_below_exp(rng, Fraction(1)):
            whole += 1
        size = (remainder + scale * whole) // rate
        is_negative = bool(rng.integers(2))
        if size or not is_negative:  # zero has one sign only
            return -size if is_negative else size


def _is_below_exp(rng: np.random.Generator, rate: Fraction) -> bool:
    """True with chance e^(−rate), 0 <= rate <= 1: the alternating series as a race of coins."""
    turn = 1
    while rng.integers(rate.denominator * turn) < rate.numerator:
        turn += 1
    return turn % 2 == 1
