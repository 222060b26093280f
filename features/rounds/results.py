"""A round is run, checked from the original lists, and told with ids: who, where, at which cutoff, and why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from features.rounds.checked import MECHANISMS, Mechanism, run_checked
from features.rounds.passed_over import passed_over
from features.rounds.round import Round
from matching.certificates import AssignmentCertificate
from matching.explain.cutoffs import Cutoffs, cutoffs, explain_unmatched, menus
from matching.mechanisms.assignment.linear_assignment import Assignment
from matching.mechanisms.stable.ties import BrokenTies, Lottery
from matching.outcome import UNMATCHED, Matching
from matching.properties import is_feasible
from matching.scored_pairs import ScoredPairs
from matching.statistics import matching_statistics

__all__ = ["MECHANISMS", "Mechanism", "RoundResult", "run_round"]


@dataclass(frozen=True, eq=False)
class RoundResult:
    """The outcome of one round, checked.

    Attributes
    ----------
    round : Round
        The lists it answers.
    mechanism : Mechanism
    matching : Matching
        Indices follow the ids in ascending order.
    blocking : (k, 2) int64
        Pairs that would rather have each other, on the lists with ties: none for deferred acceptance.
    ties : BrokenTies or None
        The published lottery, where one was held.
    assignment, certificate : Assignment and AssignmentCertificate, or None
        Prices and the proof they give, for the optimal assignment.
    """

    round: Round
    mechanism: Mechanism
    matching: Matching
    blocking: NDArray[np.int64]
    ties: BrokenTies | None = None
    assignment: Assignment | None = None
    certificate: AssignmentCertificate | None = None

    @property
    def placements(self) -> dict[str, str | None]:
        """Posting of each applicant, ``None`` for the unmatched."""
        ids = self.round.scored.postings.ids
        return {
            applicant_id: None if posting == UNMATCHED else ids[posting]
            for applicant_id, posting in zip(
                self.round.scored.applicants.ids, self.matching.posting_of.tolist(), strict=True
            )
        }

    @cached_property
    def pairs(self) -> ScoredPairs:
        """What each acceptable pair is worth: the mean of both sides' scores."""
        return _pairs(self.round)

    def report(self) -> dict[str, object]:
        """Figures, proofs, cutoffs and the unmatched with their reasons, all by id."""
        figures = matching_statistics(self.round.market, self.matching)
        told: dict[str, object] = {
            "matched": figures.n_matched,
            "feasible": is_feasible(self.round.market, self.matching),
            "stable": len(self.blocking) == 0,
            "stability": "weak: no pair would both strictly gain, ties as given",
            "blocking_pairs": self._pairs_of_ids(self.blocking),
            "objective": round(self.pairs.total(self.matching), 6),
            "certificate": _certificate(self.certificate),
            "seats": figures.n_seats,
            "filled": figures.n_filled,
            "first_choice_share": _share(figures.first_choice_share),
            "mean_rank": _share(figures.mean_rank),
            "wishes": self.round.wishes,
            "notes": self._notes(),
            "lottery": self._lottery(),
            "prices": self._prices(),
            "cutoffs": self._cutoffs(),
            "unmatched": self._unmatched(),
        }
        return told | self._by_standing()

    def _by_standing(self) -> dict[str, object]:
        """Who took no part, and who was placed below a wish: told where it was asked who takes part."""
        if self.round.left_out is None:
            return {}
        return {"left_out": asdict(self.round.left_out), "passed_over": self._passed_over()}

    def _passed_over(self) -> list[dict[str, object]]:
        return passed_over(self.round, self.matching, by_lottery=self.ties is not None)

    def _pairs_of_ids(self, pairs: NDArray[np.int64]) -> list[list[str]]:
        scored = self.round.scored
        return [[scored.applicants.ids[i], scored.postings.ids[j]] for i, j in pairs.tolist()]

    def _notes(self) -> list[str]:
        """What the result does not say by itself."""
        return [
            f"世帯 {household.household_id} の一緒の希望は、この方式では守れません。一人ずつ配置しました。"
            for household in self.round.scored.records.households
        ]

    def _lottery(self) -> dict[str, object] | None:
        if self.ties is None:
            return None
        scored = self.round.scored
        numbers: dict[str, object] = {"kind": self.ties.lottery, "rule": "the lower number comes first"}
        if self.ties.lottery == "multiple":
            return numbers
        return numbers | {
            "applicants": _by_id(scored.applicants.ids, self.ties.applicant_numbers),
            "postings": _by_id(scored.postings.ids, self.ties.posting_numbers),
        }

    def _prices(self) -> dict[str, float] | None:
        if self.assignment is None:
            return None
        ids = self.round.scored.postings.ids
        return {ids[j]: round(float(price), 6) for j, price in enumerate(self.assignment.posting_prices) if price > 0}

    def _cutoffs(self) -> dict[str, object]:
        """Last admitted person's score where a posting is full; seats left elsewhere."""
        scored, last = self.round.scored, self._last_admitted
        told: dict[str, object] = {}
        for j in np.flatnonzero(self.round.market.capacity):
            full = last.seats_left[j] == 0
            score = float(self.round.coordinator_scores[last.applicant[j], j]) if full else None
            told[scored.postings.ids[j]] = {"score": score, "seats_left": int(last.seats_left[j])}
        return told

    def _unmatched(self) -> list[dict[str, object]]:
        market = self.ties.market if self.ties is not None else self.round.market
        menu, bar = menus(market, self.matching), self._lowest_admitted()
        ids = self.round.scored.postings.ids
        told: list[dict[str, object]] = []
        for i in np.flatnonzero(self.matching.posting_of == UNMATCHED).tolist():
            why = explain_unmatched(market, self.matching, i, menu=menu)
            would = self.round.placeable[i] & (self.round.coordinator_scores[i] > bar)
            told.append(
                {
                    "applicant_id": self.round.scored.applicants.ids[i],
                    "reasons": list(why.reasons) if self.round.acceptable[i].any() else [self._nothing_to_wish(i)],
                    "refused_by": [ids[j] for j in why.refused_by],
                    "open_to": [ids[j] for j in np.flatnonzero(would)],
                }
            )
        return told

    def _nothing_to_wish(self, applicant: int) -> str:
        """Why nothing is on somebody's list."""
        is_asked = self.round.left_out is not None and self.round.wishes == "applications"
        an_id = self.round.scored.applicants.ids[applicant]
        return "not_applied" if is_asked and an_id not in self._applied else "no_wish_left"

    @cached_property
    def _applied(self) -> frozenset[str]:
        return frozenset(one.applicant_id for one in self.round.scored.records.applications)

    @cached_property
    def _last_admitted(self) -> Cutoffs:
        return cutoffs(self.round.market, self.matching)

    def _lowest_admitted(self) -> NDArray[np.float64]:
        """(m,) score that must be beaten to get in: the last holder's where full, nothing where a seat is left."""
        last = self._last_admitted
        if not self.matching.n_applicants:
            return np.full(len(last.applicant), -np.inf)
        scores = self.round.coordinator_scores[np.maximum(last.applicant, 0), np.arange(len(last.applicant))]
        lowest = np.where(last.applicant >= 0, scores, np.inf)
        return np.where(last.seats_left > 0, -np.inf, lowest)


