"""What may not stay in a call: what may not be asked, and personal data of somebody (``must_fix.toml``)."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Final

from features.guard import ITEM_JA, forbidden_requests, sensitive_spans
from features.posting_quality.patterns import pattern
from features.posting_quality.quality import MustFix
from features.posting_quality.reading import Reading, read_posting
from features.records import Posting
from features.text import phrase_span

__all__ = ["find_must_fix", "must_fix_in"]

_PERSONAL: Final = ("mobile", "private_mail")
_DIGITS: Final = 8  # of a digest: a call has a few findings
_NO_DAY: Final = date.max  # what may not stay depends on no day


def must_fix_in(posting: Posting) -> tuple[MustFix, ...]:
    """The same of a call alone, without the rest of its sheet.

    Examples
    --------
    >>> call = Posting(posting_id="p", program="kyoryokutai", municipality_code="01468", headcount=1,
    ...                mission_text="間伐をします。40歳までの方。")
    >>> [(one.item, one.phrase, one.key) for one in must_fix_in(call)]
    [('age', '40歳までの方', 'age-df781101')]
    """
    return find_must_fix(read_posting(posting, on=_NO_DAY))


def find_must_fix(reading: Reading) -> tuple[MustFix, ...]:
    """Every forbidden request, personal address and named person in any text of the call, in the order of the texts."""
    return tuple(
        found
        for text in reading.texts
        for found in (*_requests(text), *_photographs(text), *_addresses(text), *_named_people(text))
    )


def _requests(text: str) -> Iterator[MustFix]:
    # the phrase is quoted, not the span: of two requests that overlap the second is what the first left of it
    asked = {(item, _phrase(text, begin, end)): None for item, begin, end in forbidden_requests(text)}
    for item, phrase in asked:
        sentence = f"「{phrase}」は、求めたり聞いたりしてはならないこと（{ITEM_JA[item]}）に当たります。"
        yield _must_fix(item, ITEM_JA[item], sentence, phrase)


def _photographs(text: str) -> Iterator[MustFix]:
    for found in pattern("photograph").finditer(text):
        title = _words()["photograph"]["title"]
        yield _must_fix("photograph", title, f"{title}を求めています。", _phrase(text, *found.span()))


def _addresses(text: str) -> Iterator[MustFix]:
    for item in _PERSONAL:
        for found in pattern(item).finditer(text):
            title = _words()[item]["title"]
            yield _must_fix(item, title, f"{title}が書かれています。", _phrase(text, *found.span()))


def _named_people(text: str) -> Iterator[MustFix]:
    """People called by name with さん or the like; a name without it may be a place or a firm."""
    if pattern("courtesy").search(text) is None:
        return
    for item, begin, end in sensitive_spans(text):
        if item == "name" and pattern("courtesy").match(text, end):
            title = _words()[item]["title"]
            yield _must_fix(item, title, f"{title}が書かれています。", _phrase(text, begin, end))


def _phrase(text: str, begin: int, end: int) -> str:
    first, last = phrase_span(text, begin, end)
    return text[first:last]


def _must_fix(item: str, title: str, sentence: str, phrase: str) -> MustFix:
    words = _words().get(item, _words()["default"])
    key = f"{item}-{hashlib.sha256(phrase.encode()).hexdigest()[:_DIGITS]}"
    return MustFix(item, title, sentence, words["advice"], phrase, words["source"], key)


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Mapping[str, str]]:
    text = files("features.posting_quality").joinpath("must_fix.toml").read_text(encoding="utf-8")
    content: Mapping[str, Mapping[str, str]] = tomllib.loads(text)
    return content
