"""Why a pair stands where it stands: reasons, gaps and the next question to ask.

Reasons are ordered by what they contributed, gaps by what they cost, questions by how far the answer could move the
score; a rule that waits for an answer asks before any term does. Sentences come from the terms and rules themselves
and quote the records word for word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.rules import RuleFinding
from features.tables import ApplicantTable, PostingTable
from features.terms.term import Audience, Finding, PrivateTerm, Term

__all__ = ["Explanation", "Question", "Reason", "explain_pair"]

_MOST = 5  # sentences of a kind: more is not read before an interview


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

    Returns
    -------
    Explanation
        At most five sentences of a kind; ties keep the order of ``names``.
    """
    findings = {name: found for name in names if (found := _find(terms[name], pair)) is not None}
    reasons = _of_kind("reason", findings, terms, _descending(names, value))
    gaps = _of_kind("gap", findings, terms, _descending(names, weights - value))
    asked = [
        Question(None, rule.rule_id, rule.sentence)
        for rule in rules
        if rule.verdict.startswith("needs_") and not rule.note
    ]
    open_terms = [name for name in _descending(names, width) if width[names.index(name)] > 0]
    asked += [Question(name, None, terms[name].question_for(audience)) for name in open_terms]
    return Explanation(tuple(reasons)[:_MOST], tuple(gaps)[:_MOST], tuple(asked)[:_MOST])


def _find(term: Term, pair: tuple[ApplicantTable, int, PostingTable, int]) -> Finding | None:
    applicants, i, postings, j = pair
    if isinstance(term, PrivateTerm):
        return term.find(applicants, i, postings, j)
    return term.find(applicants.selection, i, postings, j)


def _descending(names: Sequence[str], amount: NDArray[np.float64]) -> list[str]:
    return [names[int(t)] for t in np.argsort(-amount, kind="stable").tolist()]


def _of_kind(
    kind: str, findings: Mapping[str, Finding], terms: Mapping[str, Term], order: Sequence[str]
) -> Iterator[Reason]:
    for name in order:
        found = findings.get(name)
        if found is not None and found.kind == kind:
            yield Reason(name, terms[name].title, found.sentence, found.applicant_phrase, found.posting_phrase)
