"""Places: an address, a municipality, a prefecture or a region as codes, never guessed where several are meant."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict

from features.errors import MunicipalityError
from features.intake.sheet import Cell
from features.intake.values.reading import About, Read, Reading, Unreadable
from features.intake.values.spelling import folded, is_unknown, pieces
from features.intake.values.words import word_table
from features.municipalities import find, prefecture_names, resolve_code
from features.reference import municipality_table
from features.reference.municipality_names import codes_named, fold_name, known_names, prefecture_codes
from features.reference.regions import region_names

__all__ = ["another_place", "body", "municipalities", "municipality", "origin", "postal", "prefecture", "regions"]

_POSTAL: Final = re.compile(r"^(?:〒|郵便番号:?)?[0-9]{3}-?[0-9]{4}(?![0-9-])")
_LONGEST_NAME: Final = 18
_ENDINGS: Final = ("市", "町", "村", "区")
_NUMBERS: Final = re.compile(r"[0-9一二三四五六七八九十〇]+(?:丁目|番地?|号|-|の|条|線|区画|$)|[0-9].*$")
_PREFECTURE: Final = re.compile(
    "|".join(name for name in prefecture_codes() if name.endswith(("都", "道", "府", "県")) and not name.isdigit())
)
_MARKS: Final = re.compile(
    r"→|⇒|⇔|->|=>|>|or|・|[/、,;:()（）「」\[\]]|または|又は|から|より|もしくは|および|及び|と|住民票[はが]?|実家[はが]?"
)
_UNSEEN: Final = re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
_MEND_SEVERAL: Final = "住民票のある市区町村を一つだけ書いてください（例: 長野県伊那市）。"
_MEND: Final = "都道府県から市区町村まで書いてください（例: 長野県伊那市）。"


class _Former(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    names: tuple[str, ...]
    to: str


class _Places(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    abroad: tuple[str, ...]
    former: tuple[_Former, ...]


class _Found(NamedTuple):
    codes: tuple[str, ...]
    rest: str
    remark: str = ""
    is_former_town: bool = False


def municipality(cell: Cell, about: About) -> Reading:
    """The municipality of a code, a name or an address; ``aside`` is the part of the address below it.

    Examples
    --------
    >>> municipality("〒396-8617　長野県伊那市 下新田3050", About())
    Read(value='20209', code='', remark='', aside='下新田')
    >>> municipality("横浜市青葉区荏田町", About()).value, municipality("小県郡鹿教湯町", About()).code
    ('14100', 'place_unknown')
    >>> municipality("府中市", About()).candidates, municipality("府中市", About(prefecture="34")).value
    (('東京都府中市', '広島県府中市'), '34208')
    """
    return _read(cell, about, body_of_prefecture=False)


def body(cell: Cell, about: About) -> Reading:
    """The municipality or the prefecture that seeks people.

    Examples
    --------
    >>> body("長野県", About()).value, body("014681", About()).value
    ('20000', '01468')
    """
    return _read(cell, about, body_of_prefecture=True)


def origin(cell: Cell, about: About) -> Reading:
    """The municipality of a 住民票; the value is ``abroad`` for somebody in no Japanese register.

    Examples
    --------
    >>> origin("海外（フランス）", About()).value
    'abroad'
    """
    text = folded(cell)
    if text.startswith(_abroad()) and not codes_named(text):
        return Read("abroad")
    return municipality(cell, about)


def municipalities(cell: Cell, about: About) -> Reading:
    """Several municipalities; one that cannot be read refuses the cell."""
    if is_unknown(folded(cell)):
        return Read(None)
    read = [municipality(piece, about) for piece in pieces(cell)]
    broken = next((reading for reading in read if isinstance(reading, Unreadable)), None)
    return broken or Read(tuple(reading.value for reading in read if isinstance(reading, Read)))


def prefecture(cell: Cell, _about: About) -> Reading:
    """The 2-digit code of a prefecture.

    Examples
    --------
    >>> prefecture("長野", About()).value
    '20'
    """
    text = fold_name(folded(cell))
    if is_unknown(text):
        return Read(None)
    code = prefecture_codes().get(text.zfill(2) if text.isdigit() else text)
    if code is None and text.startswith(_abroad()):
        return Read("abroad")
    if code is None:
        return Unreadable(
            "prefecture_unknown", "都道府県の名前ではありません。", "都道府県の名前を書いてください（例: 長野県）。"
        )
    return Read(code)


def postal(cell: Cell, _about: About) -> Reading:
    """A postal code by its form only: no table of postal codes is at hand to read a place from."""
    text = folded(cell).removeprefix("〒")
    if re.fullmatch(r"[0-9]{3}-?[0-9]{4}", text):
        return Read(text)
    return Unreadable("postal_unreadable", "郵便番号の形ではありません。", "「123-4567」の形で書いてください。")


def regions(cell: Cell, _about: About) -> Reading:
    """Prefectures and named regions; どこでも is none in particular, which is unknown.

    Examples
    --------
    >>> regions("長野県、北陸・九州地方", About()).value
    ('長野県', '北陸', '九州')
    """
    text = folded(cell)
    if is_unknown(text) or text in word_table()["regions_any"]:
        return Read(None)
    parts = [part for piece in pieces(cell) for part in _region_parts(piece)]
    found = [_region(part) for part in parts]
    names = tuple(dict.fromkeys(name for name in found if name is not None))
    if not names:
        return Unreadable(
            "region_unknown", "地域の名前として読めません。", "都道府県か、北陸・九州などの地方の名前で書いてください。"
        )
    unread = found.count(None)
    return Read(names, "value_partly", f"地域の名前のうち{unread}個は読んでいません。") if unread else Read(names)


def _region_parts(piece: str) -> list[str]:
    return [piece] if _region(piece) is not None else [part for part in piece.split("・") if part]


def _region(text: str) -> str | None:
    name = folded(text)
    for written in (name, name.removesuffix("地方"), name.removesuffix("地域"), name.removesuffix("エリア")):
        if written in region_names() or written in prefecture_codes():
            return prefecture_names()[prefecture_codes()[written]] if written in prefecture_codes() else written
    return None


def _read(cell: Cell, about: About, *, body_of_prefecture: bool) -> Reading:
    text = folded(cell)
    if is_unknown(text):
        return Read(None)
    if re.fullmatch(r"[0-9]{4,6}", text):
        return _of_code(text, body_of_prefecture=body_of_prefecture)
    # characters as written: 鹿嶋市 is not 鹿島市
    address = _UNSEEN.sub("", _POSTAL.sub("", text))
    if not address:
        return Unreadable("place_postal_only", "郵便番号だけでは市区町村が決まりません。", _MEND)
    return _of_address(address, about, body_of_prefecture=body_of_prefecture)


def _of_address(address: str, about: About, *, body_of_prefecture: bool) -> Reading:
    prefecture_code, rest = _prefecture_in_front(address) or (about.prefecture, address)
    if about.prefecture not in (None, prefecture_code):
        said = "都道府県の列と住所の都道府県が違います。"
        return Unreadable("place_prefectures_differ", said, "どちらかを直してください。")
    if not rest:
        return _whole_prefecture(prefecture_code, body_of_prefecture=body_of_prefecture)
    found = _named(rest, prefecture_code)
    if found.codes and (other := another_place(found.rest, found.codes)) is not None:
        names = (*(find(code).full_name for code in found.codes), other)
        return Unreadable("place_several", "市区町村が二つ以上書かれています。", _MEND_SEVERAL, names)
    return _settled(found, is_told=prefecture_code is not None)


def _settled(found: _Found, *, is_told: bool) -> Reading:
    if not found.codes:
        return Unreadable("place_unknown", "市区町村の名前が見つかりません。", _MEND)
    code, *others = found.codes
    names = tuple(find(code).full_name for code in found.codes)
    if others:
        return Unreadable("place_ambiguous", "同じ名前の市区町村が二つ以上あります。", _MEND, names)
    if found.is_former_town and not is_told:
        # the list of former names is not whole, and towns far apart had the same name
        said = "いまはない町・村の名前で、同じ名前の町・村がほかの県にもあったかもしれません。"
        return Unreadable("place_former_unsure", said, _MEND, names)
    return Read(code, "place_former" if found.remark else "", found.remark, _district(found.rest))


def _of_code(text: str, *, body_of_prefecture: bool) -> Reading:
    """A code; Excel drops a zero in front, so five digits may be six, and what may be two places is not decided."""
    found = tuple(dict.fromkeys(code for padded in (text, text.zfill(5), text.zfill(6)) for code in _resolved(padded)))
    mend = "前の0を付けた6けたの全国地方公共団体コードか、市区町村の名前で書いてください。"
    if not found:
        return Unreadable("place_code_unknown", "市区町村コードの表にない番号です。", mend)
    code, *others = found
    if others:
        names = tuple(find(code).full_name for code in found)
        return Unreadable("place_ambiguous", "前の0が落ちたコードかもしれず、二つの市区町村に読めます。", mend, names)
    if code.endswith("000") and not body_of_prefecture:
        return _whole_prefecture(code[:2], body_of_prefecture=False)
    return Read(code)


def _resolved(code: str) -> tuple[str, ...]:
    try:
        return (resolve_code(code),)
    except MunicipalityError:
        return ()


def _whole_prefecture(code: str | None, *, body_of_prefecture: bool) -> Reading:
    if body_of_prefecture and code is not None:
        return Read(f"{code}000")
    return Unreadable("place_prefecture_only", "市区町村まで書かれていません。", _MEND)


def _prefecture_in_front(address: str) -> tuple[str, str] | None:
    """The prefecture an address begins with and what follows; 長野市 does not begin with one."""
    for length in (4, 3):
        name = address[:length]
        if name in prefecture_codes() and name.endswith(("都", "道", "府", "県")):
            return prefecture_codes()[name], address[length:]
    short = next((name for name in (address[:3], address[:2]) if name in prefecture_codes()), None)
    if (
        short
        and address[len(short) :]
        and not _named(address, None).codes
        and _named(address[len(short) :], prefecture_codes()[short]).codes
    ):
        return prefecture_codes()[short], address[len(short) :]
    return (prefecture_codes()[address], "") if address in prefecture_codes() and not address.isdigit() else None


def _named(address: str, within: str | None) -> _Found:
    for length in range(min(len(address), _LONGEST_NAME), 1, -1):
        codes = [code for code in codes_named(address[:length]) if within in (None, code[:2])]
        if codes:
            return _Found(_with_namesakes(tuple(codes), address[:length], within), address[length:])
    return _former(address, within) or _short(address, within)


def _with_namesakes(codes: tuple[str, ...], name: str, within: str | None) -> tuple[str, ...]:
    """With today's municipality of a former town of the same name, where no prefecture decides between them."""
    if within is not None or not name.endswith(("町", "村")):
        return codes
    return tuple(sorted({*codes, *_former_names().get(fold_name(name), ())}))


