"""What an applicant's text tells that must not be judged, found and masked.

Each sentence is read until nothing more is found in what stays: a mask can join or part words, and a masked text must
read as fully masked. That makes masking idempotent whatever the patterns are. Words for a job that tell a sex become
the word that tells the job alone (:mod:`features.guard.job_words`) before anything else is looked for. Spans found as
written are masked before proper names are looked for, so that the analyser sees the same sentence whichever age or
school stood in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from features.guard.items import Sensitive, disjoint
from features.guard.job_words import JobWord, job_words
from features.guard.proper_names import typed_view
from features.guard.rules import APPLICANT_FILES, found, guard_rules
from features.guard.sentences import sentences, width_folded

__all__ = ["MASK", "masked", "sensitive_spans"]

MASK: Final = "〇〇"


def sensitive_spans(text: str) -> tuple[Sensitive, ...]:
    """What an applicant's free text tells of the items, in order, not overlapping.

    Parameters
    ----------
    text : str
        Any length; offsets are of this string.

    Returns
    -------
    tuple of Sensitive
        Tight spans: the words that tell the item, not the work beside them.

    Examples
    --------
    >>> text = "青森県弘前市出身で、りんごの剪定を八年続けた三十二歳の男性です。"
    >>> [(span.item, text[span.begin : span.end]) for span in sensitive_spans(text)]
    [('birthplace', '青森県弘前市'), ('age', '三十二歳'), ('sex', '男性')]
    """
    spans, jobs = _read(text)
    return disjoint((*spans, *(Sensitive("sex", job.begin, job.end) for job in jobs)))


def masked(text: str) -> str:
    """The text with every sensitive span replaced by the fixed mark 〇〇, adjacent spans by one mark.

    A word for a job that tells a sex is no mark but the word that tells the job alone, the same for both of a pair.

    Examples
    --------
    >>> masked("私、山田太郎は二児の父として、早稲田大学で建築を学び、空き家を直してきました。")
    '私、〇〇は〇〇として、〇〇で建築を学び、空き家を直してきました。'
    >>> masked("子どもたちに農業を教え、高齢者を見守る。")
    '子どもたちに農業を教え、高齢者を見守る。'
    >>> masked("看護婦のあと、営業マンをしました。")
    '看護師のあと、営業をしました。'
    """
    shown, _, _ = _shown(text, *_read(text))
    return shown


def _read(text: str) -> tuple[tuple[Sensitive, ...], tuple[JobWord, ...]]:
    """The spans to mark, and the words for a job outside them; each round takes in characters that stood before."""
    spans: tuple[Sensitive, ...] = ()
    jobs: tuple[JobWord, ...] = ()
    while True:
        shown, begins, ends = _shown(text, spans, jobs)
        sexed = [JobWord(begins[begin], ends[end - 1], neutral) for begin, end, neutral in _sexed(shown)]
        if sexed:
            jobs = tuple(sorted((*_outside(jobs, sexed), *sexed)))
            continue
        more = [Sensitive(item, begins[begin], ends[end - 1]) for item, begin, end in _scanned(shown)]
        if not more:
            return spans, jobs
        spans = disjoint((*spans, *more))
        jobs = tuple(_outside(jobs, spans))


def _sexed(shown: str) -> Iterator[JobWord]:
    for offset, sentence in sentences(width_folded(shown)):
        yield from (JobWord(word.begin + offset, word.end + offset, word.neutral) for word in job_words(sentence))


def _outside(jobs: Iterable[JobWord], taken: Iterable[Sensitive | JobWord]) -> Iterator[JobWord]:
    """The words that no span covers; a span covers a word whole or not at all."""
    places = sorted((span.begin, span.end) for span in taken)
    row = 0
    for job in jobs:
        while row < len(places) and places[row][1] <= job.begin:
            row += 1
        if row == len(places) or places[row][0] >= job.end:
            yield job


def _shown(text: str, spans: Iterable[Sensitive], jobs: Iterable[JobWord]) -> tuple[str, list[int], list[int]]:
    """The masked text, and for each of its characters the begin and the end of what it stands for."""
    pieces: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    done = 0
    for begin, end, word in sorted((*((*span, MASK) for span in _joined(spans)), *jobs)):
        pieces += (text[done:begin], word)
        begins += (*range(done, begin), *[begin] * len(word))
        ends += (*range(done + 1, begin + 1), *[end] * len(word))
        done = end
    pieces.append(text[done:])
    begins += range(done, len(text))
    ends += range(done + 1, len(text) + 1)
    return "".join(pieces), begins, ends


def _joined(spans: Iterable[Sensitive]) -> Iterator[tuple[int, int]]:
    first = last = -1
    for _, begin, end in spans:
        if begin != last:
            if last > first:
                yield first, last
            first = begin
        last = end
    if last > first:
        yield first, last


def _scanned(shown: str) -> Iterator[Sensitive]:
    for offset, sentence in sentences(width_folded(shown)):
        yield from (Sensitive(item, begin + offset, end + offset) for item, begin, end in _in_sentence(sentence))


@lru_cache(maxsize=8_192)  # a text is read until nothing more is found, and again when one sentence of it changes
def _in_sentence(sentence: str) -> tuple[Sensitive, ...]:
    as_written, typed = (guard_rules(APPLICANT_FILES, view) for view in ("written", "typed"))
    spans = _untold(sentence, found(as_written, sentence, written=sentence))
    return spans or _untold(sentence, found(typed, typed_view(sentence), written=sentence))


def _untold(sentence: str, spans: Iterator[Sensitive]) -> tuple[Sensitive, ...]:
    # a span of nothing but marks is told already; without this the reading would not end
    return disjoint(span for span in spans if sentence[span.begin : span.end].strip("〇"))
