"""Records as columns: the only place where ids meet indices.

An applicant's columns come in three separate types, so that a function's signature says what it can read:
``SelectionColumns`` (what a coordinator may rank on), ``EligibilityColumns`` (what the rules need) and
``PrivateColumns`` (what serves this applicant's own recommendations only). A null is *unknown*, an empty list *none*.
What may not be judged (:mod:`features.guard`) is masked in an applicant's texts here, before anything reads them.
"""

from __future__ import annotations

from features.tables.applicants import (
    ApplicantTable,
    EligibilityColumns,
    PrivateColumns,
    SelectionColumns,
    applicant_table,
)
from features.tables.postings import PostingTable, kept_with_calls, posting_table, reads_the_same, with_seats_of

__all__ = [
    "ApplicantTable",
    "EligibilityColumns",
    "PostingTable",
    "PrivateColumns",
    "SelectionColumns",
    "applicant_table",
    "kept_with_calls",
    "posting_table",
    "reads_the_same",
    "with_seats_of",
]
