"""All pages of the service."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI

from api.http.serving import serve
from api.pages.error_pages import draw_errors
from api.pages.routes import (
    account,
    accounts,
    ai_notice,
    application,
    audit,
    calls,
    candidates,
    comparison,
    conflicts,
    consents,
    corrections,
    follow_up,
    imports,
    modes,
    my_postings,
    organisation,
    own_applications,
    own_data,
    papers,
    password,
    places,
    portfolio,
    posting_editor,
    posting_states,
    profile,
    region_check,
    research,
    research_runs,
    retention,
    rights,
    rounds,
    saved_calls,
    second_factor,
    service_state,
    sign_in,
    start,
    weighing,
    what_ifs,
)
from api.pages.static_files import STATIC_ROUTES

__all__ = ["add_pages"]

_PAGES: Final = (
    start,
    sign_in,
    organisation,
    password,
    account,
    second_factor,
    region_check,
    ai_notice,
    imports,
    posting_editor,
    posting_states,
    papers,
    audit,
    my_postings,
    candidates,
    comparison,
    weighing,
    application,
    follow_up,
    conflicts,
    rights,
    corrections,
    portfolio,
    profile,
    places,
    saved_calls,
    calls,
    own_applications,
    own_data,
    rounds,
    what_ifs,
    accounts,
    consents,
    modes,
    retention,
    service_state,
    research,
    research_runs,
)


def add_pages(app: FastAPI) -> None:
    """Let ``app`` serve the pages; to be called once its errors have their answers."""
    for page in _PAGES:
        serve(app, page.router)
    app.router.routes.extend(STATIC_ROUTES)
    draw_errors(app)
