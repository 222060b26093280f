"""What became of accepted people: recorded, corrected, due, counted by two measures, and never read by a ranking."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.outcomes.due import due_outcomes
from api.outcomes.placements import Placement
from api.outcomes.summary import summary_of
from api.outcomes.tables import OutcomeRow
from api.storage.database import writing
from api.storage.tables import ApplicationRow
from tests.api.accounts.conftest import Headers, Json, MovedClock
from tests.api.decisions.conftest import Step
from tests.api.kept_databases import KeptDatabases

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
START = date(2026, 4, 1)
THERE: Json = {
    "application_id": "x1",
    "months": 6,
    "state": "there",
    "found_on": "2026-11-20",
    "started_on": "2026-04-01",
}
LEFT: Json = THERE | {"state": "left", "exit_code": "host", "left_on": "2026-08-31"}


@pytest.fixture
def placed(decide: Step, database: Engine, kept_databases: KeptDatabases) -> None:
    """x1 is accepted; the start is told by whoever records the first outcome."""

    def store() -> None:
        assert decide("x1", "seen", "shortlisted", "offered", "accepted").status_code == 201

    kept_databases.fill("placed", database, store)


def _post(service: TestClient, headers: dict[str, str], body: Json) -> Json:
    answer = service.post("/api/v1/outcomes", json=body, headers=headers)
    found: Json = answer.json() | {"code": answer.status_code}
    return found


@pytest.mark.usefixtures("placed")
def test_an_outcome_is_corrected_by_another_that_counts_instead(service: TestClient, town: Headers) -> None:
    headers = town("coordinator")
    first = _post(service, headers, THERE)
    assert (first["code"], first["counts"], first["by"]["role"]) == (201, True, "coordinator")
    assert _post(service, headers, THERE) == first | {"code": 200}  # the same request again does nothing
    late = _post(service, town("officer"), LEFT)
    assert (late["code"], late["errors"][0]["msg"]) == (
        409,
        f"is null, the last outcome of month 6 is {first['outcome_id']}",
    )
    corrected = _post(service, town("officer"), LEFT | {"corrects": first["outcome_id"]})
    assert (corrected["code"], corrected["exit_code"]) == (201, "host")
    page = service.get("/api/v1/outcomes?application_id=x1", headers=headers).json()
    assert [(line["state"], line["counts"]) for line in page["outcomes"]] == [("there", False), ("left", True)]


@pytest.mark.usefixtures("placed")
@ON_SQLITE
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"found_on": "2026-11-24"}, "found_on lies after today, 2026-11-23"),
        ({"months": 12}, "found_on expected 2027-04-01 or later: 12 months"),
        (LEFT | {"left_on": "2026-03-31"}, "left_on expected a day from 2026-04-01 to 2026-10-01"),
        (LEFT | {"left_on": "2026-10-02"}, "left_on expected a day from 2026-04-01 to 2026-10-01"),
    ],
)
def test_days_that_do_not_fit_are_refused(change: Json, message: str, service: TestClient, town: Headers) -> None:
    refused = _post(service, town("coordinator"), THERE | change)
    assert (refused["code"], refused["detail"]) == (422, f"application x1: {message}")


@pytest.mark.usefixtures("placed")
@ON_SQLITE
def test_outcomes_that_say_the_opposite_are_refused(service: TestClient, town: Headers) -> None:
    headers = town("coordinator")
    there = _post(service, headers, THERE)
    early = _post(service, headers, LEFT | {"months": 3, "left_on": "2026-06-01"})
    assert (early["code"], early["detail"]) == (
        422,
        f"application x1: state contradicts outcome {there['outcome_id']} of month 6; correct that one first",
    )
    bare = _post(service, headers, THERE | {"state": "left"})
    assert bare["errors"] == [{"loc": "body", "msg": "state left needs exit_code and left_on"}]


@ON_SQLITE
def test_who_was_not_accepted_has_no_outcome(service: TestClient, town: Headers) -> None:
    refused = _post(service, town("coordinator"), THERE)
    assert (refused["code"], refused["detail"]) == (409, "application x1 is received, expected accepted")


@pytest.mark.usefixtures("placed")
def test_a_question_is_due_until_it_is_answered_or_the_person_left(
    service: TestClient, town: Headers, guarded: FastAPI
) -> None:
    headers = town("coordinator")

    def due(day: str) -> list[tuple[int, str]]:
        page = service.get("/api/v1/outcomes/due", params={"on": day}, headers=headers).json()
        assert page["total"] == len(page["due"])
        return [(line["months"], line["due_on"]) for line in page["due"]]

    assert due("2027-02-22") == []
    assert due("2027-02-23") == [(3, "2027-02-23")]  # accepted on 2026-11-23
    assert due("2028-01-01") == [(12, "2027-11-23")]  # the latest alone is asked
    guarded.state.settings = guarded.state.settings.model_copy(update={"today": date(2027, 3, 1)})
    answered = {"application_id": "x1", "months": 3, "state": "there", "found_on": "2027-03-01"}
    assert _post(service, headers, answered)["started_on"] == "2026-11-23"
    assert due("2027-03-01") == []
    left = answered | {"months": 6, "state": "left", "exit_code": "planned", "left_on": "2027-02-28"}
    assert _post(service, headers, left)["code"] == 201
    assert due("2029-12-01") == []


@pytest.mark.usefixtures("placed")
@ON_SQLITE
def test_outcomes_are_their_municipality_s_alone_and_a_researcher_s_under_pseudonyms(
    service: TestClient, town: Headers, clock: MovedClock
) -> None:
    first = _post(service, town("coordinator"), LEFT)
    for address in ("outcomes", "outcomes/due"):
        for role in ("applicant", "supporter", "auditor", "administrator"):
            assert service.get(f"/api/v1/{address}", headers=town(role)).status_code == 403
    assert service.get("/api/v1/outcomes", headers=town("other")).json()["total"] == 0
    refused = _post(service, town("other"), THERE)
    assert (refused["code"], refused["errors"][0]["msg"]) == (422, "names x1, which is not stored")
    page = service.get("/api/v1/outcomes", headers=town("researcher"))
    (line,) = page.json()["outcomes"]
    assert line | {"months": 6, "state": "left", "exit_code": "host", "counts": True} == line
    assert not {"x1", first["outcome_id"], "2026-08-31", "id-coordinator"} & set(page.text.split('"'))


@pytest.mark.usefixtures("placed")
@ON_SQLITE
@pytest.mark.parametrize("received", ["2026-05-01", "2026-04-30T23:30:00Z"])  # the second is May in Japan
def test_nobody_starts_before_applying(received: str, service: TestClient, town: Headers, database: Engine) -> None:
    with writing(database) as session:
        row = session.get_one(ApplicationRow, "x1")
        row.record = row.record | {"received_at": received}
    early = _post(service, town("coordinator"), THERE)

    assert (early["code"], early["errors"][0]) == (
        422,
        {"loc": "body.started_on", "msg": "lies before the application, expected 2026-05-01 or later"},
    )
    assert _post(service, town("coordinator"), THERE | {"started_on": "2026-05-01"})["code"] == 201


@pytest.mark.usefixtures("placed")
@ON_SQLITE
def test_no_ranking_reads_an_outcome(service: TestClient, town: Headers) -> None:
    headers = town("coordinator")
    before = service.get("/api/v1/postings/p1/candidates", headers=headers).json()
    assert _post(service, headers, LEFT)["code"] == 201
    assert service.get("/api/v1/postings/p1/candidates", headers=headers).json() == before


@pytest.mark.usefixtures("placed")
@ON_SQLITE
def test_numbers_are_told_whole_to_the_municipality_and_withheld_outside(service: TestClient, town: Headers) -> None:
    _post(service, town("coordinator"), LEFT)
    own = service.get("/api/v1/outcomes/summary", headers=town("coordinator")).json()
    assert own["gone_within_12_months"] == {"known": 1, "number": 1, "share": 1.0}
    assert (own["exits"]["host"], own["withheld_below"]) == (1, None)
    outside = service.get("/api/v1/outcomes/summary", headers=town("researcher")).json()
    assert outside["gone_within_12_months"] == {"known": None, "number": None, "share": None}
    assert (set(outside["exits"].values()), outside["placements"], outside["withheld_below"]) == ({None}, None, 5)
    assert service.get("/api/v1/outcomes/summary", headers=town("other")).json()["placements"] == 0


def _placement(number: int, *outcomes: tuple[int, str, str | None, date | None]) -> Placement:
    rows = {
        months: OutcomeRow(
            id=f"o{number}{months}",
            application_id=f"x{number}",
            months=months,
            number=1,
            state=state,
            exit_code=code,
            left_on=left,
            found_on=START,
            started_on=START,
            role="local",
            recorded_at=None,  # type: ignore[arg-type]
        )
        for months, state, code, left in outcomes
    }
    return Placement(f"x{number}", f"a{number}", "p1", START, rows)


def test_both_measures_are_counted_from_the_same_people() -> None:
    people = [
        _placement(1, (36, "there", None, None)),  # finished and stayed
        _placement(2, (6, "there", None, None), (36, "left", "planned", date(2029, 3, 31))),  # finished and went
        _placement(3, (12, "left", "community", date(2027, 1, 31))),  # broke off in the first year
        _placement(4, (6, "left", "planned", date(2026, 9, 30))),  # a short term, over as planned
        _placement(5, (36, "left", "income", date(2028, 1, 31))),  # broke off later: in no official rate
        _placement(6, (6, "there", None, None)),  # nobody knows yet
    ]
    found = summary_of(people)
    assert found.finished_and_stayed.model_dump() == {"known": 3, "number": 1, "share": pytest.approx(1 / 3)}
    assert found.gone_within_12_months.model_dump() == {"known": 5, "number": 2, "share": pytest.approx(0.4)}
    assert found.gone_within_12_months_as_planned.number == 1
    assert found.exits | {"planned": 2, "community": 1, "income": 1, "family": 0} == found.exits


def test_a_share_whose_complement_is_small_is_withheld() -> None:
    people = [_placement(number, (12, "there", None, None)) for number in range(9)]
    people.append(_placement(9, (12, "left", "host", date(2026, 12, 1))))
    assert summary_of(people, smallest=5).gone_within_12_months.model_dump() == {
        "known": 10,
        "number": None,
        "share": None,
    }
    nobody = summary_of(people[:9], smallest=5).gone_within_12_months
    assert (nobody.number, nobody.share) == (0, 0.0)


def test_no_small_number_follows_from_two_that_are_told() -> None:
    there: tuple[Any, ...] = (12, "there", None, None)
    planned: tuple[Any, ...] = (12, "left", "planned", date(2026, 9, 30))
    host: tuple[Any, ...] = (12, "left", "host", date(2026, 9, 30))
    people = [_placement(k, there if k < 28 else planned if k < 38 else host) for k in range(40)]
    people += [_placement(40 + k, (36, "there", None, None)) for k in range(3)]
    told, whole = summary_of(people, smallest=5), summary_of(people)

    # 12 were gone, 10 of them as planned: two were not
    assert (told.gone_within_12_months.number, told.gone_within_12_months_as_planned.number) == (12, None)
    # 13 have finished, 10 left as planned: three have stayed
    assert (told.finished_and_stayed.known, told.finished_and_stayed.number) == (None, None)
    assert told.exits["planned"] == 10
    assert (whole.gone_within_12_months_as_planned.number, whole.finished_and_stayed.known) == (10, 13)


def test_a_placement_whose_start_nobody_knows_asks_nothing() -> None:
    assert due_outcomes([Placement("x1", "a1", "p1", None, {})], on=date(2030, 1, 1)) == []
