"""Whether this request may be answered, and which records it reaches: the table, the account, the record asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Final, TypeAlias

from fastapi import Depends, Request
from sqlalchemy import Engine
from sqlmodel import select

from api.accounts.caller import Caller, caller_of
from api.accounts.consents import consenting_municipalities
from api.accounts.errors import ForbiddenError, NobodyAppliedError, SignInNeededError
from api.accounts.permissions import Extent, Operation, permissions
from api.accounts.pseudonyms import pseudonym_key
from api.accounts.purposeful_reach import for_purpose
from api.accounts.purposes import HEADER, purpose_of
from api.accounts.reach import EVERYTHING, PUBLISHED, Reach
from api.accounts.restricted_session import restrict
from api.accounts.roles import SIGNED_OUT
from api.conflicts.closed_postings import verify_no_conflict
from api.conflicts.own_conflicts import tell_conflict
from api.http.errors import UnknownIdError
from api.settings import Settings
from api.storage.database import reading
from api.storage.restricted import listed_in
from api.storage.tables import ApplicantRow, ApplicationRow, PostingRow, RecordRow

__all__ = ["CallerOf", "Reached", "require_permission", "signed_in"]

_ASKED_FOR: Final[Mapping[str, type[RecordRow]]] = {
    "applicant_id": ApplicantRow,
    "application_id": ApplicationRow,
    "posting_id": PostingRow,
}
_WITHOUT_PEOPLE: Final = {"GET /api/v1/postings/{posting_id}", "GET /api/v1/postings/{posting_id}/quality"}
_CANDIDATES: Final = "GET /api/v1/postings/{posting_id}/candidates"
_ID = re.compile(r"[^\x00-\x1f\x7f]{1,200}")


def require_permission(request: Request) -> Reach:
    """Which records the request reaches.

    Raises
    ------
    SignInNeededError
        If nobody is signed in and the operation is not open.
    ForbiddenError
        If the table has no line for the operation, or the line, the token or the record does not allow it.
    UnknownIdError
        If the record asked for is out of reach.
    UnknownPurposeError, PurposeError
        If the purpose that is stated is no purpose, or not this role's here.
    ModeError
        If it needs an operating mode that is off.
    """
    asked = f"{request.method} {request.scope['route'].path_format}"
    (name, operation), caller = permissions().counting_for(asked), caller_of(request)
    page, settings = permissions().pages.get(asked), request.app.state.settings
    stated = [page.purpose] if page is not None and page.purpose is not None else request.headers.getlist(HEADER)
    if caller is None:
        reach = _reach_of_signed_out(operation, settings)
        request.state.purpose = purpose_of(name, "local", stated)
        return reach
    if operation is None:
        raise ForbiddenError(f"{name} is not in the table of permissions")
    _verify_token(operation, caller)
    extent = operation.extents[caller.role]
    if extent == "never":
        raise ForbiddenError(f"{name} is not for the role {caller.role}")
    engine: Engine = request.app.state.engine
    purpose = request.state.purpose = purpose_of(name, caller.role, stated)
    within = replace(_REACH_OF[extent](caller, engine), today=settings.day())
    reach = for_purpose(engine, within, caller, name, purpose, on=settings.day())
    # an answer is pseudonymised on its way out, a page before it is drawn: api.pages.shell draws none that was not
    request.state.pseudonym_key = reach.pseudonym_key if page is None else None
    request.state.must_be_pseudonymised, request.state.is_partial = reach.pseudonym_key is not None, reach.is_partial
    if reach.is_partial:
        _verify_asked_for(engine, reach, name, request.path_params)
    return reach


async def signed_in(request: Request) -> Caller:
    """Who asks.

    Raises
    ------
    SignInNeededError
        If nobody is signed in.
    """
    caller = caller_of(request)
    if caller is None:
        raise SignInNeededError
    return caller


Reached: TypeAlias = Annotated[Reach, Depends(require_permission)]
CallerOf: TypeAlias = Annotated[Caller, Depends(signed_in)]


def _reach_of_signed_out(operation: Operation | None, settings: Settings) -> Reach:
    if operation is not None and operation.extents[SIGNED_OUT] == "allowed":
        return EVERYTHING
    # one PC before its accounts are set up: records are open to whoever sits there, accounts are not
    if settings.sign_in == "off" and (operation is None or not operation.is_session_only):
        return EVERYTHING
    raise SignInNeededError


def _verify_token(operation: Operation, caller: Caller) -> None:
    if caller.scopes is None:
        return
    if operation.is_session_only:
        raise ForbiddenError(f"{operation.name} is never for an API token; sign in")
    if operation.scope not in caller.scopes:
        raise ForbiddenError(f"{operation.name} needs the scope {operation.scope}, which the token does not have")


def _verify_asked_for(engine: Engine, reach: Reach, name: str, path: Mapping[str, str]) -> None:
    for parameter, row in _ASKED_FOR.items():
        an_id = path.get(parameter)
        if an_id is None:
            continue
        with reading(engine) as session:
            restrict(session, reach)
            asked = select(row.id).where(row.id == an_id)
            if not _ID.fullmatch(an_id) or session.exec(asked).first() is None:
                if _ID.fullmatch(an_id):
                    tell_conflict(session, engine, reach, row, an_id)
                raise UnknownIdError(parameter.removesuffix("_id"), an_id)
            if row is PostingRow and name not in _WITHOUT_PEOPLE:
                verify_no_conflict(session, reach, an_id)
            # an application whose person's use is stopped is in no order either
            applied = select(ApplicationRow.id).where(ApplicationRow.posting_id == an_id, *listed_in("application"))
            # without applications the order of reading is over everybody, and everybody is nobody's to see
            if name == _CANDIDATES and session.exec(applied.limit(1)).first() is None:
                raise NobodyAppliedError(an_id)


def _everything(_caller: Caller, _engine: Engine) -> Reach:
    return EVERYTHING


def _published(caller: Caller, _engine: Engine) -> Reach:
    return replace(PUBLISHED, applied_by=caller.applicant_id)


def _own(caller: Caller, _engine: Engine) -> Reach:
    return Reach(applicant_id=caller.applicant_id or "", applied_by=caller.applicant_id)


def _municipality(caller: Caller, _engine: Engine) -> Reach:
    codes = frozenset(filter(None, [caller.municipality_code]))
    return Reach(municipalities=codes, conflicts_of=caller.account_id)


def _consenting(caller: Caller, engine: Engine) -> Reach:
    if caller.prefecture_code is None:
        return Reach(municipalities=frozenset())
    with reading(engine) as session:
        codes = consenting_municipalities(session, caller.prefecture_code)
    return Reach(municipalities=codes, conflicts_of=caller.account_id)


def _pseudonymised(caller: Caller, engine: Engine) -> Reach:
    return Reach(pseudonym_key=pseudonym_key(engine, caller.account_id))


_REACH_OF: Final[Mapping[Extent, Callable[[Caller, Engine], Reach]]] = {
    "allowed": _everything,
    "own": _own,
    "municipality": _municipality,
    "consenting": _consenting,
    "published": _published,
    "pseudonymised": _pseudonymised,
}
