"""The audit log: who did what to whose records, whether it is as it was written, and an export to hand over."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, Request
from pydantic import Field
from sqlalchemy import Engine
from starlette.responses import Response

from api.audit.schemas import AuditLine
from api.audit.searching import Wanted, search
from api.http.dependencies import Audit, Reading
from api.pages.errors import Fault, FormError
from api.pages.forms import FormModel, FormState, asked_as
from api.pages.oversight.audit_lines import AuditForm, address_of, choices, shown_entries
from api.pages.shell import Crumb, PageShell, Shell, page_router, redirect, shell_of
from api.routes import audit as api_audit
from api.storage.database import reading
from features.plain_values import Day

__all__ = ["router"]

router = page_router()
_SHOWN: Final = 50
_HEAD: Final = r"^\d{1,18}:[0-9a-f]{64}$"


class HeadForm(FormModel):
    """A head that was noted earlier."""

    expect: Annotated[str, Field(pattern=_HEAD)] | None = None


class ExportForm(FormModel):
    """First and last day of an export, in Japan."""

    from_day: Day
    to_day: Day


def _log_page(
    shell: PageShell, form: FormState, status: int, lines: list[AuditLine] | None = None, older: str | None = None
) -> Response:
    return shell.page(
        "oversight/audit.html.j2",
        status=status,
        crumbs=[Crumb(shell.words("audit.nav"))],
        form=form,
        choices=choices(shell.words),
        entries=None if lines is None else shown_entries(lines, shell.words),
        older=older,
        accounts=shell.may_open("/accounts"),
    )


def log_page(request: Request, form: FormState, status: int) -> Response:
    """The conditions with what is wrong; no entry is read for them."""
    return _log_page(shell_of(request), form, status)


def verification_page(request: Request, form: FormState, status: int) -> Response:
    """The noted head with what is wrong; nothing is computed for it."""
    shell = shell_of(request)
    crumbs = [Crumb(shell.words("audit.nav"), "/audit"), Crumb(shell.words("audit.verification"))]
    return shell.page("oversight/audit_verification.html.j2", status=status, crumbs=crumbs, form=form, found=None)


@router.get("/audit")
def log(
    request: Request,
    asked: Annotated[AuditForm | None, Depends(asked_as(AuditForm, drawn=log_page))],
    session: Reading,
    audit: Audit,
) -> Response:
    """Entries, newest first, and what to look for among them."""
    wanted = asked or AuditForm()
    found = api_audit.entries(session=session, audit=audit, limit=_SHOWN, **wanted.model_dump())
    older = None if found.next_before is None else address_of(wanted, before=found.next_before)
    typed = {name: [str(value)] for name, value in wanted.model_dump(mode="json", exclude_none=True).items()}
    return _log_page(shell_of(request), FormState(typed), 200, found.entries, older)


@router.get("/audit/verification")
def verification(
    request: Request,
    shell: Shell,
    asked: Annotated[HeadForm | None, Depends(asked_as(HeadForm, drawn=verification_page))],
    audit: Audit,
) -> Response:
    """Every hash computed again, and what that says, in words."""
    expect = None if asked is None else asked.expect
    found = api_audit.verification(request=request, audit=audit, expect=expect)
    crumbs = [Crumb(shell.words("audit.nav"), "/audit"), Crumb(shell.words("audit.verification"))]
    form = FormState({} if expect is None else {"expect": [expect]})
    return shell.page("oversight/audit_verification.html.j2", crumbs=crumbs, form=form, found=found)


@router.get("/audit/export")
def exported(
    request: Request,
    asked: Annotated[ExportForm | None, Depends(asked_as(ExportForm, drawn=log_page))],
    audit: Audit,
) -> Response:
    """The days that were asked for, as one file to hand over."""
    if asked is None:
        return redirect("/audit")
    engine: Engine = request.app.state.engine
    with reading(engine) as session:
        found = search(session, Wanted(from_day=asked.from_day, until_day=asked.to_day), before=None, limit=1)
    if not found.lines:
        raise FormError([Fault("from_day", ("fault.log_empty",))])
    return api_audit.exported(request=request, audit=audit, first=asked.from_day, until=asked.to_day)
