"""What stands in the navigation of every page: whoever may open a page finds it there, by the table of permissions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from api.accounts.caller import Caller
from api.accounts.permissions import permissions
from api.accounts.roles import SIGNED_OUT

__all__ = ["NAVIGATION", "NavEntry", "may_open", "navigation_for"]


@dataclass(frozen=True)
class NavEntry:
    """One page of the navigation.

    Attributes
    ----------
    path : str
        Without parameters.
    area : str
        Its words are ``<area>.nav`` and, on the start page, ``<area>.about``.
    roles : frozenset of str
        Whose daily work it is, where more may open it than need it; everybody's where empty.
    """

    path: str
    area: str
    roles: frozenset[str] = frozenset()


# in the order of the day; a page is added here once it is served
NAVIGATION: Final = (
    NavEntry("/postings", "postings"),
    NavEntry("/follow-up", "follow_up"),
    NavEntry("/portfolio", "portfolio", frozenset({"supporter"})),
    NavEntry("/runs", "runs"),
    NavEntry("/research", "research", frozenset({"researcher"})),
    NavEntry("/region-check", "region_check"),
    NavEntry("/ai-notice", "ai_notice"),
    NavEntry("/papers", "papers"),
    NavEntry("/imports", "imports"),
    NavEntry("/audit", "audit"),
    NavEntry("/accounts", "accounts"),
    NavEntry("/consents", "consents", frozenset({"coordinator", "auditor", "administrator"})),
    NavEntry("/modes", "modes", frozenset({"auditor", "administrator"})),
    NavEntry("/retention", "retention"),
    NavEntry("/service", "service"),
    NavEntry("/conflicts", "conflicts"),
    NavEntry("/rights", "rights", frozenset({"coordinator"})),
    NavEntry("/places", "places"),
    NavEntry("/calls", "calls"),
    NavEntry("/my-applications", "own_applications"),
    NavEntry("/profile", "profile"),
    NavEntry("/my-data", "own_data"),
    NavEntry("/account", "account"),
)


def may_open(path: str, caller: Caller | None, *, is_local: bool) -> bool:
    """Whether the table lets somebody open a page.

    Parameters
    ----------
    path : str
        Route template of a page that is read (GET).
    caller : Caller, optional
    is_local : bool
        Nobody signs in on this PC, so every page is open but those of accounts.
    """
    page = permissions().pages.get(f"GET {path}")
    if page is None:
        return False
    if caller is None and is_local and not page.operation.is_session_only:
        return True
    return page.operation.extents[SIGNED_OUT if caller is None else caller.role] != "never"


def navigation_for(caller: Caller | None, *, is_local: bool) -> Iterator[NavEntry]:
    """The entries that somebody may open."""
    return (
        entry
        for entry in NAVIGATION
        if may_open(entry.path, caller, is_local=is_local)
        and (caller is None or not entry.roles or caller.role in entry.roles)
    )
