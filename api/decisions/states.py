"""The written table of states: which step leads where, who may take it, and whether it needs a reason."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from features.taxonomy.vocabulary import ApplicationStatus, PostingState

__all__ = ["STATES", "Side", "State", "StateTable", "Step", "read_states", "state_table"]

State: TypeAlias = Literal[
    "received", "seen", "shortlisted", "interview", "offered", "accepted", "declined", "not_chosen", "withdrawn"
]
STATES: Final[tuple[State, ...]] = get_args(State)
Side: TypeAlias = Literal["applicant", "coordinator"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StateWords(_Part):
    """A state in words, and the status an application has in it."""

    label: str
    status: ApplicationStatus


class Step(_Part):
    """One step: the states it may begin in, who may take it, and when it needs a reason."""

    to: State
    from_: tuple[State, ...] = Field(alias="from")
    by: tuple[Side, ...]
    reason: Literal["always", "of_coordinator", "none"]


class StateTable(_Part):
    """The whole table."""

    states: Mapping[State, StateWords]
    steps: tuple[Step, ...]
    postings: Mapping[PostingState, tuple[PostingState, ...]]

    @model_validator(mode="after")
    def _is_whole(self) -> StateTable:
        missing = set(STATES) - set(self.states)
        if missing:
            raise ValueError(f"states has no {', '.join(sorted(missing))}")
        every = [step.to for step in self.steps]
        if sorted(every) != sorted(set(STATES) - {"received"}):
            raise ValueError(f"steps lead to {', '.join(sorted(every))}, expected each state but received once")
        return self

    def status_of(self, state: State) -> ApplicationStatus:
        """The status of an application in ``state``."""
        return self.states[state].status

    def state_of(self, status: ApplicationStatus) -> State:
        """Where an application stands that no decision was made about: the first state with its status."""
        return next(state for state in STATES if self.states[state].status == status)

    def state(self, stored: str) -> State:
        """A state that a row names."""
        return next(state for state in STATES if state == stored)

    def step(self, begin: State, end: State) -> Step | None:
        """The step between two states, where there is one."""
        return next((step for step in self.steps if step.to == end and begin in step.from_), None)

    def next_of(self, state: State, side: Side) -> tuple[State, ...]:
        """Where ``side`` may lead an application from ``state``."""
        return tuple(step.to for step in self.steps if state in step.from_ and side in step.by)


@cache
def state_table() -> StateTable:
    """The table that ships with the service.

    Examples
    --------
    >>> table = state_table()
    >>> table.next_of("offered", "applicant"), table.status_of("not_chosen"), table.state_of("screened")
    (('accepted', 'declined', 'withdrawn'), 'closed', 'shortlisted')
    """
    return read_states(files("api.decisions").joinpath("states.toml").read_text(encoding="utf-8"))


def read_states(text: str) -> StateTable:
    """The table that a TOML text writes; :class:`pydantic.ValidationError` names what is missing in it."""
    return StateTable.model_validate(tomllib.loads(text))
