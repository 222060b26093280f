"""A proof is taken only where it was asked for, seen by the town alone, and its image is gone when it is checked."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import select
from starlette.testclient import TestClient

from api.audit.entry import LOCAL
from api.backup.restoring import restore
from api.backup.saving import save
from api.proofs.expiring import let_expired_go
from api.proofs.tables import ProofImageRow, ProofRow
from api.retention.purging import due_on
from api.retention.rules import retention_rules
from api.retention.timed import TimedRemoval
from api.settings import Settings
from api.storage.database import database_engine, reading
from tests.api.accounts.conftest import Headers, Json, NewAccount
from tests.api.conftest import EmptyDatabase
from tests.api.kept_databases import KeptDatabases
from tests.api.proofs.test_files import JPEG, PNG

LICENCE = "普通自動車免許"
ADDRESS, DRIVING = {"kind": "address"}, {"kind": "licence", "licence": LICENCE}
OF_X1 = "/api/v1/applications/x1/proofs"
BYTES = {"Content-Type": "application/octet-stream"}
DAY = date(2026, 11, 23)
LAST = DAY + timedelta(days=30)
Ask = Callable[..., str]


@pytest.fixture
def town(service: TestClient, everyone: Headers, database: Engine, kept_databases: KeptDatabases) -> dict[str, str]:
    """The coordinator's headers; the call requires a driving licence."""

    def store() -> None:
        headers = everyone("coordinator")
        posting = service.get("/api/v1/postings/p1", headers=headers).json() | {"required_licences": [LICENCE]}
        assert service.put("/api/v1/postings/p1", json=posting, headers=headers).status_code == 200

    kept_databases.fill("licence_required", database, store)
    return everyone("coordinator")


@pytest.fixture
def ask(service: TestClient, town: dict[str, str]) -> Ask:
    def asked(order: Json = ADDRESS) -> str:
        answer = service.post(OF_X1, json=order, headers=town)
        assert answer.status_code == 201, answer.json()
        proof_id: str = answer.json()["proof_id"]
        return proof_id

    return asked


def _send(service: TestClient, proof_id: str, headers: dict[str, str], content: bytes = PNG) -> int:
    return service.put(f"/api/v1/proofs/{proof_id}/image", content=content, headers=headers | BYTES).status_code


def _images(engine: Engine) -> int:
    with reading(engine) as session:
        return len(session.exec(select(ProofImageRow)).all())


def test_the_way_of_a_proof(
    service: TestClient, everyone: Headers, town: dict[str, str], ask: Ask, database: Engine
) -> None:
    proof_id, own = ask(), everyone("applicant")
    (told,) = service.get(OF_X1, headers=own).json()["proofs"]
    assert (told["state"], told["ground"], told["delete_on"]) == ("asked", "asked", LAST.isoformat())
    assert _send(service, proof_id, own) == 200
    shown = service.get(f"/api/v1/proofs/{proof_id}/image", headers=town)
    assert (shown.content, shown.headers["content-type"]) == (PNG, "application/octet-stream")
    assert shown.headers["content-disposition"] == f'attachment; filename="proof-{proof_id}"'
    assert (shown.headers["cache-control"], shown.headers["x-content-type-options"]) == ("no-store", "nosniff")
    seen = {"is_confirmed": True, "municipality_code": "13112", "zone": "outside"}
    checked = service.post(f"/api/v1/proofs/{proof_id}/check", json=seen, headers=town).json()
    assert {name: checked[name] for name in seen} == seen and checked["state"] == "checked"
    assert _images(database) == 0
    assert service.get(f"/api/v1/proofs/{proof_id}/image", headers=town).status_code == 409
    with reading(database) as session:
        assert session.get_one(ProofRow, proof_id).checked_by == "id-coordinator"
    assert service.delete(f"/api/v1/proofs/{proof_id}", headers=town).status_code == 409  # what was seen stays


