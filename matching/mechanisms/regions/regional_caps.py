"""Matching under caps of nested regions: flexible deferred acceptance, and the rule of Japan's residency match."""

from __future__ import annotations

import numpy as np

from matching.errors import MechanismError
from matching.market import Market
from matching.mechanisms.regions.regional_choice import propose
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.mechanisms.stable.strict_positions import strict_lists
from matching.mechanisms.stable.strictness import verify_strict
from matching.outcome import Matching
from matching.regions import Regions

__all__ = ["flexible_deferred_acceptance", "japan_residency_matching"]


def flexible_deferred_acceptance(market: Market, regions: Regions) -> Matching:
    """Return the best matching for applicants that is stable under the caps of nested regions.

    1. An applicant without a place proposes to the best acceptable posting that has not refused yet.
    2. Of all proposals so far every posting keeps its best ``min(target, capacity)``. Then the postings take turns, in
       the order of ``regions.turn``, round after round: each keeps its next best, as long as its capacity and the caps
       of all regions around it allow.
    3. Steps 1 and 2 repeat until every applicant is kept or has come to the end of the list.

    Parameters
    ----------
    market : Market
        Strict on both sides; entries that the other side does not return are passed over.
    regions : Regions
        Caps, targets and turns count; floors are left aside. Both targets and turns change the result: record them.

    Returns
    -------
    Matching
        Within capacities and caps, individually rational, and stable in the sense of [1]_: every pair that still blocks
        is one that the caps excuse. Read for nested regions, a pair is excused if a region around the posting is full,
        the posting ranks all it holds above the applicant, and either a full region contains the posting but not the
        place the applicant would leave, or the move would take the balance of the two postings, counted from their
        targets, the wrong way. Where no cap binds it is the result of deferred acceptance. In disjoint regions no
        applicant is worse off than under :func:`japan_residency_matching`. No applicant gains by reporting another
        list.

    Raises
    ------
    MechanismError
        When a list holds a tie, or the regions are those of another number of postings.

    Notes
    -----
    Step 2 is a substitutable choice with the law of aggregate demand, from which stability and strategy-proofness
    follow [2]_ [3]_. Give posting p seats 1, 2, ... up to its capacity and seat k the key (max(0, k - target), turn of
    p). A posting with c proposals opens its first c seats. Step 2 takes open seats in the order of their keys as long
    as no cap is broken: the greedy algorithm on a laminar matroid, with a strict order. Hence

    * one more proposal opens at most one seat, so the seats taken change by at most one in and one out, and never
      become fewer: the law of aggregate demand;
    * a seat that was not taken among few open seats is not taken among more, so a posting that has refused somebody
      never again keeps more than it does then, and whoever it refused stays refused: substitutes;
    * the seat given up has the largest key of the innermost full region around the new one.

    That is how it is computed: a segment tree over the postings, which lie region by region, gives the largest key in
    O(log m), and the last applicant kept by a posting that has refused only moves up its list. O(nnz + n log m) time
    for each level of regions, O(nnz) bytes beside the market.

    References
    ----------
    .. [1] Y. Kamada and F. Kojima (2015), Efficient matching under distributional constraints: theory and
       applications, American Economic Review 105(1), 67-99, :doi:`10.1257/aer.20101552`.
    .. [2] F. Kojima, A. Tamura and M. Yokoo (2018), Designing matching mechanisms under constraints: an approach from
       discrete convex analysis, Journal of Economic Theory 176, 803-833, :doi:`10.1016/j.jet.2018.05.004`.
    .. [3] Y. Kamada and F. Kojima (2018), Stability and strategy-proofness for matching with constraints: a necessary
       and sufficient condition, Theoretical Economics 13(2), 761-794.

    Examples
    --------
    Both applicants wish for posting 0 only. The region may hold two and meant one for each posting.

    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0], [0]], n_choices=2),
    ...     Preferences.from_lists([[0, 1], [0, 1]], n_choices=2),
    ...     capacity=np.array([2, 2]),
    ... )
    >>> regions = Regions.flat([0, 0], cap=[2], target=[1, 1])
    >>> flexible_deferred_acceptance(market, regions).posting_of
    array([0, 0])
    >>> japan_residency_matching(market, regions).posting_of
    array([ 0, -1])
    """
    verify_strict(market)
    _verify_fit(market, regions)
    return Matching(propose(strict_lists(market), regions, market.capacity), market.n_postings)


def japan_residency_matching(market: Market, regions: Regions) -> Matching:
    """Return the result of deferred acceptance in which every posting has ``min(target, capacity)`` seats.

    So Japan's residency match split a prefecture's cap onto its hospitals in advance. Caps hold because targets add up
    to no more than the cap of any region, but a seat one posting does not fill is lost to the others: the result need
    neither be weakly stable nor efficient [1]_. It is here to be compared with :func:`flexible_deferred_acceptance`.

    Parameters
    ----------
    market : Market
        Strict on both sides.
    regions : Regions
        Only the targets count, also those of postings that no cap limits.

    Raises
    ------
    MechanismError
        When a list holds a tie, or the regions are those of another number of postings.

    References
    ----------
    .. [1] Y. Kamada and F. Kojima (2015), Efficient matching under distributional constraints: theory and
       applications, American Economic Review 105(1), 67-99, :doi:`10.1257/aer.20101552`.
    """
    _verify_fit(market, regions)
    seats = np.minimum(market.capacity, regions.target)
    return deferred_acceptance(Market(market.applicants, market.postings, seats))


def _verify_fit(market: Market, regions: Regions) -> None:
    if regions.n_postings != market.n_postings:
        raise MechanismError(f"the regions have {regions.n_postings} postings, expected {market.n_postings}")
