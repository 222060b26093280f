"""Invitations, resets, leaving people, tokens of programs, and the command line."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.accounts.account_records import NewAccount as NewAccountModel
from api.accounts.account_records import disable, first_administrator
from api.accounts.errors import AccountError
from api.storage.database import writing
from tests.api.accounts.conftest import PASSWORD, Headers, Json, MovedClock, NewAccount

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NEW = {
    "sign_in_name": "Suzuki@town.example",
    "display_name": "鈴木",
    "role": "coordinator",
    "municipality_code": "01468",
}


def _by_link(service: TestClient, token: str, password: str = PASSWORD) -> int:
    return service.post("/api/v1/password", json={"token": token, "password": password}).status_code


def _sign_in(service: TestClient, name: str) -> int:
    service.cookies.clear()
    return service.post("/api/v1/session", json={"sign_in_name": name, "password": PASSWORD}).status_code


@pytest.fixture
def administrator(account: NewAccount, signed_in: Headers) -> dict[str, str]:
    return signed_in(account("administrator", "administrator"))


def test_an_invitation_is_used_once(service: TestClient, administrator: dict[str, str]) -> None:
    invited = service.post("/api/v1/accounts", json=NEW, headers=administrator).json()
    assert (invited["state"], invited["sign_in_name"]) == ("invited", "suzuki@town.example")
    assert _sign_in(service, invited["sign_in_name"]) == 401
    assert _by_link(service, invited["token"], "short") == 422  # the link is not lost by it
    assert _by_link(service, invited["token"]) == 204
    assert _by_link(service, invited["token"]) == 422
    assert _sign_in(service, invited["sign_in_name"]) == 201


def test_an_invitation_ends_after_a_week_and_a_newer_one_ends_it_at_once(
    service: TestClient, administrator: dict[str, str], signed_in: Headers, clock: MovedClock
) -> None:
    invited = service.post("/api/v1/accounts", json=NEW, headers=administrator).json()
    newer = service.post(f"/api/v1/accounts/{invited['account_id']}/link", json={}, headers=administrator).json()
    assert _by_link(service, invited["token"]) == 422
    clock.move(days=7)
    assert _by_link(service, newer["token"]) == 422


def test_a_reset_ends_sessions_and_tokens_and_takes_the_second_factor_only_when_told(
    service: TestClient, administrator: dict[str, str], account: NewAccount, signed_in: Headers
) -> None:
    account("yamada", "auditor", totp_secret="JBSWY3DPEHPK3PXP")
    yamada = signed_in("id-yamada")
    token = service.post("/api/v1/me/tokens", json={"label": "x", "scopes": ["runs:read"]}, headers=yamada).json()
    bearer = {"Authorization": f"Bearer {token['token']}"}
    assert service.get("/api/v1/runs", headers=bearer).status_code == 200
    for is_lost, shown in ((False, True), (True, False)):
        link = service.post(
            "/api/v1/accounts/id-yamada/link", json={"without_second_factor": is_lost}, headers=administrator
        ).json()
        assert _by_link(service, link["token"]) == 204
        told = service.get("/api/v1/accounts/id-yamada", headers=administrator).json()
        assert told["second_factor"] is shown
    assert service.get("/api/v1/me", headers=yamada).status_code == 401
    assert service.get("/api/v1/runs", headers=bearer).status_code == 401


def test_a_person_who_leaves_is_out_at_once(
    service: TestClient, administrator: dict[str, str], account: NewAccount, signed_in: Headers
) -> None:
    account("yamada", "auditor")
    yamada = signed_in("id-yamada")
    token = service.post("/api/v1/me/tokens", json={"label": "x", "scopes": ["runs:read"]}, headers=yamada).json()
    link = service.post("/api/v1/accounts/id-yamada/link", json={}, headers=administrator).json()
    assert service.delete("/api/v1/accounts/id-yamada", headers=administrator).status_code == 204
    assert service.get("/api/v1/me", headers=yamada).status_code == 401
    assert service.get("/api/v1/runs", headers={"Authorization": f"Bearer {token['token']}"}).status_code == 401
    assert _by_link(service, link["token"]) == 422
    assert _sign_in(service, "yamada") == 401
    told = service.get("/api/v1/accounts/id-yamada", headers=administrator).json()
    assert told["state"] == "disabled"
    again = service.post("/api/v1/accounts/id-yamada/link", json={}, headers=administrator)
    assert again.status_code == 422


def test_the_only_administrator_cannot_be_disabled(database: Engine, account: NewAccount, clock: MovedClock) -> None:
    account("one", "administrator")
    with pytest.raises(AccountError, match="only administrator"), writing(database) as session:
        disable(session, "id-one", now=clock())
    account("two", "administrator")
    with writing(database) as session:
        disable(session, "id-one", now=clock())
    with pytest.raises(AccountError, match="only administrator"), writing(database) as session:
        disable(session, "id-two", now=clock())


def test_there_is_one_first_administrator(database: Engine, account: NewAccount, clock: MovedClock) -> None:
    account("one", "administrator")
    new = NewAccountModel(sign_in_name="x", display_name="x", role="administrator")
    with pytest.raises(AccountError, match="there is an administrator already"), writing(database) as session:
        first_administrator(session, new, now=clock())


@pytest.mark.parametrize(
    "change",
    [
        {"municipality_code": None},
        {"prefecture_code": "01"},
        {"role": "auditor"},
        {"role": "supporter"},
        {"role": "king"},
        {"subject": "s"},
        {"sign_in_name": ""},
    ],
)
def test_an_account_has_what_its_role_needs_and_nothing_else(
    change: Json, service: TestClient, administrator: dict[str, str]
) -> None:
    assert service.post("/api/v1/accounts", json=NEW | change, headers=administrator).status_code == 422


def test_a_sign_in_name_is_taken_in_every_spelling(service: TestClient, administrator: dict[str, str]) -> None:
    assert service.post("/api/v1/accounts", json=NEW, headers=administrator).status_code == 201
    again = service.post(
        "/api/v1/accounts", json=NEW | {"sign_in_name": "ＳＵＺＵＫＩ@town.example"}, headers=administrator
    )
    assert (again.status_code, "is taken" in again.json()["detail"]) == (422, True)


def test_a_token_does_what_its_scopes_say_until_its_day(
    service: TestClient, everyone: Headers, clock: MovedClock
) -> None:
    new = {"label": "export", "scopes": ["postings:read"], "days": 2}
    made = service.post("/api/v1/me/tokens", json=new, headers=everyone("coordinator")).json()
    bearer = {"Authorization": f"Bearer {made['token']}", "Sec-Fetch-Site": "cross-site"}
    assert service.get("/api/v1/postings", headers=bearer).json()["total"] == 1
    refused = {
        "/api/v1/applicants": "needs the scope people:read",
        "/api/v1/me": "is never for an API token",
        "/api/v1/runs": "is not for the role coordinator|needs the scope runs:read",
    }
    for address, reason in refused.items():
        answer = service.get(address, headers=bearer)
        assert answer.status_code == 403
        assert any(part in answer.json()["detail"] for part in reason.split("|"))
    listed = service.get("/api/v1/me/tokens", headers=everyone("coordinator")).text
    assert made["token_id"] in listed
    assert made["token"] not in listed
    clock.move(days=2)
    assert service.get("/api/v1/postings", headers=bearer).status_code == 401


def test_a_token_is_ended_by_its_owner_only(service: TestClient, everyone: Headers) -> None:
    new = {"label": "x", "scopes": ["postings:read"]}
    made = service.post("/api/v1/me/tokens", json=new, headers=everyone("coordinator")).json()
    address = f"/api/v1/me/tokens/{made['token_id']}"
    assert service.delete(address, headers=everyone("other")).status_code == 404
    assert service.delete(address, headers=everyone("coordinator")).status_code == 204
    bearer = {"Authorization": f"Bearer {made['token']}"}
    assert service.get("/api/v1/postings", headers=bearer).status_code == 401


@pytest.mark.parametrize("scopes", [["session"], ["everything"], []])
def test_a_token_has_no_scope_that_is_not_in_the_table(
    scopes: list[str], service: TestClient, administrator: dict[str, str]
) -> None:
    sent = {"label": "x", "scopes": scopes}
    assert service.post("/api/v1/me/tokens", json=sent, headers=administrator).status_code == 422
