"""What a change of a call may do: the moves of its state, and the seats that are taken meanwhile."""

from __future__ import annotations

from datetime import date, datetime

from api.decisions.errors import NotOpenError, PostingMoveError, SeatsError
from api.decisions.states import state_table
from api.settings import JAPAN
from features.records import Application, Posting

__all__ = ["after_change", "verify_open"]


def after_change(stored: Posting, sent: Posting) -> Posting:
    """The posting to store: what is sent, with the seats that are left where it does not tell them.

    Raises
    ------
    PostingMoveError
        If its state does not lead to the one that is sent.
    SeatsError
        If the headcount would be less than the seats that are taken.
    """
    possible = state_table().postings[stored.state]
    if sent.state != stored.state and sent.state not in possible:
        raise PostingMoveError(stored.posting_id, begin=stored.state, end=sent.state, possible=possible)
    if sent.seats_left is not None or stored.seats_left is None:
        return sent
    # whoever does not speak of seats does not free those on which somebody sits
    left = sent.headcount - (stored.headcount - stored.seats_left)
    if left < 0:
        taken = stored.headcount - stored.seats_left
        raise SeatsError(f"posting {stored.posting_id}: headcount is {sent.headcount}, but {taken} seats are taken")
    return sent.model_copy(update={"seats_left": left})


def verify_open(posting: Posting, application: Application, *, on: date, is_by_applicant: bool) -> None:
    """Refuse an application to a call that takes none on the day.

    A paper that came in before the deadline is entered whenever its municipality comes to it, also after the call was
    closed: ``received_at`` says so.

    Raises
    ------
    NotOpenError
        If the call is a draft, is closed, or its deadline is past.
    """
    if posting.state == "draft":
        raise NotOpenError(posting.posting_id, "is a draft")
    received = None if is_by_applicant else _day(application)
    if received is not None and received <= (posting.deadline or on):
        return
    if posting.state == "closed":
        raise NotOpenError(posting.posting_id, "is closed")
    if posting.deadline is not None and (received or on) > posting.deadline:
        raise NotOpenError(posting.posting_id, f"had its deadline on {posting.deadline.isoformat()}")


def _day(application: Application) -> date | None:
    received = application.received_at
    return received.astimezone(JAPAN).date() if isinstance(received, datetime) else received
