"""How soon the largest part of each page stands (LCP), with 10,000 invented applicants behind it, in headless Chromium.

Starts the service as an operator does (``enmusubi serve --workers 2``, sign-in required) on the machine that also runs
the browser, opens every page of every role with an empty cache, several times, and prints per page the first visit, the
median and the worst LCP, what was loaded, and the ratio to the page of signing in, which asks for no record. Exit
status 1 where a median is over 1.5 s or a page with all it loads is over 300 kB.

    python -m benchmarks.pages [--applicants N] [--visits N] [--settle N] [--only WORD] [--without-round]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from playwright.sync_api import Browser

from api.accounts.account_records import NewAccount, invite
from api.accounts.consents import record_consent
from api.accounts.permissions import permissions
from api.accounts.roles import SIGNED_OUT
from api.accounts.sessions import open_session
from api.storage.database import database_engine, writing
from benchmarks.load.processes import cpu_seconds_of
from benchmarks.load.stage import Service, fill, served
from features.records import Records
from features.synthetic import sample_date, sample_market
from tests.api.pages.pages_service import running_browser

LIMIT_MS, LIMIT_BYTES = 1_500, 300_000
_OBSERVED = """
window.lcp = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.lcp = one.startTime; })
  .observe({type: "largest-contentful-paint", buffered: true});
"""
_NOT_SHOWN = {"/language", "/sign-in/organisation"}  # they lead on and draw nothing


@dataclass(frozen=True)
class Visit:
    """One page of one role, and what its visits took."""

    role: str
    path: str
    lcp_ms: Sequence[float]
    n_bytes: int
    html_bytes: int


def main() -> None:
    """Measure; exit status 1 where a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applicants", type=int, default=10_000)
    parser.add_argument("--postings", type=int, default=510)
    parser.add_argument("--visits", type=int, default=3)
    parser.add_argument("--settle", type=float, default=600, help="seconds to wait for the lists to be explained")
    parser.add_argument("--only", default="", help="only pages whose path holds this")
    parser.add_argument("--without-round", action="store_true", help="do not run a round of all for its page")
    options = parser.parse_args()
    records = sample_market(n_applicants=options.applicants - 120, n_postings=options.postings - 60)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'enmusubi.db'}"
        tokens = _stage(url, records)
        log = Path(folder) / "service.log"
        with served(url, workers=2, today=sample_date(), log=log) as service, running_browser() as browser:
            paths = _of_records(records, service, tokens)
            if not options.without_round:
                paths["administrator"] = [_round_of_all(service, tokens["administrator"])]
            _settle(service, options.settle)
            base = f"http://127.0.0.1:{service.port}"
            asked = [one for one in _asked(paths) if options.only in one[1]]
            visits = [_visited(browser, base, tokens, one, options.visits) for one in asked]
    sys.exit(0 if _report(visits) else 1)


def _stage(url: str, records: Records) -> dict[str, str]:
    """Fill the database; the token of a session of each role."""
    cast = fill(url, records, n_officers=2, n_applicants=5)
    code = cast.officers[0].municipality_code or ""
    tokens = {"coordinator": cast.officers[0].token, "applicant": cast.applicants[0].token}
    engine, now = database_engine(url), datetime.now(UTC)
    with writing(engine) as session:
        for role in ("supporter", "researcher", "auditor", "administrator"):
            within = {"prefecture_code": code[:2]} if role == "supporter" else {}
            account = {"sign_in_name": f"of-{role}", "display_name": role, "role": role, **within}
            row, _ = invite(session, NewAccount.model_validate(account), now=now)
            row.state = "active"
            session.flush()
            tokens[role] = open_session(session, row, now=now)
        record_consent(session, code, document="benchmark", by=row.id, now=now)  # the last is the administrator
    engine.dispose()
    return tokens


def _of_records(records: Records, service: Service, tokens: Mapping[str, str]) -> dict[str, list[str]]:
    """Pages with an id in their address, by role: of the posting with the most applications."""
    counts: dict[str, int] = {}
    for one in records.applications:
        counts[one.posting_id] = counts.get(one.posting_id, 0) + 1
    own = {one["posting_id"] for one in _ask(service, tokens["coordinator"], "/postings")["postings"]}
    busiest = max(own, key=lambda an_id: (counts.get(an_id, 0), an_id))
    people = [one for one in records.applications if one.posting_id == busiest]
    call, application = f"/postings/{busiest}", f"/applications/{people[0].application_id}"
    compared = "&".join(f"who={one.applicant_id}" for one in people[:4])
    print(f"{len(people)} applied to the posting")
    return {
        "coordinator": [
            f"{call}/candidates",
            f"{call}/candidates?blind=true&order=arrival",
            f"{call}/comparison?{compared}",
            f"{call}/weights",
            f"{call}/edit",
            f"{call}/papers",
            application,
            f"{application}/follow-up",
        ],
    }


