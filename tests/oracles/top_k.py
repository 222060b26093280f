"""A plain twin of the lists of a whole market: every pair's score as a Python integer, every list a full sort."""

from __future__ import annotations

from matching.ranking.score_sides import ApplicantSide, PostingSide

Lists = list[list[tuple[int, int]]]


def score_units(applicants: ApplicantSide, postings: PostingSide, i: int, j: int) -> int:
    """The score of one pair in units of 2⁻⁵²."""
    total = sum(
        round(float(a) * 2**26) * round(float(p) * 2**26)
        for a, p in zip(applicants.vectors[i], postings.vectors[j], strict=True)
    )
    for t, table in enumerate(postings.tables):
        value = float(table.values[applicants.row_codes[i, t], table.codes[j]]) * float(table.column_weights[j])
        total += round(float(applicants.row_weights[i, t]) * 2**26) * round(value * 2**26)
    return total


def is_excluded(applicants: ApplicantSide, postings: PostingSide, i: int, j: int) -> bool:
    """Whether a rule, the block's mask or an exception leaves the pair out."""
    found = applicants.exceptions
    if found is not None:
        for row, posting, excluded in zip(found.rows, found.postings, found.excluded, strict=True):
            if (row, posting) == (i, j):
                return bool(excluded)
    by_rule = any(rule.excluded[applicants.row_states[i, r], rule.states[j]] for r, rule in enumerate(postings.rules))
    return by_rule or (applicants.excluded is not None and bool(applicants.excluded[i, j]))


def lists_of_applicants(applicants: ApplicantSide, postings: PostingSide, length: int) -> Lists:
    """(posting, units) of every applicant, best first, equal scores by index."""
    return [
        sorted(
            (
                (j, score_units(applicants, postings, i, j))
                for j in range(len(postings))
                if not is_excluded(applicants, postings, i, j)
            ),
            key=lambda item: (-item[1], item[0]),
        )[:length]
        for i in range(len(applicants))
    ]


def lists_of_postings(applicants: ApplicantSide, postings: PostingSide, length: int) -> Lists:
    """(applicant, units) of every posting, best first, equal scores by index."""
    return [
        sorted(
            (
                (i, score_units(applicants, postings, i, j))
                for i in range(len(applicants))
                if not is_excluded(applicants, postings, i, j)
            ),
            key=lambda item: (-item[1], item[0]),
        )[:length]
        for j in range(len(postings))
    ]
