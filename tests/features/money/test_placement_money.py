"""Ceilings of each fiscal year: known figures are used, unknown ones stay unknown, and the parts sum to the plan."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.errors import RecordError, RulesetError
from features.money import fiscal_years, placement_money
from features.records import Posting
from features.rules.store import rulesets_on, shipped_rulesets


def _posting(**more: Any) -> Posting:
    fields: dict[str, Any] = {
        "posting_id": "p1",
        "program": "kyoryokutai",
        "municipality_code": "01468",
        "headcount": 1,
        "monthly_pay_yen": 250_000,
        "start_date": "2024-04-01",
        "term_months": 36,
    }
    return Posting.model_validate(fields | more)


@given(st.dates(date(2020, 4, 1), date(2035, 12, 31)), st.integers(1, 60))
def test_every_month_of_a_term_falls_into_one_fiscal_year(start: date, term_months: int) -> None:
    years = fiscal_years(start, term_months)
    assert sum(year.months for year in years) == term_months
    assert [year.year for year in years] == list(range(years[0].year, years[0].year + len(years)))
    assert all(year.months == 12 for year in years[1:-1])
    assert all(date(year.year, 4, 1) <= year.first <= date(year.year + 1, 3, 31) for year in years)


def test_pay_above_the_ceiling_of_its_year_stays_with_the_municipality() -> None:
    """R6: 320万円, R7: 350万円 (facts/programs §4); 350,000円 a month is 420万円 a year."""
    told = placement_money(_posting(monthly_pay_yen=350_000))
    assert [(year.label, year.covered_at_most_yen, year.remains_at_least_yen) for year in told.years] == [
        ("令和6年度", 3_200_000, 1_000_000),
        ("令和7年度", 3_500_000, 700_000),
        ("令和8年度", None, None),
    ]
    assert "上限額は未確認" in told.years[2].sentence
    assert told.rulesets == ("kyoryokutai/fy2024", "kyoryokutai/fy2025", "kyoryokutai/fy2026")


def test_higher_pay_eats_into_the_activities_and_never_raises_the_total() -> None:
    told = placement_money(_posting(monthly_pay_yen=260_000), activity_yen_year=2_500_000)
    assert told.years[0].covered_at_most_yen == 3_120_000 + 2_000_000
    assert told.years[0].planned_yen == 3_120_000 + 2_500_000
    dear = placement_money(_posting(monthly_pay_yen=300_000), activity_yen_year=2_500_000)
    assert dear.years[0].covered_at_most_yen == 5_200_000


def test_what_pay_leaves_of_the_total_does_not_raise_the_ceiling_of_activities() -> None:
    """R7: activities up to 200万円 within a total of 550万円 (facts/programs §4)."""
    told = placement_money(
        _posting(start_date="2025-04-01", monthly_pay_yen=100_000, term_months=12), activity_yen_year=4_000_000
    )
    assert told.years[0].covered_at_most_yen == 1_200_000 + 2_000_000


def test_a_burden_above_the_ceiling_is_covered_up_to_it() -> None:
    """facts/programs §9.3, kigyojin-11: 700万円 a year in FY2024 is covered up to 560万円."""
    call = _posting(program="kigyojin", subtypes=["dispatch"], agreed_burden_yen_year=7_000_000, term_months=12)
    year = placement_money(call).years[0]
    assert (year.covered_at_most_yen, year.remains_at_least_yen) == (5_600_000, 1_400_000)
    assert [ceiling.rule_id for ceiling in year.ceilings] == ["kig-ceiling"]


def test_months_past_the_covered_term_are_the_municipalitys_own() -> None:
    told = placement_money(_posting(start_date="2023-04-01", term_months=36), months_used=24)
    assert [year.covered_months for year in told.years] == [12, 0, 0]
    assert told.years[1].remains_at_least_yen == told.years[1].planned_yen
    assert "全額が市町村の負担" in told.years[2].sentence


@pytest.mark.parametrize(
    ("year", "total", "confidence"),
    [(2020, 4_400_000, "H"), (2021, 4_700_000, "H"), (2022, 4_800_000, "M"), (2023, 4_800_000, "H")],
)
def test_ceilings_of_years_before_the_rule_files_are_those_of_the_rule_book(
    year: int, total: int, confidence: str
) -> None:
    """facts/programs §4: R2 240 + 200, R3 270 + 200, R4 (M) and R5 280 + 200."""
    told = placement_money(
        _posting(start_date=f"{year}-04-01", term_months=12, monthly_pay_yen=300_000), activity_yen_year=2_500_000
    )
    found = told.years[0].ceilings

    assert [one.yen for one in found] == [total - 2_000_000, 2_000_000, total]
    assert {(one.rule_id, one.confidence) for one in found} == {(f"kyo-ceiling-{year}", confidence)}
    assert all(one.source for one in found)
    assert told.years[0].covered_at_most_yen == total
    assert told.rulesets == (f"kyoryokutai/ceilings-{year}",)


def test_a_rule_file_of_an_earlier_year_speaks_before_the_ceilings_that_ship() -> None:
    shipped = next(one for one in shipped_rulesets() if one.id == "kyoryokutai/fy2024")
    added = shipped.model_copy(
        update={
            "id": "kyoryokutai/own",
            "origin": "added",
            "valid_from": date(2021, 4, 1),
            "valid_to": date(2022, 3, 31),
        }
    )
    call = _posting(start_date="2021-04-01", term_months=12)

    assert placement_money(call, rulesets=[shipped, added]).rulesets == ("kyoryokutai/own",)
    assert placement_money(call, rulesets=[shipped]).rulesets == ("kyoryokutai/ceilings-2021",)


def test_the_ceiling_of_a_company_s_person_before_2024_stays_unconfirmed() -> None:
    """facts/programs §6: 560 is confirmed for R6."""
    call = _posting(
        program="kigyojin",
        subtypes=["dispatch"],
        agreed_burden_yen_year=5_000_000,
        start_date="2022-04-01",
        term_months=12,
    )
    year = placement_money(call).years[0]

    assert (year.covered_months, year.covered_at_most_yen) == (12, None)
    assert [(one.name, one.yen, one.confidence) for one in year.ceilings] == [("burden_yen_year", None, "U")]


def test_ceilings_of_an_earlier_year_decide_no_verdict() -> None:
    with pytest.raises(RulesetError, match="no kyoryokutai rule file covers 2022-04-01"):
        rulesets_on(date(2022, 4, 1), shipped_rulesets(), programs=["kyoryokutai"])


def test_a_year_without_a_rule_file_is_unconfirmed_and_has_no_ceiling() -> None:
    year = placement_money(_posting(start_date="2031-04-01", term_months=12)).years[0]
    assert (year.ceilings, year.covered_months, year.covered_at_most_yen) == ((), None, None)


def test_a_year_begun_in_the_middle_says_that_sharing_by_months_is_unconfirmed() -> None:
    year = placement_money(_posting(start_date="2024-10-01", term_months=6)).years[0]
    assert year.planned_yen == year.covered_at_most_yen == 1_500_000
    assert "月割りの扱いは未確認" in year.sentence


def test_own_funds_are_never_told_as_covered() -> None:
    year = placement_money(_posting(own_funds=True, term_months=12)).years[0]
    assert year.covered_at_most_yen == 0
    assert "自己財源" in year.sentence


@given(
    st.integers(0, 900_000),
    st.none() | st.integers(0, 4_000_000),
    st.dates(date(2024, 4, 1), date(2026, 3, 1)),
    st.integers(1, 48),
    st.integers(0, 40),
)
def test_what_is_covered_and_what_remains_sum_to_the_plan(
    pay: int, activity: int | None, start: date, term: int, used: int
) -> None:
    told = placement_money(
        _posting(monthly_pay_yen=pay, start_date=start.isoformat(), term_months=term),
        activity_yen_year=activity,
        months_used=used,
    )
    for year in told.years:
        if year.covered_at_most_yen is None:
            assert year.remains_at_least_yen is None
            continue
        assert year.planned_yen is not None
        assert year.remains_at_least_yen is not None
        assert 0 <= year.covered_at_most_yen <= year.planned_yen
        assert year.covered_at_most_yen + year.remains_at_least_yen == year.planned_yen


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"start_date": None}, "posting p1 has no start_date"),
        ({"term_months": None}, "posting p1 has no term_months"),
        ({"program": "kigyojin", "subtypes": ["dispatch", "sidejob"]}, "allows 2 subtypes"),
        ({"term_months": 0}, "term_months is 0, expected at least 1"),
        ({"start_date": "2019-04-01"}, "expected 2020-04-01 or later"),
    ],
)
def test_what_cannot_be_computed_is_refused(more: dict[str, object], message: str) -> None:
    with pytest.raises(RecordError, match=message):
        placement_money(_posting(**more))
