"""Signing in and out: sessions, locks, the second factor, and what an attacker learns — nothing."""

from __future__ import annotations

import pytest
from pyotp.totp import TOTP
from sqlalchemy import Engine
from sqlmodel import select
from starlette.testclient import TestClient

from api.accounts.attempts import ADDRESS_LIMIT, NAME_LIMIT
from api.accounts.passwords import Passwords
from api.accounts.second_factor import RECOVERY_CODES
from api.accounts.tables import AccountRow, SignedInRow
from api.storage.database import reading, writing
from tests.api.accounts.conftest import COOKIE, OWN, PASSWORD, Headers, MovedClock, NewAccount

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _sign_in(service: TestClient, name: str = "yamada", password: str = PASSWORD, **more: str) -> int:
    service.cookies.clear()
    return service.post("/api/v1/session", json={"sign_in_name": name, "password": password, **more}).status_code


def test_signing_in_again_ends_the_session_the_browser_had(service: TestClient, account: NewAccount) -> None:
    account("yamada", "auditor")
    _sign_in(service)
    first = service.cookies[COOKIE]
    assert service.post("/api/v1/session", json={"sign_in_name": "yamada", "password": PASSWORD}).status_code == 201
    assert service.cookies[COOKIE] != first
    service.cookies.clear()
    assert service.get("/api/v1/me", headers={"Cookie": f"{COOKIE}={first}"}).status_code == 401


def test_signing_out_ends_the_session_not_only_its_cookie(service: TestClient, account: NewAccount) -> None:
    account("yamada", "auditor")
    _sign_in(service)
    token = service.cookies[COOKIE]
    out = service.delete("/api/v1/session")
    assert out.status_code == 204
    assert "Max-Age=0" in out.headers["set-cookie"]
    assert service.get("/api/v1/me", headers={"Cookie": f"{COOKIE}={token}"}).status_code == 401


def test_the_database_holds_no_token_and_no_password(
    service: TestClient, account: NewAccount, database: Engine
) -> None:
    account("yamada", "auditor")
    _sign_in(service)
    with reading(database) as session:
        stored = str([row.model_dump() for row in session.exec(select(SignedInRow))])
        stored += str([row.model_dump() for row in session.exec(select(AccountRow))])
    assert service.cookies[COOKIE] not in stored
    assert PASSWORD not in stored
    assert "$argon2id$" in stored


def test_the_cookie_is_out_of_reach_of_scripts_other_sites_and_plain_http(
    service: TestClient, account: NewAccount
) -> None:
    account("yamada", "auditor")
    cookie = service.post("/api/v1/session", json={"sign_in_name": "yamada", "password": PASSWORD}).headers[
        "set-cookie"
    ]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "domain" not in cookie.lower()


def test_on_this_machine_itself_the_cookie_needs_no_tls(service: TestClient, account: NewAccount) -> None:
    account("yamada", "auditor")
    body = {"sign_in_name": "yamada", "password": PASSWORD}
    answer = service.post("http://127.0.0.1:8000/api/v1/session", json=body)
    assert answer.headers["set-cookie"].startswith("enmusubi-session=")
    assert "Secure" not in answer.headers["set-cookie"]
    assert "strict-transport-security" not in answer.headers


def test_every_reason_to_refuse_gives_one_answer(
    service: TestClient, account: NewAccount, database: Engine, clock: MovedClock
) -> None:
    account("yamada", "auditor")
    account("left", "auditor", disabled_at=clock())
    account("elsewhere", "auditor", issuer="https://id.example", subject="s")
    with writing(database) as session:
        session.get_one(AccountRow, "id-left").state = "disabled"
        invited = AccountRow(
            id="i", sign_in_name="invited", display_name="i", role="auditor", state="invited", created_at=clock()
        )
        session.add(invited)
    tried = [
        ("yamada", "wrong"),
        ("nobody", PASSWORD),
        ("left", PASSWORD),
        ("elsewhere", PASSWORD),
        ("invited", PASSWORD),
    ]
    answers = [service.post("/api/v1/session", json={"sign_in_name": n, "password": p}) for n, p in tried]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert "set-cookie" not in str([answer.headers for answer in answers])


