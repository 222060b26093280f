"""A person's own data to read and to print: one HTML file with its own styles, without scripts and without a fetch."""

from __future__ import annotations

import hashlib
import re
import tomllib
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Final

from pydantic import JsonValue

from api.accounts.roles import ROLES_JA
from api.audit.schemas import OwnUse
from api.documents.templating import render
from api.documents.wording import date_ja, moment_ja
from api.own_data.collecting import OwnData, Section
from api.settings import JAPAN
from features.errors import MunicipalityError
from features.municipalities import find, prefecture_names
from features.taxonomy.vocabulary import ACTIVITY_JA, CEFR_JA, JAPANESE, LANGUAGE_JA

__all__ = ["own_data_page", "style_source"]

_ACTORS: Mapping[str, str] = {
    **{str(role): word for role, word in ROLES_JA.items()},
    "local": "窓口の担当者",
    "signed_out": "サインイン前の人",
}


_PLACES: Final = frozenset({"municipality_code", "works_in"})
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*")
_CODED: Final = ("from_state", "housing_need", "kind", "programs", "state", "status", "subtypes", "zone")


@dataclass(frozen=True)
class _Table:
    label: str
    rows: Sequence[Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class _Use:
    at: str
    who: str
    words: str


def own_data_page(found: OwnData, *, back: str | None = None) -> str:
    """What is stored about one person, as an HTML page for that person alone.

    Parameters
    ----------
    found : OwnData
        :func:`api.own_data.collecting.own_data`.
    back : str, optional
        Address of the page that led here; a file that is handed over has none.
    """
    return render(
        "own_data.html.j2",
        style=_style(),
        back=back,
        applicant_id=found.applicant_id,
        made=found.made_at.astimezone(JAPAN).date(),
        is_restricted=found.is_restricted,
        tables=[_table(section) for section in found.sections],
        on_request=found.on_request,
        kept=found.kept_until,
        uses=[_use(one) for one in found.uses],
    )


def style_source() -> str:
    """The one style of the page, as a policy of content names it: by the digest of its text.

    Examples
    --------
    >>> style_source()[:8], len(style_source())
    ("'sha256-", 53)
    """
    return f"'sha256-{b64encode(hashlib.sha256(_style().encode()).digest()).decode()}'"


@cache
def _style() -> str:
    return files("api.documents").joinpath("templates", "document.css").read_text(encoding="utf-8")


def _table(section: Section) -> _Table:
    return _Table(section.label, [list(_lines(row)) for row in section.rows])


def _use(one: OwnUse) -> _Use:
    place = "" if one.municipality_code is None else find(one.municipality_code).full_name + "の"
    return _Use(moment_ja(datetime.fromisoformat(one.at)), place + _ACTORS.get(one.role, one.role), one.words)


def _lines(content: Mapping[str, JsonValue], above: str = "") -> Iterator[tuple[str, str]]:
    """Keys and values of a record in words; what is inside another thing stands after its name."""
    keys = _words()["keys"]
    for key, value in content.items():
        label = above + keys.get(key, key)
        if isinstance(value, dict):
            yield from _lines(value, above=f"{label} › ")
        elif value is not None:
            yield label, _told(key, value)


def _told(key: str, value: JsonValue) -> str:
    """A value of the field ``key`` in words."""
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, list):
        return "、".join(_told(key, one) for one in value) or "なし"
    if isinstance(value, dict):
        return "（" + "、".join(f"{label} {words}" for label, words in _lines(value)) + "）"
    if value is None:
        return "なし"
    return _text(key, str(value))


def _text(key: str, value: str) -> str:
    """Codes of places and of closed lists by name, dates as people write them; what people write as they wrote it."""
    if key in _PLACES:
        return _place(value)
    if _DAY.fullmatch(value) and not key.endswith("_id"):
        return date_ja(date.fromisoformat(value))
    if _MOMENT.fullmatch(value):
        return moment_ja(datetime.fromisoformat(value))
    return _codes().get(key, {}).get(value, value)


def _place(code: str) -> str:
    try:
        return f"{find(code).full_name}（{code}）"
    except MunicipalityError:  # of a table of earlier years
        return code


@cache
def _codes() -> Mapping[str, Mapping[str, str]]:
    """Keys whose values are codes, with the words of each code."""
    closed = JAPANESE | dict(_words()["values"])
    return {
        **dict.fromkeys(_CODED, closed),
        "desired_activities": ACTIVITY_JA,
        "role": _ACTORS,
        "code": LANGUAGE_JA,
        "cefr": CEFR_JA,
        "prefecture_code": prefecture_names(),
    }


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files("api.own_data").joinpath("words.toml").read_text(encoding="utf-8"))
