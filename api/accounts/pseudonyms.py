"""What a researcher sees of people: pseudonyms for ids, and a written list of facts that hold no words of a person.

A pseudonym is an HMAC of the id with a key of that researcher's account: the same person keeps one pseudonym for one
researcher, and two researchers cannot join what they hold. Whoever knows an id cannot compute its pseudonym.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import Engine

from api.accounts.tables import PseudonymKeyRow
from api.storage.database import reading, writing

__all__ = ["pseudonym_key", "pseudonymised"]

# what is kept; a field that is added to a record stays hidden until somebody writes it here
_APPLICANT: Final = ("programs", "months_served")
_PROFILE: Final = (
    "subtypes",
    "days_per_month",
    "hours_per_month",
    "onsite_days_per_month",
    "term_months",
    "languages",
    "desired_activities",
)
_APPLICATION: Final = ("wish_rank", "status")
_DECISION: Final = ("number", "state", "status", "from_state", "override", "flags")
_IN_LIST: Final = ("order", "placed_by", "rank", "n_listed", "score", "verdict", "unmet", "n_ahead")
_OUTCOME: Final = ("months", "state", "exit_code", "counts")  # days would name the person
_Json = dict[str, Any]


def pseudonym_key(engine: Engine, account_id: str) -> str:
    """The key of one researcher's pseudonyms, made at the first use."""
    with reading(engine) as session:
        row = session.get(PseudonymKeyRow, account_id)
        if row is not None:
            return row.key
    with writing(engine) as session:
        row = session.merge(PseudonymKeyRow(account_id=account_id, key=secrets.token_hex(32)))
        return row.key


def pseudonymised(body: Mapping[str, Any], key: str) -> _Json:
    """A page of applicants or applications in its pseudonymised form, in the order of the pseudonyms.

    Examples
    --------
    >>> page = {"applicants": [{"applicant_id": "a1", "programs": ["kyoryokutai"], "consent": {}}], "total": 1}
    >>> pseudonymised(page, "k")
    {'applicants': [{'applicant_id': 'r-ca53c66db9a8d8e8ac41', 'programs': ['kyoryokutai']}], 'total': 1}
    """
    told = {name: value for name, value in body.items() if name in ("total", "limit", "offset")}
    for name, line_of in _LINES.items():
        if name in body:
            lines = [line_of(line, key) for line in body[name]]
            return {name: sorted(lines, key=lambda line: next(iter(line.values())))} | told
    return told


def _applicant(line: _Json, key: str) -> _Json:
    profile = _kept(line.get("selection_profile") or {}, _PROFILE)
    found = {"applicant_id": _pseudonym("applicant", line["applicant_id"], key), **_kept(line, _APPLICANT)}
    return found | ({"selection_profile": profile} if profile else {})


def _application(line: _Json, key: str) -> _Json:
    return {
        "application_id": _pseudonym("application", line["application_id"], key),
        "applicant_id": _pseudonym("applicant", line["applicant_id"], key),
        # a call is public, and often has one applicant: its id would name the person to whoever knows the place
        "posting_id": _pseudonym("posting", line["posting_id"], key),
        **_kept(line, _APPLICATION),
    }


def _decision(line: _Json, key: str) -> _Json:
    listed = line["in_list"]
    return {
        "decision_id": _pseudonym("decision", line["decision_id"], key),
        "application_id": _pseudonym("application", line["application_id"], key),
        **_kept(line, _DECISION),
        "in_list": None if listed is None else _kept(listed, _IN_LIST),
    }


def _outcome(line: _Json, key: str) -> _Json:
    return {
        "outcome_id": _pseudonym("outcome", line["outcome_id"], key),
        "application_id": _pseudonym("application", line["application_id"], key),
        **_kept(line, _OUTCOME),
    }


_LINES: Final[Mapping[str, Callable[[_Json, str], _Json]]] = {
    "applicants": _applicant,
    "applications": _application,
    "decisions": _decision,
    "outcomes": _outcome,
}


def _kept(line: _Json, names: tuple[str, ...]) -> _Json:
    return {name: line[name] for name in names if name in line}


def _pseudonym(kind: str, an_id: str, key: str) -> str:
    return "r-" + hmac.new(key.encode(), f"{kind} {an_id}".encode(), hashlib.sha256).hexdigest()[:20]
