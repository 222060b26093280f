"""How long each placement was watched: those who left by the looks that those who stayed were given.

Of somebody who stayed a record tells when anybody last looked; of somebody who left it tells the day, and no look.
Read as it stands, leaving would be counted until today and staying until the last look only: as if more left. So who
left counts as watched until the look such a person would have had. How long that is do the others say who began about
the same day: when one is looked at hangs on the start and on the office's habits, not on whether one will leave.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from features.staying.month_counts import whole_months
from features.staying.outcome_files import Outcome

__all__ = ["Watched", "watched"]


class Watched(NamedTuple):
    """Months of one placement: that of leaving (0: not by then), and how many it was watched."""

    left_in: int
    seen: int


def watched(outcomes: Sequence[Outcome], municipalities: Sequence[int], *, on: date) -> list[Watched]:
    """Months of each placement by what is known on a day.

    Parameters
    ----------
    outcomes : sequence of Outcome
        None begins after the day.
    municipalities : sequence of int
        One an outcome.
    on : date

    Returns
    -------
    list of Watched
        One an outcome. Who is there, or ended as planned, is watched until the last day that is told. Who left takes
        the months of those with the nearest start (of two as near the earlier), of the same municipality where one of
        them is; where these were watched for different times, those who left share them out evenly, in the order of
        their ids. Whose leaving lies after that was there as far as it was watched. Where nobody stayed, everybody is
        watched until the day.

    Examples
    --------
    >>> def one(an_id, **told):
    ...     return Outcome(applicant_id=an_id, posting_id="p1", started_on=date(2025, 4, 1), **told)
    >>> there = one("a1", there_on=date(2025, 10, 1))
    >>> gone = [one("a2", left_on=date(2025, 6, 20)), one("a3", left_on=date(2026, 2, 20))]
    >>> watched([there, *gone], [1468, 1468, 1468], on=date(2026, 11, 20))
    [Watched(left_in=0, seen=6), Watched(left_in=3, seen=6), Watched(left_in=0, seen=6)]
    """
    stayed = dict[date, list[tuple[int, int]]]()
    gone = dict[tuple[date, int], list[int]]()
    found = [Watched(0, 0)] * len(outcomes)
    for k, (one, place) in enumerate(zip(outcomes, municipalities, strict=True)):
        if _has_left(one, on):
            gone.setdefault((one.started_on, place), []).append(k)
        else:
            found[k] = Watched(0, whole_months(one.started_on, min(one.last_known, on)))
            stayed.setdefault(one.started_on, []).append((place, found[k].seen))
    days = sorted(stayed)
    for (start, place), rows in gone.items():
        looks = _looks_like(place, stayed[_nearest(start, days)]) if days else []
        rows.sort(key=lambda k: (outcomes[k].applicant_id, outcomes[k].posting_id))
        for at, k in enumerate(rows):
            own = whole_months(start, on)
            seen = min(own, looks[(2 * at + 1) * len(looks) // (2 * len(rows))]) if looks else None
            found[k] = _of_leaver(outcomes[k], seen, own)
    return found


def _has_left(one: Outcome, on: date) -> bool:
    return one.left_on is not None and one.left_on <= on and not one.as_planned


def _of_leaver(one: Outcome, seen: int | None, own: int) -> Watched:
    left_in = whole_months(one.started_on, one.last_known) + 1
    if seen is None:
        return Watched(left_in, max(left_in, own))
    return Watched(left_in if left_in <= seen else 0, seen)


def _nearest(start: date, days: Sequence[date]) -> date:
    after = bisect_left(days, start)
    return min(days[max(after - 1, 0) : after + 1], key=lambda day: abs(day - start))


def _looks_like(place: int, near: Sequence[tuple[int, int]]) -> list[int]:
    """Months of those who stayed, ascending; of one municipality where it has any."""
    same = [seen for where, seen in near if where == place]
    return sorted(same or [seen for _, seen in near])