def run_round(
    opened: Round,
    *,
    mechanism: Mechanism = "deferred-acceptance",
    seed: int = 0,
    lottery: Lottery = "single",
    before_checking: Callable[[], None] | None = None,
) -> RoundResult:
    """Run one mechanism and check its outcome from the lists with ties.

    Parameters
    ----------
    opened : Round
    mechanism : "deferred-acceptance" or "optimal-assignment"
        Stable for everybody, applicants proposing; or the largest total of both sides' mean scores.
    seed : int
        Seed of the lottery that breaks ties; the numbers are drawn for ids in ascending order and published.
    lottery : "single" or "multiple"
    before_checking : callable, optional
        Called when the matching is found and not yet checked; it may raise to end the round there.

    Returns
    -------
    RoundResult

    Raises
    ------
    MechanismError
        If the mechanism has another name.
    OutcomeError, CertificateError
        If the outcome fails its check: a round that is not proven is an error, not a result.
    """
    found = run_checked(
        opened.market, _pairs(opened), mechanism=mechanism, seed=seed, lottery=lottery, before_checking=before_checking
    )
    return RoundResult(
        opened, mechanism, found.matching, found.blocking, found.ties, found.assignment, found.certificate
    )


def _pairs(opened: Round) -> ScoredPairs:
    lists = opened.market.applicants
    return ScoredPairs(lists.indptr, lists.indices, opened.mean_scores, lists.n_choices)


def _certificate(proof: AssignmentCertificate | None) -> dict[str, object] | None:
    if proof is None:
        return None
    return {
        "kind": "dual prices",
        "value": round(proof.value, 9),
        "bound": round(proof.bound, 9),
        "gap": round(proof.gap, 9),
        "holds": proof.holds,
    }


def _by_id(ids: tuple[str, ...], numbers: NDArray[np.int64]) -> Mapping[str, int]:
    return dict(zip(ids, numbers.tolist(), strict=True))


def _share(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)
