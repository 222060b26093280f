"""Long computations wait between their steps while short answers are under way, and never for ever."""

from __future__ import annotations

from threading import Event, Thread
from time import monotonic

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.kept_markets import markets
from api.kept_markets.right_of_way import RightOfWay
from features.lists.ranking import Ranking, Recommendation, rank, recommend
from features.market.pacing import paced
from features.market.scored_market import ScoredMarket, read_market
from features.synthetic import sample_date, sample_market
from tests.api.conftest import Json


def test_a_step_waits_until_the_short_answer_is_given() -> None:
    way, went = RightOfWay(), Event()
    way.add(1)

    def wait() -> None:
        way.give_way()
        went.set()

    waiting = Thread(target=wait)
    waiting.start()
    assert not went.wait(0.05)
    way.add(-1)
    assert went.wait(5)
    waiting.join()


def test_a_step_is_put_off_and_never_given_up() -> None:
    way = RightOfWay()
    way.add(1)
    began = monotonic()
    way.give_way()
    assert 0.2 < monotonic() - began < 5


def test_nobody_waits_for_a_list_of_places(
    app: FastAPI, client: TestClient, records: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    client.post("/api/v1/records", json=records)

    def counting(*asked: object, **how: object) -> Recommendation:
        counted.append(app.state.right_of_way._short)
        return recommend(*asked, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(markets, "recommend", counting)
    assert client.get("/api/v1/applicants/a1/recommendations").status_code == 200
    assert (counted, app.state.right_of_way._short) == ([0], 0)


def test_every_answer_is_counted_until_it_begins(
    app: FastAPI, client: TestClient, records: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    client.post("/api/v1/records", json=records)

    def counting(*asked: object, **how: object) -> Ranking:
        counted.append(app.state.right_of_way._short)
        return rank(*asked, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(markets, "rank", counting)
    assert client.get("/api/v1/postings/p1/candidates").status_code == 200
    assert client.get("/api/v1/postings/nowhere/candidates").status_code == 404
    assert (counted, app.state.right_of_way._short) == ([1], 0)


@pytest.mark.parametrize("side", ["candidates", "places"])
def test_a_list_is_told_in_steps_and_once(side: str) -> None:
    def tell(market: ScoredMarket) -> Ranking | Recommendation:
        if side == "candidates":
            return rank(market, next(iter(market.applications_to)))
        return recommend(market, market.applicants.ids[0])

    steps: list[None] = []
    records = sample_market(n_applicants=20, n_postings=2, n_kigyojin_postings=0, n_company_people=0)
    market = read_market(records, on=sample_date())
    with paced(lambda: steps.append(None)):
        first = tell(market)
        n_told = len(steps)
        again = tell(market)
    assert again == first
    assert len(steps) == n_told  # what was told before takes no step
    assert n_told > 0
