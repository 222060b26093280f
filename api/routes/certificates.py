"""``/certificates``: what was taken away, by which rule, when and by whom."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path, Query, Response

from api.audit.entry import Use, subject
from api.http.dependencies import Audit, Limit, Offset, Reading, api_router
from api.http.problems import problem_responses
from api.retention.certificates import certificate_page, certificate_text, read_certificate
from api.retention.schemas import CertificateAnswer, CertificatePage, certificate_answer

__all__ = ["router"]

router = api_router("/certificates")

_TEXT: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}


@router.get("", summary="消去の証明の一覧")
def certificates(session: Reading, audit: Audit, limit: Limit = 100, offset: Offset = 0) -> CertificatePage:
    """Certificates, newest first."""
    rows, total = certificate_page(session, limit=limit, offset=offset)
    audit.note(_read([str(row.number) for row in rows]))
    return CertificatePage(
        certificates=[certificate_answer(row) for row in rows], total=total, limit=limit, offset=offset
    )


@router.get(
    "/{number}",
    summary="消去の証明",
    response_model=CertificateAnswer,
    responses=problem_responses(404) | _TEXT,
)
def certificate(
    session: Reading,
    audit: Audit,
    number: Annotated[int, Path(ge=1, le=2**62)],
    kind: Annotated[
        Literal["json", "text"], Query(alias="format", description="json for programs, text to print.")
    ] = "json",
) -> CertificateAnswer | Response:
    """One certificate; its digest stands in the audit log."""
    row = read_certificate(session, number)
    audit.note(_read([str(number)]))
    if kind == "json":
        return certificate_answer(row)
    return Response(certificate_text(row), media_type="text/plain; charset=utf-8")


def _read(numbers: list[str]) -> Use:
    return Use(action="read", purpose="retention", on=(subject("certificate", numbers),))
