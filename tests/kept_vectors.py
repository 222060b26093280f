"""Vectors of texts, encoded once for all processes of a run of tests: most of them read the same invented records.

A text has one vector, whoever encodes it and whatever beside it (``tests/features/reading/test_encoder.py``, which
encodes everything itself). The folder is that of one run: nothing is kept for the next.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest

if TYPE_CHECKING:
    from features.reading.encoder_model import EncoderModel, Floats

_FOLDER: Final = "TEST_VECTORS_FOLDER"
_RECORD: Final = np.dtype([("text", "V16"), ("vector", np.float32, 512)])


class KeptVectors:
    """An encoder that asks what this process and the others have encoded before."""

    def __init__(self, model: EncoderModel, folder: Path) -> None:
        self.model = model
        self._folder, self._own = folder, folder / f"{os.getpid()}"
        self._kept: dict[bytes, Floats] = {}
        self._read_of: dict[Path, int] = {}

    def encode(self, texts: Sequence[str], *, together: bool) -> Floats:
        """As :meth:`features.reading.encoder_model.EncoderModel.encode`."""
        if together:  # a batch moves the last bits
            return self.model.encode(texts, together=True)
        keys = [hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts]
        if not self._kept.keys() >= set(keys):
            self._read()
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._kept}
        if new:
            self._keep(list(new), self.model.encode(list(new.values()), together=False))
        return np.array([self._kept[key] for key in keys], dtype=np.float32).reshape(len(texts), -1)

    def _keep(self, keys: Sequence[bytes], vectors: Floats) -> None:
        self._kept.update(zip(keys, vectors, strict=True))
        records = np.empty(len(keys), _RECORD)
        records["text"], records["vector"] = np.array(keys, "V16"), vectors
        with self._own.open("ab") as file:
            file.write(records.tobytes())

    def _read(self) -> None:
        """Read what the other processes have added."""
        for path in self._folder.iterdir():
            at = self._read_of.get(path, 0)
            whole = path.stat().st_size // _RECORD.itemsize - at
            if path != self._own and whole > 0:
                records = np.fromfile(path, _RECORD, whole, offset=at * _RECORD.itemsize)
                self._kept.update(zip((key.tobytes() for key in records["text"]), records["vector"], strict=True))
                self._read_of[path] = at + whole


def make_folder() -> None:
    """Make the folder of this run, before its processes start; theirs is the same."""
    if _FOLDER not in os.environ:
        os.environ[_FOLDER] = tempfile.mkdtemp(prefix="enmusubi-vectors-")
        atexit.register(shutil.rmtree, os.environ[_FOLDER], ignore_errors=True)


def keep_vectors() -> None:
    """Let this process ask the others, if it reads texts at all."""
    module = sys.modules.get("features.reading.encoder")
    if module is not None:
        made = module._model
        module._model = lru_cache(maxsize=1)(lambda: KeptVectors(made(), Path(os.environ[_FOLDER])))


@contextmanager
def encoding_anew() -> Iterator[None]:
    """Within it, every text is encoded."""
    module = sys.modules["features.reading.encoder"]
    found = module._model()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_model", lambda: getattr(found, "model", found))
        yield
