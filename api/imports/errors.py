"""Errors of imports; :mod:`api.http.problems` answers them as it answers every other.

::

    ApiError
    ├── ImportStateError     409  an import is in a state in which that cannot be done
    ├── PlanChangedError     409  the preview that was looked at is not the present one
    ├── RecordsMovedError    409  records changed since the preview; which
    ├── TooManyImportsError  409  an account keeps as many files as it may
    ├── ImportGoneError      409  the file is kept no longer
    └── UnreadableFileError  422  a file that is not read at all

A message names ids and numbers, never a cell, a heading or the name of a file.
"""

from __future__ import annotations

from collections.abc import Sequence

from api.http.errors import ApiError

__all__ = [
    "ImportGoneError",
    "ImportStateError",
    "PlanChangedError",
    "RecordsMovedError",
    "TooManyImportsError",
    "UnreadableFileError",
]

_SHOWN = 20


class ImportStateError(ApiError):
    """An import is in a state in which that cannot be done."""

    status, kind, title = 409, "import-state", "いまの段階ではできません"

    def __init__(self, import_id: str, state: str, expected: str) -> None:
        super().__init__(f"import {import_id} is {state}, expected {expected}")


class PlanChangedError(ApiError):
    """The preview that was looked at is not the present one."""

    status, kind, title = 409, "plan-changed", "確認した内容と違います"

    def __init__(self, import_id: str) -> None:
        fault = "is not that of the present preview; read it again"
        super().__init__(f"import {import_id}: plan_digest {fault}", faults={"body.plan_digest": fault})


class RecordsMovedError(ApiError):
    """Records changed since the preview, so that nobody looked at what would be overwritten."""

    status, kind, title = 409, "records-moved", "確認のあとで記録が変わりました"

    def __init__(self, moved: Sequence[tuple[str, str]]) -> None:
        named = ", ".join(f"{kind} {an_id}" for kind, an_id in moved[:_SHOWN])
        more = f" and {len(moved) - _SHOWN} more" if len(moved) > _SHOWN else ""
        super().__init__(f"changed since the preview: {named}{more}; nothing was stored; ask for the preview again")


class TooManyImportsError(ApiError):
    """An account keeps as many files as it may."""

    status, kind, title = 409, "too-many-imports", "確認の途中の取り込みが多すぎます"

    def __init__(self, most: int) -> None:
        super().__init__(f"this account keeps {most} files already; commit or discard one")


class ImportGoneError(ApiError):
    """The file is kept no longer."""

    status, kind, title = 409, "import-gone", "ファイルはもう残っていません"

    def __init__(self, import_id: str) -> None:
        super().__init__(f"import {import_id}: its file is kept no longer; send it again")


class UnreadableFileError(ApiError):
    """A file that is not read at all; the message is the intake's own sentence, which quotes no cell."""

    status, kind, title = 422, "unreadable-file", "ファイルを読めません"
