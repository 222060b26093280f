"""Optimal assignment over long lists: solve a small part of the pairs, then compare its prices with all of them.

Prices that prove a part optimal prove the whole optimal where they cover every pair; pairs that they do not cover join
the part, and it is solved again from the prices at hand. Which pairs come first decides only how often that happens:
each posting's and each applicant's best, after taking off what is common to all offers of a person or of a place.

Source: the idea of column generation, G. B. Dantzig and P. Wolfe (1960), Decomposition principle for linear programs,
Operations Research 8, 101-111, :doi:`10.1287/opre.8.1.101`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Int32s, Int64s, Reals
from matching.kernels import Kernel

__all__ = ["Rows", "covering_prices", "insert", "likely_pairs", "lot", "shrunk", "tight_pairs", "uncovered_pairs"]

SAMPLE_STRIDE = 37
"""One pair in so many is read for the averages of people and places."""


class Rows(NamedTuple):
    """All pairs, with the two factors that make units of scores."""

    indptr: Int64s
    postings: Int32s
    scores: Reals
    first: float
    second: float
    hair: float  # less than scores differ by where they matter: decides by lot among equal ones


@Kernel
def lot(applicant: int, posting: int) -> float:
    """Draw a number from 0 to 1 that decides among equal pairs, so that not all people name the same few postings."""
    drawn = applicant * 0.6180339887498949 + posting * 0.41421356237309503
    return float(drawn - np.floor(drawn))


def likely_pairs(rows: Rows, seats: Int64s, for_each: int) -> Int64s:
    """Return the best ``for_each`` pairs of each applicant and some more of each posting; one may appear twice.

    "Best" compares scores less the shrunken averages of the person (for a posting's choice) or the place (for an
    applicant's): otherwise all would name the same few.
    """
    start = _places_for_choices(seats, rows.indptr.size - 1, for_each)
    least = np.where(seats == 0, np.inf, -np.inf)
    own, chosen = _best_pairs(rows, _averages(rows, seats.size), start, least, for_each)
    return np.concatenate((own, chosen[chosen >= 0]))


@Kernel
def _best_pairs(
    rows: Rows, averages: tuple[Reals, Reals], start: Int64s, least: Reals, for_each: int
) -> tuple[Int64s, Int64s]:
    """Return pairs that applicants choose and, -1 where there is none, those that postings choose.

    ``least`` is what a pair must be worth to a posting, infinite without a seat.
    """
    indptr, postings, scores = rows.indptr, rows.postings, rows.scores
    person, place = averages
    value, chosen = np.full(start[-1], -np.inf), np.full(start[-1], -1, np.int64)
    own_value, own = np.empty(for_each), np.empty(indptr.size * for_each, np.int64)
    n_own = 0
    for applicant in range(indptr.size - 1):
        own_value[:] = -np.inf
        mine, n_mine, own_least, own_average = own[n_own : n_own + for_each], 0, -np.inf, person[applicant]
        for entry in range(indptr[applicant], indptr[applicant + 1]):
            posting = postings[entry]
            worth = scores[entry] - own_average
            if worth + rows.hair > least[posting]:
                worth += rows.hair * lot(applicant, posting)
            if worth > least[posting]:
                choices = slice(start[posting], start[posting + 1])
                _replace_least(value[choices], chosen[choices], worth, entry)
                least[posting] = value[start[posting]]
            worth = scores[entry] - place[posting]
            if worth + rows.hair > own_least:
                worth += rows.hair * lot(applicant, posting)
            if worth > own_least and least[posting] < np.inf:
                n_mine = insert(own_value, mine, n_mine, worth, entry)
                own_least = own_value[for_each - 1]
        n_own += n_mine
    return own[:n_own], chosen


@Kernel
def _places_for_choices(seats: Int64s, n: int, for_each: int) -> Int64s:
    """Return where each posting's choices start, (m + 1,): more for more seats, none without."""
    start = np.zeros(seats.size + 1, np.int64)
    plenty = 6 * n // max(seats.size, 1) + 1
    for posting in range(seats.size):
        wanted = min(3 * seats[posting], plenty) + 2 * for_each if seats[posting] > 0 else 0
        start[posting + 1] = start[posting] + wanted
    return start


@Kernel
def insert(values: Reals, chosen: Int64s, n_chosen: int, worth: float, entry: int) -> int:
    """Enter a pair among the best, kept from high to low; return how many there are."""
    at = min(n_chosen, values.size - 1)
    while at > 0 and values[at - 1] < worth:
        values[at], chosen[at] = values[at - 1], chosen[at - 1]
        at -= 1
    values[at], chosen[at] = worth, entry
    return min(n_chosen + 1, values.size)


@Kernel
def _replace_least(value: Reals, chosen: Int64s, worth: float, entry: int) -> None:
    """Put a pair in the place of the least of a posting's heap."""
    at, child, size = 0, 1, value.size
    while child < size:
        if child + 1 < size and value[child + 1] < value[child]:
            child += 1
        if value[child] >= worth:
            break
        value[at], chosen[at] = value[child], chosen[child]
        at, child = child, 2 * child + 1
    value[at], chosen[at] = worth, entry


@Kernel
def _averages(rows: Rows, m: int) -> tuple[Reals, Reals]:
    """Return an average score of each applicant and posting, from a sample, shrunk to the common one by its noise."""
    indptr, postings, scores, first, second, _hair = rows
    n = indptr.size - 1
    total, count, square, overall, n_read = np.zeros(n + m), np.zeros(n + m), 0.0, 0.0, 0
    entry = 0
    for applicant in range(n):
        while entry < indptr[applicant + 1]:
            score = scores[entry] * first * second  # units, whose squares no double is too small or too large for
            for member in (applicant, n + postings[entry]):
                total[member] += score
                count[member] += 1
            overall += score
            square += score * score
            n_read += 1
            entry += SAMPLE_STRIDE
    mean = overall / max(n_read, 1)
    spread = max(square / max(n_read, 1) - mean * mean, 0.0)
    average = np.full(n + m, mean)
    for member in range(n + m):
        if count[member] > 0:
            average[member] = total[member] / count[member]
    person, place = shrunk(average[:n], count[:n], mean, spread), shrunk(average[n:], count[n:], mean, spread)
    return person / second / first, place / second / first


@Kernel
def shrunk(average: Reals, count: Reals, mean: float, spread: float) -> Reals:
    """Draw averages of ``count`` scores each towards the common mean, by how much of their differences is noise."""
    if average.size == 0:
        return average
    seen = ((average - mean) ** 2).mean()
    noise = (spread / np.maximum(count, 1)).mean()
    trust = max(0.0, 1.0 - noise / seen) if seen > 0 else 0.0
    return mean + trust * (average - mean)


@Kernel
def uncovered_pairs(rows: Rows, applicants: Int64s, u: Reals, v: Reals, most: int) -> Int64s:
    """Return, in ascending order, the ``most`` worst of each of these applicants' pairs that the prices do not cover.

    Prices are whole numbers of units as doubles, infinite for a posting without a seat.
    """
    indptr, postings, scores, first, second, _hair = rows
    found, worst, n_found = np.empty(applicants.size * most, np.int64), np.empty(most), 0
    for applicant in applicants:
        mine, n_mine = found[n_found : n_found + most], 0
        worst[:] = 0.0
        least, own_price = 0.0, u[applicant]
        for entry in range(indptr[applicant], indptr[applicant + 1]):
            gain = np.rint(scores[entry] * first * second) - v[postings[entry]] - own_price
            if gain > 0 and gain + 1 > least:
                gain += lot(applicant, postings[entry])  # less than a unit
            if gain > least:
                n_mine = insert(worst, mine, n_mine, gain, entry)
                least = worst[most - 1]
        mine[:n_mine].sort()
        n_found += n_mine
    return found[:n_found].copy()


@Kernel
def tight_pairs(rows: Rows, u: Reals, v: Reals) -> Int64s:
    """Return, in ascending order, the pairs that the prices cover without slack: those an optimum may use."""
    indptr, postings, scores, first, second, _hair = rows
    found, n_found = np.empty(1024, np.int64), 0
    for applicant in range(u.size):
        for entry in range(indptr[applicant], indptr[applicant + 1]):
            if np.rint(scores[entry] * first * second) - v[postings[entry]] == u[applicant]:
                if n_found == found.size:
                    found = np.concatenate((found, np.empty(n_found, np.int64)))
                found[n_found] = entry
                n_found += 1
    return found[:n_found].copy()


@Kernel
def covering_prices(rows: Rows, u: Reals, v: Reals) -> None:
    """Give postings without a seat, whose price is infinite, the least price that covers their pairs."""
    indptr, postings, scores, first, second, _hair = rows
    is_closed = np.isinf(v)
    if not is_closed.any():
        return
    v[is_closed] = 0.0
    for applicant in range(u.size):
        for entry in range(indptr[applicant], indptr[applicant + 1]):
            posting = postings[entry]
            if is_closed[posting]:
                v[posting] = max(v[posting], np.rint(scores[entry] * first * second) - u[applicant])
