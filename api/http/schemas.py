"""Shapes of requests and answers that are not records themselves.

Coordinators see :class:`PublicApplicant`: a list of what may be seen, so a field that is added to the record stays
hidden until somebody decides otherwise.

The answer of a list says all there is, every key of it always there; papers read lists back from files too, some of an
earlier version, and take of them what they print (:mod:`api.documents.shapes`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, JsonValue

from api.conflicts.companies import CompanyConflict
from api.jobs.answers import JobAnswer
from api.jobs.states import JobState
from features.counterfactuals import Counterfactual
from features.explain import Question, Reason
from features.lists.interest import Chance
from features.market.arrival_order import PlacedBy
from features.place_explanation import Remark
from features.posting_quality import MustFix, QualityLine, Standing
from features.records import (
    Applicant,
    Application,
    Company,
    Consent,
    Household,
    Identifier,
    Months,
    Posting,
    Record,
    SelectionProfile,
)
from features.rounds.results import Mechanism
from features.rounds.round import Households, Wishes
from features.rules import RuleFinding, Verdict
from features.taxonomy.vocabulary import Program
from matching.mechanisms.stable.ties import Lottery

__all__ = [
    "ApplicantPage",
    "ApplicationPage",
    "Candidate",
    "Candidates",
    "CompanyPage",
    "EligibilityAnswer",
    "ExcludedApplicant",
    "ExcludedPosting",
    "Health",
    "HouseholdPage",
    "JobPage",
    "MunicipalityAnswer",
    "MunicipalityLine",
    "MunicipalityPage",
    "Pair",
    "Place",
    "PostingPage",
    "PostingQualityAnswer",
    "PublicApplicant",
    "QuestionAboutCandidates",
    "QuestionAboutPlaces",
    "Recommendations",
    "RunAnswer",
    "RunPage",
    "RunRequest",
    "RunSummary",
    "StoredCounts",
    "public",
]

Provenance = dict[str, JsonValue]
_STALE = "Ids of those of them whose facts (as_of) are more than thirty days old: ask the town before you rely on them."


class Page(BaseModel):
    """What every list has."""

    total: int = Field(description="How many there are in all.")
    limit: int
    offset: int


class PublicApplicant(Record):
    """What a coordinator may see of an applicant; private preferences are write-only."""

    applicant_id: Identifier
    programs: tuple[Program, ...]
    selection_profile: SelectionProfile = SelectionProfile()
    consent: Consent | None = None
    record_moved_on: date | None = None
    months_served: Months | None = None


def public(applicant: Applicant) -> PublicApplicant:
    """The applicant without the private preferences; unknown facts stay unset."""
    shown = {name for name in PublicApplicant.model_fields if name in applicant.model_fields_set}
    return PublicApplicant.model_construct(shown, **{name: getattr(applicant, name) for name in shown})


class ApplicantPage(Page):
    """Some of the applicants, by id."""

    applicants: list[PublicApplicant]


class PostingPage(Page):
    """Some of the postings, by id."""

    postings: list[Posting]
    stale: list[str] = Field(description=_STALE)


class ApplicationPage(Page):
    """Some of the applications, by id."""

    applications: list[Application]


class HouseholdPage(Page):
    """Some of the households, by id."""

    households: list[Household]


class CompanyPage(Page):
    """Some of the companies, by id."""

    companies: list[Company]


class StoredCounts(BaseModel):
    """How many records of each kind were stored."""

    applicants: int
    postings: int
    applications: int
    households: int
    companies: int


class _OfApplicant(BaseModel):
    applicant_id: str


class _OfPosting(BaseModel):
    posting_id: str


class _Line(BaseModel):
    score: float
    low: float = Field(description="The score if every unknown fact turned out badly.")
    high: float = Field(description="The score if every unknown fact turned out well.")
    contributions: dict[str, float] = Field(description="Weighted contribution of each term; they sum to the score.")
    verdicts: list[RuleFinding]
    reasons: list[Reason]
    gaps: list[Reason]
    questions: list[Question]
    placed_by: PlacedBy = Field(
        description="What gave the line its place: its score, an order of arrival, or the person's wish for one."
    )


class Candidate(_Line, _OfApplicant):  # a model's fields start with those of its last base: the id
    """An applicant in a posting's order of reading."""

    received_at: str | None = Field(description="When the application came in, where the arrival places the line.")
    what_if: list[Counterfactual] = Field(description="Single changes that would alter the verdict or move the place.")


class Place(_Line, _OfPosting):
    """A posting recommended to an applicant; every sentence is said to the applicant."""

    chance: Chance = Field(description="席に届く見込み: a model's expectation, no promise.")
    why_here: str | None = Field(description="Why the place stands here; null in an order of arrival.")

    fits_you: list[Remark] = Field(description="あなたに合うところ")
    they_would_want_you: list[Remark] = Field(description="先方があなたに期待しそうなところ")
    may_go_wrong: list[Remark] = Field(
        description="ここで行き違いになりやすいところ, each with a question to the town."
    )


class ExcludedApplicant(_OfApplicant):
    """An applicant outside the order, with every rule that is not met, and the fewest changes that would lift it."""

    rules: list[RuleFinding]
    what_if: list[Counterfactual]


