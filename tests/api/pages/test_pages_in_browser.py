"""Pages in headless Chromium: what axe, a keyboard, a phone, a printer and a browser without scripts make of them."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Error, expect

from api.accounts.permissions import permissions
from api.accounts.roles import ROLES, SIGNED_OUT
from tests.api.pages.conftest import AsRole, CheckPage
from tests.api.pages.pages_service import PASSWORD, PagesService

CHECK = "/region-check?" + urlencode({"origin": "東京都港区", "destination": "北海道下川町"})
NOT_SHOWN = {"/language", "/sign-in/organisation"}  # they lead on and draw nothing
ANSWERS = (
    CHECK,
    "/region-check?" + urlencode({"origin": "伊達市", "destination": "どこにもない町"}),
    "/region-check?" + urlencode({"exception": "overseas", "destination": "石垣市"}),
    "/password?token=abc",
    "/region-check/nothing",
)


def _pages(role: str) -> list[str]:
    """Every page that is read and has no parameter, for a role that the table lets in."""
    lines = ((name.partition(" "), page.operation) for name, page in permissions().pages.items())
    return [
        path
        for (method, _, path), line in lines
        if method == "GET" and "{" not in path and path not in NOT_SHOWN and line.extents[role] != "never"
    ]


@pytest.mark.parametrize("role", [SIGNED_OUT, *ROLES])
def test_no_page_has_a_fault_that_axe_knows(role: str, as_role: AsRole, check_page: CheckPage) -> None:
    page = as_role(role, width=390)
    # what several may open is looked at once, as the first of them; each has a start page of its own
    roles = [SIGNED_OUT, *ROLES]
    seen = {path for earlier in roles[: roles.index(role)] for path in _pages(earlier)}
    for path in ["/", *(path for path in _pages(role) if path not in seen and path != "/")]:
        page.goto(path)
        check_page(page)


@pytest.mark.parametrize(("width", "language"), [(390, "en"), (1920, "ja")])
def test_no_answer_has_a_fault_that_axe_knows(
    width: int, language: str, as_role: AsRole, check_page: CheckPage
) -> None:
    page = as_role("coordinator", width=width, language=language)
    for path in ANSWERS:
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("lang", language)
        check_page(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_anybody_checks_a_move_by_its_names(javascript: bool, as_role: AsRole) -> None:
    page = as_role("signed_out", javascript=javascript)
    page.goto("/")
    page.get_by_role("link", name="地域要件を確かめる").click()
    page.get_by_label("今の住まい").first.fill("伊達市")
    page.get_by_label("行き先").first.fill("しもかわ")
    page.get_by_role("button", name="確かめる").click()
    expect(page.locator("#fault-origin")).to_contain_text("2件あります。下から選んでください")
    page.get_by_label(re.compile("福島県伊達市")).check()
    page.get_by_role("button", name="確かめる").click()

    answer = page.locator(".answer")
    expect(answer).to_contain_text("福島県伊達市")
    expect(answer).to_contain_text("北海道下川町")
    expect(answer).to_contain_text("総務省")
    expect(answer).to_contain_text("2026年11月23日")
    expect(answer.locator("h2")).to_contain_text(re.compile("^[○△×]"))


def test_names_are_suggested_while_they_are_typed(as_role: AsRole) -> None:
    page = as_role("signed_out")
    page.goto("/region-check")
    page.locator("#field-destination").press_sequentially("海士")

    expect(page.locator("#places-destination option")).to_have_attribute("value", "島根県海士町")


def test_a_person_signs_in_goes_back_and_out_without_a_script(as_role: AsRole) -> None:
    page = as_role("signed_out", javascript=False)
    page.goto("/account")
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    page.get_by_label("サインイン名").fill("supporter")
    page.locator("#field-password").fill(PASSWORD)
    page.get_by_role("button", name="サインインする").click()
    expect(page).to_have_url(re.compile("/account$"))
    page.go_back()  # nothing is sent again: who is signed in has no business there
    expect(page).not_to_have_url(re.compile("/sign-in$"))
    page.goto("/")
    page.get_by_role("button", name="サインアウト").click()

    expect(page.get_by_role("status")).to_have_text("サインアウトしました。")
    page.go_back()
    page.goto("/account")
    expect(page).to_have_url(re.compile("/sign-in"))


def test_whose_session_ended_signs_in_elsewhere_and_sends_the_form_again(
    as_role: AsRole, check_page: CheckPage, pages_service: PagesService
) -> None:
    page = as_role("auditor")
    page.goto("/")
    page.context.clear_cookies(name="enmusubi-session")
    page.get_by_role("button", name="サインアウト").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("サインインが切れています")
    check_page(page)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="新しいタブでサインインする").click()
    other = opened.value
    other.get_by_label("サインイン名").fill("auditor")
    other.locator("#field-password").fill(PASSWORD)
    other.get_by_role("button", name="サインインする").click()
    expect(other.get_by_role("button", name="サインアウト")).to_be_visible()
    page.get_by_role("button", name="入力した内容をもう一度送る").click()

    expect(page.get_by_role("status")).to_have_text("サインアウトしました。")


def test_two_tabs_of_which_one_signed_out_lead_to_signing_in_and_back(as_role: AsRole) -> None:
    page = as_role("coordinator")
    page.goto("/account")
    other = page.context.new_page()
    other.goto("/")
    other.get_by_role("button", name="サインアウト").click()
    page.reload()

    expect(page).to_have_url(re.compile(r"/sign-in\?next=%2Faccount"))


def test_a_lost_connection_leaves_what_was_typed(as_role: AsRole) -> None:
    page = as_role("signed_out")
    page.goto("/region-check")
    page.locator("#field-origin").fill("横浜市")
    page.locator("#field-destination").fill("海士町")
    page.context.set_offline(True)
    page.get_by_role("button", name="確かめる").click()
    expect(page.get_by_role("alert")).to_contain_text("入力した内容はこの画面に残っています")
    page.context.set_offline(False)
    expect(page.locator("#field-origin")).to_have_value("横浜市")
    page.route(
        "**/*", lambda route: route.abort("connectionrefused")
    )  # the browser is online, the service is not there
    page.wait_for_timeout(1600)  # longer than an answer counts
    page.get_by_role("button", name="確かめる").click()
    expect(page.get_by_role("alert")).to_contain_text("サービスにつながりません。入力した内容はこの画面に残っています")
    page.unroute_all()
    expect(page.locator("#field-origin")).to_have_value("横浜市")
    page.get_by_role("button", name="確かめる").click()

    expect(page.locator(".answer")).to_contain_text("神奈川県横浜市")


def test_back_to_a_form_that_was_refused_shows_it_again_without_a_script(as_role: AsRole) -> None:
    page = as_role("coordinator", javascript=False)
    page.goto("/account")
    for name in ("password", "new_password", "new_password_again"):
        page.locator(f"#field-{name}").fill("みじかい")
    page.get_by_role("button", name="パスワードを変更する").click()
    expect(page.locator("#faults")).to_be_visible()
    page.get_by_role("link", name="トップ").first.click()
    expect(page).to_have_url(re.compile("/$"))
    page.go_back()
    expect(page.locator("#faults")).to_be_visible()
    page.get_by_role("button", name="サインアウト").click()
    expect(page.get_by_role("status")).to_have_text("サインアウトしました。")
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # it was drawn for a session that has ended
        page.go_back()


def test_the_keyboard_reaches_the_text_first_and_everything_after(as_role: AsRole) -> None:
    page = as_role("signed_out")
    page.goto(CHECK)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("本文へ移動")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    names = []
    for _step in range(12):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.innerText || document.activeElement.name"))

    assert names[:4] == ["印刷する", "地図の内容を表で見る", "origin", "destination"]


def test_what_is_wrong_is_read_first(as_role: AsRole) -> None:
    page = as_role("signed_out")
    page.goto(ANSWERS[1])

    expect(page.locator("#faults")).to_be_focused()
    expect(page).to_have_title(re.compile("^エラー: "))
    page.get_by_role("link", name=re.compile("^行き先:")).click()
    expect(page.locator("#field-destination")).to_be_focused()


def test_a_language_is_chosen_and_remembered(as_role: AsRole) -> None:
    page = as_role("signed_out")
    page.goto(CHECK)
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile(r"/region-check\?origin="))
    expect(page.locator(".answer")).to_contain_text("Expected to be covered")
    page.goto("/")

    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_printed_answer_is_the_answer_alone(as_role: AsRole) -> None:
    page = as_role("signed_out")
    page.goto(CHECK)
    page.emulate_media(media="print")

    for hidden in (".main-nav", "main form", ".top-side", "[data-print]"):
        expect(page.locator(hidden).first).to_be_hidden()
    for shown in (".answer", ".map svg", ".brand", ".bottom"):
        expect(page.locator(shown).first).to_be_visible()


def test_the_map_says_the_same_in_a_table(as_role: AsRole) -> None:
    page = as_role("signed_out")
    page.goto(CHECK)
    page.get_by_text("地図の内容を表で見る").click()

    rows = page.locator(".map-table tbody tr").all_inner_texts()
    assert [row.split() for row in rows] == [["東京都港区", "今の住まい"], ["北海道下川町", "行き先"]]


def test_all_pages_together_weigh_little(as_role: AsRole) -> None:
    page = as_role("signed_out")
    fetched: set[str] = set()
    page.on("request", lambda request: fetched.add(request.url))
    for path in (*_pages(SIGNED_OUT), CHECK):
        page.goto(path)
    weights = {url: len(page.request.get(url).body()) for url in fetched}

    assert {"japan.svg", "pages.css", "pages.js"} <= {url.partition("?")[0].rpartition("/")[2] for url in fetched}
    assert sum(weights.values()) < 150_000, weights


def test_buttons_are_large_enough_for_a_thumb(as_role: AsRole) -> None:
    page = as_role("coordinator", width=390)
    for path in ("/", "/account", CHECK):
        page.goto(path)
        small = page.evaluate(
            """[...document.querySelectorAll('a, button, input:not([type=hidden]), select, summary')]
            .filter((one) => one.checkVisibility() && !one.closest('p, .skip, dd'))
            .map((one) => [one.innerText || one.name, one.getBoundingClientRect()])
            .filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name)"""
        )
        assert small == []
