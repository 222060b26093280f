"""The operating modes (職業安定法): which are on, by which written decision, and refusing what needs one that is not.

``in_house`` (A) is always on: a municipality orders its own applicants. The others are off until a decision is entered.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, Literal, TypeAlias, get_args

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from api.accounts.errors import AccountError
from api.http.errors import UnknownIdError
from api.modes.errors import ModeError
from api.modes.tables import ModeDecisionRow
from api.secret_tokens import new_id

__all__ = [
    "DECIDED_MODES",
    "DecidedMode",
    "decisions",
    "municipalities_in",
    "record_decision",
    "require_mode",
    "withdraw_decision",
]

DecidedMode: TypeAlias = Literal["public_board", "introduce"]
DECIDED_MODES: Final[tuple[DecidedMode, ...]] = get_args(DecidedMode)


def decisions(session: Session) -> list[ModeDecisionRow]:
    """Every decision, withdrawn ones too, in the order in which they were entered."""
    row = ModeDecisionRow
    return list(session.exec(select(row).order_by(col(row.recorded_at), row.id)))


def municipalities_in(session: Session, mode: DecidedMode, *, on: date) -> frozenset[str] | None:
    """Municipalities for which a mode is on that day; ``None``: on for the whole service."""
    standing = select(ModeDecisionRow.municipality_code).where(
        ModeDecisionRow.mode == mode, _is_standing(), col(ModeDecisionRow.from_date) <= on
    )
    codes = list(session.exec(standing))
    return None if None in codes else frozenset(code for code in codes if code is not None)


def require_mode(session: Session, mode: DecidedMode, *, on: date) -> frozenset[str] | None:
    """The same, where it is on for anybody.

    Raises
    ------
    ModeError
        If no decision allows the mode that day.
    """
    found = municipalities_in(session, mode, on=on)
    if found is not None and not found:
        raise ModeError(mode)
    return found


def record_decision(
    session: Session,
    mode: DecidedMode,
    *,
    municipality_code: str | None,
    document: str,
    decided_by: str,
    from_date: date,
    by: str,
    now: datetime,
) -> ModeDecisionRow:
    """Record that a mode may be used from a day on, with the document that says so.

    Raises
    ------
    AccountError
        If a decision for the same mode and municipality stands already.
    """
    same = (
        col(ModeDecisionRow.municipality_code).is_(None)
        if municipality_code is None
        else col(ModeDecisionRow.municipality_code) == municipality_code
    )
    if session.exec(select(ModeDecisionRow.id).where(ModeDecisionRow.mode == mode, same, _is_standing())).first():
        place = "the whole service" if municipality_code is None else f"municipality {municipality_code}"
        raise AccountError(f"mode {mode}: a decision for {place} stands already; withdraw it first")
    row = ModeDecisionRow(
        id=new_id(),
        mode=mode,
        municipality_code=municipality_code,
        document=document,
        decided_by=decided_by,
        from_date=from_date,
        recorded_at=now,
        recorded_by=by,
    )
    session.add(row)
    return row


def withdraw_decision(session: Session, decision_id: str, *, by: str, now: datetime) -> None:
    """Record that a decision no longer stands; what it allowed ends at once.

    Raises
    ------
    UnknownIdError
        If no standing decision has that id.
    """
    row = session.get(ModeDecisionRow, decision_id)
    if row is None or row.withdrawn_at is not None:
        raise UnknownIdError("decision", decision_id)
    row.withdrawn_at, row.withdrawn_by = now, by
    session.add(row)


def _is_standing() -> ColumnElement[bool]:
    return col(ModeDecisionRow.withdrawn_at).is_(None)
