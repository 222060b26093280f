"""Every error of a page, drawn here once from the problem document that :mod:`api.http.problems` answers programs with.

A fault of a form draws the form again; a session that has ended leads to signing in and back; everything else is a page
that says what happened and what to do. A program that asks for a page's address gets the document itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final, cast
from urllib.parse import urlencode, urlsplit

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.accounts.errors import NobodyAppliedError, SignInNeededError
from api.http.problem_documents import MEDIA_TYPE, Problem
from api.pages.errors import Fault, FormError
from api.pages.foreign_forms import foreign_fields, foreign_form_page
from api.pages.forms import again_of
from api.pages.left_forms import left_form
from api.pages.local_paths import local_path
from api.pages.shell import Crumb, redirect, shell_of

__all__ = ["draw_errors", "wants_page"]

_DRAWN_AGAIN: Final = frozenset({401, 403, 409, 412, 422, 429})
_REFUSED_UNREAD: Final = frozenset({403, 404})  # by address, before a form is read
_SIGN_IN: Final = "/sign-in"
_Answer = Callable[[Request, Exception], Response]


def draw_errors(app: FastAPI) -> None:
    """Let ``app`` draw errors for people; to be called once its errors have their answers."""
    for kind, answer in list(app.exception_handlers.items()):
        if not inspect.iscoroutinefunction(answer):  # FastAPI's own for sockets, of which there are none
            drawn = _drawn(cast("_Answer", answer))
            is_http = isinstance(kind, type) and issubclass(kind, HTTPException)
            app.exception_handlers[kind] = _read_first(drawn) if is_http else drawn


def _read_first(drawn: _Answer) -> Callable[[Request, Exception], Coroutine[Any, Any, Response]]:
    """What was typed is read before the error is drawn, where a form was refused before it was read."""

    async def answer(request: Request, error: Exception) -> Response:
        if request.method == "POST" and wants_page(request) and again_of(request) is None:
            if isinstance(error, SignInNeededError):
                request.state.left_form = await left_form(request)
            elif isinstance(error, HTTPException) and error.status_code in _REFUSED_UNREAD:
                request.state.foreign_fields = await foreign_fields(request)
        return await run_in_threadpool(drawn, request, error)

    return answer


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks: for an address outside the API, and for a page before anything else."""
    return not request.scope["path"].startswith("/api/") and "text/html" in request.headers.get("accept", "")


def _drawn(answer: _Answer) -> _Answer:
    def drawn(request: Request, error: Exception) -> Response:
        answered = answer(request, error)
        if answered.media_type != MEDIA_TYPE or not wants_page(request):
            return answered
        problem = Problem.model_validate_json(bytes(answered.body))
        request.state.must_be_pseudonymised = False  # no record is shown from here on
        page = _page(request, error, problem)
        for name in ("allow", "retry-after"):
            if name in answered.headers:
                page.headers[name] = answered.headers[name]
        return page

    return drawn


def _page(request: Request, error: Exception, problem: Problem) -> Response:
    kind = problem.type.rpartition(":")[2]
    if kind == "sign-in-needed":
        return _sign_in_first(request)
    foreign: dict[str, list[str]] | None = getattr(request.state, "foreign_fields", None)
    if kind == "foreign-form" or foreign is not None:
        return foreign_form_page(request, foreign)
    again = again_of(request)
    if again is not None and problem.status in _DRAWN_AGAIN and kind != "forbidden":
        state, draw = again
        # browsers keep no answer 401, so that "back" could not show the form again
        status = 422 if problem.status == 401 else problem.status
        return draw(state.with_faults(_faults(error, problem, kind, state.names)), status)
    return _error(request, problem, "nobody-applied" if isinstance(error, NobodyAppliedError) else kind)


def _faults(error: Exception, problem: Problem, kind: str, names: Mapping[str, str]) -> list[Fault]:
    if isinstance(error, FormError):
        return list(error.form_faults)
    places = [one.loc.partition(".")[2] for one in problem.errors if one.loc.startswith(("body.", "query."))]
    return [Fault(names.get(name, name), (f"fault.{kind}",)) for name in places] or [Fault("", (f"fault.{kind}",))]


def _sign_in_first(request: Request) -> Response:
    shell = shell_of(request)
    if request.method == "GET":
        return redirect(_SIGN_IN if shell.here == "/" else f"{_SIGN_IN}?{urlencode({'next': shell.here})}")
    came_from = local_path(urlsplit(request.headers.get("referer", "")).path or None)
    return shell.page(
        "session_ended.html.j2",
        status=401,
        crumbs=[Crumb(shell.words("error.session_ended.title"))],
        sign_in=f"{_SIGN_IN}?{urlencode({'next': came_from})}",
        left=getattr(request.state, "left_form", None),
    )


def _error(request: Request, problem: Problem, kind: str) -> Response:
    shell = shell_of(request)
    keys = (kind.replace("-", "_"), str(problem.status), "other")
    title = shell.words.first_of(*(f"error.{key}.title" for key in keys))
    text = shell.words.first_of(*(f"error.{key}.text" for key in keys))
    template = "operating_mode_off.html.j2" if kind == "operating-mode" else "error.html.j2"
    return shell.page(
        template, status=problem.status, crumbs=[Crumb(title)], title=title, text=text, number=problem.status
    )
