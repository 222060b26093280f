"""Steps against the list are possible, need a reason, and are listed; corrections stand beside what they correct."""

from __future__ import annotations

from typing import get_args

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.canonical import digest_of
from api.decisions.erasing import forget_decisions
from api.decisions.flags import FLAGS_JA, flags_of
from api.decisions.list_place import ListPlace
from api.decisions.states import read_states, state_table
from api.storage.database import writing
from features.taxonomy.vocabulary import ApplicationStatus
from tests.api.accounts.conftest import Headers, Json
from tests.api.decisions.conftest import Step, last_of

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
APPLICATION_OF = {"a1": "x1", "a2": "x2"}


@pytest.fixture
def in_order(service: TestClient, town: Headers) -> list[str]:
    """The applications to p1 in order of reading."""
    found = service.get("/api/v1/postings/p1/candidates", headers=town("coordinator")).json()["candidates"]
    assert found[0]["score"] > found[1]["score"]
    return [APPLICATION_OF[line["applicant_id"]] for line in found]


def test_passing_somebody_over_needs_a_reason_and_is_listed(
    service: TestClient, town: Headers, decide: Step, in_order: list[str]
) -> None:
    first, second = in_order
    decide(second, "seen", "shortlisted")
    refused = decide(second, "offered", reason=None)
    assert refused.status_code == 422
    because = f"passed_over ({FLAGS_JA['passed_over']})"
    assert refused.json()["errors"] == [
        {"loc": "body.reason", "msg": f"missing, expected a reason in words: {because}"}
    ]
    offered = decide(second, "offered").json()
    assert (offered["override"], offered["flags"], offered["in_list"]["n_ahead"]) == (True, ["passed_over"], 1)
    listed = service.get("/api/v1/decisions?override=true", headers=town("coordinator")).json()
    assert [line["decision_id"] for line in listed["decisions"]] == [offered["decision_id"]]
    assert service.get("/api/v1/decisions?override=false", headers=town("coordinator")).json()["total"] == 2
    of_posting = service.get("/api/v1/decisions?posting_id=p1&state=offered", headers=town("coordinator")).json()
    assert of_posting["total"] == 1
    assert decide(first, "seen", reason=None).json()["override"] is False


@ON_SQLITE
def test_closing_the_first_of_the_list_is_an_override_and_the_last_is_none(decide: Step, in_order: list[str]) -> None:
    first, second = in_order
    decide(first, "seen")
    decide(second, "seen")
    assert decide(second, "not_chosen", reason=None).json()["detail"].endswith("the state is not_chosen")
    assert decide(second, "not_chosen").json()["flags"] == []
    decide(second, "shortlisted")  # a seat is free again
    assert decide(first, "not_chosen").json()["flags"] == ["ahead_not_chosen"]


@ON_SQLITE
def test_a_list_by_arrival_is_on_record_as_one_and_passes_nobody_over(decide: Step, in_order: list[str]) -> None:
    decide(in_order[1], "seen", "shortlisted", order="arrival")
    answer = decide(in_order[1], "offered", order="arrival", reason=None).json()
    assert (answer["override"], answer["in_list"]["order"], answer["in_list"]["placed_by"]) == (
        False,
        "arrival",
        "arrival",
    )


@ON_SQLITE
def test_who_is_outside_the_list_by_a_rule_is_taken_further_by_an_override(
    service: TestClient, town: Headers, decide: Step
) -> None:
    records = {
        "applicants": [{"applicant_id": "a4", "programs": ["kigyojin"]}],
        "applications": [{"application_id": "x4", "applicant_id": "a4", "posting_id": "p1"}],
    }
    assert service.post("/api/v1/records", json=records, headers=town("administrator")).status_code == 201
    assert decide("x4", "seen", reason=None).json()["override"] is False  # reading goes against nothing
    assert decide("x4", "shortlisted", reason=None).status_code == 422
    answer = decide("x4", "shortlisted").json()
    assert (answer["override"], answer["flags"], answer["in_list"]["rank"]) == (True, ["not_covered"], None)
    assert answer["in_list"]["verdict"] == "not_covered"
    assert len(answer["in_list"]["unmet"]) > 0
    assert answer["in_list"]["deciding_rule"] == answer["in_list"]["unmet"][0]


@ON_SQLITE
def test_the_rule_that_decides_is_kept_also_where_somebody_is_to_be_asked(
    service: TestClient, town: Headers, decide: Step
) -> None:
    records = {
        "applicants": [{"applicant_id": "a4", "programs": ["kyoryokutai"]}],
        "applications": [{"application_id": "x4", "applicant_id": "a4", "posting_id": "p1"}],
    }
    assert service.post("/api/v1/records", json=records, headers=town("administrator")).status_code == 201
    listed = service.get("/api/v1/postings/p1/candidates", headers=town("coordinator")).json()["candidates"]
    first = next(line["verdicts"][0] for line in listed if line["applicant_id"] == "a4")
    kept = decide("x4", "seen").json()["in_list"]
    assert (first["verdict"], first["note"]) == ("needs_review", False)
    assert (kept["verdict"], kept["deciding_rule"], kept["unmet"]) == ("needs_review", first["rule_id"], [])


def _place(**changes: object) -> ListPlace:
    known: Json = dict.fromkeys(ListPlace.__dataclass_fields__)
    known |= {"n_ahead": 0, "n_behind": 0, "companies": (), "unmet": ()}
    return ListPlace(**(known | changes))


