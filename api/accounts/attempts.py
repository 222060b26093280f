"""How often a name or an address may try to sign in.

An attempt is counted before the password is looked at and taken back when it was right: attempts sent at the same
moment cannot be more than the limit. A name nobody has is counted like any other, so a lock tells nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import Final

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, delete

from api.accounts.tables import AttemptRow

__all__ = ["ADDRESS_LIMIT", "NAME_LIMIT", "Limit", "address_limit", "admit", "forgive", "name_limit"]

NAME_LIMIT: Final = 5  # attempts a window [A]
ADDRESS_LIMIT: Final = 20  # an office shares one address; who signs in rightly does not count [A]
_WINDOW = timedelta(minutes=15)  # also how long a lock lasts [A]
_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """How many attempts one key has in a window; the key is a digest of what was tried."""

    key: str
    most: int


def name_limit(name: str) -> Limit:
    """The limit of one sign-in name, whether anybody has it or not."""
    return Limit(_digest(f"name {name}"), NAME_LIMIT)


def address_limit(address: str) -> Limit:
    """The limit of one address; an IPv6 network of 64 bits, which one subscriber has, counts as one."""
    try:
        found = ip_address(address)
    except ValueError:  # a socket without an address
        return Limit(_digest(f"address {address}"), ADDRESS_LIMIT)
    if isinstance(found, IPv6Address):
        address = str(ip_network((found, 64), strict=False))
    return Limit(_digest(f"address {address}"), ADDRESS_LIMIT)


def admit(session: Session, limits: Sequence[Limit], *, now: datetime) -> int:
    """Count one attempt and return 0, or the seconds to wait, and then nothing is counted.

    The attempt that reaches the limit is still admitted; if it was wrong, the next one waits.
    """
    session.exec(delete(AttemptRow).where(col(AttemptRow.opened_at) < now - _KEPT))
    rows = [_row(session, limit, now) for limit in sorted(limits, key=lambda limit: limit.key)]
    wait = max((_seconds(row, now) for row in rows), default=0)
    if wait:
        return wait
    most = {limit.key: limit.most for limit in limits}
    for row in rows:
        if row.opened_at + _WINDOW <= now or row.locked_until is not None:
            row.number, row.opened_at, row.locked_until = 0, now, None
        row.number += 1
        if row.number >= most[row.key]:
            row.locked_until = now + _WINDOW
        session.add(row)
    return 0


def forgive(session: Session, limit: Limit, *, whole: bool) -> None:
    """Take the last attempt back because it was right; ``whole`` forgets the earlier ones too."""
    row = session.get(AttemptRow, limit.key, with_for_update=True)
    if row is None:
        return
    row.number = 0 if whole else max(row.number - 1, 0)
    if row.number < limit.most:
        row.locked_until = None
    session.add(row)


def _row(session: Session, limit: Limit, now: datetime) -> AttemptRow:
    """The locked row of a key; two first attempts at once make one row."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    fresh = dialect.insert(AttemptRow).values(key=limit.key, number=0, opened_at=now, locked_until=None)
    session.connection().execute(fresh.on_conflict_do_nothing(index_elements=["key"]))
    return session.get_one(AttemptRow, limit.key, with_for_update=True)


def _seconds(row: AttemptRow, now: datetime) -> int:
    return 0 if row.locked_until is None else max(ceil((row.locked_until - now).total_seconds()), 0)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
