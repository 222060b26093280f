"""The JSON of rankings and recommendations as documents read it: checked once here, trusted ever after.

These are not the answers of the interface (:mod:`api.http.schemas`), though both are of one list. An answer promises
every key and is made here and now; what is read here may be a file that an earlier version or another program wrote.
So keys that a document does not print are passed over, those it can do without may be missing, and numbers are checked.
A message names the place of a fault and never the text found there: people wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, TypeAlias, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, model_validator

from api.documents.errors import DocumentError
from features.market.arrival_order import PlacedBy
from features.rules import Verdict

__all__ = [
    "Candidate",
    "Chance",
    "Exclusion",
    "Finding",
    "Line",
    "Place",
    "Provenance",
    "Question",
    "Ranking",
    "Recommendation",
    "Remark",
    "Rule",
    "read_provenance",
    "read_ranking",
    "read_recommendation",
]

Number: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


_S = TypeVar("_S", bound=_Shape)


class Rule(_Shape):
    """What one rule says of one pair."""

    rule_id: str
    kind: str
    verdict: Verdict
    source: str = ""
    sentence: str
    note: bool = False


class Finding(_Shape):
    """A reason or a gap, with the words of both texts that it rests on."""

    term: str
    title: str
    sentence: str
    applicant_phrase: str | None = None
    posting_phrase: str | None = None


class Question(_Shape):
    """What to ask next, and the term or rule that waits for the answer."""

    term: str | None = None
    rule_id: str | None = None
    question: str


class Line(_Shape):
    """One line of a list: the score with its interval, and why."""

    score: Number
    low: Number
    high: Number
    contributions: dict[str, Number]
    verdicts: tuple[Rule, ...] = ()
    reasons: tuple[Finding, ...] = ()
    gaps: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()
    placed_by: PlacedBy = "score"

    @model_validator(mode="after")
    def _interval_holds_the_score(self) -> Line:
        if not self.low <= self.score <= self.high:
            raise ValueError("low, score, high are out of order, expected low <= score <= high")
        return self


class Candidate(Line):
    """An applicant in a posting's order of reading."""

    applicant_id: str


class Remark(_Shape):
    """One sentence about a place said to the applicant, and what to ask the town about it."""

    topic: str
    sentence: str
    applicant_phrase: str | None = None
    posting_phrase: str | None = None
    question: str | None = None


class Chance(_Shape):
    """How likely a seat is, as a share and in words."""

    value: Annotated[float, Field(ge=0, le=1)]
    sentence: str


class Place(Line):
    """A posting in an applicant's recommendations, with what is said of it in three groups."""

    posting_id: str
    chance: Chance | None = None
    why_here: str | None = None
    fits_you: tuple[Remark, ...]
    they_would_want_you: tuple[Remark, ...]
    may_go_wrong: tuple[Remark, ...]


class Exclusion(_Shape):
    """An applicant or a posting left out, with every rule that is not met."""

    id: Annotated[str, Field(validation_alias=AliasChoices("applicant_id", "posting_id"))]
    rules: tuple[Rule, ...]


class Ranking(_Shape):
    """One posting's candidates in order of reading, how they were ordered in words, and the excluded."""

    posting_id: str
    ordered: str = ""
    candidates: tuple[Candidate, ...]
    excluded: tuple[Exclusion, ...] = ()


class Recommendation(_Shape):
    """One applicant's places in order, how they were ordered in words, and the places that are ruled out."""

    applicant_id: str
    ordered: str = ""
    postings: tuple[Place, ...]
    excluded: tuple[Exclusion, ...] = ()


class _Ruleset(_Shape):
    id: str
    digest: str = ""


class _Weights(_Shape):
    name: str = ""
    digest: str = ""


class Provenance(_Shape):
    """What decided a document; its date is the run's, so the same run gives the same bytes."""

    generated_for: Annotated[date, Field(validation_alias=AliasChoices("generated_for_date", "on"))]
    seed: int | None = None
    inputs: dict[str, str] = {}
    rulesets: tuple[_Ruleset, ...] = ()
    weights: _Weights = _Weights()
    reference: str = ""
    code_version: str = ""


def read_ranking(body: Mapping[str, object], *, posting_id: str) -> Ranking:
    """One posting's ranking from its JSON.

    Raises
    ------
    DocumentError
        If it does not have the agreed form (the message names the place of the first fault) or ranks for another
        posting than ``posting_id``.
    """
    ranking = _read(Ranking, body, "ranking")
    if ranking.posting_id != posting_id:
        raise DocumentError(f"the ranking is of posting {ranking.posting_id}, expected posting {posting_id}")
    return ranking


def read_recommendation(body: Mapping[str, object]) -> Recommendation:
    """One applicant's recommendation from its JSON; :class:`DocumentError` names the place of the first fault."""
    return _read(Recommendation, body, "recommendation")


def read_provenance(body: Mapping[str, object]) -> Provenance:
    """Provenance from its JSON.

    Raises
    ------
    DocumentError
        If there is no date: a document never takes one from the clock.

    Examples
    --------
    >>> read_provenance({"on": "2026-11-23"}).generated_for
    datetime.date(2026, 11, 23)
    """
    return _read(Provenance, body, "provenance")


def _read(shape: type[_S], body: Mapping[str, object], name: str) -> _S:
    try:
        return shape.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
        raise DocumentError(f"{name}{place}: {first['msg']}") from None
