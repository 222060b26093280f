"""The written items a panel scores, with anchors."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Item", "ScoreItems", "ScoredItem", "score_items"]

Item: TypeAlias = Literal["job_knowledge", "talk_with_residents", "plan", "grasp_of_conditions"]


class ScoredItem(BaseModel):
    """One item in words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    anchors: Mapping[Literal["1", "3", "5"], str]


class ScoreItems(BaseModel):
    """Every item, and what may not be asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reminder: str = Field(description="What may not be asked or written down.")
    items: Mapping[Item, ScoredItem]


@cache
def score_items() -> ScoreItems:
    """The items that ship with the service.

    Examples
    --------
    >>> list(score_items().items), score_items().items["plan"].anchors["3"]
    (['job_knowledge', 'talk_with_residents', 'plan', 'grasp_of_conditions'], '期限と手順がある')
    """
    text = files("api.interviews").joinpath("items.toml").read_text(encoding="utf-8")
    return ScoreItems.model_validate(tomllib.loads(text))
