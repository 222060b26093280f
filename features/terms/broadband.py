"""Broadband, for applicants who need it.

The reference table knows nothing about lines, so for whoever needs one, or did not say, every place is unknown (0.5 in
[0, 1]) and the term asks; who needs none is served everywhere.
"""

from __future__ import annotations

import numpy as np

from features.tables import ApplicantTable, PostingTable
from features.terms.cells import codes_of
from features.terms.factor import LookupTerm
from features.terms.term import Finding, PrivateTerm
from features.terms.unknowns import lookup_with_unknowns

__all__ = ["BROADBAND"]

_UNSERVED_AND_SERVED = np.array([[1.0, 1.0], [0.0, 1.0]])  # rows: not needed, needed


def _build(applicants: ApplicantTable, postings: PostingTable) -> LookupTerm:
    return lookup_with_unknowns(
        codes_of(applicants.private.frame["broadband"].to_list(), (False, True)),
        np.full(len(postings), -1, dtype=np.int64),
        _UNSERVED_AND_SERVED,
    )


def _find(applicants: ApplicantTable, i: int, postings: PostingTable, j: int) -> Finding | None:  # noqa: ARG001 - no place is known
    needed: bool | None = applicants.private.frame["broadband"][i]
    return None if needed is False else Finding("unknown", "光回線の有無は統計にありません。")


BROADBAND = PrivateTerm(
    name="broadband",
    title="通信回線",
    theme="place",
    data_class="P4",
    evidence="通信の便は移住の手引きが挙げる確認事項の一つ。市町村ごとの統計を持たないため、値を置かず尋ねる。",
    question="住まいと職場に光回線があるかを募集元に確かめてください（必要かどうかも書き足せます）。",
    build=_build,
    find=_find,
)
