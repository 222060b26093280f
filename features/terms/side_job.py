"""Whether the posting lets a member earn beside the mission: yes 1, with permission 0.5, no 0 [A].

The applicant's own wish has no field, so this too is a property of the posting and enters the applicant's own score
only. A posting that says nothing is unknown.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from features.tables import PostingTable, SelectionColumns
from features.terms.cells import codes_of, text_at
from features.terms.factor import LookupTerm
from features.terms.term import Finding, SelectionTerm
from features.terms.unknowns import lookup_with_unknowns

__all__ = ["SIDE_JOB"]

_VALUES: Final = ("yes", "permission", "no")
_TABLE: Final = ((1.0, 0.5, 0.0),)
_NEUTRAL = 0.7  # about the mean of known pairs (0.72 in the sample market)
_SENTENCES: Final = {
    "yes": Finding("reason", "兼業ができます。"),
    "permission": Finding("reason", "許可を得れば兼業ができます。"),
    "no": Finding("gap", "兼業はできません。"),
}


def _build(applicants: SelectionColumns, postings: PostingTable) -> LookupTerm:
    everybody = np.zeros(applicants.frame.height, dtype=np.int64)
    return lookup_with_unknowns(
        everybody, codes_of(postings.frame["side_job"].to_list(), _VALUES), np.array(_TABLE), neutral=_NEUTRAL
    )


def _find(applicants: SelectionColumns, i: int, postings: PostingTable, j: int) -> Finding | None:  # noqa: ARG001 - a property of the posting
    value = text_at(postings.frame, "side_job", j)
    return Finding("unknown", "兼業の可否が書かれていません。") if value is None else _SENTENCES[value]


SIDE_JOB = SelectionTerm(
    name="side_job",
    title="兼業",
    theme="mission",
    data_class="posting",
    evidence=(
        "任期後に残る人は複数の収入の道を持つ（弘前大学調査 4,170人、科研費 17K04108 の調査 n = 4,485）。"
        "段階の数値は仮定（A）。"
    ),
    question="兼業ができるか、許可の条件は何かを募集元に確かめてください。",
    audiences=("applicant",),
    build=_build,
    find=_find,
)
