"""The stage of the load test: a database full of invented people, accounts that are signed in, the served service."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlmodel import Session

from api.accounts.account_records import NewAccount, invite
from api.accounts.sessions import open_session
from api.modes.decisions import record_decision
from api.storage.database import database_engine, writing
from api.storage.schema_revision import migrate
from api.storage.stored_records import load_records_into
from features.records import Records

__all__ = ["Cast", "Service", "Signed", "fill", "served"]


@dataclass(frozen=True)
class Signed:
    """Who is signed in: an applicant by id, or a coordinator with the postings of the municipality."""

    token: str
    applicant_id: str | None = None
    municipality_code: str | None = None


@dataclass(frozen=True)
class Cast:
    """Everybody who asks the service something."""

    officers: Sequence[Signed]
    applicants: Sequence[Signed]


@dataclass(frozen=True)
class Service:
    """A running service: its port and the process that started the others."""

    port: int
    pid: int


def fill(database_url: str, records: Records, *, n_officers: int, n_applicants: int) -> Cast:
    """Store the records, open the public board for all, and sign everybody in."""
    engine = database_engine(database_url)
    migrate(engine)
    now = datetime.now(UTC)
    with writing(engine) as session:
        load_records_into(session, records)
    with writing(engine) as session:
        administrator = invite(session, _account("administrator", role="administrator"), now=now)[0]
        record_decision(
            session,
            "public_board",
            municipality_code=None,
            document="load test",
            decided_by="load test",
            from_date=date(2026, 1, 1),
            by=administrator.id,
            now=now,
        )
        codes = _busiest(records, n_officers)
        officers = [
            Signed(
                _signed_in(session, f"officer{k}", role="coordinator", municipality_code=code, now=now),
                municipality_code=code,
            )
            for k, code in enumerate(codes)
        ]
        people = [person.applicant_id for person in records.applicants if "kyoryokutai" in person.programs]
        step = max(1, len(people) // n_applicants)
        applicants = [
            Signed(_signed_in(session, an_id, role="applicant", applicant_id=an_id, now=now), applicant_id=an_id)
            for an_id in people[::step][:n_applicants]
        ]
    engine.dispose()
    return Cast(officers, applicants)


def _busiest(records: Records, n_officers: int) -> list[str]:
    """Municipalities by how many applied there, the most first; two officers share each."""
    code_of = {posting.posting_id: posting.municipality_code for posting in records.postings}
    counts: dict[str, int] = {}
    for application in records.applications:
        code = code_of[application.posting_id]
        counts[code] = counts.get(code, 0) + 1
    codes = sorted(counts, key=lambda code: (-counts[code], code))[: max(1, n_officers // 2)]
    return [codes[k % len(codes)] for k in range(n_officers)]


def _signed_in(session: Session, name: str, *, now: datetime, **account: str) -> str:
    row, _ = invite(session, _account(name, **account), now=now)
    row.state = "active"
    session.flush()
    return open_session(session, row, now=now)


def _account(name: str, **account: str) -> NewAccount:
    return NewAccount.model_validate({"sign_in_name": name, "display_name": name, **account})


@contextmanager
def served(database_url: str, *, workers: int, today: date, log: Path) -> Iterator[Service]:
    """The service as an operator starts it, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "ENMUSUBI_DATABASE_URL": database_url,
        "ENMUSUBI_SIGN_IN": "required",
        "ENMUSUBI_TODAY": today.isoformat(),
        "ENMUSUBI_RULES_DIR": os.devnull,
        "ENMUSUBI_LOG_LEVEL": "warning",
        "OPENBLAS_NUM_THREADS": "1",
    }
    command = [
        sys.executable,
        "-c",
        "from api.cli import main; main()",
        "serve",
        "--port",
        str(port),
        "--workers",
        str(workers),
    ]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
        try:
            _wait_for(port, process, log)
            yield Service(port, process.pid)
        finally:
            process.terminate()
            process.wait(60)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit(f"the service ended with {process.returncode} before it answered\n{log.read_text()}")
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the service does not answer")
