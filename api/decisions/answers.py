"""Rows of decisions as the interface shows them, and what of them the applicant sees."""

from __future__ import annotations

from typing import cast

from api.audit.vocabulary import Role
from api.decisions.schemas import By, DecisionAnswer, DecisionTaken, InList
from api.decisions.states import State, state_table
from api.decisions.tables import DecisionRow

__all__ = ["decision_answer", "decision_taken", "seen_by"]

_TOLD = {
    "application_id",
    "number",
    "state",
    "from_state",
    "after",
    "corrects",
    "decided_at",
    "reason",
    "flags",
}
_IN_LIST = {"placed_by", "rank", "n_listed", "score", "verdict", "deciding_rule", "unmet", "n_ahead", "provenance"}


def decision_answer(row: DecisionRow) -> DecisionAnswer:
    """A decision as an officer of the municipality sees it."""
    words = state_table().states[cast("State", row.state)]
    listed = {"order": row.list_order, "on": row.listed_on, **row.model_dump(include=_IN_LIST)}
    return DecisionAnswer.model_validate(
        {
            "decision_id": row.id,
            "label": words.label,
            "status": words.status,
            "by": {"account_id": row.account_id, "role": row.role},
            "override": row.is_override,
            "in_list": None if row.list_order is None else InList.model_validate(listed),
            **row.model_dump(include=_TOLD),
        }
    )


def seen_by(role: Role, answer: DecisionAnswer) -> DecisionAnswer:
    """What ``role`` sees of a decision.

    An applicant sees how far the application is and what the own side said. The officers' reasons, their names, and a
    rank, which tells of the others as much as of oneself, are given on request by way of the municipality.
    """
    if role != "applicant":
        return answer
    hidden: dict[str, object] = {"override": False, "flags": [], "in_list": None}
    hidden["by"] = By(account_id=None, role=answer.by.role)
    if answer.by.role != "applicant":
        hidden["reason"] = None
    return answer.model_copy(update=hidden)


def decision_taken(role: Role, row: DecisionRow, warnings: list[str]) -> DecisionTaken:
    """A step that is stored now, with what to know about it."""
    shown = seen_by(role, decision_answer(row))
    return DecisionTaken(**dict(shown), warnings=warnings)
