"""A coordinator's day in headless Chromium: reading, comparing, trying weights, deciding; and every page's faults."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from api.storage.database import reading
from api.storage.tables import ApplicationRow
from tests.api.pages.conftest import AsRole, CheckPage
from tests.api.pages.pages_service import PASSWORD, PagesService


@pytest.fixture(scope="module")
def list_address(pages_service: PagesService) -> str:
    """The candidates of a posting, whose market is made."""
    pages_service.app.state.market.warm()
    return f"/postings/{pages_service.posting_id}"


@pytest.fixture(scope="module")
def application_ids(pages_service: PagesService) -> Iterator[str]:
    with reading(pages_service.engine) as session:
        asked = select(ApplicationRow.id).where(ApplicationRow.posting_id == pages_service.posting_id)
        return iter(session.exec(asked.order_by(ApplicationRow.id)).all())


@pytest.fixture
def application_id(application_ids: Iterator[str]) -> str:
    """One about which no other test decides, whatever their order; whoever withdrew would be missing in a list."""
    return next(application_ids)


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_of_reading_has_a_fault_that_axe_knows(
    width: int, as_role: AsRole, check_page: CheckPage, list_address: str, application_id: str
) -> None:
    page = as_role("coordinator", width=width, language="en" if width == 390 else "ja")
    one = f"/applications/{application_id}"
    ways = ("candidates", "candidates?blind=true&order=arrival", "comparison", "weights?work_done=80")
    for path in (*(f"{list_address}/{way}" for way in ways), f"{one}/follow-up", one):
        page.goto(path)
        page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
        check_page(page)
    page.goto(one)
    page.get_by_role("main").get_by_role("link", name="Wishes of a person" if width == 390 else "本人の求め").click()
    check_page(page)


def test_a_coordinator_reads_compares_and_decides_without_a_script(
    as_role: AsRole, list_address: str, application_id: str
) -> None:
    page = as_role("coordinator", javascript=False)
    page.goto("/")
    page.locator(".main-nav").get_by_role("link", name="募集と応募").click()
    page.get_by_role("link", name="応募を読む").first.click()
    page.goto(f"{list_address}/candidates")
    page.get_by_label("匿名で読む").check()
    page.locator("#order").select_option("arrival")
    page.get_by_role("button", name="この条件で表示する").click()
    expect(page.locator("main")).to_contain_text("届いた順")
    people = page.locator(".people").first.locator(".person")
    expect(people.first.locator("h3").first).to_have_text(re.compile(r"^応募者 \d{5}$"))
    for k in range(5):
        people.nth(k).get_by_label("比べる").check()
    page.get_by_role("button", name="選んだ人を比べる").click()
    expect(page.locator(".compared thead th")).to_have_count(5)  # four people beside what is compared
    expect(page.locator("main")).to_contain_text("先の4人までを並べています")
    page.go_back()
    page.goto(f"/applications/{application_id}")
    page.get_by_label(re.compile("^確認済み")).check()
    page.get_by_role("button", name="記録する", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("記録しました。")
    page.go_back()  # to the form, which sends nothing by itself
    page.reload()
    expect(page.locator(".timeline li")).to_have_count(1)
    page.get_by_label(re.compile("^応募の取下げ")).check()
    page.get_by_role("button", name="記録する", exact=True).click()
    expect(page.locator("#fault-reason")).to_contain_text("理由が必要です")
    expect(page).to_have_title(re.compile("^エラー: "))
    expect(page.get_by_label(re.compile("^応募の取下げ"))).to_be_checked()


def test_the_list_is_ordered_anew_while_a_slider_is_moved(as_role: AsRole, list_address: str) -> None:
    page = as_role("coordinator")
    page.goto(f"{list_address}/weights")
    expect(page.locator("#result [role=status]")).to_contain_text("重みを変えると")
    slider = page.get_by_role("slider").first
    slider.focus()
    slider.press("End")
    expect(page.locator("#field-work_done")).to_have_value("100")
    expect(page.locator("#result [role=status]")).to_contain_text(re.compile("人の順が変わります|順は変わりません"))
    expect(page).to_have_url(re.compile("/weights$"))  # nothing was sent, and nothing is to be undone


def test_two_tabs_of_which_one_decided_first(as_role: AsRole, application_id: str) -> None:
    slow = as_role("coordinator")
    slow.goto(f"/applications/{application_id}")
    fast = slow.context.new_page()
    fast.goto(f"/applications/{application_id}")
    for page, words in ((fast, "先のタブ"), (slow, "後のタブ")):
        page.get_by_label(re.compile("^確認済み")).check()
        page.locator("#field-reason").fill(words)
        page.get_by_role("button", name="記録する", exact=True).click()

    expect(slow.locator("#faults")).to_contain_text("ほかの担当者が先に記録しました")
    expect(slow.locator(".timeline")).to_contain_text("先のタブ")


def test_from_signing_in_to_a_printed_list_and_on_after_the_session_ended(
    as_role: AsRole, list_address: str, application_id: str
) -> None:
    page = as_role("signed_out", width=390)
    page.goto(f"{list_address}/candidates")
    page.get_by_label("サインイン名").fill("coordinator")
    page.locator("#field-password").fill(PASSWORD)
    page.get_by_role("button", name="サインインする").click()
    expect(page).to_have_url(re.compile(f"{list_address}/candidates$"))
    page.locator(".narrow-nav summary").click()
    page.locator(".narrow-nav").get_by_role("link", name="期限と書類").click()
    with page.expect_download() as bundle:
        page.get_by_role("link", name="ZIPを保存する").click()
    assert bundle.value.suggested_filename.startswith("引き継ぎ一式_")

    page.goto(f"/applications/{application_id}")
    page.context.clear_cookies(name="enmusubi-session")
    page.get_by_label(re.compile("^確認済み")).check()
    page.locator("#field-reason").fill("書いている間に切れた")
    page.get_by_role("button", name="記録する", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("サインインが切れています")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="新しいタブでサインインする").click()
    opened.value.get_by_label("サインイン名").fill("coordinator")
    opened.value.locator("#field-password").fill(PASSWORD)
    opened.value.get_by_role("button", name="サインインする").click()
    expect(opened.value.get_by_role("button", name="サインアウト")).to_be_visible()
    page.get_by_role("button", name="入力した内容をもう一度送る").click()
    expect(page.locator("main")).to_contain_text("書いている間に切れた")

    page.goto(f"{list_address}/candidates")
    page.emulate_media(media="print")

    expect(page.locator(".person").first).to_be_visible()
    expect(page.locator(".person svg").first).to_be_visible()
    for hidden in (".tools", ".compare-bar", ".person details", ".ways"):
        expect(page.locator(hidden).first).to_be_hidden()


def test_the_keyboard_marks_people_and_reaches_the_comparison(as_role: AsRole, list_address: str) -> None:
    page = as_role("coordinator")
    page.goto(f"{list_address}/candidates")
    for k in (0, 1):
        box = page.locator(".person input[name=who]").nth(k)
        box.focus()
        page.keyboard.press("Space")
    page.locator(".compare-bar button").focus()
    page.keyboard.press("Enter")

    expect(page.locator(".compared thead th")).to_have_count(3)
