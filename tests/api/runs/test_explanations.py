"""Why somebody was placed where, or nowhere, over HTTP: read from the stored record, to whoever may read the run."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select
from starlette.testclient import TestClient

from api.audit.tables import AuditRow
from api.http.errors import UnknownIdError
from api.runs.explanations import explanations_of
from api.storage.database import reading
from api.storage.errors import DamagedRowError
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

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
RUNS = "/api/v1/runs"


def run_of(service: TestClient, headers: dict[str, str]) -> dict[str, Any]:
    run_id = service.post(RUNS, json={}, headers=headers).json()["run_id"]
    found: dict[str, Any] = service.get(f"{RUNS}/{run_id}", headers=headers).json()
    return found


def record_of(**changed: Any) -> str:
    """The parts of a record that explain: of three people one holds the only seat of p1, p2 has one left."""
    unmatched: list[Any] = [
        {"applicant_id": "b", "reasons": ["capacity", "priority"], "refused_by": ["p1"], "open_to": ["p2"]},
        {"applicant_id": "c", "reasons": [], "refused_by": [], "open_to": []},
    ]
    report: dict[str, Any] = {
        "cutoffs": {"p1": {"score": 0.75, "seats_left": 0}, "p2": {"score": None, "seats_left": 1}},
        "unmatched": unmatched,
        "blocking_pairs": [],
    }
    run: dict[str, Any] = {"mechanism": "deferred-acceptance", "matching": {"b": None, "a": "p1", "c": None}}
    return json.dumps(run | {"report": report | changed.pop("report", {}), "digest": "d" * 64} | changed)


def test_who_holds_a_place_is_told_by_which_promise_and_who_holds_none_what_it_would_have_taken() -> None:
    held, refused, other = explanations_of("r1", record_of(), limit=10, offset=0).explanations

    assert held.placed is not None
    assert (held.placed.posting_id, held.placed.score, held.placed.seats_left) == ("p1", 0.75, 0)
    assert [one.sentence for one in held.reasons] == ["希望の順に上から見て、受け入れることができた最初の募集です。"]
    assert refused.placed is None
    assert [one.code for one in refused.reasons] == ["capacity", "priority"]
    assert [(one.posting_id, one.score) for one in refused.refused_by] == [("p1", 0.75)]
    assert refused.open_to == ["p2"]
    assert [one.code for one in other.reasons] == ["other"]


def test_an_optimal_round_says_who_would_rather_have_each_other() -> None:
    text = record_of(mechanism="optimal-assignment", report={"blocking_pairs": [["b", "p1"], ["a", "p2"], ["b", "p2"]]})
    held, refused, _ = explanations_of("r1", text, limit=10, offset=0).explanations

    assert [one.code for one in held.reasons] == ["largest_total"]
    assert (held.rather, refused.rather) == (["p2"], ["p1", "p2"])


def test_nobody_is_told_of_a_person_who_was_erased() -> None:
    def erased(people: Collection[str]) -> set[str]:
        return {"b"} & set(people)

    found = explanations_of("r1", record_of(), erased=erased, limit=10, offset=0)

    assert ([one.applicant_id for one in found.explanations], found.total) == (["a", "c"], 2)
    with pytest.raises(UnknownIdError, match="no applicant has the id b"):
        explanations_of("r1", record_of(), applicant_id="b", erased=erased, limit=10, offset=0)


def test_a_page_of_them_is_in_the_order_of_ids_and_counts_all() -> None:
    second = explanations_of("r1", record_of(), limit=1, offset=1)
    without = explanations_of("r1", record_of(), placed=False, limit=10, offset=0)

    assert ([one.applicant_id for one in second.explanations], second.total) == (["b"], 3)
    assert ([one.applicant_id for one in without.explanations], without.total) == (["b", "c"], 2)
    with pytest.raises(UnknownIdError, match="no applicant has the id z"):
        explanations_of("r1", record_of(), applicant_id="z", limit=10, offset=0)


def test_a_supporter_reads_why_and_the_reading_is_on_record(
    service: TestClient, everyone: Headers, database: Engine
) -> None:
    supporter = everyone("supporter")
    run = run_of(service, supporter)
    told = service.get(f"{RUNS}/{run['run_id']}/explanations", headers=supporter).json()

    assert told["digest"] == run["digest"]
    held = {one["applicant_id"]: one["placed"] and one["placed"]["posting_id"] for one in told["explanations"]}
    assert held == run["run"]["matching"]
    assert all(one["reasons"] for one in told["explanations"])
    first = sorted(held)[0]
    alone = service.get(f"{RUNS}/{run['run_id']}/explanations?applicant_id={first}", headers=supporter).json()
    assert alone["explanations"] == told["explanations"][:1]
    with reading(database) as session:
        newest = session.exec(select(AuditRow).order_by(col(AuditRow.sequence).desc())).first()
        assert newest is not None
        entry = json.loads(newest.entry)
    assert (entry["action"], entry["purpose"], entry["on"][0]["kind"]) == ("read", "placement", "run")


@ON_SQLITE
def test_whoever_may_not_read_the_run_is_not_told_why(service: TestClient, everyone: Headers) -> None:
    supporter = everyone("supporter")
    path = f"{RUNS}/{run_of(service, supporter)['run_id']}/explanations"
    statuses = {role: service.get(path, headers=everyone(role)).status_code for role in ("coordinator", "applicant")}

    assert statuses == {"coordinator": 403, "applicant": 403}
    assert service.get(path, headers=everyone("auditor")).status_code == 200
    own = run_of(service, everyone("administrator"))["run_id"]
    assert service.get(f"{RUNS}/{own}/explanations", headers=supporter).status_code == 404
    assert service.get(f"{RUNS}/nothing/explanations", headers=everyone("auditor")).status_code == 404
    assert service.get(f"{path}?applicant_id=nobody", headers=supporter).status_code == 404
    assert service.get(f"{path}?limit=1001", headers=supporter).status_code == 422
    service.delete("/api/v1/consents/01468", headers=everyone("coordinator"))
    assert service.get(path, headers=supporter).status_code == 404


def test_a_damaged_record_is_named_and_never_quoted() -> None:
    with pytest.raises(DamagedRowError, match="table run, id r1: the stored record is damaged"):
        explanations_of("r1", '{"matching": "山田"}', limit=1, offset=0)


def test_a_place_below_a_wish_comes_with_what_the_wish_would_have_taken() -> None:
    wishes = [{"posting_id": "p2", "score": 0.5, "why": "lottery"}]
    above = {"passed_over": [{"applicant_id": "a", "n": 1, "wishes": wishes}]}
    cutoffs = {"p1": {"score": 0.75, "seats_left": 0}, "p2": {"score": 0.5, "seats_left": 0}}
    text = record_of(report=above | {"cutoffs": cutoffs})
    held, refused, _ = explanations_of("r1", text, limit=10, offset=0).explanations

    assert [(one.posting_id, one.own_score, one.score) for one in held.passed_over] == [("p2", 0.5, 0.5)]
    assert held.passed_over[0].sentence == "最後に入った人と同じ点数で、公表したくじの番号で決まりました。"
    assert refused.passed_over == []
