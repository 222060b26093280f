"""Connections to PostgreSQL that one engine after the other uses: a new one takes both sides 16 ms to warm up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from psycopg import Connection
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event

__all__ = ["KeptConnections"]


class KeptConnections:
    """Connections to one database."""

    def __init__(self) -> None:
        self._idle: list[_Kept] = []

    def serve(self, engine: Engine) -> None:
        """Have an engine take connections from here; where it closes one, it gives it back."""
        event.listen(engine, "do_connect", self._connect)

    def _connect(self, _dialect: object, _record: object, where: list[Any], how: dict[str, Any]) -> Connection[Any]:
        if self._idle:
            return self._idle.pop()
        made = _Kept.connect(*where, **how)
        made.give_back = self._idle.append
        return made

    def close(self) -> None:
        """Close what nobody uses."""
        while self._idle:
            Connection.close(self._idle.pop())


class _Kept(Connection[Any]):
    give_back: Callable[[_Kept], None]

    def close(self) -> None:
        """Give the connection back; one in the middle of something, or lost, is closed."""
        if self.info.transaction_status == TransactionStatus.IDLE:
            self.give_back(self)
        else:
            super().close()

    def add_notice_handler(self, callback: object) -> None:
        """Every engine adds one that logs: to none, as the connection outlives them."""
