"""An office's Excel over HTTP: from the sent file to its preview and from the commit to the stored rows.

``python -m benchmarks.intake_preview [--rows 10000] [--peer-python PATH]``: starts the service as an operator does
(``enmusubi serve``, SQLite, sign-in required), signs a coordinator in and sends a list of applicants with their
applications (the one of :mod:`benchmarks.intake`), a list of applications and a list of postings, each once to be
stored and once more when it is. Prints wall and CPU seconds of the service and its workers for each step, and the time
of the preview against that of the bare reading of the same file: with pandas (openpyxl) where ``--peer-python`` names a
Python that has both, else of the cells alone (calamine). Exit status 1 where a first preview takes over 20 seconds.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import xlsxwriter
from python_calamine import CalamineWorkbook

from api.accounts.account_records import NewAccount, invite
from api.accounts.sessions import open_session
from api.storage.database import database_engine, writing
from api.storage.schema_revision import migrate
from api.storage.stored_records import load_records_into
from benchmarks.intake import people_workbook
from benchmarks.load.processes import cpu_seconds_of
from benchmarks.load.stage import Service, served
from features.records import Posting, Records

LIMIT_SECONDS: Final = 20
_CODE: Final = "01468"
_TODAY: Final = date(2026, 11, 20)
_PEER: Final = "import sys, time, pandas; began = time.perf_counter(); pandas.read_excel(sys.argv[1], header=None); "
_SAYS: Final = "print(time.perf_counter() - began)"


def main() -> None:
    """Send each list; exit status 1 where a preview misses the limit."""
    options = _options()
    rows: int = options.rows
    files = {
        "applicants": people_workbook(rows),
        "applications": _applications(rows),
        "postings": _postings(rows),
    }
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'enmusubi.db'}"
        token = _fill(url)
        with served(url, workers=1, today=_TODAY, log=Path(folder) / "service.log") as service:
            office = _Office(service, token)
            office.send("applicants", people_workbook(20))  # what is read once a process is read
            for kind, content in files.items():
                bare = _bare(content, options.peer_python, Path(folder))
                peer = "pandas" if options.peer_python else "the cells alone"
                print(f"{kind}: {rows:,} rows, {len(content) / 1e6:.1f} MB; {peer} {bare:.2f} s")
                first = office.preview(kind, content)
                print(f"  preview {first} {first.wall / bare:.1f} × {peer}")
                print(f"  commit  {office.commit()}")
                print(f"  preview of the same file again {office.preview(kind, content)}")
                slowest = max(slowest, first.wall)
    print(f"slowest first preview {slowest:.1f} s, limit {LIMIT_SECONDS} s")
    sys.exit(0 if slowest <= LIMIT_SECONDS else 1)


class _Step:
    """What one step took, and what came of it."""

    def __init__(self, wall: float, cpu: float, counts: dict[str, int]) -> None:
        self.wall, self.cpu, self.counts = wall, cpu, counts

    def __str__(self) -> str:
        said = ", ".join(f"{n:,} {name}" for name, n in self.counts.items() if n)
        return f"{self.wall:6.1f} s wall, {self.cpu:6.1f} s CPU ({said})"


class _Office:
    """A coordinator with a file."""

    def __init__(self, service: Service, token: str) -> None:
        self._service, self._token = service, token
        self._found: dict[str, Any] = {}
        self._n_busy = 0

    def send(self, kind: str, content: bytes) -> None:
        """Send a file and wait for its preview."""
        name = quote(f"{kind}.xlsx")
        sent = self._ask("POST", f"/api/v1/imports?name={name}", content, "application/octet-stream")
        self._found = self._until(sent["import_id"], "previewed")

    def preview(self, kind: str, content: bytes) -> _Step:
        """Send a file and time its preview."""
        began, cpu = time.perf_counter(), cpu_seconds_of(self._service.pid)
        self.send(kind, content)
        return self._step(began, cpu, self._found["plan"]["counts"])

    def commit(self) -> _Step:
        """Store what was previewed last, and time it."""
        began, cpu = time.perf_counter(), cpu_seconds_of(self._service.pid)
        body = json.dumps({"plan_digest": self._found["plan_digest"]}).encode()
        an_id = self._found["import_id"]
        self._ask("POST", f"/api/v1/imports/{an_id}/commit", body, "application/json")
        done = self._until(an_id, "committed")
        busy, self._n_busy = self._n_busy, 0
        return self._step(began, cpu, {"stored": done["job"]["result"]["stored"], "answers of 503": busy})

    def _step(self, began: float, cpu: float, counts: dict[str, int]) -> _Step:
        return _Step(time.perf_counter() - began, cpu_seconds_of(self._service.pid) - cpu, counts)

    def _until(self, import_id: str, state: str) -> dict[str, Any]:
        while True:
            found = self._ask("GET", f"/api/v1/imports/{import_id}?limit=20")
            if found["state"] == state:
                return found
            if found["state"] == "failed":
                raise SystemExit(f"the import failed: {found['job']}")
            time.sleep(0.2)

    def _ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> dict[str, Any]:
        while (found := self._answer(method, path, body, kind)) is None:  # busy: somebody else writes
            self._n_busy += 1
        return found

    def _answer(self, method: str, path: str, body: bytes | None, kind: str) -> dict[str, Any] | None:
        headers = {"Cookie": f"enmusubi-session={self._token}", "Sec-Fetch-Site": "same-origin"}
        connection = HTTPConnection("127.0.0.1", self._service.port, timeout=120)
        connection.request(method, path, body, headers | ({"Content-Type": kind} if kind else {}))
        answer = connection.getresponse()
        found: dict[str, Any] = json.loads(answer.read())
        connection.close()
        if answer.status == 503:
            return None
        if answer.status >= 400:
            raise SystemExit(f"{method} {path}: {answer.status} {found}")
        return found


def _fill(database_url: str) -> str:
    """A database with 50 open calls and a coordinator; the token of the coordinator's session."""
    engine = database_engine(database_url)
    migrate(engine)
    postings = tuple(
        Posting(posting_id=f"p{n}", program="kyoryokutai", municipality_code=_CODE, headcount=1, state="open")
        for n in range(50)
    )
    now = datetime.now(UTC)
    with writing(engine) as session:
        load_records_into(session, Records(postings=postings))
    with writing(engine) as session:
        wanted = {"sign_in_name": "office", "display_name": "office", "role": "coordinator", "municipality_code": _CODE}
        row, _ = invite(session, NewAccount.model_validate(wanted), now=now)
        row.state = "active"
        session.flush()
        token = open_session(session, row, now=now)
    engine.dispose()
    return token


