"""Places, calls and applications of an applicant: what is told, what is stored, what nobody else reaches."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from api.kept_markets.errors import MarketNotReadyError
from api.kept_markets.markets import StoredMarket
from api.modes.decisions import decisions, withdraw_decision
from api.settings import JAPAN
from api.storage.database import reading, writing
from api.storage.record_kinds import APPLICATIONS, DECIDED_APPLICATIONS, POSTINGS
from api.storage.stored_records import page as stored_page
from api.storage.stored_records import read, replace
from features.records import Application
from tests.api.pages.applicant.conftest import AsRole, Browsing
from tests.api.pages.passages import wrongly_marked

# what the database does not change is shown on one
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _applications(applicant: Browsing, posting_id: str = "p2") -> list[Application]:
    with reading(applicant.engine) as session:
        found, _ = stored_page(session, APPLICATIONS, limit=10, offset=0, applicant_id="a1", posting_id=posting_id)
    return list(found)


@ON_SQLITE
def test_a_place_tells_reasons_of_both_sides_facts_with_their_source_chance_and_rule(applicant: Browsing) -> None:
    page = applicant.open("/places").text

    for told in ("あなたに合うところ", "先方があなたに期待しそうなところ", "ここで行き違いになりやすいところ"):
        assert told in page
    for told in ("1年の降雪", "病院 ", "高校 ", "役所間の直線", "気象庁の平年値（1991～2020年）"):
        assert told in page
    for told in ("席に届く見込み", "特別交付税措置の対象になる見込み", "合い具合の順のとおりの位置です"):
        assert told in page
    assert "地図の内容を表で見る" in page


@ON_SQLITE
def test_a_refused_region_is_counted_and_what_a_wider_wish_would_add_is_told(applicant: Browsing) -> None:
    page = applicant.open("/profile/regions")
    applicant.send(page, "/profile/regions", regions_refused_more="島根県")
    told = applicant.open("/places").text

    assert "あなたが選ばない地域です。</strong> （1件）" in told
    assert (
        "あなたの希望により除いたもの" in told
        and "本人" not in told.partition('id="out"')[2].partition("</section>")[0]
    )
    assert "place-2" not in told


@ON_SQLITE
def test_who_asks_before_the_records_were_read_is_told_that_they_are(
    applicant: Browsing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_yet(_market: StoredMarket, _on: object) -> None:
        raise MarketNotReadyError

    monkeypatch.setattr(StoredMarket, "on", not_yet)
    for language, told in (("ja", "準備しています"), ("en", "Getting ready")):
        answer = applicant.open("/places", language)
        assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
        assert told in answer.text


def _fill(applicant: Browsing, *posting_ids: str) -> None:
    with writing(applicant.engine) as session:
        for posting_id in posting_ids:
            call = read(session, POSTINGS, posting_id)
            replace(session, POSTINGS, posting_id, call.model_copy(update={"seats_left": 0}))


@ON_SQLITE
def test_calls_without_a_free_seat_are_told_as_the_reason_why_none_is_shown(applicant: Browsing) -> None:
    with reading(applicant.engine) as session:
        calls, n_calls = stored_page(session, POSTINGS, limit=100, offset=0, state="open")
    _fill(applicant, *(one.posting_id for one in calls))
    told = applicant.open("/places").text

    assert "受け付けている募集は、どれも残りの人数が0人です" in told
    assert "希望を広げるか" not in told
    assert f"残りの人数が0人なので、一覧に入りません。</strong> （{n_calls}件）" in told


@ON_SQLITE
def test_whoever_applies_for_a_full_call_is_told_what_that_means(applicant: Browsing) -> None:
    before = applicant.open("/calls/p2").text + applicant.open("/calls").text
    _fill(applicant, "p2")
    one, listed = applicant.open("/calls/p2").text, applicant.open("/calls").text

    assert "残り0人" not in before
    assert "席が空くまで採用は決まりません" in one and "応募する" in one
    assert listed.count("<strong>残り0人</strong>") == 1


@ON_SQLITE
@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({}, "特別交付税措置の対象になる見込み"),
        ({"own_funds": True}, "募集の条件を満たす見込み"),
        ({"required_licences": ("看護師",)}, "確認が必要"),
        ({"program": "kigyojin"}, "募集の条件を満たさない"),
    ],
)
def test_a_call_tells_its_verdict_as_what_the_deciding_rule_is_about(
    applicant: Browsing, condition: dict[str, object], words: str
) -> None:
    with writing(applicant.engine) as session:
        replace(session, POSTINGS, "p2", read(session, POSTINGS, "p2").model_copy(update=condition))
    told = applicant.open("/calls/p2").text.partition('id="rule"')[2].partition("</p>")[0]

    assert words in told


@ON_SQLITE
def test_what_is_to_be_asked_is_said_to_the_person_and_not_about_the_person(applicant: Browsing) -> None:
    with writing(applicant.engine) as session:
        call = read(session, POSTINGS, "p2").model_copy(update={"required_licences": ("看護師",)})
        replace(session, POSTINGS, "p2", call)
    told = applicant.open("/calls/p2").text.partition('id="rule"')[2].partition("</section>")[0]

    assert "持っているか（取得予定を含む）を「わたしの登録」に書いてください" in told
    assert "本人" not in told


@ON_SQLITE
def test_the_weight_is_stored_as_a_private_wish(applicant: Browsing) -> None:
    answer = applicant.send(applicant.open("/places"), "/places/weight", weight="80")

    assert answer.headers["location"] == "/places?done=weight_saved"
    assert applicant.stored().private_preferences.place_weight == 0.8


@ON_SQLITE
def test_who_wants_no_order_is_shown_calls_by_their_deadline(applicant: Browsing) -> None:
    applicant.send(applicant.open("/my-data"), "/my-data/order", automated_order="no")
    consent = applicant.stored().consent
    assert consent is not None and consent.automated_order is False

    page = applicant.open("/places").text
    assert "締切の早い順です" in page
    assert "合い具合</span>" not in page


@ON_SQLITE
def test_without_the_written_decision_the_page_says_so_and_names_what_works(applicant: Browsing) -> None:
    with writing(applicant.engine) as session:
        for one in decisions(session):
            withdraw_decision(session, one.id, by="id-administrator", now=one.recorded_at)
    answer = applicant.open("/places")

    assert answer.status_code == 403
    assert "運営する団体が書面で決めてから始まります" in answer.text
    assert re.search(r'<a href="/calls">募集の一覧</a></h3>', answer.text)


@ON_SQLITE
def test_saved_calls_are_this_accounts_alone(applicant: Browsing, as_role: AsRole) -> None:
    answer = applicant.send(applicant.open("/calls/p2"), "/places/saved", todo="save")

    assert answer.headers["location"] == "/calls/p2?done=call_saved"
    for part in ("HttpOnly", "Secure", "SameSite=lax", "__Host-enmusubi-saved="):
        assert part in answer.headers["set-cookie"]
    assert "島根県海士町" in applicant.open("/places/saved").text
    other = as_role("applicant")
    other.keep_cookie("__Host-enmusubi-saved", "0" * 16 + "." + applicant.cookie("__Host-enmusubi-saved").split(".")[1])
    assert "保存した募集はありません" in other.open("/places/saved").text


@ON_SQLITE
@pytest.mark.parametrize("kept", ["", "x", ".", "0.%%%", "." + "A" * 7000])
def test_whatever_stands_in_the_cookie_the_page_is_drawn(applicant: Browsing, kept: str) -> None:
    applicant.keep_cookie("__Host-enmusubi-saved", kept)

    assert applicant.open("/places/saved").status_code == 200


@ON_SQLITE
def test_calls_are_compared_by_the_same_rows_and_others_are_not_named(applicant: Browsing) -> None:
    page = applicant.open("/places/compare?id=p1&id=p2&id=nothing").text

    assert re.findall(r'<th scope="col">([^<]+)<br>', page) == ["北海道下川町", "島根県海士町"]
    assert "ゆずることになりそうなこと" in page
    assert "nothing" not in page.partition("<main")[2]


def test_an_application_is_stored_once_and_not_to_the_same_call_again(applicant: Browsing) -> None:
    page = applicant.open("/calls/p2")
    first = applicant.send(page, "/calls/p2/application", wish_rank="2")
    again = applicant.send(page, "/calls/p2/application", wish_rank="2")

    assert first.headers["location"] == again.headers["location"] == "/my-applications?done=applied"
    (stored,) = _applications(applicant)
    assert (stored.wish_rank, stored.status) == (2, "received")
    assert "この募集に応募しています" in applicant.open("/calls/p2").text


def test_a_rank_is_one_applications_and_the_others_move_down_only_when_asked(applicant: Browsing) -> None:
    (early,) = _applications(applicant, "p1")
    page = applicant.open("/calls/p2")
    assert '第1志望</dt><dd lang="ja">北海道下川町　' in page.text
    refused = applicant.send(page, "/calls/p2/application", wish_rank="1")

    assert (early.wish_rank, refused.status_code) == (1, 409)
    assert 'id="fault-wish_rank">この順位の応募が、もうあります。' in refused.text
    assert "この応募を第1志望にして、重なる応募の順位を1つずつ下げる" in refused.text
    assert _applications(applicant) == []
    moved = applicant.send(refused, "/calls/p2/application", wish_rank="1", move_others="yes")
    assert moved.headers["location"] == "/my-applications?done=applied_moved"
    ranks = [_applications(applicant, posting_id)[0].wish_rank for posting_id in ("p1", "p2")]
    assert ranks == [2, 1]


def test_a_rank_is_changed_later_and_the_others_make_room(applicant: Browsing) -> None:
    applicant.send(applicant.open("/calls/p2"), "/calls/p2/application", wish_rank="2")
    (early,), (late,) = _applications(applicant, "p1"), _applications(applicant, "p2")
    action = f"/my-applications/{late.application_id}/rank"

    def ranks() -> list[int | None]:
        return [_applications(applicant, posting_id)[0].wish_rank for posting_id in ("p1", "p2")]

    assert (early.wish_rank, late.wish_rank) == (1, 2)
    assert "志望の順位をつける" not in applicant.open("/my-applications").text
    first = applicant.send(applicant.open("/my-applications"), action, wish_rank="1")
    assert (first.headers["location"], ranks()) == ("/my-applications?done=rank_changed", [2, 1])
    assert "志望の順位を保存しました。" in applicant.open(first.headers["location"]).text
    refused = applicant.send(applicant.open("/my-applications"), action, wish_rank="0")
    assert (refused.status_code, ranks()) == (422, [2, 1])
    assert "操作は行われていません" in refused.text
    again = applicant.send(applicant.open("/my-applications"), action, wish_rank="")
    assert (again.status_code, ranks()) == (303, [2, None])
    page = applicant.open("/my-applications")
    assert page.text.count("志望の順位を変える") == page.text.count("志望の順位をつける") == 1
    own = applicant.fields(page, action)
    assert applicant.send_to("/my-applications/x2/rank", {**own, "wish_rank": "1"}).status_code == 404


@ON_SQLITE
def test_programs_of_an_applicant_are_told_of_a_rank_given_twice(applicant: Browsing) -> None:
    sent: dict[str, str | int | None] = {
        "application_id": "x9",
        "applicant_id": "a1",
        "posting_id": "p2",
        "wish_rank": 1,
    }
    answer = applicant.post("/api/v1/applications", sent)

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:enmusubi:problem:wish-rank-taken")
    assert answer.json()["errors"][0]["loc"] == "body.wish_rank"
    assert applicant.post("/api/v1/applications", sent | {"wish_rank": 2}).status_code == 201


@ON_SQLITE
def test_a_second_application_from_an_old_tab_is_refused_in_words(applicant: Browsing) -> None:
    one, other = applicant.open("/calls/p2"), applicant.open("/calls/p2")
    applicant.send(one, "/calls/p2/application")
    answer = applicant.send(other, "/calls/p2/application")

    assert answer.status_code == 422
    assert "すでに応募しています" in answer.text
    assert len(_applications(applicant)) == 1


def test_an_application_is_withdrawn_by_a_decision_and_only_if_the_person_means_it(applicant: Browsing) -> None:
    applicant.send(applicant.open("/calls/p2"), "/calls/p2/application")
    (stored,) = _applications(applicant)
    action = f"/my-applications/{stored.application_id}/step"
    page = applicant.open("/my-applications")

    assert applicant.send(page, action).status_code == 422
    answer = applicant.send(page, action, sure="yes")
    assert answer.headers["location"] == "/my-applications?done=step_withdrawn"
    assert _applications(applicant)[0].status == "withdrawn"


@ON_SQLITE
def test_a_step_from_a_page_that_is_behind_is_not_taken(applicant: Browsing, as_role: AsRole) -> None:
    page = applicant.open("/my-applications")
    step = {"application_id": "x1", "state": "seen", "after": None}
    decided = as_role("coordinator").post("/api/v1/decisions", step)
    assert decided.status_code == 201
    answer = applicant.send(page, "/my-applications/x1/step", sure="yes")

    assert (answer.status_code, "操作は行われていません" in answer.text) == (409, True)
    assert "開いたあとで、応募の段階が変わりました" in answer.text
    assert _applications(applicant, "p1")[0].status == "received"


@ON_SQLITE
def test_somebody_elses_application_is_out_of_reach(applicant: Browsing) -> None:
    page = applicant.open("/my-applications")
    action = re.findall(r'action="(/my-applications/[^"]+)"', page.text)[0]
    sent = {**applicant.fields(page, action), "sure": "yes"}
    answer = applicant.send_to("/my-applications/x2/step", sent)

    assert answer.status_code == 404


@ON_SQLITE
def test_names_of_places_are_marked_as_japanese_on_english_pages_and_nothing_else(applicant: Browsing) -> None:
    steps = ("home", "wish", "regions", "words")
    for path in (
        "/places",
        "/places/compare?id=p1&id=p2",
        "/calls",
        "/calls/p2",
        *(f"/profile/{one}" for one in steps),
    ):
        assert wrongly_marked(applicant.open(path, language="en").text) == [], path
        assert wrongly_marked(applicant.open(path).text) == [], path


@ON_SQLITE
def test_past_the_last_call_the_last_page_is_shown(applicant: Browsing) -> None:
    answer = applicant.open("/calls?program=kyoryokutai&offset=999999")
    nothing = applicant.open("/calls?program=kigyojin&offset=999999")

    assert str(answer.url).endswith("/calls?program=kyoryokutai&offset=0")
    assert "/calls/p1" in answer.text
    assert str(nothing.url).endswith("/calls?program=kigyojin&offset=0")
    assert "前の20件" not in answer.text + nothing.text


@ON_SQLITE
@pytest.mark.parametrize("path", ["/places", "/calls", "/calls/p1", "/places/saved", "/my-applications", "/my-data"])
def test_only_applicants_are_let_in(path: str, as_role: AsRole) -> None:
    for role in ("coordinator", "administrator"):
        assert as_role(role).open(path).status_code == 403
    assert as_role("applicant").open("/calls/nothing").status_code == 404


@ON_SQLITE
def test_what_changed_in_a_call_after_the_application_is_told_by_day_and_field(applicant: Browsing) -> None:
    assert "募集の条件が変わりました" not in applicant.open("/my-applications").text
    with writing(applicant.engine) as session:
        call = read(session, POSTINGS, "p1")
        replace(session, POSTINGS, "p1", call.model_copy(update={"monthly_pay_yen": 1, "term_months": 12}))
        replace(session, POSTINGS, "p2", read(session, POSTINGS, "p2").model_copy(update={"bonus": True}))
        seats = read(session, POSTINGS, "p1").model_copy(update={"headcount": call.headcount + 1})
        replace(session, POSTINGS, "p1", seats)
        today = datetime.now(JAPAN).date()
    day = f"{today.year}年{today.month}月{today.day}日"
    for path in ("/my-applications", "/calls/p1"):
        page = applicant.open(path).text
        assert page.count("募集の条件が変わりました") == 1
        assert f"<li>{day}：月額の報酬（円）、任期（か月）</li>" in page
    assert "The terms of this call have changed" in applicant.open("/calls/p1", "en").text
    assert "募集の条件が変わりました" not in applicant.open("/calls/p2").text  # not applied to


@ON_SQLITE
def test_who_holds_a_place_is_told_to_withdraw_it_before_accepting_another(applicant: Browsing) -> None:
    applicant.post("/api/v1/applications", {"application_id": "y1", "applicant_id": "a1", "posting_id": "p2"})
    with writing(applicant.engine) as session:
        for an_id, status in (("x1", "accepted"), ("y1", "offered")):
            stored = read(session, APPLICATIONS, an_id).model_copy(update={"status": status})
            replace(session, DECIDED_APPLICATIONS, an_id, stored)
    page = applicant.open("/my-applications")
    answer = applicant.send(page, "/my-applications/y1/step", state="accepted", sure="yes")

    assert answer.status_code == 409
    assert "ほかの募集を承諾しています。こちらを承諾するときは、先に、承諾した応募を取り下げてください。" in answer.text
    assert _applications(applicant)[0].status == "offered"


@ON_SQLITE
def test_an_applicant_is_told_of_full_seats_in_words_of_the_own(applicant: Browsing) -> None:
    with writing(applicant.engine) as session:
        offered = read(session, APPLICATIONS, "x1").model_copy(update={"status": "offered"})
        replace(session, DECIDED_APPLICATIONS, "x1", offered)
    _fill(applicant, "p1")
    page = applicant.open("/my-applications")
    answer = applicant.send(page, "/my-applications/x1/step", state="accepted", sure="yes")

    assert answer.status_code == 409
    assert "この募集の席は、すでに決まった人で埋まっています。" in answer.text
    assert "募集人数は" not in answer.text
