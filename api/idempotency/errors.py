"""Errors of idempotency keys.

::

    ApiError
    ├── KeyInFlightError       409  the first request with the key is not answered yet
    ├── KeyReusedError         422  the key was used for another request
    └── AnswerForgottenError   410  it was done, and its answer was about somebody who has been erased

    AnsweredAlreadyError (Exception)  not an error to whoever asks: the kept answer, on its way past the route
"""

from __future__ import annotations

from collections.abc import Mapping

from api.http.errors import ApiError

__all__ = ["AnswerForgottenError", "AnsweredAlreadyError", "KeyInFlightError", "KeyReusedError"]

_HEADER = "header.idempotency-key"


class KeyInFlightError(ApiError):
    """The first request with the key is not answered yet."""

    status, kind, title = 409, "idempotency-key-in-flight", "The first request is not answered yet"

    def __init__(self) -> None:
        super().__init__("a request with this Idempotency-Key is being answered; send it again in a second")
        self.headers = {"Retry-After": "1"}


class KeyReusedError(ApiError):
    """The key was used for another request."""

    status, kind, title = 422, "idempotency-key-reused", "The key was used for another request"

    def __init__(self) -> None:
        fault = "was used for another address or body within a day; send a new key with a new request"
        super().__init__(f"Idempotency-Key {fault}", faults={_HEADER: fault})


class AnswerForgottenError(ApiError):
    """It was done, and its answer was about somebody who has been erased since."""

    status, kind, title = 410, "answer-forgotten", "The answer is no longer kept"

    def __init__(self) -> None:
        super().__init__("the request was done once; whom its answer was about has been erased since")


class AnsweredAlreadyError(Exception):
    """The request was done before; carries the kept answer past the route."""

    def __init__(self, status: int, headers: Mapping[str, str], body: str) -> None:
        super().__init__(f"answered already with {status}")
        self.status, self.headers, self.body = status, headers, body
