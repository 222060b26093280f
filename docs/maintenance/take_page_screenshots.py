"""Pictures of the pages at three widths in ``docs/screens/``: ``python docs/maintenance/take_page_screenshots.py``.

Needs Chromium and what the tests need. ``… NAME`` takes those of one page only. Pages are added in ``SCREENS``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple
from urllib.parse import urljoin

from PIL import Image
from playwright.sync_api import Page

sys.path.insert(0, str(Path(__file__).parents[2]))  # the tests' service is not installed

from api.accounts.consents import record_consent
from api.accounts.tables import RegistrationRow
from api.storage.database import writing
from tests.api.pages.applicant.open_board import open_board, read_texts
from tests.api.pages.pages_service import PASSWORD, PagesService, Visits, running_browser, running_service

FOLDER: Final = Path(__file__).parents[1] / "screens"
WIDTHS: Final = (390, 1024, 1920)
MOST_BYTES: Final = 80_000
_LONGEST: Final = 2_000  # pixels; what follows below looks the same
_SMALLER: Final = ((64, 1.0), (32, 1.0), (16, 1.0), (16, 0.75), (16, 0.5))  # colours, and how much of the height


class Screen(NamedTuple):
    """One picture: its name, who looks, the address, and what to do before it is taken."""

    name: str
    role: str
    path: str
    before: Callable[[Page], object] | None = None
    language: str = "ja"


def _send(page: Page) -> None:
    page.locator("main form button[type=submit]").first.click()


def _end_session(page: Page) -> None:
    page.context.clear_cookies(name="enmusubi-session")
    page.fill("#field-password", "x")
    page.fill("#field-new_password", "x")
    page.fill("#field-new_password_again", "x")
    _send(page)


def _other_account(page: Page) -> None:
    """Somebody else signs in while a form is being filled in."""
    page.fill("#field-motivation_text", "木工の店を開き、住民と週末の市を続けます。")
    page.fill("#field-plan_text", "三年のあいだに、空き家を一軒直して工房にします。")
    other = page.context.new_page()
    page.context.clear_cookies(name="enmusubi-session")
    other.goto(urljoin(page.url, "/sign-in"))
    other.fill("#field-sign_in_name", "coordinator")
    other.fill("#field-password", PASSWORD)
    _send(other)
    other.wait_for_url("**/")
    page.get_by_role("button", name="保存して次へ").click()
    page.get_by_role("heading", level=1, name="別のアカウントで開いた画面です").wait_for()


def _same_rank(page: Page) -> None:
    page.locator(".card a").first.click()
    page.fill("#field-wish_rank", "1")
    page.locator("form[action$='/application'] button").click()
    page.locator("#faults").wait_for()


def _ask_once(page: Page) -> None:
    page.locator(".ask-once summary").first.click()


def _wrong_password(page: Page) -> None:
    page.fill("#field-sign_in_name", "yamada")
    page.fill("#field-password", "wrong")
    _send(page)


def _next_step(page: Page) -> None:
    page.locator("input[name=state]").first.check()
    page.fill("#field-reason", "任務に近い経験が書かれているため")
    page.locator("form[action$='/decisions'] button").first.click()


def _compare(page: Page) -> None:
    for number in range(3):
        page.locator("input[form=compare]").nth(number).check()
    page.locator("button[form=compare]").click()


def _save(page: Page) -> None:
    for _ in range(3):
        page.locator("button[value=save]").first.click()
        page.wait_for_load_state()
    page.goto("/places/saved")


def _open_first(page: Page) -> None:
    page.locator(".place-card h3 a").first.click()


def _open_run(page: Page) -> None:
    page.locator("main h3 a").first.click()


def _file_in(name: str) -> Callable[[Page], object]:
    def send(page: Page) -> None:
        page.locator("#field-file").set_input_files(FOLDER.parents[1] / "fixtures" / "intake" / "files" / name)
        _send(page)
        page.wait_for_url("**/imports/*")
        page.locator("progress").wait_for(state="detached")

    return send


def _store(page: Page) -> None:
    width = page.evaluate("innerWidth")  # each picture stores people of its own
    rows = "".join(
        f"{width}-{number},{place},森で働きたい。\n" for number, place in enumerate(("東京都港区", "札幌市", "府中市"))
    )
    content = f"応募者ID,住民票所在地,志望動機\n{rows}".encode()
    page.locator("#field-file").set_input_files({"name": "応募者.csv", "mimeType": "text/csv", "buffer": content})
    _send(page)
    page.wait_for_url("**/imports/*")
    page.locator("form[action$='/commit'] button").click()
    page.get_by_role("heading", level=1, name="登録が終わりました").wait_for()


def _faster_colleague(page: Page) -> None:
    """Another tab changes the call while this one is being filled in."""
    other = page.context.new_page()
    other.goto(page.url)
    for tab, months, stay in ((other, "24", "provided"), (page, "36", "subsidy")):
        tab.fill("#field-term_months", months)
        tab.select_option("#field-housing", stay)
        with tab.expect_navigation():  # a page about to leave is never drawn
            tab.locator("main form button[type=submit]").first.click()


def _run(page: Page) -> None:
    _send(page)
    page.wait_for_selector(".facts", timeout=60_000)


def _asked(button: str, before: Callable[[Page], object] | None = None) -> Callable[[Page], object]:
    def ask(page: Page) -> None:
        _run(page)
        if before is not None:
            before(page)
        page.get_by_role("button", name=button).click()
        page.wait_for_url("**/what-ifs/*")
        page.wait_for_selector("main table", timeout=60_000)

    return ask


def _questions(page: Page) -> None:
    """What stands below the results of a round, which are a picture of their own."""
    _run(page)
    page.evaluate("for (const one of document.querySelectorAll('main > :not(#what-ifs)')) one.remove()")
    page.evaluate("for (const one of document.querySelectorAll('#what-ifs details')) one.open = true")


def _withdraw(page: Page) -> None:
    page.get_by_text("辞退した人を選ぶ", exact=True).click()
    page.locator("input[name=withdrawn][value=a00070]").check()  # the seat of a call with somebody waiting


def _limit(page: Page) -> None:
    page.get_by_text("市町村の上限・下限を置く", exact=True).click()
    page.locator("#field-town_1").select_option(index=1)
    page.locator("#field-cap_1").fill("1")


def _key(page: Page) -> None:
    page.fill("#field-password", PASSWORD)
    _send(page)


def _menu(page: Page) -> None:
    if page.locator(".narrow-nav summary").is_visible():
        page.locator(".narrow-nav summary").click()


def _draft(link: str, *, more: str = "") -> Callable[[Page], object]:
    def draft(page: Page) -> None:
        page.fill("#field-title", "廃校の交流拠点を住民と運営する人")
        page.fill("#field-mission_text", f"廃校を直した交流拠点を、週4日、住民の運営委員会と開きます。{more}")
        _send(page)
        page.get_by_role("link", name=link).click()

    return draft


def _overlook(service: PagesService) -> None:
    """Let a supporter overlook a prefecture where several municipalities have calls."""
    service.new_account("supporter-hokkaido", "supporter", prefecture_code="01")
    with writing(service.engine) as session:
        for code in ("01214", "01223", "01434", "01459", "01460", "01667"):
            record_consent(session, code, document="見本第2号", by="id-administrator", now=service.clock())


def _enter(service: PagesService) -> None:
    """Let somebody be one whom the coordinator's municipality entered, so that it may put the record right."""
    with writing(service.engine) as session:
        session.add(RegistrationRow(applicant_id="a00014", municipality_code="04606"))


