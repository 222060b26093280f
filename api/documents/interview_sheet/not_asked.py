"""The fourteen items of 公正な採用選考 that a panel neither asks for nor writes down."""

from __future__ import annotations

from typing import Final

__all__ = ["NOT_ASKED"]

# 厚生労働省「公正な採用選考の基本」(3) 採用選考時に配慮すべき事項; each begins with a key of features.guard.ITEM_JA
NOT_ASKED: Final[tuple[tuple[str, str], ...]] = (
    ("birthplace", "本籍・出生地"),
    ("family", "家族（職業、続柄、健康、地位、学歴、収入、資産など）"),
    ("housing", "住宅状況（間取り、部屋数、住宅の種類、近くの施設など）"),
    ("household_environment", "生活環境・家庭環境"),
    ("religion", "宗教"),
    ("party", "支持政党"),
    ("creed", "人生観・生活信条"),
    ("respected_person", "尊敬する人物"),
    ("thought", "思想"),
    ("union", "労働組合・学生運動などの社会運動"),
    ("reading", "購読新聞・雑誌・愛読書"),
    ("background_check", "身元調査などの実施"),
    ("papers", "仕事に関係のない事項を含む応募書類の使用"),
    ("health", "必要性のない健康診断の実施"),
)
