"""Rounds as a researcher checks them: proofs and digests in full, numbers of people without the small ones, no ids."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Query
from starlette.responses import Response

from api.accounts.access import Reached
from api.audit.entry import Use, subject
from api.http.dependencies import Audit, Id, Reading
from api.pages.list_pages import last_page
from api.pages.oversight.rounds import waiting_rounds
from api.pages.selection.addresses import address
from api.pages.shell import Crumb, PageShell, Shell, page_router, redirect
from api.routes import runs as api_runs
from api.runs.figures import run_figures
from api.runs.rounds import stored_run

__all__ = ["router"]

router = page_router()
_SHOWN: Final = 10  # each is read whole


def _crumbs(shell: PageShell) -> list[Crumb]:
    research = [Crumb(shell.words("research.nav"), "/research")] if shell.may_open("/research") else []
    return [*research, Crumb(shell.words("research.runs"), "/research/runs")]


@router.get("/research/runs")
def research_runs(
    *,
    shell: Shell,
    session: Reading,
    reach: Reached,
    audit: Audit,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    """Stored rounds, newest first, each with its proof and digests; before them those that are not done."""
    found = api_runs.runs(session=session, reach=reach, limit=_SHOWN, offset=offset)
    last = last_page(offset, total=found.total, limit=_SHOWN)
    if last is not None:
        return redirect(address("research", "runs", offset=last))
    ids = [one.run_id for one in found.runs]
    if ids:
        audit.note(Use(action="read", purpose="research", on=(subject("run", ids),)))
    return shell.page(
        "oversight/research_runs.html.j2",
        crumbs=[*_crumbs(shell)[:-1], Crumb(shell.words("research.runs"))],
        found=found,
        runs=[run_figures(stored_run(session, an_id)) for an_id in ids],
        waiting=waiting_rounds(session, reach, limit=_SHOWN) if offset == 0 else (),
    )


@router.get("/research/runs/{run_id}")
def research_run(shell: Shell, session: Reading, reach: Reached, audit: Audit, run_id: Id) -> Response:
    """One round in figures."""
    run = api_runs.figures(session=session, reach=reach, audit=audit, run_id=run_id)
    return shell.page(
        "oversight/research_run.html.j2", crumbs=[*_crumbs(shell), Crumb(shell.words("runs.one"))], run=run
    )
