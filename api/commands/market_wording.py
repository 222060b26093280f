"""A market report as lines that a person reads: what was promised, whether it holds, figures, and short witnesses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from rich.table import Table

from api.commands.options import people_console

__all__ = ["print_report"]

_LABELS = {
    "mechanism": "方式",
    "matched": "配置された人",
    "feasible": "席と上下限を守る",
    "individually_rational": "双方の名簿にある組だけ",
    "stable": "安定（双方が望み直す組がない）",
    "unblocked": "望み直す組がない",
    "notion": "安定の意味",
    "blocking_pairs": "望み直す組",
    "blocking_coalitions": "望み直す世帯",
    "objective": "点数の合計",
    "optimal": "合計が最大（価格で確認）",
    "efficient": "誰も損せず得する交換がない",
    "promised": "この方式の約束",
    "holds": "約束どおり",
    "reason": "理由",
    "order": "選ぶ順",
    "order_followed": "選ぶ順のとおり",
    "prices_prove_it": "添えられた価格で証明できる",
    "over_capacity": "席を超えた募集",
    "unacceptable_pairs": "名簿にない組",
    "improving_moves": "双方に得な移動",
    "lottery": "くじ",
    "certificate": "証明",
}
_SHORT = 96
_FEW = 4


def print_report(report: Mapping[str, object], *, reason: object = None) -> None:
    """Print a report; long lists are counted and begun, the whole stands in the JSON."""
    table = Table(show_header=False, box=None, pad_edge=False)
    told = {key: value for key, value in report.items() if value is not None and value not in ([], {})}
    if reason is not None:
        told = {"reason": reason} | told
    for key, value in told.items():
        table.add_row(_LABELS.get(key, key), _words(value))
    people_console().print(table, markup=False)


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
