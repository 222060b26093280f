"""Postings as columns, and what is read of them once as long as a table of them lives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.records import Host, Posting
from features.tables.columns import Columns
from features.tables.frames import LANGUAGES, TEXTS, Schema, frame_of, unique_ids

__all__ = ["PostingTable", "kept_with_calls", "posting_table", "reads_the_same", "with_seats_of"]

T = TypeVar("T")
_POSTING: Schema = {
    "program": pl.String,
    "municipality_code": pl.String,
    "zone": pl.String,
    "subtypes": TEXTS,
    "title": pl.String,
    "mission_text": pl.String,
    "goals": TEXTS,
    "activities": TEXTS,
    "fields": TEXTS,
    "contract_type": pl.String,
    "monthly_pay_yen": pl.Int64,
    "bonus": pl.Boolean,
    "housing": pl.String,
    "housing_subsidy_max_yen": pl.Int64,
    "vehicle": pl.String,
    "hours_per_week": pl.Float64,
    "side_job": pl.String,
    "term_months": pl.Int64,
    "min_days_per_month": pl.Float64,
    "min_hours_per_month": pl.Float64,
    "min_onsite_days_per_month": pl.Float64,
    "start_date": pl.Date,
    "required_licences": TEXTS,
    "required_languages": LANGUAGES,
    "required_skills": TEXTS,
    "preferred_skills": TEXTS,
    "trial": pl.String,
    "host_type": pl.String,
    "host_contact_frequency": pl.String,
    "host_briefed_residents": pl.Boolean,
    "host_peers": pl.Int64,
    "own_funds": pl.Boolean,
    "agreed_burden_yen_year": pl.Int64,
}


@dataclass(frozen=True, eq=False)
class PostingTable:
    """Postings in rows; ``seats[j]`` are the seats still to fill at ``ids[j]``.

    What opens and closes a call (state, deadline, seats) is in no column of ``frame``: tables that share one frame are
    the same to whoever reads calls, and what was read of them is kept with them (:func:`kept_with_calls`).
    """

    ids: tuple[str, ...]
    frame: pl.DataFrame
    seats: NDArray[np.int64] = field(repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def index_of(self) -> Mapping[str, int]:
        """Row of each posting id."""
        return {posting_id: row for row, posting_id in enumerate(self.ids)}

    @cached_property
    def columns(self) -> Columns:
        """Every column, as lists."""
        return Columns((self.frame,))

    @cached_property
    def readings(self) -> dict[object, Any]:
        """What was read of the calls, by who read it."""
        return {}


def posting_table(postings: Sequence[Posting]) -> PostingTable:
    """Lay postings out in columns.

    Parameters
    ----------
    postings : sequence of Posting
        Ids must be unique.

    Returns
    -------
    PostingTable
        One row a posting, in the order given.

    Raises
    ------
    RecordError
        If an id occurs twice.
    """
    ids = unique_ids("posting", [posting.posting_id for posting in postings])
    frame = frame_of([_posting_row(p) for p in postings], _POSTING)
    return PostingTable(ids=ids, frame=frame, seats=_seats(postings))


def reads_the_same(one: Posting, other: Posting) -> bool:
    """Whether two versions of a posting differ in nothing that a rule or a term reads."""
    return _posting_row(one) == _posting_row(other)


def with_seats_of(table: PostingTable, postings: Sequence[Posting]) -> PostingTable:
    """The same calls with the seats they have now."""
    later = PostingTable(ids=table.ids, frame=table.frame, seats=_seats(postings))
    vars(later).update({name: vars(table)[name] for name in ("index_of", "columns", "readings") if name in vars(table)})
    return later


def kept_with_calls(read: Callable[[PostingTable], T]) -> Callable[[PostingTable], T]:
    """``read`` done once for the calls of a table, and kept as long as a table of them lives."""

    @wraps(read)
    def read_once(postings: PostingTable) -> T:
        if read not in postings.readings:
            postings.readings[read] = read(postings)
        found: T = postings.readings[read]
        return found

    return read_once


def _seats(postings: Sequence[Posting]) -> NDArray[np.int64]:
    seats = np.array([posting.seats for posting in postings], dtype=np.int64)
    seats.flags.writeable = False
    return seats


def _posting_row(posting: Posting) -> dict[str, object]:
    host = posting.host or Host()
    row = posting.model_dump(include=set(_POSTING))
    row |= {
        "host_type": host.type,
        "host_contact_frequency": host.contact_frequency,
        "host_briefed_residents": host.briefed_residents,
        "host_peers": host.peers,
    }
    return row
