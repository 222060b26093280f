"""An officer's day in headless Chromium: a file in, a call written and published, papers out."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.api.pages.conftest import AsRole, CheckPage
from tests.api.pages.pages_service import PagesService

FILES = Path(__file__).resolve().parents[4] / "fixtures" / "intake" / "files"
TITLE = "廃校の交流拠点を住民と運営する人"


def _send(page: Page, name: str) -> None:
    page.goto("/imports")
    page.locator("#field-file").set_input_files(FILES / name)
    page.get_by_role("button", name="送って内容を確かめる").click()
    page.wait_for_url("**/imports/*")


def test_pages_of_an_office_are_accessible(pages_service: PagesService, as_role: AsRole, check_page: CheckPage) -> None:
    page = as_role("coordinator", width=390)
    call = f"/postings/{pages_service.posting_id}"
    for view in ("edit", "deletion", "papers", "publishing", "closing"):
        page.goto(f"{call}/{view}")
        check_page(page)


def test_a_file_is_taken_in_and_its_preview_comes_by_itself(as_role: AsRole, check_page: CheckPage) -> None:
    page = as_role("coordinator")
    _send(page, "applicants-forbidden-columns.xlsx")
    expect(page.get_by_role("heading", level=1)).to_have_text("内容の確認")
    expect(page.get_by_role("heading", name="読まずに除いた列")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="件を登録する").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("登録が終わりました")
    check_page(page)
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("登録が終わりました")
    page.locator(".wide-nav").get_by_role("link", name="募集と応募").click()
    page.get_by_role("link", name="応募を読む").first.click()
    page.emulate_media(media="print")
    expect(page.locator(".person").first).to_be_visible()
    expect(page.locator(".tools")).to_be_hidden()
    expect(page.locator("main .button").first).to_be_hidden()


def test_a_file_is_taken_in_without_a_script(as_role: AsRole) -> None:
    page = as_role("coordinator", width=390, javascript=False)
    _send(page, "applicants-mistakes.xlsx")
    for _press in range(40):
        if page.locator("progress").count() == 0:
            break
        page.get_by_role("link", name="最新の状態を見る").click()
    expect(page.locator("body")).to_contain_text("登録できない行")
    page.get_by_role("button", name="取りやめる").click()
    expect(page.locator(".flash")).to_contain_text("ファイルを消しました")


def test_a_call_is_written_with_advice_while_typing_and_published(as_role: AsRole, check_page: CheckPage) -> None:
    page = as_role("coordinator")
    page.goto("/papers")
    page.get_by_role("link", name="募集をつくる").click()
    page.locator("#field-title").fill(TITLE)
    page.locator("#field-mission_text").fill("独身で健康な方に限ります。")
    expect(page.locator("#advice")).to_contain_text("公開前に消すところ")
    page.locator("#field-mission_text").fill("廃校を直した交流拠点を、週4日、住民の運営委員会と開きます。")
    expect(page.locator("#advice .must-fix")).to_have_count(0)
    page.get_by_role("button", name="下書きとして保存する").click()
    expect(page.locator(".flash")).to_contain_text("下書きとして保存しました")
    page.get_by_role("link", name="公開前の確認").click()
    check_page(page)
    page.get_by_label("内容を確かめ").check()
    page.get_by_role("button", name="公開する").click()
    expect(page.locator(".flash")).to_have_text("公開しました。")
    expect(page.locator("main .state").first).to_have_text("募集中")
    # what may not stay in a published call is asked about, with everything that was typed
    page.locator("#field-mission_text").fill("廃校の交流拠点を開きます。35歳までの方。")
    page.get_by_role("button", name="保存して公開中の内容を変える").click()
    expect(page.locator("#fault-keep")).to_contain_text("まだ保存していません")
    expect(page.locator("#field-mission_text")).to_have_value("廃校の交流拠点を開きます。35歳までの方。")
    check_page(page)
    page.get_by_label("年齢").select_option("法令で認められた例外")
    page.get_by_role("button", name="保存して公開中の内容を変える").click()
    expect(page.locator(".flash")).to_have_text("保存しました。")


def test_two_tabs_of_one_call_lose_nothing(pages_service: PagesService, as_role: AsRole, check_page: CheckPage) -> None:
    first = as_role("coordinator")
    first.goto(f"/postings/{pages_service.posting_id}/edit")
    second = first.context.new_page()
    second.goto(f"/postings/{pages_service.posting_id}/edit")
    first.locator("#field-own_funds").select_option("yes")
    first.get_by_role("button", name="保存して公開中の内容を変える").click()
    expect(first.locator(".flash")).to_have_text("保存しました。")
    second.locator("#field-term_months").fill("24")
    second.get_by_role("button", name="保存して公開中の内容を変える").click()

    expect(second.locator(".both")).to_contain_text("自主財源の募集")
    expect(second.locator("#field-term_months")).to_have_value("24")
    check_page(second)
    second.get_by_role("button", name="自分の入力で保存する").click()
    expect(second.locator(".flash")).to_have_text("保存しました。")


def test_a_paper_is_downloaded_and_the_page_stays_usable(pages_service: PagesService, as_role: AsRole) -> None:
    page = as_role("coordinator")
    page.goto(f"/postings/{pages_service.posting_id}/papers")
    with page.expect_download() as plain:
        page.get_by_role("link", name="Excel 引継ぎ書").click()
    with page.expect_download() as named:
        page.get_by_role("button", name="Excel 選考一覧表").click()

    assert plain.value.suggested_filename.startswith("引継ぎ書_")
    assert named.value.suggested_filename.startswith("選考一覧表_")
    expect(page.get_by_role("button", name="Excel 選考一覧表")).not_to_have_attribute("aria-disabled", "true")
