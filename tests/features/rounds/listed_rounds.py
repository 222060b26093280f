"""A small register in partitions, and the market of its lists."""

from __future__ import annotations

from typing import Final

from features.partitions.lists import Calls, list_partition
from features.records import Applicant
from features.rounds.held_places import HeldPlaces
from features.rounds.listed_market import ListedRound, open_listed_round
from tests.features.partitions.people import people
from tests.features.small_market import ON

__all__ = ["EVERYONE", "opened"]

EVERYONE: Final = people(24)
_LONG: Final = 6  # as many as there are calls


def opened(
    calls: Calls,
    persons: tuple[Applicant, ...],
    *,
    n_parts: int = 1,
    length: int = _LONG,
    held: HeldPlaces | None = None,
) -> ListedRound:
    """The market of lists that were made partition by partition."""
    parts = (list_partition(persons[start::n_parts], calls, per_applicant=length) for start in range(n_parts))
    return open_listed_round(parts, calls.postings, on=ON, list_length=length, held=held)
