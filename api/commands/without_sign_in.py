"""How somebody looks at invented people without accounts, in the words of the shell at hand."""

from __future__ import annotations

import os
from typing import Final

__all__ = ["serve_without_sign_in"]

_POSIX: Final = "ENMUSUBI_SIGN_IN=off enmusubi serve"
_WINDOWS: Final = (
    "PowerShell: $env:ENMUSUBI_SIGN_IN='off'; enmusubi serve　コマンド プロンプト: "
    'set "ENMUSUBI_SIGN_IN=off" && enmusubi serve'
)


def serve_without_sign_in(system: str = os.name) -> str:
    """The line to type, as ``os.name`` calls the system.

    Examples
    --------
    >>> serve_without_sign_in("posix")
    'ENMUSUBI_SIGN_IN=off enmusubi serve'
    """
    return _WINDOWS if system == "nt" else _POSIX
