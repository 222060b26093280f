"""A stored run comes out again, byte for byte, whatever has changed since — or it is said why it does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api import canonical
from api.canonical import canonical_json, digest_of
from api.cli import run as command_line
from api.runs.verification.body_checks import body_checks
from api.runs.verification.verifying import RunVerification, verify_run
from api.storage.database import writing
from api.storage.tables import RunInputRow, RunRow
from features.rules import shipped_rulesets
from tests.api.conftest import Json

RUNS = "/api/v1/runs"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
RULESET = "features/rulesets/kyoryokutai/fy2026.toml"


def _run(client: TestClient, **asked: object) -> str:
    answer = client.get(client.post(RUNS, json=asked).headers["location"]).json()
    assert answer["status"] == "done", answer
    run_id: str = answer["run_id"]
    return run_id


def _verified(client: TestClient, run_id: str) -> Json:
    asked = client.post(f"{RUNS}/{run_id}/verification")
    assert asked.status_code == 202
    job = client.get(asked.headers["location"]).json()
    assert job["state"] == "done", job
    found: Json = job["result"]
    return found


def _change_everything(client: TestClient) -> None:
    posting = client.get("/api/v1/postings/p1").json()
    client.put("/api/v1/postings/p1", json=posting | {"monthly_pay_yen": 1, "activities": ["digital"], "headcount": 9})
    client.put("/api/v1/applicants/a1", json={"applicant_id": "a1", "programs": []})
    client.post("/api/v1/applicants", json={"applicant_id": "a0", "programs": ["kyoryokutai"]})
    new = posting | {"posting_id": "p0"}
    new.pop("version", None)
    assert client.post("/api/v1/postings", json=new).status_code == 201


def _set(app: FastAPI, **settings: object) -> None:
    app.state.settings = app.state.settings.model_copy(update=settings)


def _overwrite(engine: Engine, run_id: str, change: dict[str, Any], *, with_digest: bool) -> None:
    """Somebody with the database in hand."""
    with writing(engine) as session:
        row = session.get_one(RunRow, run_id)
        body = json.loads(row.body) | change
        if with_digest:
            body["digest"] = row.digest = digest_of({key: value for key, value in body.items() if key != "digest"})
        row.body = canonical_json(body)
        session.add(row)


@pytest.mark.parametrize("mechanism", ["deferred-acceptance", "optimal-assignment"])
def test_the_same_bytes_come_out_although_every_record_has_changed(loaded: TestClient, mechanism: str) -> None:
    run_id = _run(loaded, mechanism=mechanism, seed=4, lottery="multiple", list_length=1)
    _change_everything(loaded)
    assert _run(loaded, mechanism=mechanism, seed=4) != run_id
    found = _verified(loaded, run_id)
    assert (found["outcome"], found["first_difference"], found["same_code"]) == ("same", None, True)
    assert found["computed_digest"] == found["digest"] == loaded.get(f"{RUNS}/{run_id}").json()["digest"]
    assert {check["name"]: check["holds"] for check in found["checks"]} == dict.fromkeys(
        ("digest", "people", "seats", "stability", "certificate"), True
    )
    assert found["stored_versions"] == found["present_versions"]


@ON_SQLITE
def test_the_same_bytes_come_out_although_weights_and_rules_have_changed(
    loaded: TestClient, app: FastAPI, tmp_path: Path
) -> None:
    weights, rules = tmp_path / "ours.toml", tmp_path / "rules" / "kyoryokutai" / "ours.toml"
    weights.write_text("[coordinator]\nactivity_wish = 0.9\n", encoding="utf-8")
    rules.parent.mkdir(parents=True)
    shipped = (Path(__file__).resolve().parents[4] / RULESET).read_text(encoding="utf-8")
    rules.write_text(shipped.replace('id = "kyoryokutai/fy2026"', 'id = "kyoryokutai/ours"'), encoding="utf-8")
    _set(app, weights_file=weights, rules_dir=tmp_path / "rules")
    run_id = _run(loaded)
    stored = loaded.get(f"{RUNS}/{run_id}").json()["run"]["provenance"]
    assert stored["weights"]["name"] == "ours"
    assert "kyoryokutai/ours" in {ruleset["id"] for ruleset in stored["rulesets"]}

    weights.unlink()
    rules.write_text("changed beyond reading", encoding="utf-8")
    _set(app, weights_file=None, rules_dir=tmp_path / "none")
    other = loaded.get(f"{RUNS}/{_run(loaded)}").json()["run"]["provenance"]
    assert other["weights"]["digest"] != stored["weights"]["digest"]
    assert _verified(loaded, run_id)["outcome"] == "same"


def test_what_was_put_into_a_stored_run_is_found_by_its_digest(loaded: TestClient, engine: Engine) -> None:
    run_id = _run(loaded)
    _overwrite(engine, run_id, {"matching": {"a1": None, "a2": "p1", "a3": None}}, with_digest=False)
    found = verify_run(engine, run_id)
    assert (found.outcome, found.first_difference) == ("differs", "checks.digest")


def test_what_was_put_in_with_a_digest_of_its_own_is_found_by_computing_again(
    loaded: TestClient, engine: Engine
) -> None:
    run_id = _run(loaded)
    report = loaded.get(f"{RUNS}/{run_id}").json()["run"]["report"]
    _overwrite(engine, run_id, {"report": report | {"objective": 9.0}}, with_digest=True)
    found = verify_run(engine, run_id)
    assert (found.outcome, found.first_difference) == ("differs", "report.objective")
    assert found.digest != found.computed_digest


@ON_SQLITE
def test_a_difference_names_nobody(loaded: TestClient, engine: Engine) -> None:
    run_id = _run(loaded)
    body = loaded.get(f"{RUNS}/{run_id}").json()["run"]
    numbers = body["report"]["lottery"]["applicants"]
    changed = body["report"] | {"lottery": body["report"]["lottery"] | {"applicants": numbers | {"a2": 7}}}
    _overwrite(engine, run_id, {"report": changed}, with_digest=True)
    assert verify_run(engine, run_id).first_difference == "report.lottery.applicants.applicant 2"


def test_a_run_over_somebody_who_was_erased_since_is_checked_from_its_body(loaded: TestClient, engine: Engine) -> None:
    run_id = _run(loaded, mechanism="optimal-assignment")
    assert loaded.delete("/api/v1/applications/x2").status_code == 204
    assert loaded.delete("/api/v1/applicants/a2").status_code == 204
    found = verify_run(engine, run_id)
    assert (found.outcome, found.computed_digest) == ("incomplete", None)
    assert found.reason is not None
    assert found.reason.startswith("1 applicant record(s) of that state have been erased since")
    assert [check.holds for check in found.checks] == [True] * 5


def test_a_run_from_before_its_inputs_were_kept_is_checked_from_its_body(loaded: TestClient, engine: Engine) -> None:
    run_id = _run(loaded)
    with writing(engine) as session:
        session.delete(session.get_one(RunInputRow, run_id))
    found = verify_run(engine, run_id)
    assert (found.outcome, len(found.checks)) == ("incomplete", 5)
    assert found.reason == "it was stored before runs kept what they were computed from"


@ON_SQLITE
def test_another_version_of_the_code_is_told_and_still_compared(
    loaded: TestClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = _run(loaded)
    for module in ("api.provenance", "api.runs.verification.verifying"):
        monkeypatch.setattr(f"{module}.code_version", lambda: "9.9.9")
    found = verify_run(engine, run_id)
    assert (found.outcome, found.same_code) == ("same", False)
    assert found.stored_versions["code_version"] == canonical.code_version()
    assert found.present_versions["code_version"] == "9.9.9"
    assert found.digest != found.computed_digest


@ON_SQLITE
def test_a_version_without_one_of_the_weighed_terms_says_so(loaded: TestClient, engine: Engine) -> None:
    run_id = _run(loaded)
    with writing(engine) as session:
        row = session.get_one(RunInputRow, run_id)
        kept: Json = json.loads(json.dumps(row.inputs))
        kept["weights"]["coordinator"].append(["shoe_size", 0.5])
        row.inputs = kept
        session.add(row)
    found = verify_run(engine, run_id)
    assert found.outcome == "incomplete"
    assert found.reason is not None
    assert "coordinator weighs shoe_size, a term that this version does not have" in found.reason


@ON_SQLITE
@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"report": {"matched": 7}}, "people"),
        ({"report": {"seats": 7}}, "seats"),
        ({"report": {"stable": False}}, "stability"),
        ({"report": {"certificate": None}}, "certificate"),
        ({"report": {"cutoffs": 1}}, "form"),
    ],
)
def test_a_body_that_does_not_add_up_is_named(
    loaded: TestClient, engine: Engine, change: dict[str, Json], check: str
) -> None:
    run_id = _run(loaded, mechanism="optimal-assignment")
    body = loaded.get(f"{RUNS}/{run_id}").json()["run"]
    assert all(one.holds for one in body_checks(canonical_json(body), body["digest"]))
    wrong = body | {"report": body["report"] | change["report"]}
    wrong["digest"] = digest_of({key: value for key, value in wrong.items() if key != "digest"})
    found = [one.name for one in body_checks(canonical_json(wrong), wrong["digest"]) if not one.holds]
    assert found == [check]


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "[" * 100_000, '{"digest": "d"}'])
def test_what_is_no_body_is_not_whole(text: str) -> None:
    assert [check.holds for check in body_checks(text, "d")] == [False]


@ON_SQLITE
def test_the_command_says_the_same_with_its_exit_status(
    loaded: TestClient,
    engine: Engine,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", database_url)
    run_id = _run(loaded)
    assert command_line(["verify-run", run_id]) == 0
    assert "同じ結果になりました（保存されたものと一字一句同じです）" in capsys.readouterr().out
    assert command_line(["verify-run", run_id, "--json"]) == 0
    assert RunVerification.model_validate_json(capsys.readouterr().out) == verify_run(engine, run_id)

    report = loaded.get(f"{RUNS}/{run_id}").json()["run"]["report"]
    other = _run(loaded)
    _overwrite(engine, other, {"report": report | {"objective": 9.0}}, with_digest=True)
    assert command_line(["verify-run", other]) == 1
    assert "最初の違い: report.objective" in capsys.readouterr().out

    with writing(engine) as session:
        session.delete(session.get_one(RunInputRow, run_id))
    assert command_line(["verify-run", run_id]) == 2
    told = capsys.readouterr()
    reason = "it was stored before runs kept what they were computed from"
    assert told.err == f"enmusubi: run {run_id} cannot be computed again: {reason}\n"
    assert told.out.count("✓") == 5
    assert command_line(["verify-run", "r9"]) == 2
    assert "no run has the id r9" in capsys.readouterr().err


def test_verifying_stores_nothing_but_its_own_job(loaded: TestClient, engine: Engine) -> None:
    run_id = _run(loaded)
    before = loaded.get(f"{RUNS}/{run_id}/record").content
    _verified(loaded, run_id)
    assert loaded.get(f"{RUNS}/{run_id}/record").content == before
    assert loaded.get(RUNS).json()["total"] == 1
    assert loaded.get("/api/v1/jobs", params={"kind": "verification"}).json()["total"] == 1


def test_the_shipped_rules_are_not_kept_with_a_run(loaded: TestClient, engine: Engine) -> None:
    run_id = _run(loaded)
    with writing(engine) as session:
        kept = session.get_one(RunInputRow, run_id).inputs
    assert (kept["rules"], len(shipped_rulesets()) > 0) == ({}, True)
