"""Words of a trade that are meant otherwise, and what they mean: 地域に根を張る tells of no plants.

The list is ``idioms.toml``. A word counts as figurative where a pattern meets it, unless its sentence holds a word that
belongs to the trade itself.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

from pydantic import BaseModel, ConfigDict

__all__ = ["figurative_spans", "plainly"]

_SENTENCE: Final = re.compile(r"[^。！？!?\n\r]+")


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    find: str
    plain: str
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Idiom:
    find: re.Pattern[str]
    plain: str
    unless: tuple[str, ...]


def figurative_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Half-open spans of the words of a text that are meant otherwise, in order; spans are of ``text`` as given.

    Parameters
    ----------
    text : str
        Folded or not; full-width Latin letters are compared as they stand.

    Examples
    --------
    >>> text = "関係人口の種をまき、地域に根を張りたいです。"
    >>> [text[begin:end] for begin, end in figurative_spans(text)]
    ['種', '根']
    >>> figurative_spans("畑に種をまきました。")
    ()
    """
    return tuple((begin, end) for begin, end, _ in _found(text))


def plainly(text: str) -> str:
    """The text with its figurative words said plainly.

    Examples
    --------
    >>> plainly("まず足場を固めたいです。")
    'まず基礎を固めたいです。'
    """
    kept, at = list[str](), 0
    for begin, end, plain in _found(text):
        kept += (text[at:begin], plain)
        at = end
    return "".join((*kept, text[at:]))


@lru_cache(maxsize=64)
def _found(text: str) -> tuple[tuple[int, int, str], ...]:
    found = sorted(span for sentence in _SENTENCE.finditer(text) for span in _in_sentence(sentence))
    apart: list[tuple[int, int, str]] = []
    for span in found:
        if not apart or span[0] >= apart[-1][1]:
            apart.append(span)
    return tuple(apart)


def _in_sentence(sentence: re.Match[str]) -> Iterator[tuple[int, int, str]]:
    said, offset = sentence.group(), sentence.start()
    for idiom in _idioms():
        for match in idiom.find.finditer(said):
            begin, end = match.span(match.lastindex or 0)
            # a word of the trade inside the idiom itself (種 in 種まき) proves nothing
            others = said[: match.start()] + said[match.end() :]
            if not any(word in others for word in idiom.unless):
                yield begin + offset, end + offset, idiom.plain


@lru_cache(maxsize=1)
def _idioms() -> tuple[_Idiom, ...]:
    content = tomllib.loads(files("features.taxonomy").joinpath("idioms.toml").read_text(encoding="utf-8"))
    rows = [_Row.model_validate(row) for row in content["idiom"]]
    return tuple(_Idiom(re.compile(unicodedata.normalize("NFKC", row.find)), row.plain, row.unless) for row in rows)
