"""How long an office's papers take over HTTP, and what somebody else waits for meanwhile.

::

    python benchmarks/documents.py [--applicants 9880] [--postings 450] [--seed N]

Prints a line a document of the call with the most applications, and the time of a short request (one call) alone and
beside the longest document.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from starlette.testclient import TestClient

from api.app import create_app
from api.documents.registry import DOCUMENTS
from api.settings import Settings
from api.storage.database import database_engine, writing
from api.storage.schema_revision import migrate
from api.storage.stored_records import load_records_into
from features.synthetic import SEED, sample_date, sample_market

REPEATS = 3
WITHOUT_CALL = {"tax-evidence", "reminders", "suggestion-letter"}


def main(n_applicants: int, n_postings: int, seed: int) -> None:
    """Fill a database, ask for each document, and print the times."""
    with TemporaryDirectory() as folder:
        records = sample_market(n_applicants=n_applicants, n_postings=n_postings, seed=seed)
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        engine = database_engine(url)
        migrate(engine)
        with writing(engine) as session:
            load_records_into(session, records)
        engine.dispose()
        counts = Counter(one.posting_id for one in records.applications)
        posting_id, n_most = counts.most_common(1)[0]
        app = create_app(Settings(database_url=url, sign_in="off", today=sample_date()))
        with TestClient(app) as client:
            said(f"{len(records.applicants)} applicants; {posting_id} has {n_most} applications")
            warm(client, posting_id)
            for name, form in asked():
                times = [timed(partial(ask, client, name, form, posting_id)) for _ in range(REPEATS)]
                said(f"{name:18} {form:4} first {times[0]:6.2f} s, then {median(times[1:]):6.2f} s")
            wait_beside(client, posting_id)


def asked() -> list[tuple[str, str]]:
    """Each kind and format that a record alone gives."""
    left_out = {"interview-letter", "interview-dates", "suggestion-letter", "offer-letter", "not-chosen-letter"}
    return [(kind.name, form) for kind in DOCUMENTS.values() if kind.name not in left_out for form in kind.formats]


def ask(client: TestClient, name: str, form: str, posting_id: str) -> None:
    """One document; a state that gives none is told."""
    query = {"format": form} if name in WITHOUT_CALL else {"format": form, "posting_id": posting_id}
    answer = client.get(f"/api/v1/documents/{name}", params=query)
    if answer.status_code != 200:
        said(f"{name} {form}: {answer.status_code} {answer.json()['detail']}")


def warm(client: TestClient, posting_id: str) -> None:
    """The first list of all, which makes the market."""
    seconds = timed(lambda: client.get(f"/api/v1/postings/{posting_id}/candidates"))
    said(f"the first list after the start takes {seconds:.1f} s")


def wait_beside(client: TestClient, posting_id: str) -> None:
    """A short request alone, and while one document after the other is made."""
    is_over = threading.Event()

    def short() -> float:
        return timed(lambda: client.get(f"/api/v1/postings/{posting_id}"))

    def make() -> None:
        while not is_over.is_set():
            ask(client, "selection-list", "xlsx", posting_id)

    alone = sorted(short() for _ in range(50))
    maker = threading.Thread(target=make)
    maker.start()
    beside = sorted(short() for _ in range(200))
    is_over.set()
    maker.join()
    for name, times in (("alone", alone), ("beside", beside)):
        said(f"short request {name}: median {1000 * median(times):.0f} ms, longest {1000 * times[-1]:.0f} ms")


def timed(work: Callable[[], object]) -> float:
    """Seconds that ``work`` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def said(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applicants", type=int, default=9_880)
    parser.add_argument("--postings", type=int, default=450)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    main(given.applicants, given.postings, given.seed)
