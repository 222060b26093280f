"""Whether a step may be taken: by the table of states, the last decision, who takes it, and its reason."""

from __future__ import annotations

from collections.abc import Collection

from api.accounts.errors import ForbiddenError
from api.decisions.errors import CorrectionError, NoSuchStepError, ReasonNeededError, StaleDecisionError
from api.decisions.flags import FLAGS_JA, OVERRIDES, Flag
from api.decisions.schemas import StepRequest
from api.decisions.states import Side, State, Step, state_table
from api.decisions.tables import DecisionRow

__all__ = ["begin_of", "is_repeat", "verify_corrected", "verify_reason", "verify_seen", "verify_step"]


def is_repeat(sent: StepRequest, last: DecisionRow | None, *, account_id: str | None, role: str) -> bool:
    """Whether a request asks for what is stored as the last decision already: sending it twice does no harm."""
    if last is None or (last.account_id, last.role) != (account_id, role):
        return False
    asked = (sent.state, sent.after, sent.corrects, sent.reason)
    return asked == (last.state, last.after, last.corrects, last.reason)


def verify_seen(sent: StepRequest, last: DecisionRow | None) -> None:
    """Refuse a step of whoever has not read the last one.

    Raises
    ------
    StaleDecisionError
        If ``after`` is not the last decision.
    CorrectionError
        If ``corrects`` is not.
    """
    last_id = None if last is None else last.id
    if sent.after != last_id:
        raise StaleDecisionError(sent.application_id, sent=sent.after, last=last_id)
    if sent.corrects is not None and sent.corrects != last_id:
        raise CorrectionError(sent.application_id, last=last_id)


def begin_of(sent: StepRequest, present: State, last: DecisionRow | None) -> State:
    """Where the step begins: at the present state; a correction begins where the corrected step began."""
    if sent.corrects is None or last is None:
        return present
    return state_table().state(last.from_state)


def verify_corrected(sent: StepRequest, last: DecisionRow | None, side: Side) -> None:
    """Refuse to correct what the other side did: an answer that a person gave is that person's, a judgement is not.

    Raises
    ------
    ForbiddenError
        If it is, with the way out.
    """
    if sent.corrects is None or last is None:
        return
    is_own_word = last.role == "applicant"
    if is_own_word and side != "applicant":
        way_out = "the person corrects it, or a withdrawal or a new application is entered"
        raise ForbiddenError(f"the last step was taken by the applicant with the own account; {way_out}")
    if not is_own_word and side == "applicant":
        raise ForbiddenError("a correction of the municipality's step is for the municipality; ask it")


def verify_step(sent: StepRequest, begin: State, side: Side) -> Step | None:
    """The step of the table; ``None`` where a correction takes the last step back.

    Raises
    ------
    ForbiddenError
        If it is not for that side.
    NoSuchStepError
        If the table has none from ``begin`` to the state.
    """
    table = state_table()
    if sent.corrects is not None and sent.state == begin:
        return None
    step = table.step(begin, sent.state)
    if step is not None and side not in step.by:
        raise ForbiddenError(f"the step to {sent.state} is for the {' or '.join(step.by)}")
    if step is None:
        possible = table.next_of(begin, side)
        raise NoSuchStepError(sent.application_id, begin=begin, end=sent.state, possible=possible)
    return step


def verify_reason(sent: StepRequest, step: Step | None, side: Side, flags: Collection[Flag]) -> None:
    """Refuse a step without the reason that it needs.

    Raises
    ------
    ReasonNeededError
        Why it needs one.
    """
    if sent.reason is not None:
        return
    because = [f"{flag} ({FLAGS_JA[flag]})" for flag in flags if flag in OVERRIDES or flag == "company_conflict"]
    if sent.corrects is not None:
        because.append("it is a correction")
    if step is not None and step.reason == "always":
        because.append(f"the state is {sent.state}")
    if step is not None and step.reason == "of_coordinator" and side == "coordinator":
        because.append("the applicant's word is written down by somebody else; say how it came")
    if because:
        raise ReasonNeededError(sent.application_id, because=because)
