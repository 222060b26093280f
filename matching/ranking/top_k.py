"""The best postings of every applicant and the best applicants of every posting, in one pass over a market of any size.

A block of applicants is scored tile by tile (:mod:`matching.ranking.passing`): one float32 matrix product, whole rows
of small tables added to it, and a comparison with the lists so far (:mod:`matching.ranking.running_lists`). What is
listed is decided by exact scores (:mod:`matching.ranking.exact_units`), so the bytes are the same however applicants
are cut into blocks, in whatever order blocks are done, on any processor and with any number of threads. Blocks know
nothing of each other: their postings' lists are merged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial, reduce

import numpy as np

from matching.errors import MarketError
from matching.ranking.left_out import RuleWords, Words, excluded_words, rule_words
from matching.ranking.options import require_whole
from matching.ranking.orders import NOT_LISTED
from matching.ranking.pair_scores import PostingArrays, RowArrays, posting_arrays, row_arrays
from matching.ranking.passing import guessing_rank, pass_rows
from matching.ranking.running_lists import RunningLists, finish, running_lists, with_limits
from matching.ranking.score_sides import ApplicantBlock, ApplicantSide, Postings, PostingSide
from matching.ranking.top_lists import TopLists, empty_lists, joined_rows, lengthened, merge_lists

__all__ = ["BlockLists", "PreparedPostings", "TopK", "prepare_postings", "top_k", "top_k_by_block", "top_k_of_block"]

_ROWS = 1024
"""Applicants that pass all postings together: their vectors, lists and the tiles they pass stay in the second cache."""


@dataclass(frozen=True, eq=False)
class TopK:
    """Both sides' lists, none longer than the market has items for it.

    Attributes
    ----------
    applicants : TopLists
        (n, min(per_applicant, m)) postings of every applicant.
    postings : TopLists
        (m, min(per_posting, n)) applicants of every posting.
    """

    applicants: TopLists
    postings: TopLists


@dataclass(frozen=True, eq=False)
class BlockLists:
    """What one block gave.

    Attributes
    ----------
    first : int
        Index of its first applicant.
    applicants : TopLists
        (r, min(per_applicant, m)) postings of its applicants: nothing will change them.
    postings : TopLists
        (m, per_posting) the best applicants of every posting so far: of this block and of those known before.
    """

    first: int
    applicants: TopLists
    postings: TopLists


@dataclass(frozen=True, eq=False)
class PreparedPostings:
    """Postings laid out once for any number of blocks; see :func:`prepare_postings`."""

    postings: Postings
    sides: tuple[tuple[PostingArrays, RuleWords], ...]


def prepare_postings(postings: Postings) -> PreparedPostings:
    """Lay the postings out for :func:`top_k_of_block`; every process that works on blocks does so once.

    Raises
    ------
    MarketError
        Naming the entry of a vector that is not finite or too large.
    """
    sides = [postings.by_applicant] if postings.by_posting is None else [postings.by_applicant, postings.by_posting]
    prepared = [posting_arrays(side) for side in sides]
    rules = [rule_words(side, arrays.order) for side, arrays in zip(sides, prepared, strict=True)]
    return PreparedPostings(postings, tuple(zip(prepared, rules, strict=True)))


def top_k_of_block(
    block: ApplicantBlock,
    postings: PreparedPostings,
    *,
    per_applicant: int = 50,
    per_posting: int = 200,
    known: TopLists | None = None,
    threads: int = 1,
) -> BlockLists:
    """Return the lists of one block: a function of its arguments alone, for a loop, a process pool or a cluster.

    Parameters
    ----------
    block : ApplicantBlock
        r applicants; tens of thousands make the postings' lists cheap.
    postings : PreparedPostings
    per_applicant, per_posting : int, default 50 and 200
        Lengths of the lists; with 0 that side gets none. Postings' lists have their whole length although the block may
        be shorter, because those of other blocks are to be merged with them.
    known : TopLists, optional
        (m, per_posting) applicants of other blocks: they are merged, and who cannot come before them costs nothing.
    threads : int, default 1
        Threads that share the block's applicants, 1,024 or more each. One is right where processes share the blocks.

    Returns
    -------
    BlockLists
        Equal scores: the lower index first.

    Raises
    ------
    MarketError
        When shapes do not fit, or naming the row whose entries or scores are too large.
    MechanismError
        When a length or ``threads`` is no whole number.

    Notes
    -----
    O(r m (d + T)) in time. Besides input, result and what was prepared: memory for two lengths of items a posting
    in each thread, and a few times d + T numbers an applicant.
    """
    require_whole(per_applicant, "per_applicant")
    require_whole(per_posting, "per_posting")
    require_whole(threads, "threads", least=1)
    block.verify_fits(postings.postings)
    per_applicant, n_own = min(per_applicant, len(postings.postings)), min(per_posting, len(block))
    if known is not None and known.items.shape != (len(postings.postings), per_posting):
        raise MarketError(
            f"known lists have shape {known.items.shape}, expected {(len(postings.postings), per_posting)}"
        )
    own, reading = postings.postings.by_applicant, postings.postings.by_posting
    if reading is None or block.by_posting is None:
        lengths = per_applicant, n_own
        found = _of_score(block.by_applicant, own, postings.sides[0], lengths, known, threads)
    else:
        applicants, _ = _of_score(block.by_applicant, own, postings.sides[0], (per_applicant, 0), known, threads)
        by_posting = _of_score(block.by_posting, reading, postings.sides[1], (0, n_own), known, threads)
        found = applicants, by_posting[1]
    of_postings = lengthened(_counted_from(block.first, found[1]), per_posting)
    return BlockLists(block.first, found[0], of_postings if known is None else merge_lists(known, of_postings))


def top_k_by_block(
    blocks: Iterable[ApplicantBlock],
    postings: Postings,
    *,
    per_applicant: int = 50,
    per_posting: int = 200,
    known: TopLists | None = None,
    threads: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Iterator[BlockLists]:
    """Yield the lists of block after block, in bounded memory; whoever takes them stores the applicants' lists.

    To go on after a stop, begin with the first block whose lists are not stored and give the postings' lists of the
    last stored one as ``known``.

    Parameters
    ----------
    blocks : iterable of ApplicantBlock
        In the order of their applicants, none of them twice.
    postings : Postings
    per_applicant, per_posting, known, threads
        As in :func:`top_k_of_block`.
    progress : callable, optional
        Called after every block with the index behind its last applicant.

    Raises
    ------
    MarketError
        Also when a block begins before the last one ends.
    """
    prepared, end = prepare_postings(postings), 0
    for block in blocks:
        if block.first < end:
            raise MarketError(f"block of applicants starts at {block.first}, expected {end} or later")
        lists = top_k_of_block(
            block, prepared, per_applicant=per_applicant, per_posting=per_posting, known=known, threads=threads
        )
        end, known = block.first + len(block), lists.postings
        if progress is not None:
            progress(end)
        yield lists


def top_k(
    blocks: Iterable[ApplicantBlock],
    postings: Postings,
    *,
    per_applicant: int = 50,
    per_posting: int = 200,
    threads: int = 1,
    progress: Callable[[int], None] | None = None,
) -> TopK:
    """Return both sides' lists of a whole market whose applicants' lists fit memory.

    Parameters
    ----------
    blocks, postings, per_applicant, per_posting, threads, progress
        As in :func:`top_k_by_block`; the first block begins at 0 and there is none missing. Lists are no longer than
        there are items, whatever length is asked for.

    Examples
    --------
    >>> postings = Postings(PostingSide(np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])))
    >>> wishes = ApplicantSide(np.array([[0.75, 0.25], [0.5, 0.5]]))
    >>> found = top_k([ApplicantBlock(0, wishes)], postings, per_applicant=2, per_posting=1)
    >>> found.applicants.items, found.applicants.scores
    (array([[0, 2], [0, 1]], dtype=int32), array([[0.75, 0.5 ], [0.5 , 0.5 ]]))
    >>> found.postings.items.ravel()
    array([0, 1, 0], dtype=int32)
    """
    require_whole(per_applicant, "per_applicant")
    require_whole(per_posting, "per_posting")
    prepared, end = prepare_postings(postings), 0
    of_applicants, of_postings = [empty_lists(0, min(per_applicant, len(postings)))], None
    for block in blocks:
        if block.first != end:
            raise MarketError(f"block of applicants starts at {block.first}, expected {end}")
        end += len(block)
        length = min(per_posting, end)  # grows with the applicants: how many will come is not known
        known = None if of_postings is None else lengthened(of_postings, length)
        lists = top_k_of_block(
            block, prepared, per_applicant=per_applicant, per_posting=length, known=known, threads=threads
        )
        of_applicants.append(lists.applicants)
        of_postings = lists.postings
        if progress is not None:
            progress(end)
    return TopK(joined_rows(of_applicants), empty_lists(len(postings), 0) if of_postings is None else of_postings)


def _counted_from(first: int, lists: TopLists) -> TopLists:
    """Lists of a block's rows as lists of applicants."""
    if first:
        np.add(lists.items, np.int32(first), out=lists.items, where=lists.items != NOT_LISTED)
    return lists


