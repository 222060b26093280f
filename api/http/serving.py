"""How routes come into an application: as they are, guarded by the table of permissions where they were written."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from api.accounts.access import require_permission

__all__ = ["serve"]


def serve(app: FastAPI, router: APIRouter) -> None:
    """Let ``app`` answer what a router answers, with the routes themselves, which several applications may share.

    ``include_router`` would describe each of them once more for this application, during its first request.

    Raises
    ------
    ValueError
        If a route does not ask for permission before anything else.

    Examples
    --------
    >>> router = APIRouter()
    >>> router.add_api_route("/secret", lambda: "secret")
    >>> serve(FastAPI(), router)
    Traceback (most recent call last):
        ...
    ValueError: /secret does not begin with require_permission; make its router by api_router() or page_router()
    """
    for route in router.routes:
        first = route.dependencies[:1] if isinstance(route, APIRoute) else []
        if [one.dependency for one in first] != [require_permission]:
            path = getattr(route, "path", route)
            told = "does not begin with require_permission; make its router by api_router() or page_router()"
            raise ValueError(f"{path} {told}")
    app.router.routes.extend(router.routes)
