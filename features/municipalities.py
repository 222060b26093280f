"""The municipalities of Japan by code or name, with the living facts the engine reads.

Codes are 5-digit text; a 6-digit code is read after its check digit is verified, and a ward of a designated city is
read as its city. Names are folded where official and common writing differ (ヶ and ケ, 檮 and 梼).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.errors import MunicipalityError
from features.reference import REGION_TABLE_DATE, municipality_table, prefecture_table, vintage, ward_table
from features.reference.municipality_names import codes_named, fold_name, known_names, prefecture_codes

__all__ = [
    "LANDLOCKED",
    "Municipality",
    "check_digit",
    "distances_km",
    "facts_of",
    "find",
    "prefecture_names",
    "reference_vintage",
    "resolve_code",
    "table",
]

LANDLOCKED: Final = ("09", "10", "11", "19", "20", "21", "25", "29")  # the eight prefectures without a coast
_EARTH_KM = 6371.0088  # mean radius (IUGG)
_KIND = {"full": "A", "partial": "P", "none": "U"}


@dataclass(frozen=True)
class Municipality:
    """One municipality, or a prefecture as a body (``type`` 都道府県, ``category`` and ``kind`` ``None``).

    Attributes
    ----------
    code, name, prefecture, full_name : str
        5-digit code; name; prefecture; both together as people write it.
    kana, romaji, type : str
        ``type`` is 市, 町, 村, 区 or 都道府県.
    category : int or None
        1 to 10, the row and column of the 地域要件 matrix.
    kind : "U", "A", "P" or None
        Urban, wholly or partly disadvantaged (条件不利地域).
    is_metro, is_designated : bool
        Counts as inside the 三大都市圏 (the 14 exceptions do not); is a 政令指定都市.
    latitude, longitude : float
        Degrees (WGS84) of the hall, or of a point inside where the hall stands outside.
    facts : mapping
        Every column of the reference table; ``None`` where unknown. Empty for a prefecture.
    """

    code: str
    name: str
    prefecture: str
    full_name: str
    kana: str
    romaji: str
    type: str
    category: int | None
    kind: str | None
    is_metro: bool
    is_designated: bool
    latitude: float
    longitude: float
    facts: Mapping[str, float | int | str | None]


def table() -> pl.DataFrame:
    """The reference table, one row a municipality, sorted by code; read once."""
    return municipality_table()


def reference_vintage() -> str:
    """Date of the 地域要件確認表 and digest of the reference table."""
    return vintage()


@lru_cache(maxsize=1)
def prefecture_names() -> Mapping[str, str]:
    """Prefecture name of each 2-digit code."""
    frame = prefecture_table()
    return MappingProxyType(dict(zip(frame["pref_code"].to_list(), frame["name"].to_list(), strict=True)))


def check_digit(code: str) -> str:
    """The sixth digit of a 5-digit code (weights 6 to 2, modulus 11).

    Examples
    --------
    >>> check_digit("01100")
    '2'
    """
    total = sum(int(digit) * weight for digit, weight in zip(code, range(6, 1, -1), strict=True))
    return str((11 - total % 11) % 10)


@lru_cache(maxsize=100_000)
def resolve_code(text: str) -> str:
    """The 5-digit code of a municipality (or of a prefecture as a body, ``01000``).

    Parameters
    ----------
    text : str
        5 digits, or 6 with the check digit; a ward of a designated city gives its city.

    Raises
    ------
    MunicipalityError
        If the code is not of that form, its check digit is wrong, or nobody has it.

    Examples
    --------
    >>> resolve_code("14101"), resolve_code("011002"), resolve_code("01000")
    ('14100', '01100', '01000')
    """
    if not (text.isascii() and text.isdigit() and len(text) in (5, 6)):
        raise MunicipalityError(f"municipality code {_shown(text)} is not of 5 digits, or 6 with the check digit")
    code = text[:5]
    if len(text) == 6 and text[5] != check_digit(code):
        raise MunicipalityError(f"municipality code {text} has check digit {text[5]}, expected {check_digit(code)}")
    found = _known_codes().get(code)
    if found is None:
        raise MunicipalityError(f"municipality code {code} is not in the reference table of {REGION_TABLE_DATE}")
    return found


def find(text: str, *, prefecture: str | None = None) -> Municipality:
    """The municipality with a code or a name.

    Parameters
    ----------
    text : str
        A code as :func:`resolve_code` reads it, or a name with or without prefecture and 郡; a ward of a designated
        city gives its city.
    prefecture : str, optional
        Name (with or without 都府県) or 2-digit code: narrows a name that several municipalities share.

    Raises
    ------
    MunicipalityError
        If nobody or more than one has that name; the message lists who has it, or near names.

    Examples
    --------
    >>> find("下川町").full_name, find("府中市", prefecture="広島県").code
    ('北海道下川町', '34208')
    >>> find("伊達市")
    Traceback (most recent call last):
        ...
    features.errors.MunicipalityError: the name is shared by 北海道伊達市 (01233), 福島県伊達市 (07213); ...
    """
    if text.isascii() and text.strip().isdigit():
        return _municipality(resolve_code(text.strip()))
    within = None if prefecture is None else _prefecture_code(prefecture)
    codes = [code for code in codes_named(text) if within in (None, code[:2])]
    if len(codes) == 1:
        return _municipality(codes[0])
    if codes:
        shared = ", ".join(f"{_municipality(code).full_name} ({code})" for code in codes)
        raise MunicipalityError(f"the name is shared by {shared}; add the prefecture")
    near = "、".join(get_close_matches(fold_name(text), known_names(), n=3, cutoff=0.6))
    place = "" if within is None else f" in {prefecture_names()[within]}"
    raise MunicipalityError(f"no municipality has that name{place}" + (f"; near names: {near}" if near else ""))


def facts_of(codes: Sequence[str | None], columns: Sequence[str]) -> pl.DataFrame:
    """Columns of the reference table in rows aligned with ``codes``.

    Parameters
    ----------
    codes : sequence of str or None
        ``None``, a prefecture and a code outside the table give a row of nulls.
    columns : sequence of str
        Names of columns of the reference table.

    Raises
    ------
    MunicipalityError
        If the table has no such column.
    """
    unknown = [column for column in columns if column not in table().columns]
    if unknown:
        raise MunicipalityError(f"the reference table has no column {unknown[0]}")
    wanted = pl.DataFrame({"_code": list(codes)}, schema={"_code": pl.String})
    chosen = table().select(pl.col("code").alias("_code"), *columns)
    return wanted.join(chosen, on="_code", how="left", maintain_order="left").select(columns)


def distances_km(a: Sequence[str], b: Sequence[str]) -> NDArray[np.float64]:
    """Great-circle distance of every pair, ``(len(a), len(b))`` float64, NaN where a code is a prefecture's.

    Straight lines between halls (a point inside where the hall stands outside), not travel.

    Examples
    --------
    >>> distances_km(["01100"], ["13104", "01000"]).round()
    array([[831.,  nan]])
    """
    lat_a, lon_a = (column[:, None] for column in _radians(a))
    lat_b, lon_b = (column[None, :] for column in _radians(b))
    half = np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    distances: NDArray[np.float64] = 2 * _EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return distances


def _shown(text: str) -> str:
    # a field for a code may hold anything a person typed, which an error must not repeat
    return text if text.isascii() and text.isalnum() and len(text) <= 8 else f"of {len(text)} characters"


def _prefecture_code(text: str) -> str:
    found = prefecture_codes().get(text)
    if found is None:
        raise MunicipalityError("no prefecture has that name or code, expected one such as 長野県 or 20")
    return found


def _radians(codes: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    row_of, lat, lon = _halls()
    rows = [row_of.get(code, -1) for code in codes]  # the last one is nowhere
    return lat[rows], lon[rows]


@lru_cache(maxsize=1)
def _halls() -> tuple[Mapping[str, int], NDArray[np.float64], NDArray[np.float64]]:
    """Row of each code, latitudes and longitudes in radians, and one more row that is nowhere."""
    codes: list[str | None] = table()["code"].to_list()
    frame = facts_of([*codes, None], ["office_lat", "office_lon", "center_lat", "center_lon", "office_outside"])
    outside = frame["office_outside"].fill_null(0).to_numpy() == 1
    lat = np.where(outside, frame["center_lat"].to_numpy(), frame["office_lat"].to_numpy())
    lon = np.where(outside, frame["center_lon"].to_numpy(), frame["office_lon"].to_numpy())
    row_of = {code: row for row, code in enumerate(codes) if code is not None}
    return row_of, np.radians(lat.astype(np.float64)), np.radians(lon.astype(np.float64))


@lru_cache(maxsize=1)
def _known_codes() -> Mapping[str, str]:
    known = dict(zip(ward_table()["code"].to_list(), ward_table()["city_code"].to_list(), strict=True))
    known |= {f"{code}000": f"{code}000" for code in prefecture_names()}
    return known | {code: code for code in table()["code"].to_list()}


@lru_cache(maxsize=1)
def _rows() -> Mapping[str, dict[str, float | int | str | None]]:
    return {row["code"]: row for row in table().iter_rows(named=True)}


@lru_cache(maxsize=4096)
def _municipality(code: str) -> Municipality:
    if code[2:] == "000":
        return _prefecture(code)
    row = _rows()[code]
    side = "center" if row["office_outside"] == 1 else "office"
    return Municipality(
        code=code,
        name=str(row["name"]),
        prefecture=str(row["pref"]),
        full_name=f"{row['pref']}{row['name']}",
        kana=str(row["kana"]),
        romaji=str(row["romaji"]),
        type=str(row["type"]),
        category=int(row["kyoryokutai_category"] or 0),
        kind=_KIND[str(row["disadvantaged"])],
        is_metro=row["metro3_pref"] == 1 and row["metro3_exception"] == 0,
        is_designated=row["designated_city"] == 1,
        latitude=float(row[f"{side}_lat"] or 0),
        longitude=float(row[f"{side}_lon"] or 0),
        facts=MappingProxyType(row),
    )


def _prefecture(code: str) -> Municipality:
    row = prefecture_table().row(by_predicate=pl.col("pref_code") == code[:2], named=True)
    return Municipality(
        code=code,
        name=row["name"],
        prefecture=row["name"],
        full_name=row["name"],
        kana=row["kana"],
        romaji=row["name_en"],
        type="都道府県",
        category=None,
        kind=None,
        is_metro=False,
        is_designated=False,
        latitude=row["lat"],
        longitude=row["lon"],
        facts=MappingProxyType({}),
    )
