"""⑤ 首長・議会説明: one call on one page: need, money, host, plan and history, without personal data."""

from __future__ import annotations

from api.documents.briefing.content import (
    BriefingContent,
    briefing_pdf,
    briefing_workbook,
    content_of_briefing,
)

__all__ = ["BriefingContent", "briefing_pdf", "briefing_workbook", "content_of_briefing"]
