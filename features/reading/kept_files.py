"""Arrays that are made once a machine and kept in the user's cache folder.

What is kept is made from what ships with the engine and its packages, never from anything of a person, and can always
be made anew: where the folder cannot be written or a file cannot be read it is.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Arrays", "cache_folder", "kept_array", "kept_arrays"]

Arrays = Mapping[str, NDArray[Any]]


def cache_folder() -> Path:
    """Where the machine's user keeps what can be made anew; ``XDG_CACHE_HOME`` or the system's place for it."""
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(home) if home else Path.home() / ".cache") / "enmusubi"


def kept_array(name: str, make: Callable[[], NDArray[Any]], *, shape: tuple[int, ...], dtype: type) -> NDArray[Any]:
    """The array of a name, mapped from its file where there is one: only the pages that are used are read.

    Parameters
    ----------
    name : str
        With a digest of all that the array is made from.
    make : callable
        Makes the array.
    shape, dtype
        What a file must hold to be believed.
    """
    file = cache_folder() / f"{name}.npy"
    with suppress(OSError, ValueError, EOFError):
        kept: NDArray[Any] = np.load(file, mmap_mode="r", allow_pickle=False)
        if kept.shape == shape and kept.dtype == dtype:
            return kept
    made = make()
    _keep(file, lambda beside: np.save(beside, made, allow_pickle=False))
    return made


def kept_arrays(name: str, make: Callable[[], Arrays]) -> Arrays:
    """Several arrays that are kept together, by name; all are read at once."""
    file = cache_folder() / f"{name}.npz"
    unreadable = (OSError, ValueError, EOFError, zipfile.BadZipFile)
    with suppress(*unreadable), file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
        return {key: kept[key] for key in kept.files}
    made = make()
    _keep(file, lambda beside: np.savez(beside, allow_pickle=False, **made))
    return made


def _keep(file: Path, write: Callable[[IO[bytes]], None]) -> None:
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        # written aside and moved into place: two processes may start together
        handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as beside:
                write(beside)
            Path(name).replace(file)
        finally:
            Path(name).unlink(missing_ok=True)  # of a full disk's last bytes nobody else would ever make room