def test_a_name_nobody_has_costs_one_hash_like_any_other(
    service: TestClient, account: NewAccount, passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    account("yamada", "auditor")
    hashes: list[str] = []
    inner = passwords._hash.verify_and_update
    monkeypatch.setattr(passwords._hash, "verify_and_update", lambda p, h: hashes.append(h[:30]) or inner(p, h))
    assert (_sign_in(service, "yamada", "wrong"), _sign_in(service, "nobody", "wrong")) == (401, 401)
    assert len(hashes) == 2
    assert len({one.rpartition("$")[0] for one in hashes}) == 1  # of the same cost


@pytest.mark.parametrize("name", ["yamada", "nobody"])
def test_a_name_is_locked_after_five_wrong_passwords_whether_it_exists_or_not(
    name: str, service: TestClient, account: NewAccount, clock: MovedClock
) -> None:
    account("yamada", "auditor")
    assert [_sign_in(service, name, "wrong") for _ in range(NAME_LIMIT)] == [401] * NAME_LIMIT
    clock.move(minutes=1)
    locked = service.post("/api/v1/session", json={"sign_in_name": name, "password": PASSWORD})
    assert (locked.status_code, locked.headers["retry-after"]) == (429, "840")
    clock.move(minutes=14)
    assert _sign_in(service, name) == (201 if name == "yamada" else 401)


def test_an_address_is_locked_after_twenty_wrong_passwords_and_right_ones_do_not_count(
    service: TestClient, account: NewAccount
) -> None:
    account("yamada", "auditor")
    assert {_sign_in(service) for _ in range(ADDRESS_LIMIT + 5)} == {201}  # an office in the morning
    assert {_sign_in(service, f"guess{number}", "wrong") for number in range(ADDRESS_LIMIT)} == {401}
    assert _sign_in(service) == 429


def _with_second_factor(service: TestClient, clock: MovedClock) -> tuple[TOTP, list[str]]:
    _sign_in(service)
    address = service.post("/api/v1/me/second-factor", json={"password": PASSWORD}).json()["address"]
    totp = TOTP(address.partition("secret=")[2].partition("&")[0])
    assert service.put("/api/v1/me/second-factor", json={"code": "000000"}).status_code == 422
    confirmed = service.put("/api/v1/me/second-factor", json={"code": totp.at(clock())})
    return totp, confirmed.json()["recovery_codes"]


def test_with_a_second_factor_the_password_alone_opens_nothing(
    service: TestClient, account: NewAccount, clock: MovedClock
) -> None:
    account("yamada", "auditor")
    totp, _ = _with_second_factor(service, clock)
    clock.move(seconds=60)
    assert _sign_in(service) == 401
    assert _sign_in(service, code=totp.at(clock() - clock.now.resolution * 120_000_000)) == 401  # two minutes old
    code = totp.at(clock())
    assert _sign_in(service, code=code) == 201
    assert _sign_in(service, code=code) == 401  # seen over a shoulder, used a second time


def test_a_recovery_code_opens_once(service: TestClient, account: NewAccount, clock: MovedClock) -> None:
    account("yamada", "auditor")
    _, codes = _with_second_factor(service, clock)
    assert len(set(codes)) == RECOVERY_CODES
    assert _sign_in(service, code=codes[0].upper()) == 201
    assert service.get("/api/v1/me").json()["recovery_codes_left"] == RECOVERY_CODES - 1
    assert _sign_in(service, code=codes[0]) == 401
    assert _sign_in(service, code=codes[1]) == 201


def test_the_second_factor_goes_only_with_password_and_code(
    service: TestClient, account: NewAccount, clock: MovedClock
) -> None:
    account("yamada", "auditor")
    _, codes = _with_second_factor(service, clock)
    removal = "/api/v1/me/second-factor/removal"
    assert service.post(removal, json={"password": PASSWORD}).status_code == 401
    assert service.post(removal, json={"password": PASSWORD, "code": codes[0]}).status_code == 204
    assert _sign_in(service) == 201


def test_a_new_password_ends_every_other_session(service: TestClient, account: NewAccount, signed_in: Headers) -> None:
    account("yamada", "auditor")
    here, elsewhere = signed_in("id-yamada"), signed_in("id-yamada")
    sent = {"password": PASSWORD, "new_password": "川上で鮎を数える夏の午後"}
    assert service.put("/api/v1/me/password", json=sent | {"password": "wrong"}, headers=here).status_code == 401
    assert service.put("/api/v1/me/password", json=sent, headers=here).status_code == 204
    assert service.get("/api/v1/me", headers=here).status_code == 200
    assert service.get("/api/v1/me", headers=elsewhere).status_code == 401
    assert (_sign_in(service), _sign_in(service, password=sent["new_password"])) == (401, 201)


def test_an_old_hash_is_renewed_at_the_next_sign_in(service: TestClient, account: NewAccount, database: Engine) -> None:
    account("yamada", "auditor")
    old = Passwords(passes=2, memory_kib=16, lanes=1).hashed(PASSWORD)
    with writing(database) as session:
        session.get_one(AccountRow, "id-yamada").password_hash = old
    assert _sign_in(service) == 201
    with reading(database) as session:
        renewed = session.get_one(AccountRow, "id-yamada").password_hash
    assert renewed is not None
    assert "m=8,t=1" in renewed


def test_a_password_never_comes_back_in_an_error(service: TestClient) -> None:
    secret = "x" * 300 + "山田の秘密"
    answer = service.post("/api/v1/session", json={"sign_in_name": "a", "password": secret, "code": "1"})
    assert answer.status_code == 422
    assert "山田" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver"},
        {},
    ],
)
def test_a_write_by_cookie_that_another_site_may_have_caused_is_refused(
    headers: dict[str, str], service: TestClient, account: NewAccount, signed_in: Headers
) -> None:
    account("yamada", "auditor")
    cookie = {"Cookie": signed_in("id-yamada")["Cookie"]}
    del service.headers["Sec-Fetch-Site"]
    assert service.delete("/api/v1/me/sessions", headers=cookie | headers).status_code == 403
    assert service.get("/api/v1/me", headers=cookie | headers).status_code == 200
    for own in (OWN, {"Origin": "https://testserver"}):
        assert service.delete("/api/v1/me/sessions", headers=cookie | own).status_code == 204


def test_every_answer_has_the_headers_and_none_speaks_to_other_origins(service: TestClient) -> None:
    for address in ("/api/v1/health", "/api/v1/me", "/api/v1/openapi.json"):
        headers = service.get(address, headers={"Origin": "https://evil.example"}).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; frame-ancestors 'none'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert headers["strict-transport-security"] == "max-age=63072000"
        assert not [name for name in headers if name.startswith("access-control")]
