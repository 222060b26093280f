"""Whose an import is, and what it reaches: a town's file touches that town's records and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import JsonValue
from sqlalchemy import Engine
from sqlmodel import select
from starlette.testclient import TestClient

from api.accounts.tables import AccountRow, RegistrationRow
from api.imports.commit_job import COMMIT
from api.jobs.tables import JobRow
from api.settings import Settings
from api.storage.database import reading, writing
from api.storage.record_kinds import APPLICANTS
from api.storage.stored_records import read
from tests.api.accounts.conftest import (
    Headers,
    account,
    clock,
    database,
    everyone,
    guarded,
    passwords,
    service,
    signed_in,
)

__all__ = ["account", "clock", "database", "everyone", "guarded", "passwords", "service", "signed_in"]

Json = dict[str, Any]
IMPORTS = "/api/v1/imports"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PEOPLE = (
    "受付番号,住民票所在地,志望動機,応募先,受付日\n1,東京都港区,森で働きたい。,p1,2026/11/1\n2,北海道札幌市,海です。,,"
)


class Office:
    """Whoever sends files with the headers of one role."""

    def __init__(self, service: TestClient, headers: dict[str, str]) -> None:
        self.service, self.headers = service, headers

    def send(self, content: str, **query: str) -> Json:
        headers = self.headers | {"Content-Type": "application/octet-stream"}
        sent = self.service.post(
            IMPORTS, params={"name": "一覧.csv", **query}, content=content.encode(), headers=headers
        )
        assert sent.status_code == 202, sent.text
        return self.read(sent.json()["import_id"])

    def read(self, import_id: str) -> Json:
        found: Json = self.service.get(f"{IMPORTS}/{import_id}", headers=self.headers).json()
        return found

    def commit(self, found: Json) -> Json:
        path, body = f"{IMPORTS}/{found['import_id']}", {"plan_digest": found["plan_digest"]}
        assert self.service.post(f"{path}/commit", json=body, headers=self.headers).status_code == 202
        return self.read(found["import_id"])


@pytest.fixture
def inline(guarded: FastAPI) -> Settings:
    """The service does its jobs itself."""
    settings: Settings = guarded.state.settings.model_copy(update={"jobs": "inline"})
    guarded.state.settings = settings
    return settings


@pytest.fixture
def town(service: TestClient, everyone: Headers, inline: Settings) -> Office:
    return Office(service, everyone("coordinator"))


@pytest.fixture
def other(service: TestClient, everyone: Headers, inline: Settings) -> Office:
    return Office(service, everyone("other"))


def refused(found: Json) -> list[tuple[int, str]]:
    return [(one["row"], one["code"]) for one in found["plan"]["refused"]]


def test_two_towns_have_their_own_number_one(town: Office, other: Office, database: Engine) -> None:
    assert town.commit(town.send(PEOPLE))["state"] == "committed"
    theirs = other.send(PEOPLE.replace("p1", "p2"))
    assert (refused(theirs), theirs["plan"]["counts"]["new"]) == ([], 3)
    assert other.commit(theirs)["state"] == "committed"
    with reading(database) as session:
        entered = session.exec(select(RegistrationRow.applicant_id, RegistrationRow.municipality_code)).all()
    assert sorted(entered) == [
        ("01468-1", "01468"),
        ("01468-2", "01468"),
        ("32525-1", "32525"),
        ("32525-2", "32525"),
    ]
    for spelled in (PEOPLE, PEOPLE.replace("\n1,", "\n01468-1,")):  # by the own number and by the stored id
        again = town.send(spelled)["plan"]
        assert (again["counts"]["new"], again["counts"]["unchanged"]) == (0, 3)


def test_a_file_is_its_senders_alone(town: Office, other: Office, everyone: Headers) -> None:
    found = town.send(PEOPLE)
    path, body = f"{IMPORTS}/{found['import_id']}", {"plan_digest": found["plan_digest"]}
    for headers in (other.headers, everyone("administrator")):
        answers = [
            town.service.get(path, headers=headers),
            town.service.get(f"{path}/events", headers=headers),
            town.service.post(f"{path}/commit", json=body, headers=headers),
            town.service.put(f"{path}/mapping", json=found["plan"]["mapping"], headers=headers),
            town.service.delete(path, headers=headers),
        ]
        assert {(one.status_code, one.json()["type"]) for one in answers} == {(404, "urn:enmusubi:problem:unknown-id")}
        assert town.service.get(IMPORTS, headers=headers).json()["total"] == 0
    assert town.read(found["import_id"])["state"] == "previewed"


def test_rows_of_others_are_refused_with_their_reason_and_the_rest_is_stored(town: Office) -> None:
    postings = "募集ID,市町村,募集人数,制度\nq1,下川町,2,協力隊\nq2,島根県海士町,1,協力隊"
    found = town.send(postings)
    assert refused(found) == [(3, "not_own_municipality")]
    assert (
        town.commit(found)["report"]["counts"] | {"new": 1, "refused_rows": 1}
        == town.read(found["import_id"])["report"]["counts"]
    )
    stored = town.service.get("/api/v1/postings", headers=town.headers).json()["postings"]
    assert [one["posting_id"] for one in stored] == ["01468-q1", "p1"]
    own_words = town.send("応募者ID,志望動機\na1,変えました。")  # who applied here, and entered the record in person
    assert refused(own_words) == [(2, "not_entered_here")]
    elsewhere = town.send(
        "応募者ID,志望動機\na3,変えました。"
    )  # out of reach: somebody of the town's own by that number
    assert [one["id"] for one in elsewhere["plan"]["changes"]] == ["01468-a3"]
    companies = town.send("企業名,所在地,業種\n架空産業株式会社,東京都港区,製造業", kind="companies")
    assert refused(companies) == [(2, "companies_elsewhere")]


@ON_SQLITE
def test_a_conflict_of_interest_closes_the_posting_to_imports(town: Office) -> None:
    declared = {"kind": "friend", "posting_id": "p1"}
    assert town.service.post("/api/v1/conflicts", json=declared, headers=town.headers).status_code == 201
    found = town.send(PEOPLE)
    assert refused(found) == [(2, "conflict_of_interest")]
    assert [one["id"] for one in found["plan"]["changes"]] == ["01468-2"]


@ON_SQLITE
def test_a_file_is_no_way_to_guess_at_private_preferences_and_takes_none_away(
    town: Office, database: Engine, clock: Any
) -> None:
    file = "受付番号,住民票所在地,希望月収\n1,東京都港区,{}"
    town.commit(town.send(file.format("180000")))
    with writing(database) as session:
        row = session.get_one(APPLICANTS.row, "01468-1")
        private: dict[str, JsonValue] = {"min_monthly_pay_yen": 180_000, "snow_ok": False}
        row.record = {**row.record, "private_preferences": private}
        session.add(row)
    right, wrong = town.send(file.format("180000")), town.send(file.format("190000"))
    assert right["plan"]["changes"][0]["fields"] == wrong["plan"]["changes"][0]["fields"]
    assert right["plan"]["changes"][0]["state"] == wrong["plan"]["changes"][0]["state"] == "changed"
    town.commit(wrong)
    with reading(database) as session:
        kept = read(session, APPLICANTS, "01468-1").private_preferences
    assert (kept.min_monthly_pay_yen, kept.snow_ok) == (190_000, False)


@ON_SQLITE
def test_an_account_that_left_stores_nothing_more(
    town: Office, guarded: FastAPI, database: Engine, everyone: Headers
) -> None:
    found = town.send(PEOPLE)
    guarded.state.settings = guarded.state.settings.model_copy(update={"jobs": "worker"})
    town.commit(found)
    with writing(database) as session:
        row = session.get_one(AccountRow, "id-coordinator")
        row.state = "disabled"
        session.add(row)
    guarded.state.settings = guarded.state.settings.model_copy(update={"jobs": "inline"})
    assert town.service.post("/api/v1/runs", json={}, headers=everyone("administrator")).status_code == 202
    with reading(database) as session:
        (job,) = session.exec(select(JobRow).where(JobRow.kind == COMMIT)).all()
        assert (job.state, (job.error or {})["type"]) == ("failed", "urn:enmusubi:problem:forbidden")
        assert session.exec(select(RegistrationRow.applicant_id)).all() == []


@ON_SQLITE
def test_an_administrator_imports_for_every_municipality(
    service: TestClient, everyone: Headers, inline: Settings
) -> None:
    office = Office(service, everyone("administrator"))
    found = office.send("募集ID,市町村,募集人数\nq1,下川町,2\nq2,島根県海士町,1")
    assert (refused(found), [one["id"] for one in found["plan"]["changes"]]) == ([], ["q1", "q2"])
    assert office.commit(found)["state"] == "committed"
