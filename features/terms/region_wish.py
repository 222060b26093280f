"""Regions wanted and refused.

A refused region is 0, whatever else was wished. A wanted one is 1, and so is every other place of somebody whose list
of wanted regions is empty (no particular wish); where some regions are wanted the others get 0.3 [A]. Who said nothing
about wanted regions is unknown: 0.5 in [0.3, 1]. Not naming refused regions refuses none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.municipalities import prefecture_names
from features.reference.regions import prefectures_of
from features.tables import ApplicantTable, PostingTable
from features.terms.cells import codes_of, municipality_at, texts_at
from features.terms.factor import LookupTerm, lookup_term
from features.terms.term import Finding, PrivateTerm

__all__ = ["REGION_WISH"]

_ELSEWHERE = 0.3
_NEUTRAL = 0.5
_Wish: TypeAlias = tuple[tuple[str, ...] | None, tuple[str, ...]]  # wanted and refused region names


def _build(applicants: ApplicantTable, postings: PostingTable) -> LookupTerm:
    stated = applicants.private.frame.select("regions_wanted", "regions_refused").rows()
    wishes = [_wish(wanted, refused) for wanted, refused in stated]
    rows = list(dict.fromkeys(wishes)) or [(None, ())]
    prefectures = sorted(prefecture_names())
    wanted, refused = (_reached(prefectures, [row[part] or () for row in rows]) for part in (0, 1))
    anywhere, unsaid = (np.array([row[0] == what for row in rows])[:, None] for what in ((), None))
    known = np.where(wanted | anywhere, 1.0, _ELSEWHERE)
    bounds = [np.where(refused, 0.0, np.where(unsaid, open_, known)) for open_ in _OPEN]
    place = {wish: number for number, wish in enumerate(rows)}
    a = np.array([place[wish] for wish in wishes], dtype=np.int64)
    b = codes_of([code[:2] for code in postings.frame["municipality_code"].to_list()], prefectures)
    return lookup_term(a, b, bounds[0], low=bounds[1], high=bounds[2], keys=rows, is_sorted=False)


_OPEN = (_NEUTRAL, _ELSEWHERE, 1.0)  # value, least and most where nothing was said


def _wish(wanted: Sequence[str] | None, refused: Sequence[str] | None) -> _Wish:
    return None if wanted is None else tuple(sorted(set(wanted))), tuple(sorted(set(refused or ())))


def _reached(prefectures: Sequence[str], regions: Sequence[tuple[str, ...]]) -> NDArray[np.bool_]:
    """Which prefectures each list of regions holds, (rows, prefectures)."""
    column_of = {code: column for column, code in enumerate(prefectures)}
    reached = np.zeros((len(regions), len(prefectures)), dtype=np.bool_)
    for row, names in enumerate(regions):
        reached[row, [column_of[code] for code in _prefectures(names)]] = True
    return reached


@lru_cache(maxsize=8_192)
def _prefectures(regions: tuple[str, ...]) -> frozenset[str]:
    return frozenset(code for region in regions for code in prefectures_of(region))


def _find(applicants: ApplicantTable, i: int, postings: PostingTable, j: int) -> Finding | None:
    place = municipality_at(postings.frame, j)
    wanted, refused = (texts_at(applicants.private.frame, name, i) for name in ("regions_wanted", "regions_refused"))
    code = place.code[:2]
    for region in refused or ():
        if code in prefectures_of(region):
            return Finding("gap", f"{place.full_name}は、希望しない地域「{region}」に入ります。", region)
    if wanted is None:
        return Finding("unknown", "希望する地域が書かれていません。")
    for region in wanted:
        if code in prefectures_of(region):
            return Finding("reason", f"{place.full_name}は、希望する地域「{region}」に入ります。", region)
    return Finding("gap", f"{place.full_name}は、希望する地域に入っていません。") if wanted else None


REGION_WISH = PrivateTerm(
    name="region_wish",
    title="希望する地域",
    theme="place",
    data_class="P4",
    evidence="59.9 % は任務より先に場所で選ぶ（ワープシティ調査 n = 334）。希望の外を 0.3 とするのは仮定（A）。",
    question="希望する都道府県や地方、避けたい所はありますか。",
    build=_build,
    find=_find,
)
