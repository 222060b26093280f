"""What an entry says: ids, codes and digests; its types have no room for what a record says."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from api.audit.vocabulary import Action, CorrectionReason, KeepChoice, Purpose, Role, SubjectKind
from api.canonical import canonical_json, code_version
from features.records import Identifier

__all__ = [
    "LOCAL",
    "MOST_IDS",
    "SIGNED_OUT",
    "Actor",
    "Corrected",
    "Digest",
    "Entry",
    "Kept",
    "Refusal",
    "Removed",
    "Seal",
    "Subject",
    "Use",
    "Versions",
    "subject",
]

MOST_IDS: Final = 1000  # as many as one page or one ranking shows at most; ``count`` tells of the rest
Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Seal: TypeAlias = Literal["sha256", "hmac-sha256"]
_Name: TypeAlias = Annotated[str, Field(pattern=r"^[a-z_]{1,30}$")]
_RecordPlace: TypeAlias = Annotated[str, Field(pattern=r"^[a-z_]{1,40}(\.[a-z_]{1,40}){0,4}$")]
_Moment: TypeAlias = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Actor(_Part):
    """Who: an id and the role it acted in."""

    id: Identifier
    role: Role


LOCAL: Final = Actor(id="local", role="local")
SIGNED_OUT: Final = Actor(id="signed_out", role="signed_out")


class Subject(_Part):
    """On what: a kind, the first ids in the order they were shown, and how many there were in all."""

    kind: SubjectKind
    ids: Annotated[tuple[Identifier, ...], Field(max_length=MOST_IDS)] = ()
    count: Annotated[int, Field(ge=0)]


def subject(kind: SubjectKind, ids: Iterable[str]) -> Subject:
    """All of ``ids`` as one subject.

    Examples
    --------
    >>> subject("applicant", ["a2", "a1"])
    Subject(kind='applicant', ids=('a2', 'a1'), count=2)
    """
    every = tuple(ids)
    return Subject(kind=kind, ids=tuple(islice(every, MOST_IDS)), count=len(every))


class Versions(_Part):
    """What computed: the code, and the weights and rulesets where they decided."""

    code: Annotated[str, Field(max_length=100)]
    weights: Digest | None = None
    rulesets: dict[Annotated[str, Field(max_length=100)], Digest] | None = None


def _code_alone() -> Versions:
    return Versions(code=code_version())


class Removed(_Part):
    """What a purge of the log took away: the hash of its last entry stands for all of it."""

    first: Annotated[int, Field(ge=1)]
    last: Annotated[int, Field(ge=1)]
    hash: Digest
    before: _Moment


class Refusal(_Part):
    """What was refused: the operation by its template, the kind of problem, and how many times since when."""

    operation: Annotated[str, Field(pattern=r"^([A-Z]{1,10} /[a-z0-9_/{}.-]{1,200}|unknown)$")]
    problem: Annotated[str, Field(pattern=r"^[a-z-]{1,40}$")]
    count: Annotated[int, Field(ge=1)]
    since: _Moment


class Kept(_Part):
    """What stays in a call though it may not, and why; the words of the call stand nowhere here."""

    finding: _Name
    choice: KeepChoice


class Corrected(_Part):
    """Which places of a person's record were put right, and why; what stood and stands there is nowhere here."""

    places: Annotated[tuple[_RecordPlace, ...], Field(max_length=200)]
    reason: CorrectionReason


class Use(_Part):
    """What was done, why, on what, from which inputs to which outputs."""

    action: Action
    purpose: Purpose
    on: tuple[Subject, ...]
    inputs: dict[_Name, Digest] = Field(default={})
    outputs: dict[_Name, Digest] = Field(default={})
    versions: Versions = Field(default_factory=_code_alone)
    removed: Removed | None = None
    refusal: Refusal | None = None
    kept: Annotated[tuple[Kept, ...], Field(max_length=200)] | None = None
    corrected: Corrected | None = None


class Entry(Use):
    """A use in its place: the number, the moment (UTC) and who."""

    sequence: Annotated[int, Field(ge=1)]
    at: _Moment
    actor: Actor
    seal: Seal

    def text(self) -> str:
        """The canonical JSON that is stored and hashed."""
        return canonical_json(self.model_dump(mode="json", exclude_none=True))
