"""What the person wants to do against what is offered, over kinds of work.

The sentences of motivation and plan that tell a wish are read as kinds of work (:mod:`features.reading`), and so is the
call; the contribution is the share of the call's work that is wanted. What is denied is not wanted, a heap of nouns
tells nothing, and without motivation and plan the term is unknown.
"""

from __future__ import annotations

import numpy as np

from features.reading.evidence import evidence
from features.reading.tables import (
    call_rows,
    cells_of_call,
    cells_of_person,
    is_motive_written,
    is_work_told,
    main_kind,
    person_rows,
)
from features.tables import PostingTable, SelectionColumns
from features.taxonomy.kinds import work_kinds
from features.terms.factor import InnerTerm
from features.terms.term import Finding, SelectionTerm

__all__ = ["WORK_WANTED"]

_NEUTRAL = 0.1


def _build(applicants: SelectionColumns, postings: PostingTable) -> InnerTerm:
    return InnerTerm(
        of_applicants=person_rows(applicants, "wish"),
        of_postings=call_rows(postings),
        known_left=np.array([is_motive_written(applicants, i) for i in range(applicants.frame.height)], dtype=np.bool_),
        known_right=is_work_told(postings),
        neutral=_NEUTRAL,
    )


def _find(applicants: SelectionColumns, i: int, postings: PostingTable, j: int) -> Finding | None:
    if not is_motive_written(applicants, i):
        return Finding("unknown", "志望の理由も計画も書かれていません。")
    if not is_work_told(postings)[j]:
        return Finding("unknown", "募集の文章から、どのような仕事かが読み取れません。")
    found = evidence(cells_of_person(applicants, i), "wish", cells_of_call(postings, j))
    if found is None or found.is_next_to_nothing:
        return Finding(
            "gap", f"募集の中心である「{main_kind(postings, j)}」をしたいという記載は、志望や計画からは読み取れません。"
        )
    if not found.can_be_told or found.person_phrase is None:
        return None
    own, asked = work_kinds()[found.person_kind].name, work_kinds()[found.call_kind].name
    where = f"募集の「{found.call_phrase}」" if found.call_phrase else "募集の仕事"
    if found.person_kind == found.call_kind:
        sentence = f"「{found.person_phrase}」という志望は、{asked}を求める{where}につながります。"
    else:
        sentence = f"「{found.person_phrase}」という志望（{own}）は、{asked}を求める{where}に近いものです。"
    return Finding("reason", sentence, found.person_phrase, found.call_phrase)


WORK_WANTED = SelectionTerm(
    name="work_wanted",
    title="志望と任務",
    theme="mission",
    data_class="P3",
    evidence=(
        "40.1 % は任務で選び、着任後に内容の食い違いを感じた隊員は約半数（ワープシティ調査 n = 334）。"
        "仕事の種類どうしの近さは仮定（A、features/taxonomy/work）。"
    ),
    question="この任務で何をしたいか、志望の理由と計画を聞いてください。",
    own_question="この任務で何をしたいか、志望の理由と計画を書き足せます。",
    audiences=("coordinator", "applicant"),
    build=_build,
    find=_find,
    rows_stand_alone=True,
)
