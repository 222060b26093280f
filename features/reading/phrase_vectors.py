"""Vectors of the taxonomy's phrases, encoded once a machine and kept in the user's cache folder.

The file holds no text and nothing of any person: vectors of phrases that ship with the engine, named by a digest of
those phrases and of the encoder (:mod:`features.reading.kept_files`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np

from features.reading.encoder import WIDTH, Floats, encode, encoder_id
from features.reading.kept_files import kept_array

__all__ = ["phrase_vectors"]

_GRID: Final = 4_096  # vectors are multiples of 2⁻¹² below 1, so 16-bit integers hold them exactly


def phrase_vectors(phrases: Sequence[str]) -> Floats:
    """Vectors of phrases, ``(len(phrases), 512)`` float32, from the cache folder where they are.

    Examples
    --------
    >>> phrase_vectors(["和紙を漉く"]).shape
    (1, 512)
    """
    digest = hashlib.sha256("\n".join((encoder_id(), *phrases)).encode()).hexdigest()

    def encoded() -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
        return np.asarray(np.rint(encode(phrases, together=True) * _GRID), dtype=np.int16)

    steps = kept_array(f"phrases-{digest[:32]}", encoded, shape=(len(phrases), WIDTH), dtype=np.int16)
    return steps.astype(np.float32) / np.float32(_GRID)
