"""Walking the chain from its first entry to its head; the first entry that does not fit is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

import orjson
import sqlalchemy
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from api.audit.chain import GENESIS, Head, chained
from api.audit.entry import Removed
from api.audit.errors import AuditError
from api.audit.tables import AuditHeadRow, AuditRow
from api.storage.database import reading

__all__ = ["Finding", "StoredEntry", "Verified", "stored_entries", "verify"]

_AT_ONCE: Final = 1000  # rows in memory
_LOWEST, _HIGHEST = -(2**63), 2**63 - 1  # that a number can be: an entry hidden far outside the chain is read too
_Told: TypeAlias = Mapping[str, object]


@dataclass(frozen=True)
class StoredEntry:
    """One row as the database gives it, of whatever type somebody may have put there."""

    sequence: object
    at: object
    previous: object
    text: object
    hash: object


@dataclass(frozen=True)
class _StoredHead:
    id: object
    sequence: object
    hash: object
    purged_through: object


@dataclass(frozen=True)
class Finding:
    """The first entry that is not as it was written, and what is wrong with it."""

    sequence: int
    reason: str


@dataclass(frozen=True)
class Verified:
    """What a walk found.

    Attributes
    ----------
    entries : int
        How many entries were read.
    begins_after : int
        The last entry that a purge removed; 0 where none did.
    head : Head
        The last entry that fits.
    finding : Finding or None
    """

    entries: int
    begins_after: int
    head: Head
    finding: Finding | None


class _BadEntryError(Exception):
    def __init__(self, sequence: int, reason: str) -> None:
        super().__init__(reason)
        self.finding = Finding(sequence, reason)


def verify(engine: Engine, *, key: bytes | None = None, expected: Head | None = None) -> Verified:
    """Recompute every hash, in bounded memory, and compare the end with the stored head and with ``expected``.

    Parameters
    ----------
    engine : Engine
        From :func:`api.storage.database.database_engine`.
    key : bytes, optional
        The key that entries are sealed with; with one, a log whose last entry is not sealed does not hold.
    expected : Head, optional
        A head noted earlier: the log must still hold that entry, so that a tail which was cut off is noticed.

    Raises
    ------
    AuditError
        If ``expected`` is older than what a purge removed, so that it proves nothing.
    """
    with reading(engine) as session:
        heads = _stored_heads(session)
        purged = heads[0].purged_through if heads else 0
        walk = _Walk(key, expected, begins_after=purged if isinstance(purged, int) else 0)
        try:
            for row in stored_entries(session):
                walk.step(row)
            walk.finish(heads)
        except _BadEntryError as bad:
            return walk.verified(bad.finding)
        return walk.verified(None)


def stored_entries(session: Session, *, first: int = _LOWEST, last: int = _HIGHEST) -> Iterator[StoredEntry]:
    """Entries in the order of their numbers, a few at a time."""
    number = col(AuditRow.sequence)
    wanted = (
        sqlalchemy.select(number, col(AuditRow.at), col(AuditRow.previous), col(AuditRow.entry), col(AuditRow.hash))
        .where(number.between(first, last))
        .order_by(number)
        .execution_options(yield_per=_AT_ONCE)
    )
    with session.connection().execute(wanted) as rows:  # closed also where somebody stops in the middle
        for row in rows:
            yield StoredEntry(*row)


def _stored_heads(session: Session) -> list[_StoredHead]:
    columns = (AuditHeadRow.id, AuditHeadRow.sequence, AuditHeadRow.hash, AuditHeadRow.purged_through)
    return [_StoredHead(*row) for row in session.exec(select(*columns).order_by(col(AuditHeadRow.id)))]


class _Walk:
    def __init__(self, key: bytes | None, expected: Head | None, *, begins_after: int) -> None:
        self._key = key
        self._expected = expected
        self._begins_after = begins_after
        self._start: Head | None = None  # what the first entry says it follows
        self._head = Head(begins_after, GENESIS)
        self._purge = Head(0, GENESIS)  # what the last purge says it removed
        self._entries = 0
        self._is_sealed = False

    def verified(self, finding: Finding | None) -> Verified:
        return Verified(self._entries, self._begins_after, self._head, finding)

    def step(self, row: StoredEntry) -> None:
        """Take one more entry, which must follow the last one."""
        sequence = self._head.sequence + 1
        if not isinstance(row.sequence, int) or row.sequence != sequence:
            raise _BadEntryError(sequence, f"expected here, found number {row.sequence}")
        previous, text = _text(sequence, "previous", row.previous), _text(sequence, "entry", row.text)
        if self._start is None:
            self._start = Head(sequence - 1, previous)
        elif previous != self._head.hash:
            raise _BadEntryError(sequence, f"it does not follow entry {sequence - 1}")
        self._verify_hash(sequence, previous, text, _text(sequence, "hash", row.hash))
        told = _content(sequence, text)
        seal = "hmac-sha256" if self._is_sealed else "sha256"
        if (told.get("sequence"), told.get("at"), told.get("seal")) != (sequence, row.at, seal):
            raise _BadEntryError(sequence, "its number, moment or seal is not the one it was written with")
        self._note_purge(told)
        self._entries += 1

    def finish(self, heads: Sequence[_StoredHead]) -> None:
        """Compare both ends with what the log says of itself, and the expected head."""
        start, end = self._start or self._head, self._head.sequence
        # the end first: the entry that tells of a purge may be among those that were cut off
        if (heads or self._entries) and heads != [_StoredHead(1, end, self._head.hash, self._begins_after)]:
            said = ", ".join(str(head.sequence) for head in heads) or "nothing"
            last = min([end, *(head.sequence for head in heads if isinstance(head.sequence, int))])
            reason = f"the log ends at entry {end}, its stored head says {said}, another hash or another beginning"
            raise _BadEntryError(last + 1, reason)
        if start != self._purge:
            first = min(start.sequence, self._purge.sequence) + 1
            told = f"its purges tell of entry {self._purge.sequence} or another hash"
            raise _BadEntryError(first, f"the log begins after entry {start.sequence}, {told}")
        if self._key is not None and self._entries and not self._is_sealed:
            raise _BadEntryError(self._head.sequence, "it is not sealed, though this service has a key")
        self._compare_expected(start)

    def _verify_hash(self, sequence: int, previous: str, text: str, stored: str) -> None:
        raw = text.encode(errors="surrogateescape")  # broken bytes as they are, see api.storage.database
        plain = chained(previous, raw)
        is_plain = stored == plain
        if not is_plain and (self._key is None or stored != chained(previous, raw, key=self._key)):
            raise _BadEntryError(sequence, "it was changed, or sealed with a key that is not this one")
        if is_plain and self._is_sealed:
            raise _BadEntryError(sequence, "it is not sealed, though an earlier entry is")
        self._is_sealed = not is_plain
        self._head = Head(sequence, stored)
        if self._expected is not None and self._expected.sequence == sequence and self._expected != self._head:
            raise _BadEntryError(sequence, "its hash is not the one that was noted")

    def _note_purge(self, told: _Told) -> None:
        if "removed" in told:
            try:
                removed = Removed.model_validate(told["removed"])
            except ValidationError:
                raise _BadEntryError(self._head.sequence, "it does not say what was purged") from None
            self._purge = Head(removed.last, removed.hash)

    def _compare_expected(self, start: Head) -> None:
        if self._expected is None or start.sequence < self._expected.sequence <= self._head.sequence:
            return
        if self._expected.sequence > self._head.sequence:
            reason = f"the log ends at entry {self._head.sequence}, the noted head at {self._expected.sequence}"
            raise _BadEntryError(self._head.sequence + 1, reason)
        if self._expected != start:
            told = f"entry {self._expected.sequence} was removed by a purge, the log begins after {start.sequence}"
            raise AuditError(f"{told}; expect a head that was noted later")


def _text(sequence: int, column: str, value: object) -> str:
    if not isinstance(value, str):
        raise _BadEntryError(sequence, f"its column {column} is not text")
    return value


def _content(sequence: int, text: str) -> _Told:
    """What an entry says whose hash is right."""
    try:
        content: object = orjson.loads(text)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise _BadEntryError(sequence, "it is no entry")
    return cast("_Told", content)