_CHECK: Final = "/region-check?origin=東京都港区&destination=北海道下川町"

SCREENS: Final = (
    Screen("start", "signed_out", "/"),
    Screen("start-english", "signed_out", "/", language="en"),
    *(Screen(f"start-{role}", role, "/") for role in ("applicant", "coordinator", "supporter")),
    Screen("sign-in", "signed_out", "/sign-in"),
    Screen("sign-in-refused", "signed_out", "/sign-in", _wrong_password),
    Screen("password", "signed_out", "/password?token=YrKJ3vX0kq"),
    Screen("account", "coordinator", "/account"),
    Screen("menu", "coordinator", "/account", _menu),
    Screen("second-factor", "coordinator", "/account/second-factor"),
    Screen("second-factor-key", "researcher", "/account/second-factor", _key),
    Screen("session-ended", "coordinator", "/account", _end_session),
    Screen("other-account", "applicant", "/profile/words", _other_account),
    Screen("region-check", "signed_out", "/region-check"),
    Screen("region-check-answer", "signed_out", _CHECK),
    Screen("region-check-district", "signed_out", "/region-check?origin=長野県松本市&destination=福島県伊達市"),
    Screen("region-check-not-covered", "signed_out", "/region-check?origin=北海道下川町&destination=千葉県千葉市"),
    Screen("region-check-okinawa", "signed_out", "/region-check?exception=overseas&destination=石垣市"),
    Screen("region-check-choices", "signed_out", "/region-check?origin=伊達市&destination=zzz"),
    Screen("region-check-english", "signed_out", _CHECK, language="en"),
    Screen("ai-notice", "signed_out", "/ai-notice"),
    Screen("postings", "coordinator", "/postings"),
    Screen("candidates", "coordinator", "/postings/k0004/candidates"),
    Screen("candidates-blind", "coordinator", "/postings/k0004/candidates?blind=true&order=arrival"),
    Screen("candidates-english", "coordinator", "/postings/k0004/candidates", language="en"),
    Screen("comparison", "coordinator", "/postings/k0004/comparison"),
    Screen("weights", "coordinator", "/postings/k0004/weights?work_done=60&mission_meaning=5"),
    Screen("application", "coordinator", "/applications/m00004", _next_step),
    Screen("follow-up-due", "coordinator", "/follow-up"),
    Screen("follow-up", "coordinator", "/applications/m00004/follow-up"),
    Screen("conflicts", "coordinator", "/conflicts?posting_id=k0004"),
    Screen("rights", "coordinator", "/applicants/a00014/rights"),
    Screen("rights-correction", "coordinator", "/applicants/a00014/rights/corrections/home"),
    Screen("imports", "coordinator", "/imports"),
    Screen("import-preview", "coordinator", "/imports", _file_in("applicants-forbidden-columns.xlsx")),
    Screen("import-mistakes", "coordinator", "/imports", _file_in("applicants-mistakes.xlsx")),
    Screen("import-stored", "coordinator", "/imports", _store),
    Screen("import-refused", "coordinator", "/imports", _file_in("hostile-password.xlsx")),
    Screen("posting-new", "coordinator", "/postings/new"),
    Screen("posting-edit", "coordinator", "/postings/k0004/edit"),
    Screen("posting-edit-english", "coordinator", "/postings/k0004/edit", language="en"),
    Screen("posting-conflict", "coordinator", "/postings/k0004/edit", _faster_colleague),
    Screen("posting-closing", "coordinator", "/postings/k0004/closing"),
    Screen("posting-papers", "coordinator", "/postings/k0004/papers"),
    Screen("papers", "coordinator", "/papers"),
    Screen("posting-publishing", "coordinator", "/postings/new", _draft("公開前の確認")),
    Screen(
        "posting-findings", "coordinator", "/postings/new", _draft("公開前の確認", more="35歳までの男性を求めます。")
    ),
    Screen("posting-deletion", "coordinator", "/postings/new", _draft("下書きを削除する")),
    Screen("profile", "applicant", "/profile"),
    *(
        Screen(f"profile-{step}", "applicant", f"/profile/{step}")
        for step in ("home", "career", "wish", "words", "living")
    ),
    Screen("places", "applicant", "/places"),
    Screen("places-english", "applicant", "/places", language="en"),
    Screen("places-compared", "applicant", "/places", _compare),
    Screen("places-saved", "applicant", "/places", _save),
    Screen("calls", "applicant", "/calls"),
    Screen("call", "applicant", "/places", _open_first),
    Screen("call-rank-taken", "applicant", "/calls", _same_rank),
    Screen("own-applications", "applicant", "/my-applications"),
    Screen("own-data", "applicant", "/my-data"),
    Screen("own-data-erasure", "applicant", "/my-data/erasure"),
    Screen("own-data-introductions", "applicant", "/my-data/introductions"),
    Screen("own-data-uses", "applicant", "/my-data/uses"),
    Screen("not-found", "coordinator", "/region-check/nothing"),
    Screen("audit", "auditor", "/audit"),
    Screen("audit-verification", "auditor", "/audit/verification"),
    Screen("portfolio", "supporter-hokkaido", "/portfolio"),
    Screen("round-proposal", "supporter-hokkaido", "/runs/new"),
    Screen("round", "supporter-hokkaido", "/runs/new", _run),
    Screen("round-questions", "supporter-hokkaido", "/runs/new", _questions),
    Screen("round-frontier", "administrator", "/runs/new", _asked("図にする")),
    Screen("round-repair", "supporter-hokkaido", "/runs/new", _asked("組み直しをくらべる", _withdraw)),
    Screen("round-limits", "supporter-hokkaido", "/runs/new", _asked("値段を計算する", _limit)),
    Screen("rounds", "auditor", "/runs"),
    Screen("accounts", "administrator", "/accounts"),
    Screen("account-of-other", "administrator", "/accounts/id-coordinator"),
    Screen("invitation", "administrator", "/accounts/new"),
    Screen("consents", "administrator", "/consents"),
    Screen("consents-withdrawal", "administrator", "/consents", _ask_once),
    Screen("modes", "administrator", "/modes"),
    Screen("retention", "administrator", "/retention"),
    Screen("service", "administrator", "/service"),
    Screen("research", "researcher", "/research"),
    Screen("research-runs", "researcher", "/research/runs"),
    Screen("research-run", "researcher", "/research/runs", _open_run),
)


