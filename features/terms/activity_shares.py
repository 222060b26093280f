"""What a posting is about, as shares over activity codes and 起業人 fields.

One vector a posting: 22 member activities, then 12 fields. The first code of a posting is its main one and takes 60 %
[A] when others stand beside it; the others share the rest. ``other`` says nothing and does not count. A posting that
names activities is read by them, otherwise by its fields; one with neither is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, get_args

import numpy as np
from numpy.typing import NDArray

from features.tables import PostingTable, kept_with_calls
from features.taxonomy.vocabulary import ACTIVITY_JA, FIELD_JA, Activity, Field_
from features.terms.cells import texts_at
from features.terms.factor import Floats

__all__ = ["ACTIVITIES_OF_FIELD", "COLUMNS", "named_codes", "posting_codes", "posting_shares", "reach"]

_MAIN_SHARE = 0.6
_ACTIVITIES: Final[tuple[str, ...]] = get_args(Activity)
_FIELDS: Final[tuple[str, ...]] = get_args(Field_)
COLUMNS: Final[tuple[str, ...]] = (*_ACTIVITIES, *(f"field:{name}" for name in _FIELDS))
_COLUMN_OF: Final = {name: column for column, name in enumerate(COLUMNS)}

# Which wished activities a 起業人 field is made of; any of them reaches the field [A].
ACTIVITIES_OF_FIELD: Final[Mapping[str, tuple[str, ...]]] = {
    "municipal_dx": ("digital", "administration"),
    "tourism": ("tourism_planning", "tourism_service", "lodging_operation"),
    "local_products": ("product_development", "product_sales", "agri_forest_fish"),
    "regional_economy": ("product_sales", "community", "research"),
    "migration": ("migration", "vacant_house"),
    "gx": ("environment_wildlife",),
    "medical_welfare": ("health_medical", "elderly_support"),
    "transport": ("elderly_support", "research"),
    "furusato_tax": ("product_sales", "information_pr"),
    "information_pr": ("information_pr", "event"),
    "sports": ("culture_sports", "event"),
}


def posting_codes(postings: PostingTable, row: int) -> tuple[str, ...]:
    """Columns a posting names, main one first; empty where it names none that says something.

    Examples
    --------
    >>> COLUMNS[:2], COLUMNS[22]
    (('agri_forest_fish', 'community'), 'field:municipal_dx')
    """
    activities = texts_at(postings.frame, "activities", row)
    return _codes(activities, texts_at(postings.frame, "fields", row))


@kept_with_calls
def posting_shares(postings: PostingTable) -> Floats:
    """Shares of every posting, ``(m, 34)`` float32; a row sums to 1, or to 0 where the posting is unknown."""
    shares = np.zeros((len(postings), len(COLUMNS)), dtype=np.float32)
    named = zip(postings.frame["activities"].to_list(), postings.frame["fields"].to_list(), strict=True)
    for row, (activities, fields) in enumerate(named):
        codes = _codes(activities, fields)
        for place, code in enumerate(codes):
            shares[row, _COLUMN_OF[code]] = _share(place, len(codes))
    shares.flags.writeable = False
    return shares


def reach(activities: Sequence[str], fields: Sequence[str] = ()) -> NDArray[np.bool_]:
    """Columns that wished or known activities and fields reach, ``(34,)`` bool."""
    reached = np.zeros(len(COLUMNS), dtype=np.bool_)
    wished = set(activities) - {"other"}
    through = {name for name, parts in ACTIVITIES_OF_FIELD.items() if wished.intersection(parts)}
    for code in [*wished, *(f"field:{name}" for name in through.union(fields) - {"other"})]:
        reached[_COLUMN_OF[code]] = True
    return reached


def named_codes(codes: Sequence[str]) -> str:
    """Japanese names of columns, in 「」.

    Examples
    --------
    >>> named_codes(["migration", "field:tourism"])
    '「移住・交流の促進」「観光」'
    """
    names = [FIELD_JA[code[6:]] if code.startswith("field:") else ACTIVITY_JA[code] for code in codes]
    return "".join(f"「{name}」" for name in names)


def _codes(activities: Sequence[str] | None, fields: Sequence[str] | None) -> tuple[str, ...]:
    said = [code for code in activities or () if code != "other"]
    said = said or [f"field:{name}" for name in fields or () if name != "other"]
    return tuple(dict.fromkeys(said))


def _share(place: int, count: int) -> float:
    if count == 1:
        return 1.0
    return _MAIN_SHARE if place == 0 else (1 - _MAIN_SHARE) / (count - 1)
