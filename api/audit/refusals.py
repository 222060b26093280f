"""Refusals of one process, counted so that nobody can fill the log: the first of a kind at once, the rest as numbers.

A window opens with the first refusal of a kind: the same actor, the same problem, the same operation. What is refused
until the window ends is counted and told by one entry. While somebody without an account goes on, each window is twice
as long as the one before, up to an hour; an account's stay at a minute: whose records it asked for is told soon. A kind
is forgotten, and begins anew, once it was quiet for a window and as long again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

from api.audit.entry import MOST_IDS, Actor, Refusal, Subject, Use
from api.audit.trail import MOMENT
from api.audit.vocabulary import SubjectKind

__all__ = ["LONGEST_WINDOW", "WINDOW", "Refusals", "Refused"]

WINDOW: Final = timedelta(minutes=1)  # [A]
LONGEST_WINDOW: Final = timedelta(hours=1)  # [A]
_WITHOUT_ACCOUNT: Final = ("local", "signed_out")
_Asked = tuple[SubjectKind, str | None]


@dataclass(frozen=True)
class Refused:
    """A kind of refusal: who, with which problem, at which operation (``unknown`` where the gate refused)."""

    actor: Actor
    operation: str
    problem: str


@dataclass
class _Window:
    ends: datetime
    length: timedelta
    since: datetime
    count: int = 0
    asked: dict[_Asked, int] = field(default_factory=dict[_Asked, int])

    def add(self, asked: Iterable[_Asked], *, count: int = 1) -> None:
        self.count += count
        for one in asked:
            # an id is listed once; beyond the most that an entry lists, ids are counted without being kept
            key: _Asked = one if one in self.asked or len(self.asked) < MOST_IDS else (one[0], None)
            self.asked[key] = self.asked.get(key, 0) + 1


class Refusals:
    """The open windows of one process; what is told is given out once, to be written by the caller.

    Examples
    --------
    >>> now = datetime(2026, 11, 26, 9, tzinfo=UTC)
    >>> kind = Refused(Actor(id="4f1a", role="coordinator"), "GET /x", "forbidden")
    >>> refusals = Refusals()
    >>> [len(refusals.add(kind, [("applicant", "a1")], now=now)) for _ in range(3)]
    [1, 0, 0]
    >>> [(_, use)] = refusals.ended(now=now + WINDOW)
    >>> use.refusal.count, use.on[0].ids, use.on[0].count
    (2, ('a1',), 2)
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._windows: dict[Refused, _Window] = {}

    def add(self, kind: Refused, asked: Sequence[_Asked], *, now: datetime) -> list[tuple[Refused, Use]]:
        """Count one refusal; what is to be written now: the first of its kind, and whatever windows have ended."""
        with self._lock:
            told = self._ended(now)
            window = self._windows.get(kind)
            if window is None or window.ends <= now:
                self._windows[kind] = _opened(now, WINDOW if window is None else _longer(kind, window))
                first = _opened(now, WINDOW)
                first.add(asked)
                return [*told, (kind, _use(kind, first))]
            window.since = window.since if window.count else now
            window.add(asked)
            return told

    def ended(self, *, now: datetime) -> list[tuple[Refused, Use]]:
        """What the windows that have ended counted."""
        with self._lock:
            return self._ended(now)

    def every(self) -> list[tuple[Refused, Use]]:
        """What all windows counted so far, which end with this."""
        with self._lock:
            told = [(kind, _use(kind, window)) for kind, window in self._windows.items() if window.count]
            self._windows.clear()
            return told

    def put_back(self, told: Iterable[tuple[Refused, Use]], *, now: datetime) -> None:
        """Count again what could not be written."""
        with self._lock:
            for kind, use in told:
                window = self._windows.setdefault(kind, _opened(now, WINDOW))
                window.add(
                    [(one.kind, an_id) for one in use.on for an_id in one.ids],
                    count=0 if use.refusal is None else use.refusal.count,
                )

    def _ended(self, now: datetime) -> list[tuple[Refused, Use]]:
        told: list[tuple[Refused, Use]] = []
        for kind, window in list(self._windows.items()):
            if window.count and window.ends <= now:
                told.append((kind, _use(kind, window)))
                self._windows[kind] = _opened(now, _longer(kind, window))
            elif window.ends + window.length <= now:
                del self._windows[kind]
        return told


def _opened(now: datetime, length: timedelta) -> _Window:
    return _Window(ends=now + length, length=length, since=now)


def _longer(kind: Refused, window: _Window) -> timedelta:
    return min(2 * window.length, LONGEST_WINDOW) if kind.actor.role in _WITHOUT_ACCOUNT else WINDOW


def _use(kind: Refused, window: _Window) -> Use:
    since = window.since.astimezone(UTC).strftime(MOMENT)
    refusal = Refusal(operation=kind.operation, problem=kind.problem, count=window.count, since=since)
    return Use(action="refused", purpose="security", on=tuple(_subjects(window.asked)), refusal=refusal)


def _subjects(asked: dict[_Asked, int]) -> Iterable[Subject]:
    kinds: list[SubjectKind] = [kind for kind, _ in asked]
    for kind in dict.fromkeys(kinds):
        ids = tuple(an_id for one, an_id in asked if one == kind and an_id is not None)
        yield Subject(kind=kind, ids=ids, count=sum(n for (one, _), n in asked.items() if one == kind))
