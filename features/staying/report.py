"""What was learned of staying, told to people in sentences and to programs as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np

from features.market.scored_market import TERMS
from features.staying.calibration import Calibration
from features.staying.office_model import FEWEST_APART, OfficeModel
from features.staying.recorded_placements import RecordedPlacements

__all__ = ["REPEATS", "TermLine", "office_model_to_json", "sentences", "term_lines"]

REPEATS: Final = (
    "過去の配置の結果を写したもので、項目を変えれば残るという意味ではありません。"
    "受入れ側の事情で去った人がいれば、その人の項目も低く見えます。人を選ぶ点数には使われません。"
)
"""What everybody who reads a stay model must be told."""

_LOW, _HIGH = 0.1, 0.9
_FOLDS_JA: Final = {
    "municipalities": "市町村ごとに分けて、見たことのない市町村の人で",
    "years": "前の年までから翌年の人で",
}


@dataclass(frozen=True)
class TermLine:
    """One term: its effect with the 95 % interval, and the chance to stay (or settle) of people low and high in it."""

    term: str
    effect: float
    standard_error: float
    low: float
    high: float
    chance_low: float
    chance_high: float


def term_lines(found: OfficeModel, recorded: RecordedPlacements) -> Iterator[TermLine]:
    """One line a term; chances at its tenth and ninetieth percentile, all other terms at their means."""
    effects = found.effects
    features = recorded.placements.with_terms(effects.terms).features
    for k, term in enumerate(effects.terms):
        pair = np.tile(features.mean(axis=0), (2, 1))
        pair[:, k] = np.quantile(features[:, k], [_LOW, _HIGH])
        low, high = found.model.stay(pair).tolist()
        columns = (effects.effect, effects.standard_error, effects.low, effects.high)
        effect, error, least, most = (float(column[k]) for column in columns)
        yield TermLine(term, effect, error, least, most, low, high)


def sentences(found: OfficeModel, recorded: RecordedPlacements) -> Iterator[str]:
    """What a reader should know before looking at the terms, in plain Japanese."""
    yield (
        f"着任の記録 {found.n} 件（{found.n_municipalities} 市町村）。12か月後のことが分かるのは {found.n_known} 件で、"
        f"残っていた人は {found.past_share:.0%} です。"
    )
    if recorded.unanswered:
        yield f"着任から12か月を過ぎ、残っているかどうかの記録がない人が {recorded.unanswered} 人います。"
    if found.left_out:
        names = "、".join(f"「{TERMS[term].title}」" for term in found.left_out)
        yield f"{names}は、ほかの人と値の違う人が {FEWEST_APART} 人に満たないので、学ぶのに使っていません。"
    told = found.held_out
    if told is None:
        yield "学ぶのに使わない人を取り分けられないため、当たるかどうかは確かめられていません。"
        return
    better = "小さく、記録は役に立ちます" if told.brier < told.brier_of_mean else "小さくなく、まだ役に立ちません"
    yield (
        f"{_FOLDS_JA[found.folds]}確かめると、見込みの外れ（ブライア）は {told.brier:.3f}。"
        f"全員に同じ割合を答える場合の {told.brier_of_mean:.3f} より{better}。"
    )
    yield _slope_sentence(told)


def _slope_sentence(told: Calibration) -> str:
    if told.slope is None or told.slope_error is None:
        why = "全員の見込みが同じか、残った人と去った人の見込みが一人の例外もなく分かれています"
        return f"見込みの傾きは分かりません（{why}）。"
    spread = f"{told.slope - 2 * told.slope_error:.2f}〜{told.slope + 2 * told.slope_error:.2f}"
    return f"見込みの傾きは {told.slope:.2f}（{spread}、1 が理想。1 より小さければ見込みが極端です）。"


def office_model_to_json(found: OfficeModel, recorded: RecordedPlacements) -> dict[str, object]:
    """The interchange form."""
    return {
        "warning": REPEATS,
        "n_placements": found.n,
        "n_known": found.n_known,
        "n_left": found.n_left,
        "n_municipalities": found.n_municipalities,
        "past_share": found.past_share,
        "unanswered": recorded.unanswered,
        "terms_left_out": list(found.left_out),
        "place_sd": found.model.place_sd_,
        "effects": [asdict(line) for line in term_lines(found, recorded)],
        "folds": found.folds,
        "held_out": None if found.held_out is None else asdict(found.held_out),
    }
