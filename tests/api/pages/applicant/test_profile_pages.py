"""The profile in steps: what is stored, what stays, what is refused, who is let in."""

from __future__ import annotations

import re

import pytest

from tests.api.accounts.conftest import MovedClock, NewAccount
from tests.api.pages.applicant.conftest import AsRole, Browsing

FORM_COOKIE = "__Host-enmusubi-form"
TYPED = "山村で薪の宿を開きたい"

# what the database does not change is shown on one
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ON_SQLITE
def test_each_step_says_why_it_asks_and_who_sees_the_answer(applicant: Browsing) -> None:
    for step, seen in (("home", "応募した市町村の担当者が見ます"), ("living", "だれにも見せません")):
        page = applicant.open(f"/profile/{step}").text
        assert "おたずねする理由" in page
        assert seen in page


@ON_SQLITE
def test_nothing_that_may_not_be_asked_has_a_field(applicant: Browsing) -> None:
    steps = ("home", "career", "wish", "words", "company", "regions", "living")
    names = {name for step in steps for name in re.findall(r' name="([^"]+)"', applicant.open(f"/profile/{step}").text)}

    assert len(names) > 40
    assert [
        n for n in names if re.search("birth|sex|gender|famil|child|national|relig|health|photo|school_name", n)
    ] == []


def test_a_step_stores_its_answers_and_leaves_the_others_alone(applicant: Browsing) -> None:
    before = applicant.stored()
    page = applicant.open("/profile/living")
    answer = applicant.send(page, "/profile/living", car_ok="yes", snow_ok="no", hospital_minutes="30", nursery="yes")

    assert (answer.status_code, answer.headers["location"]) == (303, "/profile?done=saved")
    after = applicant.stored()
    wishes = after.private_preferences
    assert (wishes.car_ok, wishes.snow_ok, wishes.island_ok) == (True, False, None)
    assert wishes.needs is not None and (wishes.needs.hospital_minutes, wishes.needs.nursery) == (30, True)
    assert wishes.regions_wanted == before.private_preferences.regions_wanted
    assert after.selection_profile == before.selection_profile


@ON_SQLITE
def test_an_answer_is_taken_back_by_a_blank(applicant: Browsing) -> None:
    applicant.send(applicant.open("/profile/words"), "/profile/words", motivation_text="山で働きたい", plan_text="木工")
    applicant.send(applicant.open("/profile/words"), "/profile/words", motivation_text="", plan_text="木工の店")

    profile = applicant.stored().selection_profile
    assert (profile.motivation_text, profile.plan_text) == (None, "木工の店")


@ON_SQLITE
def test_no_licence_is_an_answer_and_a_blank_is_none(applicant: Browsing) -> None:
    applicant.send(applicant.open("/profile/career"), "/profile/career", skills="簿記\n木工\n", no_licences="yes")
    assert applicant.stored().selection_profile.licences == ()
    assert applicant.stored().selection_profile.skills == ("簿記", "木工")

    applicant.send(applicant.open("/profile/career"), "/profile/career", skills="簿記")
    assert applicant.stored().selection_profile.licences is None


@ON_SQLITE
def test_sending_a_step_twice_stores_it_once(applicant: Browsing) -> None:
    page = applicant.open("/profile/wish")
    first = applicant.send(page, "/profile/wish", desired_activities=["digital", "event"], available_from="2027-04-01")
    second = applicant.send(page, "/profile/wish", desired_activities=["digital", "event"], available_from="2027-04-01")

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"] == "/profile/words?done=saved"
    assert applicant.stored().selection_profile.desired_activities == ("digital", "event")


