"""A nursery in the municipality, for applicants who need one; vacancies are not in the reference table."""

from __future__ import annotations

from functools import partial

from features.terms.facilities import facility_finding, facility_lookup
from features.terms.term import PrivateTerm

__all__ = ["NURSERY"]

NURSERY = PrivateTerm(
    name="nursery",
    title="保育所",
    theme="place",
    data_class="P4",
    evidence="保育の便の悪化は長く住むことを妨げる（科研費 17K04108 の調査、n = 4,485）。近隣の扱いは仮定（A）。",
    question="保育所が必要ですか。空きの有無は募集元に確かめてください。",
    build=partial(facility_lookup, need="nursery", fact="nurseries"),
    find=partial(facility_finding, need="nursery", fact="nurseries", name="保育所等", unit="か所"),
)
