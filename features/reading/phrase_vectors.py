"""Vectors of the taxonomy's phrases, encoded once a machine and kept in the user's cache folder.

The file holds no text and nothing of any person: vectors of phrases that ship with the engine, named by a digest of
those phrases and of the encoder (:mod:`features.reading.kept_files`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from features.reading.encoder import WIDTH, Floats, encode, encoder_id
from features.reading.kept_files import kept_array

__all__ = ["phrase_vectors"]


def phrase_vectors(phrases: Sequence[str]) -> Floats:
    """Vectors of phrases, ``(len(phrases), 512)`` float32, from the cache folder where they are.

    Examples
    --------
    >>> phrase_vectors(["和紙を漉く"]).shape
    (1, 512)
    """
    digest = hashlib.sha256("\n".join((encoder_id(), *phrases)).encode()).hexdigest()

    def encoded() -> Floats:
        return np.asfortranarray(encode(phrases, together=True) + np.float32(0))  # a zero has no sign

    # as they are multiplied, column by column, which for a few texts takes half as long, and not half as long numbers:
    # every process maps the same pages of the file, and none copies them
    kept = kept_array(f"phrase-columns-{digest[:32]}", encoded, shape=(len(phrases), WIDTH), dtype=np.float32)
    return kept.view(np.ndarray)
