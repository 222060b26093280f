"""Which questions are due: 3, 6, 12 and 36 months after a start, until somebody answers or the person has left."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from api.outcomes.placements import Placement, months_after
from api.outcomes.schemas import MONTHS, DueOutcome, Months

__all__ = ["due_outcomes"]


def due_outcomes(placements: Iterable[Placement], *, on: date) -> list[DueOutcome]:
    """Questions that are due on a day and have no answer, oldest first.

    Of one placement only the latest is asked: who is still there at 12 months was there at 6. People whose use is
    stopped are asked nothing.
    """
    found: list[DueOutcome] = []
    for placement in placements:
        start = placement.started_on
        if start is None or placement.left is not None or placement.is_stopped:
            continue
        reached: list[Months] = [months for months in MONTHS if months_after(start, months) <= on]
        if not reached or any(months >= reached[-1] for months in placement.outcomes):
            continue
        found.append(
            DueOutcome(
                application_id=placement.application_id,
                applicant_id=placement.applicant_id,
                posting_id=placement.posting_id,
                months=reached[-1],
                due_on=months_after(start, reached[-1]),
                started_on=start,
            )
        )
    return sorted(found, key=lambda line: (line.due_on, line.application_id))
