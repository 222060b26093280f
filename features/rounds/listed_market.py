"""The market of lists that were made before: everybody's best places, and the coordinator's scores of these pairs.

What is not listed is not in the market. Who holds a place already or wants no order by scores takes no part, and is
counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.errors import RecordError
from features.market.scored_market import read_market
from features.partitions.lists import PartitionLists
from features.records import Posting, Records
from features.rounds.held_places import HeldPlaces
from matching.arrays import Int32s, Int64s, totals_before
from matching.market import Market
from matching.ranking import market_of_pairs
from matching.scored_pairs import ScoredPairs

__all__ = ["ListedRound", "open_listed_round"]

_UNITS: Final = 1e6  # as in a round over records: scores that agree to 1e-6 are a tie, which the lottery breaks


@dataclass(frozen=True, eq=False)
class ListedRound:
    """A market of listed pairs.

    Attributes
    ----------
    applicant_ids, posting_ids : Series
        Ascending; the market's indices follow them.
    market : Market
        Lists with ties, and seats.
    own_scores, coordinator_scores : (nnz,) float64
        Both sides' scores, one an entry of the applicants' lists, to the digits that decide.
    list_length : int
        Places a list holds at most.
    n_unordered : int
        Who wants no order by scores and is left out.
    n_accepted : int
        Who has accepted a place and is left out.
    n_households : int
        Joint wishes that lists do not know.
    """

    applicant_ids: pl.Series
    posting_ids: pl.Series
    market: Market
    own_scores: NDArray[np.float64]
    coordinator_scores: NDArray[np.float64]
    list_length: int
    n_unordered: int
    n_accepted: int
    n_households: int

    @property
    def pairs(self) -> ScoredPairs:
        """What each listed pair is worth: the mean of both sides' scores."""
        lists = self.market.applicants
        return ScoredPairs(
            lists.indptr, lists.indices, (self.own_scores + self.coordinator_scores) / 2, lists.n_choices
        )

    @property
    def is_cut(self) -> NDArray[np.bool_]:
        """(n,) whose list is full and leaves out postings that take applicants: more may have been open to them."""
        n_open = int((self.market.capacity > 0).sum())
        cut: NDArray[np.bool_] = np.diff(self.market.applicants.indptr) >= self.list_length
        return cut & (n_open > self.list_length)


def open_listed_round(
    parts: Iterable[PartitionLists],
    postings: tuple[Posting, ...],
    *,
    on: date,
    list_length: int,
    held: HeldPlaces | None = None,
) -> ListedRound:
    """Build the market of the lists of all partitions.

    Parameters
    ----------
    parts : iterable of PartitionLists
        Of one run; nobody stands in two. They are read one after the other, and 24 bytes of a pair are kept.
    postings : tuple of Posting
        All that the lists may name.
    on : date
        The day the lists were made for; who takes nobody on that day has no seat.
    list_length : int
        Places a list holds at most.
    held : HeldPlaces, optional
        Of the state that the lists were made of: who holds a place takes no part, and the seat is taken.

    Raises
    ------
    RecordError
        If a list names somebody or a posting that is not there, or a pair has no score of the coordinator's.
    MarketError
        If somebody lists a posting twice.
    """
    market = read_market(Records(postings=postings), on=on)
    posting_ids = pl.Series("posting_id", [one.posting_id for one in market.records.postings], dtype=pl.String)
    held = held or HeldPlaces()
    read = [_Part.of(part, posting_ids, held.people) for part in parts]
    applicant_ids, place = _in_order([part.people for part in read])
    before = totals_before(np.array([part.people.len() for part in read], np.int64))
    row = place[_joined([part.row + first for part, first in zip(read, before, strict=False)])]
    item = _joined([part.item for part in read]).astype(np.int32)
    own, theirs = _joined([part.own for part in read]), _joined([part.theirs for part in read])
    n_unordered, n_accepted = sum(part.n_unordered for part in read), sum(part.n_accepted for part in read)
    read.clear()  # the arrays are joined: no second copy while they are ordered
    order = np.lexsort((item, -own, row))
    row, item, own, theirs = row[order], item[order], own[order], theirs[order]
    shape, is_returned = (len(applicant_ids), len(posting_ids)), np.ones(row.size, np.bool_)
    seats = np.where(market.is_open, [one.seats for one in held.left_of(market.records.postings)], 0)
    made = market_of_pairs((row, item), (own, theirs), is_returned, shape, seats)
    return ListedRound(
        applicant_ids,
        posting_ids,
        made,
        own / _UNITS,
        theirs / _UNITS,
        list_length,
        n_unordered=n_unordered,
        n_accepted=n_accepted,
        n_households=held.n_households,
    )


class _Part(NamedTuple):
    """The listed pairs of one partition, those who take part counted from 0."""

    people: pl.Series
    n_unordered: int
    n_accepted: int
    row: Int32s
    item: Int32s
    own: Int64s
    theirs: Int64s

    @classmethod
    def of(cls, part: PartitionLists, posting_ids: pl.Series, accepted: pl.DataFrame) -> _Part:
        free = part.everybody.join(accepted, on="applicant_id", how="anti")
        people = free.join(part.unordered, on="applicant_id", how="anti")["applicant_id"]
        listed = (
            part.places.join(accepted, on="applicant_id", how="anti")
            .join(part.unordered, on="applicant_id", how="anti")
            .join(part.priorities, on=["applicant_id", "posting_id"], how="left")
            .join(_indexed(people, "row"), on="applicant_id", how="left")
            .join(_indexed(posting_ids, "item"), on="posting_id", how="left")
        )
        _verify_known(listed)
        row, item = listed["row"].to_numpy(), listed["item"].to_numpy()
        own, theirs = _units(listed["score"]), _units(listed["score_right"])
        n_unordered, n_accepted = free.height - len(people), part.everybody.height - free.height
        return cls(people, n_unordered, n_accepted, row, item, own, theirs)


def _verify_known(listed: pl.DataFrame) -> None:
    for column, lacks in (("row", "no such person"), ("item", "no such posting"), ("score_right", "no score of it")):
        if listed[column].null_count():
            pair = listed.filter(pl.col(column).is_null()).row(0, named=True)
            raise RecordError(f"{pair['applicant_id']} lists {pair['posting_id']}, and there is {lacks}")


def _indexed(ids: pl.Series, name: str) -> pl.DataFrame:
    return ids.to_frame().with_columns(pl.int_range(pl.len(), dtype=pl.Int32).alias(name))


def _units(scores: pl.Series) -> Int64s:
    """Whole units of 1e-6, as a round over records rounds."""
    units: Int64s = np.rint(scores.to_numpy() * _UNITS).astype(np.int64)
    return units


def _in_order(parts: list[pl.Series]) -> tuple[pl.Series, Int32s]:
    """All ids ascending, and where each of the parts' ids, one after the other, stands among them."""
    ids = pl.concat([pl.Series("applicant_id", [], dtype=pl.String), *parts])
    order = ids.arg_sort().to_numpy()
    place = np.empty(order.size, np.int32)
    place[order] = np.arange(order.size, dtype=np.int32)
    return ids.gather(order), place


def _joined(parts: Sequence[NDArray[np.int32] | NDArray[np.int64]]) -> Int64s:
    joined: Int64s = np.concatenate([np.zeros(0, np.int64), *(part.astype(np.int64, copy=False) for part in parts)])
    return joined
