"""Places of a season: seats, and from when to when each makes offers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from features.errors import RecordError
from features.records import Application, Posting
from features.seasons.assumptions import season_assumptions
from features.seasons.calendar import SeasonCalendar
from features.seasons.cases import received

__all__ = ["Places", "finished_places", "places_now"]


@dataclass(frozen=True, eq=False)
class Places:
    """Of each posting.

    Attributes
    ----------
    seats : (m,) int64
        Seats to give: left today without those that offers hold, or all of a finished year.
    offered : (m,) int64
        Seats that offers without an answer hold.
    opens, closes : (m,) float64
        Days of the calendar; offers are made from the one on and before the other.
    """

    seats: NDArray[np.int64]
    offered: NDArray[np.int64]
    opens: NDArray[np.float64]
    closes: NDArray[np.float64]


def places_now(
    postings: Sequence[Posting], applications: Iterable[Application], calendar: SeasonCalendar, on: date
) -> Places:
    """Return seats and calendar as they stand on a day.

    Where ``seats_left`` is not told, accepted people sit on seats of ``headcount``. A draft opens some days later, by
    assumption; a call without a deadline closes when its term starts, and one open beyond that at no known day.

    Raises
    ------
    RecordError
        Where more people are accepted than there are seats.
    """
    taken = _taken(postings, applications)
    draft_opens = calendar.day_of(on) + season_assumptions().draft_opens_days.value
    offered = _counts(postings, applications, "offered")
    free = np.array(
        [p.seats if p.seats_left is not None else p.headcount - n for p, n in zip(postings, taken, strict=True)]
    )
    closes = [-np.inf if p.state == "closed" else _ends(p, calendar, after=on) for p in postings]
    opens = [draft_opens if p.state == "draft" else -np.inf for p in postings]
    # more offers than seats are an office's own risk: nothing more can be offered there
    return Places(
        seats=np.maximum(free - offered, 0).astype(np.int64),
        offered=offered,
        opens=np.minimum(opens, closes),
        closes=np.array(closes, np.float64),
    )


def finished_places(
    postings: Sequence[Posting], applications: Collection[Application], calendar: SeasonCalendar
) -> Places:
    """Return all seats of a year that is over, and its calendar.

    An application shows that the posting was open that day: it opens with the first, and closes after the last where
    that came after its deadline.

    Raises
    ------
    RecordError
        Where more people were accepted than there were seats.
    """
    _taken(postings, applications)
    days: dict[str, list[float]] = {}
    for application in applications:
        days.setdefault(application.posting_id, []).append(calendar.day_of(received(application)))
    opens = [min(days.get(p.posting_id, [-np.inf])) for p in postings]
    last = [max(days.get(p.posting_id, [-np.inf])) for p in postings]
    closes = [
        max(_ends(p, calendar, after=calendar.date_of(day) if np.isfinite(day) else calendar.begins), day + 1)
        for p, day in zip(postings, last, strict=True)
    ]
    headcount = np.array([p.headcount for p in postings], np.int64)
    return Places(headcount, np.zeros(len(postings), np.int64), np.array(opens), np.array(closes))


def _ends(posting: Posting, calendar: SeasonCalendar, *, after: date) -> float:
    if posting.deadline is not None:
        return calendar.day_of(posting.deadline) + 1
    if posting.start_date is not None and posting.start_date > after:
        return calendar.day_of(posting.start_date)
    return float(np.inf)


def _taken(postings: Sequence[Posting], applications: Iterable[Application]) -> NDArray[np.int64]:
    taken = _counts(postings, applications, "accepted")
    for posting, n in zip(postings, taken.tolist(), strict=True):
        if n > posting.headcount:
            raise RecordError(
                f"posting {posting.posting_id} has {n} accepted applications, expected at most its headcount "
                f"{posting.headcount}"
            )
    return taken


def _counts(postings: Sequence[Posting], applications: Iterable[Application], status: str) -> NDArray[np.int64]:
    found = Counter(one.posting_id for one in applications if one.status == status)
    return np.array([found[posting.posting_id] for posting in postings], np.int64)
