"""Records read once: columns, verdicts and both sides' scores of one market on one date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from features.records import Application, Records
from features.rules import VERDICTS, MarketVerdicts, Ruleset, judge
from features.scoring import Scores, applicant_factors, applicant_scores, coordinator_factors, coordinator_scores
from features.tables import ApplicantTable, PostingTable, applicant_table, posting_table
from features.terms import ALL_TERMS, SELECTION_TERMS
from features.terms.factor import Factor
from features.terms.term import Term
from features.weights import Weights, applicant_weights, default_weights

__all__ = ["EXCLUDED", "TERMS", "ScoredMarket", "read_market"]

EXCLUDED = VERDICTS.index("not_covered")
TERMS: Mapping[str, Term] = {term.name: term for term in ALL_TERMS}
_ENDED = frozenset({"declined", "withdrawn", "closed"})


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
    """

    records: Records
    on: date
    weights: Weights
    rulesets: Sequence[Ruleset] | None = None

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
        return coordinator_scores(self._coordinator_factors, self.weights.coordinator, len(self.postings))

    @cached_property
    def applicant(self) -> Scores:
        """Every applicant's own score of the postings."""
        terms = [term for term in ALL_TERMS if "applicant" in term.audiences]
        factors = applicant_factors(terms, self.applicants, self.postings, built=self._coordinator_factors)
        place_weight = self.applicants.private.frame["place_weight"].to_numpy().astype(np.float64)
        names, weights = applicant_weights(self.weights, place_weight)
        return applicant_scores(factors, names, weights)

    @cached_property
    def applications(self) -> tuple[Application, ...]:
        """Applications that are still open: not declined, withdrawn or closed."""
        return tuple(a for a in self.records.applications if a.status not in _ENDED)

    @cached_property
    def applied_to(self) -> Mapping[int, NDArray[np.int64]]:
        """Rows of the applicants of each posting that has open applications."""
        rows: dict[int, set[int]] = {}
        for application in self.applications:
            row = self.applicants.index_of[application.applicant_id]
            rows.setdefault(self.postings.index_of[application.posting_id], set()).add(row)
        return {posting: np.array(sorted(found), dtype=np.int64) for posting, found in rows.items()}

    @cached_property
    def is_open(self) -> NDArray[np.bool_]:
        """(m,) whether a posting takes applicants on the day: open, not past its deadline, a seat left."""
        return np.array(
            [
                p.state == "open" and p.seats > 0 and (p.deadline is None or p.deadline >= self.on)
                for p in self.records.postings
            ],
            dtype=np.bool_,
        )

    @cached_property
    def wants_no_order(self) -> NDArray[np.bool_]:
        """(n,) who said that no automated order is wanted."""
        consents = (person.consent for person in self.records.applicants)
        return np.array([c is not None and c.automated_order is False for c in consents], dtype=np.bool_)

    @cached_property
    def _coordinator_factors(self) -> dict[str, Factor]:
        terms = [term for term in SELECTION_TERMS if "coordinator" in term.audiences]
        return coordinator_factors(terms, self.applicants.selection, self.postings)


def read_market(
    records: Records, *, on: date, weights: Weights | None = None, rulesets: Sequence[Ruleset] | None = None
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
    return ScoredMarket(ordered, on, weights or default_weights(), rulesets)
