"""Candidates and recommendations over HTTP are those of ``rank`` and ``recommend``, with provenance."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.record_digests import records_digest
from api.settings import Settings
from features.json_files.record_files import load_records
from features.lists.interest import read_interest
from features.lists.ranking import rank, recommend
from features.market.scored_market import ScoredMarket, read_market
from tests.api.conftest import Json


@pytest.fixture
def market(records: Json, settings: Settings, tmp_path: Path) -> ScoredMarket:
    """What the command line reads from a file of the same records."""
    file = tmp_path / "records.json"
    file.write_text(json.dumps(records), encoding="utf-8")
    return read_market(load_records(file), on=settings.day())


def _as_json(body: object) -> object:
    return json.loads(json.dumps(body))


def test_candidates_are_the_ranking_of_the_engine(loaded: TestClient, market: ScoredMarket) -> None:
    body = loaded.get("/api/v1/postings/p1/candidates").json()
    proof = body.pop("provenance")
    assert [next(iter(line)) for line in body["candidates"]] == ["applicant_id", "applicant_id"]
    assert body.pop("company_conflicts") == []
    assert body == _as_json(rank(market, "p1").to_json())
    assert proof["inputs"] == {"records": records_digest(market.records)}
    assert proof["options"] == {"posting": "p1", "top": 50, "order": "score"}
    assert proof["on"] == "2026-11-23"


def test_with_applications_only_the_applicants_are_read(loaded: TestClient) -> None:
    body = loaded.get("/api/v1/postings/p1/candidates").json()
    assert {line["applicant_id"] for line in body["candidates"] + body["excluded"]} == {"a1", "a2"}


def test_without_applications_everyone_is_read(client: TestClient, records: Json) -> None:
    del records["applications"]
    client.post("/api/v1/records", json=records)
    body = client.get("/api/v1/postings/p1/candidates").json()
    assert {line["applicant_id"] for line in body["candidates"] + body["excluded"]} == {"a1", "a2", "a3"}


def test_contributions_add_up_to_the_score(loaded: TestClient) -> None:
    for line in loaded.get("/api/v1/postings/p1/candidates").json()["candidates"]:
        assert sum(line["contributions"].values()) == pytest.approx(line["score"], abs=5e-7)
        assert line["low"] <= line["score"] <= line["high"]


def test_top_cuts_the_list(loaded: TestClient) -> None:
    body = loaded.get("/api/v1/postings/p1/candidates", params={"top": 1}).json()
    assert len(body["candidates"]) == 1
    assert body["provenance"]["options"]["top"] == 1


def test_recommendations_are_those_of_the_engine(loaded: TestClient, market: ScoredMarket) -> None:
    body = loaded.get("/api/v1/applicants/a1/recommendations", params={"top": 5}).json()
    proof = body.pop("provenance")
    assert body.pop("stale") == []
    assert body == _as_json(recommend(market, "a1", top=5, interest=read_interest(market, 0.0)).to_json())
    assert proof["options"] == {"applicant": "a1", "top": 5, "spread": 0.0, "order": "score"}
    assert proof["operation"] == "recommend"


def test_a_candidate_is_told_what_would_move_it_and_a_place_its_three_groups(loaded: TestClient) -> None:
    candidates = loaded.get("/api/v1/postings/p1/candidates").json()
    places = loaded.get("/api/v1/applicants/a1/recommendations").json()

    assert all("what_if" in line for line in [*candidates["candidates"], *candidates["excluded"]])
    assert any(line["what_if"] for line in candidates["candidates"])
    groups = {"fits_you", "they_would_want_you", "may_go_wrong"}
    assert all(groups <= line.keys() and "what_if" not in line for line in places["postings"])
    assert all(remark["question"] for line in places["postings"] for remark in line["may_go_wrong"])


def test_a_coordinators_list_does_not_move_with_private_preferences(client: TestClient, records: Json) -> None:
    client.post("/api/v1/records", json=records)
    before = client.get("/api/v1/postings/p1/candidates").json()
    private = {"regions_refused": ["北海道"], "min_monthly_pay_yen": 900000, "snow_ok": False}
    for applicant in records["applicants"]:
        address = f"/api/v1/applicants/{applicant['applicant_id']}"
        assert client.put(address, json=applicant | {"private_preferences": private}).status_code == 200
    after = client.get("/api/v1/postings/p1/candidates").json()
    assert after["candidates"] == before["candidates"]
    assert after["excluded"] == before["excluded"]
    own = client.get("/api/v1/applicants/a1/recommendations").json()
    assert "p1" in {line["posting_id"] for line in own["excluded"]}


def test_a_change_of_a_record_is_seen_at_once(loaded: TestClient) -> None:
    before = loaded.get("/api/v1/postings/p1/candidates").json()
    assert loaded.delete("/api/v1/applications/x2").status_code == 204
    after = loaded.get("/api/v1/postings/p1/candidates").json()
    assert {line["applicant_id"] for line in after["candidates"] + after["excluded"]} == {"a1"}
    assert after["provenance"]["inputs"] != before["provenance"]["inputs"]


def test_the_market_is_computed_once_while_nothing_changes(loaded: TestClient, app: FastAPI) -> None:
    first = app.state.market.on(None)
    loaded.get("/api/v1/postings/p1/candidates")
    loaded.post("/api/v1/runs", json={})
    assert app.state.market.on(None) is first


def test_a_new_weight_is_seen_at_once(app: FastAPI, settings: Settings, records: Json, tmp_path: Path) -> None:
    weights = tmp_path / "weights.toml"
    weights.write_text("[coordinator]\nactivity_wish = 0.9\n", encoding="utf-8")
    app.state.settings = settings.model_copy(update={"weights_file": weights})
    with TestClient(app) as client:
        client.post("/api/v1/records", json=records)
        before = client.get("/api/v1/postings/p1/candidates").json()
        weights.write_text("[coordinator]\nactivity_wish = 0.1\n", encoding="utf-8")
        after = client.get("/api/v1/postings/p1/candidates").json()
    share = [body["candidates"][0]["contributions"]["activity_wish"] for body in (before, after)]
    assert share[0] > share[1] > 0
    assert before["provenance"]["weights"] != after["provenance"]["weights"]


def test_the_same_question_has_the_same_bytes(loaded: TestClient) -> None:
    one, other = (loaded.get("/api/v1/postings/p1/candidates").content for _ in range(2))
    assert one == other


@pytest.mark.parametrize("path", ["postings/p9/candidates", "applicants/a9/recommendations"])
def test_an_unknown_id_is_not_found(loaded: TestClient, path: str) -> None:
    response = loaded.get(f"/api/v1/{path}")
    assert response.status_code == 404
    assert "9" in response.json()["detail"]


def test_a_posting_without_anyone_has_an_empty_list(client: TestClient, records: Json) -> None:
    client.post("/api/v1/postings", json=records["postings"][0])
    body = client.get("/api/v1/postings/p1/candidates").json()
    assert body["candidates"] == body["excluded"] == []


def test_a_day_can_be_asked_about(loaded: TestClient) -> None:
    late = loaded.get("/api/v1/applicants/a1/recommendations", params={"on": "2027-01-15"}).json()
    assert late["provenance"]["on"] == "2027-01-15"
    assert "p1" not in {line["posting_id"] for line in late["postings"]}  # its deadline is past


@pytest.mark.parametrize("spread", [0.25, 1.0])
def test_a_spread_is_that_of_the_engine_and_tells_chance_and_reason(
    loaded: TestClient, market: ScoredMarket, spread: float
) -> None:
    for _ in range(2):  # the second answer is the kept one
        body = loaded.get("/api/v1/applicants/a1/recommendations", params={"spread": spread}).json()
        assert body.pop("provenance")["options"]["spread"] == spread
        assert body.pop("stale") == []
        assert body == _as_json(recommend(market, "a1", interest=read_interest(market, spread)).to_json())
    for line in body["postings"]:
        assert set(line["chance"]) == {"value", "seats", "applications", "sentence"}
        assert 0 <= line["chance"]["value"] <= 1
        assert line["why_here"]


@pytest.mark.parametrize("spread", ["1.5", "-0.1", "nan", "much"])
def test_a_spread_outside_0_to_1_is_refused_by_name(loaded: TestClient, spread: str) -> None:
    answer = loaded.get("/api/v1/applicants/a1/recommendations", params={"spread": spread})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == "query.spread"


def test_a_spread_of_an_order_of_arrival_is_refused(loaded: TestClient) -> None:
    answer = loaded.get("/api/v1/applicants/a1/recommendations", params={"spread": "0.5", "order": "arrival"})

    assert answer.status_code == 422
    assert answer.json()["detail"] == "spread is 0.5, expected 0 where the order is that of arrival"


def test_candidates_and_places_come_in_order_of_arrival_where_it_is_asked_for(
    client: TestClient, records: Json
) -> None:
    records["applications"][0]["received_at"] = "2026-11-20"
    records["applications"][1]["received_at"] = "2026-11-03T10:00:00+09:00"
    client.post("/api/v1/records", json=records)
    candidates = client.get("/api/v1/postings/p1/candidates", params={"order": "arrival"}).json()
    places = client.get("/api/v1/applicants/a1/recommendations", params={"order": "arrival"}).json()

    assert [line["applicant_id"] for line in candidates["candidates"]] == ["a2", "a1"]
    assert [line["received_at"] for line in candidates["candidates"]] == ["2026-11-03T10:00:00+09:00", "2026-11-20"]
    assert [line["posting_id"] for line in places["postings"]] == ["p1", "p2"]
    assert places["ordered"].startswith("締切の早い順です。")


def test_who_wants_no_automated_order_is_placed_by_arrival(client: TestClient, records: Json) -> None:
    for person in records["applicants"]:
        person["consent"] = {"automated_order": False}
    records["applications"][0]["received_at"] = "2026-11-20"
    records["applications"][1]["received_at"] = "2026-11-03"
    client.post("/api/v1/records", json=records)
    body = client.get("/api/v1/postings/p1/candidates").json()

    assert [(line["applicant_id"], line["placed_by"]) for line in body["candidates"]] == [
        ("a2", "wish"),
        ("a1", "wish"),
    ]
    assert "順位づけを希望しない方（2人）" in body["ordered"]
    assert client.get("/api/v1/applicants/a1").json()["consent"] == {"automated_order": False}


def test_a_change_of_the_records_changes_the_interest(loaded: TestClient, records: Json) -> None:
    address, options = "/api/v1/applicants/a3/recommendations", {"spread": 0.5}
    before = loaded.get(address, params=options).json()["postings"]
    for k in range(5):
        person = records["applicants"][1] | {"applicant_id": f"b{k}"}
        assert loaded.post("/api/v1/applicants", json=person).status_code == 201
    after = loaded.get(address, params=options).json()["postings"]

    chances = [{line["posting_id"]: line["chance"]["applications"] for line in lines} for lines in (before, after)]
    assert all(chances[1][an_id] > chances[0][an_id] for an_id in chances[0])
