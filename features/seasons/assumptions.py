"""What records do not say about a season, assumed once for all, from ``assumptions.toml``."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict

__all__ = ["Assumption", "Assumptions", "DeclinedShare", "season_assumptions"]


class DeclinedShare(BaseModel):
    """A share of offers, and as how many offers it counts beside those that were made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    share: float
    counts_as: float


class Assumption(BaseModel):
    """A figure with evidence (A assumption, V read in a source) and why it is so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float
    evidence: Literal["A", "V"]
    source: str


class _Declined(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    value: DeclinedShare
    evidence: Literal["A", "V"]
    source: str


class Assumptions(BaseModel):
    """All of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    patience_days: Assumption
    answer_days: Assumption
    draft_opens_days: Assumption
    declined_share: _Declined

    def share_declined(self, declined: int, offers: int) -> float:
        """Share of offers that do not hold: those counted, drawn towards the assumed share while they are few.

        Examples
        --------
        >>> round(season_assumptions().share_declined(0, 0), 2), round(season_assumptions().share_declined(30, 80), 3)
        (0.12, 0.324)
        """
        prior = self.declined_share.value
        return (declined + prior.share * prior.counts_as) / (offers + prior.counts_as)


@lru_cache(maxsize=1)
def season_assumptions() -> Assumptions:
    """Read the file once.

    Examples
    --------
    >>> season_assumptions().patience_days.value
    28.0
    """
    text = files("features.seasons").joinpath("assumptions.toml").read_text(encoding="utf-8")
    return Assumptions.model_validate(tomllib.loads(text))