@ON_SQLITE
@pytest.mark.parametrize(
    ("step", "typed", "name", "words"),
    [
        ("home", {"programs": ["kyoryokutai"], "origin": "どこにもない町"}, "origin", "市区町村が見つかりません"),
        ("home", {"origin": "東京都港区"}, "programs", "どちらか、または両方を選んでください"),
        ("home", {"programs": ["kyoryokutai"], "exception": "jet"}, "months", "入力してください"),
        ("career", {"language_1": "en"}, "cefr_1", "一覧から選んでください"),
        ("career", {"skills": "あ" * 501}, "skills", "1行500文字以内"),
        ("wish", {"available_from": "0001-01-01"}, "available_from", "1900年から"),
        ("wish", {"link_1": "下川町"}, "link_kind_1", "入力してください"),
        ("regions", {"regions_wanted_more": "桃源郷"}, "regions_wanted_more", "都道府県か地方の名前"),
        ("regions", {"regions_wanted": ["東北"], "regions_refused": ["東北"]}, "regions_refused", "同じものがあります"),
        ("regions", {"min_monthly_pay_yen": "たくさん"}, "min_monthly_pay_yen", "数字で"),
    ],
)
def test_what_is_not_as_asked_is_told_beside_its_field_and_nothing_is_stored(
    applicant: Browsing, step: str, typed: dict[str, str | list[str]], name: str, words: str
) -> None:
    before = applicant.stored()
    answer = applicant.send(applicant.open(f"/profile/{step}"), f"/profile/{step}", **typed)

    assert answer.status_code == 422
    assert f'id="fault-{name}"' in answer.text
    assert words in answer.text
    assert applicant.stored() == before


@ON_SQLITE
def test_words_that_are_not_judged_are_told_to_their_author(applicant: Browsing) -> None:
    text = "二児の父として三十二歳まで林業をしてきました。"
    applicant.send(applicant.open("/profile/words"), "/profile/words", motivation_text=text)
    page = applicant.open("/profile/words").text

    assert "年齢：「三十二歳」" in page
    assert "担当者には文章がそのまま届きます" in page


@ON_SQLITE
def test_a_step_that_there_is_not_is_not_found(applicant: Browsing) -> None:
    assert applicant.open("/profile/nothing").status_code == 404
    assert applicant.send_to("/profile/nothing", {}).status_code == 404


@ON_SQLITE
def test_only_an_applicant_has_a_profile(as_role: AsRole) -> None:
    for role in ("coordinator", "supporter", "researcher", "auditor", "administrator"):
        assert as_role(role).open("/profile").status_code == 403


@ON_SQLITE
@pytest.mark.parametrize("has_cookie", [True, False])
def test_what_one_person_typed_is_never_stored_as_another_persons(
    applicant: Browsing, account: NewAccount, as_role: AsRole, has_cookie: bool
) -> None:
    account("neighbour", "applicant", applicant_id="a2")
    page, neighbour = applicant.open("/profile/words"), as_role("neighbour")
    if has_cookie:  # a second tab of one browser, in which the other person has signed in
        neighbour.keep_cookie(FORM_COOKIE, applicant.cookie(FORM_COOKIE))
    before = applicant.stored("a1"), applicant.stored("a2")
    sent = {**applicant.fields(page, "/profile/words"), "motivation_text": TYPED, "plan_text": "yes"}
    answer = neighbour.send_to("/profile/words", sent)

    assert answer.status_code == 403
    assert "「neighbour」さんの名前では保存していません" in answer.text
    assert f">\n{TYPED}</textarea>" in answer.text
    assert 'action="/profile/words"' not in answer.text
    assert (applicant.stored("a1"), applicant.stored("a2")) == before
    assert applicant.send_to("/profile/words", sent).status_code == 303


