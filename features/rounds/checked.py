"""A mechanism is run on a market, and what it finds is checked by code that shares nothing with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from matching.certificates import AssignmentCertificate, verify_optimality
from matching.errors import MechanismError
from matching.market import Market
from matching.mechanisms.assignment.linear_assignment import Assignment, optimal_assignment
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.mechanisms.stable.ties import BrokenTies, Lottery, break_ties
from matching.outcome import Matching
from matching.properties import blocking_pairs, verify_feasible, verify_individually_rational, verify_weakly_stable
from matching.scored_pairs import ScoredPairs

__all__ = ["MECHANISMS", "Checked", "Mechanism", "run_checked"]

Mechanism: TypeAlias = Literal["deferred-acceptance", "optimal-assignment"]
MECHANISMS: tuple[Mechanism, ...] = get_args(Mechanism)


@dataclass(frozen=True, eq=False)
class Checked:
    """A matching that holds what its mechanism promises on the lists with ties.

    Attributes
    ----------
    matching : Matching
    blocking : (k, 2) int64
        Listed pairs that would rather have each other: none for deferred acceptance.
    ties : BrokenTies or None
        The lottery, where one was held.
    assignment, certificate : Assignment and AssignmentCertificate, or None
        Prices and the proof they give, for the optimal assignment.
    """

    matching: Matching
    blocking: NDArray[np.int64]
    ties: BrokenTies | None = None
    assignment: Assignment | None = None
    certificate: AssignmentCertificate | None = None


def run_checked(
    market: Market,
    pairs: ScoredPairs,
    *,
    mechanism: Mechanism,
    seed: int,
    lottery: Lottery,
    before_checking: Callable[[], None] | None = None,
) -> Checked:
    """Run one mechanism and check its outcome from the lists with ties.

    Parameters
    ----------
    market : Market
    pairs : ScoredPairs
        What each entry of the applicants' lists is worth.
    mechanism : "deferred-acceptance" or "optimal-assignment"
    seed : int
        Of the lottery that breaks ties.
    lottery : "single" or "multiple"
    before_checking : callable, optional
        Called when the matching is found and not yet checked; it may raise to end the round there.

    Raises
    ------
    MechanismError
        If the mechanism has another name.
    OutcomeError, CertificateError
        If the outcome fails its check.
    """
    if mechanism not in MECHANISMS:
        raise MechanismError(f"mechanism is {mechanism}, expected one of {', '.join(MECHANISMS)}")
    if mechanism == "deferred-acceptance":
        ties = break_ties(market, rng=np.random.default_rng(seed), lottery=lottery)
        matching = deferred_acceptance(ties.market, proposing="applicants")
        _tell(before_checking)
        verify_weakly_stable(market, matching)
        found = Checked(matching, blocking_pairs(market, matching), ties=ties)
    else:
        best = optimal_assignment(pairs, market.capacity)
        _tell(before_checking)
        proof = verify_optimality(pairs, market.capacity, best.matching, best.applicant_prices, best.posting_prices)
        found = Checked(best.matching, blocking_pairs(market, best.matching), assignment=best, certificate=proof)
    verify_feasible(market, found.matching)
    verify_individually_rational(market, found.matching)
    return found


def _tell(listener: Callable[[], None] | None) -> None:
    if listener is not None:
        listener()
