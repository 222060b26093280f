"""Variables of the environment that look like settings and are none: a typing error never goes unnoticed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from api.settings import Settings

__all__ = ["unknown_settings"]

_PREFIX: Final = "ENMUSUBI_"


def unknown_settings(environment: Iterable[str]) -> Mapping[str, str | None]:
    """Each variable that begins like a setting and is none, with the nearest setting there is.

    Examples
    --------
    >>> unknown_settings(["PATH", "ENMUSUBI_PORT", "ENMUSUBI_SIGNIN"])
    {'ENMUSUBI_SIGNIN': 'ENMUSUBI_SIGN_IN'}
    >>> unknown_settings(["enmusubi_port", "ENMUSUBI_XYZZY"])
    {'ENMUSUBI_XYZZY': None}
    """
    known = [name.upper() for name in Settings.model_fields]
    begun = sorted(name for name in environment if name.upper().startswith(_PREFIX))
    unknown = [name for name in begun if name.upper().removeprefix(_PREFIX) not in known]
    return {name: _nearest(name.upper().removeprefix(_PREFIX), known) for name in unknown}


def _nearest(word: str, known: Sequence[str]) -> str | None:
    found = get_close_matches(word, known, n=1)
    return _PREFIX + found[0] if found else None
