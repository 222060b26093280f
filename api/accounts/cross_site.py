"""Writes that another site's page may have caused are refused: by Fetch Metadata, else by Origin.

Chosen over a token in every form because it needs no state, no script and no secret in a page. Every browser since
2023 sends ``Sec-Fetch-Site``; an older one sends ``Origin`` with a write. A cookie counts only with one of the two; a
bearer token needs neither, because no browser adds it by itself.
"""

from __future__ import annotations

from typing import Final

from fastapi import Request

from api.accounts.cookies import own_origin
from api.accounts.errors import CrossSiteError

__all__ = ["verify_same_site"]

_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN: Final = frozenset({"same-origin", "none"})  # none: typed by the person, no page caused it


def verify_same_site(request: Request, *, by_cookie: bool) -> None:
    """Refuse a write from another site's page.

    Parameters
    ----------
    request : Request
    by_cookie : bool
        A session's cookie counts for the request, so silence about where it came from is not enough.

    Raises
    ------
    CrossSiteError
        If it comes from elsewhere, or nobody says where from.
    """
    if request.method in _READS:
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        is_own = site in _OWN
    elif origin is not None:
        is_own = origin == own_origin(request)
    else:
        is_own = not by_cookie
    if not is_own:
        raise CrossSiteError
