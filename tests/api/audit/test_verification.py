"""Whatever is done to a stored log, the walk along its chain notices it and names the first bad entry."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from api.audit.chain import GENESIS, Head, chained, head_of
from api.audit.errors import AuditError
from api.audit.verification import Finding, Verified, verify
from api.storage.database import database_engine
from tests.api.audit.conftest import KEY, fill, sqlite

TEXTS = ("at", "previous", "entry", "hash")
NewLog = Callable[[], Path]


def _verify(path: Path, *, key: bytes | None = None, expected: Head | None = None) -> Verified:
    engine = database_engine(f"sqlite:///{path}")
    try:
        return verify(engine, key=key, expected=expected)
    finally:
        engine.dispose()


def _filled(path: Path, count: int, *, key: bytes | None = None) -> list[Head]:
    engine = database_engine(f"sqlite:///{path}")
    heads = fill(engine, count, key=key)
    engine.dispose()
    return heads


def _bad(path: Path, **options: object) -> int | None:
    found = _verify(path, **options).finding  # type: ignore[arg-type]
    return None if found is None else found.sequence


def test_an_untouched_log_holds_and_begins_after_what_was_purged(log: Path) -> None:
    found = _verify(log)
    assert (found.finding, found.entries, found.begins_after, found.head.sequence) == (None, 7, 2, 9)


def test_an_empty_log_holds(new_log: NewLog) -> None:
    assert _verify(new_log()) == Verified(0, 0, Head(0, GENESIS), None)
    assert _verify(new_log(), expected=Head(0, GENESIS)) == Verified(0, 0, Head(0, GENESIS), None)
    assert _bad(new_log(), expected=Head(1, GENESIS)) == 1


@contextmanager
def _tampered(log: Path) -> Generator[Callable[..., Verified]]:
    """Change an entry, see what the walk says, and put everything back: hundreds of times on one file."""
    engine = database_engine(f"sqlite:///{log}")
    with sqlite(log) as db:
        rows = db.execute("SELECT * FROM audit").fetchall()

        def tamper(statement: str, *values: object) -> Verified:
            db.execute(statement, values)
            found = verify(engine)
            db.execute("BEGIN")
            db.execute("DELETE FROM audit")
            db.executemany("INSERT INTO audit VALUES (?, ?, ?, ?, ?)", rows)
            db.execute("COMMIT")
            return found

        yield tamper
        assert verify(engine).finding is None
    engine.dispose()


def test_another_byte_anywhere_in_an_entry_is_noticed_there(log: Path) -> None:
    with sqlite(log) as db:
        query = "SELECT sequence, {0}, CAST({0} AS BLOB) FROM audit"
        texts = {(row[0], column): row[2] for column in TEXTS for row in db.execute(query.format(column))}

    with _tampered(log) as tamper:

        @examples(max_examples=400)
        @given(st.data())
        def is_noticed(data: st.DataObject) -> None:
            (row, column), raw = data.draw(st.sampled_from(sorted(texts.items())))
            place, byte = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(0, 255))
            assume(raw[place] != byte)
            other = raw[:place] + bytes([byte]) + raw[place + 1 :]
            found = tamper(f"UPDATE audit SET {column} = CAST(? AS TEXT) WHERE sequence = ?", other, row)
            assert found.finding is not None
            assert found.finding.sequence == row

        is_noticed()


def test_another_length_type_or_number_is_noticed(log: Path) -> None:
    with _tampered(log) as tamper:
        for row in range(3, 10):
            for number in (-1, 0, 1, 2, 10, 40):
                assert tamper("UPDATE audit SET sequence = ? WHERE sequence = ?", number, row).finding is not None
            for column in TEXTS:
                for how in ("CAST({} AS BLOB)", "{} || ' '", "{} || char(0)", "substr({}, 2)", "''", "0"):
                    value = how.format(column)
                    found = tamper(f"UPDATE audit SET {column} = {value} WHERE sequence = ?", row).finding
                    assert found is not None, (row, column, how)
                    assert found.sequence == row


@pytest.mark.parametrize("column", ["id", "sequence", "hash", "purged_through"])
def test_another_head_is_noticed(log: Path, column: str) -> None:
    with sqlite(log) as db:
        ((right,),) = db.execute(f"SELECT {column} FROM audithead").fetchall()
        for value in (0, 5, -1) if column == "id" else (0, 5, -1, "x", b"x", "f" * 64):
            db.execute(f"UPDATE audithead SET {column} = ?", (value,))
            assert _bad(log) is not None, value
        db.execute(f"UPDATE audithead SET {column} = ?", (right,))
    assert _bad(log) is None


def test_a_log_whose_head_tells_no_number_is_read_from_its_first_entry(log: Path) -> None:
    with sqlite(log) as db:
        db.execute("UPDATE audithead SET purged_through = 'x'")
    found = _verify(log)
    assert found.finding is not None
    assert (found.begins_after, found.finding.sequence) == (0, 1)


@pytest.mark.parametrize("change", ["DELETE FROM audithead", "INSERT INTO audithead VALUES (2, 9, 'x', 2)"])
def test_no_head_and_two_heads_are_noticed(log: Path, change: str) -> None:
    with sqlite(log) as db:
        db.execute(change)
    assert _bad(log) is not None


@pytest.mark.parametrize("number", range(3, 10))
def test_a_removed_entry_is_named(log: Path, number: int) -> None:
    with sqlite(log) as db:
        db.execute("DELETE FROM audit WHERE sequence = ?", (number,))
    assert _bad(log) == number


@pytest.mark.parametrize("number", range(4, 9))
def test_a_removed_entry_is_named_though_the_others_close_the_gap(log: Path, number: int) -> None:
    with sqlite(log) as db:
        db.execute("DELETE FROM audit WHERE sequence = ?", (number,))
        for later in range(number + 1, 10):
            db.execute("UPDATE audit SET sequence = ? WHERE sequence = ?", (later - 1, later))
    assert _bad(log) == number


def test_entries_that_changed_places_are_named(log: Path) -> None:
    with sqlite(log) as db:
        for before, after in ((5, 99), (6, 5), (99, 6)):
            db.execute("UPDATE audit SET sequence = ? WHERE sequence = ?", (after, before))
    assert _bad(log) == 5


def test_an_inserted_entry_is_named_even_with_a_hash_that_fits(log: Path) -> None:
    with sqlite(log) as db:
        for number in range(9, 5, -1):
            db.execute("UPDATE audit SET sequence = ? WHERE sequence = ?", (number + 1, number))
        at, previous, entry = db.execute("SELECT at, hash, entry FROM audit WHERE sequence = 5").fetchone()
        found = entry.replace('"sequence":5', '"sequence":6')
        _put(db, 6, at, previous, found)
    assert _bad(log) == 7


def test_an_entry_after_the_stored_head_is_named(log: Path) -> None:
    with sqlite(log) as db:
        at, previous, entry = db.execute("SELECT at, hash, entry FROM audit WHERE sequence = 9").fetchone()
        found = entry.replace('"sequence":9', '"sequence":10')
        _put(db, 10, at, previous, found)
    assert _bad(log) is not None


@pytest.mark.parametrize("number", [-(2**63), -5, 0, 1, 2, 10, 2**62 + 1, 2**63 - 1])
def test_an_entry_outside_the_chain_is_noticed_whatever_its_number(log: Path, number: int) -> None:
    with sqlite(log) as db:
        at, previous, entry = db.execute("SELECT at, previous, entry FROM audit WHERE sequence = 3").fetchone()
        _put(db, number, at, previous, entry)
    found = _verify(log).finding
    assert found is not None
    assert found.sequence == (3 if number < 3 else 10)


def test_an_entry_that_was_changed_and_hashed_again_is_noticed_at_the_next(log: Path) -> None:
    with sqlite(log) as db:
        _rewrite(db, 5)
    assert _verify(log).finding == Finding(6, "it does not follow entry 5")


def test_a_tail_that_was_cut_off_is_noticed_by_the_stored_head(log: Path) -> None:
    with sqlite(log) as db:
        db.execute("DELETE FROM audit WHERE sequence > 6")
    assert _bad(log) == 7


def test_a_tail_that_was_cut_off_with_its_head_is_noticed_by_a_noted_head(new_log: NewLog) -> None:
    path = new_log()
    noted = _filled(path, 6)[-2]
    with sqlite(path) as db:
        db.execute("DELETE FROM audit WHERE sequence > 3")
        db.execute("UPDATE audithead SET (sequence, hash) = (SELECT sequence, hash FROM audit WHERE sequence = 3)")
    assert _bad(path) is None
    assert _bad(path, expected=noted) == 4


def test_a_chain_that_was_rewritten_whole_is_noticed_by_a_noted_head(new_log: NewLog) -> None:
    path = new_log()
    noted = _filled(path, 6)[3]
    with sqlite(path) as db:
        for number in range(2, 7):
            _rewrite(db, number)
        db.execute("UPDATE audithead SET hash = (SELECT hash FROM audit WHERE sequence = 6)")
    assert _bad(path) is None
    assert _bad(path, expected=noted) == 4


def test_a_noted_head_still_holds_when_the_log_has_grown(new_log: NewLog) -> None:
    path = new_log()
    noted = _filled(path, 3)[-1]
    _filled(path, 2)
    assert _bad(path, expected=head_of(str(noted))) is None


def test_a_noted_head_that_a_purge_removed_proves_nothing_unless_it_is_the_last(log: Path) -> None:
    with sqlite(log) as db:
        ((previous,),) = db.execute("SELECT previous FROM audit WHERE sequence = 3").fetchall()
    assert _bad(log, expected=Head(2, previous)) is None
    for number in (1, 2):
        message = f"entry {number} was removed by a purge, the log begins after 2; expect a head"
        with pytest.raises(AuditError, match=message):
            _verify(log, expected=Head(number, GENESIS))


def test_entries_that_no_purge_tells_of_are_missed(new_log: NewLog) -> None:
    path = new_log()
    _filled(path, 6)
    with sqlite(path) as db:
        db.execute("DELETE FROM audit WHERE sequence <= 3")
        assert _bad(path) == 1
        db.execute("UPDATE audithead SET purged_through = 3")
    assert _bad(path) == 1


def test_a_sealed_log_holds_with_its_key_alone(new_log: NewLog) -> None:
    path = new_log()
    _filled(path, 2)
    _filled(path, 3, key=KEY)
    assert _bad(path, key=KEY) is None
    assert _bad(path) == 3
    assert _bad(path, key=b"another key of thirty-two characters") == 3


def test_nobody_without_the_key_goes_back_to_the_plain_hash(new_log: NewLog) -> None:
    path = new_log()
    _filled(path, 4, key=KEY)
    with sqlite(path) as db:
        _rewrite(db, 4)
        db.execute("UPDATE audithead SET hash = (SELECT hash FROM audit WHERE sequence = 4)")
        assert _bad(path, key=KEY) == 4
        for number in range(1, 5):
            _rewrite(db, number)
        db.execute("UPDATE audithead SET hash = (SELECT hash FROM audit WHERE sequence = 4)")
    assert _bad(path) is None
    assert _bad(path, key=KEY) == 4


def test_an_entry_that_somebody_without_the_key_put_between_sealed_ones_is_named(new_log: NewLog) -> None:
    path = new_log()
    for count, key in ((2, KEY), (1, None), (2, KEY)):
        _filled(path, count, key=key)
    assert _bad(path, key=KEY) == 3


@pytest.mark.parametrize("text", ["", "7", f"7:{GENESIS[1:]}", f"x:{GENESIS}", f"7:{'G' * 64}", f"-1:{GENESIS}"])
def test_a_head_is_a_number_and_a_hash(text: str) -> None:
    with pytest.raises(AuditError, match=r"is not NUMBER:HASH"):
        head_of(text)


def _rewrite(db: sqlite3.Connection, number: int) -> None:
    """Another content for an entry, hashed again as whoever has no key can."""
    query = "SELECT at, entry, (SELECT hash FROM audit WHERE sequence = ?) FROM audit WHERE sequence = ?"
    at, entry, previous = db.execute(query, (number - 1, number)).fetchone()
    db.execute("DELETE FROM audit WHERE sequence = ?", (number,))
    other = entry.replace('"count":1', '"count":2').replace("hmac-sha256", "sha256")
    _put(db, number, at, previous or GENESIS, other)


def _put(db: sqlite3.Connection, number: int, at: str, previous: str, entry: str) -> None:
    row = (number, at, previous, entry, chained(previous, entry.encode()))
    db.execute("INSERT INTO audit (sequence, at, previous, entry, hash) VALUES (?, ?, ?, ?, ?)", row)
