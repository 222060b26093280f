"""``enmusubi learn`` from the command line: a proposal in a file, with its warning."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from api.cli import run
from features.json_files.record_files import dump_records
from features.learning.weights_text import HABITS
from features.synthetic import sample_market
from features.weights import default_weights, load_weights


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A sample market in which the first two applications to each call were offered, as an office would record it."""
    market = sample_market(n_applicants=70, n_postings=10, n_kigyojin_postings=0, n_company_people=0)
    seen: dict[str, int] = {}
    applications = []
    for one in market.applications:
        seen[one.posting_id] = seen.get(one.posting_id, 0) + 1
        status = "offered" if seen[one.posting_id] <= 2 else "closed"
        applications.append(one.model_copy(update={"status": status}))
    path = tmp_path_factory.mktemp("learn") / "records.json"
    path.write_text(dump_records(market.model_copy(update={"applications": tuple(applications)})), encoding="utf-8")
    return str(path)


def _asked(records: str, *more: str) -> list[str]:
    return ["learn", "--applicants", records, "--postings", records, "--on", "2026-11-25", *more]


def test_what_is_learned_is_a_file_that_the_engine_reads(
    records: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learned = tmp_path / "learned.toml"
    assert run(_asked(records, "-o", str(learned), "--json")) == 0
    told = json.loads(capsys.readouterr().out)
    shares = load_weights(learned).coordinator
    assert sum(shares.values()) == pytest.approx(1)
    assert (told["side"], told["provenance"]["operation"]) == ("coordinator", "learn")
    assert tomllib.loads(learned.read_text(encoding="utf-8"))["name"] == "learned-2026-11-25"


def test_weights_somebody_may_have_edited_are_written_over_only_when_that_is_said_and_with_a_warning(
    records: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edited = tmp_path / "learned.toml"
    edited.write_text("# by hand\n", encoding="utf-8")
    assert run(_asked(records, "-o", str(edited))) == 2
    assert "is there already; name a new file or say --replace" in " ".join(capsys.readouterr().err.split())
    assert edited.read_text(encoding="utf-8") == "# by hand\n"

    assert run(_asked(records, "-o", str(edited), "--replace")) == 0
    assert HABITS[:12] in capsys.readouterr().out
    assert sum(load_weights(edited).coordinator.values()) == pytest.approx(1)


def test_the_file_of_choices_is_told_by_its_digest_whatever_its_order(
    records: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    market = json.loads(Path(records).read_text(encoding="utf-8"))
    people, (call, *_) = [one["applicant_id"] for one in market["applicants"]], market["postings"]
    rows = [{"posting_id": call["posting_id"], "shown": people[k : k + 3], "chosen": [people[k]]} for k in range(3)]
    told = []
    for name, content in (("one.json", rows), ("turned.json", rows[::-1]), ("less.json", rows[:2])):
        file, learned = tmp_path / name, tmp_path / f"{name}.toml"
        file.write_text(json.dumps({"choices": content}), encoding="utf-8")
        assert run(_asked(records, "--choices", str(file), "-o", str(learned), "--json")) == 0
        told.append(json.loads(capsys.readouterr().out)["provenance"]["inputs"]["choices"])
        assert f"# Learned from choices of digest {told[-1]}." in learned.read_text(encoding="utf-8")

    assert told[0] == told[1] != told[2]


def test_the_digest_of_the_records_does_not_hang_on_the_order_of_rows(
    records: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    market = json.loads(Path(records).read_text(encoding="utf-8"))
    turned, changed = tmp_path / "turned.json", tmp_path / "changed.json"
    turned.write_text(json.dumps({kind: rows[::-1] for kind, rows in market.items()}), encoding="utf-8")
    market["applications"][0]["status"] = "withdrawn"
    changed.write_text(json.dumps(market), encoding="utf-8")
    told = []
    for path in (records, str(turned), str(changed)):
        assert run(_asked(path, "--json")) == 0
        told.append(json.loads(capsys.readouterr().out))

    digests = [one["provenance"]["inputs"]["records"] for one in told]
    assert digests[0] == digests[1] != digests[2]
    assert told[0]["weights"] == told[1]["weights"]


def test_without_decisions_the_hand_weights_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, learned = tmp_path / "records.json", tmp_path / "learned.toml"
    market = sample_market(n_applicants=20, n_postings=2, n_kigyojin_postings=0, n_company_people=0)
    path.write_text(dump_records(market.model_copy(update={"applications": ()})), encoding="utf-8")
    assert run(_asked(str(path), "-o", str(learned), "--json")) == 0
    assert json.loads(capsys.readouterr().out)["n_choices"] == 0
    hand = default_weights().coordinator
    assert load_weights(learned).coordinator == pytest.approx(hand)
    assert "Nothing was learned: these are the weights in force." in learned.read_text(encoding="utf-8")
    assert run(_asked(str(path))) == 0
    told = capsys.readouterr().out
    assert "この選択からは分かりません" in told
    assert "学べる選択が一件もないので、何も学んでいません。" in told.replace("\n", "")
    assert HABITS[:12] in told
    assert "まだ何も書いていません" in told


def test_a_choice_of_nobody_needs_a_file_of_choices(records: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(_asked(records, "--outside")) == 2
    assert "--outside needs --choices" in capsys.readouterr().err
