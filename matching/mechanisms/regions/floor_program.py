"""The integer program whose solutions are the matchings that keep all limits, with the fewest complaints.

Its blocking pairs are those of the stable notion with floors, see :mod:`matching.properties.regional`. Beside the pairs
x there are four kinds of claims, each allowed only where it is true and each wanted only because it excuses pairs:
a posting is full, a region is at its cap, a posting or region is at its floor, a move between two postings of one
region goes against their balance. A pair blocks unless what it needs is claimed; it is held back at least unless what
it needs is claimed without a word on floors.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from matching import sparse
from matching.arrays import Reals
from matching.market import Market
from matching.mechanisms.stable.strict_positions import strict_lists
from matching.outcome import UNMATCHED, Matching
from matching.programs.integer_program import IntegerProgram
from matching.regions import NO_CAP, NO_REGION, Regions

__all__ = ["FloorProgram", "n_departures"]

_Terms = dict[int, float]
_Row = tuple[_Terms, float, float]


def n_departures(market: Market) -> int:
    """Return the number of pairs and places they may leave: a quarter of the rows that say who complains."""
    lengths = np.bincount(market.applicants.rows()[market.rank_at_posting >= 0], minlength=market.n_applicants)
    return int((lengths * (lengths + 1) // 2).sum())


class FloorProgram:
    """The program of a market and its regions, written once; :meth:`matching` reads a solution.

    Attributes
    ----------
    program : IntegerProgram
        It asks for the fewest blocking pairs, of those for the fewest pairs held back by floors, of those for the most
        people placed: each in weights that the next cannot outweigh.
    """

    def __init__(self, market: Market, regions: Regions) -> None:
        self._market, self._regions = market, regions
        self._objective: list[float] = []
        self._chains = [self._chain(int(region)) for region in regions.region_of]
        self._write_pairs()
        self._write_claims()
        rows = [*self._limit_rows(), *self._claim_rows(), *self._worse_holder_rows(), *self._blocking_rows()]
        self.program = self._assemble(rows)

    def matching(self, values: Reals) -> Matching:
        """Return the matching of a solution."""
        posting_of = np.full(self._market.n_applicants, UNMATCHED, np.int64)
        for (applicant, posting), x in self._x.items():
            if values[x] > 0.5:
                posting_of[applicant] = posting
        return Matching(posting_of, self._market.n_postings)

    def worth(self, n_blocking: int, n_held_back: int, n_placed: int) -> float:
        """Return the value that a matching with these figures has: what a solver's word can be held against."""
        figures = n_blocking, n_blocking + n_held_back, n_placed  # a pair that blocks complains, too
        return sum(weight * figure for weight, figure in zip(self._weights, figures, strict=True))

    def _chain(self, region: int) -> list[int]:
        chain: list[int] = []
        while region != NO_REGION:
            chain.append(region)
            region = int(self._regions.parent[region])
        return chain

    def _variable(self, worth: float = 0.0) -> int:
        self._objective.append(worth)
        return len(self._objective) - 1

    def _write_pairs(self) -> None:
        lists = strict_lists(self._market)
        n_pairs = np.count_nonzero(self._market.rank_at_posting >= 0)
        self._weights = -1.0 - float(n_pairs), -1.0, 0.5 / float(n_pairs + 1)
        for_blocking, for_complaint, for_place = self._weights
        self._x: dict[tuple[int, int], int] = {}
        self._wishes: list[list[int]] = []
        for applicant, (start, end) in enumerate(pairwise(lists.indptr)):
            span = slice(int(start), int(end))
            wishes = [int(p) for p, at in zip(lists.indices[span], lists.position_at[span], strict=True) if at >= 0]
            self._wishes.append(wishes)
            for posting in wishes:
                self._x[applicant, posting] = self._variable(for_place)
        self._blocks = {pair: self._variable(for_blocking) for pair in self._x}
        self._complains = {pair: self._variable(for_complaint) for pair in self._x}
        self._has_worse = {pair: self._variable() for pair in self._x}
        self._ranked = [
            [int(a) for a in lists.own_list[int(start) : int(end)] if (int(a), posting) in self._x]
            for posting, (start, end) in enumerate(pairwise(lists.own_start))
        ]

    def _write_claims(self) -> None:
        regions = self._regions
        self._full_posting = [self._variable() for _ in range(regions.n_postings)]
        self._full = {r: self._variable() for r in range(regions.n_regions) if regions.cap[r] != NO_CAP}
        self._floored = {r: self._variable() for r in range(regions.n_regions) if regions.floor[r] > 0}
        self._floored_posting = {p: self._variable() for p in range(regions.n_postings) if regions.posting_floor[p] > 0}
        self._against: dict[tuple[int, int], int] = {}
        for wishes in self._wishes:
            for at, better in enumerate(wishes):
                for worse in wishes[at + 1 :]:
                    capped = [r for r in self._chains[better] if r in self._full and r in self._chains[worse]]
                    if capped and (better, worse) not in self._against:
                        self._against[better, worse] = self._variable()

    def _held(self, posting: int) -> _Terms:
        return {self._x[applicant, posting]: 1.0 for applicant in self._ranked[posting]}

    def _held_inside(self, region: int) -> _Terms:
        terms: _Terms = {}
        for posting in np.flatnonzero(self._regions.is_inside[region]):
            terms |= self._held(int(posting))
        return terms

    def _limit_rows(self) -> Iterator[_Row]:
        regions = self._regions
        for applicant, wishes in enumerate(self._wishes):
            yield {self._x[applicant, posting]: 1.0 for posting in wishes}, -np.inf, 1.0
        for posting in range(regions.n_postings):
            yield self._held(posting), float(regions.posting_floor[posting]), float(self._market.capacity[posting])
        for region in range(regions.n_regions):
            cap = float(regions.cap[region])
            yield self._held_inside(region), float(regions.floor[region]), np.inf if cap == NO_CAP else cap

    def _claim_rows(self) -> Iterator[_Row]:
        """Each claim forces what it says: at least so many held, or at most so many."""
        regions = self._regions
        for posting, claim in enumerate(self._full_posting):
            yield self._at_least(self._held(posting), claim, int(self._market.capacity[posting]))
        for region, claim in self._full.items():
            yield self._at_least(self._held_inside(region), claim, int(regions.cap[region]))
        for region, claim in self._floored.items():
            yield self._at_most(self._held_inside(region), claim, float(regions.floor[region]))
        for posting, claim in self._floored_posting.items():
            yield self._at_most(self._held(posting), claim, float(regions.posting_floor[posting]))
        target = np.minimum(regions.target, self._market.capacity)
        for (better, worse), claim in self._against.items():
            lead = float(target[better] - target[worse] - 1)
            slack = max(lead + len(self._ranked[worse]), 0.0)
            balance = self._held(better) | dict.fromkeys(self._held(worse), -1.0) | {claim: -slack}
            yield balance, lead - slack, np.inf
            capped = {self._full[r]: -1.0 for r in self._chains[better] if r in self._full}
            yield capped | {claim: 1.0}, -np.inf, 0.0

    @staticmethod
    def _at_least(held: _Terms, claim: int, bound: int) -> _Row:
        # a bound beyond everybody acceptable can never be reached: one more than them says so in small numbers
        return held | {claim: -float(min(bound, len(held) + 1))}, 0.0, np.inf

    @staticmethod
    def _at_most(held: _Terms, claim: int, floor: float) -> _Row:
        most = float(len(held))
        return held | {claim: max(most - floor, 0.0)}, -np.inf, max(most, floor)

    def _worse_holder_rows(self) -> Iterator[_Row]:
        for posting, ranked in enumerate(self._ranked):
            for above, below in pairwise(ranked):
                has_worse = self._has_worse[above, posting]
                yield {has_worse: 1.0, self._x[below, posting]: -1.0}, 0.0, np.inf
                yield {has_worse: 1.0, self._has_worse[below, posting]: -1.0}, 0.0, np.inf

    def _blocking_rows(self) -> Iterator[_Row]:
        for applicant, wishes in enumerate(self._wishes):
            is_placed = {self._x[applicant, held]: 1.0 for held in wishes}
            for at, posting in enumerate(wishes):
                blocks, has_worse = self._blocks[applicant, posting], {self._has_worse[applicant, posting]: -1.0}
                complains, is_full = self._complains[applicant, posting], {self._full_posting[posting]: 1.0}
                full = {self._full[r]: 1.0 for r in self._chains[posting] if r in self._full}
                yield is_placed | {blocks: 1.0} | has_worse, 0.0, np.inf
                yield is_placed | {blocks: 1.0} | is_full | full, 1.0, np.inf
                yield {complains: 1.0, blocks: -1.0}, 0.0, np.inf
                for held in wishes[at + 1 :]:
                    ousts = {self._x[applicant, held]: -1.0} | has_worse
                    joins = {self._x[applicant, held]: -1.0} | is_full | self._excuses(posting, held)
                    left = [r for r in self._chains[held] if r not in self._chains[posting]]
                    yield ousts | {blocks: 1.0} | self._floor_claims(held, self._chains[held]), -1.0, np.inf
                    yield joins | {blocks: 1.0} | self._floor_claims(held, left), 0.0, np.inf
                    yield ousts | {complains: 1.0}, -1.0, np.inf
                    yield joins | {complains: 1.0}, 0.0, np.inf

    def _floor_claims(self, posting: int, chain: list[int]) -> _Terms:
        claims = {self._floored[r]: 1.0 for r in chain if r in self._floored}
        if posting in self._floored_posting:
            claims[self._floored_posting[posting]] = 1.0
        return claims

    def _excuses(self, comes: int, leaves: int) -> _Terms:
        entered = [r for r in self._chains[comes] if r not in self._chains[leaves]]
        excuses = {self._full[r]: 1.0 for r in entered if r in self._full}
        if (comes, leaves) in self._against:
            excuses[self._against[comes, leaves]] = 1.0
        return excuses

    def _assemble(self, rows: list[_Row]) -> IntegerProgram:
        columns: dict[str, list[float]] = defaultdict(list)
        for row, (terms, lower, upper) in enumerate(rows):
            columns["row"] += [row] * len(terms)
            columns["column"] += list(terms)
            columns["value"] += list(terms.values())
            columns["lower"].append(lower)
            columns["upper"].append(upper)
        places = np.array(columns["row"], np.int64), np.array(columns["column"], np.int64)
        return IntegerProgram.of_binaries(
            np.array(self._objective, np.float64),
            sparse.csr_array((np.array(columns["value"], np.float64), places), shape=(len(rows), len(self._objective))),
            row_lower=columns["lower"],
            row_upper=columns["upper"],
        )
