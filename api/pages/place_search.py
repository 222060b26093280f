"""Which municipality a person means by what was typed: one, several to choose from, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.municipality_search import search
from api.pages.errors import Fault
from features.municipalities import Municipality, find
from features.reference.municipality_names import codes_named, fold_name

__all__ = ["MOST_CHOICES", "Meant", "meant_by"]

MOST_CHOICES: Final = 12
_PREFECTURE_ITSELF: Final = "000"


@dataclass(frozen=True)
class Meant:
    """What was found for one field.

    Attributes
    ----------
    place : Municipality or None
        The one that is meant, where that is clear.
    choices : sequence of Municipality
        Those to choose from, where it is not.
    fault : Fault or None
        Why there is no place.
    """

    place: Municipality | None
    choices: Sequence[Municipality] = ()
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
    return Meant(None, choices=found, fault=Fault(name, ("fault.place_several",), {"count": total}))
