"""Errors of sign-in and permissions; :mod:`api.http.problems` answers them as it answers every other.

::

    ApiError
    ├── SignInNeededError      401  nobody is signed in, or the session or token has ended
    ├── SignInFailedError      401  name, password or code is not right — never which of them
    ├── ForbiddenError         403  the role, the token or the record does not allow it
    │   ├── PurposeError       403  the role does not have that purpose with this operation
    │   └── NobodyAppliedError 403  an order of reading of a call that nobody has applied to
    ├── UnknownPurposeError    422  a purpose that is none of the list, or where there is none to state
    ├── CrossSiteError         403  a write that another site's page may have caused
    ├── TooManyAttemptsError   429  too many attempts for this name or from this address
    ├── LinkError              422  a link that is unknown, used or expired
    ├── PasswordError          422  a password that is too easy to guess
    ├── CodeError              422  a code of the second factor that is not right
    └── OrganisationError      422  the organisation's answer cannot be trusted, or names nobody who was invited

    AccountError (FeatureError: also printed by the command line)  an account cannot be made or changed this way
    PermissionTableError (FeatureError)                            the written table has a gap or a fault
    PurposeTableError (FeatureError)                               the same of the table of purposes
"""

from __future__ import annotations

from collections.abc import Sequence

from api.http.errors import ApiError
from features.errors import FeatureError

__all__ = [
    "AccountError",
    "CodeError",
    "CrossSiteError",
    "ForbiddenError",
    "LinkError",
    "NobodyAppliedError",
    "OrganisationError",
    "PasswordError",
    "PermissionTableError",
    "PurposeError",
    "PurposeTableError",
    "SignInFailedError",
    "SignInNeededError",
    "TooManyAttemptsError",
    "UnknownPurposeError",
]


class SignInNeededError(ApiError):
    """Nobody is signed in, or the session or token has ended."""

    status, kind, title = 401, "sign-in-needed", "サインインが必要です"

    def __init__(self) -> None:
        super().__init__("sign in at POST /api/v1/session, or send an API token as Authorization: Bearer")
        self.headers = {"WWW-Authenticate": 'Bearer realm="enmusubi"'}


class SignInFailedError(ApiError):
    """Name, password or code is not right; the answer is the same for every reason and for names nobody has.

    ``account_id``, for the audit log alone, is the account whose name was tried.
    """

    status, kind, title = 401, "sign-in-failed", "サインインできませんでした"

    def __init__(self, account_id: str | None = None) -> None:
        super().__init__("name, password or code is not right")
        self.account_id = account_id
        self.headers = {"WWW-Authenticate": 'Bearer realm="enmusubi"'}


class ForbiddenError(ApiError):
    """The role, the token or the record does not allow it."""

    status, kind, title = 403, "forbidden", "この操作は許可されていません"


class PurposeError(ForbiddenError):
    """The role does not have that purpose with this operation."""

    kind, title = "purpose", "この目的では利用できません"

    def __init__(self, name: str, role: str, stated: str, allowed: Sequence[str]) -> None:
        may = ", ".join(allowed)
        super().__init__(f"{name} is not for the purpose {stated} in the role {role}; it is for {may}")


class NobodyAppliedError(ForbiddenError):
    """Without applications the order of reading is over everybody, and everybody is nobody's to see."""

    def __init__(self, posting_id: str) -> None:
        super().__init__(f"nobody has applied to posting {posting_id} yet")


class UnknownPurposeError(ApiError):
    """A purpose that is none of the list, or where there is none to state."""

    status, kind, title = 422, "unknown-purpose", "目的の言葉が一覧にありません"

    def __init__(self, fault: str) -> None:
        super().__init__(f"header.Enmusubi-Purpose: {fault}", faults={"header.Enmusubi-Purpose": fault})


class CrossSiteError(ApiError):
    """A write that another site's page may have caused."""

    status, kind, title = 403, "cross-site", "別のサイトからの操作は受け付けません"

    def __init__(self) -> None:
        super().__init__("a change by cookie needs Sec-Fetch-Site: same-origin or this service's own Origin")


class TooManyAttemptsError(ApiError):
    """Too many attempts for this name or from this address; ``account_id`` as with :class:`SignInFailedError`."""

    status, kind, title = 429, "too-many-attempts", "しばらく待ってからお試しください"

    def __init__(self, wait_seconds: int, account_id: str | None = None) -> None:
        super().__init__(f"too many attempts for this name or from this address; try again in {wait_seconds} seconds")
        self.headers = {"Retry-After": str(wait_seconds)}
        self.account_id = account_id


class LinkError(ApiError):
    """A link that is unknown, used or expired."""

    status, kind, title = 422, "link", "このリンクは使えません"

    def __init__(self) -> None:
        super().__init__("the link is unknown, used or expired; ask the administrator for a new one")


class PasswordError(ApiError):
    """A password that is too easy to guess."""

    status, kind, title = 422, "password", "このパスワードは使えません"

    def __init__(self, reason: str) -> None:
        super().__init__(f"the password {reason}", faults={"body.password": reason})


class CodeError(ApiError):
    """A code of the second factor that is not right."""

    status, kind, title = 422, "code", "確認コードが違います"

    def __init__(self, reason: str = "is not right, expected the six digits that the app shows now") -> None:
        super().__init__(f"the code {reason}", faults={"body.code": reason})


class OrganisationError(ApiError):
    """The organisation's answer cannot be trusted, or names nobody who was invited."""

    status, kind, title = 422, "organisation", "組織のサインインを完了できませんでした"


class AccountError(FeatureError):
    """An account cannot be made or changed this way."""


class PermissionTableError(FeatureError):
    """The written table of permissions has a gap or a fault."""


class PurposeTableError(FeatureError):
    """The written table of purposes has a gap or a fault, or a use of people's records is not in it."""
