"""Seats of a posting: an acceptance takes one, whoever withdraws after it gives it back, and none is given twice."""

from __future__ import annotations

from sqlmodel import Session, func, select

from api.decisions.errors import SeatsError
from api.decisions.whole_session import reaching_everything
from api.storage.record_kinds import POSTINGS
from api.storage.stored_records import read, replace
from api.storage.tables import ApplicationRow
from features.records import Posting, Records

__all__ = [
    "accepted_at",
    "counted_seats",
    "free_seats",
    "give_back_seat",
    "seats_after",
    "take_seat",
    "verify_loaded_seats",
    "verify_seats",
    "with_status",
]


def with_status(session: Session, posting_id: str, status: str) -> int:
    """How many applications to a posting have a status."""
    counted = select(func.count()).select_from(ApplicationRow)
    return session.exec(counted.where(ApplicationRow.posting_id == posting_id, ApplicationRow.status == status)).one()


def accepted_at(session: Session, posting_id: str) -> int:
    """How many have accepted, also those whom a conflict of interest hides from whoever asks: they sit all the same."""
    with reaching_everything(session) as whole:
        return with_status(whole, posting_id, "accepted")


def seats_after(posting: Posting, n_accepted: int) -> int:
    """Seats still free: as the posting tells them, else those of the headcount on which nobody sits.

    Examples
    --------
    >>> call = Posting(posting_id="p1", program="kyoryokutai", municipality_code="01468", headcount=3)
    >>> seats_after(call, 1), seats_after(call.model_copy(update={"seats_left": 3}), 1)
    (2, 3)
    """
    return max(posting.headcount - n_accepted, 0) if posting.seats_left is None else posting.seats_left


def free_seats(session: Session, posting: Posting) -> int:
    """The same of a stored posting."""
    return seats_after(posting, with_status(session, posting.posting_id, "accepted"))


def counted_seats(session: Session, posting: Posting) -> int:
    """Seats on which nobody sits, whatever the posting tells: the headcount less who has accepted.

    Raises
    ------
    SeatsError
        If more have accepted than the headcount.
    """
    n_accepted = accepted_at(session, posting.posting_id)
    if n_accepted > posting.headcount:
        told = f"headcount is {posting.headcount}, but {n_accepted} seats are taken"
        raise SeatsError(f"posting {posting.posting_id}: {told}")
    return posting.headcount - n_accepted


def take_seat(session: Session, posting_id: str) -> None:
    """Take a seat for somebody who accepts; to be called before the application says so.

    Raises
    ------
    SeatsError
        If none is left.
    """
    posting = read(session, POSTINGS, posting_id)
    free = free_seats(session, posting)
    if free == 0:
        raise SeatsError(f"posting {posting_id} has no seat left; the offer stands until one is free")
    replace(session, POSTINGS, posting_id, posting.model_copy(update={"seats_left": free - 1}))


def give_back_seat(session: Session, posting_id: str) -> None:
    """Give back the seat of somebody who had accepted; to be called before the application says otherwise."""
    posting = read(session, POSTINGS, posting_id)
    if posting.seats_left is not None:  # where it is not told, it follows from who has accepted
        left = min(posting.seats_left + 1, posting.headcount)
        replace(session, POSTINGS, posting_id, posting.model_copy(update={"seats_left": left}))


def verify_seats(session: Session, stored: Posting, posting: Posting) -> None:
    """Refuse a change of a posting that tells more seats than those on which nobody sits.

    Raises
    ------
    SeatsError
        If fewer seats remain for whoever has accepted than there are such people.
    """
    if (posting.headcount, posting.seats_left) == (stored.headcount, stored.seats_left):
        return
    with reaching_everything(session) as whole:
        _verify_told(whole, posting)


def verify_loaded_seats(session: Session, records: Records) -> None:
    """Refuse stored records that contradict who has accepted: calls among them, and calls that they fill.

    To be called when all of them are stored, with what was stored before.

    Raises
    ------
    SeatsError
        As :func:`verify_seats` does.
    """
    filled = {one.posting_id for one in records.applications if one.status == "accepted"}
    for posting_id in sorted(filled | {one.posting_id for one in records.postings}):
        _verify_told(session, read(session, POSTINGS, posting_id))


def _verify_told(session: Session, posting: Posting) -> None:
    n_accepted = with_status(session, posting.posting_id, "accepted")
    if n_accepted + (posting.seats_left or 0) > posting.headcount:
        told = f"headcount {posting.headcount} and seats_left {posting.seats_left or 0}"
        raise SeatsError(f"posting {posting.posting_id} has {told}, but {n_accepted} accepted; correct one of them")
