"""What the person has done against what is to be done, over kinds of work.

Occupations, skills and the sentences that tell what was done are read as kinds of work (:mod:`features.reading`), and
so is the call. The contribution is the share of the call's work that the person has done, work that is kin counting by
its kinship. A record with neither occupations nor skills nor such a sentence is unknown, not zero.
"""

from __future__ import annotations

import numpy as np

from features.reading.evidence import Evidence, evidence
from features.reading.facets import person_row
from features.reading.tables import (
    call_rows,
    cells_of_call,
    cells_of_person,
    is_work_told,
    main_kind,
    person_rows,
    pieces_of_person,
)
from features.tables import PostingTable, SelectionColumns
from features.taxonomy.kinds import work_kinds
from features.terms.cells import texts_at
from features.terms.factor import InnerTerm
from features.terms.term import Finding, SelectionTerm

__all__ = ["WORK_DONE"]

_NEUTRAL = 0.1


def _build(applicants: SelectionColumns, postings: PostingTable) -> InnerTerm:
    done = person_rows(applicants, "done")
    known = np.array([_stated(applicants, i) for i in range(applicants.frame.height)], dtype=np.bool_)
    unstated = np.flatnonzero(~known)
    known[unstated] = done.of(unstated).any(axis=1)
    return InnerTerm(
        of_applicants=done,
        of_postings=call_rows(postings),
        known_left=known,
        known_right=is_work_told(postings),
        neutral=_NEUTRAL,
    )


def _stated(applicants: SelectionColumns, i: int) -> bool:
    return any(texts_at(applicants.frame, column, i) is not None for column in ("occupations", "skills"))


def _find(applicants: SelectionColumns, i: int, postings: PostingTable, j: int) -> Finding | None:
    person, call = cells_of_person(applicants, i), cells_of_call(postings, j)
    found = evidence(person, "done", call)
    if not is_work_told(postings)[j]:
        return Finding("unknown", "募集の文章から、どのような仕事かが読み取れません。")
    if not (_stated(applicants, i) or person_row(pieces_of_person(person), "done").any()):
        return Finding("unknown", "これまでの仕事や技能が書かれていません。")
    if found is None or found.is_next_to_nothing:
        return Finding("gap", f"募集の中心である「{main_kind(postings, j)}」に当たる経験は、記載からは読み取れません。")
    if not found.can_be_told or found.person_phrase is None:
        return None
    return Finding("reason", _sentence(found), found.person_phrase, found.call_phrase)


def _sentence(found: Evidence) -> str:
    own, asked = work_kinds()[found.person_kind].name, work_kinds()[found.call_kind].name
    where = f"募集の「{found.call_phrase}」" if found.call_phrase else "募集の仕事"
    if found.person_kind == found.call_kind:
        return f"「{found.person_phrase}」は{asked}の経験に当たり、{where}で活かせます。"
    return f"「{found.person_phrase}」（{own}）は{asked}に近い仕事で、{where}で活かせます。"


WORK_DONE = SelectionTerm(
    name="work_done",
    title="これまでの仕事と任務",
    theme="mission",
    data_class="P3",
    evidence=(
        "着任前の職歴を任務で使うことは定住を予測する（科研費 17K04108 の調査、n = 4,485）。"
        "応募者の動機の第一位は「自分の能力を活かす」56 %（JOIN 調査 n = 1,811）。"
        "仕事の種類どうしの近さは仮定（A、features/taxonomy/work）。"
    ),
    question="これまでの職務の内容と、それをこの任務でどう使うかを聞いてください。",
    own_question="これまでの職務の内容と、それをこの任務でどう使うかを書き足せます。",
    audiences=("coordinator", "applicant"),
    build=_build,
    find=_find,
    rows_stand_alone=True,
)
