"""The language of a page: what the person chose, else what the browser asks for first, else Japanese."""

from __future__ import annotations

from typing import Final

from fastapi import Request, Response

from api.accounts.cookies import give_token, token_of
from api.pages.words import Language

__all__ = ["choose_language", "language_of"]

_COOKIE: Final = "language"
_YEAR: Final = 365 * 24 * 3600


def language_of(request: Request) -> Language:
    """The language a request is answered in."""
    chosen = token_of(request, of=_COOKIE)
    if chosen in ("ja", "en"):
        return "en" if chosen == "en" else "ja"
    asked = [part.partition(";")[0].strip().lower() for part in request.headers.get("accept-language", "").split(",")]
    known = [tag for tag in asked if tag.partition("-")[0] in ("ja", "en")]
    return "en" if known and known[0].startswith("en") else "ja"


def choose_language(request: Request, response: Response, language: Language) -> None:
    """Let the browser remember a language for a year; it is no secret and says nothing of the person."""
    give_token(request, response, language, of=_COOKIE, seconds=_YEAR)
