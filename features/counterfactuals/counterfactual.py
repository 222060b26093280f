"""What would move one pair in a posting's order of reading, in plain sentences.

For somebody excluded, the fewest requirements that would have to be met; for a candidate, each open fact answered well
and badly and what could still be brought. Every sentence names the change and the place or verdict that follows; only
what alters the verdict or moves the place is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from features.counterfactuals.answers import answers
from features.counterfactuals.change import Call, Change, change_table, joined
from features.counterfactuals.requirements import unmet
from features.counterfactuals.trials import Case, Outcome, Trial, placed, tried
from features.errors import RecordError
from features.market.pacing import between_steps
from features.market.scored_market import EXCLUDED, ScoredMarket
from features.market.standings import Standings, row_of, told
from features.market.told_pairs import TellingKey
from features.rules import VERDICTS, RuleFinding, is_must_have, rulesets_on, verdict_words

__all__ = ["Counterfactual", "counterfactuals", "what_ifs"]

_CHANGES: Final = TellingKey[tuple[Trial, ...]]("changes")
_LIFTS: Final = TellingKey[tuple[Trial, ...]]("lifts")
_COVERED, _DISTRICT = VERDICTS.index("covered"), VERDICTS.index("needs_district")


@dataclass(frozen=True)
class Counterfactual:
    """One change, and what follows from it.

    Attributes
    ----------
    change : str
        Key of the change (``changes.toml``); several that have to come together stand with ``+`` between them.
    rule_id : str or None
        The rule that changes its answer, where the verdict changes.
    term : str or None
        The term that moves most, where the place changes.
    sentence : str
        Change and result, in Japanese.
    verdict : str
        The verdict that follows.
    rank_before, rank_after : int or None
        Places in the order of reading, from 1; ``None`` = outside it.
    """

    change: str
    rule_id: str | None
    term: str | None
    sentence: str
    verdict: str
    rank_before: int | None
    rank_after: int | None


def counterfactuals(
    market: ScoredMarket, applicant_id: str, posting_id: str, *, standings: Standings
) -> tuple[Counterfactual, ...]:
    """What would move one pair.

    Parameters
    ----------
    market : ScoredMarket
    applicant_id, posting_id : str
    standings : Standings
        Of that posting (:func:`features.market.standings.standings_of`).

    Returns
    -------
    tuple of Counterfactual
        At most four, largest effect first: into or out of the order of reading, another verdict, then by how many
        places; equal ones in the order of the table of changes.

    Raises
    ------
    RecordError
        If an id is unknown, the standings are of another posting, or the applicant is not read for it.
    """
    if row_of(market.postings.index_of, posting_id, "posting") != standings.posting:
        raise RecordError(f"the standings are of posting {market.postings.ids[standings.posting]}, not {posting_id}")
    row_of(market.applicants.index_of, applicant_id, "applicant")
    if applicant_id not in standings.ids:
        raise RecordError(f"applicant {applicant_id} is not read for posting {posting_id}, expected one who is")
    at = standings.ids.index(applicant_id)
    return what_ifs(market, standings, [at])[at]


def what_ifs(
    market: ScoredMarket, standings: Standings, positions: Sequence[int]
) -> Mapping[int, tuple[Counterfactual, ...]]:
    """The same for several positions of the standings, all tried in one table.

    Parameters
    ----------
    market : ScoredMarket
    standings : Standings
    positions : sequence of int

    Returns
    -------
    mapping of position to tuple of Counterfactual
    """
    excluded = standings.codes >= EXCLUDED
    trials = _kept_trials(market, standings, _CHANGES, [at for at in positions if not excluded[at]], _changing)
    trials |= _kept_trials(market, standings, _LIFTS, [at for at in positions if excluded[at]], _lifting)
    found: dict[int, list[Outcome]] = {at: [] for at in positions}
    for outcome in placed(market, standings, [(at, trial) for at in positions for trial in trials[at]]):
        found[outcome.at].append(outcome)
    place = {at: k for k, at in enumerate(standings.best(), start=1)}
    return {at: _told(market, standings, at, place.get(at), outcomes) for at, outcomes in found.items()}


def _kept_trials(
    market: ScoredMarket,
    standings: Standings,
    key: TellingKey[tuple[Trial, ...]],
    positions: Sequence[int],
    find: Callable[[ScoredMarket, Standings, Sequence[int], Call], Iterator[tuple[int, Trial]]],
) -> dict[int, tuple[Trial, ...]]:
    """Trials of several positions; those of pairs that were tried before are not tried again."""
    posting = market.records.postings[standings.posting]
    people = {at: market.records.applicants[int(standings.rows[at])] for at in positions}
    known = {at: market.told.of(key, person, posting) for at, person in people.items()}
    new: dict[int, list[Trial]] = {at: [] for at, trials in known.items() if trials is None}
    for at, trial in find(market, standings, list(new), _call(market, standings)) if new else ():
        new[at].append(trial)
        between_steps()
    for at, trials in new.items():
        market.told.keep(key, people[at], posting, tuple(trials))
    return {at: tuple(new[at]) if trials is None else trials for at, trials in known.items()}


def _call(market: ScoredMarket, standings: Standings) -> Call:
    j, posting = standings.posting, market.records.postings[standings.posting]
    view = market.verdicts.view(j)
    must_have = rulesets_on(market.on, market.rulesets, programs=["must_have"])["must_have"]
    return Call(posting, view.ruleset, must_have, is_tryout=view.trials[j] != "none")


def _answers(market: ScoredMarket, standings: Standings, at: int, call: Call) -> Iterator[Change]:
    applicant = market.records.applicants[int(standings.rows[at])]
    return answers(applicant, call, on=market.on, is_district_open=int(standings.codes[at]) == _DISTRICT)


def _changing(
    market: ScoredMarket, standings: Standings, positions: Sequence[int], call: Call
) -> Iterator[tuple[int, Trial]]:
    """Trials of every open fact of those who are not excluded."""
    cases = [Case(at, change) for at in positions for change in _answers(market, standings, at, call)]
    yield from zip((case.at for case in cases), tried(market, standings, cases), strict=True)


def _lifting(
    market: ScoredMarket, standings: Standings, positions: Sequence[int], call: Call
) -> Iterator[tuple[int, Trial]]:
    """Trials of the fewest requirements that lift each exclusion, alone or several together."""
    applicants = market.records.applicants
    waiting = {at: tuple(unmet(applicants[int(standings.rows[at])], call, on=market.on)) for at in positions}
    together = 1
    while waiting := {at: changes for at, changes in waiting.items() if len(changes) >= together}:
        cases = [
            Case(at, change)
            for at, changes in waiting.items()
            for several in combinations(changes, together)
            if (change := joined(several)) is not None
        ]
        trials = zip((case.at for case in cases), tried(market, standings, cases), strict=True)
        lifted = [(at, trial) for at, trial in trials if trial.code < EXCLUDED]
        yield from lifted
        done = {at for at, _ in lifted}
        waiting = {at: changes for at, changes in waiting.items() if at not in done}
        together += 1


def _told(
    market: ScoredMarket, standings: Standings, at: int, before: int | None, outcomes: Sequence[Outcome]
) -> tuple[Counterfactual, ...]:
    code = int(standings.codes[at])
    effects = [(_effect(code, before, outcome), k, outcome) for k, outcome in enumerate(outcomes)]
    telling = sorted((-size, moved, k) for (size, moved), k, _ in effects if size or moved)
    chosen = _without_needless_pairs([outcomes[k] for _, _, k in telling], code)[: change_table().most]
    i, j = int(standings.rows[at]), standings.posting
    rules = market.verdicts.findings(i, j) if chosen else ()
    return tuple(
        Counterfactual(
            change=outcome.trial.change.code,
            rule_id=_rule(rules, outcome) if outcome.code != code else None,
            term=_term(market, standings, at, outcome) if outcome.place != before else None,
            sentence=_sentence(outcome, code, before, rules),
            verdict=outcome.verdict,
            rank_before=before,
            rank_after=outcome.place,
        )
        for outcome in chosen
    )


def _effect(code: int, before: int | None, outcome: Outcome) -> tuple[int, int]:
    """How much an outcome alters: 2 = in or out, 1 = another verdict; and minus the places it moves."""
    if (outcome.code >= EXCLUDED) != (code >= EXCLUDED):
        return 2, outcome.place or 0
    moved = abs((outcome.place or 0) - (before or 0))
    return int(outcome.code != code), -moved


def _without_needless_pairs(outcomes: Sequence[Outcome], code: int) -> list[Outcome]:
    """Both districts together are told only where neither alone brings a better verdict."""
    alone = any(
        outcome.trial.change.code in {"zone_origin_outside", "zone_inside"} and outcome.code < code
        for outcome in outcomes
    )
    return [outcome for outcome in outcomes if not (alone and outcome.trial.change.code == "zone_both")]


def _rule(before: Sequence[RuleFinding], outcome: Outcome) -> str | None:
    """The first rule that objects on one side of the change only."""
    after = outcome.trial.rules
    told = {(finding.rule_id, finding.verdict) for finding in before}
    left = {(finding.rule_id, finding.verdict) for finding in after}
    gone = [finding for finding in before if (finding.rule_id, finding.verdict) not in left]
    come = [finding for finding in after if (finding.rule_id, finding.verdict) not in told]
    order = [*come, *gone] if outcome.code >= EXCLUDED else [*gone, *come]
    return next((finding.rule_id for finding in order if not finding.note), None)


def _term(market: ScoredMarket, standings: Standings, at: int, outcome: Outcome) -> str | None:
    """The term that moves most, where the place of a candidate changes."""
    if outcome.trial.value is None or standings.codes[at] >= EXCLUDED:
        return None
    moves = np.abs(outcome.trial.value - told(standings.shares.value[at]))
    return market.coordinator.names[int(np.argmax(moves))]


def _sentence(outcome: Outcome, code: int, before: int | None, rules: Sequence[RuleFinding]) -> str:
    result, condition, after = change_table().result, outcome.trial.change.condition, outcome.place
    if code >= EXCLUDED:
        lifted = result.lifted if _is_must_have(rules) else result.lifted_tax
        template = lifted if outcome.code == _COVERED else result.lifted_open
    elif outcome.code >= EXCLUDED:
        template = result.out if _is_must_have(outcome.trial.rules) else result.out_tax
    elif outcome.code != code:
        template = result.verdict if before == after else result.verdict_moved
    else:
        template = result.moved
    return template.format(condition=condition, before=before, after=after, words=_words(outcome))


def _is_must_have(rules: Sequence[RuleFinding]) -> bool:
    unmet_rules = [rule for rule in rules if rule.verdict == "not_covered" and not rule.note]
    return all(is_must_have(rule.rule_id) for rule in unmet_rules)


def _words(outcome: Outcome) -> str:
    deciding = next((rule for rule in outcome.trial.rules if not rule.note), None)
    return "" if deciding is None else verdict_words(deciding)
