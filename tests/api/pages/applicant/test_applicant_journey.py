"""An applicant in headless Chromium: from the first question to an application, and back out of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.api.pages.applicant.open_board import open_board, read_texts
from tests.api.pages.conftest import CheckPage
from tests.api.pages.pages_service import PagesService, Visits


@pytest.fixture(scope="module")
def board(pages_service: PagesService) -> PagesService:
    open_board(pages_service.engine, pages_service.clock())
    read_texts(pages_service.app.state.market, pages_service.applicant_id)
    return pages_service


@pytest.fixture
def page(board: PagesService, visits: Visits) -> Page:
    del board  # it is open
    return visits.as_role("applicant", width=390)


def test_from_a_wish_to_an_application_and_back(page: Page, check_page: CheckPage) -> None:
    page.goto("/profile")
    page.get_by_role("link", name="毎日の暮らしの希望").click()
    check_page(page)
    page.locator("#field-car_ok").get_by_label("運転しない").check()
    page.get_by_role("button", name="保存して次へ").click()
    expect(page.get_by_role("status")).to_have_text("保存しました。")
    page.go_back()  # to the form, which is ready to be sent again and shows what was stored
    expect(page.locator("#field-car_ok").get_by_label("運転しない")).to_be_checked()

    page.goto("/places")
    check_page(page)
    expect(page.locator(".place-card")).to_have_count(10)
    for part in ("あなたに合うところ", "先方があなたに期待しそうなところ", "席に届く見込み", "合い具合の順"):
        expect(page.locator("#place-1")).to_contain_text(part)
    expect(page.locator("#out").locator("..")).to_contain_text("件）")
    expect(page.locator("#if").locator("..")).to_contain_text("車")  # what a car would open up
    page.locator("#place-1 button[value=save]").click()
    expect(page).to_have_url(re.compile("#place-1$"))
    for place in (1, 2):
        page.locator(f"#place-{place} input[type=checkbox]").check()
    page.get_by_role("button", name="選んだ募集をくらべる").click()
    expect(page.locator(".compare thead th")).to_have_count(2)
    check_page(page)
    page.goto("/places/saved")
    check_page(page)
    page.locator(".card a").first.click()
    check_page(page)

    page.get_by_role("button", name="応募する").click()
    expect(page.get_by_role("status")).to_have_text("応募しました。")
    check_page(page)
    page.go_back()
    expect(page.get_by_text("この募集に応募しています。")).to_be_visible()
    page.goto("/my-applications")
    fresh = page.locator("article", has_text="受付").filter(has=page.locator("summary", has_text="取り下げ")).last
    fresh.locator("summary", has_text="取り下げ").click()
    fresh.get_by_label("取り下げます").check()
    fresh.get_by_role("button", name="応募を取り下げる").click()
    expect(page.get_by_role("status")).to_have_text("応募を取り下げました。")


def test_the_own_data_is_taken_along_and_erased(board: PagesService, visits: Visits, check_page: CheckPage) -> None:
    leaver = next(one for one in ("a00001", "a00002") if one != board.applicant_id)
    board.new_account("leaver", "applicant", applicant_id=leaver)
    page = visits.as_role("leaver")
    page.goto("/my-data")
    with page.expect_download() as taken:
        page.get_by_role("link", name="すべてを書き出す（JSON）").click()
    assert leaver in taken.value.path().read_text(encoding="utf-8")
    page.get_by_role("link", name="消去の説明を読む").click()
    page.get_by_label("すべて消えて、元に戻せないことを確かめました").check()
    page.get_by_role("button", name="消去する").click()

    expect(page.get_by_role("status")).to_have_text("登録と応募を消去しました。")
    check_page(page)


def test_steps_of_the_profile_have_no_fault_that_axe_knows(page: Page, check_page: CheckPage) -> None:
    for step in ("home", "words", "regions"):  # pages without a step in their address are among those of the role
        page.goto(f"/profile/{step}")
        check_page(page)


def test_the_weight_is_moved_by_keyboard_and_kept_without_a_script(board: PagesService, visits: Visits) -> None:
    del board  # it is open
    page = visits.as_role("applicant", javascript=False)
    page.goto("/places")
    slider = page.get_by_label("場所と任務、どちらを重く見ますか")
    slider.focus()
    page.keyboard.press("End")
    page.get_by_role("button", name="重みを保存して並べ直す").click()

    expect(page.get_by_role("status")).to_have_text("重みを保存し、並べ直しました。")
    expect(page.locator("#hint-weight")).to_contain_text("場所 100、任務 0")