def _applications(rows: int) -> bytes:
    """The people of :func:`people_workbook` once more, each with a second application."""
    head = ("応募者ID", "応募先", "希望順位", "受付日")
    return _book(
        "応募一覧",
        [head, *((f"R8-{n:06}", f"p{(n + 7) % 50}", "第２希望", f"令和８年11月{n % 19 + 1}日") for n in range(rows))],
    )


def _postings(rows: int) -> bytes:
    """Calls that an office might write, in the headings of 募集要項."""
    head = (
        *("募集ID", "題名", "活動内容", "活動分野", "募集人数", "契約の形", "報酬（月額）", "住まい", "車両", "副業"),
        *("勤務時間", "任期", "着任日", "応募締切", "必要な資格"),
    )
    body = (
        (
            *(f"B{n:06}", f"架空の募集{n}", f"{n}番の集落で空き家を{n % 9 + 1}軒調べ、持ち主と話し合う。催しを開く。"),
            *("農林水産業、観光" if n % 2 else "移住支援", f"{n % 3 + 1}名程度", "会計年度任用職員"),
            *(f"{18 + n % 5}万{n % 9 + 1}千円", "家賃補助", "公用車貸与", "可", "週３５時間", "１年（最長３年）"),
            *(f"令和９年{n % 12 + 1}月１日", f"2026年12月{n % 28 + 1}日（必着）", "普通自動車免許（ＡＴ限定可）"),
        )
        for n in range(rows)
    )
    return _book("募集一覧", [head, *body])


def _book(name: str, rows: list[tuple[str, ...]]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet(name)
    for n, row in enumerate(rows):
        sheet.write_row(n, 0, row)
    book.close()
    return file.getvalue()


def _bare(content: bytes, peer_python: str | None, folder: Path) -> float:
    """Seconds to read the cells and do nothing with them."""
    if peer_python is not None:
        path = folder / "peer.xlsx"
        path.write_bytes(content)
        command = [peer_python, "-c", _PEER + _SAYS, str(path)]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    began = time.perf_counter()
    for _ in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).iter_rows():
        pass
    return time.perf_counter() - began


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--peer-python", help="a Python that has pandas and openpyxl")
    return parser.parse_args()


if __name__ == "__main__":
    main()
