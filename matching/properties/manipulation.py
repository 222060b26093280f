"""Manipulation: lists other than the true one that get an applicant a place the true one does not.

A mechanism is strategy-proof for applicants when there is never such a list. A search can only find one; where it finds
none it says how many it tried, and where it tried all of them it says that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, permutations
from typing import TypeAlias

import numpy as np

from matching.arrays import Int64s
from matching.errors import OutcomeError
from matching.market import Market
from matching.outcome import UNMATCHED, Matching
from matching.preferences import Preferences
from matching.properties.lists import UNRANKED

__all__ = ["Misreport", "Run", "probe_strategy_proofness", "profitable_misreport"]

Run: TypeAlias = Callable[[Market], Matching]
"""A mechanism on a market, every option and every lottery fixed."""

Report: TypeAlias = tuple[int, ...]

_SHORT = 4
"""Postings up to which every order of every choice among them is tried: 65 lists with the empty one."""


@dataclass(frozen=True, eq=False)
class Misreport:
    """A list that gets an applicant a strictly better place than the true list.

    Attributes
    ----------
    applicant : int
        Whose list it is.
    report : (k,) int64
        The strict list to report instead, best first.
    truthful, gained : int
        The posting held under the true list, -1 for none, and under the report.
    truthful_rank, gained_rank : int
        Their ranks in the true list, 0 is best; ``truthful_rank`` is -1 for no place.
    """

    applicant: int
    report: Int64s
    truthful: int
    gained: int
    truthful_rank: int
    gained_rank: int


def profitable_misreport(
    run: Run, market: Market, applicant: int, *, n_probes: int, rng: np.random.Generator
) -> Misreport | None:
    """Return the list that gains most among those tried, or None where none of them gains.

    Tried are, in this order, the true list cut short, one entry dropped, two entries exchanged, one brought to the top;
    in a market of up to four postings every list there is, and for a list of up to four every order of every choice
    among them; then ``n_probes`` lists drawn at random, half of them postings that are not listed.

    Parameters
    ----------
    run : callable
        A mechanism; the same market must always give the same matching.
    market : Market
        With the true lists, ties included, by which the places are judged.
    applicant : int
        Whose list is varied; the other lists stay.
    n_probes : int
        Random lists, each of a random length. They repeat, so fewer may be tried.
    rng : numpy.random.Generator
        Draws them.

    Returns
    -------
    Misreport or None
        Of several with the same gain the one tried first. A place that is not on the true list is no gain.

    Raises
    ------
    OutcomeError
        When there is no such applicant or ``n_probes`` is negative.

    Notes
    -----
    O(k**2 + n_probes) runs for a list of k entries. The search ends early at the first choice.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1], [0, 1]], n_choices=2),
    ...     Preferences.from_lists([[0, 1], [0, 1]], n_choices=2),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> def to_whoever_asks_alone(market: Market) -> Matching:
    ...     first = [row[0] if row else -1 for row in market.applicants.to_lists()]
    ...     return Matching(np.array([wish if first.count(wish) == 1 else -1 for wish in first]), 2)
    >>> found = profitable_misreport(to_whoever_asks_alone, market, 1, n_probes=0, rng=np.random.default_rng(0))
    >>> found.report, found.truthful, found.gained
    (array([1]), -1, 1)
    """
    _verify_applicant(market, applicant, n_probes)
    lists, start = market.applicants, int(market.applicants.indptr[applicant])
    span = slice(start, int(lists.indptr[applicant + 1]))
    true_list: Report = tuple(lists.indices[span].tolist())
    rank_of = dict(zip(true_list, lists.ranks[span].tolist(), strict=True))
    truthful = int(run(market).posting_of[applicant])
    honest_rank = rank_of.get(truthful, UNRANKED)
    best, best_rank = None, honest_rank
    tried = {true_list} if np.unique(lists.ranks[span]).size == len(true_list) else set[Report]()
    drawn = (_drawn(true_list, market.n_postings, rng) for _ in range(n_probes))
    for report in chain(_near(true_list), _orders(true_list, market.n_postings), drawn):
        if best_rank == min(rank_of.values(), default=UNRANKED):
            break
        if report in tried:
            continue
        tried.add(report)
        place = int(run(_with_report(market, applicant, report)).posting_of[applicant])
        if rank_of.get(place, UNRANKED) < best_rank:
            best, best_rank = (report, place), rank_of[place]
    if best is None:
        return None
    before = UNMATCHED if honest_rank == UNRANKED else honest_rank
    return Misreport(applicant, np.array(best[0], np.int64), truthful, best[1], before, best_rank)


def probe_strategy_proofness(
    run: Run,
    market: Market,
    *,
    n_probes: int,
    rng: np.random.Generator,
    applicants: Sequence[int] | None = None,
) -> list[Misreport]:
    """Return one profitable misreport for every applicant for whom one was found.

    Parameters
    ----------
    run, market, n_probes, rng
        As for :func:`profitable_misreport`.
    applicants : sequence of int, optional
        Whose lists are varied; everybody's when omitted.

    Raises
    ------
    OutcomeError
        When there is no such applicant or ``n_probes`` is negative.
    """
    chosen = range(market.n_applicants) if applicants is None else applicants
    found = (profitable_misreport(run, market, applicant, n_probes=n_probes, rng=rng) for applicant in chosen)
    return [misreport for misreport in found if misreport is not None]


def _verify_applicant(market: Market, applicant: int, n_probes: int) -> None:
    if not 0 <= applicant < market.n_applicants:
        raise OutcomeError(f"applicant is {applicant}, expected one of the {market.n_applicants} applicants")
    if n_probes < 0:
        raise OutcomeError(f"n_probes is {n_probes}, expected >= 0")


def _near(true_list: Report) -> Iterator[Report]:
    """The list cut short, one entry dropped, two exchanged, one brought to the top."""
    size = len(true_list)
    for length in range(size):
        yield true_list[:length]
    for at in range(size):
        yield true_list[:at] + true_list[at + 1 :]
    for one, other in combinations(range(size), 2):
        swapped = list(true_list)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        yield tuple(swapped)
    for at in range(size):
        yield (true_list[at], *true_list[:at], *true_list[at + 1 :])


def _orders(true_list: Report, n_postings: int) -> Iterator[Report]:
    """Every order of every choice among all postings, or else among those listed, where there are few of them."""
    among = range(n_postings) if n_postings <= _SHORT else true_list if len(true_list) <= _SHORT else ()
    for length in range(len(among) + 1):
        yield from permutations(among, length)


def _drawn(true_list: Report, n_postings: int, rng: np.random.Generator) -> Report:
    """Some of the list and of as many other postings, in random order."""
    others = rng.integers(n_postings, size=len(true_list) + 1) if n_postings else np.empty(0, np.int64)
    among = np.union1d(np.array(true_list, np.int64), others)
    return tuple(rng.permutation(among)[: int(rng.integers(1, among.size + 1))].tolist()) if among.size else ()


def _with_report(market: Market, applicant: int, report: Report) -> Market:
    lists = market.applicants
    start, end = lists.indptr[applicant], lists.indptr[applicant + 1]
    indices = np.concatenate([lists.indices[:start], np.array(report, np.int32), lists.indices[end:]])
    ranks = np.concatenate([lists.ranks[:start], np.arange(len(report), dtype=np.int32), lists.ranks[end:]])
    indptr = lists.indptr.copy()
    indptr[applicant + 1 :] += len(report) - (end - start)
    changed = Preferences(indptr, indices, ranks, lists.n_choices)
    return Market(changed, market.postings, market.capacity)
