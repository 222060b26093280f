"""What a round would be like otherwise: asked on its page, and answered with a picture and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from fastapi import Depends, Request
from pydantic import Field
from sqlmodel import Session
from starlette.responses import Response

from api.accounts.access import Reached
from api.documents.place_title import place_title
from api.http.dependencies import Audit, Id, Reading
from api.http.now import Now
from api.jobs.inline import work_after_answer
from api.own_data.erased import erased_among
from api.pages.errors import Fault, FormError
from api.pages.forms import FormModel, sent_as
from api.pages.oversight.frontier_chart import FrontierChart, frontier_chart
from api.pages.oversight.reached_postings import reached_postings
from api.pages.oversight.rounds import RoundView, round_view
from api.pages.routes.rounds import round_page
from api.pages.shell import Crumb, page_router, redirect, shell_of
from api.pages.submitting import Submitting
from api.pages.templating import segment
from api.routes import what_ifs as api_what_ifs
from api.runs.rounds import read_run
from api.what_ifs.schemas import Question, TownLimits, WhatIfAnswer, WhatIfRequest
from features.municipalities import find
from features.records import Identifier, MunicipalityCode

__all__ = ["router"]

router = page_router()
_Number = Annotated[int, Field(ge=0, le=10_000)]


class WhatIfForm(FormModel):
    """One question; three towns are as many as an office compares at a time."""

    question: Question
    withdrawn: tuple[Identifier, ...] = ()
    town_1: MunicipalityCode | None = None
    cap_1: _Number | None = None
    floor_1: _Number | None = None
    town_2: MunicipalityCode | None = None
    cap_2: _Number | None = None
    floor_2: _Number | None = None
    town_3: MunicipalityCode | None = None
    cap_3: _Number | None = None
    floor_3: _Number | None = None


_ROWS: Final = (1, 2, 3)


def asked_in(form: WhatIfForm) -> WhatIfRequest:
    """The question as the API takes it.

    Raises
    ------
    FormError
        If nobody is named for a repair, or a town has no number, a number no town, or a floor above its cap.
    """
    if form.question == "repair" and not form.withdrawn:
        raise FormError([Fault("withdrawn", ("fault.withdrawn.missing",), {})])
    limits = [limit for row in _ROWS for limit in _limits_in(form, row)] if form.question == "limits" else []
    codes = [limit.municipality_code for limit in limits]
    for row, code in enumerate(codes, start=1):
        if code in codes[: row - 1]:
            raise FormError([Fault(f"town_{row}", ("fault.town.twice",), {})])
    withdrawn = form.withdrawn if form.question == "repair" else ()
    return WhatIfRequest(question=form.question, withdrawn=withdrawn, limits=tuple(limits))


def _limits_in(form: WhatIfForm, row: int) -> Sequence[TownLimits]:
    code, cap, floor = (getattr(form, f"{name}_{row}") for name in ("town", "cap", "floor"))
    if code is None and cap is None and floor is None:
        return ()
    if code is None:
        raise FormError([Fault(f"town_{row}", ("fault.missing",), {})])
    if cap is None and floor is None:
        raise FormError([Fault(f"cap_{row}", ("fault.cap.missing",), {})])
    if cap is not None and floor is not None and floor > cap:
        raise FormError([Fault(f"floor_{row}", ("fault.floor.above",), {})])
    return (TownLimits(municipality_code=code, cap=cap, floor=floor or 0),)


@router.post("/runs/{run_id}/what-ifs", dependencies=[Depends(work_after_answer)])
def ask(
    *,
    sent: Annotated[WhatIfForm, Depends(sent_as(WhatIfForm, drawn=round_page))],
    session: Submitting,
    reach: Reached,
    audit: Audit,
    now: Now,
    run_id: Id,
) -> Response:
    """Ask, and show how far the answer is."""
    asked = api_what_ifs.add_what_if(
        session=session, reach=reach, audit=audit, now=now, run_id=run_id, asked=asked_in(sent), response=Response()
    )
    return redirect(f"/runs/{segment(run_id)}/what-ifs/{asked.job.job_id}")


@router.get("/runs/{run_id}/what-ifs/{what_if_id}")
def answer(*, request: Request, session: Reading, reach: Reached, audit: Audit, run_id: Id, what_if_id: Id) -> Response:
    """How far it is, or the answer."""
    found = api_what_ifs.what_if(session=session, reach=reach, audit=audit, run_id=run_id, what_if_id=what_if_id)
    shell = shell_of(request)
    run = read_run(session, run_id).run
    view = None if run is None else round_view(run)
    return shell.page(
        "oversight/what_if.html.j2",
        crumbs=[
            Crumb(shell.words("runs.nav"), "/runs"),
            Crumb(shell.words("runs.one"), f"/runs/{segment(run_id)}"),
            Crumb(shell.words(f"what_ifs.{found.question}")),
        ],
        found=found,
        view=view,
        erased=frozenset[str]() if view is None else erased_among(session, view.people),
        chart=_chart(found, view),
        titles=_titles(request, session) if shell.may_open("/portfolio") else {},
        town=_town,
    )


def _chart(found: WhatIfAnswer, view: RoundView | None) -> FrontierChart | None:
    if found.frontier is None or not found.frontier.points or view is None:
        return None
    report = view.report
    return frontier_chart(found.frontier.points, n_blocking=len(report.blocking_pairs), total=report.objective)


def _titles(request: Request, session: Session) -> Mapping[str, str]:
    return {one.posting_id: place_title(one) for one in reached_postings(request, session)}


def _town(code: str) -> str:
    return find(code).full_name
