"""``/eligibility``: is a move covered by its programme, and by which rule?"""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from api.eligibility_query import EligibilityQuery
from api.http.dependencies import Market, api_router
from api.http.problems import problem_responses
from api.http.schemas import EligibilityAnswer, Pair

__all__ = ["router"]

router = api_router("/eligibility")


@router.get("", summary="制度の対象かを転出元・転入先などから答える")
def by_parameters(query: Annotated[EligibilityQuery, Query()], market: Market) -> EligibilityAnswer:
    """The parameters of ``enmusubi eligibility``, with the same answer."""
    return EligibilityAnswer.model_validate(
        market.eligibility(query.applicant(), query.posting(), query.on), from_attributes=True
    )


@router.post("", summary="制度の対象かを応募者と募集の記録から答える", responses=problem_responses(400, 413))
def by_records(pair: Pair, market: Market) -> EligibilityAnswer:
    """The same question about two whole records; nothing is stored."""
    return EligibilityAnswer.model_validate(
        market.eligibility(pair.applicant, pair.posting, pair.on), from_attributes=True
    )
