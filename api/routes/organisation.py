"""``/session/organisation``: sign in at the organisation one works for (OpenID Connect)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from api.accounts.access import require_permission
from api.accounts.audit_uses import account_use, actor_of_account
from api.accounts.cookies import forget_token, give_token, own_origin, token_of
from api.accounts.errors import OrganisationError
from api.accounts.organisation_sign_in import FLOW_LASTS, finish_flow, keep_flow, take_flow
from api.accounts.schemas import OrganisationAddress, OrganisationStart
from api.accounts.tables import OrganisationFlowRow
from api.audit.trail import append
from api.http.dependencies import API
from api.http.now import Now
from api.http.problems import problem_responses
from api.http.strict_json import StrictRoute
from api.settings import Settings
from api.storage.database import writing

if TYPE_CHECKING:
    from api.accounts.openid import Provider

__all__ = ["router"]

_PATH = f"{API}/session/organisation"
_CALLBACK = "/callback"
_FLOW = "flow"
# an organisation adds parameters of its own to the callback, so unknown ones are passed over here and nowhere else
router = APIRouter(
    prefix=_PATH,
    tags=["session"],
    route_class=StrictRoute,
    dependencies=[Depends(require_permission)],
    responses=problem_responses(422, 500, 503),
)


@router.post("", summary="組織のサインインを始める", responses=problem_responses(400, 403, 413))
async def begin(request: Request, response: Response, now: Now, sent: OrganisationStart) -> OrganisationAddress:
    """Where the browser goes next; the first time with the token of the invitation."""
    begun = await _provider(request, sent.issuer).begin()
    invitation = None if sent.invitation is None else sent.invitation.get_secret_value()
    engine: Engine = request.app.state.engine
    browser = await run_in_threadpool(keep_flow, engine, begun, issuer=sent.issuer, invitation=invitation, now=now)
    give_token(request, response, browser, of=_FLOW, seconds=int(FLOW_LASTS.total_seconds()))
    return OrganisationAddress(address=begun.address)


@router.get(
    _CALLBACK,
    status_code=303,
    response_class=RedirectResponse,
    summary="組織のサインインから戻る",
    responses=problem_responses(403),
)
async def finish(
    request: Request,
    now: Now,
    state: Annotated[str, Query(max_length=200)],
    code: Annotated[str | None, Query(max_length=4000)] = None,
) -> RedirectResponse:
    """Open a session for the person the organisation has verified, where that person was invited."""
    engine: Engine = request.app.state.engine
    browser = token_of(request, of=_FLOW)
    flow = await run_in_threadpool(take_flow, engine, state=state, browser=browser, now=now)
    if code is None:
        raise OrganisationError("the organisation did not sign the person in")
    provider = _provider(request, flow.issuer)
    subject = await provider.subject(code, nonce=flow.nonce, verifier=flow.verifier, now=now)
    token = await run_in_threadpool(_open, request, flow, subject, now)
    is_browser = "text/html" in request.headers.get("accept", "")  # a person goes on to the pages
    response = RedirectResponse("/" if is_browser else f"{API}/me", status_code=303)
    forget_token(request, response, of=_FLOW)
    give_token(request, response, token)
    return response


def _open(request: Request, flow: OrganisationFlowRow, subject: str, now: datetime) -> str:
    settings: Settings = request.app.state.settings
    engine: Engine = request.app.state.engine
    with writing(engine) as session:
        token, account = finish_flow(session, flow, subject, now=now, before=token_of(request))
        use = account_use("signed_in", [account.id])
        append(session, use, actor=actor_of_account(account), key=settings.audit_secret())
    return token


def _provider(request: Request, issuer: str) -> Provider:
    settings: Settings = request.app.state.settings
    for organisation in settings.organisations:
        if organisation.issuer == issuer:
            from api.accounts.openid import Provider  # noqa: PLC0415 - 230 modules that other offices do without

            redirect_uri = own_origin(request) + _PATH + _CALLBACK
            return Provider(organisation, redirect_uri=redirect_uri, transport=request.app.state.organisation_transport)
    raise OrganisationError("the settings name no such organisation")
