"""Text as it may stand on paper: no invisible signs that turn or hide it, and a mark where a font has no sign."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final, cast

__all__ = ["MISSING_SIGN", "printable", "printable_values", "without_emoji"]

MISSING_SIGN: Final = "〓"
"""What printers in Japan set where a type is missing."""
# a sign, its skin tones and selectors, and whatever it was joined with; kanji beyond the first plane are not among them
_SIGNS: Final = "\U0001f000-\U0001f0ff\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf\u2b00-\u2bff"
_EMOJI: Final = re.compile(f"[{_SIGNS}][{_SIGNS}\u200d\ufe0e\ufe0f\u20e3]*")
_JOINERS: Final = frozenset("\u200d\ufe0e\ufe0f\u20e3")
_IN_THE_FONT: Final = frozenset(
    "☀☁☂☃★☆☉☎☏☖☗☜☝☞☟☯♀♁♂♠♡♢♣♤♥♦♧♨♩♪♫♬♭♮♯♲♳♴♵♶♷♸♹♺♻♼♽⚠⚽⚾✂✓✚✽✿❀❖❶❷❸❹❺❻❼❽❾❿➀➁➂➃➄➅➆➇➈➉➊➋➌➍➎➏➐➑➒➓➡⬅⬆⬇⬚⮕"
)


def printable(text: str) -> str:
    r"""``text`` without format characters (Unicode category Cf): marks of direction, joiners, zero-width spaces.

    Examples
    --------
    >>> printable("a\u202eb"), printable("見本\u200b 太郎")
    ('ab', '見本 太郎')
    """
    if text.isascii():
        return text
    return "".join(character for character in text if unicodedata.category(character) != "Cf")


def without_emoji(text: str) -> str:
    r"""``text`` with one mark for each emoji, for paper whose font has none.

    Examples
    --------
    >>> without_emoji("\U0001f600木工\U0001f468\u200d\U0001f469\u200d\U0001f467"), without_emoji("★𠮷野")
    ('〓木工〓', '★𠮷野')
    """
    return _EMOJI.sub(_mark, text)


def printable_values(value: object) -> object:
    """Every text of a JSON value as it may stand on paper; keys are the program's own and stay."""
    if isinstance(value, str):
        return printable(without_emoji(value))
    if isinstance(value, Mapping):
        return {key: printable_values(each) for key, each in cast("Mapping[str, object]", value).items()}
    if isinstance(value, Sequence):
        return [printable_values(each) for each in cast("Sequence[object]", value)]
    return value


def _mark(found: re.Match[str]) -> str:
    """The signs that the font has, and one mark for all others that stand together."""
    kept = "".join(sign if sign in _IN_THE_FONT else MISSING_SIGN for sign in found.group() if sign not in _JOINERS)
    return re.sub(f"{MISSING_SIGN}+", MISSING_SIGN, kept)
