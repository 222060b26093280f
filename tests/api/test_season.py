"""``enmusubi season`` from the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from api.cli import run
from features.synthetic.seasons import sample_seasons

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "season"
RECORDS = ["--applicants", str(FOLDER / "applicants.json"), "--postings", str(FOLDER / "postings.json")]
PAST = ["--past", str(FOLDER / "last_year.json")]
ADVISE = ["season", "advise", *RECORDS, *PAST, "--on", "2026-11-25"]
REPLAY = ["season", "replay", "--season", str(FOLDER / "finished.json"), *PAST]
Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    def call(*arguments: str) -> tuple[int, str, str]:
        status = run(arguments)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


@pytest.fixture(scope="module")
def kept() -> dict[tuple[str, ...], tuple[int, str, str]]:
    """What commands answered, for the tests after the first that asks."""
    return {}


@pytest.fixture
def once(cli: Cli, kept: dict[tuple[str, ...], tuple[int, str, str]]) -> Cli:
    """As ``cli``, but asked once in this module: of these records the same comes out each time."""

    def call(*arguments: str) -> tuple[int, str, str]:
        if arguments not in kept:
            kept[arguments] = cli(*arguments)
        return kept[arguments]

    return call


@pytest.fixture
def advised(once: Cli) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(once(*ADVISE, "--json")[1])
    return found


def test_everybody_who_waits_gets_one_line_of_advice_and_every_posting_a_price(
    once: Cli, advised: dict[str, Any]
) -> None:
    status, out, _ = once(*ADVISE)

    assert status == 0
    assert len(advised["advice"]) == 8
    assert len(advised["prices"]) == 12
    assert out.count("いま声をかける：") == sum(line["action"] == "offer" for line in advised["advice"])
    assert out.count("待つ：") == sum(line["action"] == "wait" for line in advised["advice"])
    for line in advised["advice"]:
        assert all(f"{member} さん" in out for member in line["members"])
    assert "h001（a00192 さん・a00197 さん、同じ募集にそろって）" in out
    assert "決めるのは人" in out


def test_an_offer_is_worth_its_seats_and_no_posting_gives_more_seats_than_it_has(advised: dict[str, Any]) -> None:
    left = {price["posting_id"]: price["seats_left"] for price in advised["prices"]}
    offers = [line for line in advised["advice"] if line["action"] == "offer"]

    assert offers
    for line in offers:
        assert line["value"] >= line["seats_worth_later"]
        left[line["posting_id"]] -= len(line["members"])
    assert min(left.values()) >= 0
    assert "k0005" in {line["posting_id"] for line in advised["advice"] if line["reason"] == "seats_go_to_others"}


def test_the_same_command_gives_the_same_bytes_and_says_what_decided(cli: Cli, advised: dict[str, Any]) -> None:
    again = json.loads(cli(*ADVISE, "--json")[1])
    told = advised["provenance"]

    assert again == advised
    assert told["value"] == "coordinator's score"
    assert told["on"] == "2026-11-25"
    assert set(told["inputs"]) == {"records", "past"}
    assert told["assumptions"]["patience_days"]["evidence"] == "A"


def with_private_wishes(name: str, folder: Path) -> str:
    """The same records, in which everybody wants and refuses other things."""
    body = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    for at, person in enumerate(body["applicants"]):
        person["private_preferences"] = {
            "regions_refused": [("長野県", "熊本県", "鹿児島県")[at % 3]],
            "min_monthly_pay_yen": 400_000,
            "car_ok": False,
            "place_weight": 1.0,
        }
    (folder / name).write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    return str(folder / name)


@pytest.mark.parametrize("options", [[], ["--wishes", "scores"]], ids=["applications", "scores"])
def test_other_private_wishes_of_everybody_leave_every_byte_as_it_was(
    cli: Cli, once: Cli, tmp_path: Path, options: list[str]
) -> None:
    people, past, over = (with_private_wishes(f"{n}.json", tmp_path) for n in ("applicants", "last_year", "finished"))
    advise = ["season", "advise", "--applicants", people, *RECORDS[2:], "--past", past, "--on", "2026-11-25"]
    replay = ["season", "replay", "--season", over, "--past", past]

    for plain, private in ((ADVISE, advise), (REPLAY, replay)):
        for json_or_print in (["--json"], []):
            status, before, _ = once(*plain, *options, *json_or_print)
            assert status == 0
            assert cli(*private, *options, *json_or_print)[1] == before


def test_who_wants_no_order_is_shown_no_score_and_the_reason_is_said(cli: Cli, tmp_path: Path) -> None:
    body = json.loads((FOLDER / "applicants.json").read_text(encoding="utf-8"))
    for person in body["applicants"]:
        person["consent"] = person.get("consent", {}) | {"automated_order": False}
    (tmp_path / "people.json").write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    people = ["--applicants", str(tmp_path / "people.json")]
    status, out, _ = cli("season", "advise", *people, *RECORDS[2:], *PAST, "--on", "2026-11-25")
    about_people = out.split("席の先々の値打ち ──")[0]

    assert status == 0
    assert about_people.count("順位づけを希望しない方です") == 7  # the eighth has no possible posting
    assert "重なり" not in about_people
    assert "値打ち" not in about_people
    assert re.search(r"\d\.\d", about_people) is None


def test_without_a_forecast_the_page_says_that_nobody_else_is_expected(cli: Cli) -> None:
    status, out, _ = cli("season", "advise", *RECORDS, "--without-forecast", "--together", "--on", "2026-11-25")

    assert status == 0
    assert "この先だれも応募しない場合" in out
    assert "まとめて決めています" in out
    assert "前年の同じ募集" not in out


def test_a_replay_prints_courses_harm_and_floors(once: Cli) -> None:
    status, out, _ = once(*REPLAY)
    body = json.loads(once(*REPLAY, "--json")[1])

    assert status == 0
    assert out.startswith("応募のまとまり 37 件（38 人、申込み 63 件）、席 19")
    for words in ("行われたとおり", "席の先々の値打ちで", "先着順", "くじ", "後から見た上限", "月ごとには比べません"):
        assert words in out
    for course in body["courses"]:
        assert f"{course['total']:.2f}" in out
        assert f"{course['share_of_hindsight']:.1%}" in out
    assert f"{body['harm']['places']} か所のうち {len(body['harm']['harmed_places'])} か所" in out
    assert "翌年を守れるとは言えない" in out
    assert "同じ物差しで選び" in out
    assert body["provenance"]["options"]["groups"] == "prefecture"


def test_a_drawn_year_needs_no_file(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    small = partial(sample_seasons, n_cases=150, n_places=12)
    monkeypatch.setattr("features.seasons.replays.sample_seasons", small)
    status, out, _ = cli("season", "replay", "--synthetic", "2")
    body = json.loads(cli("season", "replay", "--synthetic", "2", "--seats", "ample", "--json")[1])

    assert status == 0
    assert "先着順（見本では、これを行われたこととする）" in out
    assert body["courses"][0]["share_of_hindsight"] > 0.95
    assert body["provenance"]["seed"] == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["advise", *RECORDS], "--past is missing, expected all records of the year before"),
        (["advise", *RECORDS, *PAST, "--without-forecast"], "exclude each other, expected one of them"),
        (["advise", *RECORDS, *PAST, "--wishes", "dreams"], "--wishes is dreams, expected one of applications, scores"),
        (["advise", *RECORDS, *PAST, "--on", "2026-13-01"], "--on is 2026-13-01, expected a date"),
        (
            ["advise", *RECORDS, "--past", str(FOLDER / "finished.json"), "--on", "2026-11-25"],
            f"--past {FOLDER / 'finished.json'}: application ",
        ),
        (["replay", *PAST], "--season is missing, expected records of the finished year"),
        (["replay", "--season", str(FOLDER / "finished.json")], "--past is missing, expected records"),
        (["replay", *PAST, "--synthetic", "1"], "--synthetic draws both years, expected it without"),
        (["replay", "--synthetic", "1", "--seats", "few"], "--seats is few, expected one of ample, scarce"),
        (["replay", "--synthetic", "1", "--groups", "programme"], "expected no --groups"),
        (
            ["replay", "--synthetic", "1", "--wishes", "scores", "--weights", "w.toml", "--seed", "0"],
            "--synthetic reads no records and is itself the seed, expected no --wishes, --seed, --weights",
        ),
        (
            ["replay", "--synthetic", "1", "--household-rule", "sum", "--on", "2026-11-25"],
            "expected no --household-rule, --on",
        ),
        ([*REPLAY[1:], "--seats", "ample"], "files tell their own seats, expected no --seats but with --synthetic"),
        (
            ["advise", *RECORDS, "--without-forecast", "--seed", "3", "--futures", "5"],
            "--without-forecast draws no futures, expected no --futures, --seed",
        ),
        (["replay", *PAST, "--groups", "sex"], "--groups is sex, expected one of prefecture, programme"),
        (["replay", "--synthetic", "1", "--floor", "low"], "--floor is low, expected one of random, proportional"),
    ],
)
def test_what_is_missing_or_unknown_is_refused_in_one_line(cli: Cli, arguments: list[str], message: str) -> None:
    status, _, errors = cli("season", *arguments)

    assert status == 2
    assert len(errors.splitlines()) == 1
    assert message in errors


@pytest.mark.parametrize("command", [ADVISE[:6], REPLAY[:4]], ids=["advise", "replay"])
def test_an_error_in_the_past_names_the_file_as_given_and_what_it_must_hold(
    cli: Cli, tmp_path: Path, command: list[str]
) -> None:
    given, holds = tmp_path / "applicants.json", "expected one file that holds applicants, postings and applications"
    body = json.loads((FOLDER / "last_year.json").read_text(encoding="utf-8"))
    for kinds, message in (
        (("applicants", "applications"), f"--past {given}: applications[0].posting_id"),
        (("applicants", "postings"), f"--past {given}: no applications, {holds}"),
        (("applicants",), f"--past {given}: no postings and no applications, {holds}"),
    ):
        given.write_text(json.dumps({kind: body[kind] for kind in kinds}), encoding="utf-8")
        status, _, errors = cli(*command, "--past", str(given))
        assert status == 2
        assert message in errors
        assert holds in errors
        assert errors.count("applicants.json") == 1
    status, _, errors = cli(*command, "--past", str(tmp_path / "none.json"))
    assert status == 2
    assert errors.count("none.json") == 1


def test_an_error_in_the_finished_year_names_its_file(cli: Cli, tmp_path: Path) -> None:
    body = json.loads((FOLDER / "finished.json").read_text(encoding="utf-8"))
    body["applications"][0].pop("received_at")
    (tmp_path / "applicants.json").write_text(json.dumps(body), encoding="utf-8")
    status, _, errors = cli("season", "replay", "--season", str(tmp_path / "applicants.json"), *PAST)

    assert status == 2
    assert f"--season {tmp_path / 'applicants.json'}: application " in errors
