"""Shapes of questions about a stored run, and of what came of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from api.jobs.answers import JobAnswer
from features.records import Identifier, MunicipalityCode, Record

__all__ = [
    "Changed",
    "Frontier",
    "FrontierPoint",
    "Limits",
    "Moved",
    "PricedLimit",
    "PricedSeat",
    "Question",
    "Repair",
    "RepairWay",
    "TownLimits",
    "WhatIfAnswer",
    "WhatIfJob",
    "WhatIfRequest",
]

Question: TypeAlias = Literal["frontier", "limits", "repair"]
_Total: TypeAlias = Annotated[float, Field(description="Of both sides' mean scores.")]


class TownLimits(Record):
    """At most, and at least, so many people in all postings of a municipality."""

    municipality_code: MunicipalityCode
    cap: Annotated[int | None, Field(ge=0, le=10_000)] = None
    floor: Annotated[int, Field(ge=0, le=10_000)] = 0


class WhatIfRequest(Record):
    """What is asked about a stored run; nothing of it changes the run."""

    question: Annotated[
        Question,
        Field(
            description="frontier: totals between the most stable and the best; limits: what one seat more is worth, "
            "and the round under limits of towns; repair: how to go on after a withdrawal."
        ),
    ]
    withdrawn: Annotated[
        tuple[Identifier, ...], Field(max_length=100, description="For repair: applicants who withdrew.")
    ] = ()
    limits: Annotated[tuple[TownLimits, ...], Field(max_length=200, description="For limits.")] = ()


class WhatIfJob(BaseModel):
    """What the job holds; ``run_id`` stands as in a verification, so that the same bounds hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run_id: str
    asked: WhatIfRequest


class FrontierPoint(BaseModel):
    """The best matching known with so many blocking pairs."""

    n_blocking: Annotated[int, Field(description="Pairs that would rather have each other.")]
    n_people: Annotated[int, Field(description="Distinct applicants among them.")]
    n_matched: int
    value: _Total
    bound: Annotated[float, Field(description="No matching with so few blocking pairs is worth more.")]
    status: Annotated[
        Literal["proven", "optimal", "feasible"],
        Field(description="By prices; searched to the end; or the best that was found in the time."),
    ]


class Frontier(BaseModel):
    """From the most stable to the largest total."""

    points: Sequence[FrontierPoint]


class Changed(BaseModel):
    """How another matching differs."""

    placed: int
    total: _Total
    n_better: int
    n_worse: int


class PricedSeat(BaseModel):
    """What one seat more in a full posting would change."""

    posting_id: str
    change: Changed


class PricedLimit(BaseModel):
    """A limit, and what loosening it by one would change; ``null`` where it does not bind."""

    municipality_code: str
    side: Literal["cap", "floor"]
    limit: int
    held: int
    change: Changed | None


class Limits(BaseModel):
    """Seats and limits with their prices."""

    seats: Sequence[PricedSeat]
    limits: Sequence[PricedLimit]
    n_matched: Annotated[int | None, Field(description="People placed under the limits; null without limits.")]
    change: Annotated[Changed | None, Field(description="Against the stored run.")]


class Moved(BaseModel):
    """One person who holds another place; who it is stands only in the answer of the run's own route."""

    number: Annotated[int, Field(ge=1, description="Place in the order of the run's applicant ids.")]
    applicant_id: str | None = None
    before: str | None
    after: str | None


class RepairWay(BaseModel):
    """One way to go on after a withdrawal."""

    way: Annotated[
        Literal["fewest_moves", "kept", "fresh"],
        Field(
            description="The run's promise with the fewest moves; everybody stays and free seats are filled; "
            "or as if nothing had been proposed."
        ),
    ]
    moves: Sequence[Moved]
    n_moved: Annotated[int, Field(description="People who would lose the place they were told.")]
    n_matched: int
    n_blocking: int
    total: _Total


class Repair(BaseModel):
    """Ways to go on, side by side; people choose."""

    ways: Sequence[RepairWay]


class WhatIfAnswer(BaseModel):
    """How far a question is, and what came of it."""

    run_id: str
    question: Question
    withdrawn: Sequence[str]
    job: JobAnswer
    frontier: Frontier | None = None
    limits: Limits | None = None
    repair: Repair | None = None
