"""Places that people hold before a round: who has accepted one, and how many seats of each call that takes.

A register's lists are made of people and calls alone; a round over them needs to know this beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from features.records import Posting, Records
from features.rounds.taking_part import accepted_people, seats_taken, with_seats_taken

__all__ = ["HeldPlaces", "held_places"]


@dataclass(frozen=True)
class HeldPlaces:
    """Who holds a place, and whose wishes a round over lists does not keep.

    Attributes
    ----------
    accepted : frozenset of str
        Applicants who have accepted a place, here or elsewhere.
    taken : mapping of str to int
        Posting → seats that accepted offers take, whoever took them.
    n_households : int
        Joint wishes: lists are each person's own, so that a round over them cannot keep one.
    """

    accepted: frozenset[str] = frozenset()
    taken: Mapping[str, int] = field(default_factory=dict[str, int])
    n_households: int = 0

    @property
    def people(self) -> pl.DataFrame:
        """``applicant_id`` of who holds a place, ascending."""
        return pl.DataFrame({"applicant_id": sorted(self.accepted)}, schema={"applicant_id": pl.String})

    def left_of(self, postings: Iterable[Posting]) -> tuple[Posting, ...]:
        """The postings with the seats that are left, wherever a call does not tell its free seats itself."""
        return tuple(with_seats_taken(one, self.taken.get(one.posting_id, 0)) for one in postings)


def held_places(records: Records) -> HeldPlaces:
    """What the applications and households of records say.

    Examples
    --------
    >>> held_places(Records()).accepted
    frozenset()
    """
    return HeldPlaces(
        accepted_people(records), dict(sorted(seats_taken(records).items())), n_households=len(records.households)
    )
