"""What the terms of the selection profile say of pairs: the only thing that a stay model may be asked with."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from features.market.scored_market import ScoredMarket
from features.scoring import Scores, own_factors
from features.terms import SELECTION_TERMS
from features.terms.factor import Factor

__all__ = ["STAY_TERMS", "PairTerms"]

STAY_TERMS: Final[tuple[str, ...]] = tuple(term.name for term in SELECTION_TERMS)
"""Every term of the selection profile, those of the posting alone too: how ready the host is says who stays."""


class PairTerms:
    """Values of the terms of one market, read on demand; what nobody knows of a posting stands at its average.

    Parameters
    ----------
    market : ScoredMarket

    Examples
    --------
    >>> from features.market.scored_market import read_market
    >>> from features.synthetic import sample_date, sample_market
    >>> drawn = sample_market(n_applicants=5, n_postings=2, n_kigyojin_postings=0, n_company_people=0)
    >>> market = read_market(drawn, on=sample_date())
    >>> PairTerms(market).at(0, np.array([1, 3])).shape == (2, len(STAY_TERMS))
    True
    """

    def __init__(self, market: ScoredMarket) -> None:
        of_posting = [term for term in SELECTION_TERMS if term.name not in market.coordinator_factors]
        selection = market.applicants.selection  # no text is read for them: readiness and side work are facts
        factors: dict[str, Factor] = {
            **market.coordinator_factors,
            **{term.name: term.build(selection, market.postings) for term in of_posting},
        }
        known = own_factors(factors, market.postings)
        even = np.full((len(market.postings), len(STAY_TERMS)), 1.0 / len(STAY_TERMS))
        self._scores = Scores("coordinator", STAY_TERMS, tuple(known[name] for name in STAY_TERMS), even)

    def at(self, posting: int, applicants: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Values of some applicants at one posting, ``(k, T)``, in the order of :data:`STAY_TERMS`."""
        values: npt.NDArray[np.float64] = self._scores.column(posting, applicants).value * len(STAY_TERMS)
        return np.clip(values, 0.0, 1.0)  # a share of a tenth, times ten, may be 1 and a bit

    def table(self, applicants: npt.NDArray[np.int64], postings: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Values of applicants × postings, ``(n, m, T)``."""
        columns = [self.at(int(posting), applicants) for posting in postings]
        return np.stack(columns, axis=1) if columns else np.zeros((applicants.size, 0, len(STAY_TERMS)))
