"""Ceilings of the years before the first whole rule files: ``features/rulesets/earlier_ceilings.toml``."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from features.rules.ruleset import Amount
from features.taxonomy.vocabulary import Program

__all__ = ["EarlierCeilings", "earlier_ceilings"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EarlierCeilings(_Part):
    """What was covered at most in some years of a programme; it decides no verdict."""

    id: str
    title: str
    program: Program
    valid_from: date
    valid_to: date
    amount: Annotated[tuple[Amount, ...], Field(min_length=1)]


class _File(_Part):
    period: tuple[EarlierCeilings, ...]


def earlier_ceilings(program: str, on: date) -> EarlierCeilings | None:
    """Those of a programme on a day; ``None`` where the rule book has none.

    Examples
    --------
    >>> found = earlier_ceilings("kyoryokutai", date(2021, 10, 1))
    >>> found.id, found.amount[1].values["total_yen_year"]
    ('kyoryokutai/ceilings-2021', 4700000)
    >>> earlier_ceilings("kyoryokutai", date(2024, 4, 1)) is None
    True
    """
    return next(
        (one for one in _periods() if one.program == program and one.valid_from <= on <= one.valid_to),
        None,
    )


@lru_cache(maxsize=1)
def _periods() -> tuple[EarlierCeilings, ...]:
    text = files("features").joinpath("rulesets/earlier_ceilings.toml").read_text(encoding="utf-8")
    return _File.model_validate(tomllib.loads(text)).period
