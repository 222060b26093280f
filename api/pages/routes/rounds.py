"""Rounds: ask for one in words, see how far it is, read what it proves, have it computed again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import Depends, Query, Request
from pydantic import Field
from sqlmodel import Session
from starlette.responses import Response

from api.accounts.access import Reached, require_permission
from api.documents.place_title import place_title
from api.http.dependencies import Audit, Id, Reading
from api.http.now import Now
from api.http.schemas import RunAnswer, RunRequest
from api.jobs.inline import work_after_answer
from api.jobs.queue import read_job
from api.own_data.erased import erased_among
from api.pages.forms import FormModel, FormState, sent_as
from api.pages.list_pages import last_page
from api.pages.oversight.reached_postings import reached_postings
from api.pages.oversight.rounds import round_view, waiting_rounds, weights_of_runs, why_not_again
from api.pages.reading_again import reading_again
from api.pages.shell import Crumb, PageShell, Shell, page_router, redirect, shell_of
from api.pages.submitting import Submitting
from api.routes import jobs as api_jobs
from api.routes import runs as api_runs
from api.runs.scope import verify_run_within
from api.runs.verification_job import VERIFICATION
from features.municipalities import find
from features.records import Posting
from features.rounds.results import MECHANISMS, Mechanism
from features.rounds.round import Households, Wishes
from matching.mechanisms.stable.ties import Lottery

__all__ = ["router"]

router = page_router()
_SHOWN: Final = 50


class RoundForm(FormModel):
    """Which round is asked for; names are those of the API."""

    mechanism: Mechanism
    wishes: Wishes | None = None
    list_length: Annotated[int, Field(ge=1, le=1000)] | None = None
    households: Households = "single"
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    lottery: Lottery = "single"


class ButtonForm(FormModel):
    """Nothing but the button."""


def _list_crumb(shell: PageShell) -> Crumb:
    return Crumb(shell.words("runs.nav"), "/runs")


def proposal_page(request: Request, form: FormState, status: int) -> Response:
    """Where a round is asked for, with what was typed."""
    shell = shell_of(request)
    reach = require_permission(request)
    crumbs = [_list_crumb(shell), Crumb(shell.words("runs.propose"))]
    return shell.page(
        "oversight/round_proposal.html.j2",
        status=status,
        crumbs=crumbs,
        form=form,
        mechanisms=MECHANISMS,
        towns=None if reach.municipalities is None else [find(code).full_name for code in sorted(reach.municipalities)],
    )


def _round_page(request: Request, session: Session, run: RunAnswer, form: FormState, status: int) -> Response:
    shell = shell_of(request)
    view = None if run.run is None else round_view(run.run)
    postings: Sequence[Posting] = ()
    if view is not None and shell.may_open("/portfolio"):  # who reads no calls sees their numbers
        postings = reached_postings(request, session)
    in_round = {one.posting_id for one in view.postings} if view is not None else set[str]()
    codes = sorted({one.municipality_code for one in postings if one.posting_id in in_round})
    rows = range(1, 4)
    return shell.page(
        "oversight/round.html.j2",
        status=status,
        crumbs=[_list_crumb(shell), Crumb(shell.words("runs.one"))],
        form=form,
        run=run,
        view=view,
        erased=frozenset[str]() if view is None else erased_among(session, view.people),
        titles={one.posting_id: place_title(one) for one in postings},
        towns=[(code, find(code).full_name) for code in codes],
        labels={"withdrawn": shell.words("what_ifs.withdrawn")}
        | {f"town_{row}": shell.words("what_ifs.town_n", n=row) for row in rows}
        | {f"cap_{row}": shell.words("what_ifs.most") for row in rows}
        | {f"floor_{row}": shell.words("what_ifs.least") for row in rows},
        may_change=shell.may_open("/runs/new"),
        may_ask=shell.may_open("/runs/new"),
    )


def round_page(request: Request, form: FormState, status: int) -> Response:
    """One round as it is now, with what went wrong."""
    with reading_again(request) as (session, trail):
        reach, run_id = require_permission(request), request.path_params["run_id"]
        run = api_runs.run(session=session, reach=reach, audit=trail, run_id=run_id)
        return _round_page(request, session, run, form, status)


@router.get("/runs")
def rounds(
    shell: Shell, session: Reading, reach: Reached, offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0
) -> Response:
    """Stored rounds, newest first, and those that are not done."""
    found = api_runs.runs(session=session, reach=reach, limit=_SHOWN, offset=offset)
    last = last_page(offset, total=found.total, limit=_SHOWN)
    if last is not None:
        return redirect(f"/runs?offset={last}")
    may_read = shell.may_open("/runs/{run_id}")
    return shell.page(
        "oversight/rounds.html.j2",
        crumbs=[Crumb(shell.words("runs.nav"))],
        found=found,
        weights=weights_of_runs(session, [one.run_id for one in found.runs]),
        waiting=waiting_rounds(session, reach, limit=_SHOWN) if may_read and offset == 0 else (),
        may_read=may_read,
        may_propose=shell.may_open("/runs/new"),
    )


@router.get("/runs/new")
def proposal(request: Request, _reach: Reached) -> Response:
    """Where a round is asked for."""
    return proposal_page(request, FormState(), 200)


@router.post("/runs", dependencies=[Depends(work_after_answer)])
def propose(
    *,
    request: Request,
    sent: Annotated[RoundForm, Depends(sent_as(RoundForm, drawn=proposal_page))],
    session: Submitting,
    reach: Reached,
    audit: Audit,
    now: Now,
) -> Response:
    """Ask for a round, and show how far it is."""
    run = api_runs.add_run(
        request=request,
        session=session,
        reach=reach,
        audit=audit,
        now=now,
        asked=RunRequest(**sent.model_dump()),
        response=Response(),
    )
    return redirect(f"/runs/{run.run_id}")


@router.get("/runs/{run_id}")
def one_round(request: Request, session: Reading, reach: Reached, audit: Audit, run_id: Id) -> Response:
    """How far a round is, or what came of it."""
    run = api_runs.run(session=session, reach=reach, audit=audit, run_id=run_id)
    return _round_page(request, session, run, FormState(), 200)


@router.post("/runs/{run_id}/cancellation")
def cancel(
    *,
    _sent: Annotated[ButtonForm, Depends(sent_as(ButtonForm, drawn=round_page))],
    session: Submitting,
    reach: Reached,
    audit: Audit,
    now: Now,
    run_id: Id,
) -> Response:
    """Ask for the end of a round."""
    api_runs.cancel_run(session=session, reach=reach, audit=audit, now=now, run_id=run_id)
    return redirect(f"/runs/{run_id}")


@router.post("/runs/{run_id}/verification", dependencies=[Depends(work_after_answer)])
def verify(
    *,
    _sent: Annotated[ButtonForm, Depends(sent_as(ButtonForm, drawn=round_page))],
    session: Submitting,
    reach: Reached,
    audit: Audit,
    now: Now,
    run_id: Id,
) -> Response:
    """Have a round computed again, and show how far that is."""
    job = api_runs.verify(session=session, reach=reach, audit=audit, now=now, run_id=run_id, response=Response())
    return redirect(f"/verifications/{job.job_id}")


@router.get("/verifications/{job_id}")
def verification(shell: Shell, session: Reading, reach: Reached, job_id: Id) -> Response:
    """How far a verification is, or what it found, in words."""
    row = read_job(session, job_id, kind=VERIFICATION)
    run_id = str(row.request["run_id"])
    verify_run_within(session, reach, run_id)
    job = api_jobs.job(session=session, reach=reach, job_id=job_id)
    return shell.page(
        "oversight/verification.html.j2",
        crumbs=[
            _list_crumb(shell),
            Crumb(shell.words("runs.one"), f"/runs/{run_id}"),
            Crumb(shell.words("runs.verification")),
        ],
        job=job,
        run_id=run_id,
        found=job.result,
        why_not_again=why_not_again,
    )
