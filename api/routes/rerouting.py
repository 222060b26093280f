"""``/consents/rerouting``: applicants' consents to be shown to other municipalities than those they applied to."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import Request

from api.accounts.access import CallerOf, Reached
from api.accounts.caller import Caller
from api.accounts.reach import Reach
from api.audit.entry import Use, subject
from api.audit.vocabulary import Action
from api.http.dependencies import Audit, Id, Limit, Offset, Reading, Writing, api_router
from api.http.now import Now
from api.http.problems import problem_responses
from api.rerouting.answers import rerouting_answer
from api.rerouting.consents import GivenConsent, Giver, consent_page, record_rerouting, withdraw_rerouting
from api.rerouting.schemas import ReroutingConsentAnswer, ReroutingConsentPage, ReroutingConsentRequest
from api.rerouting.tables import ReroutingConsentRow
from api.settings import Settings
from features.records import Identifier

__all__ = ["router"]

router = api_router("/consents/rerouting")


@router.get("", summary="他の自治体への紹介についての応募者の同意", responses=problem_responses(401, 403))
def consents(
    session: Reading,
    audit: Audit,
    applicant_id: Identifier | None = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> ReroutingConsentPage:
    """Consents within reach, newest first; withdrawn ones and those that have run out stay."""
    rows, total = consent_page(session, applicant_id=applicant_id, limit=limit, offset=offset)
    audit.note(_use("read", rows))
    shown = [rerouting_answer(session, row) for row in rows]
    return ReroutingConsentPage(consents=shown, total=total, limit=limit, offset=offset)


@router.post("", status_code=201, summary="同意の記録", responses=problem_responses(400, 401, 403, 404, 413))
def add_consent(
    *,
    request: Request,
    sent: ReroutingConsentRequest,
    session: Writing,
    reach: Reached,
    caller: CallerOf,
    audit: Audit,
    now: Now,
) -> ReroutingConsentAnswer:
    """Record the applicant's consent: by the applicant, or by the municipality that entered the record from paper."""
    settings: Settings = request.app.state.settings
    given = GivenConsent(sent.applicant_id, sent.targets(), sent.until, sent.document)
    row = record_rerouting(session, given, _giver(caller, reach), today=settings.day(), now=now)
    audit.note(_use("decided", [row]))
    return rerouting_answer(session, row)


@router.delete("/{consent_id}", status_code=204, summary="同意の取消し", responses=problem_responses(401, 403, 404))
def remove_consent(
    *, consent_id: Id, session: Writing, reach: Reached, caller: CallerOf, audit: Audit, now: Now
) -> None:
    """Withdraw it, at any time and without a reason; the record of both stays."""
    row = withdraw_rerouting(session, consent_id, _giver(caller, reach), now=now)
    audit.note(_use("decided", [row]))


def _giver(caller: Caller, reach: Reach) -> Giver:
    return Giver(caller.account_id, reach.applicant_id, reach.municipalities or frozenset())


def _use(action: Action, rows: Iterable[ReroutingConsentRow]) -> Use:
    every = list(rows)
    people = dict.fromkeys(row.applicant_id for row in every)
    on = (subject("applicant", people), subject("consent", (row.id for row in every)))
    return Use(action=action, purpose="rerouting", on=on)
