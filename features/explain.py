"""Why a pair stands where it stands: reasons, gaps and the next question to ask.

Reasons are ordered by what they contributed, gaps by what they cost, questions by how far the answer could move the
score; a rule that waits for an answer asks before any term does. Sentences come from the terms and rules themselves
and quote the records word for word; of two reasons that rest on the same words the one that contributed more is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.reading.own_words import in_own_words
from features.rules import RuleFinding
from features.tables import ApplicantTable, PostingTable
from features.terms.term import Audience, Finding, PrivateTerm, Term

__all__ = ["Explanation", "Question", "Reason", "explain_pair", "found_in_pair"]


@dataclass(frozen=True)
class Reason:
    """One finding of one term, with the phrases it rests on."""

    term: str
    title: str
    sentence: str
    applicant_phrase: str | None
    posting_phrase: str | None


@dataclass(frozen=True)
class Question:
    """What to ask next, and the term or rule that waits for the answer."""

    term: str | None
    rule_id: str | None
    question: str


@dataclass(frozen=True)
class Explanation:
    """Reasons, gaps and questions of one pair, each most important first."""

    reasons: tuple[Reason, ...]
    gaps: tuple[Reason, ...]
    questions: tuple[Question, ...]


def explain_pair(
    terms: Mapping[str, Term],
    names: Sequence[str],
    *,
    value: NDArray[np.float64],
    width: NDArray[np.float64],
    weights: NDArray[np.float64],
    pair: tuple[ApplicantTable, int, PostingTable, int],
    rules: Sequence[RuleFinding],
    audience: Audience,
    found: Mapping[str, Finding | None] | None = None,
) -> Explanation:
    """Explain one pair from its contributions.

    Parameters
    ----------
    terms : mapping of name to Term
    names : sequence of str
        Order of the contributions.
    value, width, weights : (T,) float64
        Weighted contribution, width of its interval, and weight of each term.
    pair : (applicants, i, postings, j)
    rules : sequence of RuleFinding
        What the rules say of the pair.
    audience : "coordinator" or "applicant"
        Who reads the questions.
    found : mapping of term to Finding or None, optional
        What :func:`found_in_pair` found already, for both sides' scores of one pair.

    Returns
    -------
    Explanation
        All there is to say, nothing asked twice; ties keep the order of ``names``.
    """
    every = found_in_pair(terms, names, pair) if found is None else found
    findings = {name: finding for name in names if (finding := every[name]) is not None}
    parts = zip(names, weights, value, strict=True)
    carried = [_carried(findings.get(name), float(weight), float(part)) for name, weight, part in parts]
    reasons = _without_repeats(_of_kind("reason", findings, terms, _descending(names, np.array(carried))))
    gaps = _of_kind("gap", findings, terms, _descending(names, weights - value))
    asked = [
        Question(None, rule.rule_id, rule.sentence)
        for rule in rules
        if rule.verdict.startswith("needs_") and not rule.note
    ]
    open_terms = [name for name in _descending(names, width) if width[names.index(name)] > 0]
    asked += [Question(name, None, terms[name].question_for(audience)) for name in open_terms]
    return Explanation(tuple(reasons), tuple(gaps), _asked_once(asked))


def found_in_pair(
    terms: Mapping[str, Term], names: Iterable[str], pair: tuple[ApplicantTable, int, PostingTable, int]
) -> dict[str, Finding | None]:
    """What each term finds in one pair."""
    return {name: _find(terms[name], pair) for name in names}


def _find(term: Term, pair: tuple[ApplicantTable, int, PostingTable, int]) -> Finding | None:
    applicants, i, postings, j = pair
    if isinstance(term, PrivateTerm):
        return term.find(applicants, i, postings, j)
    return term.find(in_own_words(applicants.selection, postings), i, postings, j)


def _carried(found: Finding | None, weight: float, value: float) -> float:
    """What a finding contributed: the whole contribution, or the part of the weight it stands for."""
    return value if found is None or found.amount is None else weight * found.amount


def _descending(names: Sequence[str], amount: NDArray[np.float64]) -> list[str]:
    return [names[int(t)] for t in np.argsort(-amount, kind="stable").tolist()]


def _of_kind(
    kind: str, findings: Mapping[str, Finding], terms: Mapping[str, Term], order: Sequence[str]
) -> Iterator[Reason]:
    for name in order:
        found = findings.get(name)
        if found is not None and found.kind == kind:
            yield Reason(name, terms[name].title, found.sentence, found.applicant_phrase, found.posting_phrase)


def _asked_once(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Each question but once: where one answer settles several terms or rules the first is named."""
    first: dict[str, Question] = {}
    for question in questions:
        first.setdefault(question.question, question)
    return tuple(first.values())


def _without_repeats(reasons: Iterable[Reason]) -> list[Reason]:
    """Without reasons that quote the same words of both records as an earlier one."""
    kept: list[Reason] = []
    for reason in reasons:
        if not any(_quotes_the_same(reason, earlier) for earlier in kept):
            kept.append(reason)
    return kept


def _quotes_the_same(one: Reason, other: Reason) -> bool:
    pairs = ((one.applicant_phrase, other.applicant_phrase), (one.posting_phrase, other.posting_phrase))
    said = [pair for pair in pairs if pair != (None, None)]
    return bool(said) and all(a is not None and b is not None and (a in b or b in a) for a, b in said)
