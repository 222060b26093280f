"""Rows of an assignment program that tell which pairs block, and limit how many do.

For each pair of an applicant and a posting with c seats: c times the applicant's places no worse than the posting, plus
the posting's other holders ranked no worse than the applicant, plus c if the pair blocks, is at least c. They are the
rows of ``matching.programs.stability_rows`` with leave to block, written with running totals: linear in the pairs, not
quadratic in the longest list.
"""

from __future__ import annotations

import numpy as np

from matching.arrays import Int64s
from matching.market import Market
from matching.programs.constraint_tables import Holdings, Limit, RowTable, RunningTotals, running_totals

__all__ = ["add_blocking_rows", "add_cutoff_rows"]


def add_blocking_rows(
    rows: RowTable, limits: list[Limit], held: Holdings, market: Market, max_blocking: int
) -> tuple[RunningTotals, RunningTotals]:
    """For each pair: as good a place for the applicant, or all seats held by people ranked no worse, or it blocks."""
    lists, n_pairs, n_columns = market.applicants, held.entries.size, held.n_columns
    blocks = n_columns + np.arange(n_pairs)
    own = running_totals(lists.rows()[held.entries], lists.ranks[held.entries], np.arange(n_pairs), n_columns + n_pairs)
    seats_held = running_totals(held.posting, held.rank, held.column, n_columns + n_pairs + own.n_classes)
    own.add_rows(rows)
    seats_held.add_rows(rows)
    seats = _fillable_seats(market, held)[lists.indices[held.entries]].astype(np.float64)
    each, one = np.arange(n_pairs), np.ones(n_pairs)
    rows.add(
        np.concatenate([each, each, each, each]),
        np.concatenate([own.columns[own.class_of], seats_held.columns[seats_held.class_of[:n_pairs]], each, blocks]),
        np.concatenate([seats, one, -one, seats]),  # minus the pair itself: the others no worse, a tighter relaxation
        seats,
        np.full(n_pairs, np.inf),
    )
    at_most = rows.add(np.zeros(n_pairs, np.int64), blocks, one, np.array([-np.inf]), np.array([float(max_blocking)]))
    limits.append(Limit(f"at most {max_blocking} blocking pairs", at_most, True))
    return own, seats_held


def add_cutoff_rows(
    rows: RowTable, held: Holdings, market: Market, own: RunningTotals, seats_held: RunningTotals
) -> None:
    """A posting has room for a class or is full down to it; a pair with room and no place as good blocks."""
    n_pairs = held.entries.size
    fillable = _fillable_seats(market, held)[seats_held.group].astype(np.float64)
    each, one = np.arange(seats_held.n_classes), np.ones(seats_held.n_classes)
    has_room = seats_held.columns + seats_held.n_classes
    endless = np.full(each.size, np.inf)
    rows.add(
        np.concatenate([each, each]),
        np.concatenate([seats_held.columns, has_room]),
        np.concatenate([one, fillable]),
        fillable,
        endless,
    )
    pair, ones = np.arange(n_pairs), np.ones(n_pairs)
    rows.add(
        np.concatenate([pair, pair, pair]),
        np.concatenate([held.n_columns + pair, own.columns[own.class_of], has_room[seats_held.class_of[:n_pairs]]]),
        np.concatenate([ones, ones, -ones]),
        np.zeros(n_pairs),
        np.full(n_pairs, np.inf),
    )


def _fillable_seats(market: Market, held: Holdings) -> Int64s:
    """Seats beyond the people who could take them are never filled; counting them would loosen the relaxation."""
    return np.minimum(market.capacity, np.bincount(held.posting, minlength=market.n_postings))
