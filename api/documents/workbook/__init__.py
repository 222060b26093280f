"""The 選考一覧表 as an Excel workbook, one sheet a module."""

from __future__ import annotations

from api.documents.workbook.ranking import ranking_workbook

__all__ = ["ranking_workbook"]