def _former(address: str, within: str | None) -> _Found | None:
    plain = re.sub(r"^[^市町村区]{1,4}郡", "", address)
    for length in range(min(len(plain), 8), 1, -1):
        name = fold_name(plain[:length])
        codes = [code for code in _former_names().get(name, ()) if within in (None, code[:2])]
        if codes:
            said = "合併や改称の前の名前なので、今の市区町村で読みました。"
            return _Found(tuple(codes), plain, said, is_former_town=not name.endswith("市"))
    return None


def another_place(rest: str, codes: Sequence[str]) -> str | None:
    """The name of another municipality in what follows one: after a prefecture, after a mark, or a city's.

    A 町 or 村 without either may be a part of the first: 佐賀市大和町.

    Examples
    --------
    >>> another_place("(住民票は長野県松本市)", ("13112",)), another_place("大和町尼寺", ("41201",))
    ('長野県松本市', None)
    """
    for match in _PREFECTURE.finditer(rest):
        found = _named_at(rest[match.end() :], prefecture_codes()[match[0]])
        if found is not None and found[0] not in codes:
            return find(found[0]).full_name
        # 大阪府ビル in 大阪府 is no other place
        if found is None and all(code[:2] != prefecture_codes()[match[0]] for code in codes):
            return match[0]
    parts = [part for part in _MARKS.split(rest)[1:] if part]
    beginnings = [*parts, *(rest[match.start() :] for match in _city().finditer(rest))]
    named = (found for part in beginnings if (found := _named_at(part, None)) is not None)
    other = next((found for found in named if not set(found) & set(codes)), None)
    return None if other is None else "・".join(find(code).full_name for code in other[:3])


