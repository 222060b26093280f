"""The one written table of permissions, read strictly: every operation says something for every role."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias, cast, get_args

from api.accounts.errors import PermissionTableError
from api.accounts.roles import ROLES, SIGNED_OUT

__all__ = ["OPEN", "Extent", "Operation", "PagePermission", "Permissions", "permissions", "read_permissions"]

Extent: TypeAlias = Literal["allowed", "own", "municipality", "consenting", "published", "pseudonymised", "never"]
_EXTENTS: Final[tuple[str, ...]] = get_args(Extent)
_ONLY_FOR: Final[Mapping[str, tuple[str, ...]]] = {
    "own": ("applicant",),
    "municipality": ("coordinator",),
    "consenting": ("supporter",),
    "pseudonymised": ("researcher",),
}
_PSEUDONYMISED: Final = {  # those api.accounts.pseudonyms knows
    "GET /api/v1/applicants",
    "GET /api/v1/applications",
    "GET /api/v1/decisions",
    "GET /api/v1/outcomes",
}
_WITHIN: Final[Mapping[str, tuple[str, ...]]] = {"own": ("published",)}  # one's own reach holds published postings too
SESSION_ONLY: Final = "session"
OPEN: Final = "open"  # in the place of an operation: a page that holds no record and is shown to anybody


@dataclass(frozen=True)
class Operation:
    """One line of the table.

    Attributes
    ----------
    name : str
        ``GET /api/v1/postings/{posting_id}``: method and route template.
    scope : str
        What an API token must have; ``session`` is never given to one.
    extents : mapping of role to Extent
    """

    name: str
    scope: str
    extents: Mapping[str, Extent]

    @property
    def is_session_only(self) -> bool:
        """Whether tokens are refused, whatever their scopes."""
        return self.scope == SESSION_ONLY


@dataclass(frozen=True)
class PagePermission:
    """One page: whoever may ask for what it shows may open it, for the same purposes and with the same reach.

    Attributes
    ----------
    shows : str
        The operation of the API whose line counts, or ``open``.
    operation : Operation
        That line, without the roles that may not ask for everything the page shows.
    purpose : str, optional
        What the page is for, where it is not the role's first purpose there.
    """

    shows: str
    operation: Operation
    purpose: str | None = None


@dataclass(frozen=True)
class Permissions:
    """The whole table.

    Attributes
    ----------
    operations : mapping of name to Operation
    pages : mapping of name to PagePermission
    open_paths : frozenset of str
        Answered to anybody although they are outside the OpenAPI document.
    """

    operations: Mapping[str, Operation]
    pages: Mapping[str, PagePermission]
    open_paths: frozenset[str]

    @property
    def token_scopes(self) -> frozenset[str]:
        """Scopes that an API token can have."""
        return frozenset(one.scope for one in self.operations.values() if not one.is_session_only)

    def counting_for(self, name: str) -> tuple[str, Operation | None]:
        """The operation whose purposes and rules count for a route, and its line; a page's is what it shows."""
        page = self.pages.get(name)
        return (name, self.operations.get(name)) if page is None else (page.shows, page.operation)

    def is_open(self, method: str, path: str) -> bool:
        """Whether somebody who has not signed in may ask; open operations have no parameter in their path."""
        name = f"{method} {path}"
        _, operation = self.counting_for(name)
        return name in self.open_paths or (operation is not None and operation.extents[SIGNED_OUT] == "allowed")


@cache
def permissions() -> Permissions:
    """The table that ships with the service.

    Examples
    --------
    >>> permissions().operations["GET /api/v1/applicants/{applicant_id}/recommendations"].extents["coordinator"]
    'never'
    >>> permissions().is_open("GET", "/api/v1/health"), permissions().is_open("GET", "/api/v1/applicants")
    (True, False)
    """
    return read_permissions(Path(__file__).with_name("permissions.toml").read_text(encoding="utf-8"))


def read_permissions(text: str) -> Permissions:
    """The table that a TOML text writes.

    Raises
    ------
    PermissionTableError
        If a line is not whole, occurs twice, or says what its role cannot have.
    """
    table = tomllib.loads(text)
    columns = ["scope", SIGNED_OUT, *ROLES]
    if table["columns"] != columns:
        raise PermissionTableError(f"columns are {table['columns']}, expected {columns}")
    operations: dict[str, Operation] = {}
    for line in cast("list[list[str]]", table["operations"]):
        operation = _operation(line, columns)
        if operation.name in operations:
            raise PermissionTableError(f"{operation.name} has two lines, expected one")
        operations[operation.name] = operation
    pages = _pages(cast("list[list[str]]", table.get("pages", [])), operations)
    return Permissions(operations, pages, frozenset(table["open_paths"]))


def _pages(lines: Sequence[Sequence[str]], operations: Mapping[str, Operation]) -> Mapping[str, PagePermission]:
    pages: dict[str, PagePermission] = {}
    known = {**operations, OPEN: Operation(OPEN, "reference:read", dict.fromkeys((SIGNED_OUT, *ROLES), "allowed"))}
    for name, *written in lines:
        shown = [one.partition(" for ")[0] for one in written]
        purpose = written[0].partition(" for ")[2] if written else ""
        unknown = [one for one in shown if one not in known]
        if unknown or not shown:
            raise PermissionTableError(f"page {name} shows {(unknown or ['nothing'])[0]}, expected operations above")
        if name in pages or name in operations:
            raise PermissionTableError(f"{name} has two lines, expected one")
        together = _shown_together(name, [known[one] for one in shown])
        pages[name] = PagePermission(shown[0], together, purpose or None)
    return pages


def _shown_together(name: str, shown: Sequence[Operation]) -> Operation:
    """The first operation's line, ``never`` for whoever may not ask for one of the others."""
    first, *others = shown
    extents: dict[str, Extent] = {}
    for role, extent in first.extents.items():
        beside = {one.extents[role] for one in others}
        within = {"never", "allowed", extent, *_WITHIN.get(extent, ())}
        if extent != "never" and "never" not in beside and not beside <= within:
            raise PermissionTableError(
                f"page {name}: {role} has {extent} first, expected the narrowest operation first"
            )
        extents[role] = "never" if "never" in beside else extent
    if extents[SIGNED_OUT] == "allowed" and "{" in name:
        raise PermissionTableError(f"page {name} is open, expected a path without a parameter")
    scope = SESSION_ONLY if any(one.is_session_only for one in shown) else first.scope
    return Operation(name, scope, extents)


def _operation(line: Sequence[str], columns: Sequence[str]) -> Operation:
    name = line[0]
    if len(line) != 1 + len(columns):
        raise PermissionTableError(f"{name} has {len(line) - 1} cells, expected {len(columns)}")
    extents = dict(zip(columns[1:], line[2:], strict=True))
    for role, extent in extents.items():
        if extent not in _EXTENTS:
            raise PermissionTableError(f"{name}: {role} has {extent}, expected one of {', '.join(_EXTENTS)}")
        if role not in _ONLY_FOR.get(extent, (role,)):
            raise PermissionTableError(f"{name}: {extent} is for {', '.join(_ONLY_FOR[extent])}, not for {role}")
    if "pseudonymised" in extents.values() and name not in _PSEUDONYMISED:
        raise PermissionTableError(f"{name} has no pseudonymised form")
    if extents[SIGNED_OUT] not in ("allowed", "never") or (extents[SIGNED_OUT] == "allowed" and "{" in name):
        raise PermissionTableError(f"{name}: signed_out is allowed or never, and never where the path has a parameter")
    return Operation(name, line[1], cast("Mapping[str, Extent]", extents))
