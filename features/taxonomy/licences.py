"""Licences as codes: what a text names, what a licence implies, and where only the person can tell."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Licence", "Standing", "fold_licence", "licence_code", "licence_name", "licences", "standing"]

Standing: TypeAlias = Literal["held", "ask", "missing"]

# the order decides: the longest ending goes first
_ENDINGS: Final = re.compile(
    r"(運転免許証|運転免許|免許証|免許状|免許|免状|資格|保有者|所持者|保有|所持|取得者|取得|必須|必要|の)+$"
)
_INNER: Final = re.compile(r"(運転免許証|運転免許|免許証|免許状|免許)(?=[(])")
_BLANKS: Final = re.compile(r"[\s・、,]+")


class Licence(BaseModel):
    """One licence of the taxonomy.

    Attributes
    ----------
    implies : tuple of str
        Codes that the holder also holds.
    may_be : tuple of str
        Codes that this writing leaves open (普通自動車免許 may be MT or AT only).
    settles : tuple of str
        Codes that this writing rules out, although another writing beside it leaves them open.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: str
    aliases: tuple[str, ...] = ()
    implies: tuple[str, ...] = ()
    may_be: tuple[str, ...] = ()
    settles: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def licences() -> Mapping[str, Licence]:
    """Every licence by code, in the order of the file."""
    text = files("features.taxonomy").joinpath("licences.toml").read_text(encoding="utf-8")
    found = [Licence.model_validate(row) for row in tomllib.loads(text)["licence"]]
    return MappingProxyType({licence.code: licence for licence in found})


def fold_licence(text: str) -> str:
    """A licence's name as it is compared: width folded, blanks and endings such as 免許 dropped.

    Examples
    --------
    >>> fold_licence("普通自動車 運転免許（ＡＴ限定）"), fold_licence("わな猟免許")
    ('普通自動車(AT限定)', 'わな猟')
    """
    folded = _BLANKS.sub("", unicodedata.normalize("NFKC", text))
    folded = _INNER.sub("", folded)
    return _ENDINGS.sub("", folded) or folded


def licence_code(text: str) -> str | None:
    """The code that a code, a name or an alias stands for; ``None`` where the taxonomy does not know it.

    Examples
    --------
    >>> licence_code("普通自動車運転免許（AT限定可）"), licence_code("大型免許"), licence_code("気象予報士")
    ('car', 'large', None)
    """
    return text if text in licences() else _code_by_name().get(fold_licence(text))


def licence_name(text: str) -> str:
    """The printed name of a code, name or alias; the text itself where the taxonomy does not know it."""
    code = licence_code(text)
    return text if code is None else licences()[code].name


def standing(required: str, held: Sequence[str] | None) -> Standing:
    """Whether somebody who named the licences ``held`` holds ``required``.

    Parameters
    ----------
    required : str
        Code or text, as a posting writes it.
    held : sequence of str or None
        Codes or texts; ``None`` = the person was not asked, empty = none.

    Returns
    -------
    "held", "missing" or "ask"
        A text outside the taxonomy is compared word for word; where it could be the one that is asked for, ask.

    Examples
    --------
    >>> standing("普通自動車免許", ["大型"]), standing("car_mt", ["car_at"]), standing("car_mt", ["普通自動車免許"])
    ('held', 'missing', 'ask')
    """
    if held is None:
        return "ask"
    wanted = licence_code(required)
    codes = [licence_code(text) for text in held]
    if fold_licence(required) in {fold_licence(text) for text in held} or wanted in _held(codes):
        return "held"
    if None in codes or wanted in _open(codes):
        return "ask"
    return "ask" if wanted is None and held else "missing"


def _held(codes: Iterable[str | None]) -> frozenset[str]:
    return frozenset[str]().union(*(_reach(code) for code in codes if code is not None))


def _open(codes: Iterable[str | None]) -> frozenset[str]:
    # only what the person wrote is open: a licence that merely follows from another one is no second one
    written = [licences()[code] for code in codes if code is not None]
    ruled_out = {code for licence in written for code in licence.settles}
    return frozenset(code for licence in written for code in licence.may_be) - ruled_out


@lru_cache(maxsize=1024)
def _reach(code: str) -> frozenset[str]:
    held, waiting = {code}, [code]
    while waiting:
        new = [implied for implied in licences()[waiting.pop()].implies if implied not in held]
        held.update(new)
        waiting.extend(new)
    return frozenset(held)


@lru_cache(maxsize=1)
def _code_by_name() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for licence in licences().values():
        for name in (licence.name, *licence.aliases):
            names.setdefault(fold_licence(name), licence.code)
    return names
