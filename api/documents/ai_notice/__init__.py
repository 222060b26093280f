"""⑨ AI 利用説明: for the public, which data, what for, who decides, by which criteria, and how to opt out."""

from __future__ import annotations

from api.documents.ai_notice.content import (
    AiNoticeContent,
    Criterion,
    ai_notice_pdf,
    ai_notice_workbook,
    content_of_ai_notice,
)

__all__ = ["AiNoticeContent", "Criterion", "ai_notice_pdf", "ai_notice_workbook", "content_of_ai_notice"]
