"""Who is invited, from the form: a role, and the place or the record that belongs to it, by its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import Field
from sqlmodel import Session, col, func, select

from api.accounts.account_records import NewAccount
from api.accounts.roles import Role
from api.accounts.sign_in_names import normal_name
from api.accounts.tables import AccountRow
from api.idempotency.keys import AskedOnce
from api.idempotency.tables import KeptAnswerRow
from api.pages.errors import Fault, FormError
from api.pages.forms import FormModel
from api.pages.place_search import meant_by
from features.records import Identifier

__all__ = ["InvitationForm", "invitation_of", "invited_before", "verify_may_leave", "verify_name_free"]

_Prefecture = Annotated[str, Field(pattern=r"^(0[1-9]|[1-3][0-9]|4[0-7])$")]
_BELONGS: Final[Mapping[str, str]] = {
    "coordinator": "place",
    "supporter": "prefecture_code",
    "applicant": "applicant_id",
}


class InvitationForm(FormModel):
    """What is typed; of the three that belong to a role, only that of the chosen one counts."""

    sign_in_name: Annotated[str, Field(min_length=1, max_length=200)]
    display_name: Annotated[str, Field(min_length=1, max_length=200)]
    role: Role
    place: Annotated[str, Field(max_length=200)] | None = None
    prefecture_code: _Prefecture | None = None
    applicant_id: Identifier | None = None
    issuer: Annotated[str, Field(min_length=1, max_length=300)] | None = None


def invitation_of(sent: InvitationForm) -> NewAccount:
    """The account to invite.

    Raises
    ------
    FormError
        If what belongs to the role is missing, or names no municipality.
    """
    name = _BELONGS.get(sent.role)
    if name is not None and getattr(sent, name) is None:
        raise FormError([Fault(name, ("fault.missing",))])
    code = None
    if sent.role == "coordinator":
        meant = meant_by("place", sent.place or "")
        if meant.fault is not None or meant.place is None:
            raise FormError([meant.fault or Fault("place", ("fault.place_unknown",))])
        code = meant.place.code
    return NewAccount(
        sign_in_name=sent.sign_in_name,
        display_name=sent.display_name,
        role=sent.role,
        municipality_code=code,
        prefecture_code=sent.prefecture_code if sent.role == "supporter" else None,
        applicant_id=sent.applicant_id if sent.role == "applicant" else None,
        issuer=sent.issuer,
    )


def verify_name_free(session: Session, name: str) -> None:
    """Refuse a sign-in name that somebody has, beside its field.

    Raises
    ------
    FormError
        If it is taken, or nothing is left of it without spaces.
    """
    if not normal_name(name):
        raise FormError([Fault("sign_in_name", ("fault.missing",))])
    taken = select(AccountRow.id).where(AccountRow.sign_in_name == normal_name(name))
    if session.exec(taken).first() is not None:
        raise FormError([Fault("sign_in_name", ("fault.name_taken",))])


def invited_before(session: Session, earlier: KeptAnswerRow, asked: AskedOnce) -> AccountRow | None:
    """Whom the same form has invited already, as long as that person has not used the link."""
    if earlier.request_digest != asked.request_digest:
        return None
    row = session.get(AccountRow, earlier.headers["location"].rpartition("/")[2])
    return row if row is not None and row.state == "invited" else None


def verify_may_leave(session: Session, account_id: str) -> None:
    """Refuse to disable the only administrator, in words; the API refuses it too.

    Raises
    ------
    FormError
        If nobody would be left to administer.
    """
    others = select(func.count(col(AccountRow.id))).where(
        AccountRow.role == "administrator", AccountRow.state == "active", AccountRow.id != account_id
    )
    if session.exec(others).one() == 0:
        raise FormError([Fault("", ("fault.last_administrator",))])
