"""Facilities that a municipality has or has not, against an applicant who needs one or not.

Who needs none is served everywhere. Who needs one is served where the municipality has at least one (1); where it has
none a neighbour may still serve (0.3 in [0, 0.6]) [A], because the table counts by municipality and knows no distance.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from features.tables import ApplicantTable, PostingTable
from features.terms.cells import codes_of, municipality_at
from features.terms.factor import LookupTerm
from features.terms.places import facts_of_postings, number_at
from features.terms.term import Finding
from features.terms.unknowns import lookup_with_unknowns

__all__ = ["facility_finding", "facility_lookup"]

_VALUE: Final = ((1.0, 1.0), (0.3, 1.0))
_LOW: Final = ((1.0, 1.0), (0.0, 1.0))
_HIGH: Final = ((1.0, 1.0), (0.6, 1.0))


def facility_lookup(applicants: ApplicantTable, postings: PostingTable, *, need: str, fact: str) -> LookupTerm:
    """The term of one facility.

    Parameters
    ----------
    applicants, postings
    need : str
        Boolean column of the private wishes.
    fact : str
        Column of the reference table that counts the facility.
    """
    counts = [number_at(count) for (count,) in facts_of_postings(postings, [fact])]
    return lookup_with_unknowns(
        codes_of(applicants.private.frame[need].to_list(), (False, True)),
        codes_of([None if count is None else count > 0 for count in counts], (False, True)),
        np.array(_VALUE),
        low=np.array(_LOW),
        high=np.array(_HIGH),
    )


def facility_finding(
    applicants: ApplicantTable, i: int, postings: PostingTable, j: int, *, need: str, fact: str, name: str, unit: str
) -> Finding | None:
    """What to say about one facility called ``name``, counted in ``unit``; nothing to whoever needs none."""
    needed: bool | None = applicants.private.frame[need][i]
    place = municipality_at(postings.frame, j)
    count = number_at(place.facts.get(fact))
    if needed is False:
        return None
    if needed is None or count is None:
        return Finding("unknown", f"{name}の要否、または{name}の数が分かりません。")
    if count == 0:
        return Finding("gap", f"{place.full_name}に{name}はありません（近隣の有無は分かりません）。")
    return Finding("reason", f"{place.full_name}に{name}が{count:.0f}{unit}あります。")
