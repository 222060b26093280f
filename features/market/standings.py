"""Where the people who are read for one posting stand: their totals, as they are told, and the place of any total.

A ranking and its counterfactuals read the same standings, so a promised place is the place a new ranking would give.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.errors import RecordError
from features.market.arrival_order import ListOrder, positions_by_arrival
from features.market.scored_market import EXCLUDED, ScoredMarket
from features.scoring import Contributions

__all__ = ["Standings", "row_of", "standings_of", "told", "totals_of"]

_DIGITS: Final = 6  # scores are told to 1e-6, and the contributions shown add up to the score shown


@dataclass(frozen=True, eq=False)
class Standings:
    """Who is read for one posting, and with what total.

    Attributes
    ----------
    posting : int
        Row of the posting.
    rows : (r,) int64
        Rows of the applicants who are read, the excluded among them.
    ids : tuple of str
        Their ids.
    codes : (r,) int8
        Their verdicts, indices into ``VERDICTS``.
    shares : Contributions
        Their weighted contributions, ``(r, T)``.
    totals : (r,) float64
        Their scores as they are told.
    arrival : sequence of int
        Positions in the order of arrival; empty where ``unscored`` is.
    unscored : frozenset of int
        Positions of those whom no score places: they stand where the order of arrival has them.
    """

    posting: int
    rows: NDArray[np.int64]
    ids: tuple[str, ...]
    codes: NDArray[np.int8]
    shares: Contributions
    totals: NDArray[np.float64]
    arrival: Sequence[int] = ()
    unscored: frozenset[int] = frozenset()

    def best(self) -> list[int]:
        """Positions of those who are not excluded, in order of reading.

        Highest total first, equal ones by id; who is not placed by a score stands where the order of arrival of all
        has them, and the others fill the remaining places in their order.
        """
        scored = iter(self._by_total())
        if not self.unscored:
            return list(scored)
        kept = (at for at in self.arrival if self.codes[at] < EXCLUDED)
        return [at if at in self.unscored else next(scored) for at in kept]

    def _by_total(self) -> list[int]:
        is_scored = self.codes < EXCLUDED
        is_scored[list(self.unscored)] = False
        kept = np.flatnonzero(is_scored)
        order: list[int] = kept[np.argsort(-self.totals[kept], kind="stable")].tolist()
        # names are compared only where totals are equal: comparing ten thousand of them takes longer than the scores
        ends = np.flatnonzero(np.diff(self.totals[order], append=np.nan) != 0) + 1
        begins = np.concatenate([np.zeros(1, dtype=np.int64), ends])[: ends.size]
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
            if end - begin > 1:
                order[begin:end] = sorted(order[begin:end], key=self.ids.__getitem__)
        return order

    def place_of(self, an_id: str, total: float, *, codes: NDArray[np.int8] | None = None) -> int:
        """The place, from 1, of one applicant with this total among all others.

        Parameters
        ----------
        an_id : str
            Whose own line, where there is one, does not count.
        total : float
            As it is told.
        codes : (r,) int8, optional
            Verdicts of the others where they differ from those kept here.
        """
        kept = (self.codes if codes is None else codes) < EXCLUDED
        is_scored = kept.copy()
        is_scored[list(self.unscored)] = False
        own = self.position_of.get(an_id)
        ahead = is_scored & (self.totals > total)
        level = np.flatnonzero(is_scored & (self.totals == total)).tolist()
        n_ahead = int(np.count_nonzero(ahead)) - (own is not None and bool(ahead[own]))
        place = 1 + n_ahead + sum(self.ids[at] < an_id for at in level)
        return self._among_unscored(place, an_id, kept) if self.unscored else place

    @cached_property
    def position_of(self) -> Mapping[str, int]:
        """Position of each id."""
        return {an_id: at for at, an_id in enumerate(self.ids)}

    def _among_unscored(self, place: int, an_id: str, kept: NDArray[np.bool_]) -> int:
        """The place in the whole list of who is ``place``-th of the scored, or is not placed by a score."""
        line = [at for at in self.arrival if kept[at] or self.ids[at] == an_id]
        own = next((k for k, at in enumerate(line, start=1) if self.ids[at] == an_id), None)
        if own is not None and line[own - 1] in self.unscored:
            return own
        free = [k for k, at in enumerate(line, start=1) if at not in self.unscored]
        return free[place - 1] if place <= len(free) else len(line) + 1


def standings_of(market: ScoredMarket, posting_id: str, *, order: ListOrder = "score") -> Standings:
    """Everyone who is read for one posting: its applicants where there are applications, else everyone.

    Parameters
    ----------
    market : ScoredMarket
    posting_id : str
    order : "score" or "arrival"
        With "arrival" no score places anybody; with "score" none places those who said so.

    Raises
    ------
    RecordError
        If no posting has that id.
    """
    j = row_of(market.postings.index_of, posting_id, "posting")
    rows = _readers(market, j)
    shares = market.coordinator.column(j, rows)
    unscored = range(rows.size) if order == "arrival" else np.flatnonzero(market.wants_no_order[rows]).tolist()
    return Standings(
        posting=j,
        rows=rows,
        ids=tuple(market.applicants.ids[int(i)] for i in rows),
        codes=market.verdicts.column(rows, j),
        shares=shares,
        totals=totals_of(shares.value),
        arrival=positions_by_arrival(market, j, rows) if unscored else (),
        unscored=frozenset(unscored),
    )


def totals_of(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores of contributions ``(…, T)`` as they are told, ``(…,)``.

    Examples
    --------
    >>> totals_of(np.array([[0.1, 0.2000004], [0.5, 0.25]])).tolist()
    [0.3, 0.75]
    """
    # rounding each part first keeps low <= score <= high and the sum exact to the digits shown
    return told(told(parts).sum(axis=-1))


def told(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Contributions to the digits that are shown."""
    return np.asarray(np.round(parts, _DIGITS), dtype=np.float64)


def row_of(index_of: Mapping[str, int], an_id: str, side: str, *, place: str = "") -> int:
    """The row of an id; :class:`RecordError` names it, its side and the place it was read at where there is none."""
    if an_id not in index_of:
        where = f"{place}: " if place else ""
        raise RecordError(f"{where}{side} {an_id} is not among the {len(index_of)} {side}s given")
    return index_of[an_id]


def _readers(market: ScoredMarket, posting: int) -> NDArray[np.int64]:
    if not market.records.applications:
        return np.arange(len(market.applicants), dtype=np.int64)
    return market.applied_to.get(posting, np.zeros(0, dtype=np.int64))
