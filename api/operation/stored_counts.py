"""How much is stored, for the metrics: records, the last change, jobs, the audit log, and the market made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, get_args

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from sqlmodel import Session, col, func, select

from api.audit.tables import AuditHeadRow
from api.jobs.states import JobState
from api.jobs.tables import JobRow
from api.kept_markets.markets import StoredMarket
from api.storage.stored_records import records_revision
from api.storage.tables import ApplicantRow, ApplicationRow, CompanyRow, HouseholdRow, PostingRow, RecordRow

__all__ = ["market_counts", "stored_counts"]

_KINDS: Final[Mapping[str, type[RecordRow]]] = {
    "applicant": ApplicantRow,
    "application": ApplicationRow,
    "company": CompanyRow,
    "household": HouseholdRow,
    "posting": PostingRow,
}


def stored_counts(session: Session) -> Iterator[Metric]:
    """One family of numbers after the other."""
    records = GaugeMetricFamily("enmusubi_records", "Records that are stored.", labels=["kind"])
    for kind, row in _KINDS.items():
        records.add_metric([kind], session.exec(select(func.count(col(row.id)))).one())
    yield records
    yield GaugeMetricFamily(
        "enmusubi_records_revision", "Number of the last change of a record.", value=records_revision(session)
    )
    head = session.exec(select(AuditHeadRow.sequence)).first()
    yield GaugeMetricFamily("enmusubi_audit_head", "Number of the last entry of the audit log.", value=head or 0)
    states = dict(session.exec(select(JobRow.state, func.count(col(JobRow.id))).group_by(JobRow.state)).all())
    jobs = GaugeMetricFamily("enmusubi_jobs", "Jobs by state.", labels=["state"])
    for state in get_args(JobState):
        jobs.add_metric([state], states.get(state, 0))
    yield jobs


def market_counts(market: StoredMarket, session: Session) -> Iterator[Metric]:
    """How far the scored market of the process that answers is behind the records, and how large it is."""
    kept = market.kept()
    if kept is None:  # nobody has asked for a list yet
        return
    behind = max(0, records_revision(session) - kept.revision)
    yield GaugeMetricFamily("enmusubi_market_behind", "Changes that the kept market has not taken in.", value=behind)
    size = GaugeMetricFamily("enmusubi_market_size", "People and postings of the kept market.", labels=["side"])
    size.add_metric(["applicant"], kept.applicants)
    size.add_metric(["posting"], kept.postings)
    yield size
