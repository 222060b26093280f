"""Choice rules of one posting: whom it takes of the people who ask, given seats, reserves and quotas by type."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Int64s, first_index, read_only_integers
from matching.errors import MechanismError
from matching.mechanisms.reserves.choice_kernel import choice_tables, choice_work, choose
from matching.reserves import Precedence, Reserves

__all__ = ["OPEN", "choose_by_slots", "choose_with_reserves"]

OPEN = -1
"""A slot that anybody may fill."""


def choose_with_reserves(
    in_priority: npt.ArrayLike,
    reserves: Reserves,
    posting: int,
    *,
    capacity: int,
    precedence: Precedence = "reserved-first",
) -> Int64s:
    """Return the people a posting takes of those who ask.

    1. ``open-first`` only: open seats, ``capacity`` less all reserved seats (none where those exceed the capacity), go
       by priority.
    2. Reserved seats: in order of priority a person is taken if that fills one seat more, those taken in this step
       changing places among the seats of their types where that helps. As many seats are filled as the people left
       can fill, and nobody taken could be exchanged for somebody of higher priority without losing a seat.
    3. Seats that are left, reserved ones that nobody of the type fills among them, go by priority to anybody.

    In every step a person is passed over who is of a type at its quota, and the posting is full at ``capacity``:
    where more seats are reserved than there are, step 2 stops there, so the highest in priority take them.

    Parameters
    ----------
    in_priority : (q,) int
        Applicants, each once, the highest priority first.
    reserves : Reserves
        Types of all applicants, reserved seats and quotas of all postings.
    posting : int
        Whose seats and quotas.
    capacity : int
        Seats, >= 0.
    precedence : {"reserved-first", "open-first"}
        Reserved seats first: those of a type who would be taken anyhow sit on them. Open seats first: they sit on open
        ones and leave the reserved seats to others of the type, so that no fewer of a single type are taken [3]_.

    Returns
    -------
    (c,) int64
        The people taken, the highest priority first.

    Raises
    ------
    MechanismError
        When an applicant is unknown or named twice, the posting is unknown, the capacity is negative or the precedence
        is neither.

    Notes
    -----
    Unique: ``in_priority`` is strict, and which reserved seat a person sits on is no part of the result. Without
    quotas, or with types that do not overlap, the rule is substitutable (whoever is taken of many is taken of fewer)
    and takes no fewer people of a larger group. Overlapping types together with quotas can break both. For types that
    do not overlap, reserved-first is the minority reserve of [1]_; for those that do, the meritorious horizontal choice
    of [2]_. O(q k) steps, and O(q) more for every person who makes others change seats.

    References
    ----------
    .. [1] I. E. Hafalir, M. B. Yenmez and M. A. Yildirim (2013), Effective affirmative action in school choice,
       Theoretical Economics 8(2), 325-363, :doi:`10.3982/TE1135`.
    .. [2] T. Sonmez and M. B. Yenmez (2022), Affirmative action in India via vertical, horizontal, and overlapping
       reservations, Econometrica 90(3), 1143-1176, :doi:`10.3982/ECTA17788`.
    .. [3] U. Dur, S. D. Kominers, P. A. Pathak and T. Sonmez (2018), Reserve design: unintended consequences and the
       demise of Boston's walk zones, Journal of Political Economy 126(6), 2457-2479, :doi:`10.1086/699974`.

    Examples
    --------
    Applicant 2 is of the type for which one of two seats is reserved.

    >>> reserves = Reserves(np.array([[False], [False], [True]]), np.array([[1]]), np.array([[-1]]))
    >>> choose_with_reserves([0, 1, 2], reserves, 0, capacity=2)
    array([0, 2])
    """
    asking = _verified_people(in_priority, reserves.is_of_type)
    if not 0 <= posting < len(reserves.reserved):
        raise MechanismError(f"posting is {posting}, expected one of {len(reserves.reserved)} postings")
    _verify_capacity(capacity)
    tables = choice_tables(reserves, np.full(len(reserves.reserved), capacity), precedence)
    work = choice_work(asking.size, reserves.n_types)
    choose(asking.copy(), posting, tables, work)  # writable, as the rounds' own lists are: compiled once for both
    return asking[work.is_taken[: asking.size]]


def choose_by_slots(in_priority: npt.ArrayLike, is_of_type: Bools, slots: npt.ArrayLike, *, capacity: int) -> Int64s:
    """Return the people taken when slots are filled one after the other, each by the best who is left and fits.

    The general form of a choice with reserves, the slot-specific priorities of [1]_ where a slot accepts one type or
    everybody. A slot that nobody left fits stays empty and the next is tried, until ``capacity`` people are taken;
    open slots at the end thus hand on what reserved slots leave empty.

    Parameters
    ----------
    in_priority : (q,) int
        Applicants, each once, the highest priority first.
    is_of_type : (n, k) bool
    slots : (s,) int
        The type that may fill each slot, or :data:`OPEN`, in the order of filling.
    capacity : int
        Seats, >= 0.

    Returns
    -------
    (c,) int64
        The people taken, the highest priority first.

    Raises
    ------
    MechanismError
        When an applicant is unknown or named twice, a slot's type is unknown or the capacity is negative.

    Notes
    -----
    For types that do not overlap, no quotas and no more reserved than there are seats, reserved-first of
    :func:`choose_with_reserves` is the reserved slots in any order and then ``capacity`` open ones; open-first has the
    unreserved seats as open slots before them. For types that overlap the order of the slots decides how many
    reserved seats are filled. O(s q).

    References
    ----------
    .. [1] S. D. Kominers and T. Sonmez (2016), Matching with slot-specific priorities: theory, Theoretical Economics
       11(2), 683-710, :doi:`10.3982/TE1839`.

    Examples
    --------
    >>> of_type = np.array([[True], [True], [False]])
    >>> choose_by_slots([0, 1, 2], of_type, [0, OPEN], capacity=2)
    array([0, 1])
    >>> choose_by_slots([0, 2, 1], of_type, [OPEN, 0], capacity=2)
    array([0, 1])
    """
    asking = _verified_people(in_priority, is_of_type)
    _verify_capacity(capacity)
    in_order = read_only_integers(slots, np.int64, "slots")
    n_types = is_of_type.shape[1]
    unknown = first_index((in_order < OPEN) | (in_order >= n_types))
    if unknown is not None:
        raise MechanismError(f"slot {unknown} is for type {in_order[unknown]}, expected one of {n_types} or {OPEN}")
    of_type = is_of_type[asking]
    is_left = np.ones(asking.size, np.bool_)
    for slot in in_order.tolist():
        best = first_index(is_left if slot == OPEN else is_left & of_type[:, slot])
        if best is not None and asking.size - np.count_nonzero(is_left) < capacity:
            is_left[best] = False
    return asking[~is_left]


def _verified_people(in_priority: npt.ArrayLike, is_of_type: Bools) -> Int64s:
    people = read_only_integers(in_priority, np.int64, "in_priority")
    unknown = first_index((people < 0) | (people >= len(is_of_type)))
    if unknown is not None:
        raise MechanismError(f"applicant {people[unknown]} is unknown, expected one of {len(is_of_type)} applicants")
    named, times = np.unique(people, return_counts=True)
    twice = first_index(times > 1)
    if twice is not None:
        raise MechanismError(f"applicant {named[twice]} is named {times[twice]} times, expected once")
    return people


def _verify_capacity(capacity: int) -> None:
    if capacity < 0:
        raise MechanismError(f"capacity is {capacity}, expected >= 0")
