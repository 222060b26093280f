"""Uses of the own record as the page tells them: when in Japan, who, for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.audit.schemas import OwnUse
from api.settings import JAPAN
from features.municipalities import find, prefecture_names

__all__ = ["ToldUse", "told_uses"]


@dataclass(frozen=True)
class ToldUse:
    """One line: the moment, the place that acted, the role, what was done and what for."""

    at: datetime
    place: str
    role: str
    words: str


def told_uses(uses: Sequence[OwnUse]) -> list[ToldUse]:
    """The lines of some uses."""
    return [ToldUse(datetime.fromisoformat(one.at).astimezone(JAPAN), _place(one), one.role, one.words) for one in uses]


def _place(one: OwnUse) -> str:
    if one.municipality_code is not None:
        return find(one.municipality_code).full_name
    return "" if one.prefecture_code is None else prefecture_names()[one.prefecture_code]
