"""The job that stores what a preview accepted, and lets the file go with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pydantic import JsonValue
from sqlmodel import Session

from api.audit.entry import MOST_IDS, Subject, Use, subject
from api.audit.vocabulary import SubjectKind
from api.canonical import digest_of
from api.clock import present
from api.http.schemas import public
from api.imports.errors import RecordsMovedError
from api.imports.known import KIND_OF
from api.imports.preview_job import ImportJob, import_used, row_of_job
from api.imports.reports import report_of
from api.imports.senders import reach_of
from api.imports.store import kept_content, let_go
from api.imports.storing import Accepted, accepted_of, moved_since, store_accepted
from api.jobs.kinds import JobKind, Outcome
from api.jobs.task import Task
from api.storage.database import reading
from features.records import Applicant

__all__ = ["COMMIT", "COMMIT_JOB", "import_committed"]

COMMIT: Final = "import-commit"
_KINDS: Final[Mapping[str, SubjectKind]] = {
    "applicants": "applicant",
    "postings": "posting",
    "companies": "company",
    "applications": "application",
}


def import_committed(import_id: str, accepted: Sequence[Accepted]) -> Use:
    """Records of a file were stored, each named by its id, however many they are."""
    return Use(
        action="created" if any(one.revision is None for one in accepted) else "changed",
        purpose="intake",
        on=(subject("import", [import_id]), *_subjects(accepted)),
        outputs=dict(_digests(accepted)),
    )


def _work(task: Task, asked: ImportJob) -> Outcome:
    task.at("reading")
    with reading(task.engine) as session:
        row_of_job(session, asked.import_id, task.job_id)
        kept = kept_content(session, asked.import_id)
        accepted, report = accepted_of(kept.accepted or []), report_of(kept.plan or {})
    use = import_committed(asked.import_id, accepted)
    task.at("storing", total=len(accepted))

    def store(session: Session) -> None:
        row = row_of_job(session, asked.import_id, task.job_id)
        reach = reach_of(session, row)
        moved = moved_since(session, accepted)
        if moved:
            raise RecordsMovedError(moved)
        row.report = report
        let_go(session, row, "committed", now=present())
        store_accepted(session, reach, accepted, on=asked.on)

    return Outcome(result={"import_id": asked.import_id, "stored": len(accepted)}, use=use, store=store)


def _subjects(accepted: Sequence[Accepted]) -> Iterator[Subject]:
    for name, kind in _KINDS.items():
        ids = [one.id for one in accepted if one.kind == name]
        for begin in range(0, len(ids), MOST_IDS):  # a subject names so many; nobody is left out
            yield subject(kind, ids[begin : begin + MOST_IDS])


def _digests(accepted: Sequence[Accepted]) -> Iterator[tuple[str, str]]:
    for name in KIND_OF:
        records = [one.record for one in accepted if one.kind == name]
        seen = [public(record) if isinstance(record, Applicant) else record for record in records]
        if seen:
            yield name, digest_of([record.model_dump(mode="json", exclude_unset=True) for record in seen])


def _in_vain(_job_id: str, request: Mapping[str, JsonValue]) -> Use:
    return import_used(str(request["import_id"]))


COMMIT_JOB: Final = JobKind(
    name=COMMIT,
    request=ImportJob,
    stages={"reading": "確認した内容を読んでいます", "storing": "記録を登録しています"},
    work=_work,
    in_vain=_in_vain,
)
