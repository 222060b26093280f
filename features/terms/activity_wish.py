"""Wished activities against what the posting is about.

The contribution is the share of the posting's activities (:mod:`features.terms.activity_shares`) that the applicant
wishes. Wishing more than five activities spreads the wish: each then counts 5 / k [A], so ticking every box gains
nothing. An empty list is *no particular wish* and counts like every box ticked. Where nobody ticked anything (``None``)
the activities are those of the work that motivation and plan want, and half as far those of what was done
(:mod:`features.reading`); unknown where the texts say none.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from features.reading.facets import person_row, read_ahead, texts_of
from features.reading.tables import cells_of_person, pieces_of_person
from features.tables import PostingTable, SelectionColumns
from features.taxonomy.kinds import work_kinds
from features.terms.activity_shares import COLUMNS, named_codes, posting_codes, posting_shares, reach
from features.terms.cells import texts_at
from features.terms.factor import Floats, InnerTerm
from features.terms.term import Finding, SelectionTerm

__all__ = ["ACTIVITY_WISH", "activities_wanted"]

_FOCUS = 5
_LITTLE = 0.1
_GOES_ON = 0.5
_NEUTRAL = 0.3  # between the mean of all known pairs and of those that applied (0.14, 0.47 in the sample market)
_ALL = tuple(code for code in COLUMNS[:22] if code != "other")


def _build(applicants: SelectionColumns, postings: PostingTable) -> InnerTerm:
    wishes: list[list[str] | None] = applicants.frame["desired_activities"].to_list()
    right = posting_shares(postings)
    unticked = [cells_of_person(applicants, i) for i, wish in enumerate(wishes) if wish is None]
    read_ahead(text for cells in unticked for text in texts_of(pieces_of_person(cells)))
    left = [_written(applicants, i) if wish is None else _wish(tuple(wish)) for i, wish in enumerate(wishes)]
    known = [wish is not None or bool(row.any()) for wish, row in zip(wishes, left, strict=True)]
    return InnerTerm(
        of_applicants=np.array(left, dtype=np.float32).reshape(-1, len(COLUMNS)),
        of_postings=right,
        known_left=np.array(known, dtype=np.bool_),
        known_right=right.sum(axis=1) > 0,
        neutral=_NEUTRAL,
    )


def _wish(activities: tuple[str, ...]) -> Floats:
    wished = set(activities) or set(_ALL)
    return (reach(sorted(wished)) * min(1.0, _FOCUS / len(wished))).astype(np.float32)


def _written(applicants: SelectionColumns, i: int) -> Floats:
    pieces = pieces_of_person(cells_of_person(applicants, i))
    return activities_wanted(person_row(pieces, "wish"), person_row(pieces, "done"))


def activities_wanted(wanted: Floats, done: Floats) -> Floats:
    """Activities and fields that rows of wanted and done kinds of work reach, ``(34,)`` in [0, 1].

    Each as far as its strongest kind, measured against the strongest of all. Who writes no wish mostly wants to go on
    with what has been done: that counts half (set on the tuning half of the labelled set).
    """
    reached_kinds = np.maximum(wanted, done * np.float32(_GOES_ON))
    strongest = float(reached_kinds.max(initial=0.0))
    if strongest < _LITTLE:
        return np.zeros(len(COLUMNS), dtype=np.float32)
    shares = (reached_kinds / strongest).astype(np.float32)
    return np.asarray(np.where(_reached_by_kinds(), shares[:, None], np.float32(0)).max(axis=0), dtype=np.float32)


@lru_cache(maxsize=1)
def _reached_by_kinds() -> NDArray[np.bool_]:
    """Columns that every kind of work reaches, ``(K, 34)``."""
    return np.array([reach(kind.activities[:1], kind.fields[:1]) for kind in work_kinds().values()], dtype=np.bool_)


def _find(applicants: SelectionColumns, i: int, postings: PostingTable, j: int) -> Finding | None:
    codes, wish = posting_codes(postings, j), texts_at(applicants.frame, "desired_activities", i)
    if not codes:
        return Finding("unknown", "募集の活動が書かれていません。")
    if wish is None:
        return None if _written(applicants, i).any() else Finding("unknown", "希望する活動が書かれていません。")
    if not wish:
        return None
    reached = reach(wish)
    fitting = [code for code in codes if reached[COLUMNS.index(code)]]
    if not fitting:
        return Finding("gap", f"募集の活動{named_codes(codes)}は、希望する活動に挙げられていません。")
    rank = "主な活動" if fitting[0] == codes[0] else "活動の一つ"
    return Finding("reason", f"希望する活動が、募集の{rank}{named_codes(fitting[:1])}に当たります。")


ACTIVITY_WISH = SelectionTerm(
    name="activity_wish",
    title="希望する活動",
    theme="mission",
    data_class="P3",
    evidence=(
        "40.1 % は任務で選び、着任後の食い違いの中心は任務の内容（ワープシティ調査 n = 334）。"
        "主な活動の割合 0.6 と、六つ以上の希望を薄める規則は仮定（A）。"
    ),
    question="希望する活動を、多くて五つまで挙げてもらってください。",
    own_question="希望する活動を、多くて五つまで選べます。",
    audiences=("coordinator", "applicant"),
    build=_build,
    find=_find,
    rows_stand_alone=True,
)
