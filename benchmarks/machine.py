"""What a figure was measured on: processors, kernel of the matrix product, threads, versions."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

__all__ = ["machine_facts"]

_PACKAGES = "numpy", "numba", "polars", "distributed", "faiss-cpu"


def machine_facts() -> dict[str, str]:
    """Return facts by name; what cannot be found is left out."""
    np.ones((2, 2), np.float32) @ np.ones((2, 2), np.float32)  # the library of products is loaded
    facts = {"processors": f"{os.cpu_count()} × {_processor()}", "python": platform.python_version()}
    for library in threadpool_info():
        if library["user_api"] == "blas":
            kernel = library.get("architecture", "unknown kernel")
            facts["BLAS"] = (
                f"{library['internal_api']} {library['version']}, {kernel}, {library['num_threads']} threads"
            )
    for name in _PACKAGES:
        try:
            facts[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            facts[name] = "not installed"
    return facts | _load()


def _load() -> dict[str, str]:
    """How many processes wanted a processor: figures of a busy machine are to be read as ratios."""
    if not hasattr(os, "getloadavg"):
        return {}
    return {"load before": " ".join(f"{x:.2f}" for x in os.getloadavg())}


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.is_file():
        for line in told.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
