"""Who settles after a finished term, of an office's own outcomes; only where they hold it and are enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np

from features.staying.effects import Effects
from features.staying.office_model import FEWEST, FEWEST_OF_A_KIND
from features.staying.placements import Placements
from features.staying.pooled_fit import SAME
from features.staying.recorded_placements import RecordedPlacements
from features.staying.report import TermLine
from features.staying.settlement_model import SettlementModel

__all__ = [
    "OfficeSettlement",
    "learn_office_settlement",
    "settlement_sentence",
    "settlement_to_json",
    "settling_lines",
]

_FEWEST_PLACES = 5
_LOW, _HIGH = 0.1, 0.9


@dataclass(frozen=True, eq=False)
class OfficeSettlement:
    """Finished terms of which it is known whether the person settled, and what they teach.

    Attributes
    ----------
    n, n_settled : int
    placements : Placements
        Those, with the terms that differ.
    model : SettlementModel or None
        None where they are too few: the same numbers are asked for as of staying.
    effects : Effects or None
    """

    n: int
    n_settled: int
    placements: Placements
    model: SettlementModel | None
    effects: Effects | None


def learn_office_settlement(recorded: RecordedPlacements) -> OfficeSettlement | None:
    """Learn who settles; None where no outcome tells of it."""
    every = recorded.placements
    known = every.take(every.settled >= 0)
    if not known.n:
        return None
    settled = int((known.settled > 0).sum())
    if known.n < FEWEST or min(settled, known.n - settled) < FEWEST_OF_A_KIND:
        return OfficeSettlement(known.n, settled, known, None, None)
    spread = zip(known.terms, known.features.std(axis=0).tolist(), strict=True)
    varied = known.with_terms([name for name, size in spread if size > SAME])
    pooled = np.unique(varied.municipality).size >= _FEWEST_PLACES
    model = SettlementModel(terms=varied.terms, pooled=pooled).fit_placements(varied)
    return OfficeSettlement(known.n, settled, varied, model, model.effects())


def settling_lines(found: OfficeSettlement) -> Iterator[TermLine]:
    """One line a term; chances at its tenth and ninetieth percentile, all other terms at their means."""
    if found.model is None or found.effects is None:
        return
    features, effects = found.placements.features, found.effects
    for k, term in enumerate(effects.terms):
        pair = np.tile(features.mean(axis=0), (2, 1))
        pair[:, k] = np.quantile(features[:, k], [_LOW, _HIGH])
        least, most = found.model.settle(pair).tolist()
        columns = (effects.effect, effects.standard_error, effects.low, effects.high)
        effect, error, low, high = (float(column[k]) for column in columns)
        yield TermLine(term, effect, error, low, high, least, most)


def settlement_sentence(found: OfficeSettlement | None) -> str:
    """What a reader should know first, in plain Japanese."""
    if found is None:
        return "任期を終えた人が定住したかどうかの記録はありません。"
    said = f"任期を終え、定住したかどうかが分かる人は {found.n} 人、うち定住した人は {found.n_settled} 人です。"
    if found.model is None:
        said += f"見込みを学ぶには {FEWEST} 人以上（どちらも {FEWEST_OF_A_KIND} 人以上）の記録が要ります。"
    return said


def settlement_to_json(found: OfficeSettlement | None) -> dict[str, object] | None:
    """The interchange form; null where no outcome tells of it, no effects where they are too few."""
    if found is None:
        return None
    effects = [asdict(line) for line in settling_lines(found)]
    return {"n_known": found.n, "n_settled": found.n_settled, "is_enough": found.model is not None, "effects": effects}
