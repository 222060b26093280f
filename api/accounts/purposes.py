"""The one written table of purposes, read strictly: what each role may use people's records for, and where."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias, cast, get_args

from api.accounts.errors import PurposeError, PurposeTableError, UnknownPurposeError
from api.accounts.permissions import permissions
from api.accounts.roles import ROLES, Role
from api.audit.vocabulary import Purpose

__all__ = ["HEADER", "PurposeTable", "Purposeful", "purpose_of", "purposes", "read_purposes"]

HEADER: Final = "Enmusubi-Purpose"
Purposeful: TypeAlias = Role | Literal["local"]  # whoever can use a record: an account, or one PC without sign-in
PurposeTable: TypeAlias = Mapping[str, Mapping[Purposeful, tuple[Purpose, ...]]]
_WORDS: Final[tuple[str, ...]] = get_args(Purpose)
_COLUMNS: Final[tuple[Purposeful, ...]] = ("local", *ROLES)


@cache
def purposes() -> PurposeTable:
    """The table that ships with the service: operation → role → purposes, the default first.

    Examples
    --------
    >>> purposes()["GET /api/v1/applicants/{applicant_id}"]["supporter"]
    ('selection', 'rerouting')
    """
    return read_purposes(Path(__file__).with_name("purposes.toml").read_text(encoding="utf-8"))


def purpose_of(name: str, role: Purposeful, stated: Sequence[str] = ()) -> Purpose | None:
    """What a request is for: what its header states, else the default of its role.

    Parameters
    ----------
    name : str
        Method and route template.
    role : Role or "local"
    stated : sequence of str
        Every value of the header that was sent.

    Returns
    -------
    Purpose or None
        ``None`` where the operation uses nobody's record.

    Raises
    ------
    UnknownPurposeError
        If the header is not one word of the list, or the operation has no purpose to state.
    PurposeError
        If the role does not have that purpose there.

    Examples
    --------
    >>> purpose_of("GET /api/v1/applicants", "coordinator")
    'selection'
    >>> purpose_of("GET /api/v1/applicants", "coordinator", ["rerouting"])
    'rerouting'
    """
    line = purposes().get(name)
    if stated and (len(stated) > 1 or stated[0] not in _WORDS):
        raise UnknownPurposeError(f"expected one of {', '.join(_WORDS)}")
    if line is None:
        if stated:
            raise UnknownPurposeError("this operation uses nobody's record and takes no purpose")
        return None
    allowed = line[role]
    if not stated:
        return allowed[0] if allowed else None
    for purpose in allowed:
        if purpose == stated[0]:
            return purpose
    raise PurposeError(name, role, stated[0], allowed)


def read_purposes(text: str) -> PurposeTable:
    """The table that a TOML text writes.

    Raises
    ------
    PurposeTableError
        If a line is not whole, occurs twice, has an unknown word, or does not fit the table of permissions.
    """
    table = tomllib.loads(text)
    if tuple(table["columns"]) != _COLUMNS:
        raise PurposeTableError(f"columns are {table['columns']}, expected {list(_COLUMNS)}")
    lines: dict[str, Mapping[Purposeful, tuple[Purpose, ...]]] = {}
    for name, *cells in cast("list[list[str]]", table["operations"]):
        if name in lines:
            raise PurposeTableError(f"{name} has two lines, expected one")
        lines[name] = _line(name, cells)
    return lines


def _line(name: str, cells: Sequence[str]) -> Mapping[Purposeful, tuple[Purpose, ...]]:
    if len(cells) != len(_COLUMNS):
        raise PurposeTableError(f"{name} has {len(cells)} cells, expected {len(_COLUMNS)}")
    operation = permissions().operations.get(name)
    if operation is None:
        raise PurposeTableError(f"{name} is not in the table of permissions")
    for role, cell in zip(_COLUMNS, cells, strict=True):
        unknown = [word for word in cell.split() if word not in _WORDS]
        if unknown:
            raise PurposeTableError(f"{name}: {role} has {unknown[0]}, expected words of {', '.join(_WORDS)}")
        may = not operation.is_session_only if role == "local" else operation.extents[role] != "never"
        if may != bool(cell.split()):
            raise PurposeTableError(f"{name}: {role} {'has no purpose' if may else 'has a purpose and may not ask'}")
    found = {role: tuple(cell.split()) for role, cell in zip(_COLUMNS, cells, strict=True)}
    return cast("Mapping[Purposeful, tuple[Purpose, ...]]", found)
