"""One application's page: steps with reasons, two officers at once, scores, outcomes, conflicts; on both databases."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Engine
from sqlmodel import func, select
from starlette.testclient import TestClient

from api.audit.tables import AuditRow
from api.decisions.states import STATES, state_table
from api.decisions.tables import DecisionRow
from api.pages.selection.record_words import facts_of
from api.pages.words import words_in
from api.storage.database import reading
from features.records import SelectionProfile
from tests.api.accounts.conftest import Headers
from tests.api.decisions.conftest import REASON, Step
from tests.api.pages.coordinator.conftest import Office

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAGE, DECIDE, SCORE, FOLLOW = (f"/applications/x1{end}" for end in ("", "/decisions", "/scores", "/follow-up"))
POINTS = {"job_knowledge": "4", "talk_with_residents": "3", "plan": "5", "grasp_of_conditions": "4"}


def _n_decisions(database: Engine) -> int:
    with reading(database) as session:
        return session.exec(select(func.count()).select_from(DecisionRow)).one()


@ON_SQLITE
def test_a_step_is_recorded_with_its_reason_and_stands_in_the_timeline(office: Office, database: Engine) -> None:
    answer = office.send(PAGE, DECIDE, state="seen", reason=REASON)
    page = office.get(answer.headers["location"]).text

    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?done=decided")
    assert "記録しました。" in page
    assert REASON in page
    assert re.search(r"2026年11月23日 18時00分 あなた", page)  # the clock says 9:00 UTC
    with reading(database) as session:
        assert not any(REASON in row.entry for row in session.exec(select(AuditRow)))


@ON_SQLITE
def test_only_steps_that_may_follow_are_offered_and_private_wishes_are_nowhere(office: Office) -> None:
    page = office.get(PAGE).text

    assert re.findall(r'name="state" value="(\w+)"', page) == ["seen", "withdrawn"]
    assert "山の仕事に憧れています" in page
    assert "180000" not in page
    assert "北海道</dd>" not in page


def test_licences_and_languages_are_told_in_words_and_not_by_code() -> None:
    profile = SelectionProfile.model_validate(
        {
            "licences": ["car", "けん玉の級"],
            "languages": [{"code": "vi", "cefr": "B1"}, {"code": "ko", "cefr": "native"}],
        }
    )
    told = {fact.label: fact.words for fact in facts_of(profile)}

    assert (told["licences"], told["languages"]) == (
        ("普通自動車免許", "けん玉の級"),
        ("ベトナム語 B1", "韓国語 日常の言葉"),
    )


def test_whoever_comes_second_sees_the_first_ones_decision_and_keeps_what_was_typed(
    office: Office, database: Engine
) -> None:
    slow = office.fields(office.get(PAGE), DECIDE)
    office.sit_down("officer")
    assert office.send(PAGE, DECIDE, state="seen").status_code == 303
    office.sit_down("coordinator")
    answer = office.post(DECIDE, slow | {"state": "withdrawn", "reason": "電話で取下げの連絡"})

    assert answer.status_code == 409
    assert "ほかの担当者が先に記録しました。" in answer.text
    assert "ほかの担当者</span>" in answer.text
    assert "電話で取下げの連絡" in answer.text
    assert _n_decisions(database) == 1
    again = office.fields(answer, DECIDE)  # the form has the fresh decision now
    assert office.post(DECIDE, again | {"state": "shortlisted"}).status_code == 303


def test_a_step_that_is_sent_twice_is_taken_once(office: Office, database: Engine) -> None:
    sent = office.fields(office.get(PAGE), DECIDE) | {"state": "seen"}
    answers = [office.post(DECIDE, sent) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert _n_decisions(database) == 1


@ON_SQLITE
@pytest.mark.parametrize(
    ("typed", "status", "told"),
    [
        ({"state": "withdrawn"}, 422, 'id="fault-reason">この記録には理由が必要です。'),
        ({"state": "offered", "reason": "x"}, 409, "今の段階からは、その段階に進めません。"),
        ({"reason": "x"}, 422, 'id="fault-state">入力してください。'),
        ({"state": "hired"}, 422, 'id="fault-state">一覧から選んでください。'),
        ({"state": "seen", "reason": "あ" * 2001}, 422, 'id="fault-reason">2000文字以内で入力してください。'),
    ],
)
def test_what_is_wrong_with_a_step_is_told_beside_it(
    office: Office, typed: dict[str, str], status: int, told: str
) -> None:
    answer = office.send(PAGE, DECIDE, **typed)

    assert answer.status_code == status
    assert told in answer.text


@ON_SQLITE
def test_passing_somebody_over_needs_a_reason_and_says_so_ever_after(office: Office, decide: Step) -> None:
    decide("x1", "seen", "shortlisted")
    decide("x2", "seen", "shortlisted")
    behind = [
        an_id
        for an_id in ("x1", "x2")
        if office.send(f"/applications/{an_id}", f"/applications/{an_id}/decisions", state="offered").status_code == 422
    ]
    assert behind == ["x1"] or behind == ["x2"] or behind == []
    page = "".join(office.get(f"/applications/{an_id}").text for an_id in ("x1", "x2"))
    assert "内定（返事待ち）" in page


@ON_SQLITE
def test_the_last_record_is_corrected_and_the_first_stays_to_be_read(office: Office) -> None:
    office.send(PAGE, DECIDE, state="withdrawn", reason="電話で連絡")
    page = office.get(PAGE)
    form = page.text.rpartition(f'action="{DECIDE}"')[2].partition("</form>")[0]
    sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    answer = office.post(DECIDE, sent | {"state": "received", "reason": "別の方の連絡でした"})
    page = office.get(PAGE)

    assert answer.status_code == 303
    assert "（訂正前の記録）" in page.text
    assert "電話で連絡" in page.text
    assert 'name="state" value="seen"' in page.text


@ON_SQLITE
def test_a_reason_about_what_must_not_be_judged_is_warned_of(office: Office) -> None:
    office.send(PAGE, DECIDE, state="seen")
    office.send(PAGE, DECIDE, state="not_chosen", reason="二児の母で、実家が遠いため")

    assert "選考の理由にできない事柄" in office.get(PAGE).text


def test_scores_are_given_once_and_open_the_others(office: Office, decide: Step) -> None:
    decide("x1", "seen", "shortlisted", "interview")
    office.sit_down("officer")
    assert office.send(PAGE, SCORE, note="住民の話をよく聞く", **POINTS).status_code == 303
    office.sit_down("coordinator")
    closed = office.get(PAGE).text
    assert "ほかの委員の評価が1件あります" in closed
    assert "住民の話をよく聞く" not in closed
    missing = office.send(PAGE, SCORE, **{**POINTS, "plan": ""})
    assert missing.status_code == 422
    assert 'id="fault-plan">入力してください。' in missing.text
    assert 'value="4" checked' in missing.text  # what was chosen stays
    assert office.send(PAGE, SCORE, **POINTS).status_code == 303

    assert "住民の話をよく聞く" in office.get(PAGE).text
    assert f'action="{SCORE}"' not in office.get(PAGE).text


@ON_SQLITE
def test_what_became_of_somebody_is_recorded_once_a_month_and_corrected(office: Office, decide: Step) -> None:
    early = office.get(FOLLOW).text
    assert "承諾した応募だけに" in early
    decide("x1", "seen", "shortlisted", "offered", "accepted")
    there = {"months": "3", "state": "there", "found_on": "2026-11-20", "started_on": "2026-08-01"}
    assert office.send(FOLLOW, FOLLOW, **there).headers["location"] == f"{FOLLOW}?done=outcome"
    again = office.send(FOLLOW, FOLLOW, **there, exit_code="", left_on="", corrects="")
    left = office.send(FOLLOW, FOLLOW, **(there | {"state": "left"}))
    staying = office.send(FOLLOW, FOLLOW, **there, exit_code="host")
    odd = office.send(FOLLOW, FOLLOW, **(there | {"months": "4"}))

    assert again.status_code in (303, 409)
    assert left.status_code == staying.status_code == odd.status_code == 422
    assert 'id="fault-left_on">「離れた」の場合は入力してください。' in left.text
    assert 'id="fault-exit_code">「続いている」の場合は入力しないでください。' in staying.text
    assert 'id="fault-months">一覧から選んでください。' in odd.text
    assert "続いている" in office.get(FOLLOW).text


@ON_SQLITE
def test_who_is_due_is_listed_with_the_way_to_the_record(
    office: Office, decide: Step, service: TestClient, town: Headers
) -> None:
    decide("x1", "seen", "shortlisted", "offered", "accepted")
    assert "確認の時期が来た人はいません。" in office.get("/follow-up").text
    office.send(FOLLOW, FOLLOW, months="3", state="there", found_on="2026-11-20", started_on="2025-11-01")
    page = office.get("/follow-up").text

    assert f'<a href="{FOLLOW}">a1</a>' in page
    assert "12か月" in page


def test_a_declared_conflict_closes_the_posting_until_it_is_lifted(office: Office) -> None:
    answer = office.send("/conflicts?posting_id=p1", "/conflicts", kind="friend", posting_id="p1")
    assert answer.headers["location"] == "/conflicts?done=conflict"
    closed = office.get("/postings/p1/candidates")
    assert closed.status_code == 403
    assert "利益相反の申告により表示できません" in closed.text
    assert office.get(PAGE).status_code == 403
    assert "あなたには表示されません" in office.get("/postings").text
    page = office.get("/conflicts")
    (lift,) = re.findall(r'action="(/conflicts/\w+/lifting)"', page.text)
    bare = office.post(lift, office.fields(page, lift))
    assert (bare.status_code, "取り下げる理由" in bare.text) == (422, True)
    lifted = office.post(lift, office.fields(page, lift) | {"why": "mistaken"})

    assert lifted.headers["location"] == "/conflicts?done=conflict_lifted"
    listed = office.get("/postings/p1/candidates")
    assert listed.status_code == 200
    assert "書いていないことで低く扱われることはない" in listed.text
    told, in_english = office.get("/conflicts").text, office.get("/conflicts", "en").text
    assert "2026年11月23日に取下げ（相手や募集を取り違えて申告した）" in told and "申告した人: " in told
    assert (
        "(Friend or acquaintance) taken back on 23 November 2026 (Declared about the wrong person or call)"
        in in_english
    )


@ON_SQLITE
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"posting_id": "p1"}, 'id="fault-kind">種類を選んでください。'),
        ({"kind": "family"}, "どちらか一つを入力してください。"),
        ({"kind": "family", "posting_id": "p1", "applicant_id": "a1"}, "どちらか一つを入力してください。"),
        ({"kind": "family", "posting_id": "p2x"}, "そのIDの記録は見つかりません。"),
    ],
)
def test_a_conflict_with_nothing_or_nobody_is_told_beside_the_form(
    office: Office, typed: dict[str, str], told: str
) -> None:
    answer = office.send("/conflicts", "/conflicts", **typed)

    assert answer.status_code == 422
    assert told in answer.text


def test_states_are_called_as_the_table_of_states_calls_them() -> None:
    for state in STATES:
        assert words_in("ja")(f"state.{state}") == state_table().states[state].label
