"""Files go on their hour at the latest, whoever forgot to commit or discard them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import col, select

from api.audit.entry import Actor, Use, subject
from api.audit.trail import append
from api.imports.store import settle, state_of
from api.imports.tables import ImportRow
from api.storage.database import forget_free_pages, reading, writing

__all__ = ["let_imports_go"]

_LIVE = ("previewing", "previewed", "committing")


def let_imports_go(engine: Engine, *, now: datetime, actor: Actor, key: bytes | None = None) -> list[str]:
    """Let the files of imports go that have failed or are past their hour, on record; ids of those imports."""
    with reading(engine) as session:
        live = session.exec(select(ImportRow).where(col(ImportRow.state).in_(_LIVE))).all()
        if all(state_of(session, row, now=now) in _LIVE for row in live):
            return []
    with writing(engine) as session:
        ids = settle(session, now=now)
        if ids:
            use = Use(action="purged", purpose="retention", on=(subject("import", ids),))
            append(session, use, actor=actor, key=key)
    forget_free_pages(engine)
    return ids
