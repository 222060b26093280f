"""Sentences of rules, which are written for an office, said to the person they are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["said_to_the_person"]

_IN_PLACE: Final[Mapping[str, str]] = {
    "本人に確認してください": "「わたしの登録」に書いてください",
    "本人への確認が必要": "確認が必要",
    "ご本人が希望しない地域です": "あなたが選ばない地域です",
    "ご本人の希望により除いたもの": "あなたの希望により除いたもの",
    "本人の希望（行かない地域）": "あなたの希望（選ばない地域）",
}


def said_to_the_person(sentence: str) -> str:
    """The sentence without asking somebody else about the person who reads it.

    Examples
    --------
    >>> said_to_the_person("月に何日活動できるかを本人に確認してください。")
    '月に何日活動できるかを「わたしの登録」に書いてください。'
    """
    for words, own in _IN_PLACE.items():
        sentence = sentence.replace(words, own)
    return sentence
