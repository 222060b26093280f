"""The start page, by role, and the choice of a language."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from api.accounts.access import Reached
from api.pages.languages import choose_language
from api.pages.local_paths import local_path
from api.pages.shell import Shell, page_router, redirect
from api.pages.words import Language
from features.municipalities import find, prefecture_names

__all__ = ["router"]

router = page_router()


@router.get("/")
def start(shell: Shell, _reach: Reached) -> Response:
    """What there is for whoever asks."""
    caller, place = shell.caller, ""
    if caller is not None and caller.municipality_code is not None:
        place = find(caller.municipality_code).full_name
    elif caller is not None and caller.prefecture_code is not None:
        place = prefecture_names()[caller.prefecture_code]
    return shell.page("start.html.j2", place=place)


@router.get("/language")
def language(
    request: Request,
    to: Annotated[Language, Query()],
    back: Annotated[str | None, Query(alias="next", max_length=2000)] = None,
) -> Response:
    """Remember a language and go back."""
    response = redirect(local_path(back))
    choose_language(request, response, to)
    return response
