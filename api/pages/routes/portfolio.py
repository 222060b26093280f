"""A supporter's municipalities: where seats are open, where many apply for few, which calls have gone stale."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from api.accounts.access import Reached
from api.accounts.caller import Caller
from api.http.dependencies import Reading
from api.pages.oversight.area_map import area_map
from api.pages.oversight.portfolio import portfolio, town_points
from api.pages.oversight.reached_postings import reached_postings
from api.pages.selection.posting_lines import posting_lines
from api.pages.shell import Crumb, Shell, page_router
from api.routes import consents as api_consents
from api.settings import JAPAN, Settings
from features.municipalities import prefecture_names

__all__ = ["router"]

router = page_router()


@router.get("/portfolio")
def of_prefecture(request: Request, shell: Shell, session: Reading, reach: Reached) -> Response:
    """The municipalities within reach, on the map and in a table, and their calls."""
    settings: Settings = request.app.state.settings
    lines = posting_lines(session, reached_postings(request, session), reach, on=settings.day())
    told = api_consents.consents(session, reach).consents
    consents = [one for one in told if one.withdrawn_at is None]
    prefecture = _prefecture_of(shell.caller)
    found = portfolio([one.municipality_code for one in consents], lines, prefecture=prefecture)
    title = shell.words("portfolio.map")
    return shell.page(
        "oversight/portfolio.html.j2",
        crumbs=[Crumb(shell.words("portfolio.nav"))],
        found=found,
        consents={one.municipality_code: (one.given_at.astimezone(JAPAN).date(), one.document) for one in consents},
        prefecture=None if prefecture is None else prefecture_names()[prefecture],
        area=area_map(town_points(found, shell.words), prefecture=prefecture, title=title),
        shows_candidates=shell.may_open("/postings/{posting_id}/candidates"),
    )


def _prefecture_of(caller: Caller | None) -> str | None:
    if caller is None:
        return None
    return caller.prefecture_code or (caller.municipality_code or "")[:2] or None
