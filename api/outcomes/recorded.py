"""Outcomes of the service as a stay model reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from api.outcomes.placements import Placement
from features.staying.outcome_files import Outcome

__all__ = ["ServiceOutcomes", "service_outcomes"]


@dataclass(frozen=True)
class ServiceOutcomes:
    """Outcomes that say something, the applications they are of, and how many placements say nothing yet.

    ``left_out`` counts ``without_start`` (nobody recorded when it began) and ``nobody_asked`` (no outcome yet).
    """

    outcomes: tuple[Outcome, ...]
    application_ids: tuple[str, ...]
    left_out: dict[str, int]


def service_outcomes(placements: Sequence[Placement]) -> ServiceOutcomes:
    """What is known of placements, each by the outcomes that count; of people whose use is stopped, nothing."""
    counted, told, ids = Counter[str](), list[Outcome](), list[str]()
    for placement in placements:
        if placement.is_stopped:
            continue
        outcome = _outcome(placement)
        if placement.started_on is None:
            counted["without_start"] += 1
        elif outcome is None:
            counted["nobody_asked"] += 1
        else:
            told.append(outcome)
            ids.append(placement.application_id)
    return ServiceOutcomes(tuple(told), tuple(ids), dict(counted))


def _outcome(placement: Placement) -> Outcome | None:
    if placement.started_on is None or not placement.outcomes:
        return None
    left = placement.left
    looked = max(row.found_on for row in placement.outcomes.values())
    return Outcome(
        applicant_id=placement.applicant_id,
        posting_id=placement.posting_id,
        started_on=placement.started_on,
        there_on=looked if left is None else None,
        left_on=None if left is None else left.left_on,
        as_planned=left is not None and left.exit_code == "planned",
    )
