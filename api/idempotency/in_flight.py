"""Keys of requests that this process is answering; another process waits for the write lock and finds the answer."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock

from api.idempotency.errors import KeyInFlightError

__all__ = ["KeysInFlight"]


class KeysInFlight:
    """The keys that are being answered."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._keys: set[str] = set()

    @contextmanager
    def holding(self, key_digest: str) -> Generator[None]:
        """Hold a key while its request is answered.

        Raises
        ------
        KeyInFlightError
            If another request holds it.
        """
        with self._lock:
            if key_digest in self._keys:
                raise KeyInFlightError
            self._keys.add(key_digest)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(key_digest)
