"""A stored round in figures, for whoever checks the method and reads no record of a person: no ids, no small number.

Digests stand whole, so that anybody can compare them with the files, weights and rules they have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.outcomes.schemas import Share
from api.outcomes.summary import told_share
from api.runs.explanations import UnmatchedLine
from api.storage.errors import DamagedRowError
from api.storage.tables import RunRow
from features.rounds.results import Mechanism
from features.smallest_told import SMALLEST_TOLD

__all__ = ["RunCertificate", "RunFigures", "RunOrigin", "run_figures"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class RunCertificate(_Part):
    """The proof that no other placement has a larger total."""

    value: float
    bound: float
    gap: float
    holds: bool


class _Left(_Part):
    accepted: int = 0
    ended: int = 0


class _Report(_Part):
    feasible: bool
    stable: bool
    blocking_pairs: tuple[tuple[str, str], ...]
    objective: float
    certificate: RunCertificate | None
    seats: int
    first_choice_share: float | None
    mean_rank: float | None
    wishes: str
    left_out: _Left = _Left()
    unmatched: tuple[UnmatchedLine, ...]
    passed_over: tuple[object, ...] = ()


class _Named(_Part):
    name: str
    digest: str


class _Ruleset(_Part):
    id: str
    digest: str


class _Inputs(_Part):
    records: str


class _Options(_Part):
    list_length: int | None = None
    lottery: str | None = None


class _Provenance(_Part):
    on: str
    seed: int | None = None
    inputs: _Inputs
    rulesets: tuple[_Ruleset, ...]
    weights: _Named
    reference: str
    code_version: str
    options: _Options = _Options()


class _Run(_Part):
    matching: dict[str, str | None]
    report: _Report
    provenance: _Provenance


class RunOrigin(BaseModel):
    """What a round was computed from: digests in full."""

    on: str = Field(description="The day the rules were asked about.")
    seed: int | None
    lottery: str | None
    list_length: int | None
    wishes: str
    weights_name: str
    weights: str = Field(description="Digest of the weights.")
    records: str = Field(description="Digest of the records.")
    rules: dict[str, str] = Field(description="Digest of each rule file.")
    reference: str
    code_version: str


_HIDDEN: Final = Share(known=None, number=None, share=None)
_WITHHELD = "Null where a number below withheld_below would be told."


class RunFigures(BaseModel):
    """A round without its people."""

    run_id: str
    mechanism: Mechanism
    status: str
    created_at: datetime
    digest: str = Field(description="Of the whole record.")
    origin: RunOrigin
    feasible: bool
    stable: bool
    pairs: Annotated[int | None, Field(description=f"Pairs that would rather have each other. {_WITHHELD}")]
    objective: Annotated[float | None, Field(description=f"Total of both sides' mean scores. {_WITHHELD}")]
    certificate: Annotated[RunCertificate | None, Field(description="Null for rounds of the other kind too.")]
    people: Annotated[int | None, Field(description=_WITHHELD)]
    seats: Annotated[int | None, Field(description="Null where people less seats would tell who has no place.")]
    placed: Share
    first_choice: Annotated[Share, Field(description="Of the people with a place.")]
    below_a_wish: Annotated[Share, Field(description="Of the people with a place.")]
    mean_rank: Annotated[float | None, Field(description=f"0 is the first wish. {_WITHHELD}")]
    left_out: dict[str, int | None]
    unmatched: dict[str, int | None]
    withheld_below: int


def run_figures(row: RunRow) -> RunFigures:
    """The figures of a stored round.

    Raises
    ------
    DamagedRowError
        If what is stored is not what a round stores.
    """
    try:
        run = _Run.model_validate_json(row.body)
    except ValidationError:
        raise DamagedRowError("run", row.id) from None
    report, n_people = run.report, len(run.matching)
    n_placed = sum(place is not None for place in run.matching.values())
    n_first = 0 if report.first_choice_share is None else round(report.first_choice_share * n_placed)
    placed = told_share(n_people, n_placed, SMALLEST_TOLD)
    first = _of_placed(placed, n_placed, n_first)
    below = _of_placed(placed, n_placed, len(report.passed_over))
    if first.number is not None and 0 < n_placed - n_first - len(report.passed_over) < SMALLEST_TOLD:
        below = _HIDDEN  # what the two leave of the placed would be told by taking them off
    is_told = placed.number is not None and n_placed >= SMALLEST_TOLD  # else a total is that of single people
    why = Counter(reason for line in report.unmatched for reason in line.reasons or ("other",))
    n_pairs = len(report.blocking_pairs)
    return RunFigures.model_validate(
        row.model_dump(include={"mechanism", "status", "created_at", "digest"})
        | {
            "run_id": row.id,
            "origin": _origin(run),
            "feasible": report.feasible,
            "stable": report.stable,
            "pairs": n_pairs if n_pairs == 0 else _told(n_pairs),
            "objective": report.objective if is_told else None,
            "certificate": report.certificate if is_told else None,
            "people": _told(n_people),
            "seats": report.seats if placed.number is not None or n_people < SMALLEST_TOLD else None,
            "placed": placed,
            "first_choice": first,
            "below_a_wish": below,
            # a mean of few ranks that differ tells how many do
            "mean_rank": report.mean_rank if is_told and first.number is not None else None,
            "left_out": _counts({"accepted": report.left_out.accepted, "ended": report.left_out.ended}),
            # reasons add up to the people without a place, and so tell how many have one
            "unmatched": _counts(why) if placed.number is not None else dict.fromkeys(sorted(why)),
            "withheld_below": SMALLEST_TOLD,
        }
    )


def _origin(run: _Run) -> RunOrigin:
    told = run.provenance
    return RunOrigin(
        on=told.on,
        seed=told.seed,
        lottery=told.options.lottery,
        list_length=told.options.list_length,
        wishes=run.report.wishes,
        weights_name=told.weights.name,
        weights=told.weights.digest,
        records=told.inputs.records,
        rules={one.id: one.digest for one in told.rulesets},
        reference=told.reference,
        code_version=told.code_version,
    )


def _of_placed(placed: Share, n_placed: int, number: int) -> Share:
    """A share of the people with a place; withheld with its base, which would stand in it as ``known``."""
    return _HIDDEN if placed.number is None else told_share(n_placed, number, SMALLEST_TOLD)


def _counts(numbers: Mapping[str, int]) -> dict[str, int | None]:
    """Numbers by name; the next smallest are withheld with small ones, because the sum of all may be known.

    Two at least are withheld where one is, and together they are no small number: 2 and 1 would be told as their 3.
    """
    there = {name: number for name, number in sorted(numbers.items()) if number}
    told: dict[str, int | None] = dict(there)
    n_hidden, hidden = 0, 0
    for number, name in sorted((number, name) for name, number in there.items()):
        if number < SMALLEST_TOLD or (n_hidden and (n_hidden < 2 or hidden < SMALLEST_TOLD)):
            told[name] = None
            n_hidden, hidden = n_hidden + 1, hidden + number
    return told


def _told(number: int) -> int | None:
    return number if number >= SMALLEST_TOLD else None
