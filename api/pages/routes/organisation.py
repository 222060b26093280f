"""Signing in at the organisation one works for: a link, since forms may be sent to this service only."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from pydantic import SecretStr
from starlette.responses import RedirectResponse, Response

from api.accounts.errors import OrganisationError
from api.accounts.schemas import OrganisationStart
from api.http.now import Now
from api.pages.shell import page_router
from api.routes import organisation as api_organisation
from api.settings import Settings

__all__ = ["router"]

router = page_router()


@router.get("/sign-in/organisation")
async def begin(
    request: Request,
    now: Now,
    number: Annotated[int, Query(ge=0, le=100)] = 0,
    invitation: Annotated[str | None, Query(min_length=1, max_length=100)] = None,
) -> Response:
    """Go to the organisation with this number in the settings; the first time with the invitation."""
    settings: Settings = request.app.state.settings
    if number >= len(settings.organisations):
        raise OrganisationError("the settings name no such organisation")
    sent = OrganisationStart(
        issuer=settings.organisations[number].issuer,
        invitation=None if invitation is None else SecretStr(invitation),
    )
    response = RedirectResponse("/", 303)
    begun = await api_organisation.begin(request, response, now, sent)
    response.headers["location"] = begun.address
    return response
