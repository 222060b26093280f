"""Who sends a file: which office it belongs to, and which records its import reaches when a worker gets to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from api.accounts.caller import Caller
from api.accounts.errors import ForbiddenError
from api.accounts.reach import EVERYTHING, Reach
from api.accounts.tables import AccountRow
from api.audit.entry import LOCAL
from api.imports.tables import ImportRow

__all__ = ["ALL", "Sender", "office_of", "reach_of", "sender_of"]

ALL: Final = "all"  # the office of whoever works for no single municipality


@dataclass(frozen=True)
class Sender:
    """An account, or whoever sits at a machine without accounts; ``municipality_code`` where it works for one."""

    account_id: str
    municipality_code: str | None = None


def sender_of(caller: Caller | None) -> Sender:
    """Who asks."""
    return Sender(LOCAL.id) if caller is None else Sender(caller.account_id, caller.municipality_code)


def office_of(row: ImportRow | Sender) -> str:
    """Under what the office's choices are kept.

    Examples
    --------
    >>> office_of(Sender("local")), office_of(Sender("5f0c", "01468"))
    ('all', '01468')
    """
    return row.municipality_code or ALL


def reach_of(session: Session, row: ImportRow) -> Reach:
    """The records that the import of a row reaches, by what its account may do now.

    Raises
    ------
    ForbiddenError
        If the account was disabled or given other work since.
    """
    if row.account_id == LOCAL.id:
        return EVERYTHING
    account = session.get(AccountRow, row.account_id)
    is_same = account is not None and account.state == "active" and account.municipality_code == row.municipality_code
    if account is None or not is_same or account.role not in ("coordinator", "administrator"):
        raise ForbiddenError(f"import {row.id}: the account that sent it may import no longer")
    if account.role == "administrator":
        return EVERYTHING
    codes = frozenset(filter(None, [account.municipality_code]))
    return Reach(municipalities=codes, conflicts_of=account.id)
