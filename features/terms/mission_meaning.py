"""Whether a person's record as a whole speaks of what the call as a whole speaks of.

What was done, what is wanted and the call are read as one text each and compared by the vectors of a sentence encoder
(:mod:`features.reading.meaning`). The term sees what no single sentence says, and needs no shared word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.reading.evidence import closest_phrases
from features.reading.meaning import MEANING_WIDTH, call_meaning, person_meaning, read_meanings_ahead
from features.reading.on_demand import RowsOnDemand
from features.reading.tables import (
    call_text,
    cells_of_call,
    cells_of_person,
    done_text,
    is_motive_written,
    wish_text,
)
from features.tables import PostingTable, SelectionColumns, kept_with_calls
from features.terms.factor import Floats, InnerTerm
from features.terms.term import Finding, SelectionTerm

__all__ = ["MISSION_MEANING"]

_NEUTRAL = 0.5
_ORDINARY = 0.6  # the mean of all pairs of the labelled set
_LITTLE = 0.67  # one pair in twenty lies above this; of those below most are about other work (tuning half)


def _build(applicants: SelectionColumns, postings: PostingTable) -> InnerTerm:
    cells = [cells_of_person(applicants, i) for i in range(applicants.frame.height)]

    def read(rows: Sequence[int]) -> Floats:
        read_meanings_ahead(text for i in rows for text in (done_text(cells[i]), wish_text(cells[i])))
        return _stacked([person_meaning(cells[i]) for i in rows])

    calls = _meanings_of(postings)
    return InnerTerm(
        of_applicants=RowsOnDemand((len(cells), MEANING_WIDTH), read),
        of_postings=calls.vectors,
        known_left=np.array([is_motive_written(applicants, i) for i in range(len(cells))], dtype=np.bool_),
        known_right=calls.known,
        neutral=_NEUTRAL,
    )


class _Calls(NamedTuple):
    """(m, 1025) vectors of all calls, made once for whoever applies, and which say something of the work."""

    vectors: RowsOnDemand
    known: NDArray[np.bool_]


@kept_with_calls
def _meanings_of(postings: PostingTable) -> _Calls:
    cells = [cells_of_call(postings, j) for j in range(len(postings))]

    def read(rows: Sequence[int]) -> Floats:
        read_meanings_ahead(call_text(cells[j]) for j in rows)
        return _stacked([call_meaning(cells[j]) for j in rows])

    known = np.array([bool(call_text(call).strip()) for call in cells], dtype=np.bool_)
    known.flags.writeable = False
    return _Calls(RowsOnDemand((len(cells), MEANING_WIDTH), read), known)


def _stacked(rows: list[Floats]) -> Floats:
    return np.array(rows, dtype=np.float32).reshape(-1, MEANING_WIDTH)


def _find(applicants: SelectionColumns, i: int, postings: PostingTable, j: int) -> Finding | None:
    if not is_motive_written(applicants, i):
        return Finding("unknown", "志望の理由も計画も書かれていません。")
    person, call = cells_of_person(applicants, i), cells_of_call(postings, j)
    nearness, person_phrase, call_phrase = closest_phrases(person, call, least=_LITTLE)
    if person_phrase is None or call_phrase is None:
        return None
    sentence = f"書かれたこと全体では、「{person_phrase}」が募集の「{call_phrase}」に通じています。"
    return Finding(
        "reason", sentence, person_phrase, call_phrase, amount=max(0.0, (nearness - _ORDINARY) / (1 - _ORDINARY))
    )


MISSION_MEANING = SelectionTerm(
    name="mission_meaning",
    title="書かれたこと全体の近さ",
    theme="mission",
    data_class="P3",
    evidence=(
        "良い組の四分の一は言葉を共有しない（A）。文を意味で比べると、言葉の重なりより良い組を上に置く"
        "（自作40組で最初に当たる割合 0.72、言葉の重なりは 0.17）。"
    ),
    question="この任務で何をしたいか、志望の理由と計画を聞いてください。",
    own_question="この任務で何をしたいか、志望の理由と計画を書き足せます。",
    audiences=("coordinator", "applicant"),
    build=_build,
    find=_find,
    rows_stand_alone=True,
)
