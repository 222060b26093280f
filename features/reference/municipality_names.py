"""Names of municipalities, wards and prefectures, folded so that official and common writing meet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from features.reference import municipality_table, prefecture_table, ward_table

__all__ = ["codes_named", "fold_name", "known_names", "prefecture_codes"]

# the left is written for the right in addresses; folding both ways keeps the 1,741 full names apart (tested)
_FOLDS = str.maketrans(
    dict(zip("ヶヵ檮鰺龍竈曾驒髙﨑嶋澤濱廣國櫻冨條", "ケカ梼鯵竜釜曽騨高崎島沢浜広国桜富条", strict=True))
)
_UNSEEN = re.compile(r"[\s\ufe00-\ufe0f\U000e0100-\U000e01ef]+")  # blanks and variation selectors


def fold_name(text: str) -> str:
    """A name as it is compared: width and variants folded, blanks dropped.

    Examples
    --------
    >>> fold_name("龍ヶ崎　市"), fold_name("檮原町")
    ('竜ケ崎市', '梼原町')
    """
    return _unseen_dropped(text).translate(_FOLDS)


def _unseen_dropped(text: str) -> str:
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text))


def codes_named(text: str) -> tuple[str, ...]:
    """Codes of all municipalities (or the prefecture) that a name may mean, sorted; empty where nobody has it.

    A ward of a designated city means its city, so 北区 alone means several. A name in the very characters of one
    municipality that few write by mistake (鹿嶋市, beside 鹿島市) means that one.

    Examples
    --------
    >>> codes_named("北海道上川郡下川町"), codes_named("横浜市青葉区"), codes_named("伊達市")
    (('01468',), ('14100',), ('01233', '07213'))
    >>> codes_named("鹿嶋市"), codes_named("鹿島市")
    (('08222',), ('08222', '41207'))
    """
    found = _codes_by_name().get(fold_name(text), ())
    if len(found) > 1 and (exact := _codes_as_written().get(_unseen_dropped(text))):
        return exact
    return found


@lru_cache(maxsize=1)
def known_names() -> tuple[str, ...]:
    """The folded names of the municipalities, without their prefectures."""
    return tuple(dict.fromkeys(fold_name(name) for name in municipality_table()["name"].to_list()))


@lru_cache(maxsize=1)
def prefecture_codes() -> Mapping[str, str]:
    """2-digit code of each prefecture by name, by name without 都府県, and by code."""
    frame = prefecture_table()
    found: dict[str, str] = {}
    for code, name in zip(frame["pref_code"].to_list(), frame["name"].to_list(), strict=True):
        short = name if name == "北海道" else name[:-1]
        found |= {name: code, short: code, code: code}
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def _codes_by_name() -> Mapping[str, tuple[str, ...]]:
    codes: dict[str, set[str]] = {}
    for name, code in _spellings():
        codes.setdefault(fold_name(name), set()).add(code)
    return {name: tuple(sorted(found)) for name, found in codes.items()}


@lru_cache(maxsize=1)
def _codes_as_written() -> dict[str, tuple[str, ...]]:
    """Codes by names that hold a character which is folded: written so, the common form is not meant."""
    codes: dict[str, set[str]] = {}
    for name, code in _spellings():
        if (written := _unseen_dropped(name)) != fold_name(name):
            codes.setdefault(written, set()).add(code)
    return {name: tuple(sorted(found)) for name, found in codes.items()}


def _spellings() -> Iterator[tuple[str, str]]:
    names: dict[str, tuple[str, str]] = {}
    for row in municipality_table().iter_rows(named=True):
        code, prefecture, district, name = row["code"], row["pref"], row["district"] or "", row["name"]
        names[code] = prefecture, name
        yield from ((start + name, code) for start in ("", prefecture, district, prefecture + district))
    for row in ward_table().iter_rows(named=True):
        prefecture, city = names[row["city_code"]]
        yield from ((start + row["name"], row["city_code"]) for start in ("", city, prefecture + city))
    for row in prefecture_table().iter_rows(named=True):
        yield row["name"], f"{row['pref_code']}000"
