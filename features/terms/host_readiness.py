"""How ready the host is: contact with the officer, briefed residents, fellow members.

A property of the posting: it is the same for every applicant of one posting, so it would never change a coordinator's
order and enters the applicant's own score only. The mean of three parts, each in [0, 1] [A, signs from the sources]:
contact (daily 1, weekly 0.9, monthly 0.5, undefined 0.25, rarely 0), residents briefed (1 or 0), and peers (none 0.4,
any 1). The host's type is shown to applicants but not graded: no source says that one type is readier than another.
Each unknown part stands at what it is on average where calls of the same programme tell it (0.7 where none does), and
opens its third of the interval.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.tables import PostingTable, SelectionColumns, kept_with_calls
from features.taxonomy.vocabulary import JAPANESE
from features.terms.cells import text_at
from features.terms.factor import LookupTerm, lookup_term
from features.terms.term import Finding, SelectionTerm

__all__ = ["HOST_READINESS"]

_CONTACT: Final[Mapping[str, float]] = {"daily": 1.0, "weekly": 0.9, "monthly": 0.5, "undefined": 0.25, "rarely": 0.0}
_ALONE = 0.4
_NEUTRAL = 0.7  # a little below the mean of known hosts (0.76 in the sample market)
_COLUMNS: Final = ("host_contact_frequency", "host_briefed_residents", "host_peers")
_State = tuple[str | None, bool | None, bool | None]
_Parts = tuple[float | None, float | None, float | None]


def _build(applicants: SelectionColumns, postings: PostingTable) -> LookupTerm:
    calls = _read_calls(postings)
    a = np.zeros(applicants.frame.height, dtype=np.int64)
    return lookup_term(a, calls.b, calls.rows[0], low=calls.rows[1], high=calls.rows[2])


@dataclass(frozen=True, eq=False)
class _Calls:
    """What the calls say of their hosts: everybody's row, its bounds, and the column of each call."""

    rows: Sequence[NDArray[np.float64]]
    b: NDArray[np.int64]


@kept_with_calls
def _read_calls(postings: PostingTable) -> _Calls:
    programs: list[str] = postings.frame["program"].to_list()
    contact, briefed, peers = (postings.frame[column].to_list() for column in _COLUMNS)
    parts = [_parts(state) for state in zip(contact, briefed, (p if p is None else p > 0 for p in peers), strict=True)]
    rows_of = {name: [p for p, of in zip(parts, programs, strict=True) if of == name] for name in set(programs)}
    unsaid = {name: _averages(told) for name, told in rows_of.items()}
    states = list(zip(programs, parts, strict=True))
    known = list(dict.fromkeys(states))
    place = {state: column for column, state in enumerate(known)}
    rows = [
        np.array([[_mean(said, unsaid[program] if bound is None else (bound,) * 3) for program, said in known]])
        for bound in (None, 0.0, 1.0)
    ]
    return _Calls(rows, np.array([place[state] for state in states], dtype=np.int64))


def _parts(state: _State) -> _Parts:
    contact, briefed, peers = state
    return (
        None if contact is None else _CONTACT[contact],
        None if briefed is None else float(briefed),
        None if peers is None else (1.0 if peers else _ALONE),
    )


def _averages(parts: Sequence[_Parts]) -> Sequence[float]:
    """What each part is on average where it is told."""
    told = [[part for part in column if part is not None] for column in zip(*parts, strict=True)]
    return [math.fsum(column) / len(column) if column else _NEUTRAL for column in told]


def _mean(parts: _Parts, unsaid: Sequence[float]) -> float:
    return sum(part if part is not None else other for part, other in zip(parts, unsaid, strict=True)) / len(parts)


def _find(applicants: SelectionColumns, i: int, postings: PostingTable, j: int) -> Finding | None:  # noqa: ARG001 - a property of the posting
    contact = text_at(postings.frame, "host_contact_frequency", j)
    briefed: bool | None = postings.frame["host_briefed_residents"][j]
    peers: int | None = postings.frame["host_peers"][j]
    host = text_at(postings.frame, "host_type", j)
    said = [
        *([] if host is None else [f"受入れ先は{JAPANESE[host]}"]),
        *([] if contact is None else [f"担当者との連絡は{JAPANESE[contact]}"]),
        *([] if briefed is None else ["住民への説明は済んでいる" if briefed else "住民への説明はまだ"]),
        *([] if peers is None else [f"ほかの隊員は{peers}人"]),
    ]
    if contact is None and briefed is None and peers is None:
        return Finding("unknown", "受入れの体制が書かれていません。")
    mean = _mean(_parts((contact, briefed, None if peers is None else peers > 0)), (_NEUTRAL,) * 3)
    return Finding("reason" if mean >= 0.5 else "gap", f"受入れの体制：{'、'.join(said)}。")


HOST_READINESS = SelectionTerm(
    name="host_readiness",
    title="受入れの体制",
    theme="mission",
    data_class="posting",
    evidence=(
        "途中で辞める理由は地域との関係 46 %、行政との関係 40 %、収入 25 %（弘前大学調査、4,170人）。"
        "受入れ側の準備は定住を予測する（科研費の2017年度調査、n = 1,969）。"
        "住民への説明や担当者との頻繁な連絡、同僚がいる所では孤独が少ない（隊員調査 2016年）。段階の数値は仮定（A）。"
    ),
    question="担当者と会う頻度、住民への説明、ほかの隊員の有無を募集元に確かめてください。",
    audiences=("applicant",),
    build=_build,
    find=_find,
)
