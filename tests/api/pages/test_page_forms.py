"""Forms of pages as a browser without scripts sends them, on both databases."""

from __future__ import annotations

import json
import re

import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import Engine
from sqlmodel import col, func, select
from starlette.testclient import TestClient

from api.accounts.account_records import NewAccount as Invited
from api.accounts.account_records import invite
from api.accounts.tables import SignedInRow
from api.audit.tables import AuditRow
from api.storage.database import reading, writing
from tests.api.accounts.conftest import PASSWORD, MovedClock, NewAccount

# what the database does not change is shown on one
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HTML = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "ja"}
NEW = "川面に映る山の名前を三つ"


def _fields(page: Response) -> dict[str, str]:
    """Hidden fields of the last form of a page; the form of the page itself comes after that of signing out."""
    form = page.text.rpartition('<form method="post"')[2]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))


def _sign_in(service: TestClient, name: str, password: str = PASSWORD, **more: str) -> Response:
    page = service.get("/sign-in", headers=HTML)
    sent = {**_fields(page), "sign_in_name": name, "password": password, **more}
    return service.post("/sign-in", data=sent, headers=HTML, follow_redirects=False)


@pytest.fixture
def officer(account: NewAccount, service: TestClient) -> TestClient:
    """A browser in which a coordinator has signed in by the page."""
    account("coordinator", "coordinator", municipality_code="01468")
    assert _sign_in(service, "coordinator").status_code == 303
    return service


def _actions(database: Engine) -> list[str]:
    with reading(database) as session:
        entries = [json.loads(row.entry) for row in session.exec(select(AuditRow).order_by(col(AuditRow.sequence)))]
    return [entry["action"] for entry in entries]


