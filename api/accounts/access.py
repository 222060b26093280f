"""Whether this request may be answered, and which records it reaches: the table, the account, the record asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Final, TypeAlias

from fastapi import Depends, Request
from sqlalchemy import Engine
from sqlmodel import select

from api.accounts.caller import Caller, caller_of
from api.accounts.consents import consenting_municipalities
from api.accounts.errors import ForbiddenError, SignInNeededError
from api.accounts.permissions import Extent, Operation, permissions
from api.accounts.pseudonyms import pseudonym_key
from api.accounts.reach import EVERYTHING, PUBLISHED, Reach
from api.accounts.restricted_session import restrict
from api.accounts.roles import SIGNED_OUT
from api.database import reading
from api.errors import UnknownIdError
from api.settings import Settings
from api.tables import ApplicantRow, ApplicationRow, PostingRow, RecordRow

__all__ = ["CallerOf", "Reached", "require_permission", "signed_in"]

_ASKED_FOR: Final[Mapping[str, type[RecordRow]]] = {
    "applicant_id": ApplicantRow,
    "application_id": ApplicationRow,
    "posting_id": PostingRow,
}
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
    """
    name = f"{request.method} {request.scope['route'].path_format}"
    operation, caller = permissions().operations.get(name), caller_of(request)
    if caller is None:
        return _reach_of_signed_out(operation, request.app.state.settings)
    if operation is None:
        raise ForbiddenError(f"{name} is not in the table of permissions")
    _verify_token(operation, caller)
    extent = operation.extents[caller.role]
    if extent == "never":
        raise ForbiddenError(f"{name} is not for the role {caller.role}")
    engine: Engine = request.app.state.engine
    reach = _REACH_OF[extent](caller, engine)
    request.state.pseudonym_key = reach.pseudonym_key
    if reach.is_partial:
        _verify_asked_for(engine, reach, name, request.path_params)
    return reach


def signed_in(request: Request) -> Caller:
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
                raise UnknownIdError(parameter.removesuffix("_id"), an_id)
            applied = select(ApplicationRow.id).where(ApplicationRow.posting_id == an_id).limit(1)
            # without applications the order of reading is over everybody, and everybody is nobody's to see
            if name == _CANDIDATES and session.exec(applied).first() is None:
                raise ForbiddenError(f"nobody has applied to posting {an_id} yet")


def _everything(_caller: Caller, _engine: Engine) -> Reach:
    return EVERYTHING


def _published(_caller: Caller, _engine: Engine) -> Reach:
    return PUBLISHED


def _own(caller: Caller, _engine: Engine) -> Reach:
    return Reach(applicant_id=caller.applicant_id or "")


def _municipality(caller: Caller, _engine: Engine) -> Reach:
    return Reach(municipalities=frozenset(filter(None, [caller.municipality_code])))


def _consenting(caller: Caller, engine: Engine) -> Reach:
    if caller.prefecture_code is None:
        return Reach(municipalities=frozenset())
    with reading(engine) as session:
        return Reach(municipalities=consenting_municipalities(session, caller.prefecture_code))


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
