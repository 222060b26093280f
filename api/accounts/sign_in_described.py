"""What the OpenAPI document says of signing in: how, for which operations, and what is answered where it fails."""

from __future__ import annotations

from typing import Any, Final

from api.accounts.permissions import Operation, permissions
from api.accounts.roles import SIGNED_OUT
from api.http.problems import problem_responses

__all__ = ["describe_sign_in"]

_SCHEMES: Final = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-enmusubi-session",
        "description": "The cookie that POST /api/v1/session gives; enmusubi-session on this machine itself.",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of POST /api/v1/me/tokens, with the scope that is named.",
    },
}


def describe_sign_in(document: dict[str, Any]) -> None:
    """Add the two ways to sign in, and to each operation those it takes, and the answers 401 and 403.

    Every operation can answer both: a token that has ended is never read as nobody, and a token may lack the scope.
    """
    document["components"]["securitySchemes"] = _SCHEMES
    for name, line in permissions().operations.items():
        method, _, path = name.partition(" ")
        operation = document["paths"].get(path, {}).get(method.lower())
        if operation is None:  # a document of some of the routes
            continue
        operation["security"] = _ways(line)
        for status, response in problem_responses(401, 403).items():
            operation["responses"].setdefault(str(status), response)


def _ways(line: Operation) -> list[dict[str, list[str]]]:
    ways: list[dict[str, list[str]]] = [{"session": []}]
    if not line.is_session_only:
        ways.append({"token": [line.scope]})
    return [*ways, {}] if line.extents[SIGNED_OUT] == "allowed" else ways
