"""One service on a temporary SQLite file, and small invented records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings

Json = dict[str, Any]
SECRET = "雪の多い土地は苦手です"  # a text of a person: it may never come back in an error or a log


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path / 'enmusubi.db'}", today=date(2026, 11, 23))


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def records() -> Json:
    """Two postings, three applicants, two applications to the first posting."""
    return {
        "postings": [
            {
                "posting_id": "p1",
                "program": "kyoryokutai",
                "municipality_code": "01468",
                "headcount": 1,
                "mission_text": "林業の担い手として森林整備と木材の利用を進める",
                "activities": ["agri_forest_fish"],
                "monthly_pay_yen": 200000,
                "deadline": "2026-12-20",
            },
            {
                "posting_id": "p2",
                "program": "kyoryokutai",
                "municipality_code": "32525",
                "headcount": 2,
                "mission_text": "離島の観光案内と情報発信",
                "activities": ["tourism_service", "information_pr"],
            },
        ],
        "applicants": [
            {
                "applicant_id": "a1",
                "programs": ["kyoryokutai"],
                "selection_profile": {
                    "origin": {"municipality_code": "13112", "zone": "outside"},
                    "desired_activities": ["agri_forest_fish"],
                    "motivation_text": "山の仕事に憧れています",
                },
                "private_preferences": {"regions_wanted": ["北海道"], "min_monthly_pay_yen": 180000},
            },
            {
                "applicant_id": "a2",
                "programs": ["kyoryokutai"],
                "selection_profile": {
                    "origin": {"municipality_code": "14100"},
                    "desired_activities": ["information_pr"],
                    "motivation_text": "写真や動画で町の魅力を発信したい",
                },
                "private_preferences": {"island_ok": True},
            },
            {
                "applicant_id": "a3",
                "programs": ["kyoryokutai"],
                "selection_profile": {"origin": {"municipality_code": "01100"}},
            },
        ],
        "applications": [
            {"application_id": "x1", "applicant_id": "a1", "posting_id": "p1", "wish_rank": 1},
            {"application_id": "x2", "applicant_id": "a2", "posting_id": "p1", "wish_rank": 1},
        ],
    }


@pytest.fixture
def loaded(client: TestClient, records: Json) -> TestClient:
    """The service with the records stored."""
    assert client.post("/api/v1/records", json=records).status_code == 201
    return client
