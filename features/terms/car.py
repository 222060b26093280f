"""Driving: what the applicant is fine with against the posting's vehicle.

Who drives is served best where a vehicle is lent (1), less where the own car is paid (0.9) or needed (0.7) [A]. Who
does not drive is served where a bicycle does (1) and not where a car must be driven, lent or own (0); a posting with
no vehicle may or may not need one (0.5 in [0, 1]).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from features.tables import ApplicantTable, PostingTable
from features.terms.cells import codes_of, text_at
from features.terms.factor import LookupTerm
from features.terms.term import Finding, PrivateTerm
from features.terms.unknowns import lookup_with_unknowns

__all__ = ["CAR"]

_OFFERS: Final = ("lent", "own_car_paid", "own_car_required", "bicycle_ok", "none")
_DRIVES: Final = (1.0, 0.9, 0.7, 1.0, 0.8)
_VALUE: Final = ((0.0, 0.0, 0.0, 1.0, 0.5), _DRIVES)
_LOW: Final = ((0.0, 0.0, 0.0, 1.0, 0.0), _DRIVES)
_HIGH: Final = ((0.0, 0.0, 0.0, 1.0, 1.0), _DRIVES)
_NEUTRAL = 0.8  # about the mean of known pairs (0.79 in the sample market): an unsaid offer is not a bad one
_OFFER_JA: Final = {
    "lent": "車両の貸与があります",
    "own_car_paid": "自家用車を使い、借上げ料が出ます",
    "own_car_required": "自家用車が必要です",
    "bicycle_ok": "自転車で活動できます",
    "none": "車両の貸与はありません",
}
_FOR_DRIVERS_JA: Final = {
    "lent": _OFFER_JA["lent"],
    "own_car_paid": _OFFER_JA["own_car_paid"],
    "own_car_required": "運転ができ、自家用車が必要な募集に合います",
}


def _build(applicants: ApplicantTable, postings: PostingTable) -> LookupTerm:
    return lookup_with_unknowns(
        codes_of(applicants.private.frame["car_ok"].to_list(), (False, True)),
        codes_of(postings.frame["vehicle"].to_list(), _OFFERS),
        np.array(_VALUE),
        low=np.array(_LOW),
        high=np.array(_HIGH),
        neutral=_NEUTRAL,
    )


def _find(applicants: ApplicantTable, i: int, postings: PostingTable, j: int) -> Finding | None:
    drives: bool | None = applicants.private.frame["car_ok"][i]
    offer = text_at(postings.frame, "vehicle", j)
    if offer == "bicycle_ok":
        return Finding("reason", f"{_OFFER_JA[offer]}。")
    if offer is None or drives is None:
        return Finding("unknown", "運転の希望、または募集の車両の条件が書かれていません。")
    if drives:  # no vehicle speaks neither for the call nor against it: what to ask then is asked of everybody
        return Finding("reason", f"{_FOR_DRIVERS_JA[offer]}。") if offer in _FOR_DRIVERS_JA else None
    if offer == "none":
        return Finding("unknown", f"{_OFFER_JA[offer]}。運転せずに活動できるかは書かれていません。")
    return Finding("gap", f"運転をしない希望ですが、{_OFFER_JA[offer]}。")


CAR = PrivateTerm(
    name="car",
    title="車と運転",
    theme="place",
    data_class="P4",
    evidence=(
        "2017年には隊員104人のうち57人が車両の貸与を受けた（隊員調査）。運転は応募者が必ず確かめる条件（移住の手引き）。"
        "段階の数値は仮定（A）。"
    ),
    question="車の運転をして活動できますか。募集に車両の条件がなければ、運転せずに活動できるかを募集元に確かめてください。",
    build=_build,
    find=_find,
)
