"""Decisions about one application as a timeline, and the steps that may come next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from api.accounts.caller import Caller
from api.decisions.flags import FLAGS_JA
from api.decisions.schemas import DecisionAnswer, StepRequest
from api.decisions.states import State, state_table
from api.decisions.warnings import also_accepted, items_in_ground, warnings_of
from features.records import Application

__all__ = ["DecisionLine", "NextStep", "decision_lines", "next_steps", "present_state", "step_warnings"]


@dataclass(frozen=True)
class DecisionLine:
    """One step of the timeline.

    Attributes
    ----------
    decision : DecisionAnswer
    who : str
        ``you``, ``officer``, ``applicant`` or ``local``.
    flags : sequence of str
        What stands beside the decision, in words.
    corrected : bool
        A later step takes its place.
    """

    decision: DecisionAnswer
    who: str
    flags: Sequence[str]
    corrected: bool


@dataclass(frozen=True)
class NextStep:
    """A step that may come next, and whether it needs a reason whatever the list says."""

    state: State
    needs_reason: bool


def decision_lines(decisions: Sequence[DecisionAnswer], caller: Caller | None) -> list[DecisionLine]:
    """The timeline, oldest first."""
    corrected = {one.corrects for one in decisions}
    return [_line(one, caller, is_corrected=one.decision_id in corrected) for one in decisions]


def present_state(application: Application, decisions: Sequence[DecisionAnswer]) -> State:
    """Where the application stands: at its last decision, else where its status has it."""
    return decisions[-1].state if decisions else state_table().state_of(application.status)


def next_steps(begin: State) -> list[NextStep]:
    """Steps that the municipality may take from a state."""
    table = state_table()
    return [NextStep(state, _needs_reason(begin, state)) for state in table.next_of(begin, "coordinator")]


def _needs_reason(begin: State, end: State) -> bool:
    step = state_table().step(begin, end)
    return step is not None and step.reason != "none"


def step_warnings(session: Session, application: Application, last: DecisionAnswer | None) -> list[str]:
    """What whoever took the last step should know, as the answer of the interface tells it."""
    if last is None:
        return []
    step = StepRequest.model_validate(last.model_dump(include={"application_id", "state", "after", "reason"}))
    also = also_accepted(session, application) if last.state == "accepted" else ()
    items = items_in_ground(step) if last.by.role != "applicant" else ()
    return warnings_of((), items, free_seats=0, n_offered=0, also=also)


def _line(decision: DecisionAnswer, caller: Caller | None, *, is_corrected: bool) -> DecisionLine:
    return DecisionLine(
        decision=decision,
        who=_who(decision, caller),
        flags=[FLAGS_JA[flag] for flag in decision.flags],
        corrected=is_corrected,
    )


def _who(decision: DecisionAnswer, caller: Caller | None) -> str:
    if decision.by.role == "applicant":
        return "applicant"
    if decision.by.account_id is None:
        return "local"
    return "you" if caller is not None and caller.account_id == decision.by.account_id else "officer"
