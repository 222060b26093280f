"""``/imports``: an office's own Excel or CSV, previewed first, stored by one commit, kept no longer than it must."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Depends, Query, Request, Response

from api.accounts.caller import caller_of
from api.audit.entry import Use, subject
from api.audit.vocabulary import Action
from api.http.dependencies import API, Audit, Creating, Id, Limit, Offset, Reading, Writing, api_router
from api.http.now import Now
from api.http.problems import problem_responses
from api.idempotency.responses import once_responses
from api.imports.answers import import_answer, import_asked, import_summary
from api.imports.asking import ask_for_commit, ask_for_preview
from api.imports.schemas import CommitRequest, ImportAnswer, ImportAsked, ImportPage, SheetName
from api.imports.senders import Sender, office_of, sender_of
from api.imports.store import (
    import_page,
    keep_file,
    kept_content,
    let_go,
    read_import,
    remember_mapping,
    settle,
    verify_state,
)
from api.jobs.answers import JobEvents
from api.jobs.inline import work_after_answer
from api.routes.jobs import AfterEvent, event_responses, told_events
from api.settings import Settings
from features.intake import Kind, OfficeMapping
from features.records import MunicipalityCode
from features.taxonomy.vocabulary import Program

__all__ = ["router"]

router = api_router("/imports")
_LOCATION = {"Location": {"description": "Where to see how far it is.", "schema": {"type": "string"}}}


def _sender(request: Request) -> Sender:
    return sender_of(caller_of(request))


_SenderOf = Annotated[Sender, Depends(_sender)]
_Name = Annotated[SheetName, Query(description="Of the file; kept with it and let go with it.")]
_KindAsked = Annotated[Kind | None, Query(description="What it lists (recognised).")]
_Sheet = Annotated[SheetName | None, Query(description="Of a workbook (the one with the most known headings).")]
_Program = Annotated[Program | None, Query(description="Of rows that do not say.")]
_Code = Annotated[MunicipalityCode | None, Query(description="Of postings that name none (the own one).")]


@router.post(
    "",
    status_code=202,
    summary="Excel・CSV を送り、取り込みの確認を頼む",
    responses=once_responses(413) | {202: {"headers": _LOCATION}},
    openapi_extra={"requestBody": {"required": True}},  # one of no bytes is told as the file it is
    dependencies=[Depends(work_after_answer)],
)
def add_import(
    *,
    request: Request,
    session: Creating,
    audit: Audit,
    now: Now,
    sender: _SenderOf,
    name: _Name,
    content: Annotated[bytes, Body(media_type="application/octet-stream")] = b"",
    response: Response,
    kind: _KindAsked = None,
    sheet: _Sheet = None,
    program: _Program = None,
    municipality_code: _Code = None,
) -> ImportAnswer:
    """Send a file as it is (the body is the file); nothing is stored as a record before the commit."""
    settings: Settings = request.app.state.settings
    ended = settle(session, now=now)
    if ended:
        audit.note(_used("purged", *ended))
    asked = ImportAsked(name=name, kind=kind, sheet=sheet, program=program, municipality_code=municipality_code)
    row = keep_file(session, sender, asked, content, now=now, hours=settings.import_hours)
    ask_for_preview(session, row, by=audit.actor, now=now, on=settings.day())
    response.headers["Location"] = f"{API}/imports/{row.id}"
    return import_asked(session, row, now=now)


@router.get("", summary="自分の取り込みの一覧")
def imports(
    *, session: Reading, audit: Audit, now: Now, sender: _SenderOf, limit: Limit = 100, offset: Offset = 0
) -> ImportPage:
    """Own imports, newest first, without what stands in the files."""
    rows, total = import_page(session, sender, limit=limit, offset=offset)
    audit.note(_used("read", *(row.id for row in rows)))
    found = [import_summary(session, row, now=now) for row in rows]
    return ImportPage(imports=found, total=total, limit=limit, offset=offset)


@router.get(
    "/{import_id}/events",
    summary="取り込みの経過",
    response_model=JobEvents,
    responses=problem_responses(404) | event_responses(),
)
def events(
    *, request: Request, session: Reading, sender: _SenderOf, import_id: Id, last_event_id: AfterEvent = 0
) -> JobEvents | Response:
    """What happened to the preview or commit that was asked for last, as ``/runs/{run_id}/events`` tells it."""
    row = read_import(session, import_id, sender)
    return told_events(request, row.job_id or "", last_event_id)


@router.put(
    "/{import_id}/mapping",
    status_code=202,
    summary="列の選び直し（次の取り込みでも使います）",
    responses=problem_responses(400, 404, 409, 413),
    dependencies=[Depends(work_after_answer)],
)
def choose_columns(
    *,
    request: Request,
    session: Writing,
    audit: Audit,
    now: Now,
    sender: _SenderOf,
    import_id: Id,
    mapping: OfficeMapping,
) -> ImportAnswer:
    """Another choice of columns: the preview is made anew, and the office's next file of the kind is read so too."""
    settings: Settings = request.app.state.settings
    row = read_import(session, import_id, sender)
    verify_state(session, row, "previewed", now=now)
    kept = kept_content(session, row.id)
    kept.asked = {**kept.asked, "mapping": mapping.model_dump(mode="json")}
    remember_mapping(session, office_of(sender), mapping, now=now)
    ask_for_preview(session, row, by=audit.actor, now=now, on=settings.day())
    return import_asked(session, row, now=now)


@router.post(
    "/{import_id}/commit",
    status_code=202,
    summary="確認した内容の登録を頼む",
    responses=once_responses(400, 404, 413),
    dependencies=[Depends(work_after_answer)],
)
def commit(
    *,
    request: Request,
    session: Creating,
    audit: Audit,
    now: Now,
    sender: _SenderOf,
    import_id: Id,
    asked: CommitRequest,
) -> ImportAnswer:
    """Store all that the preview shows as new or changed, or nothing; asking again changes nothing."""
    settings: Settings = request.app.state.settings
    row = read_import(session, import_id, sender)
    ask_for_commit(session, row, asked.plan_digest, by=audit.actor, now=now, on=settings.day())
    return import_asked(session, row, now=now)


@router.get("/{import_id}", summary="取り込みの確認", responses=problem_responses(404))
def one_import(
    *,
    session: Reading,
    audit: Audit,
    now: Now,
    sender: _SenderOf,
    import_id: Id,
    limit: Limit = 100,
    offset: Offset = 0,
) -> ImportAnswer:
    """How far an import is, and what a commit would do: ``limit`` lines of each list of the plan."""
    row = read_import(session, import_id, sender)
    audit.note(_used("read", row.id))
    return import_answer(session, row, now=now, limit=limit, offset=offset)


@router.delete("/{import_id}", status_code=204, summary="取り込みの取りやめ", responses=problem_responses(404, 409))
def discard(session: Writing, audit: Audit, now: Now, sender: _SenderOf, import_id: Id) -> None:
    """Let the file and everything read from it go; discarding again changes nothing."""
    row = read_import(session, import_id, sender)
    verify_state(session, row, "previewing", "previewed", "failed", "discarded", now=now)
    if row.ended_at is None:
        let_go(session, row, "discarded", now=now)
    audit.note(_used("deleted", row.id))


def _used(action: Action, *ids: str) -> Use:
    return Use(action=action, purpose="intake", on=(subject("import", ids),))
