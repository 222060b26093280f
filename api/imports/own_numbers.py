"""An office's own numbers: two towns both call somebody number 1, and neither is in the other's way.

What a municipality imports anew is stored under its code and its own number (``01468-1``). In its files the number
alone is enough from then on, and the stored id does as well.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from features.intake.building import RecordKind
from features.records import Record, Records

__all__ = ["ID_KEYS", "OwnNumbers", "applied_by_own_number"]

R = TypeVar("R", bound=Record)
ID_KEYS: Final[Mapping[RecordKind, str]] = {
    "applicants": "applicant_id",
    "postings": "posting_id",
    "applications": "application_id",
    "companies": "company_id",
}


@dataclass(frozen=True)
class OwnNumbers:
    """Ids as files write them, and ids as they are stored.

    Attributes
    ----------
    code : str, optional
        Of the municipality; without one both are the same.
    stored : mapping of kind to ids
        The ids within reach.

    Examples
    --------
    >>> numbers = OwnNumbers("01468", {"applicants": {"a9", "01468-1"}})
    >>> [numbers.stored_id("applicants", own) for own in ("a9", "1", "01468-1", "2")]
    ['a9', '01468-1', '01468-1', '01468-2']
    """

    code: str | None
    stored: Mapping[RecordKind, Collection[str]]

    def stored_id(self, kind: RecordKind, own: str) -> str:
        """The id under which a record is or will be stored."""
        if self.code is None or own in self.stored.get(kind, ()):
            return own
        return f"{self.code}-{own}"

    def with_own_numbers(self, known: Records) -> Records:
        """The records, and beside them those of the office once more under its own numbers.

        A posting is given no title there, so that a title names it once.
        """
        if self.code is None:
            return known
        return known.model_copy(
            update={
                "applicants": (*known.applicants, *self._again("applicants", known.applicants)),
                "postings": (*known.postings, *self._again("postings", known.postings)),
                "companies": (*known.companies, *self._again("companies", known.companies)),
            }
        )

    def _again(self, kind: RecordKind, records: Collection[R]) -> list[R]:
        key, begin = ID_KEYS[kind], f"{self.code}-"
        found: list[R] = []
        for record in records:
            an_id: str = getattr(record, key)
            own = an_id.removeprefix(begin)
            if own and own != an_id and own not in self.stored.get(kind, ()):
                found.append(_renamed(record, key, own))
        return found


def applied_by_own_number(known: Records, code: str | None) -> frozenset[str]:
    """Who has applied, by stored id and by the number that the file of the office has.

    Examples
    --------
    >>> from features.records import Application
    >>> applied = Application(application_id="x", applicant_id="01468-1", posting_id="p")
    >>> sorted(applied_by_own_number(Records(applications=(applied,)), "01468"))
    ['01468-1', '1']
    """
    ids = frozenset(one.applicant_id for one in known.applications)
    return ids if code is None else ids | {an_id.removeprefix(f"{code}-") for an_id in ids}


def _renamed(record: R, key: str, an_id: str) -> R:
    has_title = "title" in type(record).model_fields
    copy = record.model_copy(update={key: an_id} | ({"title": None} if has_title else {}))
    copy.model_fields_set.discard("title")  # what a file does not tell stays as it is stored
    return copy
