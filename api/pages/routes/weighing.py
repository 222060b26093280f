"""What if the terms weighed otherwise: the list in its new order and who moved. A trial that stores nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.responses import Response

from api.audit.uses import ranked
from api.http.dependencies import Audit, Id, Market
from api.pages.forms import FormState, asked_as
from api.pages.selection.addresses import address
from api.pages.selection.blind_names import names_of
from api.pages.selection.market_posting import posting_in
from api.pages.selection.posting_head import head_of, posting_crumbs
from api.pages.selection.weight_form import (
    TERM_NAMES,
    WeighedList,
    WeightForm,
    present_shares,
    tried_weights,
    typed_shares,
)
from api.pages.shell import Shell, page_router, shell_of
from api.provenance import provenance
from api.record_digests import digest_later
from api.settings import Settings
from features.lists.reordering import Reordering, reordered
from features.market.arrival_order import ListOrder
from features.market.scored_market import TERMS
from features.weights import reweighed

__all__ = ["router"]

router = page_router()

_TOP: Final = 50
_TITLES: Final[Mapping[str, str]] = {name: TERMS[name].title for name in TERM_NAMES}


def _drawn(request: Request, form: FormState, status: int) -> Response:
    """The form with its faults; the list is not drawn, so nobody is shown."""
    shell, posting_id = shell_of(request), str(request.path_params["posting_id"])
    records = request.app.state.market.on(None)
    head = head_of(posting_in(records, posting_id), on=records.on)
    return shell.page(
        "weighing.html.j2",
        status=status,
        crumbs=posting_crumbs(shell, head, shell.words("weighing.nav")),
        head=head,
        form=form,
        titles=_TITLES,
        present=present_shares(records.weights),
        result=None,
        order=form.first("order") or "score",
        is_blind=form.has("blind", "true"),
        back=head.candidates,
    )


@router.get("/postings/{posting_id}/weights")
def weighing(
    *,
    request: Request,
    shell: Shell,
    market: Market,
    audit: Audit,
    posting_id: Id,
    asked: Annotated[WeighedList | None, Depends(asked_as(WeightForm, drawn=_drawn))],
) -> Response:
    """The present order, and the tried one beside it."""
    settings: Settings = request.app.state.settings
    form = asked or WeightForm()
    records = market.on(None)
    present = present_shares(records.weights)
    tried = tried_weights(form, present)
    weights = records.weights if tried is None else reweighed(records.weights, tried)
    head = head_of(posting_in(records, posting_id), on=settings.day())
    names = names_of(records, posting_id, is_blind=form.blind, secret=settings.audit_secret())
    result = reordered(records, posting_id, weights, order=form.order)
    digest_later(result.market, records)
    audit.note(ranked(_found(result, posting_id, form.order)))
    return shell.page(
        "weighing.html.j2",
        crumbs=posting_crumbs(shell, head, shell.words("weighing.nav")),
        head=head,
        form=typed_shares(tried or present),
        titles=_TITLES,
        present=present,
        result=result,
        is_tried=tried is not None,
        lines=result.moves[:_TOP],
        n_more=max(len(result.moves) - _TOP, 0),
        names=names,
        order=form.order,
        is_blind=form.blind,
        back=address("postings", posting_id, "candidates", order=form.order, blind=form.blind),
        again=address("postings", posting_id, "weights", order=form.order, blind=form.blind),
    )


def _found(result: Reordering, posting_id: str, order: ListOrder) -> dict[str, object]:
    """What was shown, as the log tells of an order of reading."""
    options = {"posting": posting_id, "top": _TOP, "order": order}
    lines = [{"applicant_id": move.applicant_id, "score": move.score} for move in result.moves[:_TOP]]
    proof = provenance(result.market, operation="rank", options=options)
    return {"posting_id": posting_id, "candidates": lines, "excluded": [], "provenance": proof}
