"""My postings: state, deadline, seats and how many people wait, the ones that close first before the others."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Query, Request
from starlette.responses import Response

from api.accounts.access import Reached
from api.http.dependencies import Reading
from api.pages.list_pages import last_page
from api.pages.selection.addresses import address
from api.pages.selection.posting_lines import posting_lines
from api.pages.shell import Crumb, Shell, page_router, redirect
from api.routes import postings as api_postings
from api.settings import Settings
from features.taxonomy.vocabulary import PostingState

__all__ = ["router"]

router = page_router()

_LIMIT: Final = 50


@router.get("/postings")
def my_postings(
    *,
    request: Request,
    shell: Shell,
    session: Reading,
    reach: Reached,
    state: PostingState | None = None,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """The postings within reach."""
    settings: Settings = request.app.state.settings
    found = api_postings.postings(request=request, session=session, state=state, limit=_LIMIT, offset=offset)
    last = last_page(offset, total=found.total, limit=_LIMIT)
    if last is not None:
        return redirect(address("postings", state=state, offset=last))
    lines = posting_lines(session, found.postings, reach, on=settings.day())
    before, after = max(offset - _LIMIT, 0), offset + _LIMIT
    return shell.page(
        "my_postings.html.j2",
        crumbs=[Crumb(shell.words("postings.nav"))],
        lines=lines,
        state=state,
        total=found.total,
        first=offset + 1,
        last=offset + len(lines),
        earlier=address("postings", state=state, offset=before) if offset else None,
        later=address("postings", state=state, offset=after) if after < found.total else None,
        n_stale=len(found.stale),
    )