@pytest.mark.parametrize(
    ("state", "place", "free", "offered", "expected"),
    [
        ("offered", _place(n_ahead=2), 3, 0, ()),  # the first three of three seats in any order
        ("offered", _place(n_ahead=2), 3, 1, ("passed_over",)),
        ("offered", _place(n_ahead=0), 1, 1, ("beyond_seats",)),
        ("offered", _place(n_ahead=1), 0, 0, ("beyond_seats", "passed_over")),
        ("not_chosen", _place(n_behind=1), 1, 0, ("ahead_not_chosen",)),
        ("not_chosen", _place(n_behind=1), 1, 1, ()),  # the seat is promised
        ("not_chosen", _place(n_behind=0), 1, 0, ()),
        ("not_chosen", _place(n_behind=3, n_ahead=2), 2, 0, ()),
        ("interview", _place(verdict="not_covered"), 1, 0, ("not_covered",)),
        ("seen", _place(verdict="not_covered", companies=("c1",)), 1, 0, ()),
        ("shortlisted", _place(companies=("c1",)), 1, 0, ("company_conflict",)),
        ("accepted", None, 0, 3, ()),
    ],
)
def test_what_goes_against_the_list(
    state: str, place: ListPlace | None, free: int, offered: int, expected: tuple[str, ...]
) -> None:
    assert flags_of(state, place, free_seats=free, n_offered=offered) == expected  # type: ignore[arg-type]


def test_a_correction_names_what_it_corrects_and_both_stay(
    service: TestClient, town: Headers, decide: Step, in_order: list[str]
) -> None:
    first = in_order[0]
    wrong = decide(first, "seen", "shortlisted", "offered").json()
    decide(first, "accepted")
    mistaken = last_of(service, town("coordinator"), first)
    bare = decide(first, "declined", corrects=mistaken, reason=None)
    assert bare.json()["detail"].endswith(
        "it is a correction, the applicant's word is written down by somebody else; say how it came"
    )
    stale = decide(first, "offered", corrects=wrong["decision_id"])
    assert (stale.status_code, stale.json()["type"]) == (409, "urn:enmusubi:problem:correction")
    corrected = decide(first, "offered", corrects=mistaken).json()  # taken back to where it began
    assert (corrected["from_state"], corrected["state"], corrected["corrects"]) == ("offered", "offered", mistaken)
    assert service.get("/api/v1/postings/p1", headers=town("coordinator")).json()["seats_left"] == 1
    page = service.get("/api/v1/decisions", params={"application_id": first}, headers=town("coordinator")).json()
    assert [line["state"] for line in page["decisions"]] == ["seen", "shortlisted", "offered", "accepted", "offered"]
    again = decide(first, "declined", corrects=corrected["decision_id"]).json()  # a correction is corrected
    assert (again["from_state"], again["status"]) == ("offered", "declined")


@ON_SQLITE
def test_a_withdrawal_is_taken_back_by_whoever_withdrew(service: TestClient, town: Headers, decide: Step) -> None:
    decide("x1", "withdrawn", by="applicant", reason=None)
    last = last_of(service, town("coordinator"), "x1")
    assert decide("x1", "received", corrects=last).status_code == 403
    assert decide("x1", "received", by="applicant", corrects=last).json()["status"] == "received"
    assert decide("x1", "seen").status_code == 201


@ON_SQLITE
def test_a_reason_that_rests_on_what_may_not_be_judged_is_pointed_at(decide: Step) -> None:
    decide("x1", "seen")
    answer = decide("x1", "not_chosen", reason="女性であり、体力に不安がある").json()
    assert answer["warnings"] == [
        "理由に、選考の理由にできない事柄（性別）が書かれているようです。訂正をご検討ください。"
    ]
    assert decide("x2", "seen").json()["warnings"] == []


@ON_SQLITE
def test_the_list_of_a_decision_can_be_told_again(service: TestClient, town: Headers, decide: Step) -> None:
    listed = service.get("/api/v1/postings/p1/candidates", headers=town("coordinator")).json()
    told = listed["provenance"] | {"options": {"posting": "p1", "order": "score"}}
    assert decide("x1", "seen").json()["in_list"]["provenance"] == digest_of(told)


def test_an_application_that_was_decided_about_stays_what_it_is(
    service: TestClient, town: Headers, decide: Step, database: Engine
) -> None:
    headers = town("coordinator")
    decide("x1", "seen", "shortlisted")
    removed = service.delete("/api/v1/applications/x1", headers=headers)
    assert (removed.status_code, removed.json()["detail"]) == (
        409,
        "application x1 has decisions; it is withdrawn or closed by a decision, not removed",
    )
    moved = {"application_id": "x1", "applicant_id": "a2", "posting_id": "p1"}
    refused = service.put("/api/v1/applications/x1", json=moved, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:enmusubi:problem:application-moved")
    own = {"application_id": "x1", "applicant_id": "a1", "posting_id": "p1", "wish_rank": 2}
    assert service.put("/api/v1/applications/x1", json=own, headers=headers).json()["status"] == "screened"
    sent = own | {"status": "offered"}
    by_hand = service.put("/api/v1/applications/x1", json=sent, headers=headers)
    expected = "status changes by POST /api/v1/decisions alone; leave it out here"
    assert (by_hand.status_code, by_hand.json()["errors"]) == (409, [{"loc": "body.status", "msg": expected}])
    with writing(database) as session:
        forget_decisions(session, "a1")
    assert service.get("/api/v1/decisions", headers=headers).json()["total"] == 0
    assert service.delete("/api/v1/applications/x1", headers=headers).status_code == 204


def test_a_table_of_states_with_a_gap_is_refused() -> None:
    with pytest.raises(ValueError, match="states has no accepted, declined"):
        read_states('steps = []\npostings = {}\n[states]\nreceived = { label = "受付", status = "received" }')


def test_every_status_of_the_interchange_has_a_state() -> None:
    table = state_table()
    assert [table.status_of(table.state_of(status)) for status in get_args(ApplicationStatus)] == list(
        get_args(ApplicationStatus)
    )
