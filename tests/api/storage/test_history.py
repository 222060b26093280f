"""What records were can be put together again, on each database; what a person had erased cannot."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from api.storage.database import reading, writing
from api.storage.errors import ErasedError
from api.storage.history import history_of, records_at
from api.storage.record_kinds import APPLICANTS, APPLICATIONS, POSTINGS
from api.storage.stored_records import load_records_into, read, read_records, records_revision, remove, replace
from features.records import Records
from tests.api.conftest import Json


@pytest.fixture
def states(engine: Engine, records: Json) -> dict[int, Records]:
    """Every state of a few changes, by revision."""
    kept: dict[int, Records] = {}

    def keep() -> None:
        with reading(engine) as session:
            kept[records_revision(session)] = read_records(session)

    with writing(engine) as session:
        load_records_into(session, Records.model_validate(records))
    keep()
    for pay in (210_000, 220_000):
        with writing(engine) as session:
            posting = read(session, POSTINGS, "p1")
            replace(session, POSTINGS, "p1", posting.model_copy(update={"monthly_pay_yen": pay}))
        keep()
    with writing(engine) as session:
        remove(session, POSTINGS, "p2")
    keep()
    return kept


def test_every_earlier_state_is_put_together_again(engine: Engine, states: dict[int, Records]) -> None:
    with reading(engine) as session:
        assert len(states) == 4
        for revision, state in states.items():
            assert records_at(session, revision) == state
        assert [row.until for row in history_of(session, POSTINGS, "p1")] == sorted(states)[1:3]


def test_what_was_removed_of_a_person_is_not_kept_and_the_state_says_so(
    engine: Engine, states: dict[int, Records]
) -> None:
    with writing(engine) as session:
        person = read(session, APPLICANTS, "a3")
        replace(session, APPLICANTS, "a3", person.model_copy(update={"months_served": 3}))
    with writing(engine) as session:
        remove(session, APPLICANTS, "a3")
    with reading(engine) as session:
        assert [row.record for row in history_of(session, APPLICANTS, "a3")] == [None, None]
        with pytest.raises(ErasedError, match=r"^1 applicant record\(s\) of that state have been erased"):
            records_at(session, max(states))
        assert records_at(session, records_revision(session)) == read_records(session)


def test_a_withdrawn_application_leaves_no_content(engine: Engine, states: dict[int, Records]) -> None:
    with writing(engine) as session:
        remove(session, APPLICATIONS, "x1")
    with reading(engine) as session:
        assert [row.record for row in history_of(session, APPLICATIONS, "x1")] == [None]
