"""One entry as the cells of a spreadsheet: words before codes, and nothing a spreadsheet would run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import ValidationError

from api.audit.entry import Entry, Refusal, Subject
from api.audit.verification import StoredEntry
from api.audit.vocabulary import words

__all__ = ["COLUMNS", "cells_of", "safe"]

COLUMNS: Final = (
    "番号",
    "日時（UTC）",
    "利用者",
    "役割",
    "操作",
    "目的",
    "対象",
    "件数",
    "拒否の内容",
    "入力のダイジェスト",
    "出力のダイジェスト",
    "プログラムの版",
    "重みのダイジェスト",
    "前のハッシュ",
    "ハッシュ",
)
_RUN: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # Japanese Excel runs the wide ones too
_DAMAGED: Final = "読めない記録"


def cells_of(stored: StoredEntry) -> Sequence[str]:
    """The cells of one entry; where it cannot be read, its number and hashes alone."""
    ends = (safe(str(stored.previous)), safe(str(stored.hash)))
    try:
        entry = Entry.model_validate_json(stored.text if isinstance(stored.text, str) else b"")
    except (ValidationError, UnicodeEncodeError):
        return (safe(str(stored.sequence)), _DAMAGED, *[""] * (len(COLUMNS) - 4), *ends)
    told = words()
    return (
        safe(str(stored.sequence)),
        entry.at,
        safe(entry.actor.id),
        entry.actor.role,
        f"{told.action[entry.action]} {entry.action}",
        f"{told.purpose[entry.purpose].label} {entry.purpose}",
        safe("; ".join(_subject(one) for one in entry.on)),
        str(sum(one.count for one in entry.on)),
        "" if entry.refusal is None else safe(_refusal(entry.refusal)),
        safe(_digests(entry.inputs)),
        safe(_digests(entry.outputs)),
        safe(entry.versions.code),
        entry.versions.weights or "",
        *ends,
    )


def safe(text: str) -> str:
    """Text that a spreadsheet shows as it is: an apostrophe stands before what it would take for a formula.

    Examples
    --------
    >>> safe("=1+1"), safe("a01")
    ("'=1+1", 'a01')
    """
    return f"'{text}" if text.lstrip(" \u3000").startswith(_RUN) else text


def _subject(one: Subject) -> str:
    more = one.count - len(one.ids)
    rest = f"ほか{more}件" if more and one.ids else f"{more}件" if more else ""
    return " ".join(part for part in (one.kind, *one.ids, rest) if part)


def _refusal(one: Refusal) -> str:
    return f"{one.operation} {one.problem} {one.count}回（{one.since}から）"


def _digests(found: Mapping[str, str]) -> str:
    return " ".join(f"{name}={digest}" for name, digest in found.items())
