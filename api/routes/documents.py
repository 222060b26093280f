"""``/documents``: an office's papers and an applicant's own letter, from what is stored, as Excel, PDF or dates."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Query, Request, Response

from api.accounts.access import Reached
from api.documents.served.bundle import bundle_made
from api.documents.served.listing import document_list
from api.documents.served.schemas import (
    BundleAsked,
    DocumentList,
    FollowUpAsked,
    LetterAsked,
    OfficeKind,
    PaperAsked,
    PaperOrder,
)
from api.documents.served.wanted import Wanted, paper_wanted, verified
from api.documents.served.writing import (
    MEDIA_TYPES,
    document_made,
    exported,
    exported_together,
    file_response,
    named_response,
)
from api.http.dependencies import Audit, Market, api_router
from api.http.problems import problem_responses

__all__ = ["router"]

router = api_router("/documents")

_NAME: Final = {"description": "attachment, with the file's Japanese name (RFC 6266).", "schema": {"type": "string"}}
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file.",
        "headers": {"Content-Disposition": _NAME},
        "content": {
            media.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
            for media in MEDIA_TYPES.values()
        },
    }
}
_ZIP: Final = "application/zip"
_BUNDLE: Final[dict[int | str, dict[str, Any]]] = {
    200: {**_FILE[200], "content": {_ZIP: {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("", summary="書類の種類と、だれが何を指定して作れるか")
def documents() -> DocumentList:
    """Every kind of document."""
    return document_list()


@router.get(
    "/suggestion-letter",
    summary="募集のご提案とくらべる表（本人だけ）",
    response_class=Response,
    responses=problem_responses(403, 404, 409) | _FILE,
)
def suggestion_letter(
    request: Request, market: Market, reach: Reached, audit: Audit, asked: Annotated[LetterAsked, Query()]
) -> Response:
    """The applicant's own letter, which alone reads the private preferences."""
    kind, form = verified("suggestion-letter", asked.format, "query")
    return _file(request, market, reach, audit, Wanted(kind, form, applicant_id=asked.applicant_id, on=asked.on))


@router.get(
    "/tax-evidence",
    summary="特別交付税措置の基礎資料",
    response_class=Response,
    responses=problem_responses(403, 404, 409) | _FILE,
)
def tax_evidence(
    request: Request, market: Market, reach: Reached, audit: Audit, asked: Annotated[FollowUpAsked, Query()]
) -> Response:
    """Everybody who was placed: of one call, or of all within reach."""
    return _file(request, market, reach, audit, _follow_up("tax-evidence", asked))


@router.get(
    "/reminders",
    summary="期限と連絡の一覧",
    response_class=Response,
    responses=problem_responses(403, 404, 409) | _FILE,
)
def reminders(
    request: Request, market: Market, reach: Reached, audit: Audit, asked: Annotated[FollowUpAsked, Query()]
) -> Response:
    """What is due: of one call, or of all within reach."""
    return _file(request, market, reach, audit, _follow_up("reminders", asked))


@router.get(
    "/bundle",
    summary="引き継ぎ一式（ZIP）",
    response_class=Response,
    responses=problem_responses(403, 409) | _BUNDLE,
)
def bundle(
    request: Request, market: Market, reach: Reached, audit: Audit, asked: Annotated[BundleAsked, Query()]
) -> Response:
    """The papers of every call within reach as Excel and PDF in one file, ten calls a file."""
    made = bundle_made(market, request.app.state.engine, reach, asked)
    audit.note(exported_together(made.made, made.content))
    return named_response(made.content, _ZIP, f"handover_{asked.part}.zip", made.name)


@router.get(
    "/{kind}",
    summary="役場の書類（氏名と面接の予定なし）",
    response_class=Response,
    responses=problem_responses(403, 404, 409) | _FILE,
)
def paper(
    *,
    request: Request,
    market: Market,
    reach: Reached,
    audit: Audit,
    kind: OfficeKind,
    asked: Annotated[PaperAsked, Query()],
) -> Response:
    """One paper, in which people stand by their ids."""
    return _file(request, market, reach, audit, paper_wanted(kind, asked, "query"))


@router.post(
    "/{kind}",
    summary="役場の書類（氏名と面接の予定を役場の名簿から入れる）",
    response_class=Response,
    responses=problem_responses(400, 403, 404, 409, 413) | _FILE,
)
def paper_with_names(
    *, request: Request, market: Market, reach: Reached, audit: Audit, kind: OfficeKind, order: PaperOrder
) -> Response:
    """The same with names and interviews of the office's own, which are printed and not stored."""
    return _file(request, market, reach, audit, paper_wanted(kind, order, "body"))


def _follow_up(name: str, asked: FollowUpAsked) -> Wanted:
    kind, form = verified(name, asked.format, "query")
    return Wanted(kind, form, posting_id=asked.posting_id, municipality_code=asked.municipality_code, on=asked.on)


def _file(request: Request, market: Market, reach: Reached, audit: Audit, wanted: Wanted) -> Response:
    made = document_made(market, request.app.state.engine, reach, wanted)
    audit.note(exported(made))
    return file_response(made)
