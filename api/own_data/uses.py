"""Who used an applicant's record, for that applicant: roles and municipalities, never which member of staff.

A round has the run as its only subject; whom it was over is in the stored run, so earlier rounds are told too. Lists of
the whole register have the register: they were of everybody who was in it then and whose use was not stopped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlmodel import Session, col, select

from api.accounts.tables import AccountRow
from api.audit.entry import Entry
from api.audit.schemas import OwnUse, OwnUses
from api.audit.searching import Wanted, entries_of, search
from api.audit.trail import MOMENT
from api.audit.vocabulary import words
from api.canonical import canonical_json
from api.listings.audit_uses import REGISTER
from api.retention.tables import RevisionMomentRow
from api.storage.held_texts import holds
from api.storage.history import present_history
from api.storage.record_kinds import APPLICANTS, APPLICATIONS, Kind
from api.storage.tables import ApplicantRow, ApplicationRow, RestrictionRow, RunRow

__all__ = ["uses_of"]

_MOST_RUNS: Final = 500  # a statement that names more ids is too deep for SQLite
_PEOPLE: Final = '"matching":'  # where a run's canonical JSON has its people; only names and digests stand before it
_DECODER: Final = json.JSONDecoder()


def uses_of(session: Session, applicant_id: str, *, before: int | None, limit: int) -> OwnUses:
    """Entries that name an applicant, an application of theirs, or a round over them, newest first.

    Refusals used nothing, and of a round the computing is told, not each reading of it.

    They begin with the record as it is stored now: who had the id before, and was erased, is another person.

    An entry names the first thousand people it is about: a use of more than that at once may not be told here. Rounds
    are told as long as they are stored, the newest five hundred.
    """
    begins = dict(_begins(session, applicant_id))
    since = begins.get(("applicant", applicant_id), "")
    begins |= {("run", run_id): since for run_id in _runs_over(session, applicant_id)}
    begins["listing", REGISTER] = since
    wanted = Wanted(kinds=("applicant", "application", "run", "listing"), ids={an_id for _, an_id in begins})
    found = search(session, wanted, before=before, limit=limit)
    stops = _stops(session, applicant_id)
    entries = [entry for entry in entries_of(found.lines) if _is_about(entry, begins, stops)]
    actors = _accounts(session, {entry.actor.id for entry in entries})
    return OwnUses(uses=[_told(entry, actors) for entry in entries], next_before=found.next_before)


def _begins(session: Session, applicant_id: str) -> Mapping[tuple[str, str], str]:
    """Kind and id of the person's records, with the moment since which each is there; "" where nobody knows it."""
    own = select(ApplicationRow.id, ApplicationRow.revision).where(ApplicationRow.applicant_id == applicant_id)
    now = select(ApplicantRow.id, ApplicantRow.revision).where(ApplicantRow.id == applicant_id)
    first: dict[tuple[str, str], int] = {}
    stored: list[tuple[Kind[Any], Sequence[tuple[str, int]]]] = [
        (APPLICANTS, session.exec(now).all()),
        (APPLICATIONS, session.exec(own).all()),
    ]
    for kind, rows in stored:
        for an_id, revision in rows:
            was = present_history(session, kind, an_id, revision)
            first[kind.name, an_id] = was[0].revision if was else revision
    asked = select(RevisionMomentRow).where(col(RevisionMomentRow.number).in_(set(first.values())))
    moments = {row.number: row.at.strftime(MOMENT) for row in session.exec(asked)}
    return {key: moments.get(number, "") for key, number in first.items()}


def _stops(session: Session, applicant_id: str) -> Sequence[tuple[str, str]]:
    """From when until when the person's use was stopped; a stop that stands has no end."""
    asked = select(RestrictionRow.stopped_at, RestrictionRow.ended_at).where(
        RestrictionRow.applicant_id == applicant_id
    )
    return [(one.strftime(MOMENT), "9" if end is None else end.strftime(MOMENT)) for one, end in session.exec(asked)]


def _is_about(entry: Entry, begins: Mapping[tuple[str, str], str], stops: Sequence[tuple[str, str]]) -> bool:
    if entry.action == "refused":
        return False
    named = {(one.kind, an_id) for one in entry.on for an_id in one.ids} & begins.keys()
    told = named if entry.action == "run" else {(kind, an_id) for kind, an_id in named if kind != "run"}
    if any(begin <= entry.at < end for begin, end in stops):
        told -= {("listing", REGISTER)}
    return any(begins[key] <= entry.at for key in told)


def _runs_over(session: Session, applicant_id: str) -> Iterable[str]:
    """Stored rounds that scored the person, placed or not."""
    named = f"{canonical_json(applicant_id)}:"
    holding = select(RunRow.id, RunRow.body).where(holds(session, col(RunRow.body), named))
    newest = holding.order_by(col(RunRow.created_at).desc(), RunRow.id).limit(_MOST_RUNS)
    with session.connection().execute(newest.execution_options(yield_per=5)) as rows:
        for run_id, body in rows:
            if applicant_id in _people_of(body):
                yield run_id


def _people_of(body: str) -> Mapping[str, object]:
    """Posting by applicant; the rest of the run, which is the most of it, is not parsed."""
    _before, _name, rest = body.partition(_PEOPLE)
    people: Mapping[str, object] = _DECODER.raw_decode(rest or "{}")[0]
    return people


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
