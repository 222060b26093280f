"""Licences as codes: what a text names, what a licence implies, and where only the person can tell."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from features.taxonomy.licence_entries import Entry, driving_of_no_class, licence_entry

__all__ = [
    "FOR_PASSENGERS",
    "Licence",
    "Standing",
    "fold_licence",
    "licence_code",
    "licence_name",
    "licences",
    "standing",
]

Standing: TypeAlias = Literal["held", "ask", "missing"]

# in a call the licence for them; in brackets behind a licence what it is used for
FOR_PASSENGERS: Final = frozenset({"バス", "タクシー"})

# the order decides: the longest ending goes first
_ENDINGS: Final = re.compile(
    r"(運転免許証|運転免許|免許証|免許状|免許|免状|資格|保有者|所持者|保有|所持|取得者|取得済み?|取得|所有|"
    r"必須|必要|あり|有り?|(?:持って|所持して|取得して|保有して)い(?:る|ます)|[はがをの])+$"
)
_INNER: Final = re.compile(r"(運転免許証|運転免許|免許証|免許状|免許)(?=[(]|AT|MT|マニュアル|オートマ)")
_TONS: Final = re.compile(r"(?<=[0-9])(?:トン|屯|ton|T)")
# 普通1種, 第一種大型 and 中型車 are 普通, 大型 and 中型
_FIRST_CLASS: Final = re.compile(r"(?<=普通|中型|大型|動車)第?[一1]種|第[一1]種(?=普通|準?中型|大型)")
_CAR: Final = re.compile(r"(?<=普通|中型|大型)車(?!両)")
_BLANKS: Final = re.compile(r"[\s・、,]+")
_OR: Final = re.compile(r"または|又は|若しくは|もしくは|あるいは|或いは|/")
_LIMIT: Final = re.compile(r"限定|不可|可|AT|MT|オートマ|マニュアル|[0-9]t(?!以上)|または|又は|か", re.IGNORECASE)
_CLASS: Final = re.compile(r"[級種等第類0-9]|技[士能]|[^ぁ-んァ-ヶ一-鿿a-zA-Z]")  # say no licence by themselves
_KANJI: Final = re.compile(r"[一-鿿]")
_TWO_KANJI: Final = re.compile(r"(?![定不])[一-鿿]{2}")  # 定準 of 5t限定準中型 is also in 英語検定準1級
_PART: Final = re.compile(r"[\s・、,/]+")
# 普通免許AT限定, オートマ限定の普通免許, AT車限定; AT限定可 and AT限定解除 say the other thing
_AUTOMATIC: Final = re.compile(
    r"[(]?(?:AT|オートマ(?:チック|ティック)?|ノークラ)車?(?:限定|のみ|だけ|に限る)(?!なし|無|ナシ|で?も?可|で?もOK|不可|解除|では?な)の?[)]?",
    re.IGNORECASE,
)
# a driving licence without its class, after folding
_NO_CLASS: Final = frozenset({"免許", "運転", "運転免許", "自動車", "自動車運転", "車", "くるま", "クルマ"})
_DRIVING: Final = re.compile(r"自動車|二輪|けん引|原動機")  # in the printed name of every driving licence
_BRACKET: Final = re.compile(r"^(?P<stem>[^()]+)\((?P<inner>[^()]+)\)$")


class Licence(BaseModel):
    """One licence of the taxonomy.

    Attributes
    ----------
    implies : tuple of str
        Codes that the holder also holds.
    may_be : tuple of str
        Codes that this writing leaves open (普通自動車免許 may be MT or AT only).
    settles : tuple of str
        Codes that this writing rules out, although another writing beside it leaves them open.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: str
    aliases: tuple[str, ...] = ()
    implies: tuple[str, ...] = ()
    may_be: tuple[str, ...] = ()
    settles: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def licences() -> Mapping[str, Licence]:
    """Every licence by code, in the order of the file."""
    text = files("features.taxonomy").joinpath("licences.toml").read_text(encoding="utf-8")
    found = [Licence.model_validate(row) for row in tomllib.loads(text)["licence"]]
    return MappingProxyType({licence.code: licence for licence in found})


@lru_cache(maxsize=8192)
def fold_licence(text: str) -> str:
    """A licence's name as it is compared: width folded, blanks and endings such as 免許 dropped.

    Examples
    --------
    >>> fold_licence("普通自動車 運転免許（ＡＴ限定）"), fold_licence("わな猟免許")
    ('普通自動車(AT限定)', 'わな猟')
    """
    folded = _BLANKS.sub("", unicodedata.normalize("NFKC", text))
    folded = _CAR.sub("", _FIRST_CLASS.sub("", _TONS.sub("t", _INNER.sub("", folded))))
    return _ENDINGS.sub("", folded) or folded


