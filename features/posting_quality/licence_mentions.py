"""Where a call's text names a licence, and whether it asks for it, welcomes it, or only speaks of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from features.posting_quality.patterns import pattern
from features.taxonomy.licences import licence_code, licences
from features.text import phrase_span

__all__ = ["LicenceRequest", "licence_codes_named", "licence_requests"]

_SENTENCE: Final = re.compile(r"[^。！？!?\n]+")
_FULL_NAME: Final = re.compile(
    r"(?:免許|資格|免許状|[士師]|司書|学芸員|責任者|技術者|検定|級|技能講習|特別教育|初任者研修|パスポート)(?:[(（].*)?$"
)
_AFTER: Final = r"(?:(?:自動車)?(?:運転)?免許[証状]?|(?:の)?資格)"


class LicenceRequest(NamedTuple):
    """Licences one sentence asks for: all of them, or any one of them; ``phrase`` is the sentence's own words."""

    codes: tuple[str, ...]
    any_of: bool
    phrase: str


def licence_requests(text: str) -> Iterator[LicenceRequest]:
    """What each sentence asks for; licences it welcomes, lets people acquire later or merely names are left out.

    Examples
    --------
    >>> text = "看護師または保健師の資格をお持ちの方。狩猟免許は任期中に取得。"
    >>> [(request.codes, request.any_of) for request in licence_requests(text)]
    [(('nurse', 'public_health_nurse'), True)]
    """
    for sentence in _SENTENCE.finditer(text):
        told = sentence.group()
        asked = [found for found in _names().finditer(told) if _is_asked(told, found)]
        codes = tuple(dict.fromkeys(_code_of(found.group()) for found in asked))
        if codes:
            begin, end = phrase_span(told, asked[0].start(), asked[-1].end())
            between = told[asked[0].start() : asked[-1].end() + 4]
            yield LicenceRequest(codes, len(codes) > 1 and bool(pattern("either").search(between)), told[begin:end])


def licence_codes_named(text: str) -> frozenset[str]:
    """Every licence a text names, whatever it says of it."""
    return frozenset(_code_of(found.group()) for found in _names().finditer(text))


def _is_asked(told: str, found: re.Match[str]) -> bool:
    begin, end = phrase_span(told, *found.span())
    clause = told[begin:end]
    if pattern("licence_soft").search(clause):
        return False
    if pattern("licence_asked").search(clause):
        return True
    return bool(pattern("licence_asked").search(told)) and not pattern("licence_soft").search(told)


def _code_of(name: str) -> str:
    code = licence_code(name)
    return name if code is None else code


@lru_cache(maxsize=1)
def _names() -> re.Pattern[str]:
    """Names that say a licence by themselves, and short writings (普通自動車, わな) with 免許 or 資格 behind them."""
    names = {name for licence in licences().values() for name in (licence.name, *licence.aliases)}
    full = [re.escape(name) for name in names if _FULL_NAME.search(name)]
    short = [f"{re.escape(name)}{_AFTER}" for name in names if not _FULL_NAME.search(name)]
    return re.compile("|".join(sorted({*full, *short}, key=lambda name: (-len(name), name))))
