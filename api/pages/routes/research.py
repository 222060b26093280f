"""What a researcher works with: pseudonymised records to take along, what became of people in numbers, and runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlmodel import Session, col, func, select
from starlette.responses import Response

from api.decisions.tables import DecisionRow
from api.http.dependencies import Audit, Market, Reading
from api.outcomes.tables import OutcomeRow
from api.pages.oversight.crowding import crowding
from api.pages.shell import Crumb, Shell, page_router
from api.routes import outcomes as api_outcomes
from api.storage.tables import ApplicantRow, ApplicationRow

__all__ = ["router"]

router = page_router()
_AT_ONCE: Final = 1000  # what the API gives in one answer
_KINDS: Final[Mapping[str, type[ApplicantRow | ApplicationRow | DecisionRow | OutcomeRow]]] = {
    "applicants": ApplicantRow,
    "applications": ApplicationRow,
    "decisions": DecisionRow,
    "outcomes": OutcomeRow,
}


@router.get("/research")
def research(shell: Shell, market: Market, session: Reading, audit: Audit) -> Response:
    """Files to take along, and pictures of what became of people and of who is applied to; small numbers are withheld.

    The measures are the API's; how applications fall on calls is counted here, and tells of no person.
    """
    found = api_outcomes.summary(session=session, audit=audit)  # numbers alone; the files are pseudonymised by the API
    return shell.page(
        "oversight/research.html.j2",
        crumbs=[Crumb(shell.words("research.nav"))],
        found=found.model_dump(mode="json"),
        by_score=api_outcomes.by_score(market, session),
        crowding=crowding(market.on(None)),
        files={kind: _files(session, kind) for kind in _KINDS},
        at_once=_AT_ONCE,
    )


def _files(session: Session, kind: str) -> Sequence[tuple[int, int, str]]:
    """First and last line of each answer of the API, and its address; how many there are is no secret."""
    total = session.exec(select(func.count(col(_KINDS[kind].id)))).one()
    return [
        (first + 1, min(first + _AT_ONCE, total), f"/api/v1/{kind}?limit={_AT_ONCE}&offset={first}")
        for first in range(0, total, _AT_ONCE)
    ]
