"""The notice about the engine among the kinds of documents."""

from __future__ import annotations

from typing import Final

from api.documents.ai_notice.content import AiNoticeContent, ai_notice_pdf, ai_notice_workbook, content_of_ai_notice
from api.documents.kinds import DocumentKind, Material
from features.municipalities import find

__all__ = ["AI_NOTICE"]

_NAME: Final = "ai-notice"


def _content(material: Material) -> AiNoticeContent:
    office = "" if material.posting_id is None else find(material.posting.municipality_code).full_name
    return content_of_ai_notice(material.market.weights, provenance=material.proof(_NAME), office=office)


AI_NOTICE: Final = DocumentKind(
    name=_NAME,
    title="AI利用の説明",
    needs=(),
    writers={
        "xlsx": lambda material: ai_notice_workbook(_content(material)),
        "pdf": lambda material: ai_notice_pdf(_content(material)),
    },
    people=lambda _material: (),
)
