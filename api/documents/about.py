"""What every document says about itself: how to read it, on what it rests, and what made it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from api.documents.shapes import Provenance
from api.documents.wording import date_ja

__all__ = ["HOW_TO_READ", "WEIGHTS_JA", "provenance_rows", "weight_rows"]

HOW_TO_READ = (
    "この一覧は、応募書類を読む順番の提案です。採否を決めるのは人です。順番や重なりの数値だけを理由に断ることはできません。",
    "重なりは、募集に書かれたことと本人が書いたことがどのくらい重なるかを、0から1で表します。能力や人柄の評価ではありません。",
    "低〜高の幅は、まだ分からない事柄がどちらであっても入る範囲です。幅が広いほど、聞いて確かめる値打ちがあります。",
    "内訳は項目ごとの点で、足すと重なりになります。重なるところと足りないところには、もとになった記述を引用しています。",
    "対象外は、特別交付税措置や応募条件の規則に照らした結果です。"
    "特別交付税措置の対象外は、任用を禁じるものではありません。",
    "性別、年齢、家族、本籍・出生地、国籍、思想・信条、健康、顔写真は集めておらず、計算に使っていません。",
    "料金や広告が順番に影響することはありません。",
)

WEIGHTS_JA: Final[Mapping[str, str]] = {"default": "標準"}
"""What shipped weights are called on paper; an office's own keep the name the office gave them."""
_VINTAGE: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:\s+sha256:([0-9a-f]{12})[0-9a-f]*)?")
_DIGEST_SHOWN = 12  # enough to compare two documents by eye; the run record holds the whole digest


def weight_rows(weights: Mapping[str, float], titles: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Weights as (title, per cent), heaviest first, equal ones by name; terms without weight are left out.

    Examples
    --------
    >>> weight_rows({"pay": 0.25, "mission": 0.75, "car": 0}, {"mission": "任務の近さ", "pay": "報酬"})
    (('任務の近さ', '75.0 %'), ('報酬', '25.0 %'))
    """
    order = sorted((name for name, weight in weights.items() if weight > 0), key=lambda name: (-weights[name], name))
    return tuple((titles.get(name, name), f"{100 * weights[name]:.1f} %") for name in order)


def provenance_rows(provenance: Provenance) -> tuple[tuple[str, str], ...]:
    """What made a document, as (label, words), for its foot; what is not known is left out."""
    rulesets = "、".join(_named(ruleset.id, ruleset.digest) for ruleset in provenance.rulesets)
    inputs = "、".join(digest[:_DIGEST_SHOWN] for digest in provenance.inputs.values())
    rows = (
        ("基準日", date_ja(provenance.generated_for)),
        ("規則", rulesets),
        ("重み", _named(WEIGHTS_JA.get(provenance.weights.name, provenance.weights.name), provenance.weights.digest)),
        ("市町村データ", _vintage(provenance.reference)),
        ("入力の要約値", inputs),
        ("乱数の種", "" if provenance.seed is None else str(provenance.seed)),
        ("プログラム", f"enmusubi {provenance.code_version}" if provenance.code_version else ""),
    )
    return tuple((label, words) for label, words in rows if words)


def _vintage(reference: str) -> str:
    found = _VINTAGE.fullmatch(reference)
    return reference if found is None else _named(date_ja(date.fromisoformat(found[1])), found[2] or "")


def _named(name: str, digest: str) -> str:
    return f"{name}（{digest[:_DIGEST_SHOWN]}）" if name and digest else name or digest[:_DIGEST_SHOWN]
