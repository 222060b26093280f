"""The records of a market file and a result file: the language-neutral input and output of the mechanisms.

The models hold shapes and numbers; ``api.market_file.reading`` reads them strictly and follows every name.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Annotated, Any, TypeAlias

import numpy as np
import orjson
from pydantic import BaseModel, ConfigDict, Field, Strict

from api.market_file.lists import to_preferences
from api.market_file.wishes import Wishes, sorted_ties
from matching.errors import MarketError
from matching.market import Market

__all__ = [
    "CoupleRecord",
    "MarketFile",
    "MarketFileError",
    "PostingRecord",
    "RegionRecord",
    "ResultFile",
]


class MarketFileError(MarketError):
    """A market file or a result file breaks the format; the message is one line that names the place."""


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
    reserves: dict[str, Count] = Field(default_factory=dict[str, Count])
    quotas: dict[str, Count] = Field(default_factory=dict[str, Count])

    def told(self, *, has_ties: bool) -> dict[str, Any]:
        """What differs from the defaults; a list without ties itself, not a copy of it."""
        preferences = sorted_ties(self.preferences) if has_ties else self.preferences
        told: dict[str, Any] = {"capacity": self.capacity, "preferences": preferences}
        if self.model_fields_set - told.keys():
            told |= self.model_dump(exclude_defaults=True, exclude={"preferences"})
        return told


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
    def applicant_index(self) -> dict[str, int]:
        """Index of every applicant id."""
        return {one: index for index, one in enumerate(self.applicant_ids)}

    @cached_property
    def posting_index(self) -> dict[str, int]:
        """Index of every posting id."""
        return {one: index for index, one in enumerate(self.posting_ids)}

    @cached_property
    def market(self) -> Market:
        """Lists and seats as arrays, ties kept; members of couples have empty lists of their own.

        Raises
        ------
        KeyError, MarketError
            A list names an unknown id, or one twice. ``api.market_file.names`` says where.
        """
        records = [self.postings[one] for one in self.posting_ids]
        return Market(
            to_preferences([self.applicants.get(one, ()) for one in self.applicant_ids], self.posting_index),
            to_preferences([record.preferences for record in records], self.applicant_index),
            capacity=np.array([record.capacity for record in records], dtype=np.int64),
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content as canonical JSON: the order of keys and in ties plays no part, nor does a default."""
        others = self.model_dump(exclude_defaults=True, exclude={"applicants", "postings"})
        has_ties = not self.market.is_strict
        postings = {one: record.told(has_ties=has_ties) for one, record in self.postings.items()}
        applicants = self.applicants
        if has_ties:
            applicants = {one: sorted_ties(wishes) for one, wishes in applicants.items()}
        types = {one: sorted(named) for one, named in self.types.items()}
        content = others | {"applicants": applicants, "postings": postings} | ({"types": types} if types else {})
        return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


class ResultFile(_Record):
    """What a mechanism returned; ``mechanism`` and ``matching`` are enough to be verified."""

    mechanism: str
    matching: dict[str, str | None] | None
    report: dict[str, Any] = {}
    provenance: dict[str, Any] = {}
    reason: str | None = None
