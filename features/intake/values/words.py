"""Closed values by the words offices write for them, and yes and no in their many spellings."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache, partial
from importlib.resources import files
from types import MappingProxyType
from typing import Final, TypeAlias

from pydantic import BaseModel, ConfigDict

from features.intake.sheet import Cell
from features.intake.values.reading import About, Read, Reading, Unreadable
from features.intake.values.spelling import folded, is_unknown, pieces

__all__ = ["codes_in", "list_reader", "one_reader", "word_table", "yes_no"]

_Group: TypeAlias = dict[str, tuple[str, ...]]


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    no: tuple[str, ...]
    groups: dict[str, _Group]


_MEND_YES: Final = "「有」か「無」（「はい」か「いいえ」）で書いてください。"


@lru_cache(maxsize=1)
def word_table() -> Mapping[str, Mapping[str, str]]:
    """The code of every folded word, by group of ``values/words.toml``."""
    return MappingProxyType(
        {
            group: {folded(word): code for code, words in codes.items() for word in (*words, code)}
            for group, codes in _content().groups.items()
        }
    )


@lru_cache(maxsize=1)
def _content() -> _Words:
    text = files("features.intake.values").joinpath("words.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    return _Words.model_validate({"no": content.pop("no"), "groups": content})


@lru_cache(maxsize=1)
def _no() -> re.Pattern[str]:
    return re.compile("|".join(_content().no))


def yes_no(cell: Cell, _about: About) -> Reading:
    """Yes or no.

    Examples
    --------
    >>> [yes_no(text, About()).value for text in ("有", "はい", "○", "可", "あり", "無", "いいえ", "×", "不可", "なし")]
    [True, True, True, True, True, False, False, False, False, False]
    >>> yes_no("△", About()).code
    'yes_no_unreadable'
    """
    if isinstance(cell, bool):
        return Read(cell)
    text = folded(cell).rstrip("。")
    if is_unknown(text):
        return Read(None)
    words = word_table()["yes_no"]
    answer = words.get(text) or words.get(re.sub(r"[(（].*", "", text))
    if answer is None:
        return Unreadable("yes_no_unreadable", "「はい」か「いいえ」かが読めません。", _MEND_YES)
    return Read(answer == "yes")


def codes_in(group: str, text: str) -> tuple[str, ...]:
    """The codes whose words stand in a folded text, in the order they stand; the whole text first.

    A word that a no follows is left out, and なし counts where nothing else does: 家賃補助なし is none.

    Examples
    --------
    >>> codes_in("housing", folded("町営住宅を無償で貸与")), codes_in("housing", folded("家賃補助なし"))
    (('provided',), ('none',))
    """
    words = word_table()[group]
    if text in words:
        return (words[text],)
    no = _no()
    said = [match[0] for match in _any_of(group).finditer(text) if not no.match(text, match.end())]
    # なし after a word that counts speaks of something else: 住宅貸与、家賃補助なし
    meant = [word for word in said if not no.fullmatch(word)] or said
    return tuple(dict.fromkeys(words[word] for word in meant))


@lru_cache(maxsize=64)
def _any_of(group: str) -> re.Pattern[str]:
    # one sign alone (有, ○) means nothing inside a sentence; nor do two letters inside a word
    words = [word for word in word_table()[group] if len(word) > 1]
    latin = [word for word in words if word.isascii()]
    other = sorted((word for word in words if not word.isascii()), key=len, reverse=True)
    parts = (
        [rf"(?<![a-z])(?:{'|'.join(map(re.escape, sorted(latin, key=len, reverse=True)))})(?![a-z])"] if latin else []
    )
    return re.compile("|".join((*map(re.escape, other), *parts)))


def one_reader(group: str, what: str) -> partial[Reading]:
    """A reader of one closed value; several at once are not decided between."""
    return partial(_one, group, what)


def list_reader(group: str, what: str) -> partial[Reading]:
    """A reader of a list of closed values; parts that mean none are named in a remark, never guessed."""
    return partial(_several, group, what)


def _one(group: str, what: str, cell: Cell, _about: About) -> Reading:
    text = folded(cell)
    if is_unknown(text) and text not in word_table()[group]:
        return Read(None)
    found = codes_in(group, text)
    labels = tuple(_label(group, code) for code in found)
    if len(found) == 1:
        return Read(found[0])
    if found:
        return Unreadable("value_several", f"{what}が二つ以上に読めます。", "どれか一つだけを書いてください。", labels)
    options = "、".join(_label(group, code) for code in dict.fromkeys(word_table()[group].values()))
    return Unreadable(
        "value_unknown", f"{what}として決まった言葉ではありません。", f"次のどれかで書いてください: {options}"
    )


def _several(group: str, what: str, cell: Cell, _about: About) -> Reading:
    text = folded(cell)
    if is_unknown(text):
        return Read(None)
    if text in word_table()["housing_need"] and word_table()["housing_need"][text] == "none":
        return Read(())
    whole = codes_in(group, text) if text in word_table()[group] else ()
    parts = [(piece, codes_in(group, folded(piece))) for piece in pieces(cell)]
    found = whole or tuple(dict.fromkeys(code for _, codes in parts for code in codes))
    unread = sum(not codes for _, codes in parts) if not whole else 0
    if not found:
        return Unreadable(
            "value_unknown",
            f"{what}として知っている言葉がありません。",
            "分野の名前で書いてください（例: 農業、観光、教育）。",
        )
    if unread:
        return Read(found, "value_partly", f"{what}のうち{unread}個は知っている言葉ではなく、読んでいません。")
    return Read(found)


def _label(group: str, code: str) -> str:
    """The first word of a code, as a person would write it."""
    return next(word for word, found in word_table()[group].items() if found == code)