@ON_SQLITE
@pytest.mark.parametrize("role", ["coordinator", "auditor"])
def test_a_form_sent_under_an_account_of_another_role_is_given_back_to_be_copied(
    applicant: Browsing, as_role: AsRole, role: str
) -> None:
    page, other = applicant.open("/profile/words"), as_role(role)
    before = applicant.stored()
    sent = {**applicant.fields(page, "/profile/words"), "motivation_text": TYPED}
    answer = other.send_to("/profile/words", sent)
    own = other.send_to("/profile/words", {**sent, "form_token": "x"})  # no page of anybody's: a plain refusal

    assert answer.status_code == own.status_code == 403
    assert f"「{role}」さん" in answer.text
    assert f">\n{TYPED}</textarea>" in answer.text
    assert 'action="/profile/words"' not in answer.text
    assert TYPED not in own.text
    assert applicant.stored() == before


@ON_SQLITE
def test_a_form_given_back_after_the_session_ended_is_for_its_own_account_only(
    applicant: Browsing, account: NewAccount, as_role: AsRole, clock: MovedClock
) -> None:
    account("neighbour", "applicant", applicant_id="a2")
    page = applicant.open("/profile/words")
    clock.move(minutes=31)
    ended = applicant.send(page, "/profile/words", motivation_text=TYPED)
    left = applicant.fields(ended, "/profile/words")
    neighbour, again = as_role("neighbour"), as_role("applicant")
    for one in (neighbour, again):
        one.keep_cookie(FORM_COOKIE, applicant.cookie(FORM_COOKIE))

    assert (ended.status_code, left["motivation_text"]) == (401, TYPED)
    assert neighbour.send_to("/profile/words", left).status_code == 403
    assert applicant.stored("a2").selection_profile.motivation_text != TYPED
    assert again.send_to("/profile/words", left).status_code == 303
    assert applicant.stored("a1").selection_profile.motivation_text == TYPED


@ON_SQLITE
def test_a_step_saved_in_another_tab_is_not_undone_unseen(applicant: Browsing) -> None:
    early, late = applicant.open("/profile/words"), applicant.open("/profile/words")
    elsewhere = applicant.open("/profile/living")
    assert applicant.send(late, "/profile/words", motivation_text="炭を焼きたい").status_code == 303
    answer = applicant.send(early, "/profile/words", motivation_text=TYPED)

    assert answer.status_code == 412
    assert "ほかの画面でこのステップを保存しています" in answer.text
    assert "<dd>炭を焼きたい</dd>" in answer.text
    assert f"{TYPED}</textarea>" in answer.text
    assert applicant.stored().selection_profile.motivation_text == "炭を焼きたい"
    assert applicant.send(elsewhere, "/profile/living", car_ok="yes").status_code == 303  # another step is no conflict
    assert applicant.send(answer, "/profile/words", motivation_text=TYPED).status_code == 303
    assert applicant.stored().selection_profile.motivation_text == TYPED


@ON_SQLITE
def test_a_fault_does_not_make_a_step_forget_what_it_was_drawn_from(applicant: Browsing) -> None:
    early, late = applicant.open("/profile/regions"), applicant.open("/profile/regions")
    assert applicant.send(late, "/profile/regions", min_monthly_pay_yen="200000").status_code == 303
    faulty = applicant.send(early, "/profile/regions", min_monthly_pay_yen="たくさん")

    assert faulty.status_code == 422
    assert applicant.send(faulty, "/profile/regions", min_monthly_pay_yen="180000").status_code == 412


@ON_SQLITE
def test_numbers_and_days_are_read_as_people_type_them(applicant: Browsing) -> None:
    page = applicant.open("/profile/regions")
    assert applicant.send(page, "/profile/regions", min_monthly_pay_yen="１８０，０００円").status_code == 303
    page = applicant.open("/profile/wish")
    assert applicant.send(page, "/profile/wish", available_from="令和９年４月１日").status_code == 303

    stored = applicant.stored()
    assert stored.private_preferences.min_monthly_pay_yen == 180_000
    assert str(stored.selection_profile.available_from) == "2027-04-01"
    unread = applicant.send(applicant.open("/profile/wish"), "/profile/wish", available_from="来年の春")
    assert "2026-04-01 か 2026/4/1 のように" in unread.text
