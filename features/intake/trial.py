"""A workbook read once by another process with bounded memory and time, before this one reads it.

The compiled reader can ask for hundreds of gigabytes for a few bytes that are wrong, which ends its process, and it
prints where it gave up. Both happen there and not here.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from features.intake.errors import IntakeError

__all__ = ["verify_readable"]

_CHILD: Final = Path(__file__).with_name("trial_child.py")
_MEMORY: Final = 4 * 1024**3
_SECONDS: Final = 240
# how the reader says by an exception of its own that a file is wrong; the same exception comes here, with its words
_RAISED: Final = 1


def verify_readable(content: bytes, *, mend: str) -> None:
    """Refuse a workbook that ends the process which reads it, or takes more memory or time than any list needs.

    Parameters
    ----------
    content : bytes
        As it will be read here.
    mend : str
        What the error says to do.

    Raises
    ------
    IntakeError
        If the reader crashes, or goes beyond its bounds.
    """
    try:
        done = subprocess.run(  # noqa: S603  the file goes in by its pipe; the words of the command are this package's own
            [sys.executable, "-I", str(_CHILD), str(_MEMORY), str(_SECONDS)],
            input=content,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=2 * _SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise IntakeError("Excel ブックを読むのに時間がかかりすぎます。", mend=mend) from None
    is_crash = done.returncode not in (0, _RAISED) or b"PanicException" in done.stderr or b"MemoryError" in done.stderr
    if is_crash:
        raise IntakeError("Excel ブックとして読めません。ファイルが壊れています。", mend=mend)
