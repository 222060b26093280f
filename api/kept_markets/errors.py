"""Errors of a market that cannot answer now.

::

    ApiError
    ├── MarketNotReadyError  503  everybody's records are being read for the first time since the start
    └── MarketBusyError      503  many wait for their places already
"""

from __future__ import annotations

from typing import Final

from api.http.errors import ApiError

__all__ = ["MarketBusyError", "MarketNotReadyError"]

_RETRY_SECONDS: Final = 10


class MarketNotReadyError(ApiError):
    """The market of all records is still being made, which takes minutes where ten thousand records were never read."""

    status, kind, title = 503, "preparing", "順位の計算を準備しています"

    def __init__(self) -> None:
        super().__init__("the records are being read for the first time since the service started; ask again soon")
        self.headers = {"Retry-After": str(_RETRY_SECONDS)}


class MarketBusyError(ApiError):
    """Many people wait for their places already; each takes a part of a second, one after the other."""

    status, kind, title = 503, "many-wait", "ただいま混み合っています"

    def __init__(self) -> None:
        super().__init__("many people wait for their places already; ask again in a few seconds")
        self.headers = {"Retry-After": "5"}
