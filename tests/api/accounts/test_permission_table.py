"""A table of permissions with a gap is refused before it can decide anything."""

from __future__ import annotations

import re

import pytest

from api.accounts.errors import PermissionTableError
from api.accounts.permissions import read_permissions

COLUMNS = 'open_paths = []\ncolumns = ["scope", "signed_out", "applicant", "coordinator", "supporter", "researcher", '
COLUMNS += '"auditor", "administrator"]\n'


def _line(*cells: str) -> str:
    return "[" + ", ".join(f'"{cell}"' for cell in cells) + "]"


WHOLE = ["GET /x", "s", "never", "own", "municipality", "consenting", "allowed", "never", "allowed"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({8: None}, "GET /x has 7 cells, expected 8"),
        ({3: "all"}, "GET /x: applicant has all, expected one of allowed"),
        ({7: "own"}, "GET /x: own is for applicant, not for auditor"),
        ({6: "pseudonymised"}, "GET /x has no pseudonymised form"),
        ({2: "published"}, "GET /x: signed_out is allowed or never"),
        ({0: "GET /x/{id}", 2: "allowed"}, "never where the path has a parameter"),
    ],
)
def test_a_table_with_a_gap_or_a_fault_is_refused(changes: dict[int, str | None], message: str) -> None:
    line = [changes.get(place, cell) for place, cell in enumerate(WHOLE)]
    text = COLUMNS + f"operations = [{_line(*(cell for cell in line if cell is not None))}]"
    with pytest.raises(PermissionTableError, match=re.escape(message)):
        read_permissions(text)


def test_a_table_with_one_operation_twice_is_refused() -> None:
    with pytest.raises(PermissionTableError, match="GET /x has two lines"):
        read_permissions(COLUMNS + f"operations = [{_line(*WHOLE)}, {_line(*WHOLE)}]")
