"""Value of information: which unanswered question, or which stay, would most likely change the top of a list.

A term whose value is unknown has an interval in the contributions of every pair. Each question is valued by what its
possible answers (:mod:`features.next_question.answers`) make of the list, as a new list would be ordered after the
answer. The posting's list rests on the coordinator's terms alone, so nothing of a private wish can reach it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.errors import FeatureError
from features.market.scored_market import TERMS, ScoredMarket
from features.next_question.answers import LineAnswers, common_answers, line_answers
from features.next_question.open_list import OpenList, candidates_of, places_of
from features.next_question.question import Kind, NextQuestion, NextQuestions, follows_from
from features.next_question.settings import Asked, Settings, next_question_settings
from features.next_question.stays import after_stay, seen_of_fit
from features.next_question.top import Top, Worth
from features.scoring import Side
from features.terms.cells import municipality_at

__all__ = ["next_questions_for_applicant", "next_questions_for_posting"]

_KINDS: tuple[Kind, ...] = ("applicant", "posting", "trial")


@dataclass(frozen=True, eq=False)
class _Valued:
    """A question that could change something, by its term and its line (-1 = none), before it gets its words."""

    kind: Kind
    term: int
    line: int
    change: float
    order: float
    replaced: float
    gain: float


def next_questions_for_applicant(
    market: ScoredMarket, applicant_id: str, *, top: int = 5, most: int = 5
) -> NextQuestions:
    """What to ask an applicant, a town, or to see in a stay, for the applicant's own list.

    Parameters
    ----------
    market : ScoredMarket
    applicant_id : str
    top : int, default 5
        Places that count as the top.
    most : int, default 5
        Questions of a kind at most.

    Returns
    -------
    NextQuestions
        Likeliest to change the top first, then by gain, by the chance of another order, by kind, term and id.

    Raises
    ------
    RecordError
        If no applicant has that id.
    FeatureError
        If ``top`` or ``most`` is below 1.
    """
    return _next_questions(market, places_of(market, applicant_id), applicant_id, top=top, most=most)


def next_questions_for_posting(market: ScoredMarket, posting_id: str, *, top: int = 5, most: int = 5) -> NextQuestions:
    """What to ask a candidate, to add to the call, or to see in a stay, for one posting's order of reading.

    Parameters
    ----------
    market : ScoredMarket
    posting_id : str
    top : int, default 5
        Candidates that count as the top.
    most : int, default 5
        Questions of a kind at most.

    Returns
    -------
    NextQuestions
        In the order of :func:`next_questions_for_applicant`.

    Raises
    ------
    RecordError
        If no posting has that id.
    FeatureError
        If ``top`` or ``most`` is below 1.
    """
    return _next_questions(market, candidates_of(market, posting_id), posting_id, top=top, most=most)


def _next_questions(market: ScoredMarket, opened: OpenList, an_id: str, *, top: int, most: int) -> NextQuestions:
    if most < 1:
        raise FeatureError(f"most is {most}, expected >= 1")
    first, side, settings = Top(opened.totals, opened.ids, top), opened.scores.side, next_question_settings()
    found = [*_all(opened, first, settings), *_stays(market, opened, first, settings)] if opened.ids else []
    found.sort(
        key=lambda v: (
            *(-v.change, -v.gain, -v.order, _KINDS.index(v.kind), v.term),
            "" if v.line < 0 else opened.ids[v.line],
        )
    )
    kept = [v for kind in _KINDS for v in [v for v in found if v.kind == kind][:most]]
    kept.sort(key=found.index)
    return NextQuestions(side, an_id, first.n, tuple(_worded(market, opened, first.n, v) for v in kept))


def _all(opened: OpenList, first: Top, settings: Settings) -> Iterator[_Valued]:
    own: Kind = "applicant" if opened.scores.side == "applicant" else "posting"
    line: Kind = "posting" if own == "applicant" else "applicant"
    for terms in _groups(opened, own, settings):
        answers = common_answers(opened, terms)
        if answers is not None:
            worth = first.after_all(answers.changes, answers.weights)
            yield from _valued(own, terms[0], np.array([-1]), worth)
    for terms in _groups(opened, line, settings):
        about = line_answers(opened, terms)
        if about is not None:
            yield from _valued(line, terms[0], about.lines, first.after_one(about.lines, about.changes, about.weights))


def _stays(market: ScoredMarket, opened: OpenList, first: Top, settings: Settings) -> Iterator[_Valued]:
    side = opened.scores.side
    kinds = _trials(market, opened)
    facts = _seen_by_visitors(opened, settings) if side == "applicant" else []
    for kind, stay in settings.stay.items():
        lines = np.flatnonzero(kinds == kind)
        looks = seen_of_fit(settings.fit_spread, stay.seen)
        lines = lines[first.reachable(lines, _most_of(lines, facts) + int(looks.max()))]
        after = after_stay(lines, facts, looks)
        yield from _valued("trial", -1, lines, first.after_one(lines, after.changes, after.weights))


def _trials(market: ScoredMarket, opened: OpenList) -> NDArray[np.object_]:
    """The kind of stay at each line; "" where there is none."""
    calls = opened.lines if opened.scores.side == "applicant" else np.full(opened.lines.size, opened.own)
    kinds = np.array([kind or "" for kind in market.postings.frame["trial"].to_list()], dtype=np.object_)
    offered: NDArray[np.object_] = kinds[calls]
    return offered


def _seen_by_visitors(opened: OpenList, settings: Settings) -> list[LineAnswers]:
    seen = [terms for terms in _groups(opened, "posting", settings) if _asked(opened, terms[0], settings).stay]
    return [answers for terms in seen if (answers := line_answers(opened, terms)) is not None]


def _most_of(lines: NDArray[np.int64], facts: Sequence[LineAnswers]) -> NDArray[np.int64]:
    """The most that the facts of each line could add."""
    most = np.zeros(lines.size, dtype=np.int64)
    place = {int(line): row for row, line in enumerate(lines)}
    for answers in facts:
        for line, best in zip(answers.lines.tolist(), answers.changes.max(axis=1).tolist(), strict=True):
            if line in place:
                most[place[line]] += max(best, 0)
    return most


def _groups(opened: OpenList, kind: Kind, settings: Settings) -> list[list[int]]:
    """Terms that one answer settles together, in the order of the terms."""
    groups: dict[str, list[int]] = {}
    for t, name in enumerate(opened.scores.names):
        asked = settings.asked(name)
        if kind == "posting" and _of_the_town(asked, opened.scores.side) is None:
            continue
        answer = asked.applicant_answer if kind == "applicant" else asked.posting_answer
        groups.setdefault(answer or name, []).append(t)
    return list(groups.values())


def _of_the_town(asked: Asked, side: Side) -> str | None:
    """What the town is asked, or the coordinator whose call it is."""
    return asked.town if side == "applicant" else asked.call


def _asked(opened: OpenList, term: int, settings: Settings) -> Asked:
    return settings.asked(opened.scores.names[term])


def _valued(kind: Kind, term: int, lines: NDArray[np.int64], worth: Worth) -> Iterator[_Valued]:
    for row in np.flatnonzero(worth.order > 0).tolist():
        change, order, replaced = (round(float(x[row]), 3) for x in (worth.change, worth.order, worth.replaced))
        yield _Valued(kind, term, int(lines[row]), change, order, replaced, round(float(worth.gain[row]), 6))


def _worded(market: ScoredMarket, opened: OpenList, top: int, v: _Valued) -> NextQuestion:
    side, settings = opened.scores.side, next_question_settings()
    question, condition = _said(market, opened, v)
    about = None if v.line < 0 else opened.ids[v.line]
    return NextQuestion(
        kind=v.kind,
        term=None if v.kind == "trial" else opened.scores.names[v.term],
        applicant_id=about if side == "coordinator" else None,
        posting_id=about if side == "applicant" else None,
        question=question,
        chance_of_change=v.change,
        chance_of_order=v.order,
        replaced=v.replaced,
        gain=v.gain,
        sentence=condition + follows_from(settings, side, top, (v.change, v.order, v.replaced)),
    )


def _said(market: ScoredMarket, opened: OpenList, v: _Valued) -> tuple[str, str]:
    """The question, and the condition a sentence begins with."""
    side, settings = opened.scores.side, next_question_settings()
    says = settings.says[side]
    call = opened.own if side == "coordinator" else int(opened.lines[v.line]) if v.line >= 0 else None
    place = "" if call is None else municipality_at(market.postings.frame, call).full_name
    if v.kind == "trial":
        stay = settings.stay[_trials(market, opened)[v.line]].name
        return says.trial_question.format(place=place, stay=stay), says.trial.format(place=place, stay=stay)
    term, asked = TERMS[opened.scores.names[v.term]], _asked(opened, v.term, settings)
    if v.kind == "applicant":
        own = asked.own if side == "applicant" else None
        return own or term.question_for(side), says.applicant.format(topic=asked.applicant_topic or term.title)
    question = _of_the_town(asked, side) or term.question_for(side)
    return question, says.posting.format(topic=asked.posting_topic or term.title, place=place)
