"""Which headings mean which field, one TOML file a kind of list, and headings that are understood and not kept."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias

from pydantic import BaseModel, ConfigDict

from features.guard.headings import fold_heading

__all__ = [
    "KINDS",
    "KIND_JA",
    "Catalogue",
    "FieldEntry",
    "Kind",
    "Names",
    "Unkept",
    "catalogue",
    "heading_names",
    "unkept",
]

Kind: TypeAlias = Literal["applicants", "postings", "applications", "companies"]
KINDS: Final[tuple[Kind, ...]] = ("applicants", "postings", "applications", "companies")
KIND_JA: Final[Mapping[str, str]] = MappingProxyType(
    {"applicants": "応募者", "postings": "募集", "applications": "応募（誰がどこへ）", "companies": "企業"}
)

_BRACKETS: Final = re.compile(r"[(\[【〔<「『][^)\]】〕>」』]*[)\]】〕>」』]")
_REMARKS: Final = re.compile(
    r"[(\[【〔<]?(?:必須|任意|要|※[^)\]】〕>]*|選択(?:式)?|記入(?:欄)?|自由記述|自由記入|半角|全角|複数(?:選択|回答)?可)[)\]】〕>]"
)
_UNIT: Final = re.compile(
    r"[(\[【〔](?:単位[::]?)?(?:[千万百]?円|人|名|歳|月|ヶ月|か月|カ月|ヵ月|時間|日|日間|分|年|税込|税抜|総支給|額面|%|月額|/月|円/月|千円/月)[)\]】〕]$"
)
_ENDS: Final = re.compile(
    r"(?:について)?(?:を|は|が|に)?(?:(?:ご?記入|ご?入力|お?書き|教えて|お?聞かせ|ご?選択|選んで|お?答え|お?知らせ|記載)(?:して)?ください.*|"
    r"(?:お持ち|あり|い)?(?:です|ます|ません|ございます)か[??]?.*|何ですか.*|あれば.*|の記入)$|[*※:;??。、]+$"
)
_STARTS: Final = re.compile(
    r"^(?:あなた|応募者|ご自身|本人|ご本人|申込者|応募された方)(?:様)?の(?!id|番号)|^(?:ご|御|お)(?=[一-鿿])"
)
# one word in several spellings: what the catalogue names once, offices write in each of them
_SPELLINGS: Final = (
    (re.compile("しごと"), "仕事"),
    (re.compile("〆切り?|締め切り?|しめきり"), "締切"),
    (re.compile(r"(?<=[一-鿿])no\.?$"), "番号"),
    (re.compile("(?<=の)(?:ご|御|お)(?=[一-鿿])"), ""),
    (re.compile("(?<=受付|応募|申込|提出|登録)した日$"), "日"),
)
_JOINS: Final = re.compile(r"[/／・\s]+")


class FieldEntry(BaseModel):
    """One field: where it stands in a record, how a cell of it is read, and the headings that mean it.

    Attributes
    ----------
    path : str or None
        Keys in the record, joined by dots; ``None`` where the value only helps to read another or to tell who it is.
    reader : str
        A name of :data:`features.intake.values.READERS`.
    unreadable : "refuse" or "leave"
        What a cell that cannot be read does to its row.
    several : "list", "text" or None
        How several columns of the field are put together; ``None`` where only one may be.
    weight : float
        What the heading counts for the kind of the list.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    ja: str
    reader: str
    unreadable: Literal["refuse", "leave"]
    headings: tuple[str, ...]
    path: str | None = None
    several: Literal["list", "text"] | None = None
    weight: float = 0.4


class Unkept(BaseModel):
    """Headings that are understood and not kept, with the reason."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: str
    ja: str
    headings: tuple[str, ...]


class Catalogue(BaseModel):
    """The fields of one kind of list; ``titles`` are words of sheet names and titles above a table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    titles: tuple[str, ...]
    field: tuple[FieldEntry, ...]

    def entry(self, name: str) -> FieldEntry | None:
        """The field with a name."""
        return next((entry for entry in self.field if entry.name == name), None)


class Names(NamedTuple):
    """A heading as it is looked up: whole, and without what stands in brackets."""

    whole: str
    plain: str


@lru_cache(maxsize=8)
def catalogue(kind: Kind) -> Catalogue:
    """The fields of a kind, in the order of the file."""
    return Catalogue.model_validate(_content(kind))


@lru_cache(maxsize=1)
def unkept() -> Mapping[str, Unkept]:
    """What is understood and not kept, by folded heading."""
    rows = [Unkept.model_validate(row) for row in _content("unkept")["unkept"]]
    return MappingProxyType({heading_names(heading).whole: row for row in rows for heading in row.headings})


def heading_names(text: str) -> Names:
    """A heading folded for looking up: width, blanks, numbering, remarks such as 必須, what a form's question adds.

    Words that offices spell in several ways (〆切, №, しごと) have one spelling.

    Examples
    --------
    >>> heading_names("Ｑ１．ご住所（市区町村まで）を教えてください＊")
    Names(whole='住所(市区町村まで)', plain='住所')
    >>> heading_names("月額報酬（円）").whole, heading_names("2.志望動機【必須】").whole
    ('月額報酬', '志望動機')
    >>> [heading_names(text).whole for text in ("募集№", "応募〆切", "これまでのおしごと")]
    ['募集番号', '応募締切', 'これまでの仕事']
    """
    folded = _REMARKS.sub("", fold_heading(text[:300]))
    before = ""
    while folded != before:
        before = folded
        folded = _UNIT.sub("", _STARTS.sub("", _ENDS.sub("", _spelt(folded)))) or folded
    return Names(folded, _ENDS.sub("", _BRACKETS.sub("", folded)) or folded)


def _spelt(text: str) -> str:
    for pattern, spelling in _SPELLINGS:
        text = pattern.sub(spelling, text)
    return text


def _content(name: str) -> dict[str, list[object]]:
    text = files("features.intake.catalogue").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
