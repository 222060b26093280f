"""The share of the skills a posting names that the applicant's skills, occupations or licences cover.

A must-have (``required_skills``) weighs twice a nice-to-have (``preferred_skills``) [A]. A phrase is covered when one
item of the applicant holds all its content words (short units, so 自動車免許 meets 自動車運転免許). A posting that asks
for nothing (empty lists) is covered by everybody; one that says nothing (``None``) is unknown, and so is an applicant
who lists none of the three.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.tables import PostingTable, SelectionColumns, kept_with_calls
from features.terms.cells import texts_at, texts_of_rows
from features.terms.factor import Floats, InnerTerm
from features.terms.term import Finding, SelectionTerm
from features.text import short_word_set

__all__ = ["SKILL_COVERAGE"]

_MUST, _NICE = 2.0, 1.0
_NEUTRAL = 0.2  # about the mean of known pairs that applied (0.22 in the sample market)
_HAVE: Final = ("skills", "occupations", "licences")
Words = frozenset[str]


@dataclass(frozen=True)
class _Asked:
    """One skill a posting names, its content words and its share of the posting's contribution."""

    phrase: str
    words: Words
    share: float
    is_must: bool


def _build(applicants: SelectionColumns, postings: PostingTable) -> InnerTerm:
    items, calls = texts_of_rows(applicants.frame, _HAVE), _read_calls(postings)
    covered = calls.coverage
    columns_of = {item: covered.by(short_word_set(item)) for item in dict.fromkeys(i for row in items for i in row)}
    # columns of all that is asked, covered by somebody or not, so that rows of people stand beside any others'
    left = np.zeros((len(items), len(covered.phrases) + 1), dtype=np.float32)
    left[:, 0] = 1.0
    for row, listed in enumerate(items):
        left[row, [1 + column for item in listed for column in columns_of[item]]] = 1.0
    return InnerTerm(
        of_applicants=left,
        of_postings=calls.shares,
        known_left=np.array([bool(row) for row in items], dtype=np.bool_),
        known_right=calls.known,
        neutral=_NEUTRAL,
    )


@dataclass(frozen=True, eq=False)
class _Calls:
    """What all calls ask for, the same whoever applies."""

    coverage: _Coverage
    shares: Floats
    known: NDArray[np.bool_]


@kept_with_calls
def _read_calls(postings: PostingTable) -> _Calls:
    asked, known = _asked_of_rows(postings)
    coverage = _Coverage({a.words for row in asked for a in row})
    shares = _shares(asked, {phrase: place for place, phrase in enumerate(coverage.phrases, start=1)})
    shares.flags.writeable = known.flags.writeable = False
    return _Calls(coverage, shares, known)


def _shares(asked: list[tuple[_Asked, ...]], place_of: Mapping[Words, int]) -> Floats:
    """Column 0 belongs to postings that ask for nothing, the others to the phrases."""
    right = np.zeros((len(asked), len(place_of) + 1), dtype=np.float32)
    for row, phrases in enumerate(asked):
        right[row, 0] = 0.0 if phrases else 1.0
        for phrase in phrases:
            right[row, place_of[phrase.words]] += phrase.share
    return right


class _Coverage:
    """Which of a set of phrases (as words) an item covers."""

    def __init__(self, phrases: set[Words]) -> None:
        self.phrases = sorted(phrases, key=sorted)
        self._with: dict[str, list[int]] = {}
        for column, words in enumerate(self.phrases):
            for word in words:
                self._with.setdefault(word, []).append(column)

    def by(self, words: Words) -> set[int]:
        hits = Counter(column for word in words for column in self._with.get(word, ()))
        return {column for column, count in hits.items() if count == len(self.phrases[column])}


def _asked_of_rows(postings: PostingTable) -> tuple[list[tuple[_Asked, ...]], NDArray[np.bool_]]:
    must, nice = (postings.frame[name].to_list() for name in ("required_skills", "preferred_skills"))
    known = np.array([m is not None or n is not None for m, n in zip(must, nice, strict=True)], dtype=np.bool_)
    return [_asked(m or (), n or ()) for m, n in zip(must, nice, strict=True)], known


def _asked(must: Sequence[str], nice: Sequence[str]) -> tuple[_Asked, ...]:
    """Phrases without a content word (やる気のある方) cannot be covered by anything and are left out."""
    weighed = [(phrase, _MUST, True) for phrase in must] + [(phrase, _NICE, False) for phrase in nice]
    worded = [(phrase, short_word_set(phrase), weight, is_must) for phrase, weight, is_must in weighed]
    total = sum(weight for _, words, weight, _ in worded if words)
    return tuple(_Asked(phrase, words, weight / total, is_must) for phrase, words, weight, is_must in worded if words)


def _find(applicants: SelectionColumns, i: int, postings: PostingTable, j: int) -> Finding | None:
    must, nice = (texts_at(postings.frame, name, j) for name in ("required_skills", "preferred_skills"))
    (items,) = texts_of_rows(applicants.frame[i : i + 1], _HAVE)
    if not items or (must is None and nice is None):
        return Finding("unknown", "応募者の技能、または募集が求める技能が書かれていません。")
    asked = _asked(must or (), nice or ())
    covered = list(_covered(asked, items))
    missing = [phrase for phrase in asked if all(phrase is not found for found, _ in covered)]
    if covered and sum(found.share for found, _ in covered) >= 0.5:
        found, item = max(covered, key=lambda pair: pair[0].share)
        sentence = f"募集の{_kind(found)}「{found.phrase}」に、「{item}」の記載が当てはまります。"
        return Finding("reason", sentence, item, found.phrase)
    if missing:
        first = max(missing, key=lambda phrase: phrase.share)
        sentence = f"募集の{_kind(first)}「{first.phrase}」に当てはまる記載が見つかりません。"
        return Finding("gap", sentence, None, first.phrase)
    return None


def _covered(asked: Sequence[_Asked], items: Sequence[str]) -> Iterator[tuple[_Asked, str]]:
    for phrase in asked:
        item = next((item for item in items if phrase.words <= short_word_set(item)), None)
        if item is not None:
            yield phrase, item


def _kind(phrase: _Asked) -> str:
    return "必須の技能" if phrase.is_must else "歓迎する技能"


SKILL_COVERAGE = SelectionTerm(
    name="skill_coverage",
    title="求める技能",
    theme="mission",
    data_class="P3",
    evidence=(
        "書類選考で実際に読まれるのは資格とパソコンの技能（実務者の記録）。"
        "応募者の動機の第一位は「自分の能力を活かす」56 %（JOIN 調査 n = 1,811）。必須と歓迎の重み 2:1 は仮定（A）。"
    ),
    question="募集が求める技能のうち、できること・経験したことを挙げてもらってください。",
    own_question="募集が求める技能のうち、できること・経験したことを書き足せます。",
    audiences=("coordinator", "applicant"),
    build=_build,
    find=_find,
)
