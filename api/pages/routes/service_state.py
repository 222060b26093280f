"""How the service is: its database, its worker, its backups and its log, for whoever runs or audits it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final

from fastapi import Depends, Request
from sqlalchemy import Engine
from starlette.responses import Response

from api.accounts.access import Reached
from api.http.dependencies import Audit, Reading
from api.http.now import Now
from api.jobs.queue import job_counts, worker_seen_at
from api.operation.readiness import readiness
from api.pages.shell import Crumb, Shell, page_router
from api.routes import audit as api_audit
from api.routes import health as api_health
from api.settings import Settings
from api.storage.schema_revision import head_revision, schema_revision_on

__all__ = ["router"]

router = page_router()
_STALE_DAYS: Final = 7  # [A] a backup that is older is told as a thing to do


def _checked(request: Request, _reach: Reached) -> Mapping[str, bool]:
    engine: Engine = request.app.state.engine
    return readiness(engine, request.app.state.settings)


@router.get("/service")
def state(
    *,
    request: Request,
    shell: Shell,
    checks: Annotated[Mapping[str, bool], Depends(_checked)],  # before the session: it opens others of its own
    session: Reading,
    audit: Audit,
    now: Now,
) -> Response:
    """What is well, what is not, and what to do."""
    settings: Settings = request.app.state.settings
    saved = api_audit.entries(session=session, audit=audit, action="backed_up", limit=1).entries
    saved_at = None if not saved or saved[0].entry is None else datetime.fromisoformat(saved[0].entry.at)
    return shell.page(
        "oversight/service.html.j2",
        crumbs=[Crumb(shell.words("service.nav"))],
        health=api_health.health(session=session),
        checks=checks,
        revision=schema_revision_on(session.connection()),
        newest=head_revision(),
        jobs=job_counts(session),
        worker_at=None if settings.jobs == "inline" else worker_seen_at(session),
        saved_at=saved_at,
        is_saved_lately=saved_at is not None and (now - saved_at).days <= _STALE_DAYS,
        stale_days=_STALE_DAYS,
    )
