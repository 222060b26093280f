"""How many seats of a call are left, as far as the records tell it."""

from __future__ import annotations

from collections.abc import Iterable

from api.decisions.seats import seats_after
from features.records import Application, Posting

__all__ = ["with_told_seats"]


def with_told_seats(posting: Posting, applications: Iterable[Application]) -> Posting:
    """The posting with the seats left by whoever has accepted, where it does not tell them itself.

    Without an application to it nobody knows who has accepted, and it stays untold.

    Examples
    --------
    >>> call = Posting(posting_id="p", program="kyoryokutai", municipality_code="01468", headcount=3)
    >>> taken = Application(application_id="x", applicant_id="a", posting_id="p", status="accepted")
    >>> with_told_seats(call, [taken]).seats_left, with_told_seats(call, []).seats_left
    (2, None)
    """
    own = [one.status for one in applications if one.posting_id == posting.posting_id]
    if posting.seats_left is not None or not own:
        return posting
    return posting.model_copy(update={"seats_left": seats_after(posting, own.count("accepted"))})
