"""Excel workbooks as sheets: values only, formulas by the value Excel kept, macros never run."""

from __future__ import annotations

import io
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Final, NamedTuple

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from features.intake.archive import is_macro_workbook, verified_archive
from features.intake.biff import counts_from_1904, facts_of_book, has_macros, is_locked, verified_book
from features.intake.errors import IntakeError
from features.intake.limits import Limits
from features.intake.sheet import NO_FACTS, Cell, Sheet, SheetFacts
from features.intake.sheet_facts import facts_of_sheets
from features.intake.trial import verify_readable

__all__ = ["Workbook", "is_workbook", "open_workbook"]

_ZIP: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODF: Final = b"application/vnd.oasis.opendocument"
_BINARY: Final = b"xl/workbook.bin"
_FROM_1904: Final = re.compile(rb"""<(?:\w+:)?workbookPr\b[^>]*\bdate1904\s*=\s*["'](?:1|true|on)["']""")
_SAVE_AGAIN: Final = "Excel で開き、「名前を付けて保存」で「Excel ブック (*.xlsx)」を選んで保存し直してください。"


class Workbook(NamedTuple):
    """The sheets that show, the names of the others, whether macros were there, and which day numbers count from."""

    sheets: tuple[Sheet, ...]
    hidden: tuple[str, ...]
    has_macros: bool
    counts_from_1904: bool = False


def is_workbook(content: bytes) -> bool:
    """Whether bytes begin as a workbook does (xlsx, xlsm, xls)."""
    return content.startswith((_ZIP, _COMPOUND))


def open_workbook(content: bytes, limits: Limits) -> Workbook:
    """The sheets of a workbook.

    Raises
    ------
    IntakeError
        If it is locked by a password, is no workbook, is of a kind that is not read, or goes beyond ``limits``.
    """
    if content.startswith(_ZIP):
        _verify_kind(content)
        macros, verified = is_macro_workbook(content), verified_archive(content, limits)
        from_1904, facts = bool(_FROM_1904.search(verified)), facts_of_sheets(verified)
    elif is_locked(content):
        raise _locked()
    else:
        macros, verified = has_macros(content), verified_book(content, limits)
        from_1904, facts = counts_from_1904(content), facts_of_book(content)
    verify_readable(verified, mend=_SAVE_AGAIN)
    with _told():
        book = CalamineWorkbook.from_filelike(io.BytesIO(verified))
        shown, hidden = _sheets(book, facts, limits)
    return Workbook(shown, hidden, macros, from_1904)


def _verify_kind(content: bytes) -> None:
    head = content[:200]
    if _ODF in head or _BINARY in content:
        kind = "OpenDocument の表（.ods）" if _ODF in head else "バイナリ形式のブック（.xlsb）"
        raise IntakeError(f"{kind}は読みません。", mend=_SAVE_AGAIN)


def _locked() -> IntakeError:
    return IntakeError(
        "パスワードで保護されたブックは開けません。",
        mend="Excel で開き、「ファイル」→「情報」→「ブックの保護」→「パスワードを使用して暗号化」を空にして"
        "保存し直してください。",
    )


@contextmanager
def _told() -> Generator[None]:
    """What the reader finds wrong, as one error that says what to do."""
    try:
        yield
    except IntakeError:
        raise
    except PasswordError:
        raise _locked() from None
    except (CalamineError, OSError, ValueError):
        raise IntakeError(
            "Excel ブックとして読めません。壊れているか、Excel ではないファイルです。", mend=_SAVE_AGAIN
        ) from None
    except BaseException as error:
        # a panic of the compiled reader is no Exception and has no class to import
        if type(error).__name__ != "PanicException":
            raise
        raise IntakeError("Excel ブックとして読めません。ファイルが壊れています。", mend=_SAVE_AGAIN) from None


def _sheets(
    book: CalamineWorkbook, facts: Mapping[str, SheetFacts], limits: Limits
) -> tuple[tuple[Sheet, ...], tuple[str, ...]]:
    shown: list[Sheet] = []
    hidden: list[str] = []
    for number, about in enumerate(book.sheets_metadata):
        if about.typ is not SheetTypeEnum.WorkSheet:
            continue
        if about.visible is not SheetVisibleEnum.Visible:
            hidden.append(about.name)
            continue
        found = book.get_sheet_by_index(number)
        if found.start is not None:
            shown.append(_sheet(found, facts.get(about.name, NO_FACTS), limits))
    return tuple(shown), tuple(hidden)


def _sheet(found: CalamineSheet, facts: SheetFacts, limits: Limits) -> Sheet:
    top, left = found.start or (0, 0)
    if found.height > limits.rows or found.width > limits.columns:
        raise IntakeError(
            f"シート「{found.name}」は{found.height:,}行 × {found.width:,}列あります"
            f"（読めるのは{limits.rows - 100:,}行 × {limits.columns}列まで）。",
            mend="ファイルを分けて取り込んでください。",
        )

    def rows() -> Iterator[Sequence[Cell]]:
        # the reader gives every row of the sheet, but columns from the first that holds something
        return _counted(islice(found.iter_rows(), top, None), limits)

    merged = tuple(
        (r0 - top, c0 - left, r1 - top, c1 - left) for (r0, c0), (r1, c1) in found.merged_cell_ranges or () if r1 >= top
    )
    return Sheet(found.name, rows, top, left, merged, facts)


def _counted(rows: Iterator[Sequence[Cell]], limits: Limits) -> Iterator[Sequence[Cell]]:
    """The rows, as long as their texts are not too long together: many cells may show one long text of the file."""
    characters = 0
    for row in rows:
        characters += sum(len(cell) for cell in row if isinstance(cell, str))
        if characters > limits.characters:
            raise IntakeError(
                f"表の文字が多すぎます（{limits.characters:,}字まで）。", mend="ファイルを分けて取り込んでください。"
            )
        yield row