def _of_score(  # noqa: PLR0917
    side: ApplicantSide,
    postings: PostingSide,
    prepared: tuple[PostingArrays, RuleWords],
    lengths: tuple[int, int],
    known: TopLists | None,
    threads: int,
) -> tuple[TopLists, TopLists]:
    """Lists by one score; those of postings hold rows of the block."""
    rows = row_arrays(side, postings)
    part = partial(_of_rows, side, rows, prepared, lengths, known)
    cuts = np.linspace(0, len(side), min(threads, -(-len(side) // _ROWS)) + 1 if len(side) else 2).astype(int).tolist()
    if len(cuts) == 2:
        return part(0, len(side))
    with ThreadPoolExecutor(len(cuts) - 1) as pool:
        found = list(pool.map(part, cuts[:-1], cuts[1:]))
    return joined_rows([lists[0] for lists in found]), reduce(merge_lists, [lists[1] for lists in found])


def _of_rows(  # noqa: PLR0917
    side: ApplicantSide,
    rows: RowArrays,
    prepared: tuple[PostingArrays, RuleWords],
    lengths: tuple[int, int],
    known: TopLists | None,
    first: int,
    end: int,
) -> tuple[TopLists, TopLists]:
    """Lists of the rows from ``first`` to ``end``, and of the postings by these rows."""
    arrays, rules = prepared
    slack = np.full(arrays.order.size, rows.slack[first:end].max(initial=0.0))
    of_postings = running_lists(slack, lengths[1], is_of_rows=False)
    if known is not None:
        of_postings = with_limits(of_postings, known, arrays.places)
    of_applicants = [empty_lists(0, lengths[0])]
    for start in range(first, end, _ROWS):
        of = slice(start, min(start + _ROWS, end))
        excluded = excluded_words(side, of, rules, arrays.order, arrays.places)
        of_applicants.append(_listed(rows, start, excluded, arrays, lengths[0], of_postings))
    return joined_rows(of_applicants), finish(of_postings, 0, rows, arrays)[0]


def _listed(  # noqa: PLR0917
    rows: RowArrays, start: int, excluded: Words, postings: PostingArrays, length: int, of_postings: RunningLists
) -> TopLists:
    """Pass all postings, and pass them again for rows whose limit was guessed too high."""
    slack = rows.slack[start : start + len(excluded)]
    of_rows = running_lists(slack, length, is_of_rows=True)
    pass_rows(start, guessing_rank(length, len(postings.places)), rows, postings, excluded, of_rows, of_postings)
    found, is_robbed = finish(of_rows, start, rows, postings)
    again = np.flatnonzero(is_robbed)
    if again.size:
        nobody = running_lists(of_postings.slack, 0, is_of_rows=False)
        of_rows, robbed = running_lists(slack[again], length, is_of_rows=True), rows.chosen(start + again)
        pass_rows(0, 0, robbed, postings, excluded[again], of_rows, nobody)
        whole, _ = finish(of_rows, 0, robbed, postings)
        found.items[again], found.units[again] = whole.items, whole.units
    return found
