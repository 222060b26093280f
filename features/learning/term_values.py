"""What the terms say of pairs, before any weight: the only thing that is learned from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from features.market.scored_market import COORDINATOR_TERMS, TERMS, ScoredMarket
from features.scoring import Scores, Side

__all__ = ["term_values", "terms_of"]

_MIDDLE: Final = 0.5  # where the slider leaves the weights as they are


def terms_of(side: Side) -> tuple[str, ...]:
    """Names of the terms a side's score may use.

    Examples
    --------
    >>> "region_wish" in terms_of("applicant"), "region_wish" in terms_of("coordinator")
    (True, False)
    """
    if side == "coordinator":
        return tuple(term.name for term in COORDINATOR_TERMS)
    return tuple(name for name, term in TERMS.items() if "applicant" in term.audiences)


def term_values(
    market: ScoredMarket, side: Side, own: int, others: Sequence[int] | npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Values of every term, ``(len(others), T)``, in the order of :func:`terms_of`.

    Parameters
    ----------
    market : ScoredMarket
    side : "coordinator" or "applicant"
    own : int
        Row of the posting whose coordinator looks, or of the applicant who does.
    others : sequence of int
        Rows of the applicants, or of the postings.

    Notes
    -----
    An applicant's slider between place and mission is in the values (twice its share, so that the middle changes
    nothing): what remains to be learned is the weights that all applicants share.
    """
    names, rows = terms_of(side), np.asarray(others, dtype=np.int64)
    factors = market.coordinator_factors if side == "coordinator" else market.own_factors
    n_own = len(market.postings) if side == "coordinator" else len(market.applicants)
    even = np.full((n_own, len(names)), 1.0 / len(names))
    scores = Scores(side, names, tuple(factors[name] for name in names), even)
    parts = scores.column(own, rows) if side == "coordinator" else scores.row(own, rows)
    values: npt.NDArray[np.float64] = parts.value * len(names)
    return values if side == "coordinator" else values * _slider(market, names, own)


def _slider(market: ScoredMarket, names: Sequence[str], applicant: int) -> npt.NDArray[np.float64]:
    said = market.records.applicants[applicant].private_preferences.place_weight
    share = _MIDDLE if said is None else said
    is_place = np.array([TERMS[name].theme == "place" for name in names])
    return np.where(is_place, share, 1 - share) / _MIDDLE
