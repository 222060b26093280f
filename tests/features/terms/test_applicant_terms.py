"""Terms of the applicant's own list: conditions of the posting and facts of the place."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from features.municipalities import facts_of, table
from features.terms.broadband import BROADBAND
from features.terms.car import CAR
from features.terms.distance_from_origin import DISTANCE_FROM_ORIGIN
from features.terms.high_school import HIGH_SCHOOL
from features.terms.hospital import HOSPITAL
from features.terms.host_readiness import HOST_READINESS
from features.terms.housing import HOUSING
from features.terms.island import ISLAND
from features.terms.nursery import NURSERY
from features.terms.pay import PAY
from features.terms.places import number_at
from features.terms.region_wish import REGION_WISH
from features.terms.side_job import SIDE_JOB
from features.terms.snow import SNOW, snow_class
from features.terms.term import Term
from tests.features.terms.pairs import Seen, see
from tests.features.terms.records import applicant, posting

SNOW_FACTS = ["snow_station_km", "days_snow_depth_5cm", "days_snow_depth_50cm", "temp_jan_c"]
SAPPORO, SHIMOKAWA, NAHA, AOGASHIMA, IIYAMA = "01100", "01468", "47201", "13402", "20213"


def _see(term: Term, wishes: dict[str, Any], **call: Any) -> Seen:
    return see(term, applicant(private=wishes), posting(**call))


def _kind(seen: Seen) -> str | None:
    return None if seen.finding is None else seen.finding.kind


@pytest.mark.parametrize(
    ("least", "pay", "value"),
    [(200_000, 200_000, 1), (200_000, 250_000, 1), (200_000, 175_000, 0.5), (200_000, 150_000, 0), (0, 0, 1)],
)
def test_pay_counts_fully_at_the_wish_and_falls_in_a_line_below_it(least: int, pay: int, value: float) -> None:
    seen = _see(PAY, {"min_monthly_pay_yen": least}, monthly_pay_yen=pay)

    assert seen.value == pytest.approx(value, abs=1e-6)
    assert (seen.low, seen.high) == (seen.value, seen.value)
    assert _kind(seen) == ("reason" if pay >= least else "gap")


def test_pay_nobody_named_steers_nobody() -> None:
    silent = [_see(PAY, {}, monthly_pay_yen=pay).value for pay in (160_000, 300_000)]
    seen = _see(PAY, {"min_monthly_pay_yen": 200_000})

    assert silent[0] == silent[1]
    assert seen.low == 0 < seen.value < seen.high == 1


def test_a_kigyojin_posting_that_sets_no_pay_asks_nothing() -> None:
    for wishes in ({}, {"min_monthly_pay_yen": 200_000}):
        seen = _see(PAY, wishes, program="kigyojin")
        assert seen.low == seen.value == seen.high
        assert seen.finding is None


def test_who_needs_no_housing_is_served_everywhere_and_asks_nothing() -> None:
    for offer in (None, "none", "provided"):
        seen = _see(HOUSING, {"housing_need": "none"}, housing=offer)
        assert (seen.low, seen.value, seen.finding) == (1, 1, None)


def test_housing_offers_are_graded() -> None:
    grades = [
        _see(HOUSING, {"housing_need": "single"}, housing=h).value
        for h in ("provided", "subsidy", "introduced", "none")
    ]

    assert grades == sorted(grades, reverse=True)
    assert (grades[0], grades[3]) == (1, 0)
    assert "広さ" in str(_see(HOUSING, {"housing_need": "family"}, housing="provided").finding)


def test_a_lent_car_does_not_serve_who_does_not_drive() -> None:
    assert _see(CAR, {"car_ok": False}, vehicle="lent").value == 0
    assert _see(CAR, {"car_ok": False}, vehicle="bicycle_ok").value == 1
    assert _see(CAR, {"car_ok": True}, vehicle="lent").value == 1


def test_a_bicycle_posting_asks_nobody_about_driving() -> None:
    seen = _see(CAR, {}, vehicle="bicycle_ok")

    assert seen.low == seen.high == 1


def test_who_does_not_drive_must_ask_where_no_vehicle_is_named() -> None:
    seen = _see(CAR, {"car_ok": False}, vehicle="none")

    assert (seen.low, seen.value, seen.high, _kind(seen)) == (0, 0.5, 1, "unknown")


def test_a_call_without_a_vehicle_is_no_reason_for_who_drives() -> None:
    assert _see(CAR, {"car_ok": True}, vehicle="none").finding is None
    assert _kind(_see(CAR, {"car_ok": True}, vehicle="lent")) == "reason"


@pytest.mark.parametrize(
    ("code", "kind"), [(SAPPORO, "deep"), (NAHA, "none"), (IIYAMA, "deep"), ("13101", "none"), ("38201", "none")]
)
def test_snow_classes_of_known_places(code: str, kind: str) -> None:
    assert snow_class(facts_of([code], SNOW_FACTS).row(0)) == kind


def test_warm_municipalities_without_a_near_station_are_called_snowless_on_evidence() -> None:
    near = table().filter((pl.col("snow_station_km") <= 20) & (pl.col("temp_jan_c") >= 6.5))

    assert near.height == 29
    assert number_at(near["days_snow_depth_5cm"].max()) == 1.5  # type: ignore[arg-type]


def test_a_station_beyond_20_km_is_not_trusted() -> None:
    far = table().filter((pl.col("snow_station_km") > 20) & (pl.col("temp_jan_c") < 6.5))

    assert far.height > 0
    assert {snow_class(row) for row in far.select(SNOW_FACTS).rows()} == {None}


def test_snow_is_asked_only_where_it_lies() -> None:
    deep, none = _see(SNOW, {}, municipality_code=SAPPORO), _see(SNOW, {}, municipality_code=NAHA)

    assert (deep.low, deep.high) == (0, 1)
    assert (none.low, none.value, none.high) == (1, 1, 1)


def test_an_unknown_place_is_not_punished_and_costs_nothing_to_who_minds_no_snow() -> None:
    code = table().filter((pl.col("snow_station_km") > 20) & (pl.col("temp_jan_c") < 6.5))["code"][0]

    minds, minds_not = (_see(SNOW, {"snow_ok": ok}, municipality_code=code) for ok in (False, True))
    assert minds.value > _see(SNOW, {"snow_ok": False}, municipality_code=SAPPORO).value
    assert (minds_not.low, minds_not.high) == (1, 1)


def test_deep_snow_is_named_in_days() -> None:
    finding = _see(SNOW, {"snow_ok": False}, municipality_code=SAPPORO).finding

    assert finding is not None
    assert finding.kind == "gap"
    assert finding.sentence == "北海道札幌市は積雪50cm以上の日が年に約66日あります（1991–2020年の平年値）。"


def test_islands_count_for_who_minds_them_and_okinawas_main_island_is_none() -> None:
    assert _see(ISLAND, {"island_ok": False}, municipality_code=AOGASHIMA).value == 0
    assert _see(ISLAND, {"island_ok": True}, municipality_code=AOGASHIMA).value == 1
    assert _see(ISLAND, {"island_ok": False}, municipality_code=NAHA).value == 1


def test_a_prefecture_as_a_body_has_no_known_place() -> None:
    for term, wishes in ((SNOW, {"snow_ok": False}), (ISLAND, {"island_ok": False})):
        seen = _see(term, wishes, municipality_code="01000")
        assert (seen.low, seen.high, _kind(seen)) == (0, 1, "unknown")


def test_a_hospital_is_a_rough_class_with_wide_bounds() -> None:
    near = _see(HOSPITAL, {"needs": {"hospital_minutes": 30}}, municipality_code=SAPPORO)
    none = _see(HOSPITAL, {"needs": {"hospital_minutes": 30}}, municipality_code=AOGASHIMA)

    assert none.value < near.value
    assert near.high - near.low >= 0.3
    assert none.high - none.low >= 0.3
    assert (_kind(near), _kind(none)) == ("reason", "gap")


def test_more_minutes_are_never_harder_to_serve() -> None:
    for code in (SAPPORO, AOGASHIMA):
        values = [
            _see(HOSPITAL, {"needs": {"hospital_minutes": m}}, municipality_code=code).value for m in (5, 20, 45, 90)
        ]
        assert values == sorted(values)


@pytest.mark.parametrize(("term", "need"), [(HIGH_SCHOOL, "high_school"), (NURSERY, "nursery")])
def test_a_facility_matters_only_to_who_needs_it(term: Term, need: str) -> None:
    column = {"high_school": "high_schools", "nursery": "nurseries"}[need]
    without = table().filter(pl.col(column) == 0)["code"][0]
    needs, needs_not = (_see(term, {"needs": {need: wish}}, municipality_code=without) for wish in (True, False))

    assert needs.low < needs.value < needs.high < 1
    assert (needs_not.low, needs_not.value, needs_not.finding) == (1, 1, None)
    assert _see(term, {"needs": {need: True}}, municipality_code=SAPPORO).value == 1


def test_broadband_is_unknown_everywhere_for_who_needs_it() -> None:
    for wishes in ({}, {"needs": {"broadband": True}}):
        seen = _see(BROADBAND, wishes)
        assert (seen.low, seen.value, seen.high) == (0, 0.5, 1)
    assert _see(BROADBAND, {"needs": {"broadband": False}}).low == 1


def _from(origin: str | None, to: str) -> Seen:
    profile = None if origin is None else {"municipality_code": origin}
    return see(DISTANCE_FROM_ORIGIN, applicant(origin=profile), posting(municipality_code=to))


def test_a_nearer_place_counts_more_and_home_counts_1() -> None:
    values = [_from(SAPPORO, to).value for to in (SAPPORO, SHIMOKAWA, IIYAMA, NAHA)]

    assert values[0] == 1
    assert values == sorted(values, reverse=True)
    assert _from(SAPPORO, SHIMOKAWA).finding == _from(SAPPORO, SHIMOKAWA).finding
    assert "直線で約" in str(_from(SAPPORO, NAHA).finding)


@pytest.mark.parametrize(("origin", "to"), [(None, SAPPORO), (SAPPORO, "01000")])
def test_a_distance_without_two_places_is_unknown(origin: str | None, to: str) -> None:
    seen = _from(origin, to)

    assert (seen.low, seen.high, _kind(seen)) == (0, 1, "unknown")
    assert 0 < seen.value < 1


def test_a_refused_region_is_0_whatever_is_wanted() -> None:
    seen = _see(REGION_WISH, {"regions_wanted": ["北海道"], "regions_refused": ["北海道"]})

    assert (seen.low, seen.value, seen.high, _kind(seen)) == (0, 0, 0, "gap")


def test_wanted_regions_come_first_and_others_stay_possible() -> None:
    assert _see(REGION_WISH, {"regions_wanted": ["北海道"]}).value == 1
    assert 0 < _see(REGION_WISH, {"regions_wanted": ["北陸"]}).value < 0.5


def test_no_particular_region_is_1_everywhere_and_silence_is_unknown() -> None:
    open_to_all, silent = _see(REGION_WISH, {"regions_wanted": []}), _see(REGION_WISH, {})

    assert (open_to_all.low, open_to_all.value, open_to_all.finding) == (1, 1, None)
    assert silent.low < silent.value < silent.high
    assert _kind(silent) == "unknown"


@pytest.mark.parametrize(("value", "expected"), [("yes", 1), ("permission", 0.5), ("no", 0)])
def test_side_jobs_are_read_from_the_posting(value: str, expected: float) -> None:
    assert _see(SIDE_JOB, {}, side_job=value).value == expected


def test_a_ready_host_counts_more_than_one_that_is_not() -> None:
    ready = _see(HOST_READINESS, {}, host={"contact_frequency": "daily", "briefed_residents": True, "peers": 2})
    unready = _see(HOST_READINESS, {}, host={"contact_frequency": "rarely", "briefed_residents": False, "peers": 0})

    assert ready.value == 1
    assert unready.value < 0.2
    assert (_kind(ready), _kind(unready)) == ("reason", "gap")


def test_each_unknown_part_of_a_host_opens_a_third_of_the_interval() -> None:
    seen = _see(HOST_READINESS, {}, host={"contact_frequency": "weekly"})

    assert seen.high - seen.low == pytest.approx(2 / 3, abs=1e-6)
    assert _kind(_see(HOST_READINESS, {}, host={"type": "hall_department"})) == "unknown"
