"""Random markets of the literature on two-sided ranking, drawn as the authors' public code draws them.

Both use numpy's legacy generator, because the published figures belong to its numbers.

Sources: Y. Tomita and T. Yokoyama (2024), RecSys, arXiv:2409.00720 (both sides see lists); Y. Su, M. Bayoumi and
T. Joachims (2022), WWW, doi:10.1145/3485447.3511961, arXiv:2106.01941 (candidates apply, employers accept).
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np

from matching.arrays import Reals
from matching.errors import MechanismError

__all__ = ["EmployerTaste", "apply_accept_market", "both_sides_market"]

EmployerTaste: TypeAlias = Literal["random", "similar", "reverse"]

NOISE = 0.2
CANDIDATES_PER_EMPLOYER = 1.5


def both_sides_market(n: int, m: int, crowding: float, seed: int) -> tuple[Reals, Reals]:
    """Draw the preference probabilities of a market in which both sides see lists.

    Parameters
    ----------
    n, m : int
        Members of the left and of the right side.
    crowding : float
        0: everybody has an own taste; 1: all agree, and the first of a side is the most wanted.
    seed : int
        Of numpy's legacy generator.

    Returns
    -------
    left, right : (n, m) and (m, n) float64
        Chance that a member of the side, in a row, wants the member of the other, in a column.

    Raises
    ------
    MechanismError
        When the crowding is not between 0 and 1.

    Examples
    --------
    >>> left, right = both_sides_market(3, 2, 1.0, seed=0)
    >>> left.tolist(), right[0].tolist()
    ([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]], [1.0, 0.5, 0.0])
    """
    draws = np.random.RandomState(seed)
    left, right = draws.uniform(0, 1, (n, m)), draws.uniform(0, 1, (m, n))
    return crowded(left, crowding), crowded(right, crowding)


def apply_accept_market(
    n_employers: int, crowding: float, *, taste: EmployerTaste = "random", seed: int = 621
) -> tuple[Reals, Reals]:
    """Draw a market in which one and a half candidates an employer apply and employers accept.

    Parameters
    ----------
    n_employers : int
        Employers; there are half as many candidates more, rounded down.
    crowding : float
        As in :func:`both_sides_market`.
    taste : {"random", "similar", "reverse"}
        Employers' preferences: their own, near those of the candidates, or near the contrary.
    seed : int
        Of numpy's legacy generator; 621 is the published one.

    Returns
    -------
    f, g : (candidates, employers) and (employers, candidates) float64
        Chance that a candidate applies, and that an employer accepts.

    Raises
    ------
    MechanismError
        When no such taste exists, or the crowding is not between 0 and 1.

    Examples
    --------
    >>> f, g = apply_accept_market(4, 0.5, taste="reverse")
    >>> f.shape, g.shape
    ((6, 4), (4, 6))
    """
    if taste not in get_args(EmployerTaste):
        raise MechanismError(f"taste is {taste!r}, expected one of {', '.join(get_args(EmployerTaste))}")
    draws, n = np.random.RandomState(seed), int(CANDIDATES_PER_EMPLOYER * n_employers)
    f = draws.uniform(0, 1, (n, n_employers))
    if taste == "random":
        g = draws.uniform(0, 1, (n_employers, n))
    else:
        near = f.T if taste == "similar" else 1 - f.T
        g = np.clip(near + draws.normal(0, NOISE, near.shape), 0, 1)
    return crowded(f, crowding), crowded(g, crowding)


def crowded(wishes: Reals, crowding: float) -> Reals:
    """Mix the wishes of all rows with one order of the columns, the first of which is wanted most."""
    if not 0 <= crowding <= 1:
        raise MechanismError(f"crowding is {crowding}, expected between 0 and 1")
    common = np.linspace(1, 0, wishes.shape[1])
    return np.clip((1 - crowding) * wishes + crowding * common, 0, 1)
