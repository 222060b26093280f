"""Vectors of the taxonomy's phrases, encoded once a machine and kept in the user's cache folder.

The file holds no text and nothing of any person: vectors of phrases that ship with the engine, named by a digest of
those phrases and of the encoder. Where the folder cannot be written or the file cannot be read they are encoded anew.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np

from features.reading.encoder import WIDTH, Floats, encode, encoder_id

__all__ = ["cache_folder", "phrase_vectors"]

_GRID: Final = 4_096  # vectors are multiples of 2⁻¹² below 1, so 16-bit integers hold them exactly


def phrase_vectors(phrases: Sequence[str]) -> Floats:
    """Vectors of phrases, ``(len(phrases), 512)`` float32, from the cache folder where they are.

    Examples
    --------
    >>> phrase_vectors(["和紙を漉く"]).shape
    (1, 512)
    """
    digest = hashlib.sha256("\n".join((encoder_id(), *phrases)).encode()).hexdigest()
    file = cache_folder() / f"phrases-{digest[:32]}.npy"
    with suppress(OSError, ValueError, EOFError):
        kept = np.load(file, allow_pickle=False)
        if kept.shape == (len(phrases), WIDTH) and kept.dtype == np.int16:
            return np.asarray(kept / np.float32(_GRID), dtype=np.float32)
    vectors = encode(phrases, together=True)
    _keep(file, np.asarray(np.rint(vectors * _GRID), dtype=np.int16))
    return vectors


def cache_folder() -> Path:
    """Where the machine's user keeps what can be made anew; ``XDG_CACHE_HOME`` or the system's place for it."""
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(home) if home else Path.home() / ".cache") / "enmusubi"


def _keep(file: Path, vectors: np.ndarray[tuple[int, ...], np.dtype[np.int16]]) -> None:
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        # written aside and moved into place: two processes may start together
        handle, name = tempfile.mkstemp(dir=file.parent, suffix=".npy")
        with os.fdopen(handle, "wb") as beside:
            np.save(beside, vectors, allow_pickle=False)
        Path(name).replace(file)