class ExcludedPosting(_OfPosting):
    """A posting outside the recommendation, with every rule that is not met."""

    rules: list[RuleFinding]


class _NextQuestion(BaseModel):
    """A question or a stay that may change the top of a list."""

    kind: Literal["applicant", "posting", "trial"] = Field(description="Who answers, or a stay.")
    term: str | None
    question: str
    chance_of_change: float = Field(description="Probability that other lines stand in the top afterwards.")
    chance_of_order: float = Field(description="The same, with another order of the same lines.")
    replaced: float = Field(description="Expected number of lines of the top that are replaced.")
    gain: float = Field(description="Expected gain of the mean score of the top.")
    sentence: str


class QuestionAboutCandidates(_NextQuestion):
    """A question about a posting's candidates; ``applicant_id`` where one of them is asked."""

    applicant_id: str | None


class QuestionAboutPlaces(_NextQuestion):
    """A question about an applicant's places; ``posting_id`` where it is about one of them."""

    posting_id: str | None


_NEXT = Field(description="What to ask next, what most likely changes the top five first; empty but in order of score.")


class Candidates(BaseModel):
    """The order of reading of one posting."""

    posting_id: str
    ordered: str = Field(description="How the candidates were ordered, in words.")
    next_questions: list[QuestionAboutCandidates] = _NEXT
    candidates: list[Candidate]
    excluded: list[ExcludedApplicant]
    company_conflicts: list[CompanyConflict] = Field(
        description="Companies of these people that sell to municipalities in a field of the posting."
    )
    provenance: Provenance


class PostingQualityAnswer(BaseModel):
    """The quality sheet of one posting."""

    posting_id: str
    score: float = Field(description="Sum of the points, 0 to 100.")
    words: Standing
    must_fix: list[MustFix] = Field(description="What may not stay in a call, with the words it is found in.")
    lines: list[QualityLine] = Field(description="Each check; advice is null exactly where nothing is missing.")
    provenance: Provenance


class Recommendations(BaseModel):
    """The places for one applicant."""

    applicant_id: str
    ordered: str = Field(description="How the places were ordered, in words.")
    next_questions: list[QuestionAboutPlaces] = _NEXT
    postings: list[Place]
    stale: list[str] = Field(description=_STALE)
    excluded: list[ExcludedPosting]
    provenance: Provenance


class Pair(Record):
    """One applicant and one posting, whose rules are asked about."""

    applicant: Applicant
    posting: Posting
    on: date | None = None


class EligibilityAnswer(BaseModel):
    """What the rules say of one pair, and by which rule."""

    verdict: Verdict
    rule_id: str
    kind: str
    source: str
    sentence: str
    as_of: date
    limits: dict[str, int | None] = Field(description="Months and yen covered at most; null where nobody confirmed it.")
    findings: list[RuleFinding] = Field(description="Every rule that is not plainly met, strongest first.")
    open_points: list[str] = Field(description="Facts that were not given and did not decide.")


class RunRequest(Record):
    """Which round to run over the stored records."""

    mechanism: Mechanism = "deferred-acceptance"
    wishes: Wishes | None = Field(None, description="Applications where there are any, else scores.")
    list_length: Annotated[int, Field(ge=1)] | None = None
    households: Households = "single"
    seed: Annotated[int, Field(ge=0, lt=2**63)] = Field(0, description="Seed of the published lottery.")
    lottery: Lottery = "single"
    on: date | None = Field(None, description="The day the rules are asked about (today).")


class RunSummary(BaseModel):
    """A stored run without its matching."""

    run_id: str
    mechanism: str
    status: Literal["done"]
    created_at: datetime
    digest: str = Field(description="SHA-256 of the run's canonical JSON without its own digest.")


class RunPage(Page):
    """Some of the runs, newest first."""

    runs: list[RunSummary]


class RunAnswer(BaseModel):
    """A run: how far it is, and, once it is done, the record as ``enmusubi match`` writes it."""

    run_id: str
    mechanism: str
    status: JobState
    created_at: datetime | None = Field(description="When the run was stored.")
    digest: str | None = Field(description="SHA-256 of the run's canonical JSON without its own digest.")
    run: dict[str, JsonValue] | None = Field(description="Null until the status is done.")
    job: JobAnswer | None = Field(description="The job that makes it; null for a run stored before there were jobs.")


class JobPage(Page):
    """Some of the jobs, newest first."""

    jobs: list[JobAnswer]


class MunicipalityLine(BaseModel):
    """One municipality in a list."""

    code: str
    name: str
    prefecture: str
    full_name: str
    kana: str
    romaji: str
    latitude: float
    longitude: float


class MunicipalityPage(Page):
    """Some of the municipalities, by code."""

    municipalities: list[MunicipalityLine]


class MunicipalityAnswer(MunicipalityLine):
    """One municipality with its living facts; a fact nobody has measured is null."""

    type: str
    facts: dict[str, float | int | str | None]


class Health(BaseModel):
    """The service is up and its database answers."""

    status: Literal["ok"]
    version: str
    reference: str = Field(description="Vintage of the municipalities table.")