@lru_cache(maxsize=4096)
def licence_code(text: str) -> str | None:
    """The code that a code, a name or an alias stands for; ``None`` where the taxonomy does not know it.

    Examples
    --------
    >>> licence_code("普通自動車運転免許（AT限定可）"), licence_code("大型免許"), licence_code("気象予報士")
    ('car', 'large', None)
    """
    if text in licences():
        return text
    folded = fold_licence(text)
    detail = _BRACKET.match(folded)
    # a subject or a class in brackets (教諭免許（英語）) leaves the licence what it is; a limit (AT限定, 5t) does not
    stem = detail["stem"] if detail and not _LIMIT.search(detail["inner"]) else folded
    named = _code_by_name().get(folded)
    of_stem = None if named else _code_by_name().get(fold_licence(stem))
    return named or (_with_bracket(of_stem, text) if of_stem else _automatic(folded))


def _with_bracket(stem: str, text: str) -> str | None:
    """The code of a name with words in brackets: 自動車免許(大型) is the one in them, 自動車(大型・大特) none.

    Only a driving licence is left open by others in brackets: who writes 看護師(保健師) is a 看護師.
    """
    inner = unicodedata.normalize("NFKC", text).partition("(")[2].rstrip(") ")
    parts = [part for part in _PART.split(inner) if part not in FOR_PASSENGERS]
    codes = {code for part in parts if (code := _code_by_name().get(fold_licence(part)))}
    others = codes - _reach(stem)
    if not others:
        return stem
    only = next(iter(others))
    if len(codes) == 1 and stem in _reach(only):
        return only
    return None if _is_driving(stem) else stem


def _automatic(folded: str) -> str | None:
    """The code of 普通 limited to automatic, however the limit is put; ``None`` for no limit or another class."""
    rest = fold_licence(_AUTOMATIC.sub("", folded))
    says_limit = _AUTOMATIC.search(folded) is not None
    return "car_at" if says_limit and (rest in ("", "免許") or _code_by_name().get(rest) == "car") else None


def licence_name(text: str) -> str:
    """The printed name of a code, name or alias; the text itself where the taxonomy does not know it."""
    code = licence_code(text)
    return text if code is None else licences()[code].name


def standing(required: str, held: Sequence[str] | None) -> Standing:
    """Whether somebody who named the licences ``held`` holds ``required``.

    Parameters
    ----------
    required : str
        Code or text, as a posting writes it.
    held : sequence of str or None
        Codes or texts; ``None`` = the person was not asked, empty or なし = none. An entry that says its licence is
        given back or taken away counts as none, one that is lapsed, stopped or planned is asked about, and so is one
        that sends to another paper.

    Returns
    -------
    "held", "missing" or "ask"
        The best of the licences that ``required`` leaves the choice of. A requirement outside the taxonomy is compared
        word for word; a held text outside it is asked about where it could be a writing of what is asked for, and a
        driving licence of no class (車の免許, 国際運転免許) at every class.

    Examples
    --------
    >>> standing("普通自動車免許", ["大型"]), standing("car_mt", ["car_at"]), standing("car_mt", ["普通自動車免許"])
    ('held', 'missing', 'ask')
    """
    if held is None:
        return "ask"
    found = {_standing(option, held) for option in _options(required)}
    return next(standing for standing in _BEST_FIRST if standing in found)


_BEST_FIRST: Final[tuple[Standing, ...]] = ("held", "ask", "missing")


def _standing(required: str, held: Sequence[str]) -> Standing:
    wanted, name = licence_code(required), fold_licence(required)
    entries = [entry for text in held if not _is_gone(entry := licence_entry(text), name)]
    firm = [entry for entry in entries if entry.mark == "has" and not _is_doubted(entry, held)]
    codes = [licence_code(entry.name) for entry in firm]
    if name in {fold_licence(entry.name) for entry in firm} or wanted in _held(codes):
        return "held"
    if wanted is None:
        return "ask" if entries else "missing"
    doubted = [entry for entry in entries if entry not in firm]
    is_open = wanted in _open(codes) or any(_could_name(entry.name, wanted) for entry in firm)
    return "ask" if is_open or any(_could_be(entry, wanted) for entry in doubted) else "missing"


