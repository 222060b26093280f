"""Orders that no score decides: applicants as their applications came in, postings as they close.

A person may say that no automated order is wanted (``consent.automated_order`` false). Such a person stands in a
posting's list where an order of arrival of all who are read would have them; the others fill the remaining places by
their scores. Nobody gains or loses a place by asking but against those around them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.market.scored_market import ScoredMarket
from features.records import Posting

__all__ = ["ListOrder", "PlacedBy", "by_closing", "moment_of", "positions_by_arrival", "received_at"]

ListOrder: TypeAlias = Literal["score", "arrival"]
PlacedBy: TypeAlias = Literal["score", "arrival", "wish"]  # wish: by arrival, because the person wants no other order

_JAPAN: Final = timezone(timedelta(hours=9))
_NEVER: Final = date.max


def received_at(market: ScoredMarket, posting: int) -> dict[int, datetime | date]:
    """When the first open application of each applicant to a posting came in, by the applicant's row.

    An application without a date is left out. Of a day and a time the earlier is told as :func:`positions_by_arrival`
    compares them.
    """
    posting_id, found = market.postings.ids[posting], dict[int, datetime | date]()
    for application in market.applications_to.get(posting_id, ()):
        if application.received_at is not None:
            row = market.applicants.index_of[application.applicant_id]
            found[row] = min(found.get(row, application.received_at), application.received_at, key=moment_of)
    return found


def positions_by_arrival(market: ScoredMarket, posting: int, rows: NDArray[np.int64]) -> Sequence[int]:
    """Positions of ``rows`` (applicants) as their applications to a posting came in.

    Returns
    -------
    sequence of int
        Earliest first, equal ones by id; a day without a time counts as its first moment in Japan. Who has no date, or
        no application, comes after all who have one, by id.
    """
    came = received_at(market, posting)
    latest = datetime.max.replace(tzinfo=_JAPAN)
    chosen: list[int] = rows.tolist()
    keys = [
        (row not in came, moment_of(came[row]) if row in came else latest, market.applicants.ids[row]) for row in chosen
    ]
    return sorted(range(len(keys)), key=keys.__getitem__)


def by_closing(postings: Sequence[Posting]) -> list[int]:
    """Positions of postings as they close: deadline, then the day of their facts (``as_of``), then id.

    A posting without a deadline stays open, so it comes after all that have one; without a day of facts, after those
    with one.

    Examples
    --------
    >>> places = [
    ...     Posting(posting_id=an_id, program="kyoryokutai", municipality_code="01468", headcount=1, deadline=day)
    ...     for an_id, day in (("a", None), ("b", date(2026, 12, 20)), ("c", date(2026, 12, 10)))
    ... ]
    >>> by_closing(places)
    [2, 1, 0]
    """
    return sorted(
        range(len(postings)),
        key=lambda k: (postings[k].deadline or _NEVER, postings[k].as_of or _NEVER, postings[k].posting_id),
    )


def moment_of(received: datetime | date) -> datetime:
    """When an application came in: a day without a time counts as its first moment in Japan."""
    return received if isinstance(received, datetime) else datetime.combine(received, time(), _JAPAN)
