"""A result of a market file as a person reads it: promises kept, figures, who is placed where, short witnesses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import cast

from rich.table import Table

from api.commands.options import people_console

__all__ = ["print_frontier", "print_placements", "print_report"]

_LABELS = {
    "reason": "理由",
    "mechanism": "方式",
    "matched": "配置された人",
    "objective": "点数の合計",
    "bound": "これより大きくはならない値",
    "claimed_bound": "同（ソルバーの主張）",
    "gap": "上限までの差",
    "proof": "根拠",
    "status": "結果の種類",
    "existence": "安定な結果の有無",
    "method": "計算のしかた",
    "chosen_by": "選び方",
    "notion": "安定の意味",
    "blocking_pairs": "組み直したい組",
    "blocking_coalitions": "組み直したい世帯",
    "tolerated_pairs": "上限のため認められる組",
    "over_capacity": "席を超えた募集",
    "over_cap": "上限を超えた地域",
    "under_floor": "下限に足りない地域",
    "postings_under_floor": "下限に足りない募集",
    "violated_limits": "守られない制限",
    "unacceptable_pairs": "名簿にない組",
    "unacceptable_couples": "一緒の希望にない世帯",
    "improving_moves": "双方に得な移動",
    "efficient_with_ties": "誰も損せず一人でも得する交換がない",
    "harmless_trade": "その交換",
    "not_checked": "この検算が確かめないこと",
    "figures_that_differ": "正しくない数字",
    "ties": "同順位",
    "turns_passed_over": "順番を飛ばされた人",
    "refused_reserved_seats": "優先席を断られた人",
    "weakly_stable": "弱い意味で安定",
    "strongly_stable": "強い意味で安定",
    "super_stable": "最も強い意味で安定",
    "targets": "目標の席",
    "turns": "席を配る順",
    "extra_seats": "足した席",
    "is_fewest": "これより少なくはできない",
    "given_up": "あきらめたこと",
    "held_back_by_floors": "下限のために移れない組",
    "by_lottery": "くじだけの場合",
    "ignoring_stability": "安定を考えない場合",
    "welfare": "点数の合計（同点の扱いを選んだあと）",
    "lottery": "くじ",
    "order": "選ぶ順",
    "certificate": "証明",
    "ranks": "順位の合計",
    "stable_set": "安定な結果の全体",
    "n_moved": "動く人数",
    "moved": "動く人",
    "worse_off": "下がる人",
    "rank_sum": "希望順位の合計",
    "gone": "席がなくなった人",
    "left": "いなくなった人",
    "new": "新しい人",
    "name": "代案",
}
_PROMISES = {
    "feasible": "席と上下限を守る",
    "individually_rational": "双方の名簿にある組だけ",
    "stable": "安定（互いに組み直したい組がない）",
    "stable_under_targets": "目標の席のもとで安定",
    "optimal": "合計が最大",
    "efficient": "動く人が全員得する交換がない",
    "improves_on_stable": "安定な結果より下がる人がいない",
    "figures_agree": "添えられた数字が正しい",
    "order_followed": "選ぶ順のとおり",
    "prices_prove_it": "添えた価格が証明になる",
    "bound_holds": "添えた上限を再計算できる",
    "within_blocking_limit": "組み直したい組が限度内",
}
_SHORT = 96
_FEW = 4
_PLACEMENTS = 60


def print_report(report: Mapping[str, object], *, reason: object = None) -> None:
    """Print a report; long lists are counted and begun, the whole stands in the JSON."""
    table = Table(show_header=False, box=None, pad_edge=False)
    told = {key: value for key, value in report.items() if value is not None and value not in ([], {})}
    if reason is not None:
        table.add_row(_LABELS["reason"], str(reason))
    promised = cast("list[str]", told.pop("promised", []))
    for promise in dict.fromkeys([*promised, *_PROMISES]):
        if promise in told:
            note = "" if promise in promised else "（この方式は約束しない）"
            table.add_row(_PROMISES.get(promise, promise), _words(told.pop(promise)) + note)
    for elsewhere in ("holds", "frontier"):
        told.pop(elsewhere, None)
    for key in sorted(told, key=_place):
        table.add_row(_LABELS.get(key, key), _words(told[key]))
    people_console().print(table, markup=False)


def print_placements(placements: Mapping[str, str | None]) -> None:
    """Print who is placed where, posting by posting; of a large market only the JSON tells."""
    console = people_console()
    if not 0 < len(placements) <= _PLACEMENTS:
        return
    table = Table(show_header=False, box=None, pad_edge=False)
    for posting in sorted({place for place in placements.values() if place is not None}):
        table.add_row(posting, _names(one for one, place in placements.items() if place == posting))
    table.add_row("（席なし）", _names(one for one, place in placements.items() if place is None) or "—")
    console.print(table, markup=False)


_FRONTIER = {
    "allowed": "認める組",
    "blocking_pairs": "組み直したい組",
    "people_affected": "その人",
    "postings_affected": "その募集",
    "matched": "配置",
    "objective": "点数の合計",
    "claimed_bound": "上限",
    "mean_rank": "平均順位",
    "status": "証明",
}
_STATUS = {"proven": "価格で証明", "optimal": "探索し尽くした", "feasible": "時間切れ"}


def print_frontier(points: list[dict[str, object]]) -> None:
    """Print the table from the stable end to the largest total."""
    table = Table(title="安定と合計の間", title_justify="left")
    for heading in _FRONTIER.values():
        table.add_column(heading, justify="right")
    for point in points:
        table.add_row(*(_STATUS.get(str(point[key]), _words(point[key])) for key in _FRONTIER))
    people_console().print(table, markup=False)


def _names(people: Iterable[str]) -> str:
    return "、".join(people)


def _place(key: str) -> int:
    known = list(_LABELS)
    return known.index(key) if key in known else len(known)


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, int | float):
        return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"
    if isinstance(value, list) and len(cast("list[object]", value)) > _FEW:
        entries = cast("list[object]", value)
        return f"{len(entries):,} 件: {json.dumps(entries[:_FEW], ensure_ascii=False)[:-1]}, …]"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"
