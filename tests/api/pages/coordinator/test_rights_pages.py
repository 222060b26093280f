"""A person's wishes on paper: opened by number, stopped, resumed, erased, refused; on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlmodel import select
from starlette.testclient import TestClient

from api.audit.tables import AuditRow
from api.own_data.restricting import restriction_of
from api.storage.database import reading
from api.storage.tables import ApplicantRow
from tests.api.accounts.conftest import Headers
from tests.api.pages.coordinator.conftest import Office

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAPER = "受付第12号（令和8年11月20日）"
API = "/api/v1/applicants"
WHO = "a9"
PERSON = {"programs": ["kyoryokutai"], "selection_profile": {"skills": ["草刈り"]}}


def _page(an_id: str) -> str:
    return f"/applicants/{an_id}/rights"


@pytest.fixture
def entered(service: TestClient, town: Headers) -> str:
    """The number of a person whom the coordinator's town entered."""
    person = PERSON | {"applicant_id": WHO}
    assert service.post(API, json=person, headers=town("coordinator")).status_code == 201
    return WHO


def _is_stored(database: Engine, an_id: str) -> bool:
    with reading(database) as session:
        return session.get(ApplicantRow, an_id) is not None


def _stop_of(database: Engine, an_id: str) -> str | None:
    with reading(database) as session:
        found = restriction_of(session, an_id)
        return None if found is None else found.document


@ON_SQLITE
def test_a_person_is_opened_by_the_number_and_the_application_leads_there(office: Office) -> None:
    assert office.get("/rights?applicant_id=a1").headers["location"] == _page("a1")
    assert f'href="{_page("a1")}"' in office.get("/applications/x1").text
    assert 'href="/rights"' in office.get("/postings").text


@ON_SQLITE
def test_use_is_stopped_on_a_paper_and_resumed(office: Office, database: Engine, entered: str) -> None:
    page = _page(entered)
    assert office.send(page, f"{page}/stop").status_code == 422
    stopped = office.send(page, f"{page}/stop", document=PAPER)

    assert stopped.headers["location"] == f"{page}?done=person_stopped"
    assert _stop_of(database, entered) == PAPER
    told = office.get(page).text
    assert "2026年11月23日から、登録の利用を停止しています。" in told and PAPER in told

    assert office.send(page, f"{page}/resume").headers["location"] == f"{page}?done=person_resumed"
    assert _stop_of(database, entered) is None
    with reading(database) as session:
        assert not any(PAPER in row.entry for row in session.exec(select(AuditRow)))


def test_an_erasure_needs_paper_and_certainty_and_takes_everything(
    office: Office, database: Engine, entered: str
) -> None:
    page = _page(entered)
    assert '<button class="erasing" type="submit">消去する</button>' in office.get(page).text
    unsure = office.send(page, f"{page}/erasure", document=PAPER)
    assert unsure.status_code == 422 and PAPER in unsure.text
    assert office.send(page, f"{page}/erasure", sure="yes").status_code == 422
    assert _is_stored(database, entered)
    done = office.send(page, f"{page}/erasure", document=PAPER, sure="yes")

    assert done.headers["location"] == "/rights?done=person_erased"
    assert not _is_stored(database, entered)
    assert office.get(page).status_code == 404


@ON_SQLITE
def test_what_changed_is_told_by_its_place_and_never_the_private_part(
    office: Office, service: TestClient, town: Headers, entered: str
) -> None:
    changed = PERSON | {"applicant_id": entered, "selection_profile": {"skills": ["草刈り", "経理"]}}
    read = service.get(f"{API}/{entered}", headers=town("coordinator"))
    tag = {"If-Match": read.headers["etag"]}
    assert service.put(f"{API}/{entered}", json=changed, headers=town("coordinator") | tag).status_code == 200
    told = office.get(_page(entered)).text.partition('id="history"')[2].partition("</section>")[0]

    assert told.index("<br>できること") < told.index("<br>登録")
    assert "経理" not in told


@ON_SQLITE
def test_a_record_that_the_person_entered_can_be_stopped_and_not_erased(office: Office, database: Engine) -> None:
    page = _page("a1")
    told = office.get(page).text
    assert "この市町村が入力したものではありません" in told and f"{page}/erasure" not in told
    forged = office.fields(office.get(page), f"{page}/stop") | {"document": PAPER, "sure": "yes"}

    assert office.post(f"{page}/erasure", forged).status_code == 403
    assert _is_stored(database, "a1")
    assert office.send(page, f"{page}/stop", document=PAPER).status_code == 303
    assert "本人が「わたしのデータ」で行います" in office.get(page).text


@ON_SQLITE
@pytest.mark.parametrize("role", ["supporter", "researcher", "auditor", "administrator", "applicant"])
def test_nobody_but_a_coordinator_opens_the_page(office: Office, role: str) -> None:
    office.sit_down(role)
    assert office.get("/rights").status_code == 403
    assert office.get(_page("a1")).status_code in (403, 404)


@ON_SQLITE
def test_the_page_exists_in_english(office: Office, entered: str) -> None:
    assert "The record is in use." in office.get(_page(entered), "en").text
    assert "Number of the applicant" in office.get("/rights", "en").text


@ON_SQLITE
def test_a_blocked_record_says_so_and_has_no_form_to_erase(
    office: Office, service: TestClient, town: Headers, entered: str
) -> None:
    hold = {"kind": "applicant", "id": entered, "reason": "住民監査請求第3号"}
    assert service.post("/api/v1/holds", json=hold, headers=town("administrator")).status_code == 201
    told = office.get(_page(entered)).text

    assert "差止めがあるため、今は消去できません" in told and f"{_page(entered)}/erasure" not in told
