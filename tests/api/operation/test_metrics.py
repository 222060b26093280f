"""What Prometheus reads: counts by route and status, no id in any label, and only for whoever may read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from api.operation.metrics import MEDIA_TYPE, Metrics
from tests.api.conftest import Json

API = "/api/v1"


@pytest.fixture
def app(app: FastAPI) -> Iterator[FastAPI]:
    """What other tests asked is not counted here."""
    earlier = app.state.metrics, app.middleware_stack
    app.state.metrics, app.middleware_stack = Metrics(), None  # the first request builds the stack, with these counts
    yield app
    app.state.metrics, app.middleware_stack = earlier


def _samples(client: TestClient) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    answer = client.get(f"{API}/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def _count(client: TestClient, name: str, **labels: str) -> float:
    return _samples(client).get((name, frozenset(labels.items())), 0.0)


def test_requests_are_counted_by_template_and_status(loaded: TestClient) -> None:
    for an_id in ("a1", "a2", "nobody", "nobody-else"):
        loaded.get(f"{API}/applicants/{an_id}")
    route = f"{API}/applicants/{{applicant_id}}"
    assert _count(loaded, "enmusubi_requests_total", method="GET", route=route, status="200") == 2
    assert _count(loaded, "enmusubi_requests_total", method="GET", route=route, status="404") == 2
    assert _count(loaded, "enmusubi_request_seconds_count", method="GET", route=route) == 4


def test_no_id_and_no_address_is_a_label(loaded: TestClient) -> None:
    for path in ("applicants/a1", "postings/p1/candidates", "no-such-thing-77", "applicants?x=no-such-thing-77"):
        loaded.get(f"{API}/{path}")
    loaded.request("NOSUCHMETHOD77", f"{API}/health")
    labels = {value for _, pairs in _samples(loaded) for _, value in pairs}
    assert "unmatched" in labels
    assert not [value for value in labels if "77" in value or "a1" in value or "p1" in value]


def test_what_is_stored_is_told_by_number(loaded: TestClient, records: Json) -> None:
    for kind in ("applicant", "posting", "application"):
        assert _count(loaded, "enmusubi_records", kind=kind) == len(records[f"{kind}s"])
    before = _count(loaded, "enmusubi_audit_head")
    loaded.get(f"{API}/applicants/a1")
    assert _count(loaded, "enmusubi_audit_head") == before + 1
    revision = _count(loaded, "enmusubi_records_revision")
    loaded.post(f"{API}/applicants", json={"applicant_id": "a9", "programs": []})
    assert _count(loaded, "enmusubi_records_revision") > revision


def test_jobs_are_counted_by_state(loaded: TestClient) -> None:
    before = {state: _count(loaded, "enmusubi_jobs", state=state) for state in ("queued", "done")}
    assert before == {"queued": 0, "done": 0}
    assert loaded.post(f"{API}/runs", json={}).status_code == 202
    assert _count(loaded, "enmusubi_jobs", state="done") == 1


def test_the_market_tells_how_large_it_is_and_how_far_behind(loaded: TestClient, records: Json) -> None:
    names = {name for name, _ in _samples(loaded)}
    assert "enmusubi_market_behind" not in names  # nobody has asked for a list
    loaded.get(f"{API}/postings/p1/candidates")
    assert _count(loaded, "enmusubi_market_size", side="applicant") == len(records["applicants"])
    assert _count(loaded, "enmusubi_market_behind") == 0
    loaded.post(f"{API}/applicants", json={"applicant_id": "a9", "programs": []})
    assert _count(loaded, "enmusubi_market_behind") == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_refused_sign_ins_are_counted_by_reason(client: TestClient) -> None:
    statuses = [
        client.post(f"{API}/session", json={"sign_in_name": "nobody", "password": "x"}).status_code for _ in range(7)
    ]
    assert set(statuses) == {401, 429}
    for reason, status in (("wrong", 401), ("locked", 429)):
        assert _count(client, "enmusubi_sign_in_failures_total", reason=reason) == statuses.count(status)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_answer_is_prometheus_text(client: TestClient) -> None:
    assert client.get(f"{API}/metrics").headers["content-type"] == MEDIA_TYPE


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_two_services_in_one_process_count_apart(client: TestClient, app: FastAPI) -> None:
    client.get(f"{API}/health")
    assert app.state.metrics.text([]) != type(app.state.metrics)().text([])