def _is_gone(entry: Entry, required: str) -> bool:
    """Whether an entry says that there is none, or says of one licence and of nothing else that it is gone."""
    name = fold_licence(entry.name)
    is_one = licence_code(entry.name) is not None or name in _NO_CLASS or name == required
    return entry.mark == "none" or (entry.mark == "gone" and is_one)


def _is_doubted(entry: Entry, held: Iterable[str]) -> bool:
    """Whether a driving licence stands beside the word that the driving licence as such is lost (免停中)."""
    code = licence_code(entry.name)
    others = map(licence_entry, held) if code is not None and _is_driving(code) else ()
    return any(other.mark in ("gone", "lapsed") and _says_no_class(other.name) for other in others)


def _could_be(entry: Entry, code: str) -> bool:
    """Whether an entry in doubt is a writing of ``code``, or of a licence that gives it; what names none may be any."""
    if entry.mark == "unsaid":
        return True
    beginnings = (licence_code(entry.name[:end]) for end in range(len(entry.name), 1, -1))
    named = [next((found for found in beginnings if found is not None), None)]
    return code in _held(named) | _open(named) or _could_name(entry.name, code)


def _says_no_class(text: str) -> bool:
    return fold_licence(text) in _NO_CLASS or (licence_code(text) is None and driving_of_no_class(text))


def _is_driving(code: str) -> bool:
    return _DRIVING.search(licences()[code].name) is not None


@lru_cache(maxsize=1024)
def _options(required: str) -> tuple[str, ...]:
    """The licences a requirement leaves the choice of (保健師または看護師, 建築士（一級または二級）), else itself."""
    if licence_code(required) is not None:
        return (required,)
    folded = unicodedata.normalize("NFKC", required)
    bracket = _BRACKET.match(folded)
    if bracket:
        stem = bracket["stem"]
        parts = [(f"{part}{stem}", f"{stem}({part})") for part in _OR.split(bracket["inner"])]
    else:
        parts = [(part, part) for part in _OR.split(folded)]
    named = [next((name for name in names if licence_code(name)), None) for names in parts]
    return tuple(name for name in named if name) if len(parts) > 1 and all(named) else (required,)


def _could_name(text: str, code: str) -> bool:
    """Whether a writing leaves open that it is this licence.

    A driving licence of no class, or a writing that the taxonomy does not know and that is a 免許 of no name or shares
    two characters with a name.
    """
    if _is_driving(code) and _says_no_class(text):
        return True
    if licence_code(text) is not None:
        return False
    folded = fold_licence(text)
    is_nameless = "免許" in text and not _KANJI.search(folded) and not driving_of_no_class(text)
    if is_nameless and "免許" in licences()[code].name:
        return True
    pairs = {pair for at in range(len(folded) - 1) if not _CLASS.search(pair := folded[at : at + 2])}
    if any(pair in fold_licence(name) for name in _names(code) for pair in pairs):
        return True
    # 中型ほか may be a licence that gives cars
    return any(_TWO_KANJI.fullmatch(pair) and pair in name for name in _names_above(code) for pair in pairs)


@lru_cache(maxsize=256)
def _names_above(code: str) -> tuple[str, ...]:
    """Folded writings of the driving licences that give this one."""
    above = [other for other in licences() if _is_driving(code) and code in _reach(other)]
    return tuple(fold_licence(name) for other in above for name in _names(other))


def _names(code: str) -> tuple[str, ...]:
    licence = licences()[code]
    return (licence.name, *licence.aliases)


def _held(codes: Iterable[str | None]) -> frozenset[str]:
    return frozenset[str]().union(*(_reach(code) for code in codes if code is not None))


def _open(codes: Iterable[str | None]) -> frozenset[str]:
    # only what the person wrote is open: a licence that merely follows from another one is no second one
    written = [licences()[code] for code in codes if code is not None]
    ruled_out = {code for licence in written for code in licence.settles}
    return frozenset(code for licence in written for code in licence.may_be) - ruled_out


@lru_cache(maxsize=1024)
def _reach(code: str) -> frozenset[str]:
    held, waiting = {code}, [code]
    while waiting:
        new = [implied for implied in licences()[waiting.pop()].implies if implied not in held]
        held.update(new)
        waiting.extend(new)
    return frozenset(held)


@lru_cache(maxsize=1)
def _code_by_name() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for licence in licences().values():
        for name in (licence.name, *licence.aliases):
            names.setdefault(fold_licence(name), licence.code)
    return names
