"""Taking in an office's own Excel or CSV: send it, look at what would be stored, choose columns, store or let it go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import Depends, Query, Request
from pydantic import Field
from sqlalchemy import Engine
from starlette.responses import Response

from api.accounts.caller import caller_of
from api.clock import now_of
from api.http.dependencies import Audit, Id, Reading
from api.http.now import Now
from api.imports.answers import import_answer, import_summary
from api.imports.schemas import CommitRequest, ImportAnswer, ImportSummary, SheetName
from api.imports.senders import Sender, sender_of
from api.imports.store import import_page, read_import
from api.jobs.inline import work_after_answer
from api.pages.forms import FormModel, FormState, sent_as
from api.pages.import_view import ColumnsForm, import_view, mapping_of
from api.pages.list_pages import last_page
from api.pages.shell import Crumb, PageShell, page_router, redirect, shell_of
from api.pages.submitting import Submitting
from api.pages.uploads import Uploaded, uploaded_as
from api.routes import imports as api_imports
from api.settings import Settings
from api.storage.database import reading
from features.intake import KINDS, Kind
from features.taxonomy.vocabulary import Program

__all__ = ["router"]

router = page_router()
_SHOWN: Final = 20  # own imports
_LINES: Final = 100  # of each list of a preview


def _sender(request: Request) -> Sender:
    return sender_of(caller_of(request))


_SenderOf = Annotated[Sender, Depends(_sender)]


class FileForm(FormModel):
    """What is said beside a file."""

    kind: Kind | None = None
    program: Program | None = None
    sheet: SheetName | None = None


class CommitForm(FormModel):
    """Which preview was looked at."""

    plan_digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class DiscardForm(FormModel):
    """Nothing but the button."""


def _list_page(shell: PageShell, imports: Sequence[ImportSummary], form: FormState, status: int, most: int) -> Response:
    return shell.page(
        "imports.html.j2",
        status=status,
        crumbs=[Crumb(shell.words("imports.nav"))],
        form=form,
        imports=imports,
        kinds=[
            ("", shell.words("imports.kind_any")),
            *((kind, shell.words(f"imports.kinds.{kind}")) for kind in KINDS),
        ],
        most_bytes=most,
    )


def send_page(request: Request, form: FormState, status: int) -> Response:
    """Where a file is sent, with own imports; read anew where the form is drawn again."""
    engine: Engine = request.app.state.engine
    settings: Settings = request.app.state.settings
    now = now_of(request)
    with reading(engine) as session:
        rows, _total = import_page(session, _sender(request), limit=_SHOWN, offset=0)
        found = [import_summary(session, row, now=now) for row in rows]
    return _list_page(shell_of(request), found, form, status, settings.max_body_bytes)


def one_page(request: Request, form: FormState, status: int) -> Response:
    """One import with what was chosen and is wrong."""
    engine: Engine = request.app.state.engine
    with reading(engine) as session:
        row = read_import(session, request.path_params["import_id"], _sender(request))
        answer = import_answer(session, row, now=now_of(request), limit=_LINES, offset=0)
    return _one_page(shell_of(request), answer, form, status, 0)


def _one_page(shell: PageShell, answer: ImportAnswer, form: FormState, status: int, offset: int) -> Response:
    return shell.page(
        "import.html.j2",
        status=status,
        crumbs=[Crumb(shell.words("imports.nav"), "/imports"), Crumb(shell.words(f"imports.state.{answer.state}"))],
        form=form,
        one=answer,
        view=import_view(answer),
        offset=offset,
        lines=_LINES,
    )


@router.get("/imports")
def imports(request: Request, session: Reading, audit: Audit, now: Now, sender: _SenderOf) -> Response:
    """Where a file is sent, and own imports."""
    settings: Settings = request.app.state.settings
    found = api_imports.imports(session=session, audit=audit, now=now, sender=sender, limit=_SHOWN, offset=0)
    return _list_page(shell_of(request), found.imports, FormState(), 200, settings.max_body_bytes)


@router.post("/imports", dependencies=[Depends(work_after_answer)])
def send(
    *,
    request: Request,
    sent: Annotated[Uploaded[FileForm], Depends(uploaded_as(FileForm, drawn=send_page))],
    session: Submitting,
    audit: Audit,
    now: Now,
    sender: _SenderOf,
) -> Response:
    """Keep a file for its preview, and show how far that is."""
    asked = api_imports.add_import(
        request=request,
        session=session,
        audit=audit,
        now=now,
        sender=sender,
        name=sent.name,
        content=sent.content,
        response=Response(),
        kind=sent.said.kind,
        sheet=sent.said.sheet,
        program=sent.said.program,
    )
    return redirect(f"/imports/{asked.import_id}")


@router.get("/imports/{import_id}")
def one_import(
    *,
    shell: Annotated[PageShell, Depends(shell_of)],
    session: Reading,
    audit: Audit,
    now: Now,
    sender: _SenderOf,
    import_id: Id,
    offset: Annotated[int, Query(alias="from", ge=0, le=10_000_000)] = 0,
) -> Response:
    """How far an import is: being read, what would be stored, or what was."""
    answer = api_imports.one_import(
        session=session, audit=audit, now=now, sender=sender, import_id=import_id, limit=_LINES, offset=offset
    )
    longest = max(answer.plan.totals.values(), default=0) if answer.plan is not None else 0
    last = last_page(offset, total=longest, limit=_LINES)
    if last is not None:
        return redirect(f"/imports/{import_id}?from={last}")
    return _one_page(shell, answer, FormState(), 200, offset)


@router.post("/imports/{import_id}/mapping", dependencies=[Depends(work_after_answer)])
def choose_columns(
    *,
    request: Request,
    sent: Annotated[ColumnsForm, Depends(sent_as(ColumnsForm, drawn=one_page))],
    session: Submitting,
    audit: Audit,
    now: Now,
    sender: _SenderOf,
    import_id: Id,
) -> Response:
    """Another choice of columns: the preview is made anew."""
    mapping = mapping_of(sent)
    api_imports.choose_columns(
        request=request, session=session, audit=audit, now=now, sender=sender, import_id=import_id, mapping=mapping
    )
    return redirect(f"/imports/{import_id}")


@router.post("/imports/{import_id}/commit", dependencies=[Depends(work_after_answer)])
def commit(
    *,
    request: Request,
    sent: Annotated[CommitForm, Depends(sent_as(CommitForm, drawn=one_page))],
    session: Submitting,
    audit: Audit,
    now: Now,
    sender: _SenderOf,
    import_id: Id,
) -> Response:
    """Store what the preview shows as new or changed, or nothing."""
    asked = CommitRequest(plan_digest=sent.plan_digest)
    api_imports.commit(
        request=request, session=session, audit=audit, now=now, sender=sender, import_id=import_id, asked=asked
    )
    return redirect(f"/imports/{import_id}")


@router.post("/imports/{import_id}/discard")
def discard(
    *,
    _sent: Annotated[DiscardForm, Depends(sent_as(DiscardForm, drawn=one_page))],
    session: Submitting,
    audit: Audit,
    now: Now,
    sender: _SenderOf,
    import_id: Id,
) -> Response:
    """Let the file and everything read from it go."""
    api_imports.discard(session, audit, now, sender, import_id)
    return redirect("/imports", done="import_discarded")
