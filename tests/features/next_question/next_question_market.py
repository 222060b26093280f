"""Twelve people and seven places for tests of the next question: all but ``a00`` have answered everything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from features.market.scored_market import ScoredMarket, read_market
from features.next_question import NextQuestion, NextQuestions
from tests.features.small_market import ON, applicant, posting, records

_PLACES = ("01468", "15482", "20485", "32525", "36342", "40210", "46505")
HOUSES = ("provided", "subsidy", "introduced", "none")
WISHES = ("tourism_service", "education", "agri_forest_fish", "event")
HOST = {"contact_frequency": "weekly", "briefed_residents": True, "peers": 1}


def people_with(**own: Any) -> list[dict[str, Any]]:
    """``a00``, of whom only ``own`` is known, and eleven who have answered everything."""
    said = {"regions_wanted": [], "car_ok": True, "needs": {"high_school": False, "nursery": False, "broadband": False}}
    asked = [
        applicant(
            f"a{k:02}",
            desired_activities=[WISHES[k % 4]],
            available_from=f"2027-{4 + k % 5:02}-01",
            links=[],
            private_preferences={
                **said,
                "snow_ok": k % 3 > 0,
                "island_ok": k % 2 > 0,
                "housing_need": ("single", "none", "family")[k % 3],
                "min_monthly_pay_yen": 180_000 + 20_000 * (k % 4),
            },
        )
        for k in range(1, 12)
    ]
    private = said | own.pop("private_preferences", {})
    return [applicant("a00", links=[], private_preferences=private, **own), *asked]


def calls_with(change: Mapping[int, Mapping[str, Any]] | None = None) -> list[dict[str, Any]]:
    calls = [
        posting(
            f"p{k}",
            code,
            activities=[WISHES[k % 4]],
            housing=HOUSES[k % 4],
            vehicle=("lent", "own_car_required")[k % 2],
            side_job=("yes", "no", "permission")[k % 3],
            monthly_pay_yen=170_000 + 15_000 * k,
            start_date=f"2027-{4 + k % 3:02}-01",
            host=HOST | {"peers": k % 2},
        )
        for k, code in enumerate(_PLACES)
    ]
    return [call | dict((change or {}).get(k, {})) for k, call in enumerate(calls)]


def market_of(people: list[dict[str, Any]], calls: list[dict[str, Any]]) -> ScoredMarket:
    return read_market(records(applicants=people, postings=calls), on=ON)


def question_of(found: NextQuestions, kind: str, term: str | None, about: str | None = None) -> NextQuestion:
    (one,) = (
        q for q in found.questions if (q.kind, q.term) == (kind, term) and about in (None, q.posting_id, q.applicant_id)
    )
    return one
