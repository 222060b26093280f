"""What a pair is told: notes where the town pays itself, sources, sentences, limits, days without rules."""

from __future__ import annotations

from datetime import date

import pytest

from features.errors import RulesetError
from features.rules import judge, shipped_rulesets, wording
from features.tables import applicant_table, posting_table
from tests.features.rules.pairs import AMA, ON, SHIMOKAWA, ask, person, post

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

    assert found.sentence.startswith(wording("covered", found.rule_id))
    assert found.sentence.endswith("（2022年4月1日現在の表による目安であり、受入自治体が確認します）。")
    assert found.sentence.count("。") == 1
    assert list(found.to_json()) == [
        "verdict",
        "rule_id",
        "kind",
        "source",
        "sentence",
        "as_of",
        "limits",
        "open_points",
    ]
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
    assert [an_id for an_id, _ in verdicts.ruleset_ids] == ["must_have/v1"], "no programme was asked about"
