"""The 1,741 municipalities of Japan by code or name, with the living facts the engine reads.

The reference table (``features/reference/municipalities.csv``, sources in the README beside it) is read once, on
first use. Codes are 5-digit text; a 6-digit code is read after its check digit is verified, and a ward of a designated
city is read as its city. Names are folded where official and common writing differ (ヶ and ケ, 檮 and 梼).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.errors import MunicipalityError

__all__ = [
    "Municipality",
    "distances_km",
    "facts_of",
    "find",
    "prefecture_names",
    "reference_vintage",
    "resolve_code",
    "table",
]

_TEXT_COLUMNS = (
    *("code", "code6", "pref_code", "pref", "name", "kana", "district", "romaji", "type", "land"),
    *("kaso", "kaso_areas", "disadvantaged"),
    *("airport_iata", "shinkansen_station", "rail_station", "climate_station", "snow_station"),
)
_FOLDED = str.maketrans({"ヶ": "ケ", "檮": "梼", "　": "", " ": ""})
_EARTH_KM = 6371.0088  # mean radius (IUGG)
_TOKYO = "13"


@dataclass(frozen=True)
class Municipality:
    """One municipality, or a prefecture as a body (``type`` 都道府県, category ``None``).

    Attributes
    ----------
    code, name, prefecture, full_name : str
        5-digit code; name; prefecture; both together as people write it.
    kana, romaji, type : str
    category : int or None
        1 to 10, the row and column of the 地域要件 matrix.
    kind : "U", "A", "P" or None
        Urban, wholly or partly disadvantaged (条件不利地域).
    is_metro, is_designated : bool
        Counts as one of the 三大都市圏; is a 政令指定都市.
    latitude, longitude : float
        Town hall, or a point inside where the hall stands outside.
    facts : mapping
        Every column of the reference table; ``None`` where unknown.
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


@lru_cache(maxsize=1)
def table() -> pl.DataFrame:
    """The reference table, one row a municipality, sorted by code."""
    path = files("features").joinpath("reference/municipalities.csv")
    overrides = dict.fromkeys(_TEXT_COLUMNS, pl.String)
    frame = pl.read_csv(path.read_bytes(), schema_overrides=overrides, infer_schema_length=None)
    return frame.sort("code")


def reference_vintage() -> str:
    """The date of the 地域要件確認表 the categories were taken from."""
    return "2022-04-01"


