"""Great-circle distance from where the applicant lives now: ``exp(-km / 450)``.

Straight lines between town halls, not travel. No origin (living abroad, or not said), or a prefecture as the receiving
body, is unknown. Only the applicant's own list reads this: no coordinator may rank by where somebody comes from.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.municipalities import distances_km
from features.tables import ApplicantTable, PostingTable
from features.terms.cells import codes_of, distinct, municipality_at, text_at
from features.terms.factor import LookupTerm
from features.terms.term import Finding, PrivateTerm
from features.terms.unknowns import lookup_with_unknowns

__all__ = ["DISTANCE_FROM_ORIGIN"]

_DECAY_KM = 450.0
_NEUTRAL = 0.4  # about the mean of known pairs (0.38 in the sample market)


def _build(applicants: ApplicantTable, postings: PostingTable) -> LookupTerm:
    origins: list[str | None] = [_place(code) for code in applicants.eligibility.frame["origin_code"].to_list()]
    places: list[str | None] = [_place(code) for code in postings.frame["municipality_code"].to_list()]
    rows, columns = distinct(origins), distinct(places)
    nearness: NDArray[np.float64] = np.exp(-distances_km(rows, columns) / _DECAY_KM)
    return lookup_with_unknowns(
        codes_of(origins, rows), codes_of(places, columns), nearness, span=(0.0, 1.0), neutral=_NEUTRAL, keys=rows
    )


def _place(code: str | None) -> str | None:
    """The code of a municipality; a prefecture as a body has no place."""
    return None if code is None or code.endswith("000") else code


def _find(applicants: ApplicantTable, i: int, postings: PostingTable, j: int) -> Finding | None:
    origin, place = _place(text_at(applicants.eligibility.frame, "origin_code", i)), municipality_at(postings.frame, j)
    if origin is None or _place(place.code) is None:
        return Finding("unknown", "今の住所、または勤務する市町村が分かりません。")
    km = float(distances_km([origin], [place.code])[0, 0])
    sentence = f"今の住所から{place.full_name}までは直線で約{km:,.0f}kmです。"
    return Finding("reason" if km <= _DECAY_KM else "gap", sentence)


DISTANCE_FROM_ORIGIN = PrivateTerm(
    name="distance_from_origin",
    title="今の住所からの距離",
    theme="place",
    data_class="P2",
    evidence=(
        "地方の中心都市から近くへ移る人が増えている（科研費 17K04108 の調査、n = 4,485）。"
        "距離の減り方 exp(−km/450) は仮定（A）。"
    ),
    question="今の住所の市町村を確かめてください（本人へのおすすめだけに使います）。",
    build=_build,
    find=_find,
)