def test_signing_in_leads_where_the_person_wanted_to_go(account: NewAccount, service: TestClient) -> None:
    account("coordinator", "coordinator", municipality_code="01468")
    asked = service.get("/account", headers=HTML, follow_redirects=False)

    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=%2Faccount")
    page = service.get(asked.headers["location"], headers=HTML)
    sent = {**_fields(page), "sign_in_name": "coordinator", "password": PASSWORD}
    answer = service.post("/sign-in", data=sent | {"next": "/account"}, headers=HTML, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert "市町村の担当者" in service.get("/account", headers=HTML).text


@ON_SQLITE
@pytest.mark.parametrize("next_", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(account: NewAccount, service: TestClient, next_: str) -> None:
    account("coordinator", "coordinator", municipality_code="01468")

    assert _sign_in(service, "coordinator", next=next_).headers["location"] == "/"


def test_a_wrong_password_is_told_beside_the_form_and_never_given_back(
    account: NewAccount, service: TestClient
) -> None:
    account("coordinator", "coordinator", municipality_code="01468")
    answer = _sign_in(service, "coordinator", "雪の日は家で本を読みます")

    assert answer.status_code == 422
    assert "サインイン名、パスワード、確認コードのいずれかが違います。" in answer.text
    assert 'value="coordinator"' in answer.text
    assert "雪の日は" not in answer.text


@ON_SQLITE
@pytest.mark.parametrize("token", ["", "0" * 64, "ａ"])
def test_a_form_without_this_browsers_token_does_nothing(officer: TestClient, database: Engine, token: str) -> None:
    sent = _fields(officer.get("/account", headers=HTML)) | {"form_token": token}
    before = _actions(database)
    sent |= {"password": PASSWORD, "new_password": NEW, "new_password_again": NEW}
    answer = officer.post("/account/password", data=sent, headers=HTML, follow_redirects=False)

    assert answer.status_code == 403
    assert "画面を開いてから時間がたっています" in answer.text
    assert _actions(database) == before


def test_a_form_of_signing_in_that_was_drawn_for_nobody_works_for_whoever_is_signed_in(
    account: NewAccount, service: TestClient
) -> None:
    account("coordinator", "coordinator", municipality_code="01468")
    sent = {**_fields(service.get("/sign-in", headers=HTML)), "sign_in_name": "coordinator", "password": PASSWORD}
    answers = [service.post("/sign-in", data=sent, headers=HTML, follow_redirects=False) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]


@ON_SQLITE
def test_a_form_of_another_site_does_nothing(officer: TestClient, database: Engine) -> None:
    sent = _fields(officer.get("/account", headers=HTML))
    before = _actions(database)
    answer = officer.post("/sign-out", data=sent, headers=HTML | {"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert _actions(database)[len(before) :] == ["refused"]
    assert officer.get("/account", headers=HTML).status_code == 200


def test_a_form_that_is_sent_twice_changes_the_password_once(officer: TestClient, database: Engine) -> None:
    sent = _fields(officer.get("/account", headers=HTML))
    sent |= {"password": PASSWORD, "new_password": NEW, "new_password_again": NEW}
    answers = [officer.post("/account/password", data=sent, headers=HTML, follow_redirects=False) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert {answer.headers["location"] for answer in answers} == {"/account?done=password"}
    assert answers[1].headers["idempotency-replayed"] == "true"
    assert _actions(database) == ["signed_in", "changed"]
    assert "パスワードを変更しました" in officer.get("/account?done=password", headers=HTML).text


@ON_SQLITE
def test_faults_stand_beside_their_fields(officer: TestClient) -> None:
    sent = _fields(officer.get("/account", headers=HTML))
    sent |= {"password": PASSWORD, "new_password": "みじかい", "new_password_again": "みじかい"}
    weak = officer.post("/account/password", data=sent, headers=HTML)
    differing = officer.post("/account/password", data=sent | {"new_password_again": NEW}, headers=HTML)
    missing = officer.post("/account/password", data=sent | {"password": "  "}, headers=HTML)

    assert (weak.status_code, differing.status_code, missing.status_code) == (422, 422, 422)
    assert 'id="fault-new_password">このパスワードは使えません。' in weak.text
    assert 'id="fault-new_password_again">2回の入力が違います。' in differing.text
    assert 'id="fault-password">入力してください。' in missing.text
    assert 'aria-describedby=" fault-password" aria-invalid="true"' in missing.text


def test_what_is_sent_after_the_session_ended_can_be_sent_again(
    officer: TestClient, clock: MovedClock, database: Engine
) -> None:
    sent = _fields(officer.get("/account", headers=HTML))
    clock.move(minutes=31)
    ended = officer.post("/sign-out", data=sent, headers=HTML)

    assert ended.status_code == 401
    assert "サインインが切れています" in ended.text
    kept = _fields(ended)
    assert kept == {"form_token": sent["form_token"], "form_key": sent["form_key"]}
    assert _sign_in(officer, "coordinator").status_code == 303
    again = officer.post("/sign-out", data=kept, headers=HTML, follow_redirects=False)
    assert again.headers["location"] == "/?done=signed_out"
    with reading(database) as session:
        assert session.exec(select(func.count()).select_from(SignedInRow)).one() <= 1


@ON_SQLITE
def test_nothing_that_a_strangers_page_sends_is_given_back(officer: TestClient, clock: MovedClock) -> None:
    sent = _fields(officer.get("/account", headers=HTML)) | {"text": "書きかけ"}
    clock.move(minutes=31)
    own = officer.post("/sign-out", data=sent, headers=HTML)
    foreign = officer.post("/sign-out", data=sent, headers=HTML | {"Sec-Fetch-Site": "cross-site"})
    forged = officer.post("/sign-out", data=sent | {"form_token": "x"}, headers=HTML)
    secret = officer.post("/account/password", data=sent | {"password": PASSWORD}, headers=HTML)

    assert "書きかけ" in own.text
    for page in (foreign, forged, secret):
        assert page.status_code == 401
        assert "書きかけ" not in page.text
        assert PASSWORD not in page.text


def test_an_invited_person_sets_a_password_and_signs_in(
    service: TestClient, database: Engine, clock: MovedClock
) -> None:
    invited = Invited(sign_in_name="hayashi", display_name="林", role="auditor")
    with writing(database) as session:
        _row, token = invite(session, invited, now=clock())
    page = service.get(f"/password?token={token}", headers=HTML)
    sent = _fields(page) | {"token": token, "password": NEW, "password_again": NEW}
    done = service.post("/password", data=sent, headers=HTML, follow_redirects=False)

    assert f'value="{token}"' in page.text
    assert (done.status_code, done.headers["location"]) == (303, "/sign-in?done=password_set")
    assert _sign_in(service, "hayashi", NEW).status_code == 303
    used = service.post("/password", data=sent | _fields(service.get("/password", headers=HTML)), headers=HTML)
    assert used.status_code == 422
    assert "このリンクは使えません" in used.text


@ON_SQLITE
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "application/json"),
        (b"a=%ff", "application/x-www-form-urlencoded"),
        (b"a=%00", "application/x-www-form-urlencoded"),
        ("a=雪".encode(), "application/x-www-form-urlencoded"),
        (b"&".join(b"a=1" for _ in range(3000)), "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_that_is_no_form_is_refused(service: TestClient, body: bytes, kind: str) -> None:
    answer = service.post("/sign-in", content=body, headers=HTML | {"Content-Type": kind})

    assert answer.status_code == 400


@ON_SQLITE
def test_programs_are_answered_with_documents_and_people_with_pages(service: TestClient, guarded: FastAPI) -> None:
    for path in ("/account", "/nothing"):
        assert service.get(path).json()["type"] == "urn:enmusubi:problem:sign-in-needed"
    assert service.get("/api/v1/me", headers=HTML).headers["content-type"] == "application/problem+json"
    assert guarded.openapi()["paths"].keys().isdisjoint({"/", "/sign-in", "/region-check"})


@ON_SQLITE
def test_every_page_has_its_own_policy_and_no_inline_exception(service: TestClient) -> None:
    policy = service.get("/", headers=HTML).headers["content-security-policy"]

    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert service.get("/", headers=HTML).headers["referrer-policy"] == "same-origin"
