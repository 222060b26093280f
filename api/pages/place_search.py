"""Which municipality a person means by what was typed: one, several to choose from, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from api.municipality_search import search
from api.pages.errors import Fault
from features.municipalities import Municipality, find
from features.reference.municipality_names import codes_named, fold_name

__all__ = ["MOST_CHOICES", "Choice", "Meant", "meant_by"]

MOST_CHOICES: Final = 12
_PREFECTURE_ITSELF: Final = "000"


class Choice(NamedTuple):
    """A municipality to choose: its code, its name with the prefecture and the ward that was typed, its reading."""

    code: str
    name: str
    kana: str


@dataclass(frozen=True)
class Meant:
    """What was found for one field.

    Attributes
    ----------
    place : Municipality or None
        The one that is meant, where that is clear.
    choices : sequence of Choice
        Those to choose from, where it is not.
    fault : Fault or None
        Why there is no place.
    """

    place: Municipality | None
    choices: Sequence[Choice] = ()
    fault: Fault | None = None


def meant_by(name: str, text: str, chosen: str | None = None) -> Meant:
    """Read the text of a field.

    Parameters
    ----------
    name : str
        Of the field, for its fault.
    text : str
        A name with or without its prefecture, a reading, or a code; a ward means its city.
    chosen : str, optional
        Code that was chosen among the choices before; it counts only while the text may still mean it.

    Examples
    --------
    >>> meant_by("origin", "東京都港区").place.code, len(meant_by("origin", "伊達市").choices)
    ('13103', 2)
    >>> [one.name for one in meant_by("origin", "港区").choices]
    ['東京都港区', '愛知県名古屋市（港区）', '大阪府大阪市（港区）']
    >>> meant_by("origin", "伊達市", "07213").place.full_name
    '福島県伊達市'
    """
    if not fold_name(text):  # nothing that can be seen: every municipality would be meant
        return Meant(None, fault=Fault(name, ("fault.missing",)))
    codes = [code for code in codes_named(text) if not code.endswith(_PREFECTURE_ITSELF)]
    if codes:
        found, total = tuple(find(code) for code in codes), len(codes)
    else:
        found, total = search(text, limit=MOST_CHOICES, offset=0)
    if chosen is not None and chosen in {place.code for place in found}:
        return Meant(find(chosen))
    if total == 1:
        return Meant(found[0])
    if total == 0:
        return Meant(None, fault=Fault(name, ("fault.place_unknown",)))
    if total > MOST_CHOICES:
        return Meant(None, fault=Fault(name, ("fault.place_too_many",), {"count": total}))
    choices = tuple(_choice(place, text if codes else "") for place in found)
    return Meant(None, choices=choices, fault=Fault(name, ("fault.place_several",), {"count": total}))


def _choice(place: Municipality, ward: str) -> Choice:
    """``ward`` is a name that means the place; it is told where it is no part of the place's own name."""
    typed = fold_name(ward)
    is_own = typed in fold_name(place.full_name)
    return Choice(place.code, place.full_name if is_own else f"{place.full_name}（{typed}）", place.kana)