def _named_at(text: str, within: str | None) -> tuple[str, ...] | None:
    for length in range(min(len(text), _LONGEST_NAME), 1, -1):
        codes = tuple(code for code in codes_named(text[:length]) if within in (None, code[:2]))
        if codes and not codes[0].endswith("000"):
            return codes
    return None


@lru_cache(maxsize=1)
def _city() -> re.Pattern[str]:
    # 津市 stands in 今津市場, and 大津市 in 大津市場
    names = [name for name in known_names() if name.endswith("市") and len(name) > 2]
    return re.compile(rf"(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})(?![場町之ノ])")


def _short(address: str, within: str | None) -> _Found:
    codes = {code for end in _ENDINGS for code in codes_named(address + end) if within in (None, code[:2])}
    return _Found(tuple(sorted(codes)), "", "市・町・村の字を補って読みました。" if len(codes) == 1 else "")


def _district(rest: str) -> str:
    """大字 and the like without numbers of houses: enough for the question of the zone, and no address."""
    return _NUMBERS.split(rest.lstrip("-・"), maxsplit=1)[0][:30]


@lru_cache(maxsize=1)
def _words() -> _Places:
    text = files("features.intake.values").joinpath("places.toml").read_text(encoding="utf-8")
    return _Places.model_validate(tomllib.loads(text))


@lru_cache(maxsize=1)
def _abroad() -> tuple[str, ...]:
    return tuple(folded(word) for word in _words().abroad)


@lru_cache(maxsize=1)
def _former_names() -> Mapping[str, Sequence[str]]:
    found: dict[str, set[str]] = {}
    for row in _words().former:
        for name in row.names:
            found.setdefault(fold_name(name), set()).add(find(row.to).code)
    for code, areas in municipality_table().select("code", "kaso_areas").drop_nulls().iter_rows():
        for name in areas.split("・"):
            found.setdefault(fold_name(name), set()).add(code)
    return MappingProxyType({name: tuple(sorted(codes)) for name, codes in found.items()})
