"""``/audit``: the log of who did what to whose records, for auditors and administrators; reading it is on it too."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from fastapi import Query, Request
from sqlalchemy import Engine
from starlette.responses import StreamingResponse

from api.audit.archive import archive
from api.audit.chain import Head, head_of
from api.audit.entry import Subject, Use
from api.audit.schemas import AuditLine, AuditPage, AuditVerification, FirstBad
from api.audit.searching import Wanted, search
from api.audit.verification import verify
from api.audit.vocabulary import Action, Purpose, SubjectKind
from api.http.dependencies import Audit, Limit, Reading, api_router
from api.http.problems import problem_responses
from api.settings import Settings
from features.plain_values import Day
from features.records import Identifier

__all__ = ["router"]

router = api_router("/audit")

_ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
}
_From: TypeAlias = Annotated[Day | None, Query(alias="from", description="First day, in Japan.")]
_Until: TypeAlias = Annotated[Day | None, Query(description="Last day, in Japan.")]


@router.get(
    "",
    summary="監査記録（だれが、いつ、何を、なぜ）",
    responses=problem_responses(401, 403),
    response_model_exclude_unset=True,  # an entry says what it says
)
def entries(
    *,
    session: Reading,
    audit: Audit,
    actor: Annotated[Identifier | None, Query(description="The id of an account, or local or signed_out.")] = None,
    action: Action | None = None,
    purpose: Purpose | None = None,
    kind: Annotated[SubjectKind | None, Query(description="On what.")] = None,
    an_id: Annotated[Identifier | None, Query(alias="id", description="On which.")] = None,
    first: _From = None,
    until: _Until = None,
    before: Annotated[int | None, Query(ge=1, le=2**62, description="Only entries before this number.")] = None,
    limit: Limit = 100,
) -> AuditPage:
    """Entries, newest first; several conditions must all fit. Go on with ``before=next_before``."""
    wanted = Wanted(
        actor_id=actor,
        action=action,
        purpose=purpose,
        kinds=() if kind is None else (kind,),
        ids=() if an_id is None else (an_id,),
        from_day=first,
        until_day=until,
    )
    found = search(session, wanted, before=before, limit=limit)
    audit.note(_read(len(found.lines)))
    lines = [AuditLine.model_validate(line, from_attributes=True) for line in found.lines]
    return AuditPage(entries=lines, next_before=found.next_before)


@router.get("/verification", summary="監査記録が書かれたときのままかの確認", responses=problem_responses(401, 403))
def verification(
    request: Request,
    audit: Audit,
    expect: Annotated[
        str | None,
        Query(pattern=r"^\d{1,18}:[0-9a-f]{64}$", description="A head noted earlier; it must still be there."),
    ] = None,
) -> AuditVerification:
    """Every hash computed again, from the first entry to the head: what ``enmusubi audit verify`` does."""
    settings: Settings = request.app.state.settings
    engine: Engine = request.app.state.engine
    expected = None if expect is None else head_of(expect)
    verified = verify(engine, key=settings.audit_secret(), expected=expected)
    audit.note(_read(verified.entries, head=verified.head))
    bad = verified.finding
    return AuditVerification(
        holds=bad is None,
        entries=verified.entries,
        begins_after=verified.begins_after,
        head=str(verified.head),
        first_bad=None if bad is None else FirstBad(sequence=bad.sequence, reason=bad.reason),
    )


@router.get(
    "/export",
    summary="監査する人に渡すための書き出し（ZIP）",
    response_class=StreamingResponse,
    responses=problem_responses(401, 403) | _ZIP,
)
def exported(
    request: Request,
    audit: Audit,
    first: Annotated[Day, Query(alias="from", description="First day, in Japan.")],
    until: Annotated[Day, Query(description="Last day, in Japan.")],
) -> StreamingResponse:
    """Exact lines, a table and a manifest with their hashes, as ``enmusubi audit export`` writes them."""
    settings: Settings = request.app.state.settings
    engine: Engine = request.app.state.engine
    pieces = archive(engine, from_day=first, to_day=until, actor=audit.actor, key=settings.audit_secret())
    name = f"enmusubi-audit-{first}-{until}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


def _read(count: int, *, head: Head | None = None) -> Use:
    outputs = {} if head is None else {"head": head.hash}
    return Use(action="read", purpose="audit", on=(Subject(kind="audit", count=count),), outputs=outputs)