def test_nobody_sends_what_nobody_asked_for(service: TestClient, everyone: Headers, town: dict[str, str]) -> None:
    own = everyone("applicant")
    assert _send(service, "no-such-proof", own) == 404
    refused = service.post(OF_X1, json=ADDRESS | {}, headers=own)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:enmusubi:problem:needless")
    other = {"kind": "licence", "licence": "大型自動車免許"}
    for headers in (own, town):
        needless = service.post(OF_X1, json=other, headers=headers)
        assert needless.json()["errors"][0]["msg"] == "is not among the call's required_licences"
    assert service.get(OF_X1, headers=own).json()["proofs"] == []


def test_what_the_call_requires_may_be_sent_unasked_and_is_asked_once(
    service: TestClient, everyone: Headers, town: dict[str, str]
) -> None:
    own = everyone("applicant")
    first = service.post(OF_X1, json=DRIVING, headers=own)
    assert (first.status_code, first.json()["ground"]) == (201, "must_have")
    again = service.post(OF_X1, json=DRIVING, headers=town)
    assert (again.status_code, again.json()["proof_id"]) == (200, first.json()["proof_id"])
    assert _send(service, first.json()["proof_id"], own, JPEG) == 200


def test_where_the_rules_need_the_district_the_address_is_asked_for(
    service: TestClient, everyone: Headers, town: dict[str, str], account: NewAccount
) -> None:
    # a city of which a part only is a 条件不利区域, and a zone that nobody knows
    record = {"applicant_id": "a1", "programs": ["kyoryokutai"]}
    profile = {"selection_profile": {"origin": {"municipality_code": "22203", "zone": "unknown"}}}
    own = everyone("applicant")
    assert service.put("/api/v1/applicants/a1", json=record | profile, headers=own).status_code == 200
    answer = service.post(OF_X1, json=ADDRESS, headers=own)
    assert (answer.status_code, answer.json().get("ground")) == (201, "district"), answer.json()


