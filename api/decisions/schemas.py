"""Shapes of requests and answers about decisions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, TypeAlias

from pydantic import BaseModel, Field

from api.audit.vocabulary import Role
from api.decisions.flags import Flag
from api.decisions.states import State
from api.http.schemas import Page
from features.market.arrival_order import ListOrder, PlacedBy
from features.records import Identifier, Record
from features.rules import Verdict
from features.taxonomy.vocabulary import ApplicationStatus

__all__ = ["By", "DecisionAnswer", "DecisionId", "DecisionPage", "DecisionTaken", "InList", "Reason", "StepRequest"]

DecisionId: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{24}$", description="24 hexadecimal digits.")]
# lines and tabs, but no other control characters, which PostgreSQL cannot hold; and something beside white space
_WORDS = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
Reason: TypeAlias = Annotated[str, Field(min_length=1, max_length=2000, pattern=_WORDS)]


class StepRequest(Record):
    """A step of one application: where it leads, and the last decision whoever takes it has read."""

    application_id: Identifier
    state: State
    after: DecisionId | None = Field(description="The last decision that was read; null where there was none.")
    reason: Reason | None = Field(None, description="In a person's words; it may have to be disclosed.")
    order: ListOrder = Field("score", description="Which list was read: by score, or as applications came in.")
    corrects: DecisionId | None = Field(None, description="The last decision, where this one takes its place.")


class By(BaseModel):
    """Who took a step."""

    account_id: str | None = Field(description="Null for a PC without accounts, and where it is not for the reader.")
    role: Role


class InList(BaseModel):
    """Where the list had the person then."""

    order: ListOrder
    on: date = Field(description="The day the rules were asked about.")
    placed_by: PlacedBy | None
    rank: int | None = Field(description="1 is read first; null outside the list.")
    n_listed: int
    score: float | None
    verdict: Verdict | None
    deciding_rule: str | None = Field(  # earlier decisions answer as they did, so that their logged digests still fit
        None, exclude_if=lambda rule_id: rule_id is None, description="Id of the rule that decides, where it was kept."
    )
    unmet: list[str] = Field(description="Ids of the rules that are not met.")
    n_ahead: int = Field(description="People with a higher score who had neither an offer nor an end.")
    provenance: str = Field(description="SHA-256 of everything that decided the list.")


class DecisionAnswer(BaseModel):
    """One step of one application; it is never changed, a correction names it."""

    decision_id: str
    application_id: str
    number: int = Field(description="1 is the first of the application.")
    state: State
    label: str = Field(description="The state in words.")
    status: ApplicationStatus = Field(description="What the application's status became.")
    from_state: State
    after: str | None
    corrects: str | None
    decided_at: datetime
    by: By
    reason: str | None
    override: bool = Field(description="Whether the step goes against the list or a rule.")
    flags: list[Flag]
    in_list: InList | None = Field(description="Null where the applicant took the step.")


class DecisionTaken(DecisionAnswer):
    """A step that is stored now."""

    warnings: list[str] = Field(description="What whoever took the step should know, in words.")


class DecisionPage(Page):
    """Some of the decisions, oldest first."""

    decisions: list[DecisionAnswer]
