"""Records read once: columns, verdicts and both sides' scores of one market on one date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from features.market.told_pairs import PairMemory
from features.records import Applicant, Application, Records
from features.rules import VERDICTS, MarketVerdicts, Ruleset, judge
from features.scoring import (
    Scores,
    applicant_scores,
    coordinator_factors,
    coordinator_scores,
    own_factors,
    private_factors,
    read_whole,
)
from features.tables import ApplicantTable, PostingTable, applicant_table, posting_table
from features.terms import ALL_TERMS, SELECTION_TERMS
from features.terms.factor import Factor
from features.terms.term import SelectionTerm, Term
from features.weights import Weights, applicant_weights, default_weights

__all__ = ["COORDINATOR_TERMS", "ENDED", "EXCLUDED", "OWN_TERMS", "TERMS", "ScoredMarket", "read_market", "unordered"]

EXCLUDED = VERDICTS.index("not_covered")
TERMS: Mapping[str, Term] = {term.name: term for term in ALL_TERMS}
COORDINATOR_TERMS: Sequence[SelectionTerm] = [term for term in SELECTION_TERMS if "coordinator" in term.audiences]
OWN_TERMS: Sequence[Term] = [
    term for term in ALL_TERMS if "applicant" in term.audiences and term not in COORDINATOR_TERMS
]
ENDED = frozenset({"declined", "withdrawn", "closed"})


@dataclass(frozen=True, eq=False)
class ScoredMarket:
    """Applicants × postings with verdicts and scores, computed on demand and kept.

    Attributes
    ----------
    records : Records
        What was read.
    on : date
        The day the rules are asked about.
    weights : Weights
    rulesets : sequence of Ruleset or None
        ``None`` = the rule files that ship with the engine and those added beside them.
    is_for_one_list : bool, default False
        Whether texts are read when a list first asks for them, for who wants the list of one call and no other; else
        all are read with the first list, so that none after it waits.
    """

    records: Records
    on: date
    weights: Weights
    rulesets: Sequence[Ruleset] | None = None
    is_for_one_list: bool = False

    @cached_property
    def applicants(self) -> ApplicantTable:
        """Applicants as columns."""
        return applicant_table(self.records.applicants)

    @cached_property
    def postings(self) -> PostingTable:
        """Postings as columns."""
        return posting_table(self.records.postings)

    @cached_property
    def verdicts(self) -> MarketVerdicts:
        """What the rules say of every pair."""
        return judge(self.applicants, self.postings, on=self.on, rulesets=self.rulesets)

    @cached_property
    def coordinator(self) -> Scores:
        """The postings' score of every applicant."""
        return coordinator_scores(self.coordinator_factors, self.weights.coordinator, len(self.postings))

    @cached_property
    def applicant(self) -> Scores:
        """Every applicant's own score of the postings."""
        place_weight = self.applicants.private.frame["place_weight"].to_numpy().astype(np.float64)
        names, weights = applicant_weights(self.weights, place_weight)
        return applicant_scores(self.own_factors, names, weights)

    @cached_property
    def coordinator_factors(self) -> Mapping[str, Factor]:
        """Every term of a coordinator's score, weighted or not."""
        factors = coordinator_factors(COORDINATOR_TERMS, self.applicants.selection, self.postings)
        return factors if self.is_for_one_list else read_whole(factors)

    @cached_property
    def private_factors(self) -> Mapping[str, Factor]:
        """The other terms of an applicant's own score, before what nobody knows of a posting stands at its average."""
        return private_factors(OWN_TERMS, self.applicants, self.postings)

    @cached_property
    def own_factors(self) -> Mapping[str, Factor]:
        """Every term of an applicant's own score."""
        return own_factors({**self.coordinator_factors, **self.private_factors}, self.postings)

    @cached_property
    def told(self) -> PairMemory:
        """What was told of single pairs."""
        return PairMemory()

    @cached_property
    def applications(self) -> tuple[Application, ...]:
        """Applications that are still open: not declined, withdrawn or closed."""
        return tuple(a for a in self.records.applications if a.status not in ENDED)

    @cached_property
    def applications_to(self) -> Mapping[str, tuple[Application, ...]]:
        """Open applications by posting id, each in the order of the records."""
        found: dict[str, list[Application]] = {}
        for application in self.applications:
            found.setdefault(application.posting_id, []).append(application)
        return {posting_id: tuple(several) for posting_id, several in found.items()}

    @cached_property
    def applied_to(self) -> Mapping[int, NDArray[np.int64]]:
        """Rows of the applicants of each posting that has open applications."""
        row_of = self.postings.index_of
        return {
            row_of[posting_id]: self.applicant_rows(several) for posting_id, several in self.applications_to.items()
        }

    def applicant_rows(self, applications: Sequence[Application]) -> NDArray[np.int64]:
        """Rows of the applicants of some applications, ascending, each once."""
        row_of = self.applicants.index_of
        return np.unique(np.array([row_of[one.applicant_id] for one in applications], dtype=np.int64))

    @cached_property
    def is_open(self) -> NDArray[np.bool_]:
        """(m,) whether a posting takes applicants on the day: open, not past its deadline, a seat left."""
        return np.array([one.is_open_on(self.on) and one.seats > 0 for one in self.records.postings], dtype=np.bool_)

    @cached_property
    def wants_no_order(self) -> NDArray[np.bool_]:
        """(n,) who said that no automated order is wanted."""
        return unordered(self.records.applicants)


def unordered(applicants: Sequence[Applicant]) -> NDArray[np.bool_]:
    """Who of some applicants said that no automated order is wanted."""
    consents = (person.consent for person in applicants)
    return np.array([c is not None and c.automated_order is False for c in consents], dtype=np.bool_)


def read_market(
    records: Records,
    *,
    on: date,
    weights: Weights | None = None,
    rulesets: Sequence[Ruleset] | None = None,
    is_for_one_list: bool = False,
) -> ScoredMarket:
    """A :class:`ScoredMarket` with the default weights where none are given.

    Applicants and postings are laid out in the order of their ids, so the order of the records never decides anything.
    """
    ordered = records.model_copy(
        update={
            "applicants": tuple(sorted(records.applicants, key=lambda record: record.applicant_id)),
            "postings": tuple(sorted(records.postings, key=lambda record: record.posting_id)),
        }
    )
    return ScoredMarket(ordered, on, weights or default_weights(), rulesets, is_for_one_list)
