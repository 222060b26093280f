"""What decisions, outcomes, interview scores and conflicts of interest note in the audit log: ids and digests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import BaseModel

from api.audit.entry import Use, subject
from api.audit.vocabulary import Action, SubjectKind
from api.canonical import digest_of

__all__ = ["shown", "stored"]


def shown(kind: SubjectKind, answers: Sequence[BaseModel], ids: Iterable[str]) -> Use:
    """These were shown; the trail of the request knows what for."""
    return Use(action="read", purpose="selection", on=(subject(kind, ids),), outputs={"records": _digest(answers)})


def stored(kind: SubjectKind, an_id: str, answer: BaseModel, *, about: str, action: Action = "decided") -> Use:
    """One was stored about an application; its digest tells later whether it is still the one that was stored."""
    return Use(
        action=action,
        purpose="selection",
        on=(subject(kind, [an_id]), subject("application", [about])),
        outputs={"record": _digest([answer])},
    )


def _digest(answers: Sequence[BaseModel]) -> str:
    return digest_of([answer.model_dump(mode="json") for answer in answers])
