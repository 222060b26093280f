"""A high school in the municipality, for applicants who need one."""

from __future__ import annotations

from functools import partial

from features.terms.facilities import facility_finding, facility_lookup
from features.terms.term import PrivateTerm

__all__ = ["HIGH_SCHOOL"]

HIGH_SCHOOL = PrivateTerm(
    name="high_school",
    title="高校",
    theme="place",
    data_class="P4",
    evidence="学校の便の悪化は長く住むことを妨げる（科研費 17K04108 の調査、n = 4,485）。近隣の扱いは仮定（A）。",
    question="通える範囲に高校が必要ですか。",
    build=partial(facility_lookup, need="high_school", fact="high_schools"),
    find=partial(facility_finding, need="high_school", fact="high_schools", name="高校", unit="校"),
)
