"""Which pairs are left out, one bit a pair: a rule costs a block one row of words for each applicant."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Int32s, Int64s
from matching.kernels import Kernel
from matching.ranking.score_sides import ApplicantSide, PairExceptions, PostingSide, RuleTable

__all__ = ["RuleWords", "Words", "excluded_words", "rule_words"]

Words: TypeAlias = npt.NDArray[np.uint64]

_ROWS = 256  # rows of a table that are laid out over all postings at once


class RuleWords(NamedTuple):
    """The postings that each state of each rule leaves out, a bit for every place."""

    words: Words  # (K, words) states of all rules, one rule after the other
    start: Int64s  # (R,) where the states of each rule start
    nowhere: Words  # (words,) the places without a posting


def rule_words(postings: PostingSide, order: Int32s) -> RuleWords:
    """Lay the rules out over places; ``order`` tells the posting at each, -1 for none, and is a multiple of 64 long.

    Examples
    --------
    >>> rule = RuleTable(np.array([[False, True], [True, True]]), np.array([0, 1, 1]))
    >>> order = np.concatenate([[1, 0, 2], np.full(61, -1)])
    >>> found = rule_words(PostingSide(np.zeros((3, 0)), rules=(rule,)), order)
    >>> [int(word) & 7 for word in found.words[:, 0]]
    [5, 7]
    """
    parts = [np.zeros((0, order.size // 64), np.uint64), *(_words_of_rule(rule, order) for rule in postings.rules)]
    sizes = np.array([rule.excluded.shape[0] for rule in postings.rules], dtype=np.int64)
    return RuleWords(np.concatenate(parts), np.cumsum(sizes) - sizes, _packed(order[None] < 0)[0])


def excluded_words(side: ApplicantSide, rows: slice, rules: RuleWords, order: Int32s, places: Int64s) -> Words:
    """Return (rows, words): the places that each applicant of ``rows`` is left out of, a bit each.

    Examples
    --------
    >>> order, places = np.concatenate([[1, 0], np.full(62, -1)]), np.array([1, 0])
    >>> rules = rule_words(PostingSide(np.zeros((2, 0))), order)
    >>> side = ApplicantSide(np.zeros((2, 0)), excluded=np.array([[True, False], [False, False]]))
    >>> excluded_words(side, slice(0, 2), rules, order, places)[:, 0] & np.uint64(3)
    array([2, 0], dtype=uint64)
    """
    row_of = range(len(side))[rows]
    words = np.repeat(rules.nowhere[None], len(row_of), axis=0)
    if rules.start.size:
        _add_rules(words, side.row_states[rows] + rules.start, rules.words)
    if side.excluded is not None and words.size:
        words |= _packed(side.excluded[rows][:, order])
    if side.exceptions is not None:
        _decide(words, side.exceptions, row_of, places)
    return words


@Kernel
def _add_rules(words: Words, states: Int64s, of_states: Words) -> None:
    for i in range(words.shape[0]):
        of_row = words[i]
        for r in range(states.shape[1]):
            left_out = of_states[states[i, r]]
            for x in range(of_row.size):
                of_row[x] |= left_out[x]


def _decide(words: Words, found: PairExceptions, rows: range, places: Int64s) -> None:
    here = (found.rows >= rows.start) & (found.rows < rows.stop)
    at, where, excluded = found.rows[here] - rows.start, places[found.postings[here]], found.excluded[here]
    word, bit = where >> 6, np.uint64(1) << (where & 63).astype(np.uint64)
    np.bitwise_or.at(words, (at[excluded], word[excluded]), bit[excluded])
    kept = ~excluded
    np.bitwise_and.at(words, (at[kept], word[kept]), ~bit[kept])


def _words_of_rule(rule: RuleTable, order: Int32s) -> Words:
    parts = [
        _packed(rule.excluded[start : start + _ROWS][:, rule.states[order]])
        for start in range(0, max(rule.excluded.shape[0], 1), _ROWS)
    ]
    return np.concatenate(parts)


def _packed(flags: Bools) -> Words:
    packed = np.packbits(flags, axis=1, bitorder="little")
    return np.ascontiguousarray(packed).view("<u8").astype(np.uint64, copy=False)
