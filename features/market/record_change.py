"""What is otherwise between two states of the records, and the later state."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from features.records import ID_OF, Record, Records
from features.tables.splice import Splice, splice_of

__all__ = ["RecordChange", "later_records"]


@dataclass(frozen=True, eq=False)
class RecordChange:
    """What is otherwise than before.

    Attributes
    ----------
    put : Records
        Records that changed or were not there.
    gone : mapping of kind ("applicants") to ids
        Records that are there no more; ids that never were there do no harm.
    """

    put: Records = field(default_factory=Records)
    gone: Mapping[str, Collection[str]] = field(default_factory=dict[str, Collection[str]])

    def put_of(self, kind: str) -> tuple[Record, ...]:
        """Changed and new records of a kind in the order of their ids."""
        put: tuple[Record, ...] = getattr(self.put, kind)
        return tuple(sorted(put, key=attrgetter(ID_OF[kind])))

    def ids_of(self, kind: str) -> frozenset[str]:
        """Ids of a kind's records that changed, came or are gone."""
        return frozenset(map(attrgetter(ID_OF[kind]), self.put_of(kind))).union(self.gone.get(kind, ()))


def later_records(records: Records, change: RecordChange) -> tuple[Records, Mapping[str, Splice]]:
    """The records after a change, and how those of each kind that changed came about.

    Parameters
    ----------
    records : Records
        Each kind in the order of its ids.
    change : RecordChange

    Examples
    --------
    >>> from features.records import Household
    >>> one, two = (Household(household_id=an_id, members=(), joint_preferences=()) for an_id in ("h1", "h2"))
    >>> later, _ = later_records(Records(households=(one,)), RecordChange(Records(households=(two,))))
    >>> [household.household_id for household in later.households]
    ['h1', 'h2']
    """
    changed: dict[str, tuple[Record, ...]] = {}
    splices: dict[str, Splice] = {}
    for kind in ID_OF:
        if not change.ids_of(kind):
            continue
        before: tuple[Record, ...] = getattr(records, kind)
        put = change.put_of(kind)
        ids = tuple(map(attrgetter(ID_OF[kind]), before))
        _, splices[kind] = splice_of(ids, list(map(attrgetter(ID_OF[kind]), put)), change.gone.get(kind, ()))
        changed[kind] = tuple(splices[kind].of_list(before, put))
    return records.model_copy(update=changed), splices
