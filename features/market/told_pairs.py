"""What was told of single pairs is kept while it is true: the same pair is not explained twice.

What is told of a pair rests on the two records, on all calls, the weights, the rules and the day, and on nobody else.
A market keeps one memory as long as the latter stay; an entry counts only for the very records it was made of. What is
told of a person and all open calls together rests, besides, on which of them are open, and some of it on all people.
"""

from __future__ import annotations

from collections.abc import Collection
from operator import is_
from threading import Lock
from typing import Final, Generic, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from features.records import Applicant, Posting

__all__ = ["PairMemory", "TellingKey"]

_MOST: Final = 32_768  # values, of some kilobytes each: the lists of ten thousand applications

_OPEN: Final = ""  # no posting's id

_T = TypeVar("_T")


class TellingKey(Generic[_T]):
    """A name under which values of one type are kept."""

    def __init__(self, name: str) -> None:
        self.name = name


class PairMemory:
    """Values by applicant and posting, at most ``most``; the applicants asked about longest ago go first.

    Parameters
    ----------
    most : int

    Examples
    --------
    >>> person, call = Applicant(applicant_id="a", programs=()), Posting.model_construct(posting_id="p")
    >>> key, memory = TellingKey[int]("length"), PairMemory()
    >>> memory.keep(key, person, call, 3)
    >>> memory.of(key, person, call), memory.of(key, person.model_copy(), call)
    (3, None)
    >>> is_open = np.ones(2, dtype=np.bool_)
    >>> memory.keep_open(key, person, is_open, value=4)
    >>> memory.of_open(key, person, is_open), memory.of_open(key, person, is_open.copy())
    (4, None)
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._people: dict[str, tuple[Applicant, dict[tuple[str, str], tuple[tuple[object, ...], object]]]] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def of(self, key: TellingKey[_T], person: Applicant, call: Posting) -> _T | None:
        """What is kept of a pair of these very records."""
        return self._of(key, person, call.posting_id, call)

    def of_open(self, key: TellingKey[_T], person: Applicant, is_open: NDArray[np.bool_], *more: object) -> _T | None:
        """What is kept of this very record and these very open calls, and of what else it rests on."""
        return self._of(key, person, _OPEN, is_open, *more)

    def _of(self, key: TellingKey[_T], person: Applicant, name: str, *others: object) -> _T | None:
        with self._lock:
            kept = self._people.pop(person.applicant_id, None)
            if kept is None:
                return None
            self._people[person.applicant_id] = kept  # the last one asked about stands last
            found = kept[1].get((name, key.name)) if kept[0] is person else None
        is_true = found is not None and all(map(is_, found[0], others))
        return cast("_T", found[1]) if found is not None and is_true else None

    def keep(self, key: TellingKey[_T], person: Applicant, call: Posting, value: _T) -> None:
        """Keep a value of a pair."""
        self._keep(key, person, call.posting_id, call, value=value)

    def keep_open(
        self, key: TellingKey[_T], person: Applicant, is_open: NDArray[np.bool_], *more: object, value: _T
    ) -> None:
        """Keep a value of a person and all open calls, and of ``more`` that it rests on."""
        self._keep(key, person, _OPEN, is_open, *more, value=value)

    def _keep(self, key: TellingKey[_T], person: Applicant, name: str, *others: object, value: _T) -> None:
        with self._lock:
            kept = self._people.get(person.applicant_id)
            if kept is None or kept[0] is not person:
                self._drop(person.applicant_id)
                kept = self._people[person.applicant_id] = person, {}
            self._size += (name, key.name) not in kept[1]
            kept[1][name, key.name] = others, value
            while self._size > self._most and len(self._people) > 1:
                self._drop(next(iter(self._people)))

    def forget(self, applicant_ids: Collection[str]) -> None:
        """Drop what is kept of people who changed or are gone."""
        with self._lock:
            for applicant_id in applicant_ids:
                self._drop(applicant_id)

    def _drop(self, applicant_id: str) -> None:
        kept = self._people.pop(applicant_id, None)
        self._size -= 0 if kept is None else len(kept[1])
