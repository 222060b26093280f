"""What has been read once is kept, up to a limit, and forgotten when asked: a text seen before is not read again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Final, Generic, TypeVar

__all__ = ["Memory"]

Key = TypeVar("Key")
Value = TypeVar("Value")
_BATCH: Final = 256  # keys read together


class Memory(Generic[Key, Value]):
    """Values by key, each read once; the oldest go first where there are more than ``limit``.

    Parameters
    ----------
    read : callable
        Values of several keys, in their order. A value may depend on its own key only.
    limit : int

    Examples
    --------
    >>> squares = Memory[int, int](lambda keys: [key * key for key in keys], limit=2)
    >>> squares(3), sorted(squares.of([1, 2, 1]).items())
    (9, [(1, 1), (2, 4)])
    """

    def __init__(self, read: Callable[[Sequence[Key]], Sequence[Value]], *, limit: int) -> None:
        self._read = read
        self._limit = limit
        self._kept: dict[Key, Value] = {}
        self._lock = threading.Lock()

    def __call__(self, key: Key) -> Value:
        """The value of one key."""
        found = self._kept.get(key)
        return self.of([key])[key] if found is None else found

    def of(self, keys: Iterable[Key]) -> Mapping[Key, Value]:
        """Values of several keys; those not kept are read together."""
        wanted = list(dict.fromkeys(keys))
        known = {key: self._kept[key] for key in wanted if key in self._kept}
        new = [key for key in wanted if key not in known]
        for start in range(0, len(new), _BATCH):
            batch = new[start : start + _BATCH]
            known.update(zip(batch, self._read(batch), strict=True))
        if new:
            self._keep({key: known[key] for key in new})
        return known

    def forget(self) -> None:
        """Drop everything kept."""
        with self._lock:
            self._kept.clear()

    def _keep(self, values: Mapping[Key, Value]) -> None:
        with self._lock:
            self._kept.update(values)
            too_many = max(0, len(self._kept) - self._limit)
            for key in list(islice(self._kept, too_many)):
                del self._kept[key]
