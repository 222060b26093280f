"""``/metrics``: what the service counts, for Prometheus; no person and no id is in it."""

from __future__ import annotations

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse

from api.http.dependencies import Market, Reading, api_router
from api.http.problems import problem_responses
from api.operation.metrics import MEDIA_TYPE, Metrics
from api.operation.stored_counts import market_counts, stored_counts

__all__ = ["router"]

router = api_router("/metrics")


@router.get(
    "", summary="稼働の数値（Prometheus）", response_class=PlainTextResponse, responses=problem_responses(401, 403)
)
def metrics(request: Request, session: Reading, market: Market) -> Response:
    """Requests, refused sign-ins, how much is stored, and the market made of it."""
    counts: Metrics = request.app.state.metrics
    return Response(counts.text([*stored_counts(session), *market_counts(market, session)]), media_type=MEDIA_TYPE)
