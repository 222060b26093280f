"""What is due in a municipality, its papers, and those of one call."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

from fastapi import Depends, Query, Request
from sqlalchemy import Engine
from sqlmodel import Session, col, select
from starlette.responses import Response

from api.accounts.access import Reached
from api.accounts.restricted_session import restrict
from api.audit.entry import Use, subject
from api.documents.kinds import Format, Material
from api.documents.letters.kind import letter_states
from api.documents.registry import DOCUMENTS
from api.documents.reminders.content import RemindersContent, content_of_reminders
from api.documents.served.bundle import CALLS_A_PART, n_parts
from api.documents.served.gathering import material_of
from api.documents.served.schemas import OFFICE_KINDS, BundleAsked, FollowUpAsked, OfficeKind, PaperAsked, PaperOrder
from api.documents.served.wanted import Wanted, needed_by
from api.http.dependencies import Audit, Id, Market
from api.pages.forms import FormState, sent_as
from api.pages.paper_names import NamesForm, interviews_in, names_in
from api.pages.routes.posting_editor import editor_crumbs, read_with_tag
from api.pages.shell import Crumb, page_router, shell_of
from api.routes import documents as api_documents
from api.storage.database import reading
from api.storage.record_kinds import POSTINGS
from api.storage.stored_records import page
from api.storage.tables import ApplicationRow
from features.records import Posting

__all__ = ["router"]

router = page_router()
_MOST: Final = 200  # calls that are listed
_WITH_NAMES: Final = frozenset({"selection-list", "interview-sheet", "region-check", "decision-record"}) | {
    *("offer-letter", "not-chosen-letter", "interview-letter", "interview-dates", "briefing")
}
_Applied: TypeAlias = dict[str, set[str]]  # applicant id → where their applications are
_FormatAsked = Annotated[Format | None, Query(alias="format")]


@router.get("/papers")
def papers(request: Request, market: Market, reach: Reached, audit: Audit) -> Response:
    """What is due, the papers of the whole municipality, and its calls."""
    engine: Engine = request.app.state.engine
    material = material_of(market, engine, reach, Wanted(DOCUMENTS["reminders"], "pdf"))
    content = _reminders(material)
    people = DOCUMENTS["reminders"].people(material)
    if people:
        audit.note(Use(action="read", purpose="follow_up", on=(subject("applicant", people),)))
    with reading(engine) as session:
        restrict(session, reach)
        postings, total = page(session, POSTINGS, limit=_MOST, offset=0)
        parts = n_parts(session)
    shell = shell_of(request)
    order = {"draft": 0, "open": 1, "closed": 2}
    return shell.page(
        "papers.html.j2",
        crumbs=[Crumb(shell.words("papers.nav"))],
        content=content,
        late=[one for one in content.reminders if one.due < content.on],
        ahead=[one for one in content.reminders if one.due >= content.on],
        postings=sorted(postings, key=lambda one: (order[one.state], one.deadline is None, one.deadline)),
        total=total,
        parts=parts,
        calls_a_part=CALLS_A_PART,
        whole=[DOCUMENTS["reminders"], DOCUMENTS["tax-evidence"]],
    )


def _reminders(material: Material) -> RemindersContent:
    records = material.records
    return content_of_reminders(
        postings=records.postings,
        applications=records.applications,
        decisions=material.decisions,
        placements=material.placements,
        provenance=material.proof("reminders"),
    )


@router.get("/papers/reminders")
def reminders(request: Request, market: Market, reach: Reached, audit: Audit, form: _FormatAsked) -> Response:
    """What is due, as a file."""
    return api_documents.reminders(request, market, reach, audit, FollowUpAsked(format=form))


@router.get("/papers/tax-evidence")
def tax_evidence(request: Request, market: Market, reach: Reached, audit: Audit, form: _FormatAsked) -> Response:
    """The facts for the special allocation, as a file."""
    return api_documents.tax_evidence(request, market, reach, audit, FollowUpAsked(format=form))


@router.get("/papers/bundle")
def bundle(
    request: Request,
    market: Market,
    reach: Reached,
    audit: Audit,
    part: Annotated[int, Query(ge=1, le=1000)],
) -> Response:
    """All papers for whoever takes over, as one file."""
    return api_documents.bundle(request, market, reach, audit, BundleAsked(part=part))


def _drawn(request: Request, posting: Posting, applied: _Applied, form: FormState, status: int) -> Response:
    shell, applicants = shell_of(request), list(applied)
    kinds = [DOCUMENTS[name] for name in OFFICE_KINDS]
    reached = set[str]().union(*applied.values())
    return shell.page(
        "posting_papers.html.j2",
        status=status,
        crumbs=editor_crumbs(shell, posting, "papers.of_posting"),
        # pasted over: the numbers show whose names are wanted
        form=form if form.typed else FormState({"names": ["".join(f"{one}\t\n" for one in applicants)]}),
        posting=posting,
        n_applicants=len(applicants),
        plain=[kind for kind in kinds if needed_by(kind) in ([], ["posting_id"])],
        named=[kind for kind in kinds if kind.name in _WITH_NAMES],
        # a letter that would be to nobody is told, and not offered
        to_nobody={kind.name for kind in kinds if (states := letter_states(kind.name)) and reached.isdisjoint(states)},
    )


def papers_page(request: Request, form: FormState, status: int) -> Response:
    """The papers of a call with what was pasted."""
    engine: Engine = request.app.state.engine
    with reading(engine) as session:  # who may see it was asked before anything was read
        posting, _tag = read_with_tag(session, request.path_params["posting_id"])
        return _drawn(request, posting, _applied_in(session, posting.posting_id), form, status)


def _applied_in(session: Session, posting_id: str) -> _Applied:
    row = ApplicationRow
    found = select(row.applicant_id, row.status).where(row.posting_id == posting_id)
    applied: _Applied = {}
    for applicant_id, status in session.exec(found.order_by(col(row.applicant_id))):
        applied.setdefault(applicant_id, set()).add(status)
    return applied


@router.get("/postings/{posting_id}/papers")
def of_posting(request: Request, reach: Reached, audit: Audit, posting_id: Id) -> Response:
    """Every paper of a call: what it is for, and its files."""
    with reading(request.app.state.engine) as session:
        restrict(session, reach)
        posting, _tag = read_with_tag(session, posting_id)
        applied = _applied_in(session, posting_id)
    if applied:
        audit.note(Use(action="read", purpose="selection", on=(subject("applicant", list(applied)),)))
    return _drawn(request, posting, applied, FormState(), 200)


@router.get("/postings/{posting_id}/papers/{kind}")
def paper(
    *,
    request: Request,
    market: Market,
    reach: Reached,
    audit: Audit,
    posting_id: Id,
    kind: OfficeKind,
    form: _FormatAsked = None,
) -> Response:
    """One paper as a file, in which people stand by their ids."""
    asked = PaperAsked(posting_id=posting_id, format=form)
    return api_documents.paper(request=request, market=market, reach=reach, audit=audit, kind=kind, asked=asked)


@router.post("/postings/{posting_id}/papers/{kind}")
def paper_with_names(
    *,
    request: Request,
    sent: Annotated[NamesForm, Depends(sent_as(NamesForm, drawn=papers_page))],
    market: Market,
    reach: Reached,
    audit: Audit,
    posting_id: Id,
    kind: OfficeKind,
) -> Response:
    """The same with the names and interviews that were pasted in."""
    with reading(request.app.state.engine) as session:
        restrict(session, reach)
        posting, _tag = read_with_tag(session, posting_id)
        known, code = list(_applied_in(session, posting_id)), posting.municipality_code
    order = PaperOrder(
        posting_id=posting_id,
        format=sent.format,
        names=names_in(sent.names, known, code=code),
        interviews=interviews_in(sent.interviews, known, posting_id, code=code),
    )
    return api_documents.paper_with_names(
        request=request, market=market, reach=reach, audit=audit, kind=kind, order=order
    )
