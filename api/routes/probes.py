"""``/health`` and ``/health/ready``: for whoever starts, stops and watches the service; outside the API's document.

They ask for no permission and read no body. The first is answered by the loop that takes requests and by nothing
behind it: a database that hangs is no reason to kill the process that waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from anyio import move_on_after, to_thread
from fastapi import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

from api.operation.readiness import readiness

__all__ = ["PATIENCE_SECONDS", "PROBES"]

PATIENCE_SECONDS: Final = 5.0


async def _alive(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _ready(request: Request) -> Response:
    state = request.app.state
    checks: Mapping[str, bool] = {"time": False}  # what hangs is no better than what fails
    with move_on_after(PATIENCE_SECONDS):
        checks = await to_thread.run_sync(readiness, state.engine, state.settings, abandon_on_cancel=True)
    is_ready = all(checks.values())
    told = {name: "ok" if is_well else "failed" for name, is_well in checks.items()}
    return JSONResponse({"status": "ready" if is_ready else "not ready", "checks": told}, 200 if is_ready else 503)


class _Probe(Route):
    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say which route it is, as FastAPI's routes do: logs and metrics name it."""
        match, child = super().matches(scope)
        return match, {**child, "route": self}


PROBES: Final = (
    _Probe("/health", _alive, methods=["GET"], include_in_schema=False),
    _Probe("/health/ready", _ready, methods=["GET"], include_in_schema=False),
)
