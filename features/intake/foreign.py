"""Files of other kinds under the name of a list: what they are, and where the list may be found."""

from __future__ import annotations

import re
from typing import Final

from features.intake.errors import IntakeError

__all__ = ["verify_no_other_kind"]

_LOOKED_AT: Final = 2048
_SAVE_AGAIN: Final = "Excel で開き、「名前を付けて保存」で「Excel ブック (*.xlsx)」を選んで保存し直してください。"
_ORIGINAL: Final = "元の Excel ブックか CSV を選んでください。なければ、表を Excel に写して保存してください。"
_KINDS: Final[tuple[tuple[re.Pattern[bytes], str, str], ...]] = (
    (re.compile(rb"[\s\x00]{0,8}%PDF-"), "PDF", _ORIGINAL),
    (re.compile(rb"\{\\rtf"), "文書（リッチテキスト）", _ORIGINAL),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|II\*\x00|MM\x00\*"), "画像", _ORIGINAL),
    (
        re.compile(rb"\s*<\?xml[^>]{0,200}\?>\s*(?:<\?mso-application[^>]{0,200}\?>\s*)?<(?:\w+:)?Workbook\b"),
        "Excel 2003 の XML 形式",
        _SAVE_AGAIN,
    ),
    (
        re.compile(rb"\s*(?:<!--.{0,400}?-->\s*)?<(?:!doctype\s+html|html|head|meta|body|table)\b", re.I | re.S),
        "ウェブページの形（HTML）",
        _SAVE_AGAIN,
    ),
    (re.compile(rb"""\s*[\[{]\s*["{\[\]}]"""), "JSON", _ORIGINAL),
)
_PARTS: Final = ((b"word/document.xml", "Word の文書"), (b"ppt/presentation.xml", "PowerPoint の資料"))


def verify_no_other_kind(content: bytes) -> None:
    """Refuse what is plainly no list, whatever its name says.

    Parameters
    ----------
    content : bytes
        Of the whole file.

    Raises
    ------
    IntakeError
        If it begins as a file of another kind does, or is a document of another program of the office's.
    """
    head = content[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf")
    found = next(((what, mend) for pattern, what, mend in _KINDS if pattern.match(head)), None)
    if found is None and head.startswith(b"PK"):
        found = next(((what, _ORIGINAL) for part, what in _PARTS if part in content), None)
    if found is not None:
        what, mend = found
        raise IntakeError(f"表のファイルではありません。中身は{what}です。", mend=mend)
