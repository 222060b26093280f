"""Days of a search are whole days in Japan, and what cannot be read is in them too."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine

from api.audit import searching
from api.audit.entry import LOCAL, Entry, subject
from api.audit.moments import moment_after, moment_of
from api.audit.searching import Wanted, search
from api.audit.tables import AuditRow
from api.storage.database import reading, writing
from tests.api.audit.conftest import fill

DAY = date(2026, 11, 26)


def test_a_day_begins_with_its_first_moment_and_ends_before_the_next_days(engine: Engine) -> None:
    last_before, last_of = "2026-11-25T14:59:59.999999Z", "2026-11-26T14:59:59.999999Z"
    moments = (last_before, moment_of(DAY), last_of, moment_after(DAY))
    assert moments[1::2] == ("2026-11-25T15:00:00.000000Z", "2026-11-26T15:00:00.000000Z")
    with writing(engine) as session:
        for number, moment in enumerate(moments, 1):
            session.add(AuditRow(sequence=number, at=moment, previous="", entry="nothing", hash=""))
    wanted = {
        "the day": Wanted(from_day=DAY, until_day=DAY),
        "from it": Wanted(from_day=DAY),
        "until it": Wanted(until_day=DAY),
    }
    with reading(engine) as session:
        found = {name: search(session, one, before=None, limit=9).lines for name, one in wanted.items()}
    assert {name: [line.sequence for line in lines] for name, lines in found.items()} == {
        "the day": [3, 2],
        "from it": [4, 3, 2],
        "until it": [3, 2, 1],
    }


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (Wanted(), True),
        (Wanted(kinds=("posting",)), True),
        (Wanted(kinds=("run", "applicant")), True),
        (Wanted(kinds=("run",)), False),
        (Wanted(ids=("p1",)), True),
        (Wanted(ids=("x1", "a2")), True),
        (Wanted(ids=("x1",)), False),
        (Wanted(kinds=("posting",), ids=("p1", "a1")), True),
        (Wanted(kinds=("posting",), ids=("a1",)), False),
        (Wanted(kinds=("run",), ids=("a1",)), False),
        (Wanted(actor_id=LOCAL.id, action="read", purpose="selection"), True),
        (Wanted(actor_id="other", action="read", purpose="selection"), False),
        (Wanted(actor_id=LOCAL.id, action="ranked", purpose="selection"), False),
        (Wanted(actor_id=LOCAL.id, action="read", purpose="intake"), False),
    ],
)
def test_an_entry_fits_where_every_condition_does_and_an_id_is_one_of_a_wanted_kind(wanted: Wanted, fits: bool) -> None:
    on = subject("posting", ["p1"]), subject("applicant", ["a1", "a2"])
    at = moment_of(DAY)
    entry = Entry(action="read", purpose="selection", on=on, sequence=1, at=at, actor=LOCAL, seal="sha256")
    assert wanted.fits(entry) == fits


@pytest.mark.parametrize(("most", "next_before"), [(1, 4), (3, 2), (4, None)])
def test_a_search_goes_on_before_what_it_has_read_as_long_as_an_entry_is_left(
    most: int, next_before: int | None, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine, 4)
    monkeypatch.setattr(searching, "MOST_READ", most)
    with reading(engine) as session:
        found = search(session, Wanted(action="ranked"), before=None, limit=9)
    assert (found.lines, found.next_before) == ((), next_before)


def test_each_database_finds_an_entry_by_each_of_its_words(engine: Engine) -> None:
    fill(engine, 2)
    every = (
        Wanted(action="read"),
        Wanted(purpose="selection"),
        Wanted(actor_id=LOCAL.id),
        Wanted(kinds=("applicant",)),
        Wanted(kinds=("applicant",), ids=("a0", "a1")),
    )
    with reading(engine) as session:
        for wanted in every:
            found = search(session, wanted, before=None, limit=9).lines
            assert [line.sequence for line in found] == [2, 1], wanted
