"""``enmusubi evaluate relevance`` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.cli import run
from features.relevance.orders import ORDERS
from tests.features.relevance.labelled import JUDGMENTS, write_set


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    return ["evaluate", "relevance", "--set", str(write_set(tmp_path))]


def test_every_order_is_measured_on_both_halves(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    status = run([*command, "--json"])
    (body,) = json.loads(capsys.readouterr().out)["groups"]

    assert (status, body["people"]) == (0, "first")
    assert [(line["half"], line["order"]) for line in body["orders"]] == [
        (half, order.name) for half in ("tuning", "test") for order in ORDERS
    ]
    for line in body["orders"]:
        assert line["worst_ndcg_at_6"]["value"] <= line["ndcg_at_6"] <= 1
        assert sum(line["calls_against_engine"].values()) == len(line["calls"])
    assert [(found["half"], found["labelled"], found["recall_with_kind"]) for found in body["exclusions"]] == [
        ("tuning", 0, 1.0),
        ("test", 4, 1.0),
    ]
    assert {"on", "weights", "rulesets", "judgments"} <= set(body["provenance"]["test"])


def test_one_half_is_measured_alone_with_the_same_figures(
    capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    bodies = []
    for options in (("--half", "test"), ()):
        run([*command, *options, "--json"])
        bodies += json.loads(capsys.readouterr().out)["groups"]

    assert {line["half"] for line in bodies[0]["orders"]} == {"test"}
    assert bodies[0]["orders"] == [line for line in bodies[1]["orders"] if line["half"] == "test"]
    assert bodies[0]["provenance"]["test"] == bodies[1]["provenance"]["test"]


def test_people_read_one_table_and_what_was_not_counted(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    status = run(command)
    out = capsys.readouterr().out

    assert status == 0
    for order in ORDERS:
        assert out.count(order.title) == 1
    assert "確認用: 順に差がつかないため数えない募集 1 件（s2）" in out
    assert "対象外と判定した 4 組のうち、規則も対象外とした組 4（判定と同じ種類の規則で 4）" in out
    assert "評価1以上" not in out


def test_career_changers_are_read_beside_the_first_people_in_a_table_of_their_own(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = write_set(tmp_path)
    everyone = json.loads((folder / "applicants.json").read_text(encoding="utf-8"))["applicants"]
    for name, people in (("applicants.json", everyone[:-1]), ("changers.json", everyone[-1:])):
        (folder / name).write_text(json.dumps({"applicants": people}), encoding="utf-8")
    run(["evaluate", "relevance", "--set", str(folder), "--half", "test"])
    out = capsys.readouterr().out

    assert f"基本の人たち（{len(everyone) - 1}人）" in out
    assert f"転身する人たちを加えて（{len(everyone)}人）" in out
    assert out.count(ORDERS[0].title) == 2


def test_each_call_has_a_line_where_it_is_asked_for(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    run([*command, "--half", "test", "--postings"])
    lines = capsys.readouterr().out.partition("募集ごと")[2].splitlines()

    assert any(line.split("│")[0].strip() == "s1" for line in lines)
    assert not any(line.split("│")[0].strip() in ("s2", "t1") for line in lines)


def test_a_pair_that_differs_from_the_labels_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = (*(row for row in JUDGMENTS if not row.startswith("s2,a4")), "s1,a4,0,0,region,")
    run(["evaluate", "relevance", "--set", str(write_set(tmp_path, judgments=rows)), "--half", "test"])
    out = capsys.readouterr().out

    assert "見落とし s1 a4" in out
    assert "余分 s2 a4" in out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--half", "first"), "--half is first, expected one of test, tuning, both"),
        (("--people", "some"), "--people is some, expected one of first, all, both"),
        (("--set", "nowhere"), "applicants.json"),
        (("--on", "soon"), "--on is soon"),
        (("--on", "1990-01-01"), "1990-01-01"),
    ],
)
def test_bad_usage_is_one_line_and_exit_2(
    capsys: pytest.CaptureFixture[str], command: list[str], options: tuple[str, str], words: str
) -> None:
    status = run([*command, *options])
    captured = capsys.readouterr()

    assert (status, captured.out, captured.err.count("\n")) == (2, "", 1)
    assert words in captured.err
