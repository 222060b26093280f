"""When the applicant can start against when the posting starts.

By calendar month: able to start by the month of the start gives 1, every three months of delay halve it [A]. A date
that either side left open is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from features.day_words import date_ja
from features.tables import PostingTable, SelectionColumns
from features.terms.cells import codes_of, distinct
from features.terms.factor import LookupTerm
from features.terms.term import Finding, SelectionTerm
from features.terms.unknowns import lookup_with_unknowns

__all__ = ["AVAILABILITY"]

_HALVED_AFTER_MONTHS = 3
_NEUTRAL = 0.8  # a little below the mean of known pairs (0.90 in the sample market)


def _build(applicants: SelectionColumns, postings: PostingTable) -> LookupTerm:
    able = _months(applicants.frame["available_from"].to_list())
    start = _months(postings.frame["start_date"].to_list())
    able_months, start_months = distinct(able), distinct(start)
    delay = np.subtract.outer(np.array(able_months, dtype=np.int64), np.array(start_months, dtype=np.int64))
    return lookup_with_unknowns(
        codes_of(able, able_months),
        codes_of(start, start_months),
        _kept(delay),
        span=(0.0, 1.0),
        neutral=_NEUTRAL,
        keys=able_months,
    )


def _kept(delay: NDArray[np.int64]) -> NDArray[np.float64]:
    kept: NDArray[np.float64] = 0.5 ** (np.maximum(delay, 0) / _HALVED_AFTER_MONTHS)
    return kept


def _months(dates: Sequence[date | None]) -> list[int | None]:
    return [None if day is None else day.year * 12 + day.month - 1 for day in dates]


def _find(applicants: SelectionColumns, i: int, postings: PostingTable, j: int) -> Finding | None:
    able, start = applicants.frame["available_from"][i], postings.frame["start_date"][j]
    if able is None or start is None:
        return Finding("unknown", "着任できる時期、または着任の予定日が書かれていません。")
    (able_month, start_month) = _months([able, start])
    delay = (able_month or 0) - (start_month or 0)
    days = f"着任予定は{date_ja(start)}、着任できるのは{date_ja(able)}からです"
    if delay <= 0:
        return Finding("reason", f"{days}。")
    return Finding("gap", f"{days}（{delay}か月後）。")


AVAILABILITY = SelectionTerm(
    name="availability",
    title="着任の時期",
    theme="mission",
    data_class="P3",
    evidence=(
        "着任は4月1日が最も多く、自治体は着任時期の一致を選考で重んじる（実務者の記録、2016–2021年）。"
        "3か月遅れるごとに半分とするのは仮定（A）。"
    ),
    question="いつから着任できるか、着任の時期に幅があるかを聞いてください。",
    own_question="いつから着任できるかを書き足せます。着任の時期に幅があるかは募集元に確かめてください。",
    audiences=("coordinator", "applicant"),
    build=_build,
    find=_find,
)
