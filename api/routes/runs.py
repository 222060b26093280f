"""``/runs``: rounds over the stored records, proven before they are stored."""

from __future__ import annotations

from fastapi import Response

from api.audit.uses import round_run, run_read
from api.canonical import canonical_json
from api.dependencies import Audit, Id, Limit, Market, Offset, Reading, Writing, api_router
from api.problems import problem_responses
from api.runs import read_run, run_page, run_text, solve, store_run
from api.schemas import RunAnswer, RunPage, RunRequest

__all__ = ["router"]

router = api_router("/runs")


@router.post("", status_code=201, summary="配置の計算", responses=problem_responses(400, 413))
def add_run(market: Market, session: Writing, audit: Audit, request: RunRequest) -> RunAnswer:
    """Run a round, check it from the original records, store it; a round that is not proven is an error."""
    stored = store_run(session, solve(market.on(request.on), request))
    audit.note(round_run(stored.run_id, stored.run))
    return stored


@router.get("", summary="計算の一覧")
def runs(session: Reading, limit: Limit = 100, offset: Offset = 0) -> RunPage:
    """Stored runs, newest first."""
    return run_page(session, limit=limit, offset=offset)


@router.get("/{run_id}/record", summary="計算の記録（保存したままのバイト列）", responses=problem_responses(404))
def record(session: Reading, audit: Audit, run_id: Id) -> Response:
    """The run's canonical JSON, byte for byte, for whoever wants to check its digest."""
    text = run_text(session, run_id)
    audit.note(run_read(run_id, text))
    return Response(text, media_type="application/json")


@router.get("/{run_id}", summary="計算", responses=problem_responses(404))
def run(session: Reading, audit: Audit, run_id: Id) -> RunAnswer:
    """One stored run with its provenance."""
    found = read_run(session, run_id)
    audit.note(run_read(run_id, canonical_json(found.run)))
    return found
