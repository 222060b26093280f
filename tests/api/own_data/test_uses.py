"""Which entries of the log a person is told of: those of the own record, from its beginning, outside a stop's lists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from api.audit.entry import LOCAL, Entry, Subject, Use, subject
from api.audit.tables import AuditRow
from api.audit.trail import MOMENT
from api.audit.vocabulary import Action, Purpose
from api.canonical import canonical_json
from api.listings.audit_uses import REGISTER
from api.own_data.uses import uses_of
from api.retention.tables import RevisionMomentRow
from api.storage.database import reading, writing
from api.storage.record_kinds import APPLICANTS, APPLICATIONS, POSTINGS
from api.storage.stored_records import add, replace
from api.storage.tables import RestrictionRow, RunRow
from features.records import Applicant, Application, Posting

START = datetime(2026, 11, 1, 9, tzinfo=UTC)
LIST, RUN = subject("listing", [REGISTER]), subject("run", ["over"])
ME, APPLIED = subject("applicant", ["a2", "a1"]), subject("application", ["x1"])
PURPOSES: dict[Action, Purpose] = {"run": "placement"}


def _hours(number: int) -> datetime:
    return START + timedelta(hours=number)


def _store(engine: Engine) -> None:
    """The persons a0 to a2 from hour 0, a1's changes at hours 2 and 4, x1 from hour 5, and three rounds."""
    person = Applicant(applicant_id="a1", programs=())
    call = Posting(posting_id="p1", program="kyoryokutai", municipality_code="01468", headcount=1)
    at = [0, 0, 0, 2, 4, 5, 5, 5, 5]
    with writing(engine) as session:
        for an_id in ("a0", "a1", "a2"):
            add(session, APPLICANTS, person.model_copy(update={"applicant_id": an_id}))
        for months in (1, 2):
            replace(session, APPLICANTS, "a1", person.model_copy(update={"months_served": months}))
        add(session, POSTINGS, call)
        for own in "012":
            add(session, APPLICATIONS, Application(application_id=f"x{own}", applicant_id=f"a{own}", posting_id="p1"))
        rows = session.exec(select(RevisionMomentRow).order_by(col(RevisionMomentRow.number))).all()
        for row, hour in zip(rows, at, strict=True):
            row.at = _hours(hour)
        _store_round(session, "over", {"matching": {"a1": None, "a2": "p1"}})
        _store_round(session, "others", {"matching": {"a2": "p1"}, "zones": {"a1": 1}})
        _store_round(session, "none", {"zones": {"a1": 1}})


def _store_round(session: Session, an_id: str, record: object, hour: int = 0) -> None:
    told = canonical_json(record)
    session.add(RunRow(id=an_id, mechanism="x", status="done", created_at=_hours(hour), digest="", body=told))


def _stop(engine: Engine, an_id: str, begin: int, end: int | None) -> None:
    ended = None if end is None else _hours(end)
    with writing(engine) as session:
        session.add(
            RestrictionRow(
                id=an_id, applicant_id=an_id, revision=1, stopped_at=_hours(begin), stopped_by="x", ended_at=ended
            )
        )


def _log(engine: Engine, entries: Iterable[tuple[int, Action, *tuple[Subject, ...]]]) -> None:
    """Entries of certain hours; which one it was is told by the hour."""
    with writing(engine) as session:
        for number, (hour, action, *on) in enumerate(entries, 1):
            use = Use(action=action, purpose=PURPOSES.get(action, "selection"), on=tuple(on))
            at = _hours(hour).strftime(MOMENT)
            entry = Entry(**dict(use), sequence=number, at=at, actor=LOCAL, seal="sha256")
            session.add(AuditRow(sequence=number, at=at, previous="", entry=entry.text(), hash=""))


def _told(engine: Engine, *, limit: int = 99) -> list[tuple[int, str]]:
    with reading(engine) as session:
        uses = uses_of(session, "a1", before=None, limit=limit).uses
    return [(round((datetime.fromisoformat(use.at) - START) / timedelta(hours=1)), use.action) for use in uses]


def test_a_person_is_told_of_every_use_since_the_record_was_stored_whatever_changed_since(engine: Engine) -> None:
    _store(engine)
    _log(engine, [(hour, "read", ME) for hour in (-1, 0, 1, 3, 9)] + [(hour, "read", APPLIED) for hour in (4, 5, 6)])
    assert _told(engine) == [(6, "read"), (5, "read"), (9, "read"), (3, "read"), (1, "read"), (0, "read")]
    assert _told(engine, limit=1) == [(6, "read")]


def test_of_a_round_over_the_person_the_computing_is_told_and_of_another_nothing(engine: Engine) -> None:
    _store(engine)
    every = [RUN, subject("run", ["others"]), subject("run", ["none"])]
    _log(engine, [(1, "run", of) for of in every] + [(2, "read", of) for of in every])
    assert _told(engine) == [(1, "run")]


def test_the_calls_that_an_entry_names_are_told_and_no_other_id(engine: Engine) -> None:
    _store(engine)
    _log(engine, [(1, "ranked", ME, subject("posting", ["p1", "p2"]), RUN, LIST)])
    with reading(engine) as session:
        (use,) = uses_of(session, "a1", before=None, limit=9).uses
    assert use.posting_ids == ["p1", "p2"]


def test_what_is_of_others_or_was_refused_is_not_told(engine: Engine) -> None:
    _store(engine)
    others = [subject("applicant", ["a0", "a2"]), subject("application", ["x0", "x2"]), subject("posting", ["a1"])]
    _log(engine, [(1, "refused", ME), *((7, "read", of) for of in others), (8, "read", APPLIED)])
    assert _told(engine) == [(8, "read")]


@pytest.mark.parametrize(("end", "listed"), [(4, [6, 4, 1]), (None, [1])], ids=["ended", "standing"])
def test_lists_made_while_the_use_was_stopped_were_not_of_the_person_other_uses_were(
    engine: Engine, end: int | None, listed: list[int]
) -> None:
    _store(engine)
    for an_id in ("a0", "a2"):  # others' stops say nothing of the person
        _stop(engine, an_id, 0, None)
    _stop(engine, "a1", 2, end)
    _log(engine, [(hour, "ranked", LIST) for hour in (-1, 1, 2, 3, 4, 6)] + [(3, "read", ME)])
    assert _told(engine) == [(3, "read"), *((hour, "ranked") for hour in listed)]


def test_the_newest_five_hundred_rounds_are_told(engine: Engine) -> None:
    _store(engine)
    with writing(engine) as session:
        for number in range(501):
            _store_round(session, f"r{number}", {"matching": {"a1": None}}, hour=1 + number)
    _log(engine, [(1 + number, "run", subject("run", [f"r{number}"])) for number in (0, 1, 2, 500)])
    assert [hour for hour, _ in _told(engine)] == [501, 3, 2]
