"""Arrays in the cache folder: what cannot be kept whole leaves nothing there, and what was damaged is not believed."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import numpy as np
import pytest
from numpy.typing import NDArray

from features.reading import kept_files
from features.reading.errors import KeptFileError
from features.reading.kept_files import cache_folder, kept_array, kept_arrays, verify_kept_files

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
    assert sorted(file.name.partition(".")[0] for file in cache_folder().iterdir()) == ["made", "made"]


@pytest.fixture
def kept_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A kept array's file, which this process has not mapped."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    mapped: set[Path] = set()
    monkeypatch.setattr(kept_files, "_mapped", mapped)
    _one()
    yield cache_folder() / "made.npy"


def _damage(file: Path, *, is_seen: bool) -> None:
    """Change bytes of an array in its file, as a programme would, or as a disk does that decays."""
    before = file.stat()
    with file.open("r+b") as opened:
        opened.seek(-2, os.SEEK_END)
        opened.write(b"\xff\xff")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + is_seen))


def test_a_file_that_was_changed_in_place_is_made_anew(kept_file: Path) -> None:
    _damage(kept_file, is_seen=True)

    np.testing.assert_array_equal(_one(), MADE)
    np.testing.assert_array_equal(np.load(kept_file), MADE)


def test_a_file_without_its_digest_is_made_anew(kept_file: Path) -> None:
    said = kept_file.with_name("made.npy.sha256")
    for content in (None, b"", b"\xff 1 2", b"0 0"):
        said.unlink() if content is None else said.write_bytes(content)
        np.testing.assert_array_equal(_one(), MADE)
        assert said.read_text().startswith(hashlib.sha256(kept_file.read_bytes()).hexdigest())


def test_a_file_that_was_copied_is_believed_and_its_time_noted(kept_file: Path) -> None:
    os.utime(kept_file, ns=(1, 1))
    said = kept_file.with_name("made.npy.sha256")

    assert isinstance(kept_array("made", _never, shape=(2, 3), dtype=np.int16), np.memmap)
    assert said.read_text().split()[2] == "1"


def _never() -> NDArray[np.int16]:
    raise AssertionError


def test_decay_that_size_and_time_do_not_show_is_found_by_reading_all_through(kept_file: Path) -> None:
    verify_kept_files()
    assert kept_file.exists()
    _damage(kept_file, is_seen=False)
    verify_kept_files()

    assert not kept_file.exists()
    np.testing.assert_array_equal(_one(), MADE)


def test_decay_of_a_file_that_is_in_use_is_told(kept_file: Path) -> None:
    _one()
    _damage(kept_file, is_seen=False)

    with pytest.raises(KeptFileError, match=r"made\.npy was damaged while it was in use and is removed; start this"):
        verify_kept_files()
    np.testing.assert_array_equal(_one(), MADE)
