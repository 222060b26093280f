"""Which sentences of a mission tell the work, the tasks they name, and where they stay vague.

A sentence tells the work where it has a cue (主な業務は, 担当していただきます …) or stands under such a heading;
without any, every sentence counts that is neither background nor about meetings or applying. A task is a piece of such
a sentence: *concrete* with two content words and a kind of work or an act, *thin* with one of the two or where it is
only the heading of a programme (移住の促進).
Phrases that could stand in every call (地域活性化全般) name no task; what stands beside them still does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from features.posting_quality.patterns import pattern
from features.taxonomy.kinds import kinds_named
from features.text import short_word_set

__all__ = ["Mission", "Span", "Task", "is_concrete", "read_mission"]

_SENTENCE: Final = re.compile(r"[^。！？!?\n]+")
_CONCRETE, _THIN = 1.0, 0.5
_LONGEST_TASK = 200  # characters; nobody names one task in more, and a hostile text stays cheap


class Span(NamedTuple):
    """A half-open piece of a text."""

    begin: int
    end: int


class Task(NamedTuple):
    """A task a mission names, and how much it counts: 1 concrete, 0.5 thin."""

    begin: int
    end: int
    weight: float


@dataclass(frozen=True)
class Mission:
    """A mission's text, read once.

    Attributes
    ----------
    text : str
    work, around : tuple of Span
        Sentences that tell the work, and all others.
    meetings, other : tuple of Span
        Of those around: about who talks with whom, and those that are not background either.
    tasks : tuple of Task
    vague : tuple of Span
        Phrases that could stand in every call and have no task beside them.
    """

    text: str
    work: tuple[Span, ...]
    around: tuple[Span, ...]
    meetings: tuple[Span, ...]
    other: tuple[Span, ...]
    tasks: tuple[Task, ...]
    vague: tuple[Span, ...]

    @property
    def weight(self) -> float:
        """Tasks counted by their weight."""
        return sum(task.weight for task in self.tasks)


def read_mission(text: str) -> Mission:
    """Read a mission's text; an empty one names nothing.

    Examples
    --------
    >>> mission = read_mission("町は人口三千人です。主な業務は、空き家の現地調査、地域活性化に関する活動全般です。")
    >>> [mission.text[task.begin:task.end] for task in mission.tasks], [mission.text[a:b] for a, b in mission.vague]
    (['空き家の現地調査'], ['地域活性化に関する活動全般'])
    """
    kinds = tuple(_kinds_of_sentences(text))
    of_kind = {kind: tuple(span for span, found in kinds if found == kind) for kind in ("work", "other", "meeting")}
    work = of_kind["work"] or of_kind["other"]
    set_of_work = frozenset(work)
    pieces = tuple(_piece(text, piece) for sentence in work for piece in _pieces(text, sentence))
    tasks = tuple(task for task, _ in pieces if task.weight)
    beside = tuple(_piece(text, piece) for sentence in of_kind["other"] for piece in _pieces(text, sentence))
    vague = tuple(span for task, spans in (*pieces, *beside) if task.weight < _CONCRETE for span in spans)
    if sum(task.weight for task in tasks) < 2:  # an open mission is plain where it gives two examples
        vague += tuple(Span(*found.span()) for found in pattern("open_mission").finditer(text))
    around = tuple(span for span, _ in kinds if span not in set_of_work)
    return Mission(text, work, around, of_kind["meeting"], of_kind["other"], tasks, tuple(sorted(set(vague))))


def is_concrete(phrase: str) -> bool:
    """Whether a phrase says something of its own: two content words that do not stand in every call.

    Examples
    --------
    >>> is_concrete("空き家の調査を50軒で終える"), is_concrete("地域の活性化に貢献する")
    (True, False)
    """
    return len(_own_words(_without_generic(phrase)[0])) >= 2


def _kinds_of_sentences(text: str) -> Iterator[tuple[Span, str]]:
    listing = False
    for found in _SENTENCE.finditer(text):
        sentence = found.group()
        stands_alone = text[found.end() : found.end() + 1] == "\n"
        if stands_alone and any(pattern(name).search(sentence) for name in ("heading", "other_heading")):
            listing = pattern("heading").search(sentence) is not None
            yield Span(*found.span()), "heading"
        elif listing and pattern("bullet").search(sentence):
            yield Span(*found.span()), "work"
        else:
            kind = _kind(sentence)
            yield Span(*found.span()), "work" if listing and kind == "other" else kind


def _kind(sentence: str) -> str:
    for cue, kind in (
        ("task_cue", "work"),
        ("meeting", "meeting"),
        ("background", "background"),
        ("call_only", "call"),
    ):
        if pattern(cue).search(sentence):
            return kind
    return "other"


def _pieces(text: str, sentence: Span) -> Iterator[Span]:
    whole = text[sentence.begin : sentence.end]
    head = pattern("task_head").match(whole)
    start = sentence.begin + (head.end() if head else 0)
    for mark in pattern("task_split").finditer(text, start, sentence.end):
        yield Span(start, mark.start())
        start = mark.end()
    yield Span(start, sentence.end)


def _piece(text: str, piece: Span) -> tuple[Task, Sequence[Span]]:
    begin, end = _trimmed(text, piece)
    told = text[begin:end]
    rest, generic = _without_generic(told)
    spans = [Span(begin + span.begin, begin + span.end) for span in generic]
    return Task(begin, end, 0.0 if _is_aside(told) else _weight(rest)), spans


def _trimmed(text: str, piece: Span) -> Span:
    told = text[piece.begin : piece.end]
    tail = pattern("task_tail").search(told)
    told = told[: tail.start()] if tail else told
    return Span(piece.begin + len(told) - len(told.lstrip()), piece.begin + len(told.rstrip()))


def _is_aside(told: str) -> bool:
    return any(pattern(name).search(told) for name in ("background", "call_only", "no_task_end"))


def _weight(told: str) -> float:
    words, own = len(_own_words(told)), pattern("category").sub("　", told)
    names_work = bool(kinds_named(told)) or pattern("action").search(told) is not None
    if words >= 2 and names_work and _own_words(own):
        return _CONCRETE
    return _THIN if words >= 2 or (words and names_work) else 0.0


def _own_words(told: str) -> list[str]:
    return [word for word in short_word_set(told[:_LONGEST_TASK]) if not pattern("generic_word").search(word)]


def _without_generic(told: str) -> tuple[str, list[Span]]:
    spans = [Span(*found.span()) for found in pattern("generic").finditer(told)]
    return pattern("generic").sub("　", told), spans
