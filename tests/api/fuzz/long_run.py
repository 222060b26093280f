"""The long run: Schemathesis through every door, and ten thousand malformed requests and files.

``python -m tests.api.fuzz.long_run --examples 20 --number 10000 --seed 7`` prints what was asked and every fault, and
ends with 1 where there is one. ``--database`` takes the address of an empty PostgreSQL database; without it all is on
SQLite in a temporary folder.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from api.storage.database import database_engine, writing
from api.storage.schema_revision import migrate
from api.storage.stored_records import load_records_into
from features.records import Records
from tests.api.fuzz.command_files import kinds_of_files, run_broken_files
from tests.api.fuzz.filled_service import DOORS, OFF, WHOEVER_MAY, FilledService, filled_service
from tests.api.fuzz.judged_run import run_every_place, run_malformed
from tests.api.fuzz.malformed import LARGEST_BODY
from tests.api.fuzz.marked import RECORDS
from tests.api.fuzz.schemathesis_run import Pass, run

PARTS = ("schemathesis", "requests", "places", "files")


def main() -> int:
    """Do the parts that are asked for and return 1 where any found a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, action="append", help="which parts (all)")
    parser.add_argument("--examples", type=int, default=20, help="cases an operation and door")
    parser.add_argument("--number", type=int, default=10_000, help="malformed requests, and a tenth of it files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", help="address of an empty PostgreSQL database")
    given = parser.parse_args()
    parts = given.part or PARTS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        faults = _files(folder, given.number // 10, given.seed) if "files" in parts else 0
        with filled_service(
            given.database or f"sqlite:///{folder / 'enmusubi.db'}", max_body_bytes=LARGEST_BODY
        ) as service:
            faults += _requests(service, given.number, given.seed) if "requests" in parts else 0
            faults += _places(service) if "places" in parts else 0
            faults += _schemathesis(service, given.examples, given.seed) if "schemathesis" in parts else 0
    return int(faults > 0)


def _schemathesis(service: FilledService, examples: int, seed: int) -> int:
    faults = 0
    for door in (WHOEVER_MAY, *DOORS):
        began = time.monotonic()
        found = run(service.through(door), Pass(["coverage", "fuzzing"], examples=examples, seed=seed))
        faults += _told(f"schemathesis, {door}", found.statuses, found.failures, began)
    for door in (OFF, WHOEVER_MAY):
        began = time.monotonic()
        with service.keeping():
            found = run(service.through(door), Pass(["stateful"], examples=examples, seed=seed))
        faults += _told(f"schemathesis in sequences, {door}", found.statuses, found.failures, began)
    return faults


def _requests(service: FilledService, number: int, seed: int) -> int:
    began = time.monotonic()
    judged = run_malformed(service, number=number, seed=seed)
    return _told(f"malformed requests, seed {seed}", judged.statuses, judged.faults, began)


def _places(service: FilledService) -> int:
    began = time.monotonic()
    judged = run_every_place(service)
    return _told("every place of every body", judged.statuses, judged.faults, began)


def _files(folder: Path, number: int, seed: int) -> int:
    database = folder / "stored.db"
    os.environ |= {
        "ENMUSUBI_DATABASE_URL": f"sqlite:///{database}",
        "ENMUSUBI_RULES_DIR": str(folder / "rules"),
        "ENMUSUBI_SIGN_IN": "off",
    }
    engine = database_engine(f"sqlite:///{database}")
    migrate(engine)
    with writing(engine) as session:
        load_records_into(session, Records.model_validate(RECORDS))
    engine.dispose()
    began = time.monotonic()
    filed = run_broken_files(folder, kinds_of_files(folder), number=number, seed=seed)
    return _told(f"broken files, seed {seed}", filed.statuses, filed.faults, began)


def _told(what: str, statuses: object, faults: list[str], began: float) -> int:
    seconds = time.monotonic() - began
    sys.stdout.write(f"{what}: {len(faults)} faults in {seconds:.0f} s; {statuses}\n")
    sys.stdout.writelines(f"  {fault}\n" for fault in faults)
    sys.stdout.flush()
    return len(faults)


if __name__ == "__main__":
    raise SystemExit(main())
