"""One applicant or one posting of a market's two sides: taken out, and put in another's place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from matching.arrays import Int64s
from matching.errors import MarketError
from matching.ranking.score_sides import (
    ApplicantBlock,
    ApplicantSide,
    PairExceptions,
    Postings,
    PostingSide,
    RuleTable,
    ScoreTable,
)

__all__ = [
    "copied",
    "one_applicant",
    "one_posting",
    "seen_by_one",
    "some_applicants",
    "with_applicant",
    "with_posting",
]

G = TypeVar("G", bound=np.generic)


def copied(block: ApplicantBlock) -> ApplicantBlock:
    """Return a block whose arrays are its own and may be written to."""
    return ApplicantBlock(block.first, *(_copied(side) for side in _sides(block)))


def one_applicant(block: ApplicantBlock, row: int) -> ApplicantBlock:
    """Return the block of one of its rows."""
    return ApplicantBlock(block.first + row, *(_some_rows(side, np.array([row])) for side in _sides(block)))


def some_applicants(block: ApplicantBlock, rows: Int64s) -> ApplicantBlock:
    """Return the block of some of its rows, which are given in ascending order, as the first of a market."""
    return ApplicantBlock(0, *(_some_rows(side, rows) for side in _sides(block)))


def with_applicant(block: ApplicantBlock, record: ApplicantBlock) -> ApplicantBlock:
    """Put the one row of ``record`` where its index says, into the arrays of ``block``; only exceptions are new ones.

    Raises
    ------
    MarketError
        When the record leaves out pairs by a mask and the block has none, or holds finer numbers than the block.
    """
    pairs = list(zip(_sides(block), _sides(record), strict=True))
    for side, new in pairs:
        if new.excluded is not None and side.excluded is None:
            raise MarketError("the changed applicant has a mask of pairs, the market has none")
        for one, other in ((side.vectors, new.vectors), (side.row_weights, new.row_weights)):
            if not np.can_cast(other.dtype, one.dtype):
                raise MarketError(f"the changed applicant has numbers of {other.dtype}, the market of {one.dtype}")
    return ApplicantBlock(block.first, *(_with_row(side, record.first - block.first, new) for side, new in pairs))


def one_posting(postings: Postings, posting: int) -> Postings:
    """Return one of the postings, with all tables and rules.

    Examples
    --------
    >>> postings = Postings(PostingSide(np.array([[1.0], [2.0]])))
    >>> one_posting(postings, 1).by_applicant.vectors
    array([[2.]])
    """
    return Postings(*(_posting(side, posting) for side in _posting_sides(postings)))


def seen_by_one(block: ApplicantBlock, posting: int) -> ApplicantBlock:
    """Return the block as a single posting meets it: its column of the mask, its exceptions."""
    return ApplicantBlock(block.first, *(_seen(side, posting) for side in _sides(block)))


def with_posting(postings: Postings, posting: int, record: Postings) -> Postings:
    """Return the postings with the one of ``record`` in the place of another.

    Raises
    ------
    MarketError
        When there is no such posting, or the record has other tables, rules or scores than the market.
    """
    if len(record) != 1 or not 0 <= posting < len(postings):
        raise MarketError(f"posting {posting} is changed to {len(record)}, expected one of {len(postings)}")
    sides = _posting_sides(postings), _posting_sides(record)
    if len(sides[0]) != len(sides[1]):
        raise MarketError("the changed posting is given for one score and the market for two, or the other way round")
    return Postings(*(_with_posting(side, posting, new) for side, new in zip(*sides, strict=True)))


def _sides(block: ApplicantBlock) -> list[ApplicantSide]:
    return [block.by_applicant] if block.by_posting is None else [block.by_applicant, block.by_posting]


def _posting_sides(postings: Postings) -> list[PostingSide]:
    return [postings.by_applicant] if postings.by_posting is None else [postings.by_applicant, postings.by_posting]


def _copied(side: ApplicantSide) -> ApplicantSide:
    excluded = None if side.excluded is None else side.excluded.copy()
    return ApplicantSide(
        side.vectors.copy(),
        codes=side.row_codes.copy(),
        weights=side.row_weights.copy(),
        states=side.row_states.copy(),
        excluded=excluded,
        exceptions=side.exceptions,
    )


def _some_rows(side: ApplicantSide, rows: Int64s) -> ApplicantSide:
    found = side.exceptions
    if found is not None:
        of_them = _kept(found, np.isin(found.rows, rows))
        found = PairExceptions(np.searchsorted(rows, of_them.rows), of_them.postings, of_them.excluded)
    return ApplicantSide(
        side.vectors[rows],
        codes=side.row_codes[rows],
        weights=side.row_weights[rows],
        states=side.row_states[rows],
        excluded=None if side.excluded is None else side.excluded[rows],
        exceptions=found,
    )


def _with_row(side: ApplicantSide, row: int, new: ApplicantSide) -> ApplicantSide:
    side.vectors[row] = new.vectors[0]
    side.row_codes[row], side.row_weights[row] = new.row_codes[0], new.row_weights[0]
    side.row_states[row] = new.row_states[0]
    if side.excluded is not None:
        side.excluded[row] = False if new.excluded is None else new.excluded[0]
    return replace(side, exceptions=_with_exceptions(side.exceptions, row, new.exceptions))


def _with_exceptions(exceptions: PairExceptions | None, row: int, new: PairExceptions | None) -> PairExceptions | None:
    parts = [] if exceptions is None else [_kept(exceptions, exceptions.rows != row)]
    if new is not None:
        parts.append(PairExceptions(new.rows + row, new.postings, new.excluded))
    if not parts:
        return None
    return PairExceptions(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.postings for part in parts]),
        np.concatenate([part.excluded for part in parts]),
    )


def _kept(exceptions: PairExceptions, which: npt.NDArray[np.bool_]) -> PairExceptions:
    return PairExceptions(exceptions.rows[which], exceptions.postings[which], exceptions.excluded[which])


def _seen(side: ApplicantSide, posting: int) -> ApplicantSide:
    found = side.exceptions
    if found is not None:
        of_it = _kept(found, found.postings == posting)
        found = PairExceptions(of_it.rows, np.zeros_like(of_it.postings), of_it.excluded)
    excluded = None if side.excluded is None else side.excluded[:, posting : posting + 1]
    return replace(side, excluded=excluded, exceptions=found)


def _posting(side: PostingSide, posting: int) -> PostingSide:
    of = slice(posting, posting + 1)
    return PostingSide(
        side.vectors[of],
        tuple(
            ScoreTable(table.values, table.codes[of], None if table.weights is None else table.weights[of])
            for table in side.tables
        ),
        tuple(RuleTable(rule.excluded, rule.states[of]) for rule in side.rules),
    )


def _with_posting(side: PostingSide, posting: int, new: PostingSide) -> PostingSide:
    same_tables = _are_equal([table.values for table in side.tables], [table.values for table in new.tables])
    same_rules = _are_equal([rule.excluded for rule in side.rules], [rule.excluded for rule in new.rules])
    if side.vectors.shape[1] != new.vectors.shape[1] or not same_tables or not same_rules:
        raise MarketError("the changed posting has other tables, rules or a vector of another length than the market")
    tables = tuple(
        ScoreTable(
            table.values,
            _put(table.codes, posting, other.codes),
            _put(table.column_weights, posting, other.column_weights),
        )
        for table, other in zip(side.tables, new.tables, strict=True)
    )
    rules = tuple(
        RuleTable(rule.excluded, _put(rule.states, posting, other.states))
        for rule, other in zip(side.rules, new.rules, strict=True)
    )
    return PostingSide(_put(side.vectors, posting, new.vectors), tables, rules)


def _are_equal(ones: Sequence[npt.NDArray[np.generic]], others: Sequence[npt.NDArray[np.generic]]) -> bool:
    return len(ones) == len(others) and all(
        one is other or np.array_equal(one, other) for one, other in zip(ones, others, strict=True)
    )


def _put(values: npt.NDArray[G], at: int, new: npt.NDArray[G]) -> npt.NDArray[G]:
    changed = values.copy()
    changed[at] = new[0]
    return changed
