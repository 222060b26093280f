"""Compiled statements that engines share, where each would compile the same ones again."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from sqlalchemy import Dialect

__all__ = ["CompiledStatements"]

_MOST = 3000


class CompiledStatements(dict[Hashable, Any]):
    """SQLAlchemy asks by the engine's own dialect object; here by its name, which is all that differs between tests."""

    def get(self, key: Hashable, default: Any = None) -> Any:
        return super().get(_by_name(key), default)

    def __getitem__(self, key: Hashable) -> Any:
        return super().__getitem__(_by_name(key))

    def __setitem__(self, key: Hashable, value: Any) -> None:
        if len(self) >= _MOST:
            self.clear()
        super().__setitem__(_by_name(key), value)

    def __contains__(self, key: object) -> bool:
        return super().__contains__(_by_name(key))


def _by_name(key: Any) -> Any:
    if isinstance(key, tuple) and key and isinstance(key[0], Dialect):
        return key[0].name, *key[1:]
    return key
