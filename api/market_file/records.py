"""The records of a market file and a result file: the language-neutral input and output of the mechanisms.

The models hold shapes and numbers; ``api.market_file.reading`` reads them strictly and follows every name.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, TypeAlias, cast

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, Strict
from pydantic_core import PydanticCustomError

from api.canonical import digest_of
from matching.errors import MarketError

__all__ = [
    "CoupleRecord",
    "MarketFile",
    "MarketFileError",
    "PostingRecord",
    "RegionRecord",
    "ResultFile",
    "Wish",
    "Wishes",
]


class MarketFileError(MarketError):
    """A market file or a result file breaks the format; the message is one line that names the place."""


Wish: TypeAlias = "str | tuple[str, ...]"
"""An id, or the ids of a tie."""


def _read_wishes(value: object) -> tuple[Wish, ...]:
    if not isinstance(value, list):
        raise PydanticCustomError("wishes", "expected a list of ids, best first")
    entries = cast("list[object]", value)
    return tuple(_read_wish(entry, position) for position, entry in enumerate(entries))


def _read_wish(entry: object, position: int) -> Wish:
    if isinstance(entry, str):
        return entry
    members = cast("list[object]", entry) if isinstance(entry, list) else []
    tied = tuple(member for member in members if isinstance(member, str))
    if tied and len(tied) == len(members):
        return tied
    raise PydanticCustomError("wish", "[{position}] expected an id or a list of tied ids", {"position": position})


Wishes: TypeAlias = Annotated[tuple[Wish, ...], PlainValidator(_read_wishes)]
Count: TypeAlias = Annotated[int, Strict(), Field(ge=0, le=2**31 - 1)]
Score: TypeAlias = Annotated[float, Strict(), Field(allow_inf_nan=False)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PostingRecord(_Record):
    """Seats and priorities of a posting; ``target`` and ``floor`` serve regional caps, the type maps reserves."""

    capacity: Count
    preferences: Wishes
    target: Count | None = None
    floor: Count = 0
    reserves: dict[str, Count] = {}
    quotas: dict[str, Count] = {}


class CoupleRecord(_Record):
    """Two people with one strict list of joint choices; ``null`` leaves that member unplaced."""

    members: tuple[str, str]
    preferences: tuple[tuple[str | None, str | None], ...]


class RegionRecord(_Record):
    """A set of postings with a cap and a floor, possibly inside another region."""

    postings: tuple[str, ...]
    cap: Count | None = None
    floor: Count = 0
    order: tuple[str, ...] | None = None
    parent: str | None = None


class MarketFile(_Record):
    """A whole market by names. Ids are unique within a side; acceptability comes from the lists."""

    applicants: dict[str, Wishes]
    postings: dict[str, PostingRecord]
    types: dict[str, tuple[str, ...]] = {}
    couples: tuple[CoupleRecord, ...] = ()
    regions: dict[str, RegionRecord] = {}
    scores: dict[str, dict[str, Score]] = {}

    @cached_property
    def applicant_ids(self) -> tuple[str, ...]:
        """Single applicants and members of couples, sorted: indices and lotteries never depend on the file's order."""
        return tuple(sorted([*self.applicants, *(member for couple in self.couples for member in couple.members)]))

    @cached_property
    def posting_ids(self) -> tuple[str, ...]:
        """Postings, sorted."""
        return tuple(sorted(self.postings))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content as canonical JSON: the order of keys plays no part."""
        return digest_of(self.model_dump(exclude_defaults=True))


class ResultFile(_Record):
    """What a mechanism returned; ``mechanism`` and ``matching`` are enough to be verified."""

    mechanism: str
    matching: dict[str, str | None] | None
    report: dict[str, Any] = {}
    provenance: dict[str, Any] = {}
    reason: str | None = None
