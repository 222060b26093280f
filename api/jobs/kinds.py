"""A kind of job: its request, its stages in words, the work, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, JsonValue
from sqlmodel import Session

from api.audit.entry import Use
from api.jobs.task import Task

__all__ = ["JobKind", "Outcome", "nothing_to_store"]

R = TypeVar("R", bound=BaseModel)


def nothing_to_store(_session: Session) -> None:
    """Store nothing beside the job's result."""


@dataclass(frozen=True)
class Outcome:
    """What a job came to; nothing of it is stored before the job's end, and then all of it at once.

    Attributes
    ----------
    result : mapping
        What the job itself answers with: ids and figures, never what a record says.
    use : Use
        What is written into the audit log, as done by who asked.
    store : callable
        Stores what else came of it, in the transaction that ends the job.
    """

    result: Mapping[str, JsonValue]
    use: Use
    store: Callable[[Session], None] = nothing_to_store


@dataclass(frozen=True)
class JobKind(Generic[R]):
    """One kind of job.

    Attributes
    ----------
    name : str
    request : type
        The model of what is asked; it holds everything the work depends on, so that it can be begun anew.
    stages : mapping of stage to words
        What the work tells of itself, in the order it gets there.
    work : callable
        (task, request) → outcome. It opens no transaction that outlives a stage, and stores nothing.
    in_vain : callable
        (job id, stored request) → what the audit log says where records may have been read and nothing came of it.
    """

    name: str
    request: type[R]
    stages: Mapping[str, str]
    work: Callable[[Task, R], Outcome]
    in_vain: Callable[[str, Mapping[str, JsonValue]], Use]
