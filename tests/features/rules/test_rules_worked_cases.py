"""The worked cases of both programmes, one test each: the published situation, the verdict, the rule."""

from __future__ import annotations

from datetime import date

import pytest

from features.municipalities import find
from features.records import Applicant, Posting
from features.rules import Eligibility, eligibility, shipped_rulesets

ON = date(2026, 11, 23)


def code(name: str) -> str:
    return find(name).code


def person(programs: str = "kyoryokutai", **facts: object) -> Applicant:
    outer: dict[str, object] = {key: facts.pop(key) for key in ("months_served", "record_moved_on") if key in facts}
    content = {"applicant_id": "a", "programs": [programs], "selection_profile": facts, **outer}
    return Applicant.model_validate(content)


def post(name: str, program: str = "kyoryokutai", **facts: object) -> Posting:
    content = {"posting_id": "p", "program": program, "municipality_code": code(name), "headcount": 1, **facts}
    return Posting.model_validate(content)


def ask(applicant: Applicant, posting: Posting, on: date = ON, *, appointed: bool = False) -> Eligibility:
    return eligibility(applicant, posting, on=on, rulesets=shipped_rulesets(), appointed=appointed)


def move(origin: str, destination: str, *, zones: tuple[str, str] = ("unknown", "unknown")) -> Eligibility:
    from_there = person(origin={"municipality_code": code(origin), "zone": zones[0]})
    return ask(from_there, post(destination, zone=zones[1]))


UNKNOWN, OUT = "unknown", "outside"
REGION_CASES = [
    ("region-1", "東京都世田谷区", UNKNOWN, "北海道下川町", UNKNOWN, "covered"),
    ("region-2", "大阪府大阪市", UNKNOWN, "島根県海士町", UNKNOWN, "covered"),
    ("region-3", "神奈川県横浜市", UNKNOWN, "千葉県木更津市", UNKNOWN, "not_covered"),
    ("region-4", "東京都八王子市", UNKNOWN, "東京都奥多摩町", UNKNOWN, "covered"),
    ("region-5", "北海道札幌市", UNKNOWN, "北海道小樽市", UNKNOWN, "covered"),
    ("region-6", "熊本県熊本市", UNKNOWN, "熊本県南小国町", UNKNOWN, "covered"),
    ("region-7", "栃木県宇都宮市", UNKNOWN, "長野県白馬村", UNKNOWN, "not_covered"),
    ("region-8", "栃木県宇都宮市", UNKNOWN, "長野県伊那市", OUT, "not_covered"),
    ("region-9", "北海道ニセコ町", UNKNOWN, "北海道倶知安町", UNKNOWN, "not_covered"),
    ("region-10", "和歌山県橋本市", UNKNOWN, "島根県海士町", UNKNOWN, "not_covered"),
    ("region-11", "神奈川県相模原市", OUT, "長野県川上村", UNKNOWN, "covered"),
    ("region-12", "宮城県仙台市", OUT, "宮城県栗原市", UNKNOWN, "covered"),
    ("region-13", "福岡県福岡市", OUT, "福岡県糸島市", OUT, "covered"),
    ("region-14", "長野県松本市", OUT, "長野県伊那市", OUT, "not_covered"),
    ("region-15", "長野県松本市", OUT, "長野県白馬村", UNKNOWN, "not_covered"),
    ("region-16", "埼玉県秩父市", OUT, "群馬県草津町", UNKNOWN, "covered"),
    ("region-17", "千葉県銚子市", UNKNOWN, "千葉県いすみ市", UNKNOWN, "covered"),
    ("region-18", "奈良県上牧町", UNKNOWN, "奈良県川上村", UNKNOWN, "covered"),
    ("region-19", "茨城県つくば市", UNKNOWN, "茨城県常陸太田市", OUT, "not_covered"),
    ("region-20", "和歌山県和歌山市", UNKNOWN, "和歌山県新宮市", UNKNOWN, "covered"),
]
WITHHELD = {f"region-{n}" for n in (8, 11, 12, 13, 14, 16, 19)}


