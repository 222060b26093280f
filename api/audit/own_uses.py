"""Who used an applicant's record, for that applicant: roles and municipalities, never which member of staff."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session, col, select

from api.accounts.tables import AccountRow
from api.audit.entry import Entry
from api.audit.schemas import OwnUse, OwnUses
from api.audit.searching import Wanted, entries_of, search
from api.audit.vocabulary import words
from api.tables import ApplicationRow

__all__ = ["uses_of"]


def uses_of(session: Session, applicant_id: str, *, before: int | None, limit: int) -> OwnUses:
    """Entries that name an applicant or one of the applicant's applications, newest first; refusals used nothing.

    An entry names the first thousand people it is about: a use of more than that at once may not be told here.
    """
    applications = session.exec(select(ApplicationRow.id).where(ApplicationRow.applicant_id == applicant_id))
    ids = frozenset({applicant_id, *applications})
    wanted = Wanted(kinds=("applicant", "application"), ids=ids)
    found = search(session, wanted, before=before, limit=limit)
    entries = [entry for entry in entries_of(found.lines) if _is_about(entry, applicant_id, ids)]
    actors = _accounts(session, {entry.actor.id for entry in entries})
    return OwnUses(uses=[_told(entry, actors) for entry in entries], next_before=found.next_before)


def _is_about(entry: Entry, applicant_id: str, ids: frozenset[str]) -> bool:
    if entry.action == "refused":
        return False
    own = {"applicant": {applicant_id}, "application": ids - {applicant_id}}
    return any(own.get(one.kind, set[str]()) & set(one.ids) for one in entry.on)


def _accounts(session: Session, ids: set[str]) -> Mapping[str, AccountRow]:
    asked = select(AccountRow).where(col(AccountRow.id).in_(sorted(ids)))
    return {row.id: row for row in session.exec(asked)}


def _told(entry: Entry, actors: Mapping[str, AccountRow]) -> OwnUse:
    told, account = words(), actors.get(entry.actor.id)
    return OwnUse(
        at=entry.at,
        action=entry.action,
        purpose=entry.purpose,
        words=f"{told.action[entry.action]}：{told.purpose[entry.purpose].label}",
        role=entry.actor.role,
        municipality_code=None if account is None else account.municipality_code,
        prefecture_code=None if account is None else account.prefecture_code,
        posting_ids=[an_id for one in entry.on if one.kind == "posting" for an_id in one.ids],
    )
