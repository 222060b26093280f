"""Chances of staying of a season's pairs: by the model that decides before it, and by models that judge it after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from features.staying.office_model import stay_model_of
from features.staying.placements import Placements

__all__ = ["SeasonPairs", "claimed_chances", "judging_chances"]

_EDGE: Final = 1e-9


class SeasonPairs(NamedTuple):
    """People × postings of a season: terms ``(n, m, K)`` and the municipality of each posting ``(m,)``."""

    terms: npt.NDArray[np.float64]
    municipality: npt.NDArray[np.int64]


def claimed_chances(known: Placements, pairs: SeasonPairs) -> npt.NDArray[np.float64]:
    """Chances of twelve months, ``(n, m)``, by a model of placements as they were known when the season began."""
    model = stay_model_of(known)
    stay = model.stay(pairs.terms, municipality=pairs.municipality[None, :])
    chances: npt.NDArray[np.float64] = np.clip(stay, _EDGE, 1 - _EDGE)
    return chances


def judging_chances(
    past: Placements, own: Placements, row_of: npt.NDArray[np.int64], pairs: SeasonPairs
) -> Callable[[npt.NDArray[np.int64]], npt.NDArray[np.float64]]:
    """Make what :func:`~features.evaluation.cross_fitting.cross_fitted` asks for.

    Parameters
    ----------
    past : Placements
        Earlier seasons, with all that is known of them now.
    own : Placements
        Of the season itself.
    row_of : (n,) int64
        Row of each person in ``own``, -1 without a placement.
    pairs : SeasonPairs

    Returns
    -------
    callable
        Rows of people whose outcomes may be used → chances of everybody at every posting.
    """

    def learn(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        return claimed_chances(past.joined(own.take(row_of[rows][row_of[rows] >= 0])), pairs)

    return learn
