"""What a purpose and the operating modes make of a reach: other towns' applicants, and whose postings are told.

Both are looked up for the few operations that need them, and for nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from sqlalchemy import Engine

from api.accounts.caller import Caller
from api.accounts.reach import Reach, Rerouting
from api.audit.vocabulary import Purpose
from api.modes.decisions import require_mode
from api.rerouting.tables import EVERYWHERE
from api.storage.database import reading

__all__ = ["for_purpose"]

_PEOPLE: Final = {"GET /api/v1/applicants", "GET /api/v1/applicants/{applicant_id}"}
_RECOMMENDATIONS: Final = {
    "GET /api/v1/applicants/{applicant_id}/recommendations",
    "GET /api/v1/documents/suggestion-letter",
}
_PREFECTURE: Final = 2  # digits of a municipality's code that are its prefecture's


def for_purpose(engine: Engine, reach: Reach, caller: Caller, name: str, purpose: Purpose | None, *, on: date) -> Reach:
    """The reach of one request.

    Raises
    ------
    ModeError
        If it needs an operating mode that is off.
    """
    if purpose == "rerouting" and name in _PEOPLE:
        return _rerouting(engine, reach, caller, on)
    if name in _RECOMMENDATIONS:
        with reading(engine) as session:
            return replace(reach, board=require_mode(session, "public_board", on=on))
    return reach


def _rerouting(engine: Engine, reach: Reach, caller: Caller, on: date) -> Reach:
    """In the place of the own applicants, those who let themselves be shown here: one request has one purpose."""
    own = reach.municipalities or frozenset()
    prefectures = {code[:_PREFECTURE] for code in (*own, caller.prefecture_code or "") if code}
    with reading(engine) as session:
        by = require_mode(session, "introduce", on=on)
    named = {*own, *prefectures}
    to = frozenset(named | {EVERYWHERE} if named else named)  # an account of no place is nowhere
    return replace(reach, municipalities=frozenset(), rerouting=Rerouting(to, by, on))
