"""Cells in one spelling, and the words that say that something is not known."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from features.intake.sheet import Cell, text_of

__all__ = ["bullets_cut", "folded", "is_unknown", "joined", "pieces", "unseen_dropped"]

_BLANKS: Final = re.compile(r"[\s\xa0]+")
# marks nobody sees: they join, part or turn round what stands beside them (U+200D joins the parts of a picture)
_UNSEEN: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f]+"
)
_JOINER: Final = "\u200d"
_UNKNOWN: Final = frozenset(
    (
        *("未定", "不明", "未記入", "未回答", "無回答", "応相談", "要相談", "相談", "調整中"),
        *("検討中", "確認中", "協議中", "後日", "追って連絡", "未確認", "-", "ー", "―"),
        *("–", "—", "--", "---", "・", "…", "n/a", "na", "tbd"),
        *("?", "わからない", "分からない", "#n/a", "#value!", "#ref!", "#div/0!", "#name?", "#null!"),
        *(
            "#num!",
            "随時",
            "通年",
            "随時募集",
            "定めなし",
            "期限なし",
            "応相談のうえ決定",
            "別途協議",
            "要協議",
            "別途相談",
        ),
    )
)
_SPLIT: Final = re.compile(r"[、,，;；\n\r/／|｜]+|(?<=[^\x00-\x7f])[ 　]+(?=[^\x00-\x7f])|(?:^|(?<=\s))[・●○■◆*-]\s*")
_CIRCLED: Final = re.compile(
    "[\u2460-\u2473\u2474-\u2487\u2776-\u277f\u24eb-\u24f4]|[(（][0-9０-９]{1,2}[)）](?=[^0-9０-９])"
)
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-") | dict.fromkeys("〜～∼", "~"))


def folded(cell: Cell) -> str:
    """A cell as it is compared: width folded, dashes in one form, small letters, no blanks.

    Examples
    --------
    >>> folded("　令和８年４月　１日 "), folded("18〜20万円"), folded(3.0)
    ('令和8年4月1日', '18~20万円', '3')
    """
    text = unicodedata.normalize("NFKC", unseen_dropped(text_of(cell))).translate(_DASHES)
    return _BLANKS.sub("", text.replace(_JOINER, "")).lower()


def unseen_dropped(text: str) -> str:
    r"""A text without the marks that nobody sees.

    Examples
    --------
    >>> unseen_dropped("H\u200b1\u202e")
    'H1'
    """
    return text if text.isascii() else _UNSEEN.sub("", text)


def bullets_cut(cell: Cell) -> Cell:
    r"""A text with a new line for each number in a circle or in brackets, which tells where an entry begins.

    Examples
    --------
    >>> bullets_cut("①普通自動車免許②簿記2級")
    '\n普通自動車免許\n簿記2級'
    """
    return _CIRCLED.sub("\n", cell) if isinstance(cell, str) else cell


def joined(cell: Cell) -> str:
    """A cell as text to keep: width folded, blanks within a line made single, unseen marks dropped."""
    lines = unicodedata.normalize("NFKC", unseen_dropped(text_of(cell))).splitlines()
    return "\n".join(" ".join(line.split()) for line in lines).strip()


def is_unknown(text: str) -> bool:
    """Whether a folded text says that something is not known or not yet settled.

    Examples
    --------
    >>> is_unknown(folded("応相談")), is_unknown(folded("なし"))
    (True, False)
    """
    return text in _UNKNOWN


def pieces(cell: Cell) -> list[str]:
    """The parts of a cell that lists several things, in order, each once.

    Examples
    --------
    >>> pieces("普通自動車免許、簿記２級／看護師")
    ['普通自動車免許', '簿記2級', '看護師']
    """
    parts = (" ".join(part.split()).strip("・●○■◆*- ") for part in _SPLIT.split(joined(cell)) if part)
    return list(dict.fromkeys(part for part in parts if part))
