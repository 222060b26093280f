"""Routes whose finished answer is known before their transaction ends, so that it can be kept in it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.http.strict_json import StrictRoute

__all__ = ["KeepingRoute", "finished_answer"]


class KeepingRoute(StrictRoute):
    """A route that puts its answer beside the request; dependencies of scope "function" end after that."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler."""
        answer = super().get_route_handler()

        async def kept(request: Request) -> Response:
            finished = await answer(request)
            request.state.finished_answer = finished
            return finished

        return kept


def finished_answer(request: Request) -> Response:
    """The answer of a route that has returned, as it will be sent."""
    answer: Response = request.state.finished_answer
    return answer
