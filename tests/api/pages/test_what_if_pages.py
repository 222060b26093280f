"""Questions about a round on its page, as a browser without scripts asks them."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from api.pages.oversight.frontier_chart import frontier_chart
from api.pages.templating import environment
from api.pages.words import words_in
from api.what_ifs.schemas import FrontierPoint
from tests.api.accounts.conftest import Headers, everyone, signed_in
from tests.api.pages.test_oversight_pages import Browser

__all__ = ["everyone", "signed_in"]  # fixtures

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def supporter(service: TestClient, everyone: Headers) -> Browser:
    return Browser(service, everyone("supporter"))


@pytest.fixture
def round_path(supporter: Browser) -> str:
    return str(supporter.send("/runs/new", "/runs", mechanism="deferred-acceptance").headers["location"])


@ON_SQLITE
def test_each_question_is_answered_on_a_page_of_its_own(supporter: Browser, round_path: str) -> None:
    path = f"{round_path}/what-ifs"
    who = re.findall(r'name="withdrawn" value="([^"]+)"', supporter.get(round_path).text)[0]
    picture = supporter.get(supporter.send(round_path, path, question="frontier").headers["location"]).text
    repair = supporter.get(supporter.send(round_path, path, question="repair", withdrawn=who).headers["location"]).text
    typed = {"town_1": "01468", "cap_1": "0"}
    limits = supporter.get(supporter.send(round_path, path, question="limits", **typed).headers["location"]).text

    assert "この応募と席では、もっとも安定した案が、点数の合" in picture  # one point is no picture
    assert "同じ内容の表" in picture
    assert "だれも動かさず、空いた席だけ埋める" in repair
    assert who in repair
    assert "北海道下川町" in limits
    assert "上限 0人" in limits


@ON_SQLITE
@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"question": "repair"}, "withdrawn", "辞退した人を選んでください。"),
        ({"question": "limits", "cap_1": "2"}, "town_1", "入力してください。"),
        ({"question": "limits", "town_1": "01468"}, "cap_1", "上限か下限のどちらか"),
        ({"question": "limits", "town_1": "01468", "cap_1": "1", "floor_1": "2"}, "floor_1", "下限は上限以下"),
        (
            {"question": "limits", "town_1": "01468", "cap_1": "1", "town_2": "01468", "cap_2": "2"},
            "town_2",
            "同じ市町村が二度",
        ),
    ],
)
def test_what_is_missing_is_told_beside_its_field_and_what_was_typed_stays(
    typed: dict[str, str], field: str, told: str, supporter: Browser, round_path: str
) -> None:
    answer = supporter.send(round_path, f"{round_path}/what-ifs", **typed)

    assert answer.status_code == 422
    assert re.search(rf'id="fault-{field}">{told}', answer.text)
    if "cap_1" in typed:
        assert f'value="{typed["cap_1"]}"' in answer.text


@ON_SQLITE
def test_a_question_that_is_sent_twice_is_asked_once(supporter: Browser, round_path: str) -> None:
    first, second = supporter.send_often(round_path, f"{round_path}/what-ifs", times=2, question="frontier")

    assert first.headers["location"] == second.headers["location"]


@ON_SQLITE
def test_floors_that_cannot_be_kept_are_refused_in_the_words_of_the_page(supporter: Browser, round_path: str) -> None:
    typed = {"question": "limits", "town_1": "01468", "floor_1": "900"}
    page = supporter.get(supporter.send(round_path, f"{round_path}/what-ifs", **typed).headers["location"]).text

    assert "決めた上限と下限を、同時に守る配置がありません。" in page
    assert "expected" not in page and "cannot" not in page


@ON_SQLITE
def test_who_may_only_read_a_round_is_offered_no_question(
    service: TestClient, everyone: Headers, round_path: str
) -> None:
    page = Browser(service, everyone("auditor")).get(round_path).text

    assert "この案が満たす約束" in page
    assert "もしもの計算" not in page


def test_the_run_and_points_that_are_open_stand_where_the_numbers_say() -> None:
    points = [
        FrontierPoint(n_blocking=0, n_people=0, n_matched=2, value=1.0, bound=1.0, status="proven"),
        FrontierPoint(n_blocking=4, n_people=2, n_matched=2, value=2.0, bound=2.5, status="feasible"),
    ]
    chart = frontier_chart(points, n_blocking=2, total=1.5)

    assert [mark.is_closed for mark in chart.marks] == [True, False]
    assert chart.marks[1].bound_y < chart.marks[1].y < chart.run[1] < chart.marks[0].y
    assert chart.marks[0].x < chart.run[0] < chart.marks[1].x
    assert frontier_chart(points[:1], n_blocking=0, total=1.0).marks
    drawn = environment().from_string(
        '{% import "macros/frontier.html.j2" as fr with context %}{{ fr.frontier(chart, "組の数と合計") }}'
    )
    text = drawn.render(chart=chart, t=words_in("ja"))
    assert (text.count("chart-dot"), text.count("chart-hollow"), text.count("chart-run")) == (1, 1, 1)
    assert 'aria-label="組の数と合計"' in text
