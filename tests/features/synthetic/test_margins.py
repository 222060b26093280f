"""The report: every margin beside its figure, and near it."""

from __future__ import annotations

import pytest

from features.synthetic.margins import Margin, market_margins, share_margins
from features.synthetic.market import sample_market
from features.synthetic.outcome_margins import outcome_margins
from features.synthetic.parameters import Parameter


@pytest.fixture(scope="module")
def of_market() -> tuple[Margin, ...]:
    return market_margins(sample_market(n_applicants=700, n_postings=200, n_kigyojin_postings=0, n_company_people=0))


@pytest.fixture(scope="module")
def of_outcomes() -> tuple[Margin, ...]:
    return outcome_margins(seed=11, n_people=2000)


def test_every_published_margin_of_the_market_is_met(of_market: tuple[Margin, ...]) -> None:
    published = [one for one in of_market if one.evidence == "V" and one.name != "members_per_prefecture"]

    assert {one.name for one in published} >= {"subtype", "contact_frequency", "briefed_residents", "chooses_place"}
    for one in published:
        assert abs(one.deviation) < 0.06, one
        assert one.source


def test_every_published_margin_of_the_outcomes_is_met(of_outcomes: tuple[Margin, ...]) -> None:
    for one in of_outcomes:
        assert abs(one.deviation) < 0.08, one
        assert one.source
    assert {one.name for one in of_outcomes} >= {
        "gone_by_month",
        "settled_after_term",
        "work_of_settled",
        "exit_reasons",
        "municipalities_by_early_leaving",
        "term_place_link",
    }


def test_what_nobody_knows_counts_nowhere() -> None:
    parameter = Parameter(value={"a": 0.5, "b": 0.5}, evidence="A", source="test")
    found = list(share_margins("x", parameter, ["a", None, "a", "b"]))

    assert [(one.cell, one.n) for one in found] == [("a", 3), ("b", 3)]
    assert found[0].deviation == pytest.approx(2 / 3 - 0.5)
    assert list(share_margins("x", parameter, [None])) == []
