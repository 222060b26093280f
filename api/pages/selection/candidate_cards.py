"""The candidates of one posting as the page shows them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from api.decisions.states import State, state_table
from api.http.schemas import Candidate, Candidates, ExcludedApplicant
from api.pages.selection.addresses import address
from api.pages.selection.blind_names import Names
from api.pages.selection.chips import Chip, chips_of
from features.counterfactuals import Counterfactual
from features.explain import Reason
from features.market.scored_market import ScoredMarket
from features.next_question import is_worth_asking
from features.records import Application
from features.rules import RuleFinding

__all__ = ["Asked", "Card", "Sentence", "application_of", "cards_of", "excluded_of", "next_asked"]


@dataclass(frozen=True)
class Sentence:
    """A finding of a term: what it is about, and what was found."""

    title: str
    words: str


@dataclass(frozen=True)
class Card:
    """One person of the list, or beside it.

    Attributes
    ----------
    place : int or None
        From 1; ``None`` for the excluded.
    key : str
        The id, or the number in its place.
    line : Candidate or None
        Score, interval and contributions.
    state : State or None
    href : str or None
        The application's page.
    sells : bool
        The person's company sells to municipalities in a field of the posting.
    """

    place: int | None
    key: str
    line: Candidate | None
    chips: Sequence[Chip]
    reasons: Sequence[Sentence]
    gaps: Sequence[Sentence]
    questions: Sequence[str]
    what_if: Sequence[str]
    state: State | None
    href: str | None
    sells: bool


@dataclass(frozen=True)
class Asked:
    """A question that may change the top of the list, and who is asked."""

    key: str | None
    question: str
    chance: float


def cards_of(found: Candidates, market: ScoredMarket, names: Names) -> list[Card]:
    """Everybody in the order of reading."""
    applications, sellers = application_of(market, found.posting_id), _sellers(found)
    return [
        _candidate(place, line, applications.get(line.applicant_id), sellers, names)
        for place, line in enumerate(found.candidates, start=1)
    ]


def excluded_of(found: Candidates, market: ScoredMarket, names: Names) -> list[Card]:
    """Everybody a rule has outside the order, with the rule and what would lift it."""
    applications, sellers = application_of(market, found.posting_id), _sellers(found)
    return [_excluded(one, applications.get(one.applicant_id), sellers, names) for one in found.excluded]


def next_asked(found: Candidates, names: Names) -> list[Asked]:
    """What to ask next, what most likely changes the top first; nothing that hardly ever does."""
    return [
        Asked(None if one.applicant_id is None else names.key(one.applicant_id), one.question, one.chance_of_change)
        for one in found.next_questions
        if is_worth_asking(one.chance_of_change)
    ]


def application_of(market: ScoredMarket, posting_id: str) -> Mapping[str, Application]:
    """The open application of each applicant to a posting."""
    return {one.applicant_id: one for one in market.applications_to.get(posting_id, ())}


def _candidate(
    place: int, line: Candidate, application: Application | None, sellers: Collection[str], names: Names
) -> Card:
    state, href = _stands(application, names)
    return Card(
        place=place,
        key=names.key(line.applicant_id),
        line=line,
        chips=chips_of(line.verdicts, names),
        reasons=_sentences(line.reasons, names),
        gaps=_sentences(line.gaps, names),
        questions=[
            names.told(one.question)
            for one in line.questions
            if not (names.is_blind and _is_about_home(one.rule_id, line.verdicts))
        ],
        what_if=_what_ifs(line.what_if, line.verdicts, names),
        state=state,
        href=href,
        sells=line.applicant_id in sellers,
    )


def _excluded(one: ExcludedApplicant, application: Application | None, sellers: Collection[str], names: Names) -> Card:
    state, href = _stands(application, names)
    return Card(
        place=None,
        key=names.key(one.applicant_id),
        line=None,
        chips=chips_of(one.rules, names),
        reasons=(),
        gaps=(),
        questions=(),
        what_if=_what_ifs(one.what_if, one.rules, names),
        state=state,
        href=href,
        sells=one.applicant_id in sellers,
    )


def _stands(application: Application | None, names: Names) -> tuple[State | None, str | None]:
    if application is None:
        return None, None
    href = address("applications", application.application_id)
    if names.is_blind:
        href = address("postings", application.posting_id, "candidates", names.key(application.applicant_id))
    return state_table().state_of(application.status), href


def _sentences(found: Sequence[Reason], names: Names) -> list[Sentence]:
    return [Sentence(one.title, names.told(one.sentence)) for one in found]


def _what_ifs(found: Sequence[Counterfactual], rules: Sequence[RuleFinding], names: Names) -> list[str]:
    return [names.told(one.sentence) for one in found if not (names.is_blind and _is_about_home(one.rule_id, rules))]


def _is_about_home(rule_id: str | None, rules: Sequence[RuleFinding]) -> bool:
    """Whether a rule speaks of where somebody lives or works for."""
    return any(rule.rule_id == rule_id and rule.kind in ("region", "employer") for rule in rules)


def _sellers(found: Candidates) -> set[str]:
    return {an_id for one in found.company_conflicts for an_id in one.applicant_ids}
