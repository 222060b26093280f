"""Islands against what the applicant is fine with.

The reference table's ``island`` is geographic: islands with a bridge (淡路, 天草) count, the main island of
Okinawa does not.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from features.tables import ApplicantTable, PostingTable
from features.terms.cells import codes_of, municipality_at
from features.terms.factor import LookupTerm
from features.terms.places import facts_of_postings
from features.terms.term import Finding, PrivateTerm
from features.terms.unknowns import lookup_with_unknowns

__all__ = ["ISLAND"]

_LANDS: Final = ("main4", "okinawa_main", "island")
_NEUTRAL = 0.8  # below the mean of known pairs (0.97 in the sample market): only prefectures as bodies are unknown
_TABLE: Final = ((1.0, 1.0, 0.0), (1.0, 1.0, 1.0))


def _build(applicants: ApplicantTable, postings: PostingTable) -> LookupTerm:
    return lookup_with_unknowns(
        codes_of(applicants.private.frame["island_ok"].to_list(), (False, True)),
        codes_of([land for (land,) in facts_of_postings(postings, ["land"])], _LANDS),
        np.array(_TABLE),
        neutral=_NEUTRAL,
    )


def _find(applicants: ApplicantTable, i: int, postings: PostingTable, j: int) -> Finding | None:
    fine: bool | None = applicants.private.frame["island_ok"][i]
    place = municipality_at(postings.frame, j)
    land = place.facts.get("land")
    if land in ("main4", "okinawa_main"):
        return None
    if fine is None or land is None:
        return Finding("unknown", "離島への希望、または勤務地が島かどうかが分かりません。")
    return Finding("reason" if fine else "gap", f"{place.full_name}は島にあります（橋のある島を含みます）。")


ISLAND = PrivateTerm(
    name="island",
    title="離島",
    theme="place",
    data_class="P4",
    evidence="島の募集は応募が偏り、6人の枠に40人を超えた島も12人の島もある（募集の実例）。島の区分は地形による。",
    question="離島（橋のある島を含む）でも暮らせますか。",
    build=_build,
    find=_find,
)
