"""Letters as an Excel table for mail merge: one row a letter, the same words as on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from api.documents.letters.content import Letter
from api.documents.workbook.book import workbook_of
from api.documents.workbook.sheet import Column, Paper, SheetWriter

__all__ = ["letters_workbook"]

_COLUMNS: Final = (
    Column("応募者ID", 9, "id"),
    Column("宛名", 11, "text", "hand_header"),
    Column("文書番号", 10, "text", "hand_header"),
    Column("日付", 21, "text", "hand_header"),
    Column("差出人", 12),
    Column("件名", 11),
    Column("本文", 26.5),
    Column("条件・日時", 20),
    Column("お知らせ", 20.5),
    Column("担当課・担当者", 8, "hand", "hand_header"),
    Column("電話・メール", 9, "hand", "hand_header"),
)


def letters_workbook(letters: Sequence[Letter], *, made: date, footer: str) -> bytes:
    """The file."""

    def write(paper: Paper) -> None:
        writer = SheetWriter(paper, "差し込み印刷", _COLUMNS)
        writer.header()
        for one in letters:
            writer.line(_cells(one))
        writer.finish(header_row=0, frozen_columns=1)

    return workbook_of(letters[0].subject, made=made, footer=footer, write=write)


def _cells(one: Letter) -> tuple[str | None, ...]:
    facts = "\n".join(f"{label}: {words}" for label, words in one.facts)
    return (
        one.applicant_id,
        one.to,
        one.number,
        one.day,
        one.sender,
        one.subject,
        "\n".join(one.paragraphs),
        facts or None,
        "\n".join(one.notes),
        None,
        None,
    )
