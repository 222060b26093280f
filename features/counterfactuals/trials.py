"""Changed records laid out, judged and scored by the code that judges and scores the market itself.

Every changed record is one row of a small table. What a change makes of a pair depends on nobody else, so it is found
once and kept with the pair (:mod:`features.market.told_pairs`); only the place that follows is found anew. The
scores of all others stay as they are; only where a district of the posting turns out are their verdicts asked again,
because it is theirs too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.counterfactuals.change import Change, changed
from features.market.scored_market import EXCLUDED, ScoredMarket
from features.market.standings import Standings, told, totals_of
from features.market.told_pairs import TellingKey
from features.records import Applicant, Posting
from features.rules import VERDICTS, MarketVerdicts, RuleFinding, judge
from features.scoring import Scores, coordinator_factors
from features.tables import ApplicantTable, applicant_table, posting_table
from features.taxonomy.vocabulary import Zone
from features.terms import SELECTION_TERMS

__all__ = ["Case", "Outcome", "Trial", "placed", "tried"]

_WITH_ZONE: Final[Mapping[Zone, TellingKey[int]]] = {
    "inside": TellingKey("code_inside"),
    "outside": TellingKey("code_outside"),
    "unknown": TellingKey("code_unknown"),
}


@dataclass(frozen=True, eq=False)
class Case:
    """One applicant, by position among the standings, and one change."""

    at: int
    change: Change


@dataclass(frozen=True, eq=False)
class Trial:
    """What a change makes of a pair, whoever else is read.

    Attributes
    ----------
    change : Change
    code : int
        Verdict, an index into ``VERDICTS``.
    value : (T,) float64 or None
        Weighted contributions as they are told; ``None`` where the pair is excluded.
    rules : tuple of RuleFinding
        What the rules say of the changed pair; empty where its verdict stays what it is.
    """

    change: Change
    code: int
    value: NDArray[np.float64] | None
    rules: tuple[RuleFinding, ...]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What follows from a trial for the person at one position.

    Attributes
    ----------
    at : int
    trial : Trial
    place : int or None
        Place in the order of reading, from 1; ``None`` where the pair is excluded.
    """

    at: int
    trial: Trial
    place: int | None

    @property
    def code(self) -> int:
        """The verdict that follows."""
        return self.trial.code

    @property
    def verdict(self) -> str:
        """The verdict by name."""
        return VERDICTS[self.trial.code]


def tried(market: ScoredMarket, standings: Standings, cases: Sequence[Case]) -> list[Trial]:
    """The trial of every case, in their order."""
    people = market.records.applicants
    applicants = [changed(people[int(standings.rows[case.at])], case.change) for case in cases]
    judged: dict[int, tuple[int, tuple[RuleFinding, ...]]] = {}
    zones: set[Zone | None] = {case.change.zone for case in cases}
    for zone in zones:
        places = [k for k, case in enumerate(cases) if case.change.zone == zone]
        before = [int(standings.codes[cases[k].at]) for k in places]
        found = _judged(market, standings, [applicants[k] for k in places], zone, before)
        judged |= dict(zip(places, found, strict=True))
    kept = [k for k in range(len(cases)) if judged[k][0] < EXCLUDED]
    value = dict(zip(kept, _scored(market, standings, [applicants[k] for k in kept]), strict=True))
    return [Trial(case.change, judged[k][0], value.get(k), judged[k][1]) for k, case in enumerate(cases)]


def placed(market: ScoredMarket, standings: Standings, trials: Sequence[tuple[int, Trial]]) -> Iterator[Outcome]:
    """The place that follows from each trial of the person at a position, in their order."""
    zones: set[Zone | None] = {trial.change.zone for _, trial in trials if trial.value is not None}
    others = {zone: _codes_with(market, standings, zone) for zone in zones if zone is not None}
    for at, trial in trials:
        place = None
        if trial.value is not None:
            codes = standings.codes if trial.change.zone is None else others[trial.change.zone]
            place = standings.place_of(standings.ids[at], float(totals_of(trial.value)), codes=codes)
        yield Outcome(at, trial, place)


def _judged(
    market: ScoredMarket,
    standings: Standings,
    applicants: Sequence[Applicant],
    zone: Zone | None,
    before: Sequence[int],
) -> Iterator[tuple[int, tuple[RuleFinding, ...]]]:
    posting = _in_zone(market.records.postings[standings.posting], zone)
    verdicts, codes = _codes(market, _numbered(applicants), posting)
    for row, code in enumerate(codes.tolist()):
        yield code, verdicts.findings(row, 0) if code != before[row] else ()


def _codes_with(market: ScoredMarket, standings: Standings, zone: Zone) -> NDArray[np.int8]:
    """(r,) verdicts of all who are read if the posting lay in this district."""
    key, posting = _WITH_ZONE[zone], market.records.postings[standings.posting]
    rows: list[int] = standings.rows.tolist()
    people = [market.records.applicants[row] for row in rows]
    known = [market.told.of(key, person, posting) for person in people]
    new = [at for at, code in enumerate(known) if code is None]
    if new:
        table = market.applicants.taken(standings.rows[new])
        for at, code in zip(new, _codes(market, table, _in_zone(posting, zone))[1].tolist(), strict=True):
            market.told.keep(key, people[at], posting, code)
            known[at] = code
    return np.array(known, dtype=np.int8)


def _in_zone(posting: Posting, zone: Zone | None) -> Posting:
    return posting if zone is None else posting.model_copy(update={"zone": zone})


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
