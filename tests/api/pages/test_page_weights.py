"""What a page weighs with everything it loads, before anything is compressed: at most 300 kB, whoever opens it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final

import pytest
from httpx2 import Client, Response

from api.accounts.permissions import permissions
from api.accounts.roles import ROLES, SIGNED_OUT
from tests.api.pages.applicant.open_board import open_board, read_texts
from tests.api.pages.office.sent_forms import form_of
from tests.api.pages.pages_service import PASSWORD, PagesService

MOST: Final = 300_000
_LEAD_ON: Final = {"/language", "/sign-in/organisation"}  # they draw nothing
_LOADED = re.compile(r'(?:href|src)="(/static/[^"]+)"')
Opened = Callable[[str], Client]


@pytest.fixture(scope="module")
def opened(pages_service: PagesService) -> Iterator[Opened]:
    """A browser of somebody with a role."""
    open_board(pages_service.engine, pages_service.clock())
    read_texts(pages_service.app.state.market, pages_service.applicant_id)
    with ExitStack() as stack:

        def client(role: str) -> Client:
            headers = {"Accept": "text/html", "Accept-Language": "ja", "Sec-Fetch-Site": "same-origin"}
            found = stack.enter_context(  # nothing is encrypted: certificates, which take longest, are not read
                Client(base_url=pages_service.url, headers=headers, follow_redirects=True, timeout=60, verify=False)
            )
            if role != SIGNED_OUT:
                found.cookies.set("enmusubi-session", pages_service.session_of(role))
            return found

        yield client


def weights_of(client: Client, pages: dict[str, Response]) -> dict[str, int]:
    """Bytes of each page, with those of every file it names; a file is fetched once."""
    named = {name: set(_LOADED.findall(page.text)) for name, page in pages.items()}
    assert min(map(len, named.values())) >= 4, named  # its styles, its script and its mark
    files = {one: len(client.get(one).content) for one in set().union(*named.values())}
    return {name: len(pages[name].content) + sum(files[one] for one in named[name]) for name in pages}


def drawn(client: Client, paths: list[str]) -> dict[str, Response]:
    """Pages by the addresses that are asked for; one that gives a paper is none."""
    answers = {path: client.get(path) for path in paths}
    return {path: one for path, one in answers.items() if one.headers["content-type"].startswith("text/html")}


def sent(client: Client, page: Response, action: str, **typed: str) -> Response:
    """Send a form of a page; the page that it leads to."""
    return client.post(action, data={**form_of(page.text, action), **typed})


def worked_out(client: Client, path: str) -> Response:
    """A page once its job has ended."""
    for _look in range(300):
        page = client.get(path)
        if "data-events" not in page.text:
            return page
        time.sleep(0.1)
    raise AssertionError(f"{path} is not worked out")


@pytest.mark.parametrize("role", [SIGNED_OUT, *ROLES])
def test_no_page_of_a_role_is_heavy(role: str, opened: Opened) -> None:
    lines = ((name.partition(" "), page.operation) for name, page in permissions().pages.items())
    paths = [
        path
        for (method, _, path), line in lines
        if method == "GET" and "{" not in path and path not in _LEAD_ON and line.extents[role] != "never"
    ]
    signed_in = opened(role)
    if role != SIGNED_OUT:
        paths.remove("/sign-in")  # leads on
    weights = weights_of(signed_in, drawn(signed_in, paths))

    assert len(weights) >= 4
    assert max(weights.values()) <= MOST, weights


def test_no_page_about_a_call_or_an_application_is_heavy(opened: Opened, pages_service: PagesService) -> None:
    call, officer = f"/postings/{pages_service.posting_id}", opened("coordinator")
    listed = officer.get(f"{call}/candidates")
    paths = [f"{call}/{view}" for view in ("candidates", "comparison", "weights", "edit", "papers", "publishing")]
    application = re.findall(r'href="(/applications/[^"/?#]+)', listed.text)[0]
    weights = weights_of(officer, drawn(officer, [*paths, application, f"{application}/follow-up"]))
    applicant = opened("applicant")
    found = re.findall(r'href="(/calls/[^"/?#]+)', applicant.get("/places").text)[0]
    weights |= weights_of(applicant, drawn(applicant, [found]))

    assert max(weights.values()) <= MOST, weights


def test_the_map_of_an_answer_and_the_picture_of_a_key_are_light(opened: Opened) -> None:
    anybody, researcher = opened(SIGNED_OUT), opened("researcher")
    answer = anybody.get("/region-check", params={"origin": "東京都港区", "destination": "北海道下川町"})
    path = "/account/second-factor"
    key = sent(researcher, researcher.get(path), path, password=PASSWORD)

    assert "japan.svg" in answer.text
    assert "otpauth://" in key.text
    weights = weights_of(anybody, {"map": answer}) | weights_of(researcher, {"key": key})
    assert max(weights.values()) <= 150_000


def test_a_round_and_what_would_be_otherwise_are_light(opened: Opened) -> None:
    officer = opened("administrator")
    proposed = sent(officer, officer.get("/runs/new"), "/runs", mechanism="deferred-acceptance")
    path = worked_out(officer, proposed.url.path).url.path
    asked = [
        sent(officer, officer.get(path), f"{path}/what-ifs", question=question) for question in ("frontier", "limits")
    ]
    pages = [worked_out(officer, one.url.path).text for one in (proposed, *asked)]
    weights = weights_of(officer, drawn(officer, [one.url.path for one in (proposed, *asked)]))

    assert "満たす約束" in pages[0]
    assert "同じ内容の表" in pages[1]
    assert "席を一つ足した場合" in pages[2]
    assert max(weights.values()) <= MOST, weights
