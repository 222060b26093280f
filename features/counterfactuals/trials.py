"""Changed records laid out, judged and scored by the code that judges and scores the market itself.

Every changed record is one row of a small table. The scores of all others stay as they are; only where a district of
the posting turns out are their verdicts asked again, because it is theirs too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.counterfactuals.change import Change, changed
from features.records import Applicant, Posting
from features.rules import VERDICTS, MarketVerdicts, RuleFinding, judge
from features.scored_market import EXCLUDED, ScoredMarket
from features.scoring import Scores, coordinator_factors
from features.standings import Standings, told, totals_of
from features.tables import ApplicantTable, applicant_table, posting_table
from features.terms import SELECTION_TERMS
from features.vocabulary import Zone

__all__ = ["Case", "Outcome", "tried"]


@dataclass(frozen=True, eq=False)
class Case:
    """One applicant, by position among the standings, and one change."""

    at: int
    change: Change


@dataclass(frozen=True, eq=False)
class Outcome:
    """What follows from a case.

    Attributes
    ----------
    case : Case
    code : int
        Verdict, an index into ``VERDICTS``.
    place : int or None
        Place in the order of reading, from 1; ``None`` where the pair is excluded.
    value : (T,) float64 or None
        Weighted contributions as they are told; ``None`` where the pair is excluded.
    """

    case: Case
    code: int
    place: int | None
    value: NDArray[np.float64] | None
    _verdicts: MarketVerdicts
    _row: int

    @property
    def verdict(self) -> str:
        """The verdict by name."""
        return VERDICTS[self.code]

    def findings(self) -> tuple[RuleFinding, ...]:
        """What the rules say of the changed pair."""
        return self._verdicts.findings(self._row, 0)


@dataclass(frozen=True, eq=False)
class _Judged:
    """What the rules say of one case, and of the others beside it."""

    verdicts: MarketVerdicts
    row: int
    code: int
    others: NDArray[np.int8]


def tried(market: ScoredMarket, standings: Standings, cases: Sequence[Case]) -> list[Outcome]:
    """The outcome of every case, in their order."""
    people = market.records.applicants
    applicants = [changed(people[int(standings.rows[case.at])], case.change) for case in cases]
    judged: dict[int, _Judged] = {}
    zones: set[Zone | None] = {case.change.zone for case in cases}
    for zone in zones:
        places = [k for k, case in enumerate(cases) if case.change.zone == zone]
        judged |= dict(zip(places, _judged(market, standings, [applicants[k] for k in places], zone), strict=True))
    kept = [k for k in range(len(cases)) if judged[k].code < EXCLUDED]
    value = dict(zip(kept, _scored(market, standings, [applicants[k] for k in kept]), strict=True))
    return [_outcome(standings, case, judged[k], value.get(k)) for k, case in enumerate(cases)]


def _judged(
    market: ScoredMarket, standings: Standings, applicants: Sequence[Applicant], zone: Zone | None
) -> Iterator[_Judged]:
    posting, others = market.records.postings[standings.posting], standings.codes
    if zone is not None:
        posting = posting.model_copy(update={"zone": zone})
        others = _codes(market, market.applicants, posting)[1][standings.rows]
    verdicts, codes = _codes(market, _numbered(applicants), posting)
    for row, code in enumerate(codes.tolist()):
        yield _Judged(verdicts, row, code, others)


def _codes(
    market: ScoredMarket, applicants: ApplicantTable, posting: Posting
) -> tuple[MarketVerdicts, NDArray[np.int8]]:
    verdicts = judge(applicants, posting_table([posting]), on=market.on, rulesets=market.rulesets)
    return verdicts, verdicts.codes(slice(None), slice(0, 1))[:, 0]


def _scored(
    market: ScoredMarket, standings: Standings, applicants: Sequence[Applicant]
) -> Sequence[NDArray[np.float64]]:
    """Contributions of each, as they are told."""
    if not applicants:
        return ()
    scores, terms = market.coordinator, [term for term in SELECTION_TERMS if term.name in market.coordinator.names]
    # the postings stay together: what a word of a call is worth depends on the other calls
    factors = coordinator_factors(terms, _numbered(applicants).selection, market.postings)
    changed_scores = Scores("coordinator", scores.names, tuple(factors[name] for name in scores.names), scores.weights)
    return list(told(changed_scores.column(standings.posting).value))


def _numbered(applicants: Sequence[Applicant]) -> ApplicantTable:
    """A table in which one person may stand in several rows."""
    return applicant_table([a.model_copy(update={"applicant_id": f"{k}"}) for k, a in enumerate(applicants)])


def _outcome(standings: Standings, case: Case, judged: _Judged, value: NDArray[np.float64] | None) -> Outcome:
    place = None
    if value is not None:
        place = standings.place_of(standings.ids[case.at], float(totals_of(value)), codes=judged.others)
    return Outcome(case, judged.code, place, value, judged.verdicts, judged.row)
