"""Every operation × every role × session, token and nobody, by real requests, against the one written table."""

from __future__ import annotations

import json
from collections.abc import Iterator

import anyio
import pytest

from api.accounts.permissions import Operation, permissions
from api.accounts.roles import ROLES, SIGNED_OUT
from api.http.allowed_methods import template_of
from tests.api.fuzz.asking import Answer, Raw, ask
from tests.api.fuzz.filled_service import DOORS, OFF, FilledService
from tests.api.fuzz.malformed import Target, targets
from tests.api.fuzz.marked import marks_in, seen_by

JSON = (b"content-type", b"application/json")
# what each role with a part of the records cannot reach; the town 32525 is another one
FOREIGN = {
    "applicant": {"applicant_id": ["a2"], "application_id": ["x2"], "posting_id": ["p0"]},
    "coordinator": {
        "applicant_id": ["a2"],
        "application_id": ["x2"],
        "posting_id": ["p2"],
        "municipality_code": ["32525"],
    },
    "supporter": {"applicant_id": ["a2"], "application_id": ["x2"], "posting_id": ["p2"]},
}
METHODS = ("GET", "HEAD", "OPTIONS", "TRACE", "PATCH", "POST", "PUT", "DELETE", "QUERY", "CONNECT", "get", "PROPFIND")


@pytest.fixture(scope="module")
def known(sqlite_service: FilledService) -> list[Target]:
    """Every operation, asked for what is stored."""
    return targets(sqlite_service.document, sqlite_service.ids)


def _raw(target: Target, path: str = "", method: str = "", *headers: tuple[bytes, bytes]) -> Raw:
    content = [] if target.sample is None else [json.dumps(target.sample).encode()]
    known = [JSON] if content else []
    asked = (path or target.path).encode()
    return Raw("", target.name, method or target.method, asked, headers=[*known, *headers], chunks=content)


def _ask_all(service: FilledService, requests: list[Raw]) -> list[Answer]:
    async def each() -> list[Answer]:
        return [await ask(service, raw) for raw in requests]

    return anyio.run(each)


def _kind(answer: Answer) -> str:
    is_problem = answer.headers.get("content-type") == "application/problem+json"
    return str(json.loads(answer.body)["type"]).rpartition(":")[2] if is_problem and answer.body else ""


def _is_let_in(line: Operation, door: str) -> bool:
    role, _, way = door.partition(" ")
    return line.extents[role] != "never" and not (way == "token" and line.is_session_only)


def test_the_document_and_the_table_name_the_same_operations(known: list[Target]) -> None:
    assert {target.name for target in known} == set(permissions().operations)


@pytest.mark.parametrize("door", [door for door in DOORS if door != OFF])
def test_every_door_opens_what_the_table_says_and_nothing_else(
    door: str, sqlite_service: FilledService, known: list[Target]
) -> None:
    answers = _ask_all(sqlite_service.through(door), [_raw(target) for target in known])
    wrong = []
    for target, answer in zip(known, answers, strict=True):
        line = permissions().operations[target.name]
        is_refused = (answer.status, _kind(answer)) in ((401, "sign-in-needed"), (403, "forbidden"))
        if door == SIGNED_OUT and not _is_let_in(line, door):
            is_right = (answer.status, _kind(answer)) == (401, "sign-in-needed")
        elif not _is_let_in(line, door):
            is_right = (answer.status, _kind(answer)) == (403, "forbidden")
        else:  # the record may still not be this caller's: then the refusal is of the record
            is_right = not is_refused or line.extents[door.partition(" ")[0]] != "allowed"
        strange = marks_in(answer.text) - seen_by(door.partition(" ")[0])
        if not is_right or strange:
            wrong.append(f"{target.name}: {answer.status} {_kind(answer)} {sorted(strange)}")
    assert wrong == []


@pytest.mark.parametrize("role", FOREIGN)
@pytest.mark.parametrize("way", ["session", "token"])
def test_nobody_reads_or_writes_what_is_anothers(role: str, way: str, sqlite_service: FilledService) -> None:
    """Every operation that names a record, in its path or its body, with one out of reach."""
    known = [
        target
        for target in targets(sqlite_service.document, {**sqlite_service.ids, **FOREIGN[role]})
        if permissions().operations[target.name].scope != "reference:read" and _names(target, FOREIGN[role])
    ]
    assert len(known) > 10
    answers = _ask_all(sqlite_service.through(f"{role} {way}"), [_raw(target) for target in known])
    got = [
        f"{target.name}: {answer.status}"
        for target, answer in zip(known, answers, strict=True)
        if answer.status < 400 or marks_in(answer.text)
    ]
    assert got == []


def _names(target: Target, foreign: dict[str, list[str]]) -> bool:
    texts = {text for _, text in _texts(target.sample)} | set(target.path.split("/"))
    return any(an_id in texts for ids in foreign.values() for an_id in ids)


