"""A crowded round: twelve people, four calls of two towns with two seats each, wishes that differ."""

from __future__ import annotations

from features.market.scored_market import read_market
from features.records import Records
from features.rounds.results import Mechanism, RoundResult, run_round
from features.rounds.round import open_round
from tests.features.small_market import ON, applicant, posting, records

__all__ = ["TOWNS", "crowd", "crowded_round"]

TOWNS = ("01468", "32525")
_ACTIVITIES = ("education", "event", "community")


def crowd(seats: int = 2, **more_seats: int) -> Records:
    """The records; a call's seats by its id where they differ."""
    people = [
        applicant(f"a{k:02}", desired_activities=[_ACTIVITIES[k % 3], _ACTIVITIES[(k * k) % 3]]) for k in range(12)
    ]
    places = [
        posting(f"p{k}", TOWNS[k % 2], activities=[_ACTIVITIES[k % 3]], headcount=more_seats.get(f"p{k}", seats))
        for k in range(4)
    ]
    wishes = [
        {"application_id": f"x{k}-{j}", "applicant_id": f"a{k:02}", "posting_id": f"p{place}", "wish_rank": j + 1}
        for k in range(12)
        for j, place in enumerate(dict.fromkeys([k % 2, (k + 2) % 4, (k * 3 + 1) % 4]))
    ]
    return records(applicants=people, postings=places, applications=wishes)


def crowded_round(mechanism: Mechanism, **seats: int) -> RoundResult:
    """The round over them."""
    return run_round(open_round(read_market(crowd(**seats), on=ON)), mechanism=mechanism, seed=3)
