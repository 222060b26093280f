"""``/holds``: blocks against erasure, for what a court, an audit or a disclosure needs."""

from __future__ import annotations

from api.audit.entry import Use, subject
from api.http.dependencies import Audit, Id, Limit, Offset, Reading, Writing, api_router
from api.http.now import Now
from api.http.problems import problem_responses
from api.retention.holds import hold_page, lift_hold, place_hold
from api.retention.schemas import HoldAnswer, HoldLifting, HoldOrder, HoldPage, hold_answer

__all__ = ["router"]

router = api_router("/holds")


@router.get("", summary="消去の差止めの一覧")
def holds(session: Reading, audit: Audit, limit: Limit = 100, offset: Offset = 0) -> HoldPage:
    """Blocks, newest first; a lifted one stays."""
    rows, total = hold_page(session, limit=limit, offset=offset)
    found = [hold_answer(row) for row in rows]
    audit.note(Use(action="read", purpose="retention", on=(subject("hold", [one.hold_id for one in found]),)))
    return HoldPage(holds=found, total=total, limit=limit, offset=offset)


@router.post("", status_code=201, summary="消去の差止め", responses=problem_responses(400, 404, 413))
def add_hold(sent: HoldOrder, session: Writing, audit: Audit, now: Now) -> HoldAnswer:
    """Block the erasure of a person, an application, a posting's applications or a run, until the block is lifted."""
    row = place_hold(session, sent.kind, sent.id, reason=sent.reason, by=audit.actor.id, now=now)
    audit.note(Use(action="decided", purpose="retention", on=(subject("hold", [row.id]),)))
    return hold_answer(row)


@router.post("/{hold_id}/lifting", summary="消去の差止めの解除", responses=problem_responses(400, 404, 413))
def end_hold(hold_id: Id, sent: HoldLifting, session: Writing, audit: Audit, now: Now) -> HoldAnswer:
    """End a block; that it stood, and why, stays on record."""
    row = lift_hold(session, hold_id, reason=sent.reason, by=audit.actor.id, now=now)
    audit.note(Use(action="decided", purpose="retention", on=(subject("hold", [row.id]),)))
    return hold_answer(row)
