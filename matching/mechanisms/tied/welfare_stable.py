"""Ties broken towards the welfare optimum: stable for the lists as they are, close to the best ignoring stability."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching.arrays import Int64s, Reals, read_only_reals
from matching.errors import MechanismError
from matching.market import Market
from matching.mechanisms.assignment.linear_assignment import Assignment, optimal_assignment
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.mechanisms.stable.ties import BrokenTies, Lottery, break_ties
from matching.mechanisms.tied.improvement_cycles import improve_by_cycles
from matching.mechanisms.tied.max_cardinality_stable import max_cardinality_stable
from matching.outcome import Matching
from matching.scored_pairs import ScoredPairs
from matching.statistics import BELOW_EVERY_RANK, rank_held

__all__ = ["WelfareStable", "welfare_stable"]

_EXACT_INTEGERS = 2.0**52
"""Totals below it still tell one more person from one fewer in double precision."""


@dataclass(frozen=True, eq=False)
class WelfareStable:
    """A weakly stable matching found under a guide, and the plain lottery it is compared with.

    Attributes
    ----------
    matching : Matching
        Weakly stable on the lists as submitted.
    welfare : float
        Sum of the scores of the pairs formed.
    guide : int
        Number of the guide that led to it, 0 for the assignment.
    ignoring_stability : Matching
        The assignment that guides: most people, then the largest sum of scores.
    seat_prices : (m,) float64
        What one more seat at each posting would add to that assignment, a person counting more than any sum of scores.
    lottery : BrokenTies
        The numbers that decided what the guide left open, and the lists they make alone.
    by_lottery : Matching
        Deferred acceptance on those lists.
    gaining, losing : int64
        Applicants who strictly prefer the place under the guide, and those who strictly prefer that of the lottery.
    """

    matching: Matching
    welfare: float
    guide: int
    ignoring_stability: Matching
    seat_prices: Reals
    lottery: BrokenTies
    by_lottery: Matching
    gaining: Int64s
    losing: Int64s


def welfare_stable(
    market: Market,
    scores: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    lottery: Lottery = "single",
    n_guides: int = 50,
    improve: bool = False,
) -> WelfareStable:
    """Break ties towards the assignment that places the most people with the largest sum of scores.

    1. Find that assignment within the seats, ignoring stability; keep its pairs and its seat prices.
    2. Order every tie. An applicant's: the posting of the assignment, then score less seat price, higher first, then
       the lottery. A posting's: its people of the assignment, then the lottery.
    3. Run applicant-proposing deferred acceptance on the strict lists. What is stable for them is weakly stable for
       the lists with ties.

    Parameters
    ----------
    market : Market
        Ties on either side; strict preferences are never overruled.
    scores : (nnz,) float
        Value of the pair of every entry of the applicants' lists, higher is better.
    rng : numpy.random.Generator
        Draws the lottery, then the orders of entry that further guides need.
    lottery : {"single", "multiple"}
        As in :func:`matching.mechanisms.stable.ties.break_ties`.
    n_guides : int
        >= 1, 1 for steps 1 to 3 alone. The second guide puts first the pairs that promotion finds
        (:func:`matching.mechanisms.tied.max_cardinality_stable.max_cardinality_stable`): it places as many as those,
        and nobody worse. The third is the assignment in which one more first wish outweighs any number of second ones
        and so on, as far as doubles reach. Further ones are the second with other orders of entry. The matching that
        places the most people is kept, of those the one of the largest sum of scores, of those the first.
    improve : bool
        Follow every guide by :func:`matching.mechanisms.tied.improvement_cycles.improve_by_cycles`.

    Raises
    ------
    MarketError
        When there is not one finite score an entry.
    MechanismError
        When ``n_guides`` is below 1 or the lottery is unknown.

    Notes
    -----
    The tie-break is computed from the reports, so strategy-proofness is not guaranteed in general; with the lottery
    alone (:func:`matching.mechanisms.stable.ties.break_ties`) it is. Who gains and who loses by the guide is reported.

    *Tie rule.* Which of several equally good assignments guides follows from the order of applicants and pairs; the
    lottery decides what the guide leaves equal.

    *Most people first.* Scores are shifted so that the lowest is 0, and every pair is worth a constant besides, more
    than the scores of a whole matching can add up to. Sums then reach n squared times the widest difference of two
    scores, so differences below n squared times 1e-16 of it are not told apart.

    O(assignment + n_guides nnz log nnz).

    References
    ----------
    .. [1] G. Wiratchotisatian, H. Atef Yekta and A. C. Trapp (2022), Stability representations of many-to-one matching
       problems: an integer optimization approach, INFORMS Journal on Computing 34(6), 3325-3343,
       :doi:`10.1287/ijoc.2022.1237`.
    .. [2] A. Erdil and H. Ergin (2008), What's the matter with tie-breaking? Improving efficiency in school choice,
       American Economic Review 98(3), 669-689, :doi:`10.1257/aer.98.3.669`.

    Examples
    --------
    Applicant 0 is indifferent; the guide leaves posting 0 to applicant 1, who has no other.

    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[[0, 1]], [0]], n_choices=2),
    ...     Preferences.from_lists([[[0, 1]], [0]], n_choices=2),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> guided = welfare_stable(market, [0.9, 0.2, 0.1], rng=np.random.default_rng(0))
    >>> guided.matching.posting_of, round(guided.welfare, 6)
    (array([1, 0]), 0.3)
    """
    if n_guides < 1:
        raise MechanismError(f"n_guides is {n_guides}, expected >= 1")
    values = read_only_reals(scores, "scores")
    pairs = ScoredPairs.from_market(market, values)
    broken = break_ties(market, rng=rng, lottery=lottery)
    best = optimal_assignment(ScoredPairs.from_market(market, _people_first(market, values)), market.capacity)
    found: list[tuple[int, float, int, Matching]] = []
    for number, guide in enumerate(_guides(market, values, best, rng, n_guides)):
        matching = deferred_acceptance(_guided(market, guide, broken))
        if improve:
            matching = improve_by_cycles(market, matching)
        found.append((matching.n_matched, pairs.total(matching), -number, matching))
    _, welfare, number, matching = max(found, key=lambda one: one[:3])
    by_lottery = deferred_acceptance(broken.market)
    held, held_by_lottery = (rank_held(market, each, of_no_place=BELOW_EVERY_RANK) for each in (matching, by_lottery))
    return WelfareStable(
        matching,
        welfare,
        -number,
        best.matching,
        best.posting_prices,
        broken,
        by_lottery,
        gaining=np.flatnonzero(held < held_by_lottery),
        losing=np.flatnonzero(held > held_by_lottery),
    )


class _Guide(NamedTuple):
    partner: Matching  # comes first in every tie
    worth: Reals  # (nnz,) orders the rest of an applicant's tie, higher first


def _guides(
    market: Market, values: Reals, best: Assignment, rng: np.random.Generator, n_guides: int
) -> Iterator[_Guide]:
    places = market.applicants.indices
    worth = values - best.posting_prices[places]
    yield _Guide(best.matching, worth)
    if n_guides > 1:
        yield _Guide(max_cardinality_stable(market).matching, worth)
    if n_guides > 2:
        yield _by_tiers(market, values)
    for _ in range(3, n_guides):
        yield _Guide(max_cardinality_stable(market, rng=rng).matching, worth)


def _by_tiers(market: Market, values: Reals) -> _Guide:
    weights = _tiers_first(market, values)
    best = optimal_assignment(ScoredPairs.from_market(market, weights), market.capacity)
    return _Guide(best.matching, weights - best.posting_prices[market.applicants.indices])


def _guided(market: Market, guide: _Guide, broken: BrokenTies) -> Market:
    """The strict market: ranks as they are, within a tie the guide, within that the lottery."""
    single = broken.lottery == "single"
    lists, postings = market.applicants, market.postings
    of_postings = broken.posting_numbers[lists.indices] if single else broken.posting_numbers
    of_applicants = broken.applicant_numbers[postings.indices] if single else broken.applicant_numbers
    is_partner = guide.partner.posting_of[lists.rows()] == lists.indices
    is_holder = guide.partner.posting_of[postings.indices] == postings.rows()
    order = np.lexsort((of_postings, -guide.worth, ~is_partner, lists.ranks, lists.rows()))
    order_of_postings = np.lexsort((of_applicants, ~is_holder, postings.ranks, postings.rows()))
    return Market(
        lists.in_strict_order(lists.indices[order]),
        postings.in_strict_order(postings.indices[order_of_postings]),
        market.capacity,
    )


def _people_first(market: Market, values: Reals) -> Reals:
    """Scores from 0 upwards, and on every pair a constant that no sum of them reaches."""
    from_zero, spread = _from_zero(market, values)
    return from_zero + ((_n_placeable(market) + 1) * spread or 1.0)


def _tiers_first(market: Market, values: Reals) -> Reals:
    """People first, then first wishes, then second ones and so on, as many tiers as doubles can keep apart."""
    from_zero, spread = _from_zero(market, values)
    base = _n_placeable(market) + 2.0
    n_tiers = max(int(np.log(_EXACT_INTEGERS) / np.log(base)) - 2, 0)
    tier = np.minimum(market.applicants.ranks, n_tiers)
    in_tier = np.where(tier < n_tiers, base ** (n_tiers - tier), 0.0)
    return np.asarray(base ** (n_tiers + 1) + in_tier + from_zero / (spread or 1.0))


def _from_zero(market: Market, values: Reals) -> tuple[Reals, float]:
    """Scores of the pairs that can be formed less the lowest of them, 0 for other entries; and the largest of these."""
    acceptable = market.rank_at_posting >= 0
    lowest = float(values[acceptable].min(initial=np.inf)) if acceptable.any() else 0.0
    from_zero = np.where(acceptable, values - lowest, 0.0)
    return from_zero, float(from_zero.max(initial=0.0))


def _n_placeable(market: Market) -> int:
    return int(min(market.n_applicants, market.fillable_seats.sum()))