@pytest.mark.parametrize(
    ("origin", "origin_zone", "destination", "destination_zone", "verdict"),
    [pytest.param(*case[1:], id=case[0]) for case in REGION_CASES],
)
def test_a_move_gets_the_published_verdict(
    origin: str, origin_zone: str, destination: str, destination_zone: str, verdict: str
) -> None:
    found = move(origin, destination, zones=(origin_zone, destination_zone))

    assert (found.verdict, found.rule_id, found.kind) == (verdict, "region-matrix", "region")


@pytest.mark.parametrize("case", [pytest.param(case, id=case[0]) for case in REGION_CASES])
def test_a_withheld_district_is_asked_for_only_where_it_decides(case: tuple[str, str, str, str, str, str]) -> None:
    name, origin, _, destination, _, verdict = case

    assert move(origin, destination).verdict == ("needs_district" if name in WITHHELD else verdict)


@pytest.mark.parametrize("on", [date(2024, 4, 1), date(2025, 6, 1), date(2027, 3, 31)])
@pytest.mark.parametrize("case", [pytest.param(case, id=case[0]) for case in REGION_CASES])
def test_the_table_of_2022_holds_in_every_fiscal_year(case: tuple[str, str, str, str, str, str], on: date) -> None:
    _, origin, origin_zone, destination, destination_zone, verdict = case
    from_there = person(origin={"municipality_code": code(origin), "zone": origin_zone})

    assert ask(from_there, post(destination, zone=destination_zone), on).verdict == verdict


def former(months: int, ended: int, area: str) -> dict[str, object]:
    return {"kind": "former_member", "months": months, "months_since_end": ended, "municipality_code": code(area)}


def at(name: str) -> dict[str, str]:
    return {"municipality_code": code(name)}


def test_person_1_a_former_member_may_move_on_to_another_area() -> None:
    found = ask(person(origin=at("下川町"), exception=former(30, 8, "下川町")), post("海士町"))

    assert (found.verdict, found.rule_id) == ("covered", "kyo-exception-former-member")


def test_person_2_a_former_member_of_14_months_ago_is_too_late() -> None:
    found = ask(person(origin=at("下川町"), exception=former(36, 14, "下川町")), post("海士町"))

    assert (found.verdict, found.rule_id) == ("not_covered", "kyo-exception-former-member")
    assert "14か月" in found.sentence
    assert [line.rule_id for line in found.findings] == ["kyo-exception-former-member", "region-matrix"]


def test_person_3_the_exception_is_for_another_area_and_36_months_are_used() -> None:
    found = ask(person(origin=at("下川町"), exception=former(36, 2, "下川町")), post("下川町"))

    assert (found.verdict, found.rule_id) == ("not_covered", "kyo-coverage-max-36m")
    assert "kyo-exception-former-member" in {line.rule_id for line in found.findings}
    assert found.limits["max_months"] == 0


def test_person_4_no_exception_reaches_an_urban_destination_inside_the_metropolis() -> None:
    found = ask(person(exception={"kind": "overseas"}), post("東京都八王子市"))

    assert (found.verdict, found.rule_id) == ("not_covered", "kyo-exception-overseas")


def test_person_5_a_jet_year_is_too_short_so_the_matrix_counts() -> None:
    jet = {"kind": "jet", "months": 12, "months_since_end": 1}
    found = ask(person(origin=at("大仙市"), exception=jet), post("仙北市"))

    assert found.verdict == "not_covered"
    assert [line.rule_id for line in found.findings] == ["kyo-exception-jet", "region-matrix"]


def test_person_6_an_appointed_member_is_not_covered_until_the_record_moves() -> None:
    member = person(origin=at("東京都世田谷区"))

    before = ask(member, post("下川町"), appointed=True)
    after = ask(member.model_copy(update={"record_moved_on": date(2026, 11, 1)}), post("下川町"), appointed=True)

    assert (before.verdict, before.rule_id) == ("not_covered", "kyo-record-must-move")
    assert after.verdict == "covered"


def test_person_7_a_fourth_year_at_the_same_municipality_is_not_covered() -> None:
    found = ask(person(origin=at("下川町"), months_served=36), post("下川町"))

    assert (found.verdict, found.rule_id) == ("not_covered", "kyo-coverage-max-36m")
    assert "出産" in found.sentence


def company(name: str | None, **facts: object) -> dict[str, object]:
    return {"municipality_code": None if name is None else code(name), **facts}


