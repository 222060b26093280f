"""``items.toml``: the items by which costs are collected."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from features.taxonomy.vocabulary import Program

__all__ = ["CostItems", "ProgramItems", "cost_items"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ProgramItems(_Part):
    """What of a programme's costs is collected: pay, and the items of activity costs."""

    title: str
    pay: str
    activity: tuple[str, ...]


class _Recruiting(_Part):
    items: tuple[str, ...]


class CostItems(_Part):
    """The whole table."""

    kyoryokutai: ProgramItems
    kigyojin: ProgramItems
    recruiting: _Recruiting

    def of(self, program: Program) -> ProgramItems:
        """Items of a programme."""
        return self.kyoryokutai if program == "kyoryokutai" else self.kigyojin


@lru_cache(maxsize=1)
def cost_items() -> CostItems:
    """The table of items.

    Examples
    --------
    >>> cost_items().of("kigyojin").pay
    '負担金・報償費等'
    """
    text = files("api.documents.tax_evidence").joinpath("items.toml").read_text(encoding="utf-8")
    return CostItems.model_validate(tomllib.loads(text))
