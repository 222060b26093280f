"""Who was still there after a year, by the score the service gives the pair today: does the order mean anything?

A score orders applications for reading and is no forecast, and only people who were chosen are in these numbers. Both
stand beside the picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from pydantic import BaseModel, Field

from api.outcomes.placements import Placement
from api.outcomes.schemas import Share
from api.outcomes.summary import first_year, told_share
from features.market.scored_market import ScoredMarket
from features.market.standings import totals_of
from features.smallest_told import SMALLEST_TOLD

__all__ = ["NEEDED", "OutcomesByScore", "ScoreBand", "outcomes_by_score"]

_A_BAND: Final = 10  # people, at least
_MOST_BANDS: Final = 5
NEEDED: Final = 3 * _A_BAND
_Z: Final = 1.96  # 95 %


class ScoreBand(BaseModel):
    """People with neighbouring scores."""

    low: float = Field(description="Lowest score.")
    high: float = Field(description="Highest score.")
    there: Share = Field(description="Still there after twelve months, of those of whom it is known.")
    share_low: float | None = Field(description="Lower end of the 95 % interval (Wilson).")
    share_high: float | None


class OutcomesByScore(BaseModel):
    """Bands of rising scores; none while too few first years are known."""

    known: int | None = Field(description="People whose first year and score are known.")
    needed: int = Field(description="So many make the first bands.")
    bands: list[ScoreBand]
    withheld_below: int


def outcomes_by_score(market: ScoredMarket, placements: Sequence[Placement]) -> OutcomesByScore:
    """Put placements whose first year is known into bands of equal size by score.

    Parameters
    ----------
    market : ScoredMarket
        Scores of today; a pair that is no longer in it is left out.
    placements : sequence of Placement
    """
    pairs = sorted(_scored(market, placements))
    told = None if len(pairs) < SMALLEST_TOLD else len(pairs)
    n_bands = min(_MOST_BANDS, len(pairs) // _A_BAND) if len(pairs) >= NEEDED else 0
    bands = _two_withheld([_band(pairs[rows[0] : rows[-1] + 1]) for rows in _parts(len(pairs), n_bands)])
    return OutcomesByScore(known=told, needed=NEEDED, bands=bands, withheld_below=SMALLEST_TOLD)


def _scored(market: ScoredMarket, placements: Sequence[Placement]) -> Iterator[tuple[float, bool]]:
    for placement in placements:
        known = first_year(placement)
        i = market.applicants.index_of.get(placement.applicant_id)
        j = market.postings.index_of.get(placement.posting_id)
        if known is None or i is None or j is None:
            continue
        (score,) = totals_of(market.coordinator.column(j, np.array([i])).value).tolist()
        yield float(score), not known[0]


def _parts(n_pairs: int, n_bands: int) -> list[list[int]]:
    return [part.tolist() for part in np.array_split(np.arange(n_pairs), n_bands)] if n_bands else []


def _band(pairs: Sequence[tuple[float, bool]]) -> ScoreBand:
    there = told_share(len(pairs), sum(is_there for _, is_there in pairs), SMALLEST_TOLD)
    low, high = (None, None) if there.share is None else _interval(there.share, len(pairs))
    return ScoreBand(low=pairs[0][0], high=pairs[-1][0], there=there, share_low=low, share_high=high)


def _two_withheld(bands: list[ScoreBand]) -> list[ScoreBand]:
    """With one band that is withheld the next is too: all of them together are told as the first year of everybody."""
    hidden = [band.there.number is None for band in bands]
    if sum(hidden) != 1 or len(bands) == 1:
        return bands
    k = min((k for k, is_hidden in enumerate(hidden) if not is_hidden), key=lambda k: (_least(bands[k].there), k))
    there = Share(known=bands[k].there.known, number=None, share=None)
    other = bands[k].model_copy(update={"there": there, "share_low": None, "share_high": None})
    return [*bands[:k], other, *bands[k + 1 :]]


def _least(there: Share) -> int:
    """The smaller part of a band that is told."""
    number, known = there.number or 0, there.known or 0
    return min(number, known - number)


def _interval(share: float, known: int) -> tuple[float, float]:
    """Wilson's: it stays inside 0…1 and means something for few people."""
    middle = (share + _Z**2 / (2 * known)) / (1 + _Z**2 / known)
    half = _Z * np.sqrt(share * (1 - share) / known + _Z**2 / (4 * known**2)) / (1 + _Z**2 / known)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))
