"""Snow of the municipality against what the applicant is fine with.

Three classes of the 1991–2020 normals [A]: ``deep`` = 50 cm or more lie on at least 30 days a year, ``some`` = 5 cm or
more on at least 10 days, else ``none``. A snow station counts within 20 km only. Without one, a January mean of 6.5 °C
or more means ``none`` (among the 29 such municipalities with a station none has more than 1.5 days with 5 cm); anything
else is unknown, and an unknown place is not punished.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import numpy as np

from features.tables import ApplicantTable, PostingTable
from features.terms.cells import codes_of, municipality_at
from features.terms.factor import LookupTerm
from features.terms.places import Fact, facts_of_postings, number_at
from features.terms.term import Finding, PrivateTerm
from features.terms.unknowns import lookup_with_unknowns

__all__ = ["SNOW", "snow_class"]

Snow: TypeAlias = Literal["none", "some", "deep"]
_FACTS: Final = ("snow_station_km", "days_snow_depth_5cm", "days_snow_depth_50cm", "temp_jan_c")
_CLASSES: Final[tuple[Snow, ...]] = ("none", "some", "deep")
_TABLE: Final = ((1.0, 0.4, 0.0), (1.0, 1.0, 1.0))
_NEUTRAL = 0.8  # a little below the mean of known pairs (0.89 in the sample market)
_NEAR_KM, _SOME_DAYS, _DEEP_DAYS, _WARM_C = 20, 10, 30, 6.5


def snow_class(facts: tuple[Fact, ...]) -> Snow | None:
    """Class of a municipality, ``None`` where no station is near enough to say.

    Parameters
    ----------
    facts : tuple
        ``snow_station_km``, ``days_snow_depth_5cm``, ``days_snow_depth_50cm``, ``temp_jan_c`` of the reference table.

    Examples
    --------
    >>> snow_class((3.0, 120.0, 66.0, -3.2)), snow_class((35.0, 0.0, 0.0, 2.0)), snow_class((None, None, None, 17.0))
    ('deep', None, 'none')
    """
    station_km, light, deep, january = map(number_at, facts)
    if station_km is None or station_km > _NEAR_KM or light is None or deep is None:
        return "none" if january is not None and january >= _WARM_C else None
    if deep >= _DEEP_DAYS:
        return "deep"
    return "some" if light >= _SOME_DAYS else "none"


def _build(applicants: ApplicantTable, postings: PostingTable) -> LookupTerm:
    return lookup_with_unknowns(
        codes_of(applicants.private.frame["snow_ok"].to_list(), (False, True)),
        codes_of([snow_class(facts) for facts in facts_of_postings(postings, _FACTS)], _CLASSES),
        np.array(_TABLE),
        neutral=_NEUTRAL,
    )


def _find(applicants: ApplicantTable, i: int, postings: PostingTable, j: int) -> Finding | None:
    fine: bool | None = applicants.private.frame["snow_ok"][i]
    place = municipality_at(postings.frame, j)
    snow = snow_class(tuple(place.facts.get(name) for name in _FACTS))
    if snow == "none":
        return Finding("reason", f"{place.full_name}は雪がほとんど積もりません（1991–2020年の平年値）。")
    if fine is None or snow is None:
        return Finding("unknown", "積雪への希望、または近くの観測所の積雪が分かりません。")
    days = place.facts["days_snow_depth_50cm" if snow == "deep" else "days_snow_depth_5cm"]
    depth = "50cm" if snow == "deep" else "5cm"
    sentence = f"{place.full_name}は積雪{depth}以上の日が年に約{days:.0f}日あります（1991–2020年の平年値）。"
    return Finding("reason" if fine else "gap", sentence)


SNOW = PrivateTerm(
    name="snow",
    title="雪",
    theme="place",
    data_class="P4",
    evidence="雪と運転は応募者が移住前に確かめる条件（移住の手引き）。積雪は気象庁の平年値1991–2020年、区分は仮定（A）。",
    question="雪の多い所でも暮らせますか。積雪の分からない地域は、募集元に冬の様子を聞いてください。",
    build=_build,
    find=_find,
)