def _round_of_all(service: Service, token: str) -> str:
    """The page of a round over every record, once it is done."""
    began = time.perf_counter()
    run = _ask(service, token, "/runs", {"mechanism": "deferred-acceptance"})["run_id"]
    while _ask(service, token, f"/jobs/{run}")["state"] in ("queued", "running"):
        time.sleep(1)
    print(f"a round of all took {time.perf_counter() - began:.0f} s")
    return f"/runs/{run}"


def _ask(service: Service, token: str, path: str, body: object = None) -> Any:
    """The JSON of the API, asked for again while the service is not ready."""
    url = f"http://127.0.0.1:{service.port}/api/v1{path}"
    headers = {"Cookie": f"enmusubi-session={token}", "Sec-Fetch-Site": "same-origin"}
    content = None if body is None else json.dumps(body).encode()
    if content is not None:
        headers["Content-Type"] = "application/json"
    for _ in range(600):
        try:
            with urlopen(Request(url, content, headers)) as answer:
                return json.load(answer)
        except HTTPError as error:
            if error.code != 503:
                raise
        time.sleep(0.5)
    raise SystemExit(f"{path} is not answered")


def _settle(service: Service, seconds: float) -> None:
    """Wait until the service has explained its lists, or the time is over."""
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        cpu = cpu_seconds_of(service.pid)
        time.sleep(min(20.0, seconds))
        if cpu_seconds_of(service.pid) - cpu < 0.6:
            return


def _asked(paths: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Every page that a role may read: those without an id, and those of the measured records."""
    for role in (SIGNED_OUT, "applicant", "coordinator", "supporter", "researcher", "auditor", "administrator"):
        for name, page in permissions().pages.items():
            method, _, path = name.partition(" ")
            is_open = page.operation.extents[role] != "never"
            if method == "GET" and "{" not in path and path not in _NOT_SHOWN and is_open:
                yield role, path
        yield from ((role, path) for path in paths.get(role, ()))


def _visited(browser: Browser, base: str, tokens: Mapping[str, str], asked: tuple[str, str], n: int) -> Visit:
    """Open a page several times, each in a browser that has never been there."""
    (role, path), times, sizes, html = asked, list[float](), dict[str, int](), 0
    for _ in range(n):
        context = browser.new_context(base_url=base, viewport={"width": 1024, "height": 800}, locale="ja")
        if role in tokens:
            context.add_cookies([{"name": "enmusubi-session", "value": tokens[role], "url": base}])
        page = context.new_page()
        page.add_init_script(_OBSERVED)
        page.on("response", lambda one: sizes.update({one.url: len(one.body())}) if one.status == 200 else None)
        answer = page.goto(path)
        page.wait_for_timeout(100)
        times.append(page.evaluate("window.lcp"))
        html = 0 if answer is None else len(answer.body())
        context.close()
    return Visit(role, path, times, sum(sizes.values()), html)


def _report(visits: Sequence[Visit]) -> bool:
    bare = next((statistics.median(one.lcp_ms) for one in visits if one.path == "/sign-in"), float("nan"))
    print("\n| role | page | first ms | median ms | worst ms | × signing in | html kB | all kB |")
    print("|---|---|---|---|---|---|---|---|")
    for one in sorted(visits, key=lambda one: -statistics.median(one.lcp_ms)):
        middle = statistics.median(one.lcp_ms)
        print(
            f"| {one.role} | `{one.path[:60]}` | {one.lcp_ms[0]:.0f} | {middle:.0f} | {max(one.lcp_ms):.0f} "
            f"| {middle / bare:.1f} | {one.html_bytes / 1000:.0f} | {one.n_bytes / 1000:.0f} |"
        )
    slow = [one.path for one in visits if statistics.median(one.lcp_ms) > LIMIT_MS]
    heavy = [one.path for one in visits if one.n_bytes > LIMIT_BYTES]
    print(
        f"\n{len(visits)} pages; over {LIMIT_MS} ms: {slow or 'none'}; over {LIMIT_BYTES // 1000} kB: {heavy or 'none'}"
    )
    return not slow and not heavy


if __name__ == "__main__":
    main()
