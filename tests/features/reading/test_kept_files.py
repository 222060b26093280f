"""Arrays in the cache folder: what cannot be kept whole leaves nothing there."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import IO

import numpy as np
import pytest

from features.reading.kept_files import cache_folder, kept_array, kept_arrays

MADE = np.arange(6, dtype=np.int16).reshape(2, 3)


def _one() -> object:
    return kept_array("made", lambda: MADE, shape=(2, 3), dtype=np.int16)


def _several() -> object:
    return kept_arrays("made", lambda: {"made": MADE})["made"]


@pytest.mark.parametrize(("save", "kept"), [("save", _one), ("savez", _several)])
def test_a_full_disk_keeps_no_part_of_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, save: str, kept: Callable[[], object]
) -> None:
    def fill(beside: IO[bytes], *_arrays: object, **_named: object) -> None:
        beside.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with monkeypatch.context() as disk:
        disk.setattr(np, save, fill)
        np.testing.assert_array_equal(kept(), MADE)  # what was made is used all the same
        assert list(cache_folder().iterdir()) == []

    np.testing.assert_array_equal(kept(), MADE)
    assert [file.stem for file in cache_folder().iterdir()] == ["made"]
