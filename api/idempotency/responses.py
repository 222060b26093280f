"""What OpenAPI says about a route that takes an ``Idempotency-Key``."""

from __future__ import annotations

from typing import Any

from api.http.problems import problem_responses

__all__ = ["once_responses"]


def once_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems of a route, and those of a key: in flight (409), its answer forgotten (410).

    Examples
    --------
    >>> list(once_responses(400))
    [400, 409, 410]
    """
    return problem_responses(*dict.fromkeys([*statuses, 409, 410]))
