"""The closed lists an entry is written in: actions, purposes, roles and kinds of things.

A word may be added, never renamed or removed: entries that are stored keep theirs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from api.accounts.roles import Role as AccountRole

__all__ = [
    "PEOPLE",
    "Action",
    "CorrectionReason",
    "KeepChoice",
    "Purpose",
    "PurposeWords",
    "Role",
    "SubjectKind",
    "Words",
    "words",
]

Action: TypeAlias = Literal[
    "read",
    "ranked",
    "recommended",
    "exported",
    "created",
    "changed",
    "deleted",
    "run",
    "decided",
    "signed_in",
    "refused",
    "backed_up",
    "restored",
    "purged",
]
Purpose: TypeAlias = Literal[
    "intake",
    "selection",
    "recommendation",
    "placement",
    "rerouting",
    "rights",
    "retention",
    "research",
    "security",
    "audit",
    "operation",
    "follow_up",
]
# whoever sits at a machine without accounts, and whoever is asked to sign in
Role: TypeAlias = AccountRole | Literal["local", "signed_out"]
SubjectKind: TypeAlias = Literal[
    "applicant",
    "posting",
    "application",
    "household",
    "company",
    "run",
    "account",
    "audit",
    "database",
    "consent",
    "mode",
    "job",
    "decision",
    "outcome",
    "interview",
    "conflict",
    "proof",
    "hold",
    "certificate",
    "import",
    "document",
    "listing",
]
# why somebody lets stay in a call what may not stay there
KeepChoice: TypeAlias = Literal["legal_exception", "not_a_condition"]
# why a fact of somebody's record is put right: the person asked for it, or the office had typed it wrong
CorrectionReason: TypeAlias = Literal["asked", "mistyped"]
# what is said of these is said of somebody: no use of them without a purpose of the written table
PEOPLE: Final[frozenset[SubjectKind]] = frozenset(
    {
        "applicant",
        "application",
        "household",
        "company",
        "run",
        "decision",
        "outcome",
        "interview",
        "proof",
        "import",
        "listing",
    }
)


class PurposeWords(BaseModel):
    """A purpose in words, and the duty it rests on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    source: str


class Words(BaseModel):
    """Every action and purpose in words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: Mapping[Action, str]
    purpose: Mapping[Purpose, PurposeWords]
    kept: Mapping[KeepChoice, str]


@lru_cache(maxsize=1)
def words() -> Words:
    """The words of ``words.toml``.

    Examples
    --------
    >>> words().action["read"], words().purpose["selection"].label
    ('閲覧', '選考（適性と能力を読む）')
    """
    return Words.model_validate(tomllib.loads(files("api.audit").joinpath("words.toml").read_text(encoding="utf-8")))
