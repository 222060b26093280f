"""A person's facts are put right on the page of rights: looked at, confirmed, on record without a value."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select
from starlette.testclient import TestClient

from api.audit.tables import AuditRow
from api.storage.database import reading
from api.storage.record_kinds import APPLICANTS
from api.storage.stored_records import read
from features.records import Applicant
from tests.api.accounts.conftest import Headers
from tests.api.pages.coordinator.conftest import Office

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
API = "/api/v1/applicants"
WHO = "a9"
PERSON = {
    "applicant_id": WHO,
    "programs": ["kyoryokutai"],
    "selection_profile": {"origin": {"municipality_code": "13103", "zone": "outside"}, "skills": ["草刈り"]},
    "private_preferences": {"min_monthly_pay_yen": 190000},
}
HOME = f"/applicants/{WHO}/rights/corrections/home"
TYPED = {"programs": "kyoryokutai", "origin": "北海道下川町", "origin_zone": "unknown", "exception": "none"}


@pytest.fixture(autouse=True)
def entered(service: TestClient, town: Headers) -> None:
    """A person whom the coordinator's town entered."""
    assert service.post(API, json=PERSON, headers=town("coordinator")).status_code == 201


def _person(database: Engine) -> Applicant:
    with reading(database) as session:
        return read(session, APPLICANTS, WHO)


def _home(database: Engine) -> str | None:
    origin = _person(database).selection_profile.origin
    return None if origin is None else origin.municipality_code


def _use_of_correction(database: Engine) -> dict[str, Any]:
    with reading(database) as session:
        uses = [json.loads(row.entry) for row in session.exec(select(AuditRow))]
    (found,) = (use for use in uses if "corrected" in use)
    return found


def _looked_at(office: Office, **typed: str) -> dict[str, str]:
    """What the page of before and after sends on, confirmed as it was typed."""
    sent = TYPED | {"why": "asked"} | typed
    looked = office.post(f"{HOME}/changes", office.fields(office.get(HOME), f"{HOME}/changes") | sent)
    assert looked.status_code == 200, looked.text
    return office.fields(looked, f"{HOME}/changes") | sent


@ON_SQLITE
def test_a_home_is_put_right_after_a_look_at_before_and_after(office: Office, database: Engine) -> None:
    assert f'href="{HOME}"' in office.get(f"/applicants/{WHO}/rights").text
    shown = office.get(HOME).text
    assert 'value="東京都港区"' in shown and "190000" not in shown
    sent = TYPED | {"why": "asked"}
    looked = office.post(f"{HOME}/changes", office.fields(office.get(HOME), f"{HOME}/changes") | sent)

    told = looked.text.partition('id="changes"')[2].partition("</section>")[0]
    assert "東京都港区" in told and "北海道下川町" in told and "できること" not in told
    assert _home(database) == "13103"
    done = office.post(HOME, office.fields(looked, f"{HOME}/changes") | sent)

    assert done.headers["location"] == f"/applicants/{WHO}/rights?done=person_corrected"
    person = _person(database)
    assert _home(database) == "01468"
    assert person.selection_profile.skills == ("草刈り",)
    assert person.private_preferences.min_monthly_pay_yen == 190000


def test_the_record_of_it_says_who_where_and_why_and_no_value(office: Office, database: Engine) -> None:
    assert office.post(HOME, _looked_at(office)).status_code == 303
    use = _use_of_correction(database)

    assert (use["action"], use["purpose"], use["actor"]["role"]) == ("changed", "rights", "coordinator")
    assert use["on"] == [{"kind": "applicant", "ids": [WHO], "count": 1}]
    assert use["corrected"] == {
        "places": ["selection_profile.origin.municipality_code", "selection_profile.origin.zone"],
        "reason": "asked",
    }
    assert "01468" not in json.dumps(use) and not use["inputs"]
    told = office.get(f"/applicants/{WHO}/rights").text.partition('id="history"')[2]
    assert "<br>今の住まい" in told
    assert "訂正した項目: 今の住まい（本人の求めがあったため）" in office.sit_down("auditor").get("/audit").text


@ON_SQLITE
def test_what_was_not_looked_at_is_not_stored(office: Office, database: Engine) -> None:
    confirmed = _looked_at(office)
    unseen = office.post(HOME, confirmed | {"origin": "青森県むつ市"})

    assert unseen.status_code == 422 and "見たあとで内容が変わっています" in unseen.text
    assert _home(database) == "13103"


def test_a_change_meanwhile_is_shown_and_nothing_is_overwritten(
    office: Office, service: TestClient, town: Headers, database: Engine
) -> None:
    confirmed = _looked_at(office)
    moved = PERSON | {"selection_profile": {"origin": {"municipality_code": "02208", "zone": "unknown"}}}
    tag = service.get(f"{API}/{WHO}", headers=town("coordinator")).headers["etag"]
    headers = town("coordinator") | {"If-Match": tag}
    assert service.put(f"{API}/{WHO}", json=moved, headers=headers).status_code == 200
    refused = office.sit_down("coordinator").post(HOME, confirmed)

    assert refused.status_code == 412
    assert "青森県むつ市" in refused.text and 'value="北海道下川町"' in refused.text
    assert _home(database) == "02208"


