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
            found = stack.enter_context(
                Client(base_url=pages_service.url, headers=headers, follow_redirects=True, timeout=60)
            )
            if role != SIGNED_OUT:
                found.cookies.set("enmusubi-session", pages_service.session_of(role))
            return found

        yield client


def weight_of(client: Client, page: Response) -> int:
    """Bytes of a page and of every file it names."""
    files = set(_LOADED.findall(page.text))
    assert len(files) >= 4, page.url  # its styles, its script and its mark
    return len(page.content) + sum(len(client.get(one).content) for one in files)


def weights_of(client: Client, paths: list[str]) -> dict[str, int]:
    """Weights of what is drawn: an address that gives a paper has none."""
    answers = {path: client.get(path) for path in paths}
    drawn = {path: one for path, one in answers.items() if one.headers["content-type"].startswith("text/html")}
    return {path: weight_of(client, one) for path, one in drawn.items()}


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
    weights = weights_of(signed_in, paths)

    assert len(weights) >= 4
    assert max(weights.values()) <= MOST, weights


def test_no_page_about_a_call_or_an_application_is_heavy(opened: Opened, pages_service: PagesService) -> None:
    call, officer = f"/postings/{pages_service.posting_id}", opened("coordinator")
    listed = officer.get(f"{call}/candidates")
    paths = [f"{call}/{view}" for view in ("candidates", "comparison", "weights", "edit", "papers", "publishing")]
    application = re.findall(r'href="(/applications/[^"/?#]+)', listed.text)[0]
    weights = weights_of(officer, [*paths, application, f"{application}/follow-up"])
    applicant = opened("applicant")
    found = re.findall(r'href="(/calls/[^"/?#]+)', applicant.get("/places").text)[0]

    assert max(weights.values()) <= MOST, weights
    assert weight_of(applicant, applicant.get(found)) <= MOST


def test_the_map_of_an_answer_and_the_picture_of_a_key_are_light(opened: Opened) -> None:
    anybody, researcher = opened(SIGNED_OUT), opened("researcher")
    answer = anybody.get("/region-check", params={"origin": "東京都港区", "destination": "北海道下川町"})
    path = "/account/second-factor"
    key = sent(researcher, researcher.get(path), path, password=PASSWORD)

    assert "japan.svg" in answer.text
    assert "otpauth://" in key.text
    assert max(weight_of(anybody, answer), weight_of(researcher, key)) <= 150_000


def test_a_round_and_what_would_be_otherwise_are_light(opened: Opened) -> None:
    officer = opened("administrator")
    proposed = sent(officer, officer.get("/runs/new"), "/runs", mechanism="deferred-acceptance")
    path = worked_out(officer, proposed.url.path).url.path
    asked = [
        sent(officer, officer.get(path), f"{path}/what-ifs", question=question) for question in ("frontier", "limits")
    ]
    pages = [worked_out(officer, one.url.path).text for one in (proposed, *asked)]
    weights = [weight_of(officer, officer.get(one.url.path)) for one in (proposed, *asked)]

    assert "満たす約束" in pages[0]
    assert "同じ内容の表" in pages[1]
    assert "席を一つ足した場合" in pages[2]
    assert max(weights) <= MOST, weights
