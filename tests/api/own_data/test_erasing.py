"""Erasing reaches every store: tables, the files of SQLite, the memory of the process that did it and of the others."""

from __future__ import annotations

import gc
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import select
from starlette.testclient import TestClient

from api.audit.verification import verify
from api.own_data.erasing import erase_applications, erase_people
from api.own_data.forgetting import ErasureWatch, erasures_watched_beside
from api.own_data.stores import stores, tables_with_rows_of_people
from api.retention.tables import CertificateRow
from api.storage.database import reading, writing
from api.storage.errors import ErasedError
from api.storage.history import records_at
from api.storage.record_kinds import APPLICANTS, COMPANIES, HOUSEHOLDS
from api.storage.schema_revision import METADATA
from api.storage.stored_records import add, load_records_into, read, read_records, records_revision, replace
from api.storage.tables import HistoryRow
from features.records import Company, Household, Records
from features.text import word_set
from tests.api.accounts.conftest import Headers, Json
from tests.api.own_data.conftest import MARK, tables_naming, tables_with

IDS_ALONE = {
    "application",
    "company",
    "household",
    "keptanswersubject",
    "listedcandidate",
    "listedplace",
    "listedunordered",
    "recoverycode",
    "registration",
    "reroutingtarget",
    "signedin",
}
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_every_table_is_in_the_written_list_and_no_other() -> None:
    assert set(stores()) == set(METADATA.tables)
    for name, store in stores().items():
        keys = {"applicant_id", "application_id"} & set(METADATA.tables[name].columns.keys())
        assert store.erasure != "stays" or not keys, f"{name} names people and stays"
        assert (store.why is None) == (store.erasure != "stays"), name
        assert {*store.hidden, *store.own_words} <= set(METADATA.tables[name].columns.keys()), name
        assert set(store.on_request) <= {"*", *METADATA.tables[name].columns.keys()}, name
        assert set(store.own_words) <= set(store.on_request), name


def test_after_an_erasure_no_table_holds_a_word_of_the_person(
    service: TestClient, person: Headers, database: Engine
) -> None:
    before = tables_with(database, MARK)
    to_reach = {name for name, store in stores().items() if store.erasure != "stays"}
    assert to_reach - set(before) <= IDS_ALONE  # the mark stood in each of the others
    answer = service.delete("/api/v1/me/data", headers=person("applicant"))
    assert (answer.status_code, answer.json()["erased"]) == (200, True)
    assert tables_with(database, MARK) == []
    assert set(tables_naming(database, "a1")) <= {"audit", "history", "hold"}
    assert verify(database).finding is None


def test_the_certificate_and_the_log_tell_of_it_by_ids(service: TestClient, person: Headers, database: Engine) -> None:
    told = service.delete("/api/v1/me/data", headers=person("applicant")).json()
    with reading(database) as session:
        (row,) = session.exec(CERTIFICATES).all()
    assert (row.digest, row.class_name) == (told["certificate"], "request")
    assert '"application":{"count":1' in row.body and '"a1"' not in row.body


@ON_SQLITE
def test_the_files_of_sqlite_hold_no_word_either(
    service: TestClient, person: Headers, database: Engine, tmp_path: Path
) -> None:
    def files_with(text: str) -> list[str]:
        return [path.name for path in sorted(tmp_path.iterdir()) if text.encode() in path.read_bytes()]

    assert files_with(MARK)
    assert service.delete("/api/v1/me/data", headers=person("applicant")).status_code == 200
    assert files_with(MARK) == []


@ON_SQLITE
def test_the_log_of_sqlite_goes_as_soon_as_nobody_reads_an_older_state(
    service: TestClient, person: Headers, database: Engine, tmp_path: Path
) -> None:
    watch = ErasureWatch(database, lambda: None)
    log = next(path for path in tmp_path.iterdir() if path.name.endswith("-wal"))
    with reading(database) as old:
        read(old, APPLICANTS, "a2")  # an older state is in use while the person is erased
        assert service.delete("/api/v1/me/data", headers=person("applicant")).status_code == 200
        assert watch.look()
        assert MARK.encode() in log.read_bytes()
    assert not watch.look()  # nothing new, and the log can go now
    assert MARK.encode() not in log.read_bytes()


@ON_SQLITE
@pytest.mark.usefixtures("own_statements")
def test_nothing_in_memory_holds_a_word_of_the_person(
    service: TestClient, guarded: FastAPI, person: Headers, database: Engine
) -> None:
    gc.unfreeze()  # what was there when the tests were collected may hold texts since then
    for role, address in (
        ("applicant", "applicants/a1/recommendations?spread=0.5"),
        ("coordinator", "postings/p1/candidates"),
    ):
        assert service.get(f"/api/v1/{address}", headers=person(role)).status_code == 200
    kept = weakref.ref(guarded.state.market.on(None))
    assert _texts_in_memory(MARK) > 0 and kept() is not None
    assert service.delete("/api/v1/me/data", headers=person("applicant")).status_code == 200
    gc.collect()
    assert kept() is None
    assert _texts_in_memory(MARK) == 0


