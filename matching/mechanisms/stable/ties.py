"""Ties broken by a published lottery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from matching.arrays import Int32s, Int64s, fixed, read_only_integers
from matching.errors import MechanismError
from matching.kernels import Kernel
from matching.market import Market
from matching.preferences import Preferences

__all__ = ["BrokenTies", "Lottery", "break_ties", "order_ties"]

Lottery: TypeAlias = Literal["single", "multiple"]


@dataclass(frozen=True, eq=False)
class BrokenTies:
    """A strict market and the numbers that made it strict; the lower number comes first.

    Attributes
    ----------
    market : Market
        The original market with every tie in order; ranks are positions in the strict list.
    lottery : {"single", "multiple"}
        Whether a member has one number for all lists or one in each list.
    applicant_numbers : int64
        They break the postings' ties. ``single``: (n,), one an applicant; ``multiple``: (nnz,), one for every entry of
        the original postings' lists.
    posting_numbers : int64
        They break the applicants' ties. ``single``: (m,), one a posting; ``multiple``: (nnz,), one for every entry of
        the original applicants' lists.
    """

    market: Market
    lottery: Lottery
    applicant_numbers: Int64s
    posting_numbers: Int64s


def break_ties(market: Market, *, rng: np.random.Generator, lottery: Lottery = "single") -> BrokenTies:
    """Put the members of every tie, on both sides, in the order of lottery numbers.

    The postings' numbers are drawn before the applicants', and neither draw reads what anybody ranked first: an
    applicant cannot change a priority by reporting another list, so deferred acceptance stays strategy-proof.

    Parameters
    ----------
    market : Market
        With or without ties; a strict market comes back with the same lists.
    rng : numpy.random.Generator
        The same generator state gives the same numbers.
    lottery : {"single", "multiple"}
        ``single``: all postings use one order of the applicants and all applicants one order of the postings.
        ``multiple``: a fresh order in every list.

    Raises
    ------
    MechanismError
        When ``lottery`` is neither.

    References
    ----------
    .. [1] A. Abdulkadiroglu, P. A. Pathak and A. E. Roth (2009), Strategy-proofness versus efficiency in matching with
       indifferences, American Economic Review 99(5), 1954-1978, :doi:`10.1257/aer.99.5.1954`.

    Examples
    --------
    >>> tied = Market(
    ...     Preferences.from_lists([[0], [0]], n_choices=1),
    ...     Preferences.from_lists([[[0, 1]]], n_choices=2),
    ...     capacity=np.array([1]),
    ... )
    >>> broken = break_ties(tied, rng=np.random.default_rng(3))
    >>> bool((broken.applicant_numbers[broken.market.postings.indices] == [0, 1]).all())
    True
    """
    known = get_args(Lottery)
    if lottery not in known:
        raise MechanismError(f"lottery is {lottery!r}, expected one of {', '.join(known)}")
    single = lottery == "single"
    of_applicants = rng.permutation(market.n_applicants if single else market.postings.indices.size)
    of_postings = rng.permutation(market.n_postings if single else market.applicants.indices.size)
    return order_ties(market, lottery, of_applicants, of_postings)


def order_ties(
    market: Market, lottery: Lottery, applicant_numbers: npt.ArrayLike, posting_numbers: npt.ArrayLike
) -> BrokenTies:
    """Put the members of every tie in the order of numbers that were drawn before.

    So a published lottery is applied again: to explain a result, or to check it.

    Parameters
    ----------
    market : Market
    lottery : {"single", "multiple"}
    applicant_numbers, posting_numbers : int
        As in :class:`BrokenTies`; the lower number comes first.

    Raises
    ------
    MechanismError
        When there is not one number a member (``single``) or an entry (``multiple``), or a number stands twice.

    Examples
    --------
    >>> tied = Market(
    ...     Preferences.from_lists([[0], [0]], n_choices=1),
    ...     Preferences.from_lists([[[0, 1]]], n_choices=2),
    ...     capacity=np.array([1]),
    ... )
    >>> order_ties(tied, "single", [5, 2], [0]).market.postings.indices
    array([1, 0], dtype=int32)
    """
    single = lottery == "single"
    of_applicants = read_only_integers(applicant_numbers, np.int64, "applicant_numbers")
    of_postings = read_only_integers(posting_numbers, np.int64, "posting_numbers")
    for name, numbers, members, entries in (
        ("applicant_numbers", of_applicants, market.n_applicants, market.postings.indices.size),
        ("posting_numbers", of_postings, market.n_postings, market.applicants.indices.size),
    ):
        expected = members if single else entries
        if numbers.size != expected:
            raise MechanismError(f"{name} has {numbers.size} entries, expected {expected} for a {lottery} lottery")
        if np.unique(numbers).size < numbers.size:
            raise MechanismError(f"{name} holds a number twice, expected a lottery without ties")
    strict = Market(
        _strict(market.applicants, of_postings[market.applicants.indices] if single else of_postings),
        _strict(market.postings, of_applicants[market.postings.indices] if single else of_applicants),
        market.capacity,
    )
    return BrokenTies(strict, lottery, of_applicants, of_postings)


def _strict(lists: Preferences, numbers: Int64s) -> Preferences:
    return lists.in_strict_order(_in_lottery_order(lists.indptr, lists.indices, lists.ranks, fixed(numbers)))


@Kernel
def _in_lottery_order(indptr: Int64s, indices: Int32s, ranks: Int32s, numbers: Int64s) -> Int32s:
    ordered = indices.copy()
    for row in range(indptr.size - 1):
        start = indptr[row]
        while start < indptr[row + 1]:
            end = start + 1
            while end < indptr[row + 1] and ranks[end] == ranks[start]:
                end += 1
            if end > start + 1:
                order = np.argsort(numbers[start:end])
                for position in range(order.size):
                    ordered[start + position] = indices[start + order[position]]
            start = end
    return ordered
