"""The page of 地域要件の確認 asks what the interface asks, whatever exemption is told."""

from __future__ import annotations

from html import escape

import pytest
from starlette.testclient import TestClient

from features.rules import wording

HTML = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "ja"}
PLACES = {"origin": "30203", "destination": "32525"}
NAMED = {"origin": "和歌山県橋本市", "destination": "島根県海士町"}
SERVED = {"months": "30", "months_since_end": "8"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing is stored."""
    return sqlite_url


@pytest.mark.parametrize(
    ("told", "exception"),
    [
        ({}, None),
        ({"exception": "none", **SERVED}, None),
        ({"exception": "jet", **SERVED}, "jet:30:8"),
        ({"exception": "jet", "months": "1", "months_since_end": "8"}, "jet:1:8"),
        ({"exception": "former_member", "former": "北海道下川町", **SERVED}, "former_member:30:8:01468"),
        ({"exception": "former_member", "former": "島根県海士町", **SERVED}, "former_member:30:8:32525"),
        ({"exception": "overseas", **SERVED}, "overseas"),
    ],
)
def test_the_page_and_the_interface_give_one_answer(
    service: TestClient, told: dict[str, str], exception: str | None
) -> None:
    places = {name: code for name, code in PLACES.items() if (name, exception) != ("origin", "overseas")}
    asked = places | {"program": "kyoryokutai"} | ({} if exception is None else {"exception": exception})
    answer = service.get("/api/v1/eligibility", params=asked)
    assert answer.status_code == 200, answer.text
    page = service.get("/region-check", params=NAMED | told, headers=HTML)
    assert page.status_code == 200, page.text

    body = answer.json()
    assert wording(body["verdict"], body["rule_id"]) in page.text
    assert escape(body["findings"][0]["sentence"]) in page.text
    assert escape(body["source"]) in page.text


def test_a_move_that_is_not_covered_is_told_in_english_to_forbid_no_appointment(service: TestClient) -> None:
    not_covered = {"origin": "北海道下川町", "destination": "東京都港区"}
    page = service.get("/region-check", params=not_covered, headers=HTML | {"Accept-Language": "en"})

    assert wording("not_covered", "region-matrix", "en") in page.text
    assert "forbids no appointment" in page.text


@pytest.mark.parametrize("missing", ["months", "months_since_end", "former"])
def test_an_exemption_that_is_told_in_part_is_asked_for_the_rest(service: TestClient, missing: str) -> None:
    told = {"exception": "former_member", "former": "北海道下川町", **SERVED}
    del told[missing]
    page = service.get("/region-check", params=NAMED | told, headers=HTML)
    assert page.status_code == 422
    assert "入力してください" in page.text
