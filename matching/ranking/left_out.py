"""Which pairs are left out, one bit a pair: a rule costs a block one row of words for each applicant."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools
from matching.ranking.score_sides import ApplicantSide, PostingSide, RuleTable

__all__ = ["Words", "excluded_words", "rule_words"]

Words: TypeAlias = npt.NDArray[np.uint64]

_ROWS = 256  # rows of a table that are laid out over all postings at once


def rule_words(postings: PostingSide) -> tuple[Words, ...]:
    """Return for every rule (K_a, words): the postings that each state of an applicant leaves out, a bit each.

    Examples
    --------
    >>> rule = RuleTable(np.array([[False, True], [True, True]]), np.array([0, 1, 1]))
    >>> rule_words(PostingSide(np.zeros((3, 0)), rules=(rule,)))[0]
    array([[6],
           [7]], dtype=uint64)
    """
    return tuple(_words_of_rule(rule) for rule in postings.rules)


def excluded_words(side: ApplicantSide, rows: slice, rules: tuple[Words, ...], n_postings: int) -> Words:
    """Return (rows, words): the postings that each applicant of ``rows`` is left out of, a bit each.

    Examples
    --------
    >>> side = ApplicantSide(np.zeros((2, 0)), excluded=np.array([[True, False], [False, False]]))
    >>> excluded_words(side, slice(0, 2), (), 2)
    array([[1],
           [0]], dtype=uint64)
    """
    row_of = range(len(side))[rows]
    words = np.zeros((len(row_of), _n_words(n_postings)), np.uint64)
    for states, rule in zip(side.row_states[rows].T, rules, strict=True):
        words |= rule[states]
    if side.excluded is not None:
        words |= _packed(side.excluded[rows])
    if side.exceptions is not None:
        _decide(words, side, row_of)
    return words


def _decide(words: Words, side: ApplicantSide, rows: range) -> None:
    if side.exceptions is None:
        return
    found = side.exceptions
    here = (found.rows >= rows.start) & (found.rows < rows.stop)
    at, postings, excluded = found.rows[here] - rows.start, found.postings[here], found.excluded[here]
    word, bit = postings >> 6, np.uint64(1) << (postings & 63).astype(np.uint64)
    np.bitwise_or.at(words, (at[excluded], word[excluded]), bit[excluded])
    kept = ~excluded
    np.bitwise_and.at(words, (at[kept], word[kept]), ~bit[kept])


def _words_of_rule(rule: RuleTable) -> Words:
    parts = [
        _packed(rule.excluded[start : start + _ROWS][:, rule.states])
        for start in range(0, max(rule.excluded.shape[0], 1), _ROWS)
    ]
    return np.concatenate(parts)


def _packed(flags: Bools) -> Words:
    packed = np.packbits(flags, axis=1, bitorder="little")
    padded = np.zeros((flags.shape[0], 8 * _n_words(flags.shape[1])), np.uint8)
    padded[:, : packed.shape[1]] = packed
    return padded.view("<u8").astype(np.uint64, copy=False)


def _n_words(n_postings: int) -> int:
    return -(-n_postings // 64)
