"""A supporter's rounds: over the municipalities that consent, and read only while all of them still do.

A round is fixed when it is asked for, and with it whose postings it is over. Whoever asked reads it; nobody else whose
reach has bounds does. Where a municipality has withdrawn its consent since, or the reader has declared a conflict with
one of the postings, the whole run is out of reach: what it says of one place follows from all the others.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import select as core_select
from sqlmodel import Session, col, select

from api.accounts.reach import Reach
from api.conflicts.closed_postings import closed_postings
from api.conflicts.errors import ConflictOfInterestError
from api.http.errors import UnknownIdError
from api.jobs.tables import JobRow
from api.storage.tables import Row
from features.records import Company, Records

__all__ = ["records_within", "runs_within", "scope_of", "verify_job_within", "verify_run_within"]

_RUN: Final = "run"
_APPLICATION = Row.metadata.tables["application"].c
_POSTING = Row.metadata.tables["posting"].c


def scope_of(session: Session, reach: Reach) -> tuple[str, ...] | None:
    """The municipalities whose postings a round of this caller is over; ``None``: all there are.

    Raises
    ------
    ConflictOfInterestError
        If the caller declared a conflict that closes a posting to which somebody has applied: another must run it.
    """
    if reach.municipalities is None:
        return None
    _verify_no_conflict(session, reach, reach.municipalities)
    return tuple(sorted(reach.municipalities))


def records_within(records: Records, municipalities: Collection[str] | None) -> Records:
    """Postings of some municipalities, and who applied to them with those applications alone.

    Examples
    --------
    >>> records_within(Records(), ["01468"]).postings
    ()
    """
    if municipalities is None:
        return records
    postings = tuple(one for one in records.postings if one.municipality_code in municipalities)
    posting_ids = {one.posting_id for one in postings}
    applications = tuple(one for one in records.applications if one.posting_id in posting_ids)
    people = {one.applicant_id for one in applications}
    return Records(
        applicants=tuple(one for one in records.applicants if one.applicant_id in people),
        postings=postings,
        applications=applications,
        households=tuple(one for one in records.households if people.issuperset(one.members)),
        companies=tuple(
            _company_within(one, people) for one in records.companies if people.intersection(one.people or ())
        ),
    )


def verify_run_within(session: Session, reach: Reach, run_id: str) -> None:
    """Refuse a run that is not this caller's, or no longer.

    Raises
    ------
    UnknownIdError
        If somebody else asked for it, or it is over a municipality that does not consent.
    ConflictOfInterestError
        If the caller declared a conflict with one of its postings.
    """
    if reach.municipalities is None:
        return
    scope = _scope(session.get(JobRow, run_id), reach)
    if scope is None or not reach.municipalities.issuperset(scope):
        raise UnknownIdError(_RUN, run_id)
    _verify_no_conflict(session, reach, scope)


def verify_job_within(session: Session, reach: Reach, job_id: str) -> None:
    """Refuse a job that is not this caller's: a round, or the verification of one.

    Raises
    ------
    UnknownIdError, ConflictOfInterestError
        As :func:`verify_run_within` does.
    """
    if reach.municipalities is None:
        return
    job = session.get(JobRow, job_id)
    if job is None or job.asked_by != reach.conflicts_of:
        raise UnknownIdError("job", job_id)
    verify_run_within(session, reach, str(job.request.get("run_id", job_id)))


def runs_within(session: Session, reach: Reach) -> frozenset[str] | None:
    """Ids of the rounds that a caller may read; ``None``: all."""
    if reach.municipalities is None:
        return None
    own = session.exec(select(JobRow).where(col(JobRow.kind) == _RUN, col(JobRow.asked_by) == reach.conflicts_of))
    scopes = {job.id: _scope(job, reach) for job in own}
    return frozenset(an_id for an_id, scope in scopes.items() if scope is not None and reach.municipalities >= scope)


def _company_within(company: Company, people: Collection[str]) -> Company:
    return company.model_copy(update={"people": tuple(one for one in company.people or () if one in people)})


def _scope(job: JobRow | None, reach: Reach) -> frozenset[str] | None:
    """The municipalities of an own round; ``None`` where it is none, or is over everybody."""
    if job is None or job.kind != _RUN or job.asked_by != reach.conflicts_of:
        return None
    inputs = job.request.get("inputs")
    told = inputs.get("municipalities") if isinstance(inputs, dict) else None
    return frozenset(map(str, told)) if isinstance(told, list) else None


def _verify_no_conflict(session: Session, reach: Reach, municipalities: Collection[str]) -> None:
    if reach.conflicts_of is None:
        return
    # of the tables themselves: a restricted session does not see what a conflict closes
    closed = core_select(_APPLICATION.posting_id).where(
        _POSTING.id == _APPLICATION.posting_id,
        _POSTING.municipality_code.in_(sorted(municipalities)),
        _APPLICATION.posting_id.in_(closed_postings(reach.conflicts_of)),
    )
    found = session.connection().execute(closed.order_by(_APPLICATION.posting_id).limit(1)).scalar()
    if found is not None:
        raise ConflictOfInterestError("posting", found)
