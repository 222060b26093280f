"""Must-haves of a posting: programme, licence, language, days, type."""

from __future__ import annotations

from typing import Any

import pytest

from features.records import Applicant, Posting
from features.rules import Eligibility, is_must_have
from tests.features.rules.pairs import ask, employee, person, post


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


def test_a_language_of_everyday_life_is_asked_for_in_words() -> None:
    found = ask(person(languages=None), post(required_languages=[{"code": "en", "cefr": "native"}]))

    assert "募集には英語 日常の言葉以上の語学力が必要です" in found.findings[0].sentence


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
