"""The lists of one partition: a pure function of its applicants and of calls that were read before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl

from features.market.scored_market import ScoredMarket, read_market
from features.partitions.errors import PartitionError
from features.partitions.sides import blocks_of, postings_of, priorities_of
from features.records import Applicant, Posting, Records
from features.tables import PostingTable, posting_table
from features.weights import Weights
from matching.ranking import NOT_LISTED, TopLists, top_k

__all__ = ["Calls", "PartitionLists", "list_partition"]


@dataclass(frozen=True, eq=False)
class Calls:
    """All postings, read once by a process for whatever partitions it lists.

    Attributes
    ----------
    postings : tuple of Posting
        At least one.
    on : date
        The day the rules are asked about.
    weights : Weights
    """

    postings: tuple[Posting, ...]
    on: date
    weights: Weights

    def __post_init__(self) -> None:
        if not self.postings:
            raise PartitionError("there is no posting to list applicants for, expected at least one")

    @cached_property
    def table(self) -> PostingTable:
        """Postings as columns, in the order of their ids; what is read of their texts stays with it."""
        return posting_table(sorted(self.postings, key=lambda posting: posting.posting_id))

    def market(self, applicants: Sequence[Applicant]) -> ScoredMarket:
        """These calls with some applicants."""
        records = Records.model_construct(applicants=tuple(applicants), postings=self.postings)
        market = read_market(records, on=self.on, weights=self.weights)
        vars(market)["postings"] = self.table
        return market


@dataclass(frozen=True, eq=False)
class PartitionLists:
    """What one partition gives; ids stand in their own order wherever scores are equal.

    Attributes
    ----------
    places : DataFrame
        ``applicant_id``, ``place`` (1 is best), ``posting_id``, ``score``: every applicant's postings by the
        applicant's own score. They serve that applicant alone.
    candidates : DataFrame
        ``posting_id``, ``place``, ``applicant_id``, ``score``: every posting's best applicants of the partition, by the
        coordinator's score.
    unordered : DataFrame
        ``applicant_id``: who wants no order by scores and so stands in no list of candidates. They are to be read too.
    priorities : DataFrame
        ``applicant_id``, ``posting_id``, ``score``: the coordinator's score of every pair in ``places`` whose applicant
        wants an order, in the order of the ids, so that a round can be run over the places. Who is in it with which
        posting says what that applicant would like, so it serves a round alone.
    everybody : DataFrame
        ``applicant_id``: all of the partition, with places or without.
    """

    places: pl.DataFrame
    candidates: pl.DataFrame
    unordered: pl.DataFrame
    priorities: pl.DataFrame
    everybody: pl.DataFrame


def list_partition(
    applicants: Sequence[Applicant], calls: Calls, *, per_applicant: int = 50, per_posting: int = 200
) -> PartitionLists:
    """List the best postings of some applicants, and the best of these applicants for every posting.

    Parameters
    ----------
    applicants : sequence of Applicant
        Their order and who stands beside whom decide nothing.
    calls : Calls
    per_applicant, per_posting : int, default 50 and 200
        Lengths of the lists.

    Returns
    -------
    PartitionLists
        Scores are exact multiples of 2⁻⁵² and order the lists; equal ones stand in the order of their ids. A score that
        :func:`features.lists.ranking.rank` tells is the same to 1e-6.

    Examples
    --------
    >>> from features.weights import default_weights
    >>> call = Posting(posting_id="p", program="kyoryokutai", municipality_code="01468", headcount=1)
    >>> calls = Calls((call,), date(2026, 11, 25), default_weights())
    >>> person = Applicant(applicant_id="a", programs=("kyoryokutai",))
    >>> list_partition([person], calls).candidates.select("posting_id", "place", "applicant_id").rows()
    [('p', 1, 'a')]
    """
    market = calls.market(applicants)
    found = top_k(blocks_of(market), postings_of(market), per_applicant=per_applicant, per_posting=per_posting)
    people, places = ("applicant_id", market.applicants.ids), ("posting_id", market.postings.ids)
    unwilling = np.flatnonzero(market.wants_no_order)
    return PartitionLists(
        places=_frame(found.applicants, people, places),
        candidates=_frame(found.postings, places, people),
        unordered=_ids(people)[unwilling].to_frame(),
        priorities=_priorities(market, found.applicants, people, places),
        everybody=_ids(people).to_frame(),
    )


def _frame(lists: TopLists, owners: tuple[str, tuple[str, ...]], items: tuple[str, tuple[str, ...]]) -> pl.DataFrame:
    """One row a listed pair, list after list."""
    row, place = np.nonzero(lists.items != NOT_LISTED)
    return pl.DataFrame(
        {
            owners[0]: _ids(owners)[row],
            "place": (place + 1).astype(np.int32),
            items[0]: _ids(items)[lists.items[row, place].astype(np.int64)],
            "score": lists.scores[row, place],
        }
    )


def _priorities(
    market: ScoredMarket, lists: TopLists, people: tuple[str, tuple[str, ...]], places: tuple[str, tuple[str, ...]]
) -> pl.DataFrame:
    """The coordinator's scores of the applicants' lists."""
    row, place = np.nonzero((lists.items != NOT_LISTED) & ~market.wants_no_order[:, None])
    items = lists.items[row, place]
    scores = priorities_of(market, row.astype(np.int32), items)
    ids = {people[0]: _ids(people)[row], places[0]: _ids(places)[items.astype(np.int64)]}
    return pl.DataFrame({**ids, "score": scores}).sort(*ids)


def _ids(side: tuple[str, tuple[str, ...]]) -> pl.Series:
    return pl.Series(side[0], side[1], dtype=pl.String)
