"""The form of the weights page: one number a term, in percent as the office's own file has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, cast

from pydantic import Field, create_model

from api.pages.errors import Fault, FormError
from api.pages.forms import FormModel, FormState
from features.market.arrival_order import ListOrder
from features.market.scored_market import COORDINATOR_TERMS
from features.weights import Weights

__all__ = ["TERM_NAMES", "WeighedList", "WeightForm", "present_shares", "tried_weights", "typed_shares"]

TERM_NAMES: Final = tuple(term.name for term in COORDINATOR_TERMS)
_Share = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]


class WeighedList(FormModel):
    """How the list is asked for; :data:`WeightForm` has a weight a term beside it."""

    order: ListOrder = "score"
    blind: bool = False


_FIELDS: Final[dict[str, Any]] = dict.fromkeys(TERM_NAMES, (_Share | None, None))
WeightForm: type[WeighedList] = create_model(
    "WeightForm", __base__=WeighedList, __doc__="A weight a term in percent, and how the list is asked for.", **_FIELDS
)


def present_shares(weights: Weights) -> Mapping[str, float]:
    """What each term weighs now, in percent."""
    return {name: round(100 * weights.coordinator.get(name, 0.0), 1) for name in TERM_NAMES}


def tried_weights(asked: WeighedList, present: Mapping[str, float]) -> Mapping[str, float] | None:
    """What was asked to try; ``None`` where nothing differs from the present weights.

    Raises
    ------
    FormError
        If every term would weigh nothing.
    """
    told = cast("Mapping[str, float]", asked.model_dump(include=set(TERM_NAMES), exclude_none=True))
    tried = {**present, **told}
    if sum(tried.values()) == 0:
        raise FormError([Fault(TERM_NAMES[0], ("fault.all_zero",))])
    return None if tried == dict(present) else tried


def typed_shares(shares: Mapping[str, float]) -> FormState:
    """The form as it is first shown, or shown again with what was tried."""
    return FormState({name: [f"{share:g}"] for name, share in shares.items()})
