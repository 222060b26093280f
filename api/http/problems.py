"""Every error becomes one RFC 9457 problem document here, once; routes contain no ``try``.

A document names the field, id or key, and never repeats what a person wrote; an unexpected error says nothing about the
inside of the service.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeAlias

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError, ResponseValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from api.http.allowed_methods import allowed_methods
from api.http.errors import ApiError
from api.http.problem_documents import MEDIA_TYPE, Fault, Problem
from api.retention.rules import RetentionError
from api.storage.errors import DamagedRowError
from features.errors import FeatureError
from matching.errors import CertificateError, MatchingError, OutcomeError

__all__ = ["add_problem_handlers", "problem_responses"]

_Responses: TypeAlias = dict[int | str, dict[str, Any]]
_log = logging.getLogger(__name__)
_NOT_STORED = "the database did not answer in time; nothing was stored"
_FULL = "nothing was stored; whoever runs this service has to make room on the disk of its database, then send it again"
_FULL_CODES = ("SQLITE_FULL", "53100")


def add_problem_handlers(app: FastAPI) -> None:
    """Let ``app`` answer every error with a problem document."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(ResponseValidationError, _invalid_response)
    app.add_exception_handler(FeatureError, _refused)
    app.add_exception_handler(RetentionError, _without_rules)
    app.add_exception_handler(MatchingError, _refused)
    app.add_exception_handler(OutcomeError, _unproven)
    app.add_exception_handler(CertificateError, _unproven)
    app.add_exception_handler(IntegrityError, _conflict)
    app.add_exception_handler(OperationalError, _busy)
    app.add_exception_handler(PoolTimeoutError, _busy)
    app.add_exception_handler(DamagedRowError, _damaged)
    app.add_exception_handler(Exception, _unexpected)


def problem_responses(*statuses: int) -> _Responses:
    """What OpenAPI says about the problem documents of a route.

    Examples
    --------
    >>> list(problem_responses(404))
    [404]
    """
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def _problem(
    status: int,
    kind: str,
    title: str,
    detail: str,
    *,
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    body = Problem(type=f"urn:enmusubi:problem:{kind}", title=title, status=status, detail=detail, errors=list(faults))
    return JSONResponse(body.model_dump(exclude=None if faults else {"errors"}), status, headers, MEDIA_TYPE)


def _http(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, ApiError):
        faults = [Fault(loc=loc, msg=msg) for loc, msg in error.faults.items()]
        return _problem(error.status, error.kind, error.title, error.detail, faults=faults, headers=error.headers)
    status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "")
    headers = error.headers if isinstance(error, HTTPException) else None
    if status == HTTPStatus.METHOD_NOT_ALLOWED and (methods := allowed_methods(request)) is not None:
        headers = {"Allow": methods}
    phrase = HTTPStatus(status).phrase
    return _problem(status, phrase.lower().replace(" ", "-"), phrase, detail, headers=headers)


def _invalid_request(_request: Request, error: Exception) -> JSONResponse:
    raw = list(error.errors()) if isinstance(error, RequestValidationError) else []
    if raw and raw[0]["type"] == "json_invalid":
        place, reason = raw[0]["loc"][-1], raw[0]["ctx"]["error"]
        return _problem(400, "broken-json", "The body is not JSON", f"not JSON at character {place}: {reason}")
    faults = [Fault(loc=_place(fault["loc"]), msg=_message(fault)) for fault in raw]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    detail = f"{faults[0].loc}: {faults[0].msg}{more}"
    if raw[0]["loc"][0] == "path":  # no record can have such an id
        return _problem(404, "unknown-id", "There is no such record", detail, faults=faults)
    return _problem(422, "invalid", "The request is not valid", detail, faults=faults)


def _invalid_response(request: Request, error: Exception) -> JSONResponse:
    places = [_place(fault["loc"]) for fault in error.errors()] if isinstance(error, ResponseValidationError) else []
    _log.error("the answer of %s breaks its own schema at %s", _route(request), ", ".join(places))
    return _unexpected(request, error)


def _refused(_request: Request, error: Exception) -> JSONResponse:
    return _problem(422, "refused", "The request cannot be answered as it stands", str(error))


def _without_rules(request: Request, error: Exception) -> JSONResponse:
    _log.error("%s: %s", _route(request), error)
    detail = "the retention rules of this service cannot be read; its log says where, for whoever runs it"
    return _problem(503, "no-retention-rules", "保存期間の定めが読めません", detail)


def _unproven(request: Request, error: Exception) -> JSONResponse:
    _log.error("the result of %s failed its own check: %s", _route(request), error)
    return _problem(500, "unproven", "The result failed its own check and was not stored", str(error))


def _conflict(_request: Request, _error: Exception) -> JSONResponse:
    detail = "another request stored the same id, or removed a record this one names, at the same time; read again"
    return _problem(409, "conflict", "Two changes met", detail)


def _busy(request: Request, error: Exception) -> JSONResponse:
    _log.warning("%s: the database did not answer: %s", _route(request), getattr(error, "orig", None) or error)
    if _is_full(error):
        return _problem(503, "disk-full", "サーバーのディスクがいっぱいです", f"the disk is full: {_FULL}")
    is_cut = isinstance(error, DBAPIError) and error.connection_invalidated
    detail = "the connection broke off; read whether it was stored" if is_cut else _NOT_STORED
    return _problem(503, "busy", "The database is busy", detail, headers={"Retry-After": "1"})


def _is_full(error: Exception) -> bool:
    told = error.orig if isinstance(error, DBAPIError) else None
    return any(getattr(told, name, None) in _FULL_CODES for name in ("sqlite_errorname", "sqlstate"))


def _damaged(request: Request, error: Exception) -> JSONResponse:
    _log.error("%s: %s", _route(request), error)
    return _problem(500, "damaged-record", "A stored record is damaged", str(error))


def _unexpected(_request: Request, _error: Exception) -> JSONResponse:
    return _problem(500, "internal", "The request could not be answered", "an unexpected error; it was logged")


def _route(request: Request) -> str:
    route = request.scope.get("route")
    return f"{request.method} {getattr(route, 'path', '')}"


def _place(loc: Sequence[int | str]) -> str:
    place = ""
    for part in loc:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else part
    return place


def _message(fault: Mapping[str, Any]) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        return "unknown key"
    if kind == "missing":
        return "missing, expected a value"
    if kind == "literal_error":
        return f"expected one of {str(context['expected']).replace(' or ', ', ')}"
    if kind == "union_tag_invalid":
        return f"expected {context['discriminator']} to be one of {context['expected_tags']}"
    if isinstance(fault.get("input"), bytes):
        return "not read as JSON, expected the header content-type: application/json"
    message: str = fault["msg"].removeprefix("Value error, ")
    return message