def kig(
    destination: str, subtype: str | None, on: date = ON, posting: dict[str, object] | None = None, **facts: object
) -> Eligibility:
    types = None if subtype is None else [subtype]
    applicant = person("kigyojin", subtypes=types, **facts)
    return ask(applicant, post(destination, "kigyojin", subtypes=types, **(posting or {})), on)


TOKYO = "東京都千代田区"


def test_kigyojin_1_an_employee_of_five_years_on_twelve_days_a_month_is_covered() -> None:
    found = kig("釜石市", "dispatch", employer=company(TOKYO, tenure_months=60), onsite_days_per_month=12,
                days_per_month=20, term_months=24, posting={"term_months": 24})  # fmt: skip

    assert (found.verdict, found.rule_id) == ("covered", "kig-dest-outside-metro")


def test_kigyojin_2_ten_months_after_joining_is_too_soon() -> None:
    found = kig("釜石市", "dispatch", employer=company(TOKYO, tenure_months=10))

    assert (found.verdict, found.rule_id) == ("not_covered", "kig-tenure-24m")


def test_kigyojin_3_of_48_months_36_are_covered() -> None:
    found = kig("釜石市", "dispatch", employer=company(TOKYO, tenure_months=60), term_months=48)

    assert (found.verdict, found.rule_id, found.limits["max_months"]) == ("covered", "kig-term", 36)
    assert "36か月まで" in found.sentence


@pytest.mark.parametrize("subtype", ["dispatch", "sidejob"])
def test_kigyojin_4_somebody_who_already_works_there_is_not_covered(subtype: str) -> None:
    found = kig("えびの市", subtype, employer=company(TOKYO, works_in=[code("えびの市")]))

    assert (found.verdict, found.rule_id) == ("not_covered", "kig-not-already-there")


def test_kigyojin_5_a_company_only_in_sendai_is_a_question() -> None:
    found = kig("大館市", "dispatch", employer=company("仙台市", hq_in_metro=False))

    assert (found.verdict, found.rule_id) == ("needs_review", "kig-company-location")


def test_kigyojin_6_sixteen_hours_a_month_are_too_few() -> None:
    found = kig("えびの市", "sidejob", employer=company("大阪府大阪市"), days_per_month=4, hours_per_month=16)

    assert (found.verdict, found.rule_id, found.kind) == ("not_covered", "kig-presence", "days")


def test_kigyojin_7_somebody_must_come_once_a_month() -> None:
    found = kig("えびの市", "sidejob", employer=company("大阪府大阪市"), days_per_month=5, hours_per_month=24,
                onsite_days_per_month=0)  # fmt: skip

    assert (found.verdict, found.rule_id) == ("not_covered", "kig-presence")
    assert "現地" in found.sentence


def test_kigyojin_8_a_contract_with_the_company_is_no_side_job() -> None:
    found = kig("えびの市", "sidejob", employer=company(TOKYO), posting={"contract_type": "itaku_hojin"})

    assert (found.verdict, found.rule_id) == ("not_covered", "kig-parties")


@pytest.mark.parametrize("subtype", [None, "dispatch", "sidejob"])
def test_kigyojin_9_a_disadvantaged_town_inside_the_metropolis_receives(subtype: str | None) -> None:
    found = kig("三重県紀北町", subtype, employer=company(TOKYO))

    assert (found.verdict, found.rule_id) == ("covered", "kig-dest-inside-metro")


def test_kigyojin_10_the_thresholds_of_the_senior_type_are_unknown() -> None:
    found = kig("小谷村", "senior", date(2025, 10, 1), employer=company(TOKYO, retired=True))

    assert (found.verdict, found.rule_id) == ("needs_review", "kig-person")


def test_kigyojin_11_a_burden_above_the_ceiling_is_covered_up_to_it() -> None:
    found = kig("釜石市", "dispatch", date(2024, 10, 1), employer=company(TOKYO, tenure_months=60),
                posting={"agreed_burden_yen_year": 7_000_000})  # fmt: skip

    assert (found.verdict, found.rule_id) == ("covered", "kig-ceiling")
    assert found.limits["burden_yen_year"] == 5_600_000
    assert "5,600,000円まで" in found.sentence
