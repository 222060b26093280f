"""What routes ask for: a session, the scored market, a page; and what every route of the API has in common.

What asks no database is ``async``: a function that is not costs a turn in the pool of threads.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Header, HTTPException, Path, Query, Request
from fastapi.routing import APIRoute
from sqlmodel import Session

from api.accounts.access import Reached, require_permission
from api.accounts.caller import caller_of
from api.accounts.restricted_session import restrict
from api.audit.entry import LOCAL, SIGNED_OUT, Actor
from api.audit.trail import Trail
from api.http.allowed_methods import template_of
from api.http.documented import documented_routes, query_names
from api.http.errors import UnknownParameterError
from api.http.now import Now
from api.http.path_segments import whole_segments
from api.http.problems import problem_responses
from api.idempotency.in_flight import KeysInFlight
from api.idempotency.kept_answers import keep_answer, verify_not_answered
from api.idempotency.keys import AskedOnce, asked_once
from api.idempotency.route import KeepingRoute, finished_answer
from api.kept_markets.markets import StoredMarket
from api.settings import Settings
from api.storage.database import reading, writing
from features.market.arrival_order import ListOrder
from features.records import Identifier

__all__ = [
    "API",
    "Audit",
    "Creating",
    "Id",
    "Limit",
    "Market",
    "Offset",
    "Order",
    "Reading",
    "Top",
    "Writing",
    "api_router",
    "audit_trail",
]

API = "/api/v1"


def api_router(path: str) -> APIRouter:
    """A router below :data:`API` that refuses what it does not know: parameters, keys, broken JSON."""
    return APIRouter(
        prefix=API + path,
        tags=[path.strip("/")],
        route_class=KeepingRoute,
        dependencies=[Depends(require_permission), Depends(_verify_parameters)],
        responses=problem_responses(422, 500, 503),
    )


async def _verify_parameters(request: Request) -> None:
    route: APIRoute = request.scope["route"]
    template = route.path_format
    if "{" in template:
        templates = {other.path_format for other in documented_routes(request.app)}
        if template_of(whole_segments(request.scope)["path"], templates) != template:
            raise HTTPException(405)  # the address has a route of its own, which takes other methods
    known = query_names(route.dependant)
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise UnknownParameterError(unknown, known)


def _actor(request: Request, settings: Settings) -> Actor:
    caller = caller_of(request)
    if caller is not None:
        return Actor(id=caller.account_id, role=caller.role)
    return LOCAL if settings.sign_in == "off" else SIGNED_OUT


def audit_trail(request: Request, _reach: Reached) -> Generator[Trail]:
    """What a request does, put on record before its answer goes out."""
    settings: Settings = request.app.state.settings
    trail = Trail(
        _actor(request, settings),
        operation=f"{request.method} {request.scope['route'].path_format}",
        purpose=request.state.purpose,  # known since the permission is
        key=settings.audit_secret(),
    )
    yield trail
    if not trail.is_written():  # a route that only reads: nobody sees what is not on record
        with writing(request.app.state.engine) as session:
            trail.write(session)


# scope="function": the transaction ends before the answer goes out, so nobody is told of what was not stored
Audit: TypeAlias = Annotated[Trail, Depends(audit_trail, scope="function")]


def _reading(request: Request, _audit: Audit, reach: Reached) -> Generator[Session]:
    # it begins after the trail and ends before it, so that no request holds two connections
    with reading(request.app.state.engine) as session:
        restrict(session, reach)
        yield session


def _writing(request: Request, audit: Audit, reach: Reached) -> Generator[Session]:
    with writing(request.app.state.engine) as session:
        restrict(session, reach)
        yield session
        audit.write(session)  # last, and in the same transaction as what it tells of


async def _market(request: Request) -> StoredMarket:
    market: StoredMarket = request.app.state.market
    return market


Reading: TypeAlias = Annotated[Session, Depends(_reading, scope="function")]
Writing: TypeAlias = Annotated[Session, Depends(_writing, scope="function")]


_IdempotencyKey: TypeAlias = Annotated[
    str | None,
    Header(
        pattern=r"^[\x21-\x7e]{1,255}$",
        max_length=255,
        description="A new random text for each new request. Sent again with the same request within a day, "
        "nothing is done twice and the first answer is given again.",
    ),
]


async def _asked_once(request: Request, audit: Audit, idempotency_key: _IdempotencyKey = None) -> AskedOnce | None:
    return None if idempotency_key is None else await asked_once(request, idempotency_key, caller=audit.actor.id)


def _creating(
    request: Request, session: Writing, now: Now, asked: Annotated[AskedOnce | None, Depends(_asked_once)]
) -> Generator[Session]:
    if asked is None:
        yield session
        return
    in_flight: KeysInFlight = request.app.state.keys_in_flight
    with in_flight.holding(asked.key_digest):
        verify_not_answered(session, asked, now=now)
        yield session
        keep_answer(session, asked, finished_answer(request), now=now)  # before the transaction ends


# a writing session whose request may carry an Idempotency-Key: for routes that would create twice when asked twice
Creating: TypeAlias = Annotated[Session, Depends(_creating, scope="function")]
Market: TypeAlias = Annotated[StoredMarket, Depends(_market)]
Id: TypeAlias = Annotated[Identifier, Path(description="The record's id, percent-encoded; it may hold a slash.")]
Limit: TypeAlias = Annotated[int, Query(ge=1, le=1000, description="Entries at most.")]
Offset: TypeAlias = Annotated[int, Query(ge=0, le=2**31, description="Entries to leave out at the start.")]
Order: TypeAlias = Annotated[
    ListOrder, Query(description="score: by scores; arrival: as applications came in, or as postings close.")
]
Top: TypeAlias = Annotated[int, Query(ge=1, le=1000, description="Lines at most; the excluded are always all there.")]
