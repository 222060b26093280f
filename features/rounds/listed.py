"""A round over lists that were made before, checked among the listed pairs.

Nobody is placed where no list has the pair, and whether such a pair would rather have each other is not asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.rounds.checked import Checked, Mechanism, run_checked
from features.rounds.listed_market import ListedRound
from matching.explain.cutoffs import cutoffs
from matching.mechanisms.stable.ties import Lottery
from matching.outcome import UNMATCHED
from matching.properties import is_feasible, is_individually_rational
from matching.statistics import matching_statistics

__all__ = ["ListedResult", "run_listed_round"]


@dataclass(frozen=True, eq=False)
class ListedResult:
    """The outcome of a round over lists, checked among the listed pairs.

    Attributes
    ----------
    round : ListedRound
    mechanism : Mechanism
    found : Checked
    """

    round: ListedRound
    mechanism: Mechanism
    found: Checked

    def placements(self) -> pl.DataFrame:
        """``applicant_id``, ``posting_id`` (null: no place) and ``number``, the applicant's in a single lottery."""
        held = self.found.matching.posting_of
        where = pl.Series("posting_id", np.maximum(held, 0)).set(pl.Series(held == UNMATCHED), None)
        return pl.DataFrame(
            {
                "applicant_id": self.round.applicant_ids,
                "posting_id": self.round.posting_ids.gather(where),
                "number": self._numbers("applicant_numbers", len(self.round.applicant_ids)),
            }
        )

    def seats(self) -> pl.DataFrame:
        """``posting_id``, ``seats``, ``placed``, ``cutoff`` and ``number`` of every posting.

        The cutoff is the coordinator's score of who got in last, null where a seat is left.
        """
        market, last = self.round.market, cutoffs(self.round.market, self.found.matching)
        placed = market.capacity - last.seats_left
        return pl.DataFrame(
            {
                "posting_id": self.round.posting_ids,
                "seats": market.capacity,
                "placed": placed,
                "cutoff": self._lowest_held().set(pl.Series((last.seats_left > 0) | (placed == 0)), None),
                "number": self._numbers("posting_numbers", len(self.round.posting_ids)),
            }
        )

    def report(self) -> dict[str, object]:
        """Figures and proofs; no person is in it."""
        market, matching, is_cut = self.round.market, self.found.matching, self.round.is_cut
        figures, proof = matching_statistics(market, matching), self.found.certificate
        unmatched = matching.posting_of == UNMATCHED
        return {
            "people": figures.n_applicants,
            "matched": figures.n_matched,
            "seats": figures.n_seats,
            "filled": figures.n_filled,
            "first_choice_share": _share(figures.first_choice_share),
            "mean_rank": _share(figures.mean_rank),
            "objective": round(self.round.pairs.total(matching), 6),
            "scope": "among the listed pairs; no other pair was looked at",
            "feasible": is_feasible(market, matching),
            "individually_rational": is_individually_rational(market, matching),
            "blocking_pairs": len(self.found.blocking),
            "certificate": None
            if proof is None
            else {"value": round(proof.value, 9), "bound": round(proof.bound, 9), "holds": proof.holds},
            "listed_pairs": int(market.applicants.indices.size),
            "cut_lists": int(is_cut.sum()),
            "unmatched_with_cut_list": int((is_cut & unmatched).sum()),
            "unmatched_without_list": int((unmatched & (np.diff(market.applicants.indptr) == 0)).sum()),
            "left_out": {"accepted": self.round.n_accepted, "unordered": self.round.n_unordered},
            "households_not_kept": self.round.n_households,
        }

    def _numbers(self, name: str, n: int) -> pl.Series:
        ties = self.found.ties
        numbers = getattr(ties, name) if ties is not None and ties.lottery == "single" else [None] * n
        return pl.Series("number", numbers, dtype=pl.Int64)

    def _lowest_held(self) -> pl.Series:
        """The lowest coordinator's score that holds a seat of each posting."""
        lists, held = self.round.market.applicants, self.found.matching.posting_of
        is_held = lists.indices == held[lists.rows()]
        lowest = np.full(self.round.market.n_postings, np.inf)
        np.minimum.at(lowest, lists.indices[is_held], self.round.coordinator_scores[is_held])
        return pl.Series("cutoff", lowest)


def run_listed_round(
    opened: ListedRound, *, mechanism: Mechanism = "deferred-acceptance", seed: int = 0, lottery: Lottery = "single"
) -> ListedResult:
    """Run one mechanism over the listed pairs and check its outcome, as :func:`features.rounds.results.run_round` does.

    Raises
    ------
    OutcomeError, CertificateError
        If the outcome fails its check.
    """
    found = run_checked(opened.market, opened.pairs, mechanism=mechanism, seed=seed, lottery=lottery)
    return ListedResult(opened, mechanism, found)


def _share(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)
