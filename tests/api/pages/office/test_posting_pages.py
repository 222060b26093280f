"""Writing, publishing and closing a call as a browser without scripts does it, on both databases."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from api.audit.tables import AuditRow
from api.pages.errors import FormError
from api.pages.posting_form import PostingForm, posting_of, typed_of
from api.storage.database import reading
from features.records import Posting
from features.synthetic import sample_market
from tests.api.pages.office.conftest import CALL, HTML, NewOffice, Office
from tests.api.pages.office.sent_forms import form_of, words_of
from tests.api.pages.passages import wrongly_marked

# what the database does not change is shown on one
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EDIT = "/postings/p1/edit"
DELETION = "/postings/deletion"


def _form(typed: dict[str, list[str]]) -> PostingForm:
    many = {"subtypes", "activities", "fields", "none"}
    told = {name: [one for one in values if one.strip()] for name, values in typed.items()}
    return PostingForm.model_validate(
        {name: values if name in many else values[0] for name, values in told.items() if values}
    )


def _again(posting: Posting) -> Posting:
    return posting_of(
        _form(typed_of(posting, etag='"1"')),
        posting_id=posting.posting_id,
        municipality_code=posting.municipality_code,
        state=posting.state,
        stored=posting,
    )


def test_a_call_that_is_opened_and_stored_untouched_stays_what_it_was() -> None:
    market = sample_market(n_applicants=5, n_postings=120, n_kigyojin_postings=30, n_company_people=2)
    differing = [
        one.posting_id
        for one in market.postings
        if _again(one).model_dump() != one.model_copy(update={"version": 1}).model_dump()
    ]

    assert len(market.postings) == 150
    assert differing == []


def test_what_is_said_to_be_none_stays_none_and_what_is_unknown_unknown() -> None:
    call = Posting(
        posting_id="p", program="kyoryokutai", municipality_code="01468", headcount=1, goals=(), required_skills=()
    )
    again = _again(call)

    assert (again.goals, again.required_skills, again.required_licences) == ((), (), None)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("２３３，０００円", 233_000), ("233,000", 233_000), ("233000", 233_000)],
)
def test_numbers_are_read_as_offices_write_them(typed: str, stored: int) -> None:
    form = PostingForm.model_validate({"program": "kyoryokutai", "headcount": "２人", "monthly_pay_yen": typed})

    assert (form.headcount, form.monthly_pay_yen) == (2, stored)


def test_languages_are_written_in_words_and_refused_without_a_level() -> None:
    form = PostingForm(program="kyoryokutai", headcount=1, required_languages="英語 B2\n日本語 N2\nne A1\n")
    call = posting_of(form, posting_id="p", municipality_code="01468", state="draft")

    assert [(one.code, one.cefr) for one in call.required_languages or ()] == [("en", "B2"), ("ja", "B2"), ("ne", "A1")]
    assert typed_of(call, etag="")["required_languages"] == ["英語 B2\n日本語 B2\nne A1"]
    with pytest.raises(FormError) as error:
        posting_of(
            PostingForm(program="kyoryokutai", headcount=1, required_languages="英語"),
            posting_id="p",
            municipality_code="01468",
            state="draft",
        )
    assert error.value.form_faults[0].keys == ("fault.required_languages.unreadable",)


def test_a_new_call_begins_as_a_draft_of_the_own_municipality(office: Office) -> None:
    sent = office.fields("/postings/new", "/postings/new")
    answers = [office.post("/postings/new", sent, title="薪の会", own_number="R8-1") for _press in range(2)]
    stored = office.client.get("/api/v1/postings/01468-R8-1").json()

    assert [answer.headers["location"] for answer in answers] == ["/postings/01468-R8-1/edit?done=posting_added"] * 2
    assert (stored["state"], stored["municipality_code"], stored["title"]) == ("draft", "01468", "薪の会")
    assert "公開するまで、ほかの人には見えません" in office.get(answers[0].headers["location"]).text


def test_a_number_that_is_taken_is_told_beside_its_field(office: Office) -> None:
    sent = office.fields("/postings/new", "/postings/new")
    assert office.post("/postings/new", sent, own_number="1", title="初めの一つ").status_code == 303
    fresh = office.fields("/postings/new", "/postings/new")
    answer = office.post("/postings/new", fresh, own_number="1", title="もう一つ")

    assert answer.status_code == 409
    assert "この番号は使われています" in answer.text
    assert 'value="もう一つ"' in answer.text


def test_a_change_is_stored_with_the_same_audit_entry_as_by_the_interface(office: Office, database: Engine) -> None:
    sent = office.fields(EDIT, EDIT)
    answer = office.post(EDIT, sent, headcount="３")
    stored = office.client.get("/api/v1/postings/p1").json()
    with reading(database) as session:
        last = session.exec(select(AuditRow).order_by(col(AuditRow.sequence).desc())).first()

    assert answer.headers["location"] == f"{EDIT}?done=posting_saved"
    assert (stored["headcount"], stored["version"]) == (3, 2)
    assert stored["required_licences"] == ["car_mt", "狩猟免許（わな）"]
    assert stored["required_skills"] == []
    assert last is not None
    entry = json.loads(last.entry)
    assert (entry["action"], entry["purpose"], entry["on"][0]["ids"]) == ("changed", "intake", ["p1"])


def test_another_officers_change_is_shown_beside_the_own_input(office: Office) -> None:
    first, second = office.fields(EDIT, EDIT), office.fields(EDIT, EDIT)
    assert office.post(EDIT, first, title="森と薪の仕事").status_code == 303
    lost = office.post(EDIT, second, title="薪の仕事", headcount="4")
    page = words_of(lost.text)

    assert lost.status_code == 412
    assert "ほかの担当者が先に変えました" in page
    assert "題名 森と薪の仕事 薪の仕事" in page
    assert "募集人数 2 4" in page
    assert office.client.get("/api/v1/postings/p1").json()["title"] == "森と薪の仕事"
    assert office.post(EDIT, form_of(lost.text, EDIT)).status_code == 303
    assert office.client.get("/api/v1/postings/p1").json()["title"] == "薪の仕事"


@ON_SQLITE
def test_advice_is_given_on_what_is_typed_and_nothing_is_stored(office: Office) -> None:
    sent = office.fields(EDIT, EDIT)
    answer = office.post("/postings/p1/advice", sent, mission_text="独身で健康な方に限ります。")
    page = words_of(answer.text)

    assert answer.status_code == 200
    assert "公開前に消すところ" in page
    assert "独身" in page
    assert "受入れの準備" in page
    assert form_of(answer.text, EDIT)["etag"] == sent["etag"]
    assert "間伐" in office.client.get("/api/v1/postings/p1").json()["mission_text"]


@ON_SQLITE
def test_advice_on_a_call_that_is_not_stored_yet(office: Office) -> None:
    sent = office.fields("/postings/new", "/postings/new")
    answer = office.post("/postings/new/advice", sent, mission_text="町有林の間伐をします。")

    assert answer.status_code == 200
    assert "/ 100" in answer.text
    assert office.client.get("/api/v1/postings").json()["total"] == 1


@ON_SQLITE
@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("headcount", "たくさん", "数字で入力してください"),
        ("headcount", "0", "1以上の数で入力してください"),
        ("deadline", "来週", "日付を 2026-04-01 か 2026/4/1 のように入力してください"),
        ("start_date", "9999-01-01", "1900年から2200年までの日付を入力してください"),
        ("seats_left", "5", "募集人数以下の数にしてください"),
        ("housing", "castle", "一覧から選んでください"),
        ("goals", "あ" * 501, "入力の内容を確かめてください"),
        ("mission_text", "あ" * 20_001, "20000文字以内で入力してください"),
    ],
)
def test_a_fault_stands_beside_its_field_and_everything_typed_stays(
    office: Office, field: str, typed: str, told: str
) -> None:
    sent = office.fields(EDIT, EDIT)
    answer = office.post(EDIT, sent | {"title": ["書きかけ"]}, **{field: typed})

    assert answer.status_code == 422
    beside = answer.text.partition(f'id="fault-{field}">')[2].partition("</p>")[0]
    assert told in beside
    assert 'value="書きかけ"' in answer.text


@ON_SQLITE
def test_a_number_of_a_call_with_a_slash_is_told_which_signs_there_may_be(office: Office) -> None:
    sent = office.fields("/postings/new", "/postings/new")
    answer = office.post("/postings/new", sent, own_number="../../x y", deadline="2026/4/1")

    assert answer.status_code == 422
    assert "「/」（斜線）と、改行などの見えない文字は使えません" in answer.text
    assert 'id="fault-deadline"' not in answer.text


def _accepted(office: Office, *application_ids: str) -> None:
    for an_id in application_ids:
        after: str | None = None
        for state in ("seen", "shortlisted", "offered", "accepted"):
            body = {"application_id": an_id, "state": state, "reason": "森の経験がある", "after": after}
            answer = office.client.post("/api/v1/decisions", json=body)
            assert answer.status_code == 201, answer.text
            after = answer.json()["decision_id"]


def _seats_left(office: Office) -> int | None:
    found: int | None = office.client.get("/api/v1/postings/p1").json().get("seats_left")
    return found


@ON_SQLITE
def test_fewer_people_than_are_placed_already_are_refused(office: Office) -> None:
    _accepted(office, "x1", "x2")
    answer = office.post(EDIT, office.fields(EDIT, EDIT), headcount="1")

    assert answer.status_code == 422
    assert "すでに2人が決まっています" in answer.text


def test_more_people_wanted_are_seats_after_an_acceptance(office: Office) -> None:
    stored = office.client.get("/api/v1/postings/p1").json()
    assert office.client.put("/api/v1/postings/p1", json=stored | {"headcount": 1}).status_code == 200
    _accepted(office, "x1")
    assert _seats_left(office) == 0
    sent = office.fields(EDIT, EDIT)
    assert office.post(EDIT, sent, headcount="2").status_code == 303

    assert sent["seats_left"] == [""]  # an acceptance wrote it, nobody told it
    assert _seats_left(office) == 1
    assert "今の残りは1人です。" in office.get(EDIT).text


@ON_SQLITE
def test_seats_that_are_told_stay_until_the_field_is_emptied(office: Office) -> None:
    assert office.post(EDIT, office.fields(EDIT, EDIT), seats_left="0").status_code == 303
    told = office.fields(EDIT, EDIT)
    assert office.post(EDIT, told, headcount="3").status_code == 303
    kept = _seats_left(office)
    assert office.post(EDIT, office.fields(EDIT, EDIT), seats_left="").status_code == 303

    assert (told["seats_left"], kept, _seats_left(office)) == (["0"], 0, 3)


@ON_SQLITE
def test_a_draft_is_looked_at_and_published_by_somebody_who_says_so(office: Office) -> None:
    sent = office.fields("/postings/new", "/postings/new")
    office.post("/postings/new", sent, own_number="2", title="空の募集")
    path = "/postings/01468-2/publishing"
    form = office.fields(path, path)
    unsaid = office.post(path, form)
    again = form_of(unsaid.text, path)
    said = office.post(path, again, confirmed="yes")

    assert (
        "題名か仕事の内容が書かれていません" in office.get("/postings/01468-2/publishing").text
        or said.status_code == 303
    )
    assert unsaid.status_code == 422
    assert "内容を確かめたら、印を付けてください" in unsaid.text
    assert said.headers["location"] == "/postings/01468-2/edit?done=posting_published"
    assert office.client.get("/api/v1/postings/01468-2").json()["state"] == "open"
    assert "募集中です" in office.get(path).text


@ON_SQLITE
def test_a_call_with_what_may_not_be_written_is_not_published_until_it_is_mended(office: Office) -> None:
    sent = office.fields("/postings/new", "/postings/new")
    office.post("/postings/new", sent, own_number="4", title="森の人", mission_text="間伐をします。")
    path, edit = "/postings/01468-4/publishing", "/postings/01468-4/edit"
    form = office.fields(path, path)
    wrong = "女性限定。35歳以下の方。"
    assert office.post(edit, office.fields(edit, edit), mission_text=wrong).status_code == 303
    page = office.get(path).text
    answer = office.post(path, form, confirmed="yes")

    assert "直してください。直さずに残すときは、一つずつ理由を選びます" in page
    assert "「女性限定」" in page and f'href="{edit}"' in page
    assert answer.status_code == 422
    assert "公開してはならない内容が2か所あります" in answer.text
    assert office.client.get("/api/v1/postings/01468-4").json()["state"] == "draft"
    assert office.post(edit, office.fields(edit, edit), mission_text="間伐をします。").status_code == 303
    assert office.post(path, office.fields(path, path), confirmed="yes").status_code == 303
    assert office.client.get("/api/v1/postings/01468-4").json()["state"] == "open"


@ON_SQLITE
def test_what_stays_is_answered_one_by_one_by_who_publishes_and_the_log_has_codes_alone(
    office: Office, database: Engine
) -> None:
    sent = office.fields("/postings/new", "/postings/new")
    wrong = "女性限定。35歳以下の方。"
    office.post("/postings/new", sent, own_number="5", title="森の人", mission_text=wrong)
    path = "/postings/01468-5/publishing"
    first, second = choices_of(office.get(path).text)
    half = office.post(path, office.fields(path, path), confirmed="yes", keep=[first[0], ""])

    assert half.status_code == 422
    assert "公開してはならない内容が1か所あります" in half.text
    assert f'value="{first[0]}" selected' in half.text
    assert office.client.get("/api/v1/postings/01468-5").json()["state"] == "draft"
    made_up = office.post(path, office.fields(path, path), confirmed="yes", keep=[f"{second[0]}x", first[0]])
    assert made_up.status_code == 422
    whole = office.post(path, office.fields(path, path), confirmed="yes", keep=[first[0], second[1]])
    assert whole.headers["location"] == "/postings/01468-5/edit?done=posting_published"
    with reading(database) as session:
        entries = [row.entry for row in session.exec(select(AuditRow).order_by(col(AuditRow.sequence)))]
    assert json.loads(entries[-1])["kept"] == [
        {"finding": "sex", "choice": "legal_exception"},
        {"finding": "age", "choice": "not_a_condition"},
    ]
    assert not any("35歳" in one for one in entries)


@ON_SQLITE
def test_an_open_call_is_asked_about_what_is_new_in_it_and_keeps_what_was_typed(office: Office) -> None:
    typed = {"title": "森の新しい仕事", "mission_text": "町有林の間伐をします。40歳までの方。"}
    asked = office.post(EDIT, office.fields(EDIT, EDIT), **typed)

    assert asked.status_code == 422
    assert "まだ保存していません。公開中の募集に、公開してはならない内容が1か所あります" in asked.text
    assert "森の新しい仕事" in asked.text and "40歳までの方" in asked.text
    assert office.client.get("/api/v1/postings/p1").json()["title"] == "森の仕事"
    ((allowed, _other),) = choices_of(asked.text)
    assert office.post(EDIT, form_of(asked.text, EDIT), keep=[allowed]).status_code == 303
    assert office.client.get("/api/v1/postings/p1").json()["mission_text"] == typed["mission_text"]
    again = office.post(EDIT, office.fields(EDIT, EDIT), title="もう一度")  # nothing in it is new
    assert again.status_code == 303


@ON_SQLITE
def test_a_program_is_refused_the_same_and_answers_in_the_body(office: Office) -> None:
    stored = office.client.get("/api/v1/postings/p1").json()
    changed = stored | {"mission_text": "町有林の間伐をします。40歳までの方。"}
    refused = office.client.put("/api/v1/postings/p1", json=changed)
    (place,) = [one["loc"] for one in refused.json()["errors"]]

    assert (refused.status_code, refused.json()["type"]) == (422, "urn:enmusubi:problem:findings")
    assert "40歳" not in refused.text
    assert "mend it, or say in kept_findings why it stays (legal_exception or not_a_condition)" in refused.text
    answer = {"key": place.removeprefix("body.kept_findings."), "choice": "legal_exception"}
    sent = office.client.put("/api/v1/postings/p1", json=changed | {"kept_findings": [answer]})
    assert sent.status_code == 200
    assert "kept_findings" not in sent.json()
    other = {**CALL, "posting_id": "p9", "mission_text": changed["mission_text"]}
    assert office.client.post("/api/v1/postings", json=other).status_code == 422
    assert office.client.post("/api/v1/postings", json={**other, "state": "draft"}).status_code == 201
    for wrong in ({"key": answer["key"], "choice": "because"}, {"key": "age", "choice": "legal_exception"}):
        assert office.client.put("/api/v1/postings/p1", json=changed | {"kept_findings": [wrong]}).status_code == 422


def choices_of(page: str) -> list[list[str]]:
    """Of each finding that a page asks about, the values of its choices."""
    asked = re.findall(r'<select id="keep-[0-9]+".*?</select>', page, re.DOTALL)
    return [re.findall(r'value="([^"]+:[a-z_]+)"', one) for one in asked]


@ON_SQLITE
def test_what_was_changed_after_the_last_look_is_not_published(office: Office) -> None:
    sent = office.fields("/postings/new", "/postings/new")
    office.post("/postings/new", sent, own_number="3", title="前の題")
    path, edit = "/postings/01468-3/publishing", "/postings/01468-3/edit"
    looked = office.fields(path, path)
    assert office.post(edit, office.fields(edit, edit), title="あとの題").status_code == 303
    answer = office.post(path, looked, confirmed="yes")

    assert answer.status_code == 412
    assert "あとの題" in answer.text
    assert office.client.get("/api/v1/postings/01468-3").json()["state"] == "draft"


@ON_SQLITE
def test_a_call_is_closed_after_saying_what_that_does(office: Office) -> None:
    path = "/postings/p1/closing"
    page = office.get(path)
    form = form_of(page.text, path)
    answers = [office.post(path, form) for _press in range(2)]

    assert "新しい応募を受け付けなくなります" in page.text
    assert [answer.status_code for answer in answers] == [303, 303]
    assert office.client.get("/api/v1/postings/p1").json()["state"] == "closed"
    assert "終了しています" in office.get(path).text
    assert "もう一度公開する" in office.get(EDIT).text


@ON_SQLITE
def test_a_deadline_that_is_past_is_told_before_publishing(office: Office) -> None:
    assert office.client.post("/api/v1/postings/p1/closing").status_code == 200
    sent = office.fields(EDIT, EDIT)
    assert office.post(EDIT, sent, deadline=date(2026, 11, 1).isoformat(), as_of="2026-09-01").status_code == 303
    page = office.get("/postings/p1/publishing").text

    assert "締切が2026年11月1日で、もう過ぎています" in page
    assert "30日より前です" in page


@ON_SQLITE
def test_another_municipalitys_officer_and_other_roles_reach_none_of_it(office: Office, new_office: NewOffice) -> None:
    sent = office.fields(EDIT, EDIT)
    stranger = new_office("other", "coordinator", municipality_code="32525")
    own = stranger.fields("/postings/new", "/postings/new")

    for path in (EDIT, "/postings/p1/publishing", "/postings/p1/closing"):
        assert stranger.get(path).status_code == 404
    answer = stranger.post(EDIT, sent | own)
    assert answer.status_code == 404
    for role in ("supporter", "researcher", "auditor", "administrator"):
        other = new_office(role, role, prefecture_code="01")
        assert other.get(EDIT).status_code == 403
        assert other.get("/postings/new").status_code == 403
    assert office.client.get("/api/v1/postings/p1").json()["title"] == "森の仕事"


@ON_SQLITE
def test_a_draft_of_which_nothing_is_written_is_not_stored(office: Office) -> None:
    new = "/postings/new"
    answer = office.post(new, office.fields(new, new), own_number="7")

    assert answer.status_code == 422
    assert 'id="fault-title">まだ何も書かれていません。' in answer.text
    assert 'value="7"' in answer.text
    assert office.client.get("/api/v1/postings").json()["total"] == 1
    written = office.post(new, office.fields(new, new), monthly_pay_yen="200000")
    assert written.headers["location"].endswith("done=posting_added")


@ON_SQLITE
def test_an_id_with_a_slash_has_pages_too(office: Office) -> None:
    call = {**office.client.get("/api/v1/postings/p1").json(), "posting_id": "R8/1"}
    assert office.client.post("/api/v1/postings", json=call).status_code == 201
    path = "/postings/R8%2F1/edit"
    answer = office.post(path, office.fields(path, path), title="斜線")

    assert answer.headers["location"] == f"{path}?done=posting_saved"
    assert office.client.get("/api/v1/postings/R8%2F1").json()["title"] == "斜線"


@ON_SQLITE
def test_the_english_page_says_the_same(office: Office) -> None:
    page = office.client.get(EDIT, headers=HTML | {"Accept-Language": "en"}).text

    assert "Readiness of the host" in page
    assert '<span lang="ja">森の仕事</span>' in page
    for path in (EDIT, "/postings/new", "/postings/p1/papers", "/papers", "/imports"):
        found = office.client.get(path, headers=HTML | {"Accept-Language": "en"})
        assert wrongly_marked(found.text) == [], path


def test_a_draft_is_deleted_and_what_was_published_or_changed_meanwhile_is_not(
    office: Office, new_office: NewOffice
) -> None:
    draft = {**CALL, "posting_id": "p2", "state": "draft", "title": "下書きの仕事"}
    assert office.client.post("/api/v1/postings", json=draft).status_code == 201
    path = "/postings/p2/deletion"
    assert "下書きを削除する" in office.get("/postings/p2/edit").text
    assert "下書きを削除する" not in office.get(EDIT).text
    assert "公開した募集は削除できません" in office.get("/postings/p1/deletion").text

    fields = office.fields(path, DELETION)
    office.client.put("/api/v1/postings/p2", json={**draft, "headcount": 3}, headers={"If-Match": fields["etag"][0]})
    assert office.post(DELETION, fields).status_code == 412
    fields = office.fields(path, DELETION)
    far = new_office("far", municipality_code="32525")
    assert far.get(path).status_code == 404
    theirs = far.fields("/account/second-factor", "/account/second-factor")
    aimed = {name: theirs[name] for name in fields if name in theirs} | {"posting_id": ["p2"], "etag": fields["etag"]}
    for etag in (fields["etag"], [""]):  # what is refused for its fields is drawn again, and shows no draft of others
        refused = far.post(DELETION, aimed, etag=etag)
        assert (refused.status_code, "下書きの仕事" in refused.text) == (404, False)
    assert office.post(DELETION, fields, posting_id="p1").status_code == 422
    answers = [office.post(DELETION, fields) for _press in range(2)]
    assert [one.headers["location"] for one in answers] == ["/postings?done=posting_deleted"] * 2
    assert office.get("/postings/p1/edit").status_code == 200
    assert office.get("/postings/p2/edit").status_code == 404
