"""How old the facts of a posting are: after thirty days they warn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from features.records import Posting

__all__ = ["FRESH_DAYS", "is_stale", "stale_ids"]

FRESH_DAYS: Final = 30  # [A]


def is_stale(posting: Posting, *, on: date) -> bool:
    """Whether the facts (``as_of``) are older than thirty days; a posting that does not say is not known to be.

    Examples
    --------
    >>> call = {"posting_id": "p", "program": "kyoryokutai", "municipality_code": "01468", "headcount": 1}
    >>> told = Posting.model_validate(call | {"as_of": "2026-10-24"})
    >>> is_stale(told, on=date(2026, 11, 23)), is_stale(told, on=date(2026, 11, 24))
    (False, True)
    """
    return posting.as_of is not None and (on - posting.as_of).days > FRESH_DAYS


def stale_ids(postings: Iterable[Posting], *, on: date) -> list[str]:
    """Ids of the stale ones, in the order given."""
    return [posting.posting_id for posting in postings if is_stale(posting, on=on)]