@lru_cache(maxsize=1)
def prefecture_names() -> Mapping[str, str]:
    """Prefecture name of each 2-digit code."""
    path = files("features").joinpath("reference/prefectures.csv")
    frame = pl.read_csv(path.read_bytes(), schema_overrides={"pref_code": pl.String, "code6": pl.String})
    return dict(zip(frame["pref_code"].to_list(), frame["name"].to_list(), strict=True))


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
    >>> resolve_code("14101"), resolve_code("011002")
    ('14100', '01100')
    """
    if not (text.isascii() and text.isdigit() and len(text) in (5, 6)):
        raise MunicipalityError(f"municipality code {text[:20]} is not of 5 digits, or 6 with the check digit")
    code = text[:5]
    if len(text) == 6 and text[5] != check_digit(code):
        raise MunicipalityError(f"municipality code {text} has check digit {text[5]}, expected {check_digit(code)}")
    found = _city_of(code)
    if found is None:
        raise MunicipalityError(f"municipality code {code} is not in the reference table of {reference_vintage()}")
    return found


def check_digit(code: str) -> str:
    """The sixth digit of a 5-digit code (weights 6 to 2, modulus 11).

    Examples
    --------
    >>> check_digit("01100")
    '2'
    """
    total = sum(int(digit) * weight for digit, weight in zip(code, range(6, 1, -1), strict=True))
    return str((11 - total % 11) % 10)


def find(text: str, *, prefecture: str | None = None) -> Municipality:
    """The municipality with a code or a name.

    Parameters
    ----------
    text : str
        A code as :func:`resolve_code` reads it, or a name with or without its prefecture.
    prefecture : str, optional
        Narrows a name that several municipalities share.

    Raises
    ------
    MunicipalityError
        If nobody or more than one has that name; the message lists them.

    Examples
    --------
    >>> find("下川町").full_name
    '北海道下川町'
    """
    if text.isascii() and text.isdigit():
        return _municipality(resolve_code(text))
    wanted = text.translate(_FOLDED)
    codes = [code for code in _by_name().get(wanted, ()) if prefecture in (None, prefecture_names()[code[:2]])]
    if len(codes) == 1:
        return _municipality(codes[0])
    if codes:
        names = ", ".join(f"{_municipality(code).full_name} ({code})" for code in codes)
        raise MunicipalityError(f"{text} names {len(codes)} municipalities: {names}; add the prefecture")
    within = f" in {prefecture}" if prefecture else ""
    raise MunicipalityError(f"no municipality is named {text}{within}")


def facts_of(codes: Sequence[str | None], columns: Sequence[str]) -> pl.DataFrame:
    """Columns of the reference table in rows aligned with ``codes``; nulls for ``None`` and for prefectures."""
    wanted = pl.DataFrame({"code": list(codes)}, schema={"code": pl.String})
    chosen = table().select("code", *[column for column in columns if column != "code"])
    return wanted.join(chosen, on="code", how="left", maintain_order="left").select(columns)


def distances_km(a: Sequence[str], b: Sequence[str]) -> NDArray[np.float64]:
    """Great-circle distance of every pair, ``(len(a), len(b))``, NaN where a code is a prefecture's.

    Straight lines between town halls (a point inside where the hall stands outside), not travel.
    """
    lat_a, lon_a = (column[:, None] for column in _radians(a))
    lat_b, lon_b = (column[None, :] for column in _radians(b))
    half = np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    distances: NDArray[np.float64] = 2 * _EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return distances


def _radians(codes: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    frame = facts_of(codes, ["office_lat", "office_lon", "center_lat", "center_lon", "office_outside"])
    outside = frame["office_outside"].fill_null(0).to_numpy() == 1
    lat = np.where(outside, frame["center_lat"].to_numpy(), frame["office_lat"].to_numpy())
    lon = np.where(outside, frame["center_lon"].to_numpy(), frame["office_lon"].to_numpy())
    return np.radians(lat.astype(np.float64)), np.radians(lon.astype(np.float64))


@lru_cache(maxsize=1)
def _rows() -> Mapping[str, dict[str, float | int | str | None]]:
    return {row["code"]: row for row in table().iter_rows(named=True)}


@lru_cache(maxsize=1)
def _designated() -> tuple[str, ...]:
    return tuple(table().filter(pl.col("designated_city") == 1)["code"].to_list())


def _city_of(code: str) -> str | None:
    if code in _rows():
        return code
    if code[2:] == "000" and code[:2] in prefecture_names():
        return code
    if code[2] != "1" or code[:2] == _TOKYO:
        return None
    # wards are numbered upwards from their city's own code
    cities = [city for city in _designated() if city[:2] == code[:2] and city < code]
    return max(cities) if cities else None


@lru_cache(maxsize=1)
def _by_name() -> Mapping[str, tuple[str, ...]]:
    codes: dict[str, list[str]] = {}
    for code, row in _rows().items():
        name, prefecture = str(row["name"]).translate(_FOLDED), str(row["pref"])
        district = str(row["district"] or "").translate(_FOLDED)
        for spelling in dict.fromkeys((name, prefecture + name, district + name, prefecture + district + name)):
            codes.setdefault(spelling, []).append(code)
    return {name: tuple(found) for name, found in codes.items()}


_KIND = {"full": "A", "partial": "P", "none": "U"}


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
        facts=row,
    )


def _prefecture(code: str) -> Municipality:
    name = prefecture_names()[code[:2]]
    capital = table().filter(pl.col("pref_code") == code[:2]).sort("dist_pref_capital_km").row(0, named=True)
    return Municipality(
        code=code,
        name=name,
        prefecture=name,
        full_name=name,
        kana="",
        romaji="",
        type="都道府県",
        category=None,
        kind=None,
        is_metro=False,
        is_designated=False,
        latitude=capital["office_lat"],
        longitude=capital["office_lon"],
        facts={},
    )
