"""What became of people whom an invented office placed, drawn from the known truth and told as an office's file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from features.records import Records
from features.staying.month_counts import whole_months
from features.staying.outcome_files import Outcome, OutcomeFile
from features.synthetic.known_truth import solved_truth, unsolved_truth

__all__ = ["Placed", "placed_outcomes"]

_LOOKS: Final = (3, 6, 12, 24)
_TERM: Final = 36


class Placed(NamedTuple):
    """One placement: rows of applicant and posting, and the terms ``(K,)`` of the truth."""

    applicant: int
    posting: int
    terms: npt.NDArray[np.float64]


class _Fate(NamedTuple):
    left_in: int
    settled: int
    day: int  # of the month in which the person left


def placed_outcomes(rng: np.random.Generator, records: Records, placed: Sequence[Placed], *, on: date) -> OutcomeFile:
    """Outcomes as known on a day: offices looked at 3, 6, 12, 24 and 36 months, of leavers they know the day.

    Parameters
    ----------
    rng : numpy.random.Generator
    records : Records
        Each call has a ``start_date``.
    placed : sequence of Placed
    on : date
    """
    if not placed:
        return OutcomeFile(outcomes=())
    rows = np.stack([one.terms for one in placed])
    truth = solved_truth(unsolved_truth(), rows)
    codes = [records.postings[one.posting].municipality_code for one in placed]
    towns, town = np.unique(np.array(codes), return_inverse=True)
    place = rng.normal(0.0, truth.place_sd, towns.size)[town]
    drawn = truth.draw(rng, rows, place=place, person=rng.normal(0.0, truth.person_sd, len(placed)))
    days = rng.integers(0, 28, len(placed)).tolist()
    fates = map(_Fate._make, zip(drawn.left_in.tolist(), drawn.settled.tolist(), days, strict=True))
    told = [_outcome(records, one, fate, on) for one, fate in zip(placed, fates, strict=True)]
    return OutcomeFile(outcomes=tuple(sorted(told, key=lambda one: (one.started_on, one.applicant_id))))


def _outcome(records: Records, one: Placed, fate: _Fate, on: date) -> Outcome:
    posting = records.postings[one.posting]
    start = posting.start_date or on
    told: dict[str, object] = {
        "applicant_id": records.applicants[one.applicant].applicant_id,
        "posting_id": posting.posting_id,
        "started_on": start,
    }
    left = _months_after(start, fate.left_in - 1) + timedelta(days=fate.day) if fate.left_in else None
    finished = _months_after(start, _TERM)
    if left is not None and left <= on:
        return Outcome.model_validate(told | {"left_on": left})
    if left is None and finished <= on:
        return Outcome.model_validate(told | {"left_on": finished, "as_planned": True, "settled": fate.settled > 0})
    looked = max((months for months in _LOOKS if months <= whole_months(start, on)), default=0)
    return Outcome.model_validate(told | {"there_on": _months_after(start, looked)})


def _months_after(day: date, months: int) -> date:
    """The same day of a later month; starts are on the first, so it is there."""
    return day.replace(year=day.year + (day.month - 1 + months) // 12, month=(day.month - 1 + months) % 12 + 1)
