"""The command line: what it prints, its exit status, and the one line where something is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
import typer

from api.cli import run

ROOT = Path(__file__).resolve().parents[2]
SMALL = [
    "--applicants",
    str(ROOT / "fixtures/small/applicants.json"),
    "--postings",
    str(ROOT / "fixtures/small/postings.json"),
]
ON = ["--on", "2026-11-25"]
FROM = ["eligibility", "--program", "kyoryokutai", "--destination", "01468", "--origin"]
MOVE = [*FROM, "13112"]
Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    def call(*arguments: str) -> tuple[int, str, str]:
        status = run(arguments)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


@pytest.mark.parametrize(
    ("origin", "destination", "verdict"),
    [
        ("13112", "01468", "covered"),
        ("01100", "01203", "covered"),
        ("30203", "32525", "not_covered"),
        ("14150", "20304", "needs_district"),
    ],
)
def test_eligibility_answers_with_rule_and_source(cli: Cli, origin: str, destination: str, verdict: str) -> None:
    move = ["--program", "kyoryokutai", "--origin", origin, "--destination", destination]
    status, out, _ = cli("eligibility", *move, *ON, "--json")
    answer = json.loads(out)

    assert status == 0
    assert answer["verdict"] == verdict
    assert {"verdict", "rule_id", "kind", "source", "sentence", "as_of", "limits"} <= set(answer)
    assert answer["source"]


def test_eligibility_speaks_japanese_to_people(cli: Cli) -> None:
    move = ["--program", "kyoryokutai", "--origin", "30203", "--destination", "32525"]
    status, out, _ = cli("eligibility", *move, *ON)

    assert status == 0
    assert "特別交付税措置の対象外（任用を禁じるものではありません）" in out
    assert "受入自治体が確認します" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["eligibility"], "--program"),
        (["eligibility", "--program", "kyoryokutai", "--destination", "01468"], "origin is missing"),
        (["eligibility", "--program", "x", "--origin", "13112", "--destination", "01468"], "--program"),
        ([*FROM, "伊達市"], "--origin: the name is shared by 北海道伊達市 (01233), 福島県伊達市 (07213)"),
        ([*FROM, "99999"], "--origin: municipality code 99999"),
        ([*FROM, "131120"], "check digit"),
        ([*MOVE, "--days", "3"], "days does not belong"),
        ([*MOVE, "--exception", "jet:1"], "--exception"),
        ([*MOVE, "--on", "soon"], "--on is soon"),
        ([*MOVE, "--on", "1999-01-01"], "2024-04-01"),
        (["rank", "--applicants", "none.json", "--postings", "none.json"], "none.json"),
        (["rank", *SMALL, "--posting", "p99"], "posting p99 is not among"),
        (["recommend", *SMALL, "--applicant", "z99"], "applicant z99 is not among"),
        (["match", *SMALL, "--mechanism", "magic"], "--mechanism is magic, expected one of deferred-acceptance"),
        (["match", *SMALL, "--households", "refuse"], "has joint wishes"),
        (["nonsense"], "nonsense"),
        (["rank", *SMALL, "--nonsense"], "--nonsense"),
    ],
)  # fmt: skip
def test_bad_usage_or_input_is_one_line_and_exit_2(cli: Cli, arguments: list[str], words: str) -> None:
    status, out, err = cli(*arguments)

    assert status == 2
    assert out == ""
    assert err.count("\n") == 1
    assert words in err


@pytest.mark.parametrize("arguments", [[], ["rules"], ["accounts"]])
def test_who_asks_for_nothing_is_shown_the_help_as_it_is(cli: Cli, arguments: list[str]) -> None:
    status, out, err = cli(*arguments)
    _, helped, _ = cli(*arguments, "--help")

    assert (status, out) == (2, "")
    assert err == helped and err.count("\n") > 5


@pytest.mark.parametrize("error", [KeyboardInterrupt, typer.Abort])
def test_an_interruption_is_said_in_one_line(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("api.commands.eligibility.eligibility", stop)

    assert cli(*MOVE) == (130, "", "enmusubi: interrupted\n")


def test_the_version_is_told(cli: Cli) -> None:
    assert cli("--version") == (0, f"enmusubi {version('enmusubi')}\n", "")


def test_municipalities_go_by_name_or_code(cli: Cli) -> None:
    by_code = cli(*MOVE, "--json")
    by_name = cli(
        "eligibility", "--program", "kyoryokutai", "--origin", "東京都世田谷区", "--destination", "下川町", "--json"
    )

    assert by_code[0] == by_name[0] == 0
    assert json.loads(by_name[1]) == json.loads(by_code[1])


def test_rank_prints_json_whose_contributions_add_up(cli: Cli) -> None:
    status, out, _ = cli("rank", *SMALL, *ON, "--json")
    body = json.loads(out)

    assert status == 0
    assert len(body["rankings"]) == 12
    candidates = [line for ranking in body["rankings"] for line in ranking["candidates"]]
    assert candidates
    for line in candidates:
        assert round(sum(line["contributions"].values()), 6) == line["score"]
        assert line["low"] <= line["score"] <= line["high"]
    for ranking in body["rankings"]:
        for line in ranking["excluded"]:
            assert all(rule["verdict"] == "not_covered" for rule in line["rules"])
            assert line["rules"]
    assert {"rulesets", "weights", "inputs", "code_version", "reference"} <= set(body["provenance"])


def test_rank_speaks_japanese_to_people(cli: Cli) -> None:
    status, out, _ = cli("rank", *SMALL, *ON)

    assert status == 0
    assert "読む順" in out
    assert "？" in out


def test_rank_tells_what_would_move_each_line(cli: Cli) -> None:
    _, out, _ = cli("rank", *SMALL, *ON, "--json")
    lines = [
        line
        for ranking in json.loads(out)["rankings"]
        for line in [*ranking["candidates"], *ranking["excluded"]]
        if line["what_if"]
    ]
    told = lines[0]["what_if"][0]

    assert {"change", "rule_id", "term", "sentence", "verdict", "rank_before", "rank_after"} == set(told)
    _, text, _ = cli("rank", *SMALL, *ON)
    assert all(f"→ {one['sentence']}" in text.replace("\n", "") for line in lines for one in line["what_if"])


def test_recommend_tells_three_groups_and_what_to_ask(cli: Cli) -> None:
    _, text, _ = cli("recommend", *SMALL, *ON, "--top", "1", "--applicant", "a01")

    for heading in ("あなたに合うところ", "先方があなたに期待しそうなところ", "ここで行き違いになりやすいところ"):
        assert heading in text
    assert "聞くこと：" in text


def test_recommend_prints_places_with_reasons(cli: Cli) -> None:
    status, out, _ = cli("recommend", *SMALL, *ON, "--top", "3", "--json")
    found = json.loads(out)["recommendations"]

    assert status == 0
    assert len(found) == 30
    assert all(len(person["postings"]) <= 3 for person in found)


def test_a_weights_file_changes_the_scores_and_the_provenance(cli: Cli, tmp_path: Path) -> None:
    heavy = tmp_path / "w.toml"
    heavy.write_text('name = "links first"\n[coordinator]\nplace_link = 5.0\n')
    _, plain, _ = cli("rank", *SMALL, *ON, "--json")
    _, heavier, _ = cli("rank", *SMALL, *ON, "--json", "--weights", str(heavy))

    assert json.loads(plain)["provenance"]["weights"] != json.loads(heavier)["provenance"]["weights"]
    assert json.loads(plain)["rankings"] != json.loads(heavier)["rankings"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[coordinator]\nmagic = 1.0\n", "magic"),
        ("[coordinator]\nplace_link = -1.0\n", "place_link"),
        ("[coordinator]\nplace_link = \n", "line 2"),
    ],
)
def test_wrong_weights_are_refused_by_name(cli: Cli, tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "w.toml"
    path.write_text(text)
    status, _, err = cli("rank", *SMALL, "--weights", str(path))

    assert (status, err.count("\n")) == (2, 1)
    assert words in err


@pytest.mark.parametrize("mechanism", ["deferred-acceptance", "optimal-assignment"])
def test_match_writes_the_same_checked_record_each_time(cli: Cli, tmp_path: Path, mechanism: str) -> None:
    paths = [tmp_path / "one.json", tmp_path / "two.json"]
    options = ["--mechanism", mechanism, "--seed", "7"]
    statuses = [cli("match", *SMALL, *ON, *options, "-o", str(path))[0] for path in paths]
    record = json.loads(paths[0].read_text())

    assert statuses == [0, 0]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert record["report"]["feasible"] is True
    assert record["provenance"]["seed"] == 7
    assert (record["report"]["certificate"] or {}).get("holds", mechanism == "deferred-acceptance")


def test_match_says_to_people_what_the_pages_say(cli: Cli) -> None:
    status, out, _ = cli("match", *SMALL, *ON)

    assert status == 0
    assert "互いに組み直したい組（ブロッキングペア）: なし（安定）" in out
    assert "望み直す" not in out and "この回" not in out


def test_solve_and_verify_answer_with_exit_0_and_a_spoilt_result_with_exit_1(cli: Cli, tmp_path: Path) -> None:
    market = tmp_path / "market.json"
    market.write_text(
        json.dumps(
            {
                "applicants": {"a1": ["p1", "p2"], "a2": ["p1", "p2"]},
                "postings": {
                    "p1": {"capacity": 1, "preferences": ["a2", "a1"]},
                    "p2": {"capacity": 1, "preferences": ["a1", "a2"]},
                },
            }
        )
    )
    result = tmp_path / "result.json"

    assert cli("solve", str(market), "--mechanism", "deferred-acceptance", "-o", str(result))[0] == 0
    assert json.loads(result.read_text())["matching"] == {"a1": "p2", "a2": "p1"}
    assert cli("verify", str(market), str(result))[0] == 0
    spoilt = {"mechanism": "deferred-acceptance", "matching": {"a1": "p1", "a2": "p2"}}
    result.write_text(json.dumps(spoilt))
    status, out, _ = cli("verify", str(market), str(result), "--json")
    assert status == 1
    assert json.loads(out)["blocking_pairs"] == [["a2", "p1"]]


def test_a_market_that_names_an_unknown_posting_is_refused(cli: Cli, tmp_path: Path) -> None:
    market = tmp_path / "market.json"
    market.write_text(
        json.dumps({"applicants": {"a1": ["p9"]}, "postings": {"p1": {"capacity": 1, "preferences": ["a1"]}}})
    )
    status, _, err = cli("solve", str(market), "--mechanism", "deferred-acceptance")

    assert (status, err.count("\n")) == (2, 1)
    assert "p9" in err


def test_rules_are_listed_shown_and_compared(cli: Cli) -> None:
    status, out, _ = cli("rules", "list", "--json")
    ids = [row["id"] for row in json.loads(out)["rulesets"]]

    assert status == 0
    assert {"kyoryokutai/fy2026", "kigyojin/fy2026"} <= set(ids)
    assert cli("rules", "show", "kyoryokutai/fy2026")[0] == 0
    assert cli("rules", "diff", "kyoryokutai/fy2025", "kyoryokutai/fy2026")[0] == 0
    assert cli("rules", "show", "kyoryokutai/fy1999")[0] == 2


def test_the_demo_writes_the_same_bytes_for_the_same_seed(cli: Cli, tmp_path: Path) -> None:
    sizes = ["--applicants", "120", "--postings", "40", "--seed", "3"]
    for name in ("one", "two"):
        status, out, _ = cli("demo", "--out", str(tmp_path / name), *sizes)
        assert status == 0
        assert "安定（組み直したい組なし）" in out
        assert "はじめに開くもの" in out
    papers = sorted(path.name for path in (tmp_path / "one").iterdir())

    assert {path.rpartition(".")[2] for path in papers} == {"json", "xlsx", "html", "svg"}
    for paper in papers:
        assert (tmp_path / "one" / paper).read_bytes() == (tmp_path / "two" / paper).read_bytes(), paper


def test_synthesise_writes_records_that_read_back(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "market.json"

    assert cli("synthesise", "-o", str(path), "--applicants", "60", "--postings", "20")[0] == 0
    assert cli("rank", "--applicants", str(path), "--postings", str(path), "--posting", "k0001", *ON)[0] == 0


def test_somebody_abroad_is_asked_for_the_district_of_the_destination_only(cli: Cli) -> None:
    move = ["--program", "kyoryokutai", "--destination", "11207", "--exception", "overseas"]
    answer = json.loads(cli("eligibility", *move, *ON, "--json")[1])

    assert (answer["verdict"], answer["rule_id"]) == ("needs_district", "kyo-exception-partial-metro")


def test_two_added_rule_files_cannot_begin_on_one_day(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENMUSUBI_RULES_DIR", str(tmp_path / "rules"))
    shipped = (ROOT / "features/rulesets/kyoryokutai/fy2026.toml").read_text(encoding="utf-8")
    for name in ("x1", "x2"):
        text = shipped.replace("kyoryokutai/fy2026", f"kyoryokutai/{name}").replace("= 2026-04-01", "= 2026-10-01", 1)
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")

    assert cli("rules", "add", str(tmp_path / "x1.toml"), "--json") == (0, '{\n "added": "kyoryokutai/x1"\n}\n', "")
    status, _, err = cli("rules", "add", str(tmp_path / "x2.toml"))
    assert (status, err.count("\n")) == (2, 1)
    assert "kyoryokutai/x1 was added before and speaks from 2026-10-01 on too" in err


@pytest.mark.parametrize(
    ("name", "value"), [("ENMUSUBI_PORT", "abc"), ("ENMUSUBI_DATABASE_URL", "sqlite:///{folder}/missing/x.db")]
)
def test_a_wrong_setting_is_named_before_anything_is_served(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value.format(folder=tmp_path))
    status, _, err = cli("serve")

    assert (status, err.count("\n")) == (2, 1)
    assert name in err
