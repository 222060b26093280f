"""⑧ 引継ぎ書: one call told to whoever takes over, with ids only."""

from __future__ import annotations

from api.documents.handover.content import HandoverContent, content_of_handover, handover_pdf, handover_workbook
from api.documents.handover.versions import PostingVersion

__all__ = ["HandoverContent", "PostingVersion", "content_of_handover", "handover_pdf", "handover_workbook"]
