"""Somebody of the same name who is stored already, in another municipality: perhaps the same person, who moved.

Names are not kept, so none can be looked up. But an id that was made of a name and a municipality can be made again of
the row's name and each municipality that stored people live in; where that id is stored, so is somebody of the name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from features.intake.identity import row_id
from features.records import Applicant

__all__ = ["Namesakes"]

_BY_NAME: Final = frozenset({"identity_name", "origin"})
_KEPT: Final = ("identity_name", "identity_kana", "origin")
_MOST_IDS: Final = 2_000_000  # made in all: three seconds


class Namesakes:
    """Stored people, asked for others of a row's name.

    Parameters
    ----------
    known : sequence of Applicant
    key : bytes
        Of the ids.

    Attributes
    ----------
    is_exhausted : bool
        Whether too many rows were asked about for all to be answered.

    Examples
    --------
    >>> moved = {"identity_name": "架空花子", "origin": "13112"}
    >>> known = Applicant.model_validate(
    ...     {"applicant_id": row_id("applicants", moved, key=b"").id, "programs": ["kyoryokutai"],
    ...      "selection_profile": {"origin": {"municipality_code": "13112"}}})
    >>> namesakes = Namesakes([known], key=b"")
    >>> namesakes.of({**moved, "origin": "20202"}) == (known.applicant_id,), namesakes.of(moved)
    (True, ())
    """

    def __init__(self, known: Sequence[Applicant], *, key: bytes) -> None:
        self._key = key
        self._ids = frozenset(person.applicant_id for person in known)
        self._origins = tuple(sorted({origin for person in known if (origin := _origin(person)) is not None}))
        self._made = 0

    @property
    def is_exhausted(self) -> bool:
        """Whether too many ids would have had to be made."""
        return self._made > _MOST_IDS

    def of(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        """Ids of stored people of a row's name who live elsewhere; none where the row is known by more than a name."""
        own = row_id("applicants", values, key=self._key)
        if own.is_own or not set(own.fields) >= _BY_NAME or not self._origins:
            return ()
        self._made += 2 * len(self._origins)
        if self.is_exhausted:
            return ()
        return tuple(sorted({an_id for an_id in self._candidates(values) if an_id in self._ids and an_id != own.id}))

    def _candidates(self, values: Mapping[str, Any]) -> Iterator[str]:
        told = {name: values[name] for name in _KEPT if values.get(name)}
        without_kana = {name: value for name, value in told.items() if name != "identity_kana"}
        for row in (told, without_kana) if len(without_kana) < len(told) else (told,):
            for origin in self._origins:
                yield row_id("applicants", {**row, "origin": origin}, key=self._key).id


def _origin(person: Applicant) -> str | None:
    """The value that a row gives for where somebody lives."""
    profile = person.selection_profile
    if profile.origin is not None:
        return profile.origin.municipality_code
    return "abroad" if profile.exception is not None and profile.exception.kind == "overseas" else None
