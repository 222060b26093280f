"""Housing the posting offers against the housing the applicant needs.

Provided 1, rent subsidy 0.8, introduced 0.5, nothing 0 [A]; for couples and families a provided home counts 0.8,
because calls rarely say how large it is. Who needs none is served everywhere.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from features.tables import ApplicantTable, PostingTable
from features.terms.cells import codes_of, text_at
from features.terms.factor import LookupTerm
from features.terms.term import Finding, PrivateTerm
from features.terms.unknowns import lookup_with_unknowns

__all__ = ["HOUSING"]

_NEEDS: Final = ("none", "single", "couple", "family")
_OFFERS: Final = ("provided", "subsidy", "introduced", "none")
_TABLE: Final = (
    (1.0, 1.0, 1.0, 1.0),
    (1.0, 0.8, 0.5, 0.0),
    (0.8, 0.8, 0.5, 0.0),
    (0.8, 0.8, 0.5, 0.0),
)
_NEUTRAL = 0.8  # about the mean of known pairs (0.78 in the sample market): an unsaid offer is not a bad one
_NEED_JA: Final = {"single": "一人", "couple": "二人", "family": "家族"}
_OFFER_JA: Final = {"provided": "が用意されています", "subsidy": "に家賃補助があります", "introduced": "が紹介されます"}


def _build(applicants: ApplicantTable, postings: PostingTable) -> LookupTerm:
    return lookup_with_unknowns(
        codes_of(applicants.private.frame["housing_need"].to_list(), _NEEDS),
        codes_of(postings.frame["housing"].to_list(), _OFFERS),
        np.array(_TABLE),
        neutral=_NEUTRAL,
    )


def _find(applicants: ApplicantTable, i: int, postings: PostingTable, j: int) -> Finding | None:
    need, offer = text_at(applicants.private.frame, "housing_need", i), text_at(postings.frame, "housing", j)
    if need == "none":
        return None
    if need is None or offer is None:
        return Finding("unknown", "住まいの希望、または募集の住まいの条件が書かれていません。")
    if offer == "none":
        return Finding("gap", "住まいの用意も補助も募集にありません。")
    size = "。広さは書かれていません" if need != "single" and offer == "provided" else ""
    return Finding("reason", f"{_NEED_JA[need]}で住む住まい{_offered(offer)}{size}。")


def _offered(offer: str) -> str:
    return _OFFER_JA[offer]


HOUSING = PrivateTerm(
    name="housing",
    title="住まい",
    theme="place",
    data_class="P4",
    evidence=(
        "2017年には隊員104人のうち84人が住まいを借りていた（隊員調査）。無償の住まいは報酬と天秤にかけられる。"
        "段階の数値は仮定（A）。"
    ),
    question="住まいの用意や補助が必要ですか（一人・二人・家族・不要）。募集に書かれていなければ募集元に確かめてください。",
    build=_build,
    find=_find,
)
