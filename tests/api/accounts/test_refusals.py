"""What was refused is on record, by ids alone, and nobody can fill the log by being refused."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from pytest import MonkeyPatch
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select
from starlette.testclient import TestClient

from api.accounts import refused
from api.audit.entry import SIGNED_OUT, Actor
from api.audit.refusals import LONGEST_WINDOW, WINDOW, Refusals, Refused
from api.audit.tables import AuditRow
from api.audit.verification import verify
from api.storage.database import reading
from tests.api.accounts.conftest import OWN, PASSWORD, Headers, MovedClock, NewAccount

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MARK = "印づけ３８"
SESSION = "/api/v1/session"


def _refused(engine: Engine) -> list[dict[str, Any]]:
    with reading(engine) as session:
        texts = session.exec(select(AuditRow.entry).order_by(col(AuditRow.sequence)))
        return [entry for entry in map(json.loads, texts) if entry["action"] == "refused"]


def _told(entry: dict[str, Any]) -> tuple[str, str, str, dict[str, tuple[str, ...]], int]:
    refusal, on = entry["refusal"], {one["kind"]: tuple(one["ids"]) for one in entry["on"]}
    return entry["actor"]["id"], refusal["operation"], refusal["problem"], on, refusal["count"]


def _sign_in(service: TestClient, name: str, password: str = "wrong") -> int:
    service.cookies.clear()
    return service.post(SESSION, json={"sign_in_name": name, "password": password}).status_code


def test_a_failed_sign_in_and_a_lock_name_the_account_that_was_tried_and_no_word_that_was_typed(
    service: TestClient, account: NewAccount, database: Engine, clock: MovedClock
) -> None:
    account("yamada", "auditor")
    assert [_sign_in(service, "yamada", MARK) for _ in range(6)] == [401] * 5 + [429]
    assert _sign_in(service, MARK, MARK) == 401  # a name nobody has
    clock.move(minutes=1)
    assert _sign_in(service, "nobody") == 401
    sign_in = "POST /api/v1/session"
    assert [_told(entry) for entry in _refused(database)] == [
        ("signed_out", sign_in, "sign-in-failed", {"account": ("id-yamada",)}, 1),
        ("signed_out", sign_in, "too-many-attempts", {"account": ("id-yamada",)}, 1),
        ("signed_out", sign_in, "sign-in-failed", {"account": ("id-yamada",)}, 5),
    ]
    with reading(database) as session:
        texts = "".join(session.exec(select(AuditRow.entry)))
    typed = (MARK, ascii(MARK)[1:-1], PASSWORD, "nobody", "testclient")
    assert [word for word in typed if word in texts] == []
    assert all(entry["purpose"] == "security" for entry in _refused(database))
    assert verify(database).finding is None


@pytest.mark.parametrize(
    ("role", "method", "address", "told"),
    [
        (
            "coordinator",
            "GET",
            "applicants/a3",
            ("GET /api/v1/applicants/{applicant_id}", "unknown-id", {"applicant": ("a3",)}),
        ),
        (
            "coordinator",
            "GET",
            f"applicants/{MARK}",
            ("GET /api/v1/applicants/{applicant_id}", "unknown-id", {"applicant": ()}),
        ),
        (
            "other",
            "PUT",
            "applications/x1",
            ("PUT /api/v1/applications/{application_id}", "unknown-id", {"application": ("x1",)}),
        ),
        (
            "coordinator",
            "GET",
            "applicants/a1/recommendations",
            ("GET /api/v1/applicants/{applicant_id}/recommendations", "forbidden", {"applicant": ("a1",)}),
        ),
        ("researcher", "GET", "runs/none", ("GET /api/v1/runs/{run_id}", "forbidden", {"run": ()})),
        ("auditor", "POST", "accounts", ("POST /api/v1/accounts", "forbidden", {})),
    ],
)
@ON_SQLITE
def test_who_is_refused_and_what_was_asked_for_are_on_record_where_there_is_such_a_thing(
    role: str,
    method: str,
    address: str,
    told: tuple[Any, ...],
    service: TestClient,
    everyone: Headers,
    database: Engine,
) -> None:
    body = {"application_id": "x1", "applicant_id": "a1", "posting_id": "p1"} if method == "PUT" else None
    answer = service.request(method, f"/api/v1/{address}", json=body, headers=everyone(role))
    assert answer.status_code in (403, 404)
    (entry,) = _refused(database)
    assert _told(entry) == (f"id-{role}", *told, 1)
    assert MARK not in json.dumps(entry, ensure_ascii=False)


@ON_SQLITE
@pytest.mark.parametrize(
    ("headers", "problems"),
    [
        ({"Authorization": f"Bearer {MARK.encode().hex()}"}, ["sign-in-needed"]),
        ({"Cookie": "__Host-enmusubi-session=stolen"}, ["sign-in-needed"]),
        ({}, []),  # who sends nothing to sign in with is asked to sign in, and was not refused as somebody
    ],
)
def test_a_wrong_token_is_on_record_and_nobody_at_all_is_not(
    headers: dict[str, str], problems: list[str], service: TestClient, database: Engine
) -> None:
    assert service.get("/api/v1/applicants", headers=headers).status_code == 401
    found = [_told(entry) for entry in _refused(database)]
    assert [(one[0], one[1], one[2]) for one in found] == [("signed_out", "unknown", problem) for problem in problems]


@ON_SQLITE
def test_a_write_from_another_site_names_the_account_it_was_tried_with(
    service: TestClient, everyone: Headers, database: Engine
) -> None:
    elsewhere = everyone("administrator") | {"Sec-Fetch-Site": "cross-site"}
    assert service.post("/api/v1/runs", json={}, headers=elsewhere).status_code == 403
    assert [_told(entry)[:3] for entry in _refused(database)] == [("id-administrator", "unknown", "cross-site")]


@ON_SQLITE
def test_a_guessed_link_is_on_record(service: TestClient, database: Engine) -> None:
    body = {"token": MARK.encode().hex(), "password": PASSWORD}
    assert service.post("/api/v1/password", json=body).status_code == 422
    assert [_told(entry)[:3] for entry in _refused(database)] == [("signed_out", "POST /api/v1/password", "link")]


def test_a_flood_without_an_account_leaves_a_handful_of_entries_and_every_refusal_counted(
    service: TestClient, database: Engine, clock: MovedClock
) -> None:
    headers = {"Authorization": "Bearer wrong"}

    def ask(number: int) -> int:
        return service.get(f"/api/v1/applicants/{number}", headers=headers).status_code

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(200))) == {401}
    assert [_told(entry)[4] for entry in _refused(database)] == [1]
    clock.move(minutes=2)
    ask(0)
    assert [_told(entry)[4] for entry in _refused(database)] == [1, 199]
    assert verify(database).finding is None


@ON_SQLITE
def test_hours_of_refusals_without_an_account_leave_a_handful_of_entries_and_every_refusal_counted(
    service: TestClient, database: Engine, clock: MovedClock
) -> None:
    for _ in range(6 * 60):
        assert service.get("/api/v1/applicants/0", headers={"Authorization": "Bearer wrong"}).status_code == 401
        clock.move(minutes=1)
    counts = [_told(entry)[4] for entry in _refused(database)]
    assert len(counts) < 15
    assert sum(counts) > 6 * 60 - 61  # the last window is open
    assert verify(database).finding is None


@ON_SQLITE
def test_whose_records_an_account_asked_for_is_told_within_two_minutes(
    service: TestClient, everyone: Headers, database: Engine, clock: MovedClock
) -> None:
    headers = everyone("other")
    for _ in range(3):
        for an_id in ("a1", "a2", "a3", "a1", MARK):
            assert service.get(f"/api/v1/applicants/{an_id}", headers=headers).status_code == 404
        clock.move(seconds=61)
    service.get("/api/v1/applicants/zz", headers=headers)
    first, *rest = [_told(entry) for entry in _refused(database)]
    assert first[3:] == ({"applicant": ("a1",)}, 1)
    assert [one[4] for one in rest] == [4, 5, 5]
    assert {an_id for one in rest for an_id in one[3]["applicant"]} == {"a1", "a2", "a3"}


@ON_SQLITE
def test_what_was_counted_is_written_when_the_service_ends(guarded: FastAPI, sqlite_url: str) -> None:
    guarded.state.settings = guarded.state.settings.model_copy(update={"database_url": sqlite_url})
    with TestClient(guarded, base_url="https://testserver", headers=OWN) as client:
        for _ in range(7):
            client.get("/api/v1/me", headers={"Authorization": "Bearer wrong"})
        assert [_told(entry)[4] for entry in _refused(guarded.state.engine)] == [1]
    with TestClient(guarded, base_url="https://testserver", headers=OWN):
        assert [_told(entry)[4] for entry in _refused(guarded.state.engine)] == [1, 6]


@ON_SQLITE
def test_a_refusal_that_cannot_be_written_stays_a_refusal_and_is_counted_on(
    service: TestClient, database: Engine, clock: MovedClock, monkeypatch: MonkeyPatch
) -> None:
    wrong = {"Authorization": "Bearer wrong"}

    def busy(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", None, Exception("locked"))

    with monkeypatch.context() as patched:
        patched.setattr(refused, "append", busy)
        assert [service.get("/api/v1/me", headers=wrong).status_code for _ in range(3)] == [401] * 3
    assert _refused(database) == []
    clock.move(minutes=1)
    assert service.get("/api/v1/me", headers=wrong).status_code == 401
    assert [_told(entry)[4] for entry in _refused(database)] == [3]


def test_windows_of_nobody_grow_and_those_of_an_account_do_not() -> None:
    now, refusals = datetime(2026, 11, 26, tzinfo=UTC), Refusals()
    kinds = {
        "nobody": Refused(SIGNED_OUT, "unknown", "sign-in-needed"),
        "account": Refused(Actor(id="4f1a", role="coordinator"), "GET /x", "forbidden"),
    }
    told = dict.fromkeys(kinds, 0)
    for _ in range(12 * 60):
        for name, kind in kinds.items():
            for written, _ in refusals.add(kind, [], now=now):
                told[name if written == kind else next(one for one in kinds if kinds[one] == written)] += 1
        now += timedelta(minutes=1)
    assert told["account"] == 12 * 60
    assert told["nobody"] <= 2 + 6 + 12 * 60 * WINDOW / LONGEST_WINDOW


def test_each_window_of_nobody_is_twice_as_long_as_the_one_before_and_the_longest_stays() -> None:
    now, refusals = datetime(2026, 11, 26, tzinfo=UTC), Refusals()
    kind = Refused(SIGNED_OUT, "unknown", "sign-in-needed")
    refusals.add(kind, [], now=now)
    lengths, counts = list[timedelta](), list[int]()
    begun = now
    while len(lengths) < 8:
        now += timedelta(seconds=30)
        for _, use in refusals.add(kind, [], now=now):
            assert use.refusal is not None
            lengths.append(now - begun)
            counts.append(use.refusal.count)
            begun = now
    assert lengths == [min(WINDOW * 2**n, LONGEST_WINDOW) for n in range(8)]
    # the refusal that finds the window ended belongs to the next
    assert counts == [length // timedelta(seconds=30) - (n == 0) for n, length in enumerate(lengths)]


def test_a_quiet_window_closes_and_the_next_refusal_is_told_at_once() -> None:
    now, refusals = datetime(2026, 11, 26, tzinfo=UTC), Refusals()
    kind = Refused(SIGNED_OUT, "unknown", "sign-in-needed")
    assert len(refusals.add(kind, [], now=now)) == 1
    assert refusals.add(kind, [], now=now) == []
    assert len(refusals.ended(now=now + WINDOW)) == 1
    assert refusals.ended(now=now + 3 * WINDOW) == []
    assert len(refusals.add(kind, [], now=now + 3 * WINDOW)) == 1


@pytest.mark.parametrize(("quiet", "is_forgotten"), [(4, False), (5, True), (9, True)])
def test_who_was_quiet_as_long_as_the_last_window_again_begins_with_a_short_one(quiet: int, is_forgotten: bool) -> None:
    now, refusals = datetime(2026, 11, 26, tzinfo=UTC), Refusals()
    kind = Refused(SIGNED_OUT, "unknown", "sign-in-needed")
    for _ in range(2):
        refusals.add(kind, [], now=now)
    assert len(refusals.ended(now=now + WINDOW)) == 1  # the next window is twice as long and ends after three
    later = now + quiet * WINDOW
    assert refusals.ended(now=later) == []
    for _ in range(2):
        refusals.add(kind, [], now=later)
    assert len(refusals.ended(now=later + WINDOW)) == is_forgotten


def test_an_entry_lists_a_thousand_ids_and_counts_the_rest() -> None:
    now, refusals = datetime(2026, 11, 26, tzinfo=UTC), Refusals()
    kind = Refused(Actor(id="4f1a", role="coordinator"), "GET /x", "unknown-id")
    for number in range(2500):
        refusals.add(kind, [("applicant", f"a{number}")], now=now)
    ((_, use),) = refusals.every()
    assert (len(use.on[0].ids), use.on[0].count) == (1000, 2499)
    assert refusals.every() == []