@pytest.mark.parametrize("role", ["other", "supporter", "researcher", "auditor", "administrator"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_other_role_sees_or_touches_a_proof(role: str, service: TestClient, everyone: Headers, ask: Ask) -> None:
    proof_id = ask()
    assert _send(service, proof_id, everyone("applicant")) == 200
    headers, wanted = everyone(role), {404} if role == "other" else {403}
    answers = {
        service.get(OF_X1, headers=headers).status_code,
        service.get(f"/api/v1/proofs/{proof_id}/image", headers=headers).status_code,
        service.post(f"/api/v1/proofs/{proof_id}/check", json={"is_confirmed": True}, headers=headers).status_code,
        service.delete(f"/api/v1/proofs/{proof_id}", headers=headers).status_code,
        _send(service, proof_id, headers),
    }
    assert answers == wanted


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_another_applicant_reaches_it_not_and_the_own_image_is_the_towns_to_see(
    service: TestClient, everyone: Headers, ask: Ask, account: NewAccount
) -> None:
    account("two", "applicant", applicant_id="a2")
    proof_id = ask()
    assert _send(service, proof_id, everyone("two")) == 404
    assert service.get(f"/api/v1/proofs/{proof_id}/image", headers=everyone("applicant")).status_code == 403
    assert (
        service.post(
            f"/api/v1/proofs/{proof_id}/check", json={"is_confirmed": True}, headers=everyone("applicant")
        ).status_code
        == 403
    )


@pytest.mark.parametrize(
    ("content", "status", "kind"), [(b"GIF89a", 415, "proof-file"), (b"%PDF-" + bytes(5 * 2**20), 413, "proof-size")]
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_that_may_not_come_in_leaves_nothing(
    content: bytes, status: int, kind: str, service: TestClient, everyone: Headers, ask: Ask, database: Engine
) -> None:
    proof_id = ask()
    sent = service.put(f"/api/v1/proofs/{proof_id}/image", content=content, headers=everyone("applicant") | BYTES)
    assert (sent.status_code, sent.json()["type"]) == (status, f"urn:enmusubi:problem:{kind}")
    assert _images(database) == 0


def test_what_is_taken_back_is_gone(
    service: TestClient, everyone: Headers, ask: Ask, database: Engine, town: dict[str, str]
) -> None:
    proof_id, own = ask(), everyone("applicant")
    assert _send(service, proof_id, own) == 200
    assert _send(service, proof_id, own, JPEG) == 200  # another file takes the place of the first
    assert _images(database) == 1
    assert service.delete(f"/api/v1/proofs/{proof_id}", headers=own).status_code == 204
    assert _images(database) == 0
    assert _send(service, proof_id, own) == 409
    assert service.post(OF_X1, json=ADDRESS, headers=town).status_code == 201  # and may be asked for anew


def test_an_image_is_gone_on_its_date_although_nobody_looked(
    service: TestClient, guarded: FastAPI, everyone: Headers, ask: Ask, database: Engine, town: dict[str, str]
) -> None:
    proof_id = ask()
    assert _send(service, proof_id, everyone("applicant")) == 200
    assert let_expired_go(database, on=LAST, actor=LOCAL) == []
    after = LAST + timedelta(days=1)
    settings: Settings = guarded.state.settings
    guarded.state.settings = settings.model_copy(update={"today": after})
    late = service.get(f"/api/v1/proofs/{proof_id}/image", headers=town)
    assert (late.status_code, late.json()["type"]) == (409, "urn:enmusubi:problem:not-asked")  # also before it is gone
    assert due_on(database, retention_rules(), on=after)["proof"].ids == (proof_id,)
    timed = TimedRemoval(database, guarded.state.settings, clock=guarded.state.clock)
    for look in timed.looks:
        look()
    assert _images(database) == 0
    assert [one["state"] for one in service.get(OF_X1, headers=town).json()["proofs"]] == ["expired"]
    for look in timed.looks:  # nothing is left to do
        look()


def test_a_removed_application_takes_its_proofs_along(
    service: TestClient, everyone: Headers, ask: Ask, database: Engine, town: dict[str, str]
) -> None:
    assert _send(service, ask(), everyone("applicant")) == 200
    assert service.delete("/api/v1/applications/x1", headers=town).status_code == 204
    with reading(database) as session:
        assert session.exec(select(ProofRow)).all() == []
    assert _images(database) == 0


def test_a_backup_holds_the_image(
    service: TestClient, everyone: Headers, ask: Ask, database: Engine, empty_database: EmptyDatabase, tmp_path: Path
) -> None:
    assert _send(service, ask(), everyone("applicant")) == 200
    save(database, tmp_path / "all.backup")
    target = database_engine(empty_database("sqlite"))
    restore(target, tmp_path / "all.backup")
    with reading(target) as session:
        assert [base64.b64decode(row.content) for row in session.exec(select(ProofImageRow))] == [PNG]
    target.dispose()


@pytest.mark.parametrize(
    ("order", "fault"),
    [
        ({"kind": "licence"}, "licence is named exactly"),
        ({"kind": "address", "licence": "x"}, "licence is named exactly"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_licence_is_named_and_an_address_is_not(
    order: Json, fault: str, service: TestClient, town: dict[str, str]
) -> None:
    refused = service.post(OF_X1, json=order, headers=town)
    assert refused.status_code == 422 and fault in refused.json()["detail"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_licence_tells_nothing_of_an_address(
    service: TestClient, everyone: Headers, ask: Ask, town: dict[str, str]
) -> None:
    proof_id = ask(DRIVING)
    assert _send(service, proof_id, everyone("applicant")) == 200
    seen = {"is_confirmed": True, "zone": "outside"}
    refused = service.post(f"/api/v1/proofs/{proof_id}/check", json=seen, headers=town)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:enmusubi:problem:needless")
