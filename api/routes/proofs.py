"""Proofs: ``/applications/{id}/proofs`` asks; ``/proofs/{id}`` takes the file, shows it, records what was seen."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Request, Response

from api.audit.entry import Use, subject
from api.audit.vocabulary import Action
from api.http.dependencies import Audit, Id, Market, Reading, Writing, api_router
from api.http.now import Now
from api.http.problems import problem_responses
from api.proofs.files import read_proof_file
from api.proofs.schemas import ProofAnswer, ProofCheck, ProofList, ProofOrder
from api.proofs.store import (
    ask_for,
    check,
    ground_of,
    image_of,
    proof_answer,
    proofs_of,
    read_proof,
    standing_proof,
    take_in,
    withdraw,
)
from api.retention.rules import retention_rules
from api.settings import Settings
from api.storage.record_kinds import APPLICANTS, APPLICATIONS, POSTINGS
from api.storage.stored_records import read

__all__ = ["router"]

_of_application = api_router("/applications")
_of_proof = api_router("/proofs")
_ANY: Final = {"schema": {"type": "string", "format": "binary"}}
_FILE: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"application/octet-stream": _ANY}}}


@_of_application.get(
    "/{application_id}/proofs", summary="応募の証明書類（確認の記録）", responses=problem_responses(404)
)
def proofs(session: Reading, audit: Audit, application_id: Id) -> ProofList:
    """What was asked for and what was found."""
    read(session, APPLICATIONS, application_id)
    rows = proofs_of(session, application_id)
    audit.note(_used("read", [row.id for row in rows]))
    return ProofList(proofs=[proof_answer(row) for row in rows])


@_of_application.post(
    "/{application_id}/proofs",
    status_code=201,
    summary="証明書類の提出の求め",
    responses=problem_responses(400, 404, 413) | {200: {"model": ProofAnswer, "description": "Asked for already."}},
)
def ask_for_proof(
    *,
    request: Request,
    market: Market,
    session: Writing,
    audit: Audit,
    application_id: Id,
    order: ProofOrder,
    now: Now,
    response: Response,
) -> ProofAnswer:
    """Ask for a licence that the call requires, or for the address; an applicant may begin where the rules need it."""
    settings: Settings = request.app.state.settings
    application = read(session, APPLICATIONS, application_id)
    standing = standing_proof(session, application_id, order)
    if standing is not None:
        audit.note(_used("read", [standing.id]))
        response.status_code = 200
        return proof_answer(standing)
    posting = read(session, POSTINGS, application.posting_id)
    verdict = market.eligibility(read(session, APPLICANTS, application.applicant_id), posting, settings.day()).verdict
    ground = ground_of(
        order, posting, needs_district=verdict == "needs_district", is_by_applicant=audit.actor.role == "applicant"
    )
    days = retention_rules(settings.retention_file)["proof"].days or 0
    row = ask_for(
        session, application_id, order, ground=ground, days=days, by=audit.actor.id, now=now, on=settings.day()
    )
    audit.note(_used("created", [row.id]))
    return proof_answer(row)


@_of_proof.put(
    "/{proof_id}/image",
    summary="証明書類の提出（PDF・JPEG・PNG、5MBまで）",
    responses=problem_responses(400, 403, 404, 409, 413, 415),
)
def send_proof(
    *,
    request: Request,
    session: Writing,
    audit: Audit,
    proof_id: Id,
    content: Annotated[bytes, Body(media_type="application/octet-stream")],
    now: Now,
) -> ProofAnswer:
    """The file of a proof that was asked for; it is told by its bytes, and what a camera wrote into it is left out."""
    settings: Settings = request.app.state.settings
    row = take_in(session, read_proof(session, proof_id), read_proof_file(content), now=now, on=settings.day())
    audit.note(_used("changed", [proof_id]))
    return proof_answer(row)


@_of_proof.get(
    "/{proof_id}/image",
    summary="証明書類の画像（確認するときだけ）",
    response_class=Response,
    responses=problem_responses(404, 409) | _FILE,
)
def proof_image(request: Request, session: Reading, audit: Audit, proof_id: Id) -> Response:
    """The file, to look at it once; browsers save it and show nothing of it."""
    settings: Settings = request.app.state.settings
    row = read_proof(session, proof_id)
    content = image_of(session, row, on=settings.day())
    audit.note(_used("read", [proof_id]))
    headers = {"Content-Disposition": f'attachment; filename="proof-{proof_id}"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/octet-stream", headers=headers)


@_of_proof.post(
    "/{proof_id}/check",
    summary="証明書類の確認（画像はその場で消えます）",
    responses=problem_responses(400, 403, 404, 409, 413),
)
def check_proof(
    *, request: Request, session: Writing, audit: Audit, proof_id: Id, seen: ProofCheck, now: Now
) -> ProofAnswer:
    """Record what was seen, by whom and when; the image is deleted in the same transaction."""
    settings: Settings = request.app.state.settings
    row = check(session, read_proof(session, proof_id), seen, by=audit.actor.id, now=now, on=settings.day())
    audit.note(_used("decided", [proof_id]))
    return proof_answer(row)


@_of_proof.delete(
    "/{proof_id}",
    status_code=204,
    summary="証明書類の求めの取消し、提出の取下げ",
    responses=problem_responses(403, 404, 409),
)
def withdraw_proof(session: Writing, audit: Audit, proof_id: Id) -> None:
    """Ask no longer, or take back what was sent; the image is deleted. A check that was made stays."""
    withdraw(session, read_proof(session, proof_id))
    audit.note(_used("deleted", [proof_id]))


def _used(action: Action, ids: list[str]) -> Use:
    return Use(action=action, purpose="selection", on=(subject("proof", ids),))


router = APIRouter()
router.routes.extend([*_of_application.routes, *_of_proof.routes])
