"""The job that reads a kept file and says what a commit would do."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict, JsonValue
from sqlmodel import Session

from api.accounts.reach import Reach
from api.accounts.restricted_session import restrict
from api.audit.entry import LOCAL, Use, subject
from api.canonical import digest_of
from api.imports.errors import ImportGoneError
from api.imports.judging import Judged, judged
from api.imports.known import Known, read_known
from api.imports.lost_readings import verify_not_lost_while_reading
from api.imports.planning import plan_of
from api.imports.proposing import Proposed
from api.imports.schemas import ImportAsked
from api.imports.senders import office_of, reach_of
from api.imports.store import kept_content, office_key, remembered_mapping
from api.imports.tables import ImportRow
from api.jobs.kinds import JobKind, Outcome
from api.jobs.task import Task
from api.storage.database import reading
from features.intake import ImportPlan

__all__ = ["PREVIEW", "PREVIEW_JOB", "ImportJob", "import_used", "row_of_job"]

PREVIEW: Final = "import-preview"


class ImportJob(BaseModel):
    """Which import, on which day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    import_id: str
    on: date


def import_used(import_id: str) -> Use:
    """A file was read and compared with the records within its sender's reach."""
    return Use(action="read", purpose="intake", on=(subject("import", [import_id]),))


def row_of_job(session: Session, import_id: str, job_id: str) -> ImportRow:
    """The import of a job.

    Raises
    ------
    ImportGoneError
        If it was discarded, or another job has it now.
    """
    row = session.get(ImportRow, import_id)
    if row is None or row.job_id != job_id:
        raise ImportGoneError(import_id)
    return row


class _Kept(NamedTuple):
    judged: Judged
    accepted: list[dict[str, JsonValue]]
    digest: str


def _work(task: Task, asked: ImportJob) -> Outcome:
    task.at("comparing")
    row, reach, known = _read(task, asked)
    task.at("reading")
    plan = _planned(task, row, known, on=asked.on)
    task.at("judging", total=len(plan.changes))
    with reading(task.engine) as session:
        restrict(session, reach)
        found = judged(session, plan, known, reach, on=asked.on)
    task.at("storing")
    accepted = [_accepted(one, known) for one in found.accepted]
    digest = digest_of([secrets.token_hex(16), accepted])  # nobody can try a guess against it
    return Outcome(
        result={"import_id": row.id, "counts": dict(found.plan.counts())},
        use=import_used(row.id),
        store=lambda session: _store(session, task.job_id, row.id, _Kept(found, accepted, digest)),
    )


def _read(task: Task, asked: ImportJob) -> tuple[ImportRow, Reach, Known]:
    with reading(task.engine) as session:
        row = row_of_job(session, asked.import_id, task.job_id)
        verify_not_lost_while_reading(session, task.job_id)
        reach = reach_of(session, row)
        session.expunge_all()
        restrict(session, reach)
        is_private_seen = row.account_id == LOCAL.id
        return row, reach, read_known(session, code=row.municipality_code, is_private_seen=is_private_seen)


def _planned(task: Task, row: ImportRow, known: Known, *, on: date) -> ImportPlan:
    office = office_of(row)
    with reading(task.engine) as session:
        kept = kept_content(session, row.id)
        return plan_of(
            kept.content,
            ImportAsked.model_validate(kept.asked),
            known.for_plan(),
            code=row.municipality_code,
            key=office_key(session, office),
            on=on,
            remembered=lambda kind: remembered_mapping(session, office, kind),
        )


def _accepted(one: Proposed, known: Known) -> dict[str, JsonValue]:
    content: dict[str, JsonValue] = one.record.model_dump(mode="json", exclude_unset=True)
    change = one.change
    revision = known.revisions.get((change.kind, change.id))
    return {"kind": change.kind, "id": change.id, "revision": revision, "record": content}


def _store(session: Session, job_id: str, import_id: str, made: _Kept) -> None:
    row, kept = row_of_job(session, import_id, job_id), kept_content(session, import_id)
    plan = made.judged.plan
    kept.plan = plan.to_json() | {"mapping": plan.mapping.model_dump(mode="json")}
    kept.accepted = made.accepted
    row.state, row.plan_digest = "previewed", made.digest
    session.add_all([row, kept])
    session.flush()


def _in_vain(_job_id: str, request: Mapping[str, JsonValue]) -> Use:
    return import_used(str(request["import_id"]))


PREVIEW_JOB: Final = JobKind(
    name=PREVIEW,
    request=ImportJob,
    stages={
        "comparing": "登録済みの記録を読んでいます",
        "reading": "ファイルを読んでいます",
        "judging": "登録できる行かどうかを確かめています",
        "storing": "確認の内容をまとめています",
    },
    work=_work,
    in_vain=_in_vain,
)
