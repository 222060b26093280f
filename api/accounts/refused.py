"""Refusals go on record before their answer goes out: which account, what it asked for, never what it typed."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Final, cast

from fastapi import FastAPI, Request
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.accounts.caller import caller_of
from api.accounts.cookies import token_of
from api.accounts.errors import (
    CrossSiteError,
    ForbiddenError,
    LinkError,
    OrganisationError,
    SignInFailedError,
    SignInNeededError,
    TooManyAttemptsError,
)
from api.accounts.tables import AccountRow
from api.audit.entry import LOCAL, SIGNED_OUT, Actor, Use
from api.audit.refusals import Refusals, Refused
from api.audit.trail import append
from api.audit.vocabulary import SubjectKind
from api.clock import Clock, now_of
from api.http.errors import ApiError, UnknownIdError
from api.settings import Settings
from api.storage.database import reading, writing
from api.storage.tables import ApplicantRow, ApplicationRow, CompanyRow, HouseholdRow, PostingRow, Row, RunRow

__all__ = ["note_refusals", "refusals_written"]

_NOTED: Final[tuple[type[ApiError], ...]] = (
    CrossSiteError,
    ForbiddenError,
    LinkError,
    OrganisationError,
    SignInFailedError,
    SignInNeededError,
    TooManyAttemptsError,
    UnknownIdError,
)
_ROWS: Final[dict[SubjectKind, type[Row]]] = {
    "account": AccountRow,
    "applicant": ApplicantRow,
    "application": ApplicationRow,
    "company": CompanyRow,
    "household": HouseholdRow,
    "posting": PostingRow,
    "run": RunRow,
}
_EVERY_SECONDS: Final = 15
_ID: Final = re.compile(r"[^\x00-\x1f\x7f]{1,200}")  # features.records.Identifier
_log = logging.getLogger(__name__)
_Asked = tuple[SubjectKind, str | None]


def note_refusals(app: FastAPI) -> None:
    """Let ``app`` note every refusal; to be called once its errors have their answers."""
    app.state.refusals = Refusals()
    answer = cast("Callable[[Request, Exception], Response]", app.exception_handlers[HTTPException])

    def noted(request: Request, error: Exception) -> Response:
        if isinstance(error, ApiError) and _is_refusal(request, error):
            _note(request, error)
        return answer(request, error)

    for kind in _NOTED:
        app.add_exception_handler(kind, noted)


@asynccontextmanager
async def refusals_written(app: FastAPI) -> AsyncGenerator[None]:
    """While the service runs, what was counted is written when its window has ended, and all of it at the end."""
    writes = asyncio.create_task(_write_again_and_again(app))
    try:
        yield
    finally:
        writes.cancel()
        with suppress(asyncio.CancelledError):
            await writes
        refusals: Refusals = app.state.refusals
        await run_in_threadpool(_write, app, refusals.every())


async def _write_again_and_again(app: FastAPI) -> None:
    clock: Clock = app.state.clock
    refusals: Refusals = app.state.refusals
    while True:
        await asyncio.sleep(_EVERY_SECONDS)
        await run_in_threadpool(_write, app, refusals.ended(now=clock()))


def _is_refusal(request: Request, error: ApiError) -> bool:
    if isinstance(error, UnknownIdError):  # whether there is such a record or not: neither is told apart here
        return getattr(request.state, "is_partial", False)
    if isinstance(error, SignInNeededError):  # who sends nothing to sign in with was not refused as somebody
        return "authorization" in request.headers or token_of(request) is not None
    return True


def _note(request: Request, error: ApiError) -> None:
    engine: Engine = request.app.state.engine
    refusals: Refusals = request.app.state.refusals
    kind = Refused(_actor(request), _operation(request), error.kind)
    with reading(engine) as session:
        asked = _asked_for(session, request, error)
    _write(request.app, refusals.add(kind, asked, now=now_of(request)))


def _write(app: FastAPI, told: Sequence[tuple[Refused, Use]]) -> None:
    if not told:
        return
    settings: Settings = app.state.settings
    refusals: Refusals = app.state.refusals
    try:
        with writing(app.state.engine) as session:
            for kind, use in told:
                append(session, use, actor=kind.actor, key=settings.audit_secret())
    except SQLAlchemyError as error:  # refused it stays: it is counted, and written with the next
        _log.warning("refusals were not written and are counted on: %s", type(error).__name__)
        now: datetime = app.state.clock()
        refusals.put_back(told, now=now)


def _actor(request: Request) -> Actor:
    caller = caller_of(request)
    if caller is not None:
        return Actor(id=caller.account_id, role=caller.role)
    settings: Settings = request.app.state.settings
    return LOCAL if settings.sign_in == "off" else SIGNED_OUT


def _operation(request: Request) -> str:
    template: str | None = getattr(request.scope.get("route"), "path_format", None)
    return "unknown" if template is None else f"{request.method} {template}"


def _asked_for(session: Session, request: Request, error: ApiError) -> list[_Asked]:
    """Ids of what there is; a text that is no id of ours is a text somebody typed, and only counted."""
    account_id: str | None = getattr(error, "account_id", None)
    if account_id is not None:
        return [("account", account_id)]
    asked: list[_Asked] = []
    for kind, row in _ROWS.items():
        an_id = request.path_params.get(f"{kind}_id")
        if isinstance(an_id, str):
            known = _is_writable(an_id) and session.get(row, an_id) is not None
            asked.append((kind, an_id if known else None))
    return asked


def _is_writable(an_id: str) -> bool:
    return _ID.fullmatch(an_id) is not None and an_id.encode(errors="ignore").decode() == an_id
