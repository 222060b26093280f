"""A register of invented people without texts: quick to read, with many equal scores."""

from __future__ import annotations

from typing import Any

from features.partitions.lists import Calls
from features.records import Applicant, Posting
from features.weights import default_weights
from tests.features.small_market import ON, applicant, posting

ACTIVITIES = ("agri_forest_fish", "tourism_planning", "digital", "education")


def people(n: int) -> tuple[Applicant, ...]:
    """Wishes repeat every few people, so that scores are equal and ids decide."""
    return tuple(Applicant.model_validate(_person(number)) for number in range(n))


def calls() -> tuple[Posting, ...]:
    """Six calls; one is closed, one asks for a licence."""
    of_town = ("01468", "20304", "32525", "46505")
    found = [
        posting(f"p{number}", of_town[number % 4], activities=[ACTIVITIES[number % 3]], monthly_pay_yen=180_000)
        for number in range(5)
    ]
    found[3]["state"] = "closed"
    found[4]["required_licences"] = ["普通自動車免許"]
    return tuple(Posting.model_validate(one) for one in [*found, posting("p5", "20304", side_job="yes")])


def read_calls() -> Calls:
    """The calls as a process reads them."""
    return Calls(calls(), ON, default_weights())


def _person(number: int) -> dict[str, Any]:
    person = applicant(
        f"a{number:03}",
        ("13112", "01100", "27100")[number % 3],
        desired_activities=[ACTIVITIES[number % 4]],
        licences=["普通自動車免許"] if number % 2 else [],
        private_preferences={"snow_ok": number % 5 == 0, "regions_refused": ["北海道"] if number % 7 == 0 else []},
    )
    return person | ({"consent": {"automated_order": False}} if number % 11 == 0 else {})