def _texts(node: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _texts(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value, name)
    elif isinstance(node, str):
        yield name, node


@pytest.mark.parametrize("method", METHODS)
def test_nobody_learns_nothing_by_any_method(method: str, sqlite_service: FilledService, known: list[Target]) -> None:
    sqlite_service.through(SIGNED_OUT)
    answers = _ask_all(sqlite_service, [_raw(target, method=method) for target in known])
    wrong = [
        f"{target.template}: {answer.status}"
        for target, answer in zip(known, answers, strict=True)
        if answer.status != 401 and not permissions().is_open(method, target.template)
    ]
    assert wrong == []


@pytest.mark.parametrize("method", METHODS)
def test_a_method_outside_the_document_does_nothing_for_anybody(
    method: str, sqlite_service: FilledService, known: list[Target]
) -> None:
    document = sqlite_service.document["paths"]
    foreign = [target for target in known if not _takes(document, target.path, method)]
    answers = _ask_all(sqlite_service.through("administrator session"), [_raw(t, method=method) for t in foreign])
    wrong = [
        f"{target.template}: {answer.status} {answer.headers.get('allow')}"
        for target, answer in zip(foreign, answers, strict=True)
        if answer.status != 405
        or sorted(answer.headers["allow"].split(", ")) != sorted(name.upper() for name in document[target.template])
    ]
    assert wrong == []


def _takes(document: dict[str, dict[str, object]], path: str, method: str) -> bool:
    """Whether any address of the document that the path fits takes the method; methods are written in capitals."""
    return method.isupper() and any(
        method.lower() in item and template_of(path, [template]) is not None for template, item in document.items()
    )


@pytest.mark.parametrize("door", [SIGNED_OUT, "administrator session", "coordinator token", OFF])
def test_no_other_spelling_of_an_address_leads_anywhere(
    door: str, sqlite_service: FilledService, known: list[Target]
) -> None:
    spelt = [
        (target, path)
        for target in known
        for path in (
            target.path + "/",
            target.path + "//",
            target.path.replace("/v1/", "/v1//"),
            "/" + target.path,
            target.path.upper(),
            target.path.replace("/v1/", "/V1/"),
            target.path.replace("/v1/", "/v1%2f"),
            target.path.replace("/", "%2F"),
            target.path.replace("/v1/", "/v1/../v1/"),
            target.path.replace("/v1/", "/v1/%2e/"),
            target.path + "%00",
            target.path + "%20",
            target.path + ";x",
        )
    ]
    answers = _ask_all(sqlite_service.through(door), [_raw(target, path) for target, path in spelt])
    # 422: another id than that of the body; to whoever is signed out all addresses are alike
    expected = {401} if door == SIGNED_OUT else {401, 403, 404, 405, 422}
    wrong = [
        f"{target.method} {path}: {answer.status}"
        for (target, path), answer in zip(spelt, answers, strict=True)
        if answer.status not in expected or marks_in(answer.text)
    ]
    assert wrong == []
    if door == SIGNED_OUT:  # which addresses there are is not told either
        assert len({answer.body for answer in answers}) == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([(b"authorization", b"Bearer enmusubi_" + b"A" * 43)], 401),
        ([(b"authorization", b"Basic YWRtaW46YWRtaW4=")], 401),
        ([(b"authorization", b"Bearer ")], 401),
        ([(b"cookie", b"__Host-enmusubi-session=" + b"A" * 43)], 401),
        ([(b"cookie", b"enmusubi-session=" + b"A" * 43)], 401),
        ([(b"x-forwarded-for", b"127.0.0.1"), (b"host", b"127.0.0.1:8000")], 401),
        ([(b"x-original-url", b"/api/v1/health"), (b"x-rewrite-url", b"/api/v1/health")], 401),
    ],
)
def test_nothing_that_only_looks_like_a_sign_in_opens_anything(
    headers: list[tuple[bytes, bytes]], status: int, sqlite_service: FilledService, known: list[Target]
) -> None:
    closed = [t for t in known if permissions().operations[t.name].extents[SIGNED_OUT] == "never"]
    sqlite_service.through(SIGNED_OUT)
    answers = _ask_all(sqlite_service, [_raw(target, "", "", *headers) for target in closed])
    assert {answer.status for answer in answers} == {status}


@pytest.mark.parametrize("role", ROLES)
def test_a_token_without_the_scope_opens_nothing(role: str, sqlite_service: FilledService, known: list[Target]) -> None:
    token = sqlite_service.token_of(role, scopes=["audit:read"])
    out_of_scope = [t for t in known if permissions().operations[t.name].scope != "audit:read"]
    sqlite_service.through(SIGNED_OUT)
    header = (b"authorization", f"Bearer {token}".encode())
    answers = _ask_all(sqlite_service, [_raw(target, "", "", header) for target in out_of_scope])
    wrong = [
        f"{t.name}: {a.status}"
        for t, a in zip(out_of_scope, answers, strict=True)
        if (a.status, _kind(a)) != (403, "forbidden")
    ]
    sqlite_service.restore()
    assert wrong == []
