"""Whether it runs, and whether it can do its work: two questions, asked by whoever starts and stops it."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.clock import present
from api.jobs.tables import JobWorkerRow
from api.operation.readiness import readiness
from api.routes import probes
from api.settings import Settings
from api.storage.database import database_engine, writing
from api.storage.schema_changes import downgrade

CHECKS = {"database": "ok", "schema": "ok", "worker": "ok", "disk": "ok"}


def test_a_service_that_can_work_is_ready(client: TestClient) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert answer.json()["checks"] == CHECKS


def test_nobody_has_to_sign_in_to_ask_either(settings: Settings, app: FastAPI) -> None:
    app.state.settings = settings.model_copy(update={"sign_in": "required"})
    with TestClient(app) as client:
        assert client.get("/health").json() == {"status": "ok"}
        assert client.get("/health/ready").status_code == 200
        assert client.get("/health/other").status_code == 401


def test_the_service_lives_without_its_database_but_is_not_ready(client: TestClient, app: FastAPI) -> None:
    app.state.engine.dispose()
    app.state.engine = database_engine("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1")
    assert client.get("/health").status_code == 200
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "checks": CHECKS | {"database": "failed", "schema": "failed"}}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_older_schema_is_not_ready(client: TestClient, engine: Engine) -> None:
    downgrade(engine, "0004")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"] == CHECKS | {"schema": "failed"}


def test_a_service_whose_worker_is_silent_is_not_ready(engine: Engine, settings: Settings) -> None:
    asked = settings.model_copy(update={"jobs": "worker"})
    assert not readiness(engine, asked)["worker"]
    for seconds, is_well in ((settings.job_lease_seconds + 5, False), (1, True)):
        moment = present() - timedelta(seconds=seconds)
        with writing(engine) as session:
            session.merge(JobWorkerRow(id="here:1", started_at=moment, seen_at=moment))
        assert readiness(engine, asked)["worker"] is is_well


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_check_that_hangs_is_a_check_that_fails(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    released = Event()
    monkeypatch.setattr(probes, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(probes, "readiness", lambda _engine, _settings: {"database": released.wait(30)})
    answer = client.get("/health/ready")
    released.set()
    assert (answer.status_code, answer.json()["checks"]) == (503, {"time": "failed"})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_is_not_ready_where_the_database_is_a_file(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def free(mib: int) -> object:
        return lambda _folder: SimpleNamespace(free=mib * 2**20)

    monkeypatch.setattr(shutil, "disk_usage", free(199))
    assert not readiness(engine, settings)["disk"]
    assert readiness(engine, settings.model_copy(update={"least_free_mib": 100}))["disk"]
    monkeypatch.setattr(shutil, "disk_usage", free(200))
    assert readiness(engine, settings)["disk"]


def test_a_folder_that_is_gone_has_no_room(tmp_path: Path, settings: Settings) -> None:
    engine = database_engine(f"sqlite:///{tmp_path / 'gone' / 'x.db'}")
    assert readiness(engine, settings) == {"database": False, "schema": False, "worker": True, "disk": False}
    engine.dispose()
