"""Headings of columns that ask for what must not be collected.

The words stand in ``patterns/headings.toml``. A heading is read by itself, never with what stands below it, so a column
can be dropped before anybody looks at a cell.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict

from features.guard.items import ITEM_JA

__all__ = ["HEADING_ITEM_JA", "blanks_dropped", "fold_heading", "forbidden_heading"]

HEADING_ITEM_JA: Final[Mapping[str, str]] = MappingProxyType(
    {
        **ITEM_JA,
        "photo": "写真・容姿",
        "marriage": "婚姻",
        "disability": "障害",
        "my_number": "個人番号（マイナンバー）",
        "race": "人種・民族・社会的身分",
    }
)

_LONGEST: Final = 300
# marks that nobody sees are dropped too: 性\u2060別 asks what 性別 asks
_BLANKS: Final = re.compile(
    r"[\s\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]+"
)
_NUMBERING: Final = re.compile(
    r"^(?:[■□◆◇●○◎▼▽▲△★☆*※・#>]++|[(\[【]?(?:q|問|設問|質問|項目|no\.?)?[0-9]{1,3}(?:-[0-9]{1,2})?[)\]】.:、。-]+|(?:q|問|設問|質問|項目)[0-9]{1,3})+"
)


class _Item(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    item: str
    find: tuple[str, ...]


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    ordinary: tuple[str, ...]
    item: tuple[_Item, ...]


class _Patterns(NamedTuple):
    ordinary: re.Pattern[str]
    items: tuple[tuple[str, re.Pattern[str]], ...]


def fold_heading(text: str) -> str:
    """A heading as it is compared: width folded, small letters, blanks and the number in front dropped.

    Examples
    --------
    >>> fold_heading("Ｑ３． 生 年 月 日"), fold_heading("（2）住宅の状況"), fold_heading("1年目の目標")
    ('生年月日', '住宅の状況', '1年目の目標')
    """
    return _NUMBERING.sub("", blanks_dropped(text))


def blanks_dropped(text: str) -> str:
    """A text in one width and small letters, without blanks and marks that nobody sees."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).lower()


def forbidden_heading(text: str) -> str | None:
    """The item that a heading asks for, a key of :data:`HEADING_ITEM_JA`; ``None`` where it asks for none.

    Examples
    --------
    >>> forbidden_heading("本籍地"), forbidden_heading("住民票所在地"), forbidden_heading("家族向け住宅の希望")
    ('birthplace', None, None)
    >>> forbidden_heading("同居のご家族"), forbidden_heading("健康保険"), forbidden_heading("Ｄ.Ｏ.Ｂ.")
    ('family', None, 'age')
    """
    patterns = _patterns()
    # a mark stands for what was taken out, so that what stood around it does not grow together
    rest = patterns.ordinary.sub("|", fold_heading(text[:_LONGEST]).replace(".", ""))
    return next((item for item, pattern in patterns.items if pattern.search(rest)), None)


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    text = files("features").joinpath("guard/patterns/headings.toml").read_text(encoding="utf-8")
    words = _Words.model_validate(tomllib.loads(text))
    return _Patterns(
        re.compile("|".join(words.ordinary)),
        tuple((row.item, re.compile("|".join(row.find))) for row in words.item),
    )
