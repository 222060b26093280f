"""The own data: stopped and used again, erased, consented to, and by whom it was used."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from api.rerouting.tables import ReroutingConsentRow, ReroutingTargetRow
from api.storage.database import reading
from api.storage.tables import ApplicantRow, ApplicationRow
from tests.api.pages.applicant.conftest import Browsing

# what the database does not change is shown on one
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ON_SQLITE
def test_what_is_stored_is_listed_to_read_and_to_take_along(applicant: Browsing) -> None:
    page = applicant.open("/my-data").text

    assert "登録の内容（本人だけの希望を含む）" in page
    for address in re.findall(r'href="(/api/v1/me/data[^"]*)"', page):
        assert applicant.open(address).status_code == 200


@ON_SQLITE
def test_an_application_that_goes_on_is_called_by_its_call_and_not_by_an_end_it_has_not_come_to(
    applicant: Browsing,
) -> None:
    page = applicant.open("/calls/p2")
    applicant.send_to("/calls/p2/application", applicant.fields(page, "/calls/p2/application"))
    told = applicant.open("/my-data").text

    assert re.search(r'<span lang="ja">応募　[^<]+「[^<]+」</span>: 手続きが続くあいだ', told)
    assert "配置に至らなかった" not in told


@ON_SQLITE
def test_opening_the_page_is_told_as_looking_and_a_file_alone_as_taken_along(applicant: Browsing) -> None:
    def told() -> list[tuple[str, str]]:
        uses = applicant.open("/api/v1/me/uses").json()["uses"]
        return [(one["action"], one["words"]) for one in uses if one["purpose"] == "rights"]

    before = len(told())
    applicant.open("/my-data")
    looked = told()
    for kind in ("json", "html"):
        applicant.open(f"/api/v1/me/data?format={kind}")
    taken = told()

    rights = "本人からの開示・訂正・利用停止の請求"
    assert looked[: len(looked) - before] == [("read", f"閲覧：{rights}")]
    assert taken[: len(taken) - len(looked)] == [("exported", f"書き出し：{rights}")] * 2


def test_use_is_stopped_and_allowed_again(applicant: Browsing) -> None:
    stopped = applicant.send(applicant.open("/my-data"), "/my-data/stop")
    assert stopped.headers["location"] == "/my-data?done=use_stopped"
    assert "登録の利用を停止しているため、提案は作りません" in applicant.open("/places").text

    allowed = applicant.send(applicant.open("/my-data"), "/my-data/resume")
    assert allowed.headers["location"] == "/my-data?done=use_allowed"
    assert 'id="place-1"' in applicant.open("/places").text


@ON_SQLITE
def test_whose_use_is_stopped_is_told_that_nobody_sees_an_application(applicant: Browsing) -> None:
    page = applicant.open("/calls/p2")
    fields = applicant.fields(page, "/calls/p2/application")
    applicant.send(applicant.open("/my-data"), "/my-data/stop")

    assert "登録の利用を停止しているため、応募できません。応募しても、担当者には" in applicant.open("/calls/p2").text
    refused = applicant.send_to("/calls/p2/application", fields)
    assert refused.status_code == 409 and "先に「わたしのデータ」で利用を再開してください" in refused.text
    for language, words in (("ja", "利用を止めているので、担当者には表示されません"), ("en", "Staff are not shown")):
        assert words in applicant.open("/my-applications", language).text
    applicant.send(applicant.open("/my-data"), "/my-data/resume")
    assert "担当者には表示されません" not in applicant.open("/my-applications").text


def test_erasure_needs_to_be_meant_and_then_takes_everything(applicant: Browsing) -> None:
    page = applicant.open("/my-data/erasure")
    assert '<button class="erasing" type="submit">消去する</button>' in page.text
    assert applicant.send(page, "/my-data/erasure").status_code == 422
    answer = applicant.send(page, "/my-data/erasure", sure="yes")

    assert answer.headers["location"] == "/?done=erased"
    with reading(applicant.engine) as session:
        assert session.get(ApplicantRow, "a1") is None
        assert session.exec(select(ApplicationRow.id).where(ApplicationRow.applicant_id == "a1")).all() == []


def test_a_consent_to_be_introduced_is_given_and_taken_back(applicant: Browsing) -> None:
    page = applicant.open("/my-data/introductions")
    assert "紹介のしくみは、まだ始まっていません" in page.text
    typed = {"whom": "municipality", "municipality": "北海道下川町", "until": "2027-03-31"}
    given = applicant.send(page, "/my-data/introductions", **typed)

    assert given.headers["location"] == "/my-data/introductions?done=introduction_allowed"
    with reading(applicant.engine) as session:
        (row,) = session.exec(select(ReroutingConsentRow)).all()
        (target,) = session.exec(select(ReroutingTargetRow)).all()
    assert (row.applicant_id, target.code, row.withdrawn_at) == ("a1", "01468", None)

    action = f"/my-data/introductions/{row.id}/withdrawal"
    applicant.send(applicant.open("/my-data/introductions"), action)
    with reading(applicant.engine) as session:
        assert session.exec(select(ReroutingConsentRow)).one().withdrawn_at is not None


@ON_SQLITE
@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ({"whom": "municipality", "municipality": "伊達市", "until": "2027-03-31"}, "municipality"),
        ({"whom": "prefectures", "until": "2027-03-31"}, "prefectures"),
        ({"whom": "everywhere", "until": "2029-03-31"}, "until"),
        ({"whom": "everywhere"}, "until"),
    ],
)
def test_a_consent_that_is_not_clear_is_not_recorded(applicant: Browsing, typed: dict[str, str], name: str) -> None:
    answer = applicant.send(applicant.open("/my-data/introductions"), "/my-data/introductions", **typed)

    assert answer.status_code == 422
    assert f'id="fault-{name}"' in answer.text
    with reading(applicant.engine) as session:
        assert session.exec(select(ReroutingConsentRow)).all() == []


@ON_SQLITE
def test_uses_of_the_own_record_are_told_in_words(applicant: Browsing) -> None:
    applicant.open("/places")

    page = applicant.open("/my-data/uses").text

    assert "本人への提案" in page
    assert re.search(r'<td class="whole">\d{4}年\d+月\d+日 \d+時\d\d分</td>', page)
