"""Who, or which place, is left out of a list, and every rule that is not met.

Only a rule that is plainly not met leaves anybody out, or the person's own word that a region is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.counterfactuals import Counterfactual
from features.market.pacing import between_steps
from features.market.refused_regions import refused_postings
from features.market.scored_market import ScoredMarket
from features.market.told_pairs import TellingKey
from features.rules import RuleFinding

__all__ = ["Exclusion", "left_out", "left_out_of_all"]

_STEP: Final = 20  # places left out that are told as fast as one that is recommended


@dataclass(frozen=True)
class Exclusion:
    """Somebody (or some place) left out, with every rule that is not met, and what would lift it."""

    id: str
    rules: tuple[RuleFinding, ...]
    what_if: tuple[Counterfactual, ...] = ()


_REFUSED = RuleFinding(
    rule_id="wish-region-refused",
    kind="region",
    verdict="not_covered",
    source="本人の希望（行かない地域）",
    sentence="ご本人が希望しない地域です。",
)

_LEFT_OUT: Final[TellingKey[tuple[Exclusion, ...]]] = TellingKey("left_out")


def left_out_of_all(
    market: ScoredMarket, i: int, columns: NDArray[np.int64], kept: NDArray[np.int64]
) -> tuple[Exclusion, ...]:
    """The open postings that are left out, told before or told now."""
    person = market.records.applicants[i]
    found = market.told.of_open(_LEFT_OUT, person, market.is_open)
    if found is None:
        found = left_out(market, i, columns, kept)
        market.told.keep_open(_LEFT_OUT, person, market.is_open, value=found)
    return found


def left_out(
    market: ScoredMarket, i: int, columns: NDArray[np.int64], kept: NDArray[np.int64]
) -> tuple[Exclusion, ...]:
    """Postings of ``columns`` that are not ``kept``, with why, by id."""
    refused, kept_ids = refused_postings(market, i), set(kept.tolist())
    others: list[int] = [j for j in columns.tolist() if j not in kept_ids]
    out: list[Exclusion] = []
    for place, j in enumerate(others):
        if place % _STEP == 0:
            between_steps()
        out.append(Exclusion(market.postings.ids[j], market.verdicts.unmet(i, j) + ((_REFUSED,) if refused[j] else ())))
    return tuple(sorted(out, key=lambda line: line.id))
