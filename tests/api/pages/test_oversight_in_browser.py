"""A supporter's journey in headless Chromium: from the map to a round, its proofs and its verification."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.api.pages.conftest import AsRole, CheckPage


def test_a_supporter_goes_from_the_map_to_a_round_and_its_verification(as_role: AsRole, check_page: CheckPage) -> None:
    page = as_role("supporter", width=390, javascript=True)
    page.goto("/portfolio")
    page.locator(".map a").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/portfolio#town-\d{5}$"))
    page.goto("/runs/new")
    page.get_by_role("button", name="計算を始める").click()

    # the page is drawn anew when the round has ended, as its events say
    expect(page.locator("main")).to_contain_text("この案が満たす約束", timeout=60_000)
    check_page(page)
    page.get_by_role("button", name="図にする").dblclick()
    expect(page.locator("main")).to_contain_text("同じ内容の表", timeout=60_000)
    check_page(page)
    page.go_back()  # to the round, which sends nothing again
    page.get_by_text("辞退した人を選ぶ", exact=True).click()
    page.get_by_label(re.compile("^a")).first.check()
    page.get_by_role("button", name="組み直しをくらべる").click()
    expect(page.locator("main")).to_contain_text("続け方のくらべ方", timeout=60_000)
    check_page(page)
    page.get_by_role("link", name="配置の案へ戻る").click()
    page.get_by_text("市町村の上限・下限を置く", exact=True).click()
    page.locator("#field-cap_1").fill("1")
    page.get_by_role("button", name="値段を計算する").click()
    expect(page.locator("#fault-town_1")).to_have_text("入力してください。")
    page.locator("#field-town_1").select_option(index=1)
    page.get_by_role("button", name="値段を計算する").click()
    expect(page.locator("main")).to_contain_text("もとの案は変わりません")  # also while it is worked on
    check_page(page)
    page.get_by_role("link", name="配置の案へ戻る").click()
    page.get_by_role("button", name="計算し直して確かめる").click()
    expect(page.locator("main")).to_contain_text("同じ結果になりました", timeout=60_000)
    check_page(page)


def test_a_researcher_takes_files_and_an_auditor_verifies_the_log(as_role: AsRole, check_page: CheckPage) -> None:
    page = as_role("researcher")
    page.goto("/research")
    with page.expect_download() as taken:
        page.locator("a[href^='/api/v1/applicants']").first.click()
    assert '"applicant_id": "r-' in taken.value.path().read_text(encoding="utf-8")

    page = as_role("auditor", width=390)
    page.goto("/audit")
    page.get_by_role("link", name="書かれたときのままか確かめる").click()
    expect(page.locator("main")).to_contain_text("書かれたときのままです")
    check_page(page)


def test_pages_with_an_id_have_no_fault_that_axe_knows(as_role: AsRole, check_page: CheckPage) -> None:
    page = as_role("administrator", width=390)
    for path in ("/accounts/id-coordinator", "/audit?action=read"):
        page.goto(path)
        check_page(page)
    page.goto("/runs/new")
    page.get_by_role("button", name="計算を始める").click()
    expect(page.locator("main")).to_contain_text("この案が満たす約束", timeout=60_000)
    researcher = as_role("researcher", width=390)
    for path in ("/research/runs", f"/research{page.url.partition('/runs')[1]}{page.url.partition('/runs')[2]}"):
        researcher.goto(path)
        expect(researcher.locator("main")).to_contain_text("この案が満たす約束")
        check_page(researcher)
