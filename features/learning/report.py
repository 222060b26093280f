"""What was learned, told to people in sentences and to programs as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

import numpy as np

from features.learning.clustered_test import ClusterTest
from features.learning.learned import LearnedWeights
from features.learning.weights_text import HABITS

__all__ = ["Line", "learned_to_json", "lines", "sentences"]

_CONTRADICTS = 0.05
_SEEN = 0.0005  # of the losses as they are printed
_NEVER = 10_000  # choices: no office decides as many
_LEAST_P = 0.001  # smaller ones are told as smaller: no chance is 0


@dataclass(frozen=True)
class Line:
    """One term: hand weight, learned weight and what is known of it; ``None`` where nothing was learned."""

    term: str
    hand: float
    weight: float
    standard_error: float | None
    low: float | None
    high: float | None


def lines(learned: LearnedWeights) -> Iterator[Line]:
    """One line a term."""
    for k, term in enumerate(learned.terms):
        known = (learned.intervals.standard_error[k], learned.intervals.low[k], learned.intervals.high[k])
        kept = (None, None, None) if learned.keeps_hand_weights else tuple(_finite(value) for value in known)
        yield Line(term, float(learned.hand[k]), float(learned.weights[k]), *kept)


def sentences(learned: LearnedWeights, titles: Mapping[str, str]) -> Iterator[str]:
    """What a reader should know before looking at the weights, in plain Japanese."""
    yield f"使えた選択は {learned.fit.n_decisions} 件、決めた人（または自治体・応募者）は {learned.n_choosers} です。"
    if learned.fit.n_decisions == 0:
        yield "学べる選択が一件もないので、何も学んでいません。重みは手で決めたままです。"
        return
    if learned.keeps_hand_weights:
        yield "手で決めた重みを変えるだけの根拠はまだありません。重みは手で決めたままです。"
    if learned.runs_against_every_term:
        yield (
            "これまでの選択は、項目の合計が低い方へ向いていて、0 以上のどの重みでも説明できません"
            "（重みの符号が許すかぎり、どの項目の向きとも逆です）。"
            "項目の向きか、選択の記録の取り違えがないかを確かめてください。"
        )
    test = learned.against_hand
    if test is not None and not learned.runs_against_every_term:
        verdict = "食い違うとは言えません"
        if test.p_value <= _CONTRADICTS:
            kept = "食い違うかもしれませんが、重みを変えるだけの根拠にはなりません"
            verdict = kept if learned.keeps_hand_weights else "食い違います"
        yield f"これまでの選択は、手で決めた重みと{verdict}（{_chances(learned)}）。"
    if learned.held_out is not None:
        held = learned.held_out
        yield (
            f"学ぶのに使わなかった選択の当たりにくさ（小さいほどよい）: 学んだ重み {held.learned:.3f}、"
            f"手で決めた重み {held.hand:.3f}、でたらめ {held.at_random:.3f}。"
        )
        if held.learned - held.hand >= _SEEN and not learned.keeps_hand_weights:
            yield "！ 学んだ重みは、手で決めた重みより当たっていません。手で決めた重みのまま使うことを勧めます。"
    yield _order(learned, titles)


def learned_to_json(learned: LearnedWeights) -> dict[str, object]:
    """The interchange form; numbers that are not known are null."""
    return {
        "warning": HABITS,
        "reading": learned.reading,
        "n_choices": learned.fit.n_decisions,
        "n_choosers": learned.n_choosers,
        "keeps_hand_weights": learned.keeps_hand_weights,
        "runs_against_every_term": learned.runs_against_every_term,
        "weights": [asdict(line) for line in lines(learned)],
        "errors": learned.spread,
        "ridge": _finite(learned.ridge),
        "scale": learned.scale,
        "log_likelihood": learned.fit.log_likelihood,
        "log_likelihood_at_random": learned.fit.log_likelihood_at_random,
        "gradient_norm": learned.fit.gradient_norm,
        "held_out": None if learned.held_out is None else asdict(learned.held_out),
        "against_hand": None if learned.against_hand is None else asdict(learned.against_hand),
        "against_hand_by_cluster": (
            None if learned.against_hand_by_cluster is None else _cluster_json(learned.against_hand_by_cluster)
        ),
        "order_known": _order_json(learned),
        "offices": {
            office: dict(zip(learned.terms, weights.tolist(), strict=True))
            for office, weights in learned.by_office.items()
        },
    }


def _chances(learned: LearnedWeights) -> str:
    test, by_who = learned.against_hand, learned.against_hand_by_cluster
    told = [] if test is None else [f"尤度比検定 {_p_text(test.p_value)}"]
    if by_who is not None:
        told.append(f"決めた人や自治体ごとにまとめた検定 {_p_text(by_who.p_value)}")
    return "、".join(told)


def _p_text(p: float) -> str:
    return "p < 0.001" if p < _LEAST_P else f"p = {p:.3f}"


def _order(learned: LearnedWeights, titles: Mapping[str, str]) -> str:
    known = learned.order_known
    if known is None:
        return "上位三つの項目の順は、今の選択からは分かりません。あと何件で分かるかも言えません。"
    first = "、".join(titles.get(learned.terms[gap.first], learned.terms[gap.first]) for gap in known.gaps)
    if known.is_known:
        return f"上位の項目の順（{first}）は、これまでの選択で分かっています。"
    if math.isinf(known.more):
        return f"上位の項目の順（{first}）は、差がないため、選択が増えても分からない見込みです。"
    if known.more >= _NEVER:
        return (
            f"上位の項目の順（{first}）は、差が小さく、事実上分かりません（あと {_NEVER:,} 件を超える選択が要ります）。"
        )
    at_worst = "事実上分からない" if known.more_if_closer >= _NEVER else f"約 {_rounded(known.more_if_closer)} 件"
    return (
        f"上位の項目の順（{first}）が分かるまで、あと約 {_rounded(known.more)} 件の選択が要ります"
        f"（差が見かけより小さければ {at_worst}）。"
    )


def _rounded(number: float) -> int:
    """Two significant digits, upwards: more would be no estimate's."""
    step: int = 10 ** max(len(str(math.ceil(number))) - 2, 0)
    return math.ceil(number / step) * step


def _order_json(learned: LearnedWeights) -> dict[str, object] | None:
    known = learned.order_known
    if known is None:
        return None
    gaps = [
        {
            "first": learned.terms[gap.first],
            "second": learned.terms[gap.second],
            "gap": gap.gap,
            "standard_error": gap.standard_error,
            "needed": _finite(gap.needed),
        }
        for gap in known.gaps
    ]
    more: dict[str, object] = {
        "needed": _finite(known.needed),
        "more": _finite(known.more),
        "more_if_closer": _finite(known.more_if_closer),
    }
    told: dict[str, object] = {"gaps": gaps, "n_choices": known.n_choices, "is_known": known.is_known}
    return told | more


def _cluster_json(test: ClusterTest) -> dict[str, object]:
    told: dict[str, object] = asdict(test)
    return told | {"statistic": _finite(test.statistic)}


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