@ON_SQLITE
def test_what_is_unclear_or_unchanged_or_without_a_reason_is_said(office: Office) -> None:
    hidden = office.fields(office.get(HOME), f"{HOME}/changes")
    unclear = office.post(f"{HOME}/changes", hidden | TYPED | {"why": "asked", "origin": "伊達市"})
    assert unclear.status_code == 422 and 'name="origin_code"' in unclear.text
    same = {"origin": "東京都港区", "origin_zone": "outside", "why": "mistyped"}
    unchanged = office.post(f"{HOME}/changes", hidden | TYPED | same)
    assert unchanged.status_code == 422 and "変わるところがありません" in unchanged.text
    silent = office.post(f"{HOME}/changes", hidden | TYPED)
    assert silent.status_code == 422 and "訂正の理由を選んでください" in silent.text


@ON_SQLITE
def test_the_rule_is_asked_about_the_home_as_it_is_now(office: Office, service: TestClient, town: Headers) -> None:
    application = {"application_id": "x9", "applicant_id": WHO, "posting_id": "p1"}
    assert service.post("/api/v1/applications", json=application, headers=town("coordinator")).status_code == 201

    def excluded() -> list[str]:
        answer = service.get("/api/v1/postings/p1/candidates", headers=town("coordinator")).json()
        return [one["applicant_id"] for one in answer["excluded"]]

    before = excluded()
    office.sit_down("coordinator")
    assert office.post(HOME, _looked_at(office)).status_code == 303

    assert (WHO in before, WHO in excluded()) == (False, True)


@ON_SQLITE
@pytest.mark.parametrize(
    ("step", "typed", "told"),
    [
        ("career", {"skills": "草刈り", "licences": "普通自動車免許"}, "普通自動車免許"),
        ("career", {"skills": "草刈り", "language_1": "en", "cefr_1": "B2"}, "B2 会議で意見を言える"),
        ("wish", {"available_from": "令和9年4月1日", "desired_activities": "education"}, "2027年4月1日"),
        ("wish", {"link_1": "北海道下川町", "link_kind_1": "visited"}, "北海道下川町"),
        ("words", {"motivation_text": "森で働きたい。\r\n\r\n木を使う。"}, "森で働きたい。\n木を使う。"),
        ("company", {"retired": "yes", "subtypes": "senior"}, "退職した"),
    ],
)
def test_every_step_that_an_office_may_see_is_put_right_in_words(
    office: Office, step: str, typed: dict[str, str], told: str
) -> None:
    page = f"/applicants/{WHO}/rights/corrections/{step}"
    sent = office.fields(office.get(page), f"{page}/changes") | {"why": "mistyped"} | typed
    looked = office.post(f"{page}/changes", sent)

    assert told in looked.text.partition('id="changes"')[2].partition("</section>")[0]
    confirmed = office.fields(looked, f"{page}/changes") | {"why": "mistyped"} | typed
    assert office.post(page, confirmed).status_code == 303


@ON_SQLITE
@pytest.mark.parametrize("step", ["home", "career", "wish", "words", "company"])
def test_in_english_an_office_reads_of_the_person_and_is_not_asked_itself(office: Office, step: str) -> None:
    page = office.get(f"/applicants/{WHO}/rights/corrections/{step}", "en").text
    form = page.partition('class="narrow"')[2].partition("</form>")[0]

    assert "Look at the changes" in form
    assert re.findall(r"\b(?:I|you|your)\b", re.sub("<[^>]*>", " ", form)) == []


@ON_SQLITE
def test_what_was_typed_is_not_called_what_is_stored(office: Office) -> None:
    hidden = office.fields(office.get(HOME), f"{HOME}/changes")
    refused = office.post(f"{HOME}/changes", hidden | TYPED | {"why": "asked", "exception": "jet"})

    assert "保存されている内容です" in office.get(HOME).text and "保存されている内容です" not in refused.text
    assert "終わってからの月数: ほかの答えに必要です" in refused.text


@ON_SQLITE
@pytest.mark.parametrize("step", ["regions", "living", "nothing"])
def test_wishes_for_the_person_alone_are_opened_to_no_office(office: Office, step: str) -> None:
    assert office.get(f"/applicants/{WHO}/rights/corrections/{step}").status_code == 404


@ON_SQLITE
def test_a_record_that_the_person_entered_is_the_persons_to_put_right(office: Office) -> None:
    told = office.get("/applicants/a1/rights").text

    assert "/corrections/" not in told and "本人が「わたしの登録」で直すか" in told
    assert office.get("/applicants/a1/rights/corrections/home").status_code == 403


@ON_SQLITE
@pytest.mark.parametrize("role", ["supporter", "researcher", "auditor", "administrator", "applicant"])
def test_nobody_but_a_coordinator_puts_a_record_right(office: Office, role: str) -> None:
    office.sit_down(role)
    assert office.get(HOME).status_code in (403, 404)
