"""Shapes of requests and answers about accounts; a password, a code or a token never comes back in an error."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

from pydantic import BaseModel, Field, SecretStr

from api.accounts.api_tokens import LONGEST_DAYS
from api.accounts.password_rules import LONGEST
from api.http.schemas import Page
from features.records import MunicipalityCode, Record

__all__ = [
    "AccountAnswer",
    "AccountPage",
    "Code",
    "ConsentAnswer",
    "ConsentList",
    "ConsentRequest",
    "InvitationAnswer",
    "LinkAnswer",
    "LinkRequest",
    "Me",
    "NewPassword",
    "NewToken",
    "OrganisationAddress",
    "OrganisationStart",
    "PasswordByLink",
    "PasswordProof",
    "RecoveryCodes",
    "SecondFactorStart",
    "SignIn",
    "TokenAnswer",
    "TokenList",
    "TokenShown",
]

_Password: TypeAlias = Annotated[SecretStr, Field(min_length=1, max_length=LONGEST)]
_Code: TypeAlias = Annotated[SecretStr, Field(min_length=6, max_length=40)]
_Scope: TypeAlias = Annotated[str, Field(max_length=40, pattern="^[a-z]+:[a-z]+$")]  # its name may stand in an error
_Token: TypeAlias = Annotated[SecretStr, Field(min_length=1, max_length=100)]


class SignIn(Record):
    """Name and password, and a code where a second factor is set up."""

    sign_in_name: Annotated[str, Field(min_length=1, max_length=200)]
    password: _Password
    code: _Code | None = Field(None, description="Six digits of the app, or a recovery code.")


class PasswordByLink(Record):
    """A new password for the account an invitation or a reset link opens."""

    token: _Token
    password: _Password


class PasswordProof(Record):
    """The password again, and a code where a second factor is set up."""

    password: _Password
    code: _Code | None = None


class NewPassword(PasswordProof):
    """The present password and the next one."""

    new_password: _Password


class Code(Record):
    """Six digits that the app shows now."""

    code: _Code


class SecondFactorStart(BaseModel):
    """What the app reads, shown once; it counts after a code has confirmed it."""

    address: str = Field(description="otpauth://…, as text or as a picture for the app.")


class RecoveryCodes(BaseModel):
    """Codes for a lost telephone, each good once; shown once."""

    recovery_codes: list[str]


class AccountAnswer(BaseModel):
    """An account as an administrator sees it: no secret, nor anything a secret could be guessed from."""

    account_id: str
    sign_in_name: str
    display_name: str
    role: str
    state: str = Field(description="invited, active or disabled.")
    municipality_code: str | None
    prefecture_code: str | None
    applicant_id: str | None
    issuer: str | None
    second_factor: bool
    created_at: datetime
    disabled_at: datetime | None


class Me(AccountAnswer):
    """The account that is signed in."""

    recovery_codes_left: int


class AccountPage(Page):
    """Some of the accounts, by sign-in name."""

    accounts: list[AccountAnswer]


class InvitationAnswer(AccountAnswer):
    """An invited account and its link, which is shown once."""

    token: str = Field(description="Hand it to the person: POST /api/v1/password with it, within the time.")


class LinkRequest(Record):
    """Whether the second factor goes too, because the telephone is lost."""

    without_second_factor: bool = False


class LinkAnswer(BaseModel):
    """A link that is shown once."""

    token: str


class NewToken(Record):
    """What a token is for, what it may do, and for how long."""

    label: Annotated[str, Field(min_length=1, max_length=100)]
    scopes: Annotated[tuple[_Scope, ...], Field(min_length=1, max_length=40)]
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] = 90


class TokenAnswer(BaseModel):
    """A token without its secret."""

    token_id: str
    label: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime


class TokenShown(TokenAnswer):
    """A new token, shown once."""

    token: str


class TokenList(BaseModel):
    """The tokens of one account, oldest first."""

    tokens: list[TokenAnswer]


class ConsentRequest(Record):
    """That a municipality consents, and the document that says so."""

    municipality_code: MunicipalityCode
    document: Annotated[str, Field(min_length=1, max_length=200, description="Number and date of the document.")]


class ConsentAnswer(BaseModel):
    """One recorded consent."""

    municipality_code: str
    document: str
    given_at: datetime
    given_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None


class ConsentList(BaseModel):
    """Consents by municipality and time, withdrawn ones too."""

    consents: list[ConsentAnswer]


class OrganisationStart(Record):
    """At which organisation to sign in, and the invitation the first time."""

    issuer: Annotated[str, Field(min_length=1, max_length=300)]
    invitation: _Token | None = None


class OrganisationAddress(BaseModel):
    """Where the browser goes next."""

    address: str
