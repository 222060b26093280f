"""Images go on their date at the latest, whoever forgot to look at them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from api.audit.entry import Actor, Use, subject
from api.audit.trail import append
from api.proofs.store import let_go, read_proof
from api.proofs.tables import ProofRow
from api.storage.database import forget_free_pages, reading, writing

__all__ = ["expire", "expired_proofs", "let_expired_go"]

_STANDING = ("asked", "uploaded")


def expired_proofs(session: Session, *, on: date) -> list[str]:
    """Ids of the proofs whose date is past and that still wait."""
    waiting = select(ProofRow.id).where(col(ProofRow.delete_on) < on, col(ProofRow.state).in_(_STANDING))
    return list(session.exec(waiting.order_by(ProofRow.id)))


def expire(session: Session, ids: list[str]) -> None:
    """Let these go."""
    for proof_id in ids:
        let_go(session, read_proof(session, proof_id), "expired")


def let_expired_go(engine: Engine, *, on: date, actor: Actor, key: bytes | None = None) -> list[str]:
    """Let everything that is past its date go, on record; ids of what went."""
    with reading(engine) as session:
        if not expired_proofs(session, on=on):
            return []
    with writing(engine) as session:
        ids = expired_proofs(session, on=on)  # another process may have been first
        expire(session, ids)
        if ids:
            append(
                session, Use(action="purged", purpose="retention", on=(subject("proof", ids),)), actor=actor, key=key
            )
    forget_free_pages(engine)
    return ids
