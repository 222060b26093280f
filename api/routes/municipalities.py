"""``/municipalities``: the 1,741 by name, reading or code, with living facts."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

from api.http.dependencies import Limit, Offset, api_router
from api.http.problems import problem_responses
from api.http.schemas import MunicipalityAnswer, MunicipalityLine, MunicipalityPage
from api.municipality_search import search
from features.municipalities import find
from features.records import MunicipalityCode, Region

__all__ = ["router"]

router = api_router("/municipalities")


@router.get("", summary="市区町村の一覧")
def municipalities(
    q: Annotated[str | None, Query(min_length=1, max_length=50, description="Part of the name or code.")] = None,
    prefecture: Annotated[Region | None, Query(description="A prefecture or a named region such as 北陸.")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> MunicipalityPage:
    """Municipalities in the order of their codes."""
    found, total = search(q, region=prefecture, limit=limit, offset=offset)
    lines = [MunicipalityLine.model_validate(one, from_attributes=True) for one in found]
    return MunicipalityPage(municipalities=lines, total=total, limit=limit, offset=offset)


@router.get("/{code}", summary="市区町村と暮らしの事実", responses=problem_responses(404))
def municipality(
    code: Annotated[MunicipalityCode, Path(description="5 digits, or 6 with the check digit; a ward gives its city.")],
) -> MunicipalityAnswer:
    """One municipality; a prefecture's own code (``01000``) gives the prefecture as a body, without facts."""
    return MunicipalityAnswer.model_validate(find(code), from_attributes=True)
