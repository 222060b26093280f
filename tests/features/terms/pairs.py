"""One term of one pair: its contribution with bounds, and what it says."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from features.records import Applicant, Posting
from features.scoring import Scores
from features.tables import ApplicantTable, PostingTable, applicant_table, posting_table
from features.terms.factor import Factor
from features.terms.term import Finding, PrivateTerm, Term


class Seen(NamedTuple):
    """Contribution of one pair with its bounds, and the sentence about it."""

    value: float
    low: float
    high: float
    finding: Finding | None


def build(term: Term, applicants: ApplicantTable, postings: PostingTable) -> Factor:
    """The factor of a term, whichever type it has."""
    if isinstance(term, PrivateTerm):
        return term.build(applicants, postings)
    return term.build(applicants.selection, postings)


def find(term: Term, applicants: ApplicantTable, i: int, postings: PostingTable, j: int) -> Finding | None:
    """What a term says about one pair, whichever type it has."""
    if isinstance(term, PrivateTerm):
        return term.find(applicants, i, postings, j)
    return term.find(applicants.selection, i, postings, j)


def scores_of(term: Term, applicants: ApplicantTable, postings: PostingTable) -> Scores:
    """The score that consists of one term alone."""
    return Scores("applicant", (term.name,), (build(term, applicants, postings),), np.ones((len(applicants), 1)))


def see(term: Term, applicant: Applicant, posting: Posting, *, others: tuple[Posting, ...] = ()) -> Seen:
    """One applicant and one posting, which may stand among others."""
    applicants, postings = applicant_table([applicant]), posting_table([posting, *others])
    parts = scores_of(term, applicants, postings).row(0)
    found = find(term, applicants, 0, postings, 0)
    return Seen(parts.value[0].item(), parts.low[0].item(), parts.high[0].item(), found)
