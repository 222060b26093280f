"""What an applicant's text tells that must not be judged, found and masked.

Each sentence is read until nothing more is found in what stays: a mask can join or part words, and a masked text must
read as fully masked. That makes masking idempotent whatever the patterns are. Spans found as written are masked before
proper names are looked for, so that the analyser sees the same sentence whichever age or school stood in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from features.guard.items import Sensitive, disjoint
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
    spans: tuple[Sensitive, ...] = ()
    known: dict[str, tuple[Sensitive, ...]] = {}
    while True:
        shown, begins, ends = _shown(text, spans)
        more = [Sensitive(item, begins[begin], ends[end - 1]) for item, begin, end in _scanned(shown, known)]
        if not more:
            return spans
        spans = disjoint((*spans, *more))


def masked(text: str) -> str:
    """The text with every sensitive span replaced by the fixed mark 〇〇, adjacent spans by one mark.

    Examples
    --------
    >>> masked("私、山田太郎は二児の父として、早稲田大学で建築を学び、空き家を直してきました。")
    '私、〇〇は〇〇として、〇〇で建築を学び、空き家を直してきました。'
    >>> masked("子どもたちに農業を教え、高齢者を見守る。")
    '子どもたちに農業を教え、高齢者を見守る。'
    """
    shown, _, _ = _shown(text, sensitive_spans(text))
    return shown


def _shown(text: str, spans: Sequence[Sensitive]) -> tuple[str, list[int], list[int]]:
    """The masked text, and for each of its characters the begin and the end of what it stands for."""
    pieces: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    done = 0
    for begin, end in _joined(spans):
        pieces += (text[done:begin], MASK)
        begins += (*range(done, begin), begin, begin)
        ends += (*range(done + 1, begin + 1), end, end)
        done = end
    pieces.append(text[done:])
    begins += range(done, len(text))
    ends += range(done + 1, len(text) + 1)
    return "".join(pieces), begins, ends


def _joined(spans: Sequence[Sensitive]) -> Iterator[tuple[int, int]]:
    first = last = -1
    for _, begin, end in spans:
        if begin != last:
            if last > first:
                yield first, last
            first = begin
        last = end
    if last > first:
        yield first, last


def _scanned(shown: str, known: dict[str, tuple[Sensitive, ...]]) -> Iterator[Sensitive]:
    for offset, sentence in sentences(width_folded(shown)):
        if sentence not in known:
            known[sentence] = _in_sentence(sentence)
        yield from (Sensitive(item, begin + offset, end + offset) for item, begin, end in known[sentence])


def _in_sentence(sentence: str) -> tuple[Sensitive, ...]:
    rules = guard_rules(APPLICANT_FILES)
    as_written = [rule for rule in rules if rule.view == "written"]
    typed = [rule for rule in rules if rule.view == "typed"]
    spans = _untold(sentence, found(as_written, sentence, written=sentence))
    return spans or _untold(sentence, found(typed, typed_view(sentence), written=sentence))


def _untold(sentence: str, spans: Iterator[Sensitive]) -> tuple[Sensitive, ...]:
    # a span of nothing but marks is told already; without this the reading would not end
    return disjoint(span for span in spans if sentence[span.begin : span.end].strip("〇"))
