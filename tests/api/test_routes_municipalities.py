"""Municipalities and health over HTTP."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from features.municipalities import reference_vintage


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is asked here is answered before anything is stored: one database is enough."""
    return sqlite_url


def test_health_names_version_and_reference(client: TestClient) -> None:
    body = client.get("/api/v1/health").json()
    assert body["status"] == "ok"
    assert body["version"]
    assert body["reference"] == reference_vintage()


def test_all_municipalities_are_listed_in_pages(client: TestClient) -> None:
    first = client.get("/api/v1/municipalities", params={"limit": 1000}).json()
    second = client.get("/api/v1/municipalities", params={"limit": 1000, "offset": 1000}).json()
    codes = [one["code"] for page in (first, second) for one in page["municipalities"]]
    assert first["total"] == len(codes) == len(set(codes)) == 1741
    assert codes == sorted(codes)


@pytest.mark.parametrize(
    ("params", "codes"),
    [
        ({"q": "下川"}, ["01468"]),
        ({"q": "しもかわ"}, ["01468"]),
        ({"q": "01468"}, ["01468"]),
        ({"q": "014681"}, ["01468"]),
        ({"q": "1468"}, []),
        ({"q": "０１４６８"}, ["01468"]),
        ({"q": "shimokawa"}, ["01468"]),
        ({"q": "府中市"}, ["13206", "34208"]),
        ({"q": "府中市", "prefecture": "広島県"}, ["34208"]),
        ({"q": "府中市", "prefecture": "中国"}, ["34208"]),
        ({"q": "檮原"}, ["39405"]),
        ({"q": "梼原"}, ["39405"]),
        ({"q": "茅ケ崎"}, ["14207"]),
        ({"q": "上川郡下川"}, ["01468"]),
        ({"q": "青森県　青森"}, ["02201"]),
        ({"q": "茅ヶ崎"}, ["14207"]),
        ({"q": "どこにもないまち"}, []),
        ({"q": ".*"}, []),
    ],
)
def test_municipalities_are_found_by_part_of_name_reading_or_code(
    client: TestClient, params: dict[str, str], codes: list[str]
) -> None:
    page = client.get("/api/v1/municipalities", params=params).json()
    assert [one["code"] for one in page["municipalities"]] == codes
    assert page["total"] == len(codes)


def test_one_municipality_has_its_living_facts(client: TestClient) -> None:
    body = client.get("/api/v1/municipalities/01468").json()
    assert (body["full_name"], body["type"]) == ("北海道下川町", "町")
    assert body["facts"]["snowfall_annual_cm"] > 100
    assert 43 < body["latitude"] < 45


@pytest.mark.parametrize(("code", "gives"), [("014681", "01468"), ("14101", "14100"), ("01000", "01000")])
def test_codes_are_read_as_everywhere(client: TestClient, code: str, gives: str) -> None:
    assert client.get(f"/api/v1/municipalities/{code}").json()["code"] == gives


@pytest.mark.parametrize("code", ["99999", "014682", "下川町", "1"])
def test_a_code_nobody_has_is_not_found(client: TestClient, code: str) -> None:
    response = client.get(f"/api/v1/municipalities/{code}")
    assert response.status_code == 404
    assert response.json()["errors"][0]["loc"] == "path.code"
