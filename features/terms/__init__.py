"""Terms: named, sourced ways to compare one applicant with one posting, one a file.

A :class:`~features.terms.term.SelectionTerm` reads only what a coordinator may rank on. A
:class:`~features.terms.term.PrivateTerm` also reads eligibility and private wishes and enters the applicant's own
score only.
"""

from __future__ import annotations

from typing import Final

from features.terms.activity_wish import ACTIVITY_WISH
from features.terms.availability import AVAILABILITY
from features.terms.broadband import BROADBAND
from features.terms.car import CAR
from features.terms.distance_from_origin import DISTANCE_FROM_ORIGIN
from features.terms.high_school import HIGH_SCHOOL
from features.terms.hospital import HOSPITAL
from features.terms.host_readiness import HOST_READINESS
from features.terms.housing import HOUSING
from features.terms.island import ISLAND
from features.terms.mission_meaning import MISSION_MEANING
from features.terms.mission_text import MISSION_TEXT
from features.terms.nursery import NURSERY
from features.terms.pay import PAY
from features.terms.place_link import PLACE_LINK
from features.terms.region_wish import REGION_WISH
from features.terms.side_job import SIDE_JOB
from features.terms.skill_coverage import SKILL_COVERAGE
from features.terms.snow import SNOW
from features.terms.term import PrivateTerm, SelectionTerm, Term
from features.terms.work_done import WORK_DONE
from features.terms.work_wanted import WORK_WANTED

__all__ = ["ALL_TERMS", "PRIVATE_TERMS", "SELECTION_TERMS"]

SELECTION_TERMS: Final[tuple[SelectionTerm, ...]] = (
    WORK_DONE,
    WORK_WANTED,
    MISSION_MEANING,
    MISSION_TEXT,
    SKILL_COVERAGE,
    ACTIVITY_WISH,
    PLACE_LINK,
    AVAILABILITY,
    HOST_READINESS,
    SIDE_JOB,
)
PRIVATE_TERMS: Final[tuple[PrivateTerm, ...]] = (
    REGION_WISH,
    DISTANCE_FROM_ORIGIN,
    PAY,
    HOUSING,
    CAR,
    SNOW,
    ISLAND,
    HOSPITAL,
    HIGH_SCHOOL,
    NURSERY,
    BROADBAND,
)
ALL_TERMS: Final[tuple[Term, ...]] = (*SELECTION_TERMS, *PRIVATE_TERMS)