def take(screen: Screen, width: int, visits: Visits) -> int:
    """Write one picture, and return its size in bytes."""
    page = visits.as_role(screen.role, width=width, language=screen.language)
    page.goto(screen.path)
    if screen.before is not None:
        screen.before(page)
        page.wait_for_load_state()
    picture = Image.open(BytesIO(page.screenshot(full_page=True, animations="disabled"))).convert("RGB")
    page.context.close()
    path, height = FOLDER / f"{screen.name}-{width}.png", min(picture.height, _LONGEST)
    for colours, part in _SMALLER:
        shown = picture.crop((0, 0, picture.width, round(height * part)))
        # the few red and green words keep their colour, which the mean of a large palette would swallow
        shown.quantize(colours, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size < MOST_BYTES:
            break
    return path.stat().st_size


def main(names: list[str]) -> None:
    """Take those that are named, or all."""
    FOLDER.mkdir(exist_ok=True)
    with (
        TemporaryDirectory() as folder,
        running_service(Path(folder), jobs="inline") as service,
        running_browser() as browser,
    ):
        visits = Visits(service, browser)
        _overlook(service)
        _enter(service)
        open_board(service.engine, service.clock())
        read_texts(service.app.state.market, service.applicant_id)
        for screen in SCREENS:
            if names and screen.name not in names:
                continue
            sizes = [take(screen, width, visits) for width in WIDTHS]
            sys.stdout.write(f"{screen.name}: {', '.join(map(str, sizes))} bytes\n")


if __name__ == "__main__":
    main(sys.argv[1:])
