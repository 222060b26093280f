"""Files of outcomes: who was placed where, since when, and until when the person is known to have been there.

::

    {"outcomes": [
      {"applicant_id": "a1", "posting_id": "p1", "started_on": "2024-04-01", "there_on": "2026-11-20"},
      {"applicant_id": "a2", "posting_id": "p1", "started_on": "2024-04-01", "left_on": "2024-12-31"},
      {"applicant_id": "a3", "posting_id": "p2", "started_on": "2024-04-01", "left_on": "2025-03-31",
       "as_planned": true, "settled": true}
    ]}

Each tells ``there_on``, the last day on which the person is known to have been there, or ``left_on``. Of a term that
ended as planned ``settled`` may say whether the person settled there or nearby. Reasons, remarks and names are not part
of the format.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from features.errors import RecordError
from features.json_files.models import load_model
from features.plain_values import Day
from features.records import Identifier

__all__ = ["Outcome", "OutcomeFile", "load_outcomes", "sorted_outcomes"]

_EARLIEST: Final = date(1900, 1, 1)


class Outcome(BaseModel):
    """One placement and what is known of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    applicant_id: Identifier
    posting_id: Identifier
    started_on: Day
    there_on: Day | None = Field(None, description="Last day the person is known to have been there.")
    left_on: Day | None = None
    as_planned: bool = Field(default=False, description="The term ended as planned: that is no leaving.")
    settled: bool | None = Field(
        default=None, description="After a term that ended as planned: settled there or nearby."
    )

    @model_validator(mode="after")
    def _fits(self) -> Outcome:
        if self.started_on < _EARLIEST:
            raise ValueError(f"started_on lies before {_EARLIEST.isoformat()}, expected that day or a later one")
        if (self.there_on is None) == (self.left_on is None):
            raise ValueError("has both or none of there_on and left_on, expected exactly one")
        if self.as_planned and self.left_on is None:
            raise ValueError("as_planned needs left_on")
        if self.settled is not None and not self.as_planned:
            raise ValueError("settled needs as_planned: it is told of a term that ended as planned")
        if self.last_known < self.started_on:
            raise ValueError("tells a day before started_on, expected that day or a later one")
        return self

    @property
    def last_known(self) -> date:
        """The day the person left, or the last one on which they were there."""
        day = self.left_on or self.there_on
        return self.started_on if day is None else day


class OutcomeFile(BaseModel):
    """The content of a file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcomes: Annotated[tuple[Outcome, ...], Field(max_length=1_000_000)]

    @model_validator(mode="after")
    def _once(self) -> OutcomeFile:
        pairs = [(one.applicant_id, one.posting_id) for one in self.outcomes]
        first: dict[tuple[str, str], int] = {}
        for row, pair in enumerate(pairs):
            if first.setdefault(pair, row) != row:
                raise ValueError(f"outcomes {first[pair]} and {row} are of one person at one posting, expected one")
        return self


def sorted_outcomes(outcomes: Iterable[Outcome]) -> list[dict[str, object]]:
    """Outcomes as JSON in one order, whatever that of the file was: what a digest is taken of."""
    ordered = sorted(outcomes, key=lambda one: (one.applicant_id, one.posting_id))
    return [one.model_dump(mode="json", exclude_none=True) for one in ordered]


def load_outcomes(path: Path, *, today: date | None = None) -> OutcomeFile:
    """Read a file of outcomes.

    Parameters
    ----------
    path : Path
    today : date, optional
        Nobody can have been seen later; an announced leaving (``left_on``) may lie ahead. Not verified when omitted.

    Raises
    ------
    RecordError
        One line that names file and place, never what stands there.
    """
    told = load_model(path, OutcomeFile, what="outcomes")
    for row, one in enumerate(told.outcomes if today is not None else ()):
        if today is not None and one.there_on is not None and one.there_on > today:
            raise RecordError(
                f"{path.name}: outcomes[{row}].there_on lies after {today.isoformat()}, expected no later"
            )
    return told
