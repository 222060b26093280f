"""People and calls that reading is tried on, what is said differently, and what the coordinator's score makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.json_files.record_files import load_records
from features.records import Applicant, Posting, Records
from features.scoring import coordinator_factors, coordinator_scores
from features.synthetic import sample_market
from features.tables import applicant_table, posting_table
from features.terms import SELECTION_TERMS
from features.weights import default_weights

SMALL = Path(__file__).parents[3] / "fixtures" / "small"
FIRST = 6  # people who can be met for one call

Change: TypeAlias = Callable[[Applicant], Applicant]
Cube: TypeAlias = NDArray[np.float64]


@lru_cache(maxsize=1)
def people() -> tuple[Applicant, ...]:
    """Everybody of the small fixtures who wrote a motivation, and twenty of the sample market."""
    sample = _sample().applicants[:20]
    return tuple(a for a in (*_small().applicants, *sample) if a.selection_profile.motivation_text)


@lru_cache(maxsize=1)
def calls() -> tuple[Posting, ...]:
    """The small fixtures' calls and twelve of the sample market."""
    return (*_small().postings, *_sample().postings[:12])


@lru_cache(maxsize=1)
def _small() -> Records:
    return load_records([SMALL / "applicants.json", SMALL / "postings.json"])


@lru_cache(maxsize=1)
def _sample() -> Records:
    return sample_market(n_applicants=40, n_postings=24)


def contributions(applicants: Iterable[Applicant], postings: Sequence[Posting] | None = None) -> Cube:
    """Weighted contributions of the coordinator's score, ``(n, m, T)``; the same person may stand in several rows."""
    rows = [a.model_copy(update={"applicant_id": f"{row:05d}"}) for row, a in enumerate(applicants)]
    table = posting_table(calls() if postings is None else postings)
    terms = [term for term in SELECTION_TERMS if "coordinator" in term.audiences]
    factors = coordinator_factors(terms, applicant_table(rows).selection, table)
    scores = coordinator_scores(factors, default_weights().coordinator, len(table))
    return np.stack([scores.column(j).value for j in range(len(table))], axis=1)


@lru_cache(maxsize=1)
def as_written() -> Cube:
    """Contributions of everybody as the records stand."""
    return contributions(people())


def with_profile(applicant: Applicant, **parts: Any) -> Applicant:
    """The applicant with other cells in the selection profile."""
    return applicant.model_copy(update={"selection_profile": applicant.selection_profile.model_copy(update=parts)})


def rewritten(change: Callable[[str], str]) -> Change:
    """Both free texts changed where they are written."""

    def of(applicant: Applicant) -> Applicant:
        profile = applicant.selection_profile
        texts = {name: getattr(profile, name) for name in ("motivation_text", "plan_text")}
        return with_profile(applicant, **{name: change(text) for name, text in texts.items() if text})

    return of


def told(sentence: str) -> Change:
    """One sentence more, before the motivation and again after the plan."""

    def of(applicant: Applicant) -> Applicant:
        profile = applicant.selection_profile
        return with_profile(
            applicant,
            motivation_text=sentence + (profile.motivation_text or ""),
            plan_text=(profile.plan_text or "") + sentence if profile.plan_text else profile.plan_text,
        )

    return of


def kept_orders(changed: Cube) -> tuple[int, int]:
    """How many orders of the first six stay, of all where one of those six is the one who wrote differently."""
    before, after = as_written().sum(axis=2), changed.sum(axis=2)
    kept = cases = 0
    for column in range(before.shape[1]):
        first = np.argsort(-before[:, column], kind="stable")[:FIRST]
        for row in first.tolist():
            totals = before[:, column].copy()
            totals[row] = after[row, column]
            kept += np.array_equal(np.argsort(-totals, kind="stable")[:FIRST], first)
            cases += 1
    return kept, cases
