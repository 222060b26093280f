"""Both sides' lists of a market whose records change one by one: what a full pass would give, without making it.

A changed applicant costs one row of scores, a changed posting one column. Lists are kept a little longer than they are
told; of what came after the end nothing is known but that it did, so a list that has lost its reserve is made anew from
one row or column (:mod:`matching.ranking.list_changes`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Bools, Int64s
from matching.errors import MarketError
from matching.ranking.list_changes import move_item
from matching.ranking.options import require_whole
from matching.ranking.orders import NOT_LISTED
from matching.ranking.score_sides import ApplicantBlock, Postings
from matching.ranking.side_changes import (
    copied,
    one_applicant,
    one_posting,
    seen_by_one,
    with_applicant,
    with_posting,
)
from matching.ranking.top_k import BlockLists, prepare_postings, top_k_of_block
from matching.ranking.top_lists import TopLists

__all__ = ["KeptLists"]


@dataclass(eq=False)
class _Kept:
    """Lists longer than they are told, how many items each has, and which miss nothing that may be listed."""

    lists: TopLists
    told: int
    n_cut: int  # a list of so many items may miss one
    n_listed: Int64s
    is_whole: Bools

    @classmethod
    def of(cls, lists: TopLists, told: int, n_items: int) -> _Kept:
        n_listed, length = (lists.items != NOT_LISTED).sum(axis=1), lists.items.shape[1]
        own, n_cut = TopLists(lists.items.copy(), lists.units.copy()), length if length < n_items else n_items + 1
        return cls(own, told, n_cut, n_listed, n_listed < n_cut)

    def put(self, row: int, lists: TopLists) -> None:
        """Let the one list of ``lists`` be that of a row."""
        self.lists.items[row], self.lists.units[row] = lists.items[0], lists.units[0]
        self.n_listed[row] = (lists.items[0] != NOT_LISTED).sum()
        self.is_whole[row] = self.n_listed[row] < self.n_cut

    def too_short(self) -> list[int]:
        """Rows whose lists must be made anew."""
        short: list[int] = np.flatnonzero(~self.is_whole & (self.n_listed < self.told)).tolist()
        return short

    @property
    def shown(self) -> TopLists:
        return TopLists(self.lists.items[:, : self.told].copy(), self.lists.units[:, : self.told].copy())


class KeptLists:
    """Lists of a whole market in memory that follow its changes.

    Parameters
    ----------
    everyone : ApplicantBlock
        All n applicants, from index 0. Who is to come later has a row that a rule leaves out of everything.
    postings : Postings
    per_applicant, per_posting : int, default 50 and 200
        Lengths of the lists.
    reserve : float, default 0.25
        How much longer lists are kept than they are told: the larger, the rarer one is made anew.

    Raises
    ------
    MarketError
        When the sides do not fit, or the block does not begin at 0.
    MechanismError
        When a length is no whole number.

    Examples
    --------
    >>> import numpy as np
    >>> from matching.ranking import ApplicantSide, PostingSide
    >>> postings = Postings(PostingSide(np.array([[1.0, 0.0], [0.0, 1.0]])))
    >>> wishes = ApplicantSide(np.array([[0.75, 0.25], [0.5, 0.25]]))
    >>> kept = KeptLists(ApplicantBlock(0, wishes), postings, per_applicant=1, per_posting=1)
    >>> kept.change_applicant(ApplicantBlock(1, ApplicantSide(np.array([[0.25, 0.5]]))))
    >>> kept.applicants.items.ravel(), kept.postings.items.ravel()
    (array([0, 1], dtype=int32), array([0, 1], dtype=int32))
    """

    def __init__(
        self,
        everyone: ApplicantBlock,
        postings: Postings,
        *,
        per_applicant: int = 50,
        per_posting: int = 200,
        reserve: float = 0.25,
    ) -> None:
        require_whole(per_applicant, "per_applicant")
        require_whole(per_posting, "per_posting")
        if everyone.first != 0:
            raise MarketError(f"the block of everyone starts at {everyone.first}, expected 0")
        self._everyone, self._postings, self._prepared = copied(everyone), postings, prepare_postings(postings)
        told, n_items = (per_applicant, per_posting), (len(postings), len(everyone))
        self._lengths = tuple(min(int(np.ceil(a * (1 + reserve))), n) for a, n in zip(told, n_items, strict=True))
        found = top_k_of_block(everyone, self._prepared, per_applicant=self._lengths[0], per_posting=self._lengths[1])
        self._of_applicants = _Kept.of(found.applicants, per_applicant, n_items[0])
        self._of_postings = _Kept.of(found.postings, per_posting, n_items[1])

    @property
    def applicants(self) -> TopLists:
        """(n, min(per_applicant, m)) the present lists of the applicants."""
        return self._of_applicants.shown

    @property
    def postings(self) -> TopLists:
        """(m, min(per_posting, n)) the present lists of the postings."""
        return self._of_postings.shown

    def change_applicant(self, record: ApplicantBlock) -> None:
        """Let applicant ``record.first`` be what its one row says.

        Raises
        ------
        MarketError
            When the record does not fit; then nothing has changed.
        """
        if len(record) != 1 or not 0 <= record.first < len(self._everyone):
            raise MarketError(
                f"the change has {len(record)} applicants from {record.first} on, expected one of {len(self._everyone)}"
            )
        found = top_k_of_block(record, self._prepared, per_applicant=self._lengths[0], per_posting=1)
        self._everyone = with_applicant(self._everyone, record)
        self._of_applicants.put(record.first, found.applicants)
        kept = self._of_postings
        move_item(kept.lists, record.first, found.postings.units[:, 0], kept.n_listed, kept.is_whole)
        for posting in kept.too_short():
            kept.put(posting, self._of_posting(posting, one_posting(self._postings, posting)).postings)

    def change_posting(self, posting: int, record: Postings) -> None:
        """Let a posting be what the one posting of ``record`` says; its tables and rules are those of the market.

        Raises
        ------
        MarketError
            When the record does not fit; then nothing has changed.
        """
        changed = with_posting(self._postings, posting, record)
        found, prepared = self._of_posting(posting, record), prepare_postings(changed)
        self._postings, self._prepared = changed, prepared
        self._of_postings.put(posting, found.postings)
        kept = self._of_applicants
        move_item(kept.lists, posting, found.applicants.units[:, 0], kept.n_listed, kept.is_whole)
        for row in kept.too_short():
            record_of = one_applicant(self._everyone, row)
            lists = top_k_of_block(record_of, prepared, per_applicant=self._lengths[0], per_posting=0)
            kept.put(row, lists.applicants)

    def _of_posting(self, posting: int, record: Postings) -> BlockLists:
        """Everybody's score of one posting, and its list."""
        everyone = seen_by_one(self._everyone, posting)
        return top_k_of_block(everyone, prepare_postings(record), per_applicant=1, per_posting=self._lengths[1])
