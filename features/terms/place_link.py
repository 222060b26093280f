"""Links with the posting's municipality, told as activities.

The best link counts: with the same municipality by its kind (worked or trial 1, volunteered 0.8, visited 0.6, event or
remote 0.5), with another municipality of the same prefecture 0.3 of that [A]. No link at all (an empty list) is 0;
``None`` is unknown. Where somebody was born or has family is never asked and has no field.

As an inner product: one column a prefecture carries what a link anywhere in it gives, one column a municipality carries
what a link there adds, so that their sum is the best of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from features.municipalities import find
from features.tables import PostingTable, SelectionColumns, kept_with_calls
from features.taxonomy.vocabulary import JAPANESE
from features.terms.cells import municipality_at
from features.terms.factor import Floats, InnerTerm
from features.terms.term import Finding, SelectionTerm

__all__ = ["PLACE_LINK"]

_GRADE: Final[Mapping[str, float]] = {
    "worked": 1.0,
    "trial": 1.0,
    "volunteered": 0.8,
    "visited": 0.6,
    "event": 0.5,
    "remote": 0.5,
}
_NEARBY = 0.3
_NEUTRAL = 0.2  # a little below the mean of known pairs that applied (0.28 in the sample market)


def _build(applicants: SelectionColumns, postings: PostingTable) -> InnerTerm:
    links: list[list[dict[str, str]] | None] = applicants.frame["links"].to_list()
    calls = _read_calls(postings)
    column_of = calls.column_of
    left = np.zeros((len(links), len(column_of)), dtype=np.float32)
    for row, stated in enumerate(links):
        grades = _reached(_pairs(stated or ()))
        for key in grades.keys() & column_of.keys():
            left[row, column_of[key]] = grades[key]
    known = np.array([row is not None for row in links], dtype=np.bool_)
    return InnerTerm(left, calls.right, known, np.ones(len(postings), dtype=np.bool_), neutral=_NEUTRAL)


@dataclass(frozen=True, eq=False)
class _Calls:
    """Where the calls are, the same whoever applies."""

    column_of: Mapping[str, int]
    right: Floats


@kept_with_calls
def _read_calls(postings: PostingTable) -> _Calls:
    places: list[str] = postings.frame["municipality_code"].to_list()
    # columns of the calls' places whoever applies, so that rows of people stand beside any others'
    keys = sorted({key for place in places for key in (place, place[:2])})
    column_of = {key: column for column, key in enumerate(keys)}
    right = np.zeros((len(places), len(keys)), dtype=np.float32)
    for row, place in enumerate(places):
        right[row, [column_of[place], column_of[place[:2]]]] = 1.0
    right.flags.writeable = False
    return _Calls(column_of, right)


def _pairs(links: Iterable[Mapping[str, str]]) -> list[tuple[str, str]]:
    return [(link["municipality_code"], link["kind"]) for link in links]


def _reached(links: list[tuple[str, str]]) -> dict[str, float]:
    """What each prefecture (2 digits) gives, and what each municipality (5 digits) adds to its prefecture."""
    near: dict[str, float] = {}
    for code, kind in links:
        near[code[:2]] = max(near.get(code[:2], 0.0), _NEARBY * _GRADE[kind])
    here: dict[str, float] = {}
    for code, kind in links:
        here[code] = max(here.get(code, 0.0), _GRADE[kind] - near[code[:2]])
    return near | here


def _find(applicants: SelectionColumns, i: int, postings: PostingTable, j: int) -> Finding | None:
    stored = applicants.frame["links"][i]
    if stored is None:
        return Finding("unknown", "地域との関わりが書かれていません。")
    links, place = _pairs(stored.to_list()), municipality_at(postings.frame, j)
    here = [link for link in links if link[0] == place.code]
    near = [link for link in links if link[0][:2] == place.code[:2]]
    if not near:
        return Finding("gap", f"{place.full_name}との関わり（訪問・おためし・勤務など）の記載がありません。")
    code, kind = max(here or near, key=lambda link: _GRADE[link[1]])
    if here:
        return Finding("reason", f"{place.full_name}との関わりがあります（{JAPANESE[kind]}）。")
    return Finding("reason", f"同じ{place.prefecture}の{find(code).name}との関わりがあります（{JAPANESE[kind]}）。")


PLACE_LINK = SelectionTerm(
    name="place_link",
    title="地域との関わり",
    theme="place",
    data_class="P3",
    evidence=(
        "着任前からの地域との関わり（訪問・おためし・遠隔の仕事）は定住を予測する"
        "（科研費 17K04108 の調査、n = 4,485）。応募前に現地を訪れた人は 70 %（ワープシティ調査 n = 334）。"
        "関わりの種類ごとの段階は仮定（A）。"
    ),
    question="この地域を訪れたこと、催しやおためしへの参加、働いたことがあるかを聞いてください（出身や親族は聞きません）。",
    own_question="この地域を訪れたこと、催しやおためしへの参加、働いたことがあれば書き足せます。",
    audiences=("coordinator", "applicant"),
    build=_build,
    find=_find,
)
