"""``enmusubi synthesise``: the report beside the market, and a twin of an office's people with a stated epsilon."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli import run
from features.synthetic.margins import Margin

Cli = Callable[..., tuple[int, str, str]]
SMALL = ("--applicants", "80", "--postings", "20")


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    def call(*arguments: str) -> tuple[int, str, str]:
        status = run(arguments)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


def test_the_report_names_each_margin_its_figure_and_source(cli: Cli) -> None:
    status, out, _ = cli("synthesise", "--report", *SMALL, "--json")
    margins = {(row["name"], row["cell"]): row for row in json.loads(out)["margins"]}
    gone = margins["gone_by_month", "12"]

    assert status == 0
    assert gone["target"] == 0.25
    assert gone["deviation"] == pytest.approx(gone["twin"] - 0.25)
    assert "弘前大学" in gone["source"]
    assert margins["chooses_place", ""]["evidence"] == "V"


def test_the_report_is_read_by_people_too(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Margin("chooses_place", "", 0.599, 0.61, 80, "V", "survey of 334 members [2024-12]")
    monkeypatch.setattr("features.synthetic.outcome_margins.outcome_margins", lambda **_: (one,))
    monkeypatch.setattr("features.synthetic.margins.market_margins", lambda _: ())
    status, out, _ = cli("synthesise", "--report", *SMALL)

    assert status == 0
    assert [word in out for word in ("合わせた先", "0.599", "+0.011", "公表", "[2024-12]")] == [True] * 5


def test_a_twin_of_an_offices_people_tells_its_epsilon_and_spends_it_exactly(cli: Cli, tmp_path: Path) -> None:
    own, twin = tmp_path / "own.json", tmp_path / "twin.json"
    assert cli("synthesise", "-o", str(own), "--applicants", "150", "--postings", "20")[0] == 0
    status, out, _ = cli("synthesise", "--like", str(own), "--epsilon", "9", "-o", str(twin), *SMALL[2:], "--json")
    body = json.loads(out)

    assert status == 0
    assert body["epsilon"] == 9.0
    assert set(body["spent"].values()) == {"1"}
    assert len(json.loads(twin.read_text(encoding="utf-8"))["applicants"]) == body["applicants"]
    assert body["applicants"] == pytest.approx(150, abs=5 * body["people_error"])  # not the 120 of companies too
    assert body["postings"] == 20
    status, out, _ = cli("synthesise", "--like", str(own), "--epsilon", "9", "-o", str(twin), *SMALL[2:])
    assert "ε = 9" in out


def test_an_offices_years_teach_weights_and_stays_by_the_commands_alone(cli: Cli, tmp_path: Path) -> None:
    records, outcomes = tmp_path / "records.json", tmp_path / "outcomes.json"
    sizes = ("--years", "4", "--applicants", "80", "--postings", "30")
    status, out, _ = cli("synthesise", *sizes, "-o", str(records), "--outcomes", str(outcomes), "--json")
    drawn, files = json.loads(out), ("--applicants", str(records), "--postings", str(records), "--json")

    assert status == 0
    assert drawn["placements"] == len(json.loads(outcomes.read_text(encoding="utf-8"))["outcomes"]) >= 30
    status, out, _ = cli("learn", *files)
    assert status == 0
    assert json.loads(out)["n_choices"] >= 10
    status, out, _ = cli("learn-stay", *files, "--outcomes", str(outcomes))
    assert status == 0
    assert json.loads(out)["n_known"] >= 30
    status, out, _ = cli("evaluate", "decision", "--records", str(records), "--outcomes", str(outcomes), "--json")
    assert status in {0, 1}
    assert json.loads(out)["is_answerable"] is (status == 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "expected -o FILE, --report or both"),
        (("--report", "--like", "x.json"), "--like and --epsilon stand together"),
        (("--report", "--epsilon", "1"), "--like and --epsilon stand together"),
        (("-o", "x.json", "--years", "2"), "--years and --outcomes stand together"),
        (("-o", "x.json", "--outcomes", "y.json"), "--years and --outcomes stand together"),
        (
            ("-o", "x.json", "--outcomes", "x.json", "--years", "2"),
            "--outcomes is the file of -o, expected another one",
        ),
        (("--report", "--outcomes", "y.json", "--years", "2"), "--years needs -o FILE and goes with neither"),
        (
            ("-o", "x.json", "--like", "x.json", "--epsilon", "1", "--applicants", "9"),
            "--applicants is not for --like: the twin has as many people as were released",
        ),
        (("--report", "--like", "x.json", "--epsilon", "0"), "--epsilon is 0, expected above 0, at most 100"),
        (("--report", "--like", "x.json", "--epsilon", "0.00001"), "at most four decimals"),
        (("--report", "--like", "x.json", "--epsilon", "1/0"), "--epsilon is 1/0, expected a number such as 1 or 0.5"),
    ],
)
def test_what_does_not_go_together_is_refused_in_one_line(cli: Cli, arguments: tuple[str, ...], message: str) -> None:
    status, _, err = cli("synthesise", *arguments)

    assert (status, err.count("\n")) == (2, 1)
    assert message in err
