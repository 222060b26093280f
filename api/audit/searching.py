"""Finding entries: newest first, some at a time, and never more than a bounded part of the log in one request.

The columns of the log are its number and moment; what an entry says is its text. So a search reads texts, as many as
:data:`MOST_READ`, and tells where it stopped: whoever wants more goes on from there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from pydantic import ValidationError
from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from api.audit.entry import Entry
from api.audit.moments import moment_after, moment_of
from api.audit.tables import AuditRow
from api.audit.vocabulary import Action, Purpose, SubjectKind
from api.canonical import canonical_json
from api.storage.held_texts import holds

__all__ = ["MOST_READ", "Found", "Line", "Wanted", "entries_of", "search"]

MOST_READ: Final = 100_000  # entries in one request


@dataclass(frozen=True)
class Wanted:
    """Which entries: every field that is given must fit.

    Attributes
    ----------
    actor_id : str, optional
    action : Action, optional
    purpose : Purpose, optional
    kinds : collection of SubjectKind
        With at least one subject of these kinds; any where empty.
    ids : collection of str
        With at least one of these ids among the subjects of those kinds; any where empty.
    from_day, until_day : date, optional
        First and last day, in Japan.
    """

    actor_id: str | None = None
    action: Action | None = None
    purpose: Purpose | None = None
    kinds: Collection[SubjectKind] = ()
    ids: Collection[str] = ()
    from_day: date | None = None
    until_day: date | None = None

    def fits(self, entry: Entry | None) -> bool:
        """Whether an entry is one of these; one that cannot be read is only where nothing is asked of its text."""
        if entry is None:
            return not (self.actor_id or self.action or self.purpose or self.kinds or self.ids)
        told = (entry.actor.id, entry.action, entry.purpose)
        wanted = (self.actor_id, self.action, self.purpose)
        return all(want in (None, is_told) for want, is_told in zip(wanted, told, strict=True)) and self._names(entry)

    def _names(self, entry: Entry) -> bool:
        if not self.kinds and not self.ids:
            return True
        subjects = [one for one in entry.on if not self.kinds or one.kind in self.kinds]
        return bool(subjects) if not self.ids else any(set(self.ids) & set(one.ids) for one in subjects)


@dataclass(frozen=True)
class Line:
    """One entry as it stands; ``entry`` is ``None`` where its text is none, which verification names."""

    sequence: int
    previous: str
    hash: str
    entry: Entry | None


@dataclass(frozen=True)
class Found:
    """Entries, newest first, and the number to go on before; ``None`` at the beginning of the log."""

    lines: tuple[Line, ...]
    next_before: int | None


def search(session: Session, wanted: Wanted, *, before: int | None, limit: int) -> Found:
    """The newest ``limit`` entries that are wanted, of those with a number below ``before``.

    Fewer may be found although there are more: ``next_before`` says so.
    """
    number = col(AuditRow.sequence)
    within = _within(wanted) if before is None else [*_within(wanted), number < before]
    newest = session.exec(select(number).where(*within).order_by(number.desc()).limit(1)).first()
    if newest is None:
        return Found((), None)
    lowest = newest - MOST_READ
    lines: list[Line] = []
    for line in _lines(session, wanted, within, lowest):
        if wanted.fits(line.entry):
            lines.append(line)
        if len(lines) == limit:
            return Found(tuple(lines), line.sequence if _has_older(session, within, line.sequence) else None)
    return Found(tuple(lines), lowest + 1 if _has_older(session, within, lowest + 1) else None)


def entries_of(lines: Collection[Line]) -> Iterator[Entry]:
    """The entries that can be read."""
    return (line.entry for line in lines if line.entry is not None)


def _within(wanted: Wanted) -> list[ColumnElement[bool]]:
    at, found = col(AuditRow.at), list[ColumnElement[bool]]()
    if wanted.from_day is not None:
        found.append(at >= moment_of(wanted.from_day))
    if wanted.until_day is not None:
        found.append(at < moment_after(wanted.until_day))
    return found


def _lines(session: Session, wanted: Wanted, within: list[ColumnElement[bool]], lowest: int) -> Iterator[Line]:
    number = col(AuditRow.sequence)
    asked = (
        select(number, col(AuditRow.previous), col(AuditRow.hash), col(AuditRow.entry))
        .where(number > lowest, *within, *_holding(session, wanted))
        .order_by(number.desc())
        .execution_options(yield_per=500)
    )
    with session.connection().execute(asked) as rows:  # closed also where the page is full before the end
        for sequence, previous, its_hash, text in rows:
            yield Line(sequence, str(previous), str(its_hash), _entry(text))


def _holding(session: Session, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """Texts that hold the words at all: most entries are passed over without being read here."""
    text = col(AuditRow.entry)
    for name in ("action", "purpose"):
        word: str | None = getattr(wanted, name)
        if word is not None:
            yield holds(session, text, f'"{name}":"{word}"')
    if wanted.actor_id is not None:
        yield holds(session, text, f'"actor":{{"id":{canonical_json(wanted.actor_id)},')
    if wanted.kinds:
        yield or_(*(holds(session, text, f'"kind":"{kind}"') for kind in wanted.kinds))
    if wanted.ids:
        yield or_(*(holds(session, text, canonical_json(an_id)) for an_id in wanted.ids))


def _has_older(session: Session, within: list[ColumnElement[bool]], sequence: int) -> bool:
    number = col(AuditRow.sequence)
    return session.exec(select(number).where(number < sequence, *within).limit(1)).first() is not None


def _entry(text: object) -> Entry | None:
    try:
        return Entry.model_validate_json(text if isinstance(text, str) else b"")
    except (ValidationError, UnicodeEncodeError):
        return None