@ON_SQLITE
def test_another_process_forgets_when_it_looks(
    service: TestClient, guarded: FastAPI, person: Headers, database: Engine
) -> None:
    forgotten: list[str] = []
    watch = ErasureWatch(database, lambda: forgotten.append("x"))
    assert not watch.look()
    service.delete("/api/v1/me/data", headers=person("applicant"))
    assert watch.look() and not watch.look()
    assert forgotten == ["x"]


def test_a_household_goes_on_without_the_person_and_alone_it_is_none(engine: Engine, records: Json) -> None:
    households = [
        Household(household_id="h2", members=("a1", "a2"), joint_preferences=(("p1", "p2"),)),
        Household(household_id="h3", members=("a1", "a2", "a3"), joint_preferences=(("p1", "p2", None),)),
    ]
    with writing(engine) as session:
        load_records_into(session, Records.model_validate(records | {"applications": []}))
        for household in households:
            add(session, HOUSEHOLDS, household)
        company = add(session, COMPANIES, Company(company_id="c1", name="川の会社", people=("a1", "a3")))
        replace(session, COMPANIES, "c1", company.model_copy(update={"people": ("a1",)}))
    before = _revision(engine)
    with writing(engine) as session:
        erase_people(session, ["a1"])
    with reading(engine) as session:
        found = read_records(session)
        assert [(one.members, one.joint_preferences) for one in found.households] == [(("a2", "a3"), (("p2", None),))]
        assert [one.people for one in found.companies] == [()]
        was = session.exec(HISTORY).all()
        assert not any("a1" in str(row.record) for row in was if row.record is not None)
        with pytest.raises(ErasedError):
            records_at(session, before)
        assert records_at(session, records_revision(session)) == found


def test_an_application_alone_is_erased_with_what_was_decided_about_it(
    service: TestClient, person: Headers, database: Engine
) -> None:
    with writing(database) as session:
        erase_applications(session, ["x1"])
    with reading(database) as session:
        assert read(session, APPLICANTS, "a1").applicant_id == "a1"
    left = {table.name for table in tables_with_rows_of_people() if "application_id" in table.columns}
    assert not left & set(tables_with(database, MARK)) - {"conflict"}


@ON_SQLITE
def test_a_process_without_requests_forgets_too(
    service: TestClient, person: Headers, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.own_data.forgetting.SECONDS", 0.01)
    with erasures_watched_beside(database):
        word_set(f"庭師 {MARK}")
        until = time.monotonic() + 20
        while word_set.cache_info().currsize and time.monotonic() < until:
            time.sleep(0.02)
        assert word_set.cache_info().currsize == 0


def test_of_two_who_erase_at_once_one_does_and_nothing_breaks(service: TestClient, person: Headers) -> None:
    sessions = [person("applicant"), person("applicant")]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda headers: service.delete("/api/v1/me/data", headers=headers), sessions))
    assert sorted(answer.status_code for answer in answers) in ([200, 401], [200, 403], [200, 404])


def test_an_erasure_that_breaks_off_has_erased_nothing(
    service: TestClient, person: Headers, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    before = tables_with(database, MARK)
    with monkeypatch.context() as broken:
        broken.setattr("api.own_data.erasure_requests.certify", break_off)
        assert service.delete("/api/v1/me/data", headers=person("applicant")).status_code == 500
    assert tables_with(database, MARK) == before
    assert service.delete("/api/v1/me/data", headers=person("applicant")).status_code == 200


def test_a_town_of_thousands_is_erased_in_parts(engine: Engine) -> None:
    people = [{"applicant_id": f"a{number}", "programs": []} for number in range(1203)]
    with writing(engine) as session:
        load_records_into(session, Records.model_validate({"applicants": people}))
        erase_people(session, [one["applicant_id"] for one in people[:1202]])
    with reading(engine) as session:
        assert [one.applicant_id for one in read_records(session).applicants] == ["a1202"]


def _revision(engine: Engine) -> int:
    with reading(engine) as session:
        return records_revision(session)


def _texts_in_memory(text: str) -> int:
    """Texts with the mark that any object of the program holds, but for this module's own."""
    things, own = gc.get_objects(), id(MARK)
    held = (one for at in range(0, len(things), 10_000) for one in gc.get_referents(*things[at : at + 10_000]))
    return sum(1 for one in held if type(one) is str and text in one and id(one) != own and len(one) > len(text))


CERTIFICATES = select(CertificateRow)
HISTORY = select(HistoryRow)
