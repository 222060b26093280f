"""Rows of accounts as the interface shows them: field by field, so that a secret that is added stays hidden."""

from __future__ import annotations

from sqlmodel import Session

from api.accounts.schemas import AccountAnswer, ConsentAnswer, InvitationAnswer, Me, TokenAnswer, TokenShown
from api.accounts.second_factor import recovery_codes_left
from api.accounts.tables import AccountRow, ApiTokenRow, MunicipalityConsentRow

__all__ = ["account_answer", "consent_answer", "invitation_answer", "me_answer", "token_answer", "token_shown"]

_SHOWN = {
    "sign_in_name",
    "display_name",
    "role",
    "state",
    "municipality_code",
    "prefecture_code",
    "applicant_id",
    "issuer",
    "created_at",
    "disabled_at",
}


def account_answer(row: AccountRow) -> AccountAnswer:
    """An account as an administrator sees it."""
    return AccountAnswer.model_validate(_shown(row))


def invitation_answer(row: AccountRow, token: str) -> InvitationAnswer:
    """An invited account with its link."""
    return InvitationAnswer.model_validate({**_shown(row), "token": token})


def me_answer(session: Session, row: AccountRow) -> Me:
    """The account that is signed in."""
    return Me.model_validate({**_shown(row), "recovery_codes_left": recovery_codes_left(session, row)})


def token_answer(row: ApiTokenRow) -> TokenAnswer:
    """A token without its secret."""
    return TokenAnswer.model_validate(_told(row))


def token_shown(row: ApiTokenRow, token: str) -> TokenShown:
    """A new token, the only time it is shown."""
    return TokenShown.model_validate({**_told(row), "token": token})


def consent_answer(row: MunicipalityConsentRow) -> ConsentAnswer:
    """One recorded consent."""
    return ConsentAnswer.model_validate(row.model_dump(exclude={"id"}))


def _shown(row: AccountRow) -> dict[str, object]:
    return {"account_id": row.id, "second_factor": row.totp_secret is not None, **row.model_dump(include=_SHOWN)}


def _told(row: ApiTokenRow) -> dict[str, object]:
    return {"token_id": row.id, **row.model_dump(include={"label", "scopes", "created_at", "expires_at"})}
