"""Arrays that are made once a machine and kept in the user's cache folder.

What is kept is made from what ships with the engine and its packages, never from anything of a person, and can always
be made anew: where the folder cannot be written or a file cannot be read it is.

Beside each file stands its digest, with the size and the time of the file it was taken of. A start believes a file that
has this size and time, because reading a hundred megabytes through would cost a first ranking more than mapping them,
and takes the digest again where it has others. A disk that decays changes neither: :func:`verify_kept_files` reads
every file through, at the beginning of a run that is long enough.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from features.reading.errors import KeptFileError

__all__ = ["Arrays", "cache_folder", "kept_array", "kept_arrays", "verify_kept_files"]

Arrays = Mapping[str, NDArray[Any]]

_SAID: Final = ".sha256"
_UNREADABLE: Final = (OSError, ValueError, EOFError, zipfile.BadZipFile)


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
    if _is_as_written(file):
        with suppress(*_UNREADABLE):
            kept: NDArray[Any] = np.load(file, mmap_mode="r", allow_pickle=False)
            if kept.shape == shape and kept.dtype == dtype:
                _mapped.add(file)
                return kept
    made = make()
    _keep(file, lambda beside: np.save(beside, made, allow_pickle=False))
    return made


def kept_arrays(name: str, make: Callable[[], Arrays]) -> Arrays:
    """Several arrays that are kept together, by name; all are read at once."""
    file = cache_folder() / f"{name}.npz"
    if _is_as_written(file):
        with suppress(*_UNREADABLE), file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
            return {key: kept[key] for key in kept.files}
    made = make()
    _keep(file, lambda beside: np.savez(beside, allow_pickle=False, **made))
    return made


def verify_kept_files() -> None:
    """Read every kept file through; one that is not as it was written is removed, to be made anew.

    Raises
    ------
    KeptFileError
        If this process has mapped the file and so has read from it what is wrong, or if it cannot be removed.
    """
    for said in sorted(cache_folder().glob(f"*{_SAID}")):
        file = said.with_suffix("")
        if not file.exists() or _digest(file) == _said_of(file)[0]:
            continue
        try:
            file.unlink()
        except OSError as error:
            raise KeptFileError(f"{file} is damaged and cannot be removed: {error.strerror}") from None
        if file in _mapped:
            raise KeptFileError(f"{file} was damaged while it was in use and is removed; start this process again")


_mapped: Final[set[Path]] = set()


def _is_as_written(file: Path) -> bool:
    """Whether a file is the one that was written, by its size and time or else by its digest."""
    with suppress(OSError):
        said = _said_of(file)
        if said[1:] == _seen(file):
            return True
        if said[0] == _digest(file):  # it was copied or restored
            _say(file, said[0])
            return True
    return False


def _said_of(file: Path) -> tuple[str, ...]:
    return tuple(_beside(file).read_text(encoding="ascii", errors="replace").split()) or ("",)


def _say(file: Path, digest: str) -> None:
    words = " ".join((digest, *_seen(file)))
    _write_aside(_beside(file), lambda beside: beside.write(f"{words}\n".encode()))


def _seen(file: Path) -> tuple[str, str]:
    stat = file.stat()
    return str(stat.st_size), str(stat.st_mtime_ns)


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.name}{_SAID}")


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _keep(file: Path, write: Callable[[IO[bytes]], object]) -> None:
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        _say(file, _write_aside(file, write))


def _write_aside(file: Path, write: Callable[[IO[bytes]], object]) -> str:
    """Write a file aside and move it into place, because two processes may start together; return its digest."""
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as beside:
            write(beside)
        digest = _digest(Path(name))
        Path(name).replace(file)
    finally:
        Path(name).unlink(missing_ok=True)  # of a full disk's last bytes nobody else would ever make room
    return digest
