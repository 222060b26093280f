"""Officers who place people in turn, by habit: the status quo, with the chance of every choice."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from features.synthetic.parameter_file import ParameterFile

__all__ = ["Officers", "Turns", "draw_officers", "place_in_turn"]

Reals = npt.NDArray[np.float64]


class Officers(NamedTuple):
    """What officers go by.

    Attributes
    ----------
    habits : (o, K) float64
        Weight of each term in the log-odds of a choice.
    familiar : (o, municipalities) float64
        Places that come to mind.
    """

    habits: Reals
    familiar: Reals


class Turns(NamedTuple):
    """What came of it.

    Attributes
    ----------
    is_open : (n, m) bool
    chance : (n, m) float64
    assigned : (n,) int64
    """

    is_open: npt.NDArray[np.bool_]
    chance: Reals
    assigned: npt.NDArray[np.int64]


def draw_officers(
    rng: np.random.Generator, file: ParameterFile, terms: tuple[str, ...], *, n_people: int, n_municipalities: int
) -> Officers:
    """As many officers as so many people a year need, each with habits of their own."""
    n_officers = max(1, round(n_people / file.number("people_of_an_officer")))
    habits = file.shares("officer_habits")
    mean = np.array([habits[term] for term in terms])
    reach = np.array([file.shares(f"term_{term}")["reach"] for term in terms])
    return Officers(
        (mean + rng.normal(0.0, file.number("habit_sd"), (n_officers, mean.size))) / reach,
        rng.normal(0.0, file.number("familiar_sd"), (n_officers, n_municipalities)),
    )


def place_in_turn(
    rng: np.random.Generator,
    liking: Reals,
    is_possible: npt.NDArray[np.bool_],
    capacity: npt.NDArray[np.int64],
    *,
    explored: float,
) -> Turns:
    """Place people row by row where a seat is left, by the logit of ``liking``.

    Parameters
    ----------
    rng : numpy.random.Generator
    liking : (n, m) float64
        Log-odds; only differences within a row matter.
    is_possible : (n, m) bool
    capacity : (m,) int64
    explored : float
        Share of choices made evenly among what is open.

    Examples
    --------
    >>> turns = place_in_turn(
    ...     np.random.default_rng(0), np.zeros((3, 1)), np.ones((3, 1), bool), np.array([2]), explored=0.1
    ... )
    >>> turns.assigned.tolist(), turns.chance[:, 0].tolist()
    ([0, 0, -1], [1.0, 1.0, 0.0])
    """
    left = capacity.copy()
    is_open = np.zeros(liking.shape, np.bool_)
    chance, assigned = np.zeros(liking.shape), np.full(len(liking), -1, np.int64)
    for row, uniform in enumerate(rng.random(len(liking)).tolist()):
        offered = np.flatnonzero(is_possible[row] & (left > 0))
        if not offered.size:
            continue
        odds: Reals = np.exp(liking[row, offered] - liking[row, offered].max())
        share: Reals = (1 - explored) * odds / odds.sum() + explored / offered.size
        heaped: Reals = np.cumsum(share)
        chosen = offered[min(int((heaped < uniform).sum()), offered.size - 1)]
        is_open[row, offered], chance[row, offered], assigned[row] = True, share, chosen
        left[chosen] -= 1
    return Turns(is_open, chance, assigned)
