"""The commands that read a file, each with a whole file to break."""

from __future__ import annotations

import io
import json
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final

from api.cli import run
from tests.api.fuzz.malformed import SENT
from tests.api.fuzz.malformed_files import Broken, Kind, broken_files
from tests.api.fuzz.marked import RECORDS, marks_in

__all__ = ["Filed", "Outcome", "kinds_of_files", "run_broken_files", "run_command"]

_ROOT: Final = Path(__file__).resolve().parents[3]
_MARKET: Final = _ROOT / "fixtures/markets/invented-towns.json"
_CSV: Final = "募集番号,市町村,件名,募集人数,業務内容\n1,下川町,林業,2,森林整備\n2,海士町,観光,1,島の案内\n"


@dataclass(frozen=True)
class Outcome:
    """What a command did: its status and what it printed."""

    status: int
    printed: str
    told: str


def run_command(arguments: list[str]) -> Outcome:
    """Run one command in this process."""
    printed, told = io.StringIO(), io.StringIO()
    with redirect_stdout(printed), redirect_stderr(told):
        status = run(arguments)
    return Outcome(status, printed.getvalue(), told.getvalue())


def kinds_of_files(folder: Path) -> list[Kind]:
    """Whole files of every kind; the database that the settings name holds what the backup is of."""
    records, result, receipt, backup = (folder / name for name in ("r.json", "result.json", "c.json", "whole.backup"))
    records.write_text(json.dumps(RECORDS, ensure_ascii=False), encoding="utf-8")
    market = str(_MARKET)
    for arguments in (
        ["solve", market, "--mechanism", "deferred-acceptance", "-o", str(result)],
        ["explain", market, str(result), "--applicant", "a03", "-o", str(receipt)],
        ["backup", str(backup)],
    ):
        outcome = run_command(arguments)
        assert outcome.status == 0, outcome.told
    rules = (_ROOT / "features/rulesets/kyoryokutai/fy2026.toml").read_bytes().replace(b"2026-04-01", b"2026-10-01", 1)
    weights = (_ROOT / "features/weight_files/default.toml").read_bytes()
    solved = ["--mechanism", "deferred-acceptance"]
    ranked = ["rank", "--applicants", str(records), "--postings", str(records), "--posting", "p1", "--top", "1"]
    return [
        Kind("records.json", records.read_bytes(), lambda path: ["quality", "--postings", str(path)], 8),
        Kind("people.json", records.read_bytes(), lambda path: [*ranked[:2], str(path), *ranked[3:]], 1),
        Kind("market.json", _MARKET.read_bytes(), lambda path: ["solve", str(path), *solved], 6),
        Kind("result.json", result.read_bytes(), lambda path: ["verify", market, str(path)], 4),
        Kind("receipt.json", receipt.read_bytes(), lambda path: ["verify-receipt", str(path)], 3),
        Kind("weights.toml", weights, lambda path: [*ranked, "--weights", str(path)], 1),
        Kind("rules.toml", rules, lambda path: ["rules", "add", str(path)], 4),
        Kind("list.csv", _CSV.encode(), lambda path: ["import", str(path)], 3),
        Kind("all.backup", backup.read_bytes(), lambda path: ["restore", str(path), "--replace"], 6),
    ]


@dataclass
class Filed:
    """How many files of each kind ended with which status, and each fault as one line."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def run_broken_files(folder: Path, kinds: list[Kind], *, number: int, seed: int) -> Filed:
    """Give ``number`` broken files to their commands."""
    filed = Filed()
    for count, broken in enumerate(islice(broken_files(kinds, Random(seed)), number)):
        path = folder / f"broken-{broken.kind.name}"
        path.write_bytes(broken.content)
        for fault in _faults(broken, path, filed):
            filed.faults.append(f"file {count}, {broken.kind.name}, {broken.family}: {fault}")
    return filed


def _faults(broken: Broken, path: Path, filed: Filed) -> list[str]:
    try:
        outcome = run_command(broken.kind.command(path))
    except Exception as error:  # noqa: BLE001 -- whatever comes out of a command instead of a status is the finding
        return [f"broke with {type(error).__name__}"]
    filed.statuses[broken.kind.name, outcome.status] += 1
    faults = []
    if outcome.status not in (0, 1, 2) or (broken.must_fail and outcome.status == 0):
        faults.append(f"status {outcome.status}")
    if outcome.status == 2 and (outcome.told.count("\n") != 1 or not outcome.told.startswith("enmusubi: ")):
        faults.append(f"{outcome.told.count(chr(10))} lines on standard error")
    is_ids_alone = broken.kind.name in ("market.json", "result.json")  # and an error names the id it is about
    if outcome.status == 2 and (marks_in(outcome.told) or (SENT in outcome.told and not is_ids_alone)):
        faults.append("the error repeats what a person wrote")
    return faults
