"""The material of one document from one state of the database, within the reach of whoever asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias, get_args

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from api.accounts.errors import ForbiddenError, NobodyAppliedError
from api.accounts.reach import Reach
from api.accounts.restricted_session import restrict
from api.accounts.tables import AccountRow
from api.conflicts.closed_postings import verify_no_conflict
from api.conflicts.own_conflicts import tell_conflict
from api.decisions.answers import decision_answer
from api.decisions.schemas import DecisionAnswer
from api.decisions.store import decision_page
from api.documents.handover.versions import PostingVersion
from api.documents.kinds import Material
from api.documents.served.errors import RecordsMovingError
from api.documents.served.wanted import PANEL_KINDS, Wanted
from api.documents.tax_evidence.members import RegionProof
from api.kept_markets.markets import StoredMarket
from api.outcomes.placements import Placement, placements
from api.proofs.tables import ProofRow
from api.settings import JAPAN
from api.storage.database import reading
from api.storage.history import history_of
from api.storage.record_kinds import APPLICANTS, APPLICATIONS, POSTINGS
from api.storage.restricted import restricted_people
from api.storage.stored_records import read, records_revision
from api.storage.tables import ApplicantRow, ApplicationRow, HistoryRow, PostingRow
from features.market.scored_market import ScoredMarket
from features.records import Application, Posting, Records
from features.taxonomy.vocabulary import Zone

__all__ = ["material_of"]

_Part: TypeAlias = Literal["decisions", "deciders", "placements", "versions", "proofs", "stopped"]
_READ_BY: Final[Mapping[_Part, frozenset[str]]] = {
    "decisions": frozenset(
        {"decision-record", "offer-letter", "not-chosen-letter", "briefing", "handover", "reminders"}
    ),
    "deciders": frozenset({"decision-record"}),
    "placements": frozenset({"briefing", "handover", "tax-evidence", "reminders"}),
    "versions": frozenset({"handover"}),
    "proofs": frozenset({"tax-evidence"}),
    "stopped": frozenset({"decision-record", "briefing", "handover", "tax-evidence"}),
}
_ZONES: Final[Mapping[str, Zone]] = {zone: zone for zone in get_args(Zone)}
_TRIES: Final = 5
_ALL: Final = 2**31 - 1


def material_of(stored: StoredMarket, engine: Engine, reach: Reach, wanted: Wanted) -> Material:
    """What a document is made from; every part is of the same state of the records.

    Parameters
    ----------
    stored : StoredMarket
    engine : Engine
    reach : Reach
    wanted : Wanted

    Raises
    ------
    UnknownIdError
        If the call or the person is out of reach.
    ConflictOfInterestError
        If a conflict that the caller declared closes it.
    ForbiddenError
        If nobody has applied yet and the order would be over people out of reach, or a municipality is.
    RecordsMovingError
        If records changed each time while they were read.
    """
    for _ in range(_TRIES):
        before = stored.kept()
        market = stored.on(wanted.on)
        after = stored.kept()
        with reading(engine) as session:
            if before is None or before != after or records_revision(session) != before.revision:
                continue
            restrict(session, reach)
            _verify_reached(session, engine, reach, wanted)
            return _material(session, market, reach, wanted)
    raise RecordsMovingError


def _verify_reached(session: Session, engine: Engine, reach: Reach, wanted: Wanted) -> None:
    if wanted.posting_id is not None:
        read(session, POSTINGS, wanted.posting_id)
        verify_no_conflict(session, reach, wanted.posting_id)
    if wanted.applicant_id is not None:
        tell_conflict(session, engine, reach, ApplicantRow, wanted.applicant_id)
        read(session, APPLICANTS, wanted.applicant_id)
    code = wanted.municipality_code
    if code is not None and reach.municipalities is not None and code not in reach.municipalities:
        raise ForbiddenError(f"municipality {code} is not the caller's")


def _material(session: Session, market: ScoredMarket, reach: Reach, wanted: Wanted) -> Material:
    within = _within(session, market, wanted) if reach.is_partial or wanted.municipality_code is not None else None
    if reach.is_partial and wanted.kind.name in PANEL_KINDS and within is not None and not within.applications:
        # without applications the order of reading is over everybody, and everybody is nobody's to see
        raise NobodyAppliedError(wanted.posting_id or "")
    parts = {part for part, kinds in _READ_BY.items() if wanted.kind.name in kinds}
    records = market.records if within is None else within
    stopped = _stopped(session, records) if "stopped" in parts else ()
    decisions = _decisions(session, wanted, is_record="stopped" in parts) if "decisions" in parts else ()
    return Material(
        market=market,
        posting_id=wanted.posting_id,
        applicant_id=wanted.applicant_id,
        names=wanted.names,
        decisions=decisions,
        deciders=_deciders(session, decisions) if "deciders" in parts else {},
        interviews=wanted.interviews,
        n_members=wanted.members,
        placements=_placements(session, records, wanted.posting_id) if "placements" in parts else (),
        versions=_versions(session, wanted.posting_id or "") if "versions" in parts else (),
        region_proofs=_region_proofs(session, (*records.applications, *stopped)) if "proofs" in parts else {},
        stopped=stopped,
        within=within,
        among=reach.board,
    )


def _within(session: Session, market: ScoredMarket, wanted: Wanted) -> Records:
    """The records of the market that the session reaches, of the named call or municipality alone."""
    calls = select(PostingRow.id)
    if wanted.municipality_code is not None:
        calls = calls.where(PostingRow.municipality_code == wanted.municipality_code)
    if wanted.posting_id is not None:
        calls = calls.where(PostingRow.id == wanted.posting_id)
    postings = set(session.exec(calls))
    reached = set(session.exec(select(ApplicationRow.id).where(col(ApplicationRow.posting_id).in_(calls))))
    applications = tuple(one for one in market.records.applications if one.application_id in reached)
    people = {one.applicant_id for one in applications} | {wanted.applicant_id}
    return Records.model_construct(
        applicants=tuple(one for one in market.records.applicants if one.applicant_id in people),
        postings=tuple(one for one in market.records.postings if one.posting_id in postings),
        applications=applications,
        households=(),
        companies=(),
    )


def _stopped(session: Session, records: Records) -> tuple[Application, ...]:
    """Applications to the records' calls of people whose use is stopped: numbers and what was decided have them."""
    people, calls = restricted_people(session), {one.posting_id for one in records.postings}
    rows = session.exec(
        select(ApplicationRow).where(col(ApplicationRow.applicant_id).in_(people)).order_by(ApplicationRow.id)
    )
    return tuple(APPLICATIONS.record_of(row) for row in rows if row.posting_id in calls)


