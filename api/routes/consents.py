"""``/consents``: which municipalities let their prefecture's supporters see their postings and who applied."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from api.accounts.access import CallerOf, Reached
from api.accounts.answers import consent_answer
from api.accounts.audit_uses import account_use
from api.accounts.consents import consents_in, record_consent, withdraw_consent
from api.accounts.errors import ForbiddenError
from api.accounts.reach import Reach
from api.accounts.schemas import ConsentAnswer, ConsentList, ConsentRequest
from api.http.dependencies import Audit, Reading, Writing, api_router
from api.http.now import Now
from api.http.problems import problem_responses
from features.records import MunicipalityCode

__all__ = ["router"]

router = api_router("/consents")


@router.get("", summary="都道府県の支援者への開示に同意した市町村", responses=problem_responses(401, 403))
def consents(session: Reading, reach: Reached) -> ConsentList:
    """Every consent within reach, withdrawn ones too."""
    return ConsentList(consents=[consent_answer(row) for row in consents_in(session, reach.municipalities)])


@router.post("", status_code=201, summary="同意の記録", responses=problem_responses(400, 401, 403, 413))
def add_consent(
    *, sent: ConsentRequest, session: Writing, reach: Reached, caller: CallerOf, audit: Audit, now: Now
) -> ConsentAnswer:
    """Record a municipality's consent, with the document that says so."""
    _verify_within(reach, sent.municipality_code)
    row = record_consent(session, sent.municipality_code, document=sent.document, by=caller.account_id, now=now)
    audit.note(account_use("decided", [caller.account_id]))
    return consent_answer(row)


@router.delete(
    "/{municipality_code}", status_code=204, summary="同意の取消し", responses=problem_responses(401, 403, 404)
)
def remove_consent(
    *,
    municipality_code: Annotated[MunicipalityCode, Path(description="5 digits.")],
    session: Writing,
    reach: Reached,
    caller: CallerOf,
    audit: Audit,
    now: Now,
) -> None:
    """Withdraw it; the record of both stays."""
    _verify_within(reach, municipality_code)
    withdraw_consent(session, municipality_code, by=caller.account_id, now=now)
    audit.note(account_use("decided", [caller.account_id]))


def _verify_within(reach: Reach, municipality_code: str) -> None:
    if reach.municipalities is not None and municipality_code not in reach.municipalities:
        raise ForbiddenError(f"municipality {municipality_code} is not this account's")
