"""What a declared conflict closes: the posting it names, every one its applicant applied to, and their people."""

from __future__ import annotations

from sqlalchemy import CompoundSelect, select, union
from sqlmodel import Session

from api.accounts.reach import Reach
from api.conflicts.errors import ConflictOfInterestError
from api.conflicts.tables import ConflictRow
from api.storage.tables import Row

__all__ = ["closed_people", "closed_postings", "verify_no_conflict"]

_CONFLICT = Row.metadata.tables[ConflictRow.__tablename__].c
_APPLICATION = Row.metadata.tables["application"].c


def closed_postings(account_id: str) -> CompoundSelect[str]:
    """Ids of the postings whose people an account may not see, as a part of a statement.

    Whoever stands in a competition is compared with everybody in it, so the whole posting is closed and not the one
    person. An application that has ended closes it too: what was scored before stays comparable.
    """
    is_standing = (_CONFLICT.account_id == account_id) & _CONFLICT.lifted_at.is_(None)
    named = select(_CONFLICT.posting_id).where(is_standing, _CONFLICT.posting_id.is_not(None))
    person = select(_CONFLICT.applicant_id).where(is_standing, _CONFLICT.applicant_id.is_not(None))
    return union(named, select(_APPLICATION.posting_id).where(_APPLICATION.applicant_id.in_(person)))


def closed_people(account_id: str) -> CompoundSelect[str]:
    """Ids of the applicants an account may not see unless they apply somewhere else within its reach."""
    is_standing = (_CONFLICT.account_id == account_id) & _CONFLICT.lifted_at.is_(None)
    person = select(_CONFLICT.applicant_id).where(is_standing, _CONFLICT.applicant_id.is_not(None))
    applied = select(_APPLICATION.applicant_id).where(_APPLICATION.posting_id.in_(closed_postings(account_id)))
    return union(person, applied)


def verify_no_conflict(session: Session, reach: Reach, posting_id: str) -> None:
    """Refuse a posting, which everybody may see, where its people or a change of it are asked for.

    Raises
    ------
    ConflictOfInterestError
        If the caller declared a conflict that closes it.
    """
    if reach.conflicts_of is None:
        return
    closed = session.connection().execute(closed_postings(reach.conflicts_of)).scalars()
    if posting_id in set(closed):
        raise ConflictOfInterestError("posting", posting_id)