def _decisions(session: Session, wanted: Wanted, *, is_record: bool) -> tuple[DecisionAnswer, ...]:
    rows, _ = decision_page(session, limit=_ALL, offset=0, posting_id=wanted.posting_id, is_record=is_record)
    return tuple(decision_answer(row) for row in rows)


def _deciders(session: Session, decisions: Sequence[DecisionAnswer]) -> dict[str, str]:
    """Names that stand in the accounts of whoever decided for an office; an emptied account has none."""
    ids = {one.by.account_id for one in decisions if one.by.role != "applicant"}
    rows = session.exec(select(AccountRow).where(col(AccountRow.id).in_(ids)))
    return {row.id: row.display_name for row in rows if row.display_name}


def _placements(session: Session, records: Records, posting_id: str | None) -> tuple[Placement, ...]:
    """Those of the records' calls; with a call, of its municipality: the whole town's numbers stand in its papers."""
    if posting_id is None:
        calls = {one.posting_id for one in records.postings}
    else:
        code = read(session, POSTINGS, posting_id).municipality_code
        calls = set(session.exec(select(PostingRow.id).where(PostingRow.municipality_code == code)))
    return tuple(one for one in placements(session) if one.posting_id in calls)


def _versions(session: Session, posting_id: str) -> tuple[PostingVersion, ...]:
    return tuple(_version(row) for row in history_of(session, POSTINGS, posting_id))


def _version(row: HistoryRow) -> PostingVersion:
    was = None if row.record is None else Posting.model_validate(row.record)
    return PostingVersion(row.until_at.astimezone(JAPAN).date(), was)


def _region_proofs(session: Session, applications: Sequence[Application]) -> dict[str, RegionProof]:
    """The last checked proof of the address of each application."""
    reached = {one.application_id for one in applications}
    checked = select(ProofRow).where(ProofRow.kind == "address", ProofRow.state == "checked")
    rows = session.exec(checked.order_by(col(ProofRow.checked_at), ProofRow.id))
    return {
        row.application_id: RegionProof(
            proof_id=row.id,
            checked_on=row.checked_at.astimezone(JAPAN).date(),
            is_confirmed=bool(row.is_confirmed),
            municipality_code=row.municipality_code,
            zone=_ZONES.get(row.zone or ""),
        )
        for row in rows
        if row.application_id in reached and row.checked_at is not None
    }
