"""A digest of what decides the bytes of a list, so that machines with other code are told apart."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

import features
import matching

__all__ = ["code_digest"]

_SUFFIXES: Final = {".py", ".toml", ".csv"}
_DISTRIBUTIONS: Final = ("numpy", "polars", "sudachidict-core", "sudachipy")


@cache
def code_digest() -> str:
    """SHA-256 over the files of ``matching`` and ``features`` and the versions of what reads and writes for them."""
    found = hashlib.sha256()
    for package in (matching, features):
        root = Path(str(package.__file__)).parent
        for path in sorted(path for path in root.rglob("*") if path.suffix in _SUFFIXES):
            content = path.read_bytes()
            found.update(f"{root.name}/{path.relative_to(root).as_posix()} {len(content)}\n".encode())
            found.update(content)
    for name in _DISTRIBUTIONS:
        found.update(f"{name} {version(name)}\n".encode())
    return found.hexdigest()
