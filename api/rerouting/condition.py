"""Which applicants a standing consent opens to whoever asks, as a condition of a database query."""

from __future__ import annotations

from sqlalchemy import Select
from sqlalchemy import select as core_select

from api.accounts.reach import Rerouting
from api.accounts.tables import RegistrationRow
from api.rerouting.tables import ReroutingConsentRow, ReroutingTargetRow
from api.storage.tables import Row

__all__ = ["opened_by_consent"]

_CONSENT = Row.metadata.tables[str(ReroutingConsentRow.__tablename__)]
_TARGET = Row.metadata.tables[str(ReroutingTargetRow.__tablename__)]
_REGISTRATION = Row.metadata.tables[str(RegistrationRow.__tablename__)].c


def opened_by_consent(rerouting: Rerouting) -> Select[tuple[str]]:
    """Ids of applicants whose consent stands for whoever asks, and whom somebody may introduce."""
    consenting = (
        core_select(_CONSENT.c.applicant_id)
        .join(_TARGET, _CONSENT.c.id == _TARGET.c.consent_id)
        .where(_TARGET.c.code.in_(sorted(rerouting.to)))
        .where(_CONSENT.c.withdrawn_at.is_(None), _CONSENT.c.until >= rerouting.on)
    )
    if rerouting.by is None:
        return consenting
    entered = core_select(_REGISTRATION.applicant_id).where(_REGISTRATION.municipality_code.in_(sorted(rerouting.by)))
    return consenting.where(_CONSENT.c.applicant_id.in_(entered))
