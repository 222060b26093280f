"""The oldest entries go after their years, in one way, and the log that is left proves what went."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select

from api.audit import trail
from api.audit.entry import LOCAL
from api.audit.errors import AuditError
from api.audit.moments import moment_of, years_before
from api.audit.purging import purge
from api.audit.tables import AuditRow
from api.audit.verification import verify
from api.settings import JAPAN
from api.storage.database import reading, writing
from tests.api.audit.conftest import KEY, fill


class _Clock(datetime):
    day = date(2026, 11, 26)

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return datetime(cls.day.year, cls.day.month, cls.day.day, 12, tzinfo=JAPAN).astimezone(tz)  # type: ignore[arg-type]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[_Clock]:
    monkeypatch.setattr(trail, "datetime", _Clock)
    return _Clock


def _fill_days(engine: Engine, clock: type[_Clock], *days: date, key: bytes | None = None) -> None:
    for day in days:
        clock.day = day
        fill(engine, 1, key=key)


DAYS = (date(2022, 4, 1), date(2023, 4, 1), date(2023, 11, 26), date(2025, 1, 1))


@pytest.mark.parametrize("key", [None, KEY])
def test_entries_past_their_years_go_and_the_log_still_holds(
    engine: Engine, clock: type[_Clock], key: bytes | None
) -> None:
    _fill_days(engine, clock, *DAYS, key=key)
    with reading(engine) as session:
        last = session.exec(select(AuditRow.hash).where(AuditRow.sequence == 2)).one()
    removed = purge(engine, before=date(2023, 11, 26), actor=LOCAL, key=key)
    assert removed is not None
    assert (removed.first, removed.last, removed.hash) == (1, 2, last)
    found = verify(engine, key=key)
    assert (found.finding, found.entries, found.begins_after) == (None, 3, 2)
    with reading(engine) as session:
        told = json.loads(session.get_one(AuditRow, 5).entry)
    assert (told["action"], told["purpose"], told["on"]) == (
        "purged",
        "retention",
        [{"kind": "audit", "ids": [], "count": 2}],
    )
    assert told["removed"] == removed.model_dump()


def test_purges_follow_each_other_and_take_the_older_certificates_along(engine: Engine, clock: type[_Clock]) -> None:
    _fill_days(engine, clock, *DAYS)
    purge(engine, before=date(2023, 1, 1), actor=LOCAL)
    clock.day = date(2030, 1, 1)
    removed = purge(engine, before=date(2029, 1, 1), actor=LOCAL)
    assert removed is not None
    assert (removed.first, removed.last) == (2, 5)
    found = verify(engine)
    assert (found.finding, found.entries, found.begins_after) == (None, 1, 5)
    fill(engine, 1)
    assert verify(engine).finding is None


def test_where_nothing_is_old_nothing_is_written(engine: Engine, clock: type[_Clock]) -> None:
    assert purge(engine, before=date(2026, 1, 1), actor=LOCAL) is None
    _fill_days(engine, clock, *DAYS)
    assert purge(engine, before=date(2022, 4, 1), actor=LOCAL) is None
    assert verify(engine).entries == 4


def test_an_old_moment_after_a_young_one_stays_in_the_chain(engine: Engine, clock: type[_Clock]) -> None:
    _fill_days(engine, clock, date(2022, 1, 1), date(2026, 1, 1), date(2022, 1, 2))  # the clock was set back
    removed = purge(engine, before=date(2023, 1, 1), actor=LOCAL)
    assert removed is not None
    assert (removed.first, removed.last) == (1, 1)
    assert verify(engine).finding is None


def test_a_log_that_does_not_hold_is_not_purged(engine: Engine, clock: type[_Clock]) -> None:
    _fill_days(engine, clock, *DAYS)
    with writing(engine) as session:
        session.connection().execute(text("UPDATE audithead SET sequence = 9"))
    with pytest.raises(AuditError, match=r"entry 5: .*a log that does not hold is not purged"):
        purge(engine, before=date(2024, 1, 1), actor=LOCAL)
    assert verify(engine).entries == 4


def test_the_trigger_lets_go_of_nothing_younger(engine: Engine, clock: type[_Clock]) -> None:
    _fill_days(engine, clock, *DAYS)
    purge(engine, before=date(2023, 1, 1), actor=LOCAL)
    for number in (2, 3, 4, 5):
        with pytest.raises(Exception, match="append-only"), writing(engine) as session:
            session.connection().execute(text(f"DELETE FROM audit WHERE sequence = {number}"))
    assert verify(engine).entries == 4


def test_days_are_those_of_japan() -> None:
    assert moment_of(date(2026, 4, 1)) == "2026-03-31T15:00:00.000000Z"
    assert moment_of(date.min) == moment_of(date(1970, 1, 1)) == "1969-12-31T15:00:00.000000Z"
    assert moment_of(date.max) == moment_of(date(9998, 12, 31)) == "9998-12-30T15:00:00.000000Z"
    assert years_before(date(2026, 11, 26), 3) + timedelta(days=0) == date(2023, 11, 26)
