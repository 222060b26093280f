"""Nearness of a hospital against the minutes the applicant asks for.

The reference table has counts of hospitals, not travel times, so this is a rough class with wide bounds [A]: a
municipality with a hospital probably serves a wish of 30 minutes or more, one without probably lies further away.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from features.tables import ApplicantTable, PostingTable
from features.terms.cells import codes_of, municipality_at
from features.terms.factor import LookupTerm
from features.terms.places import facts_of_postings, number_at
from features.terms.term import Finding, PrivateTerm
from features.terms.unknowns import lookup_with_unknowns

__all__ = ["HOSPITAL"]

_MINUTES: Final = (15, 30, 60, 600)  # upper ends of the wishes that are told apart
_VALUE: Final = ((0.1, 0.7), (0.3, 0.85), (0.6, 0.95), (0.85, 1.0))  # columns: no hospital, at least one
_LOW: Final = ((0.0, 0.3), (0.0, 0.5), (0.2, 0.7), (0.5, 0.9))
_HIGH: Final = ((0.7, 1.0), (0.9, 1.0), (1.0, 1.0), (1.0, 1.0))


def _build(applicants: ApplicantTable, postings: PostingTable) -> LookupTerm:
    minutes: list[int | None] = applicants.private.frame["hospital_minutes"].to_list()
    ends = [None if m is None else next(end for end in _MINUTES if m <= end) for m in minutes]
    return lookup_with_unknowns(
        codes_of(ends, _MINUTES),
        codes_of([_has(number_at(count)) for (count,) in facts_of_postings(postings, ["hospitals"])], (False, True)),
        np.array(_VALUE),
        low=np.array(_LOW),
        high=np.array(_HIGH),
    )


def _has(count: float | None) -> bool | None:
    return None if count is None else count > 0


def _find(applicants: ApplicantTable, i: int, postings: PostingTable, j: int) -> Finding | None:
    minutes: int | None = applicants.private.frame["hospital_minutes"][i]
    place = municipality_at(postings.frame, j)
    count = number_at(place.facts.get("hospitals"))
    if minutes is None or count is None:
        return Finding("unknown", "病院までの時間の希望、または病院の数が分かりません。")
    wish = f"{minutes}分以内かどうかは募集元に確かめてください"
    if count == 0:
        return Finding("gap", f"{place.full_name}に病院はありません。近隣の病院まで{wish}。")
    return Finding("reason", f"{place.full_name}に病院が{count:.0f}か所あります。{wish}。")


HOSPITAL = PrivateTerm(
    name="hospital",
    title="病院",
    theme="place",
    data_class="P4",
    evidence=(
        "医療の便の悪化は長く住むことを妨げる（科研費 17K04108 の調査、n = 4,485）。"
        "統計は病院の数だけで所要時間がないため、区分は仮定（A）で幅を広く取る。"
    ),
    question="病院までの実際の所要時間を募集元に確かめてください（何分以内を望むかも書き足せます）。",
    build=_build,
    find=_find,
)
