"""What the rules say of pairs beyond the worked cases: the move over time, exceptions, must-haves, notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from features.errors import RulesetError
from features.records import Applicant, Posting
from features.rules import Eligibility, eligibility, is_must_have, judge, shipped_rulesets, wording
from features.tables import applicant_table, posting_table

ON = date(2026, 11, 23)
SETAGAYA, SHIMOKAWA, AMA, ENIWA = "13112", "01468", "32525", "01231"
START = date(2027, 4, 1)


def person(
    programs: str = "kyoryokutai", *, origin: str | None = SETAGAYA, zone: str = "unknown", **facts: object
) -> Applicant:
    outer: dict[str, object] = {k: facts.pop(k) for k in ("months_served", "record_moved_on") if k in facts}
    place = None if origin is None else {"municipality_code": origin, "zone": zone}
    content = {"applicant_id": "a", "programs": [programs], "selection_profile": {"origin": place, **facts}, **outer}
    return Applicant.model_validate(content)


def post(code: str = SHIMOKAWA, program: str = "kyoryokutai", **facts: object) -> Posting:
    content = {"posting_id": "p", "program": program, "municipality_code": code, "headcount": 1, **facts}
    return Posting.model_validate(content)


def ask(applicant: Applicant, posting: Posting, on: date = ON, *, appointed: bool = False) -> Eligibility:
    return eligibility(applicant, posting, on=on, rulesets=shipped_rulesets(), appointed=appointed)


# the move of the 住民票


def test_somebody_registered_at_the_destination_has_nothing_to_move() -> None:
    found = ask(person(origin=SHIMOKAWA), post())

    assert (found.verdict, found.rule_id) == ("not_covered", "kyo-record-must-move")


@pytest.mark.parametrize(
    ("origin", "moved", "start", "verdict", "rule"),
    [
        (SHIMOKAWA, date(2027, 3, 1), START, "not_covered", "kyo-record-timing"),
        (SHIMOKAWA, date(2027, 4, 1), START, "needs_review", "kyo-record-timing"),
        (SHIMOKAWA, date(2027, 3, 1), None, "needs_review", "kyo-record-timing"),
        (SETAGAYA, date(2027, 3, 1), START, "needs_review", "kyo-record-timing"),
        (SETAGAYA, date(2027, 4, 1), START, "covered", "region-matrix"),
        (SETAGAYA, date(2027, 3, 1), None, "covered", "region-matrix"),
    ],
)
def test_a_record_that_moved_before_the_appointment_is_not_covered_where_it_is_certain(
    origin: str, moved: date, start: date | None, verdict: str, rule: str
) -> None:
    found = ask(person(origin=origin, record_moved_on=moved), post(start_date=start))

    assert (found.verdict, found.rule_id) == (verdict, rule)


def test_a_serving_member_is_asked_where_the_record_was_before() -> None:
    found = ask(person(origin=SHIMOKAWA, months_served=12), post())

    assert (found.verdict, found.rule_id) == ("needs_review", "kyo-record-must-move")
    assert found.limits["max_months"] == 24


def test_an_appointed_member_whose_record_moves_later_is_not_covered_yet() -> None:
    later = person(record_moved_on=date(2026, 12, 1))

    assert ask(later, post(), appointed=True).verdict == "not_covered"
    assert ask(later, post(), date(2026, 12, 1), appointed=True).verdict == "covered"


# months


@pytest.mark.parametrize(
    ("term", "verdict", "rule"),
    [
        (9, "not_covered", "kyo-term-min-12m"),
        (10, "needs_review", "kyo-term-min-12m"),
        (11, "needs_review", "kyo-term-min-12m"),
        (12, "covered", "region-matrix"),
        (36, "covered", "region-matrix"),
        (37, "covered", "kyo-coverage-max-36m"),
    ],
)
def test_about_a_year_at_least_and_three_years_at_most_are_covered(term: int, verdict: str, rule: str) -> None:
    found = ask(person(), post(term_months=term))

    assert (found.verdict, found.rule_id) == (verdict, rule)


@pytest.mark.parametrize(("months", "verdict"), [(24, "needs_review"), (36, "not_covered"), (40, "not_covered")])
def test_months_of_a_former_member_at_the_same_place_count(months: int, verdict: str) -> None:
    again = {"kind": "former_member", "months": months, "months_since_end": 30, "municipality_code": SHIMOKAWA}
    found = ask(person(exception=again), post())

    assert (found.verdict, found.rule_id) == (verdict, "kyo-coverage-max-36m")


# exceptions


def former(months: int = 30, ended: int = 8, code: str = SHIMOKAWA) -> dict[str, object]:
    return {"kind": "former_member", "months": months, "months_since_end": ended, "municipality_code": code}


@pytest.mark.parametrize(
    ("months", "ended", "verdict"),
    [(24, 12, "covered"), (23, 12, "not_covered"), (24, 13, "not_covered"), (36, 0, "covered")],
)
def test_the_bounds_of_the_former_members_exception_belong_to_it(months: int, ended: int, verdict: str) -> None:
    assert ask(person(origin=SHIMOKAWA, exception=former(months, ended)), post(AMA)).verdict == verdict


@pytest.mark.parametrize(
    ("zone", "verdict"), [("inside", "covered"), ("unknown", "needs_district"), ("outside", "needs_review")]
)
def test_an_exception_in_a_partly_disadvantaged_place_of_the_metropolis_depends_on_the_district(
    zone: str, verdict: str
) -> None:
    found = ask(person(origin=SHIMOKAWA, exception=former()), post("11207", zone=zone))  # 秩父市, category 6

    assert (found.verdict, found.rule_id) == (verdict, "kyo-exception-partial-metro")


def test_an_exception_never_makes_the_verdict_worse_than_the_matrix() -> None:
    in_time, late = former(), former(ended=40)

    assert ask(person(exception=late), post(AMA)).verdict == "covered"
    assert ask(person(exception=in_time), post("11207", zone="outside")).verdict == "covered"
    assert [line.verdict for line in ask(person(exception=late), post(AMA)).findings] == ["covered"]


def test_somebody_from_overseas_is_covered_wherever_the_exceptions_reach() -> None:
    overseas = {"kind": "overseas"}

    assert ask(person(origin=None, exception=overseas), post(ENIWA)).verdict == "covered"
    assert ask(person(origin=None, exception=overseas), post("14100")).verdict == "not_covered"
    confused = ask(person(origin=SHIMOKAWA, exception=overseas), post(AMA))
    assert (confused.verdict, confused.rule_id) == ("needs_review", "kyo-exception-overseas")


def test_a_jet_participant_of_two_years_is_covered() -> None:
    jet = {"kind": "jet", "months": 36, "months_since_end": 6}

    assert ask(person(origin=SHIMOKAWA, exception=jet), post(AMA)).rule_id == "kyo-exception-jet"
    assert ask(person(origin=None, exception=jet), post(AMA)).verdict == "covered"


# what is unknown


def test_an_unknown_origin_is_a_question_unless_no_origin_would_do() -> None:
    assert ask(person(origin=None), post()).verdict == "needs_review"
    assert ask(person(origin=None), post("14100")).verdict == "not_covered"


def test_a_prefecture_is_a_question_unless_no_destination_would_do() -> None:
    assert ask(person(), post("01000")).verdict == "needs_review"
    assert ask(person(origin=SHIMOKAWA), post("32000")).verdict == "not_covered"
    assert (
        ask(person("kigyojin", employer={"municipality_code": SETAGAYA}), post("01000", "kigyojin")).rule_id
        == "kig-dest-prefecture"
    )


# try-outs


@pytest.mark.parametrize(("trial", "rule"), [("otameshi", "kyo-otameshi"), ("intern", "kyo-intern")])
def test_a_try_out_asks_for_no_move_and_no_origin(trial: str, rule: str) -> None:
    found = ask(person(origin=SHIMOKAWA), post(trial=trial, term_months=1))

    assert (found.verdict, found.rule_id) == ("covered", rule)


def test_an_internship_is_at_most_three_months_long_and_tells_to_confirm_the_origin() -> None:
    assert ask(person(), post(trial="intern", term_months=4)).verdict == "not_covered"
    assert "確認" in ask(person(), post(trial="intern", term_months=3)).sentence


# 起業人


def employee(code: str | None = SETAGAYA, **facts: object) -> dict[str, object]:
    return {"municipality_code": code, **facts}


def kig(
    subtype: str | None, code: str = "03211", on: date = ON, posting: Mapping[str, object] | None = None, **facts: Any
) -> Eligibility:
    types = None if subtype is None else [subtype]
    facts.setdefault("employer", employee())
    applicant = person("kigyojin", origin=None, subtypes=types, **facts)
    return ask(applicant, post(code, "kigyojin", subtypes=types, **(posting or {})), on)


@pytest.mark.parametrize(
    ("code", "hq", "verdict"),
    [
        ("13101", None, "covered"),
        ("12202", False, "covered"),  # 銚子市 lies in one of the 11 prefectures
        ("04100", False, "needs_review"),
        ("17201", None, "needs_review"),  # 金沢市, a capital
        ("33202", None, "needs_review"),  # 倉敷市 may be a 中核市
        ("01468", None, "not_covered"),
        ("01468", True, "covered"),
        (None, True, "covered"),
        (None, None, "needs_review"),
    ],
)
def test_where_the_company_is_decides_by_levels(code: str | None, hq: bool | None, verdict: str) -> None:
    found = kig("dispatch", employer=employee(code, hq_in_metro=hq))

    assert found.verdict == verdict
    assert verdict == "covered" or found.rule_id == "kig-company-location"


@pytest.mark.parametrize(
    ("code", "verdict", "rule"),
    [
        ("03211", "covered", "kig-dest-outside-metro"),
        ("04100", "covered", "kig-dest-outside-metro"),
        ("21203", "covered", "kig-dest-inside-metro"),  # 高山市
        ("24543", "covered", "kig-dest-inside-metro"),
        ("13112", "not_covered", "kig-dest-urban-metro"),
        ("12202", "needs_review", "kig-dest-inside-metro"),  # 銚子市: a further ground is quoted, not proven
    ],
)
def test_which_bodies_may_receive(code: str, verdict: str, rule: str) -> None:
    found = kig("dispatch", code)

    assert (found.verdict, found.rule_id) == (verdict, rule)


@pytest.mark.parametrize(
    ("employer", "occupations", "verdict"),
    [
        (None, None, "needs_review"),
        (None, ["会社員"], "needs_review"),
        (None, ["フリーランス"], "not_covered"),
        (None, ["個人事業主", "自営業"], "not_covered"),
        (None, ["営業", "フリーランス"], "needs_review"),
        (employee(), ["フリーランス"], "covered"),
        (employee(retired=True), None, "not_covered"),
    ],
)
def test_a_side_job_needs_an_employee(employer: object, occupations: object, verdict: str) -> None:
    found = kig("sidejob", employer=employer, occupations=occupations)

    assert found.verdict == verdict
    if verdict != "covered":
        assert "kig-person" in {line.rule_id for line in found.findings}


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({"days_per_month": 20, "onsite_days_per_month": 10}, "covered"),
        ({"days_per_month": 20, "onsite_days_per_month": 9}, "not_covered"),
        ({"days_per_month": 22, "onsite_days_per_month": 10}, "not_covered"),
        ({"days_per_month": 12}, "covered"),
        ({"onsite_days_per_month": 12}, "covered"),
        ({"onsite_days_per_month": 10}, "needs_review"),
        ({"onsite_days_per_month": 8}, "not_covered"),
        ({"days_per_month": 12, "onsite_days_per_month": 8}, "not_covered"),
        ({}, "covered"),
    ],
)
def test_a_dispatched_person_is_there_for_half_of_the_working_days(facts: dict[str, Any], verdict: str) -> None:
    assert kig("dispatch", **facts).verdict == verdict


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({"days_per_month": 4, "hours_per_month": 20, "onsite_days_per_month": 1}, "covered"),
        ({"days_per_month": 3.5, "hours_per_month": 30}, "not_covered"),
        ({"days_per_month": 8, "hours_per_month": 19.5}, "not_covered"),
        ({"onsite_days_per_month": 0.5}, "not_covered"),
        ({"employer": employee(tenure_months=6)}, "needs_review"),
        ({"term_months": 5}, "needs_review"),
    ],
)
def test_a_side_job_has_least_days_and_hours(facts: dict[str, Any], verdict: str) -> None:
    assert kig("sidejob", **facts).verdict == verdict


@pytest.mark.parametrize(("term", "verdict"), [(5, "not_covered"), (6, "covered"), (36, "covered"), (37, "covered")])
def test_a_dispatch_lasts_half_a_year_at_least(term: int, verdict: str) -> None:
    assert kig("dispatch", posting={"term_months": term}).verdict == verdict


def test_the_senior_type_exists_from_fy2025_and_is_not_for_people_still_employed() -> None:
    before = kig("senior", on=date(2025, 3, 31))
    after = kig("senior", on=date(2025, 4, 1))
    employed = kig("senior", employer=employee(retired=False))

    assert (before.verdict, before.rule_id, before.kind) == ("not_covered", "kig-basis", "subtype")
    assert after.verdict == "needs_review"
    assert (employed.verdict, employed.rule_id) == ("not_covered", "kig-person")
    assert {line.rule_id for line in after.findings} == {"kig-person", "kig-term", "kig-presence"}


def test_of_several_types_in_common_the_best_counts() -> None:
    young = employee(tenure_months=6)
    both = person("kigyojin", origin=None, subtypes=["dispatch", "sidejob"], employer=young, hours_per_month=40)

    found = ask(both, post("03211", "kigyojin"))
    only_dispatch = ask(both, post("03211", "kigyojin", subtypes=["dispatch"]))

    assert found.verdict == "needs_review"  # side job: tenure is asked about
    assert only_dispatch.verdict == "not_covered"


def test_a_burden_without_a_confirmed_ceiling_is_a_question() -> None:
    burden = {"agreed_burden_yen_year": 5_000_000}

    assert kig("dispatch", posting=burden, on=date(2024, 6, 1)).verdict == "covered"
    assert kig("dispatch", posting=burden).rule_id == "kig-ceiling"
    assert kig("dispatch", posting=burden).verdict == "needs_review"


def test_facts_that_were_not_given_are_noted_not_asked() -> None:
    found = kig("dispatch")

    assert found.verdict == "covered"
    assert any("入社からの期間が未記入です（入社後24か月" in point for point in found.open_points)


# must-haves


def must(found: Eligibility) -> list[tuple[str, str]]:
    return [(line.rule_id, line.verdict) for line in found.findings if is_must_have(line.rule_id)]


def test_another_programme_is_a_missing_condition_not_tax() -> None:
    found = ask(person("kigyojin"), post())

    assert must(found) == [("must-program", "not_covered")]
    assert found.sentence.startswith(
        "募集の条件を満たさない：地域おこし協力隊の募集ですが、本人の希望は地域活性化起業人です（"
    )
    assert "特別交付税" not in found.sentence


@pytest.mark.parametrize(
    ("held", "verdict"),
    [
        (None, "needs_review"),
        ([], "not_covered"),
        (["普通自動車免許（AT限定）"], "covered"),
        (["なぞの免許"], "needs_review"),
    ],
)
def test_a_required_licence(held: list[str] | None, verdict: str) -> None:
    found = ask(person(licences=held), post(required_licences=["普通自動車免許"]))

    assert found.verdict == verdict
    assert verdict == "covered" or (found.rule_id, found.kind) == ("must-licence", "licence")
    assert verdict == "covered" or "普通自動車免許" in found.sentence


@pytest.mark.parametrize(
    ("spoken", "required", "verdict"),
    [
        (None, {"code": "en", "cefr": "B2"}, "needs_review"),
        ([], {"code": "en", "cefr": "B2"}, "not_covered"),
        ([{"code": "en", "cefr": "B1"}], {"code": "en", "cefr": "B2"}, "not_covered"),
        ([{"code": "en", "cefr": "B2"}], {"code": "en", "cefr": "B2"}, "covered"),
        ([{"code": "en", "cefr": "native"}], {"code": "en", "cefr": "C2"}, "covered"),
        ([{"code": "en", "cefr": "C1"}], {"code": "zh", "cefr": "A1"}, "not_covered"),
        ([{"code": "en", "cefr": "C1"}], {"code": "ja", "cefr": "N2"}, "needs_review"),
        ([{"code": "ja", "cefr": "N1"}], {"code": "ja", "cefr": "N2"}, "covered"),
    ],
)
def test_a_required_language(spoken: object, required: object, verdict: str) -> None:
    found = ask(person(languages=spoken), post(required_languages=[required]))

    assert found.verdict == verdict
    assert verdict == "covered" or found.rule_id == "must-language"


@pytest.mark.parametrize(
    ("least", "fact", "rule"),
    [
        ("min_days_per_month", "days_per_month", "must-days"),
        ("min_hours_per_month", "hours_per_month", "must-hours"),
        ("min_onsite_days_per_month", "onsite_days_per_month", "must-onsite-days"),
    ],
)
def test_a_postings_least_days_and_hours(least: str, fact: str, rule: str) -> None:
    def fitting(days: int) -> Applicant:
        facts: dict[str, Any] = {fact: days}
        return person(**facts)

    def asking(days: int) -> Posting:
        facts: dict[str, Any] = {least: days}
        return post(**facts)

    posting = asking(16)

    assert must(ask(fitting(15), posting)) == [(rule, "not_covered")]
    assert must(ask(fitting(16), posting)) == []
    assert must(ask(person(), posting)) == [(rule, "needs_review")]
    assert must(ask(person(), asking(0))) == []


@pytest.mark.parametrize(
    ("wished", "offered", "verdict"),
    [
        (["dispatch"], ["sidejob"], [("must-subtype", "not_covered")]),
        ([], ["sidejob"], [("must-subtype", "not_covered")]),
        (None, ["sidejob"], [("must-subtype", "needs_review")]),
        (None, None, []),
        (["dispatch"], None, []),
        (["dispatch", "sidejob"], ["sidejob", "senior"], []),
    ],
)
def test_types_of_kigyojin_must_meet(wished: object, offered: object, verdict: list[tuple[str, str]]) -> None:
    applicant = person("kigyojin", subtypes=wished, employer=employee())

    assert must(ask(applicant, post("03211", "kigyojin", subtypes=offered))) == verdict


@pytest.mark.parametrize("subtype", ["mission", "free_mission", "startup"])
def test_types_of_kyoryokutai_exclude_nobody(subtype: str) -> None:
    assert ask(person(subtypes=["dispatch"]), post(subtypes=[subtype])).verdict == "covered"
    assert ask(person(subtypes=[]), post(subtypes=[subtype])).verdict == "covered"


# own funds


def test_where_the_town_pays_itself_programme_rules_are_notes() -> None:
    applicant = person(origin=SHIMOKAWA)
    found = ask(applicant, post(AMA, own_funds=True))
    paid = ask(applicant, post(AMA))

    assert (paid.verdict, found.verdict, found.rule_id) == ("not_covered", "covered", "municipality-decides")
    assert [(line.rule_id, line.verdict, line.note) for line in found.findings] == [
        ("municipality-decides", "covered", False),
        ("region-matrix", "not_covered", True),
    ]
    assert "特別交付税措置の対象になる見込み" not in found.sentence


def test_where_the_town_pays_itself_must_haves_still_apply() -> None:
    found = ask(person(licences=[]), post(AMA, own_funds=True, required_licences=["car"]))

    assert (found.verdict, found.rule_id) == ("not_covered", "must-licence")


# what is told


def test_every_finding_names_its_source_and_is_a_sentence() -> None:
    found = ask(person(origin=None, licences=[]), post(required_licences=["car"], term_months=6))

    assert [line.verdict for line in found.findings] == ["not_covered", "not_covered", "needs_review"]
    for line in found.findings:
        assert line.sentence.endswith("。")
        assert "{" not in line.sentence
        assert line.source.endswith("）")


def test_a_verdict_in_words_is_a_guide_that_the_municipality_confirms() -> None:
    found = ask(person(), post())

    assert found.sentence.startswith(wording("covered"))
    assert found.sentence.endswith("（2022年4月1日現在の表による目安であり、受入自治体が確認します）。")
    assert found.sentence.count("。") == 1
    assert list(found.to_json()) == ["verdict", "rule_id", "kind", "source", "sentence", "as_of", "limits"]
    assert found.to_json()["as_of"] == "2022-04-01"


@pytest.mark.parametrize(
    ("on", "pay", "total"),
    [
        (date(2024, 4, 1), 3_200_000, 5_200_000),
        (date(2025, 4, 1), 3_500_000, 5_500_000),
        (date(2026, 4, 1), None, None),
    ],
)
def test_ceilings_are_those_of_the_year_and_null_where_nobody_confirmed_them(
    on: date, pay: int | None, total: int | None
) -> None:
    limits = ask(person(), post(), on).limits

    assert (limits["pay_yen_year"], limits["total_yen_year"], limits["max_months"]) == (pay, total, 36)


@pytest.mark.parametrize("on", [date(2024, 3, 31), date(2027, 4, 1)])
def test_a_day_outside_all_rule_files_is_refused(on: date) -> None:
    with pytest.raises(RulesetError) as caught:
        ask(person(), post(), on)

    assert str(caught.value) == f"no kyoryokutai rule file covers {on}, known span 2024-04-01 to 2027-03-31"


def test_an_empty_market_has_no_pairs() -> None:
    verdicts = judge(applicant_table([]), posting_table([]), on=ON, rulesets=shipped_rulesets())

    assert verdicts.codes(slice(None), slice(None)).shape == (0, 0)
    assert [an_id for an_id, _ in verdicts.ruleset_ids] == ["must_have/v1", "kyoryokutai/fy2026", "kigyojin/fy2026"]
