"""What the service counts, for Prometheus: requests, refused sign-ins, and what is stored.

With several processes each counts into files of one folder (``PROMETHEUS_MULTIPROC_DIR``, set by ``enmusubi serve``),
and whichever is asked adds them up. What is stored is counted when somebody asks.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

__all__ = ["FOLDER", "MEDIA_TYPE", "Metrics"]

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
MEDIA_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # 0.3: the promise for a list
_SIGN_IN: Final = ("POST", "/api/v1/session")
_REASONS: Final[Mapping[int, str]] = {401: "wrong", 429: "locked"}


class Metrics:
    """The counts of one service.

    Examples
    --------
    >>> metrics = Metrics()
    >>> metrics.count("POST", "/api/v1/session", 401, 0.2)
    >>> b'enmusubi_sign_in_failures_total{reason="wrong"} 1.0' in metrics.text([])
    True
    """

    def __init__(self) -> None:
        # a second line for each count, of no use to anybody here
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("enmusubi_requests", "Requests answered.", labels, registry=self._registry)
        self._seconds = Histogram(
            "enmusubi_request_seconds",
            "Seconds until the whole answer was sent.",
            labels[:2],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._refused = Counter(
            "enmusubi_sign_in_failures", "Sign-ins that were refused.", ("reason",), registry=self._registry
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; ``route`` is a template, so that no id is a label."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)
        if (method, route) == _SIGN_IN and status in _REASONS:
            self._refused.labels(_REASONS[status]).inc()

    def text(self, stored: Iterable[Metric]) -> bytes:
        """Everything counted, and what was read from the database, in Prometheus' text form."""
        told = CollectorRegistry()
        if FOLDER in os.environ:
            MultiProcessCollector(told)  # type: ignore[no-untyped-call]
        else:
            told.register(self._registry)
        told.register(_Stored(stored))
        return generate_latest(told)


class _Stored(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = tuple(families)

    def collect(self) -> Iterable[Metric]:
        return self._families
