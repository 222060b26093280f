"""Regions with caps and floors over postings: a forest, so that any two are apart or one lies inside the other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.arrays import Bools, Int64s, first_index, read_only_integers
from matching.errors import MarketError
from matching.outcome import Matching

__all__ = ["NO_CAP", "NO_REGION", "Regions"]

NO_REGION = -1
"""The region of a posting outside all regions, and the parent of a region inside none."""

NO_CAP = -1
"""The cap of a region that limits nothing."""


@dataclass(frozen=True, eq=False)
class Regions:
    """Laminar regional constraints: municipality inside prefecture inside a wider region.

    Parameters
    ----------
    region_of : (m,) int64
        The innermost region of each posting, -1 for none. A posting counts towards that region and all around it.
    parent : (r,) int64
        The region directly around each region, -1 for none; no region lies inside itself.
    cap : (r,) int64
        The most people a region may hold in all its postings, -1 where it limits nothing.
    floor : (r,) int64
        The fewest people it must hold, 0 where it demands nothing.
    posting_floor : (m,) int64
        The fewest people each posting must hold, 0 where it demands nothing.
    target : (m,) int64
        Seats a posting is meant to fill before its region hands out the rest, >= 0.
    turn : (m,) int64
        A permutation of the postings: who comes first when a region hands out the rest, 0 first.

    Raises
    ------
    MarketError
        Naming the region or posting that breaks one of the above, a cycle of parents, a floor above its cap, or targets
        that add up beyond the cap of a region.

    Examples
    --------
    >>> regions = Regions.flat([0, 0, -1], cap=[2], target=[1, 1, 3])
    >>> regions.is_inside
    array([[ True,  True, False]])
    """

    region_of: Int64s
    parent: Int64s
    cap: Int64s
    floor: Int64s
    posting_floor: Int64s
    target: Int64s
    turn: Int64s

    def __post_init__(self) -> None:
        for name in ("region_of", "parent", "cap", "floor", "posting_floor", "target", "turn"):
            object.__setattr__(self, name, read_only_integers(getattr(self, name), np.int64, name))
        self._verify_sizes()
        self._verify_numbers()
        self._verify_forest()
        over = first_index((self.cap != NO_CAP) & (self.held(self.target) > self.cap))
        if over is not None:
            total, cap = self.held(self.target)[over], self.cap[over]
            raise MarketError(f"region {over} has targets of {total} in all, expected at most its cap {cap}")

    @classmethod
    def flat(cls, region_of: object, cap: object, target: object) -> Regions:
        """Disjoint regions without floors, whose postings take turns in ascending order."""
        regions, caps = np.asarray(region_of), np.asarray(cap)
        nothing = np.zeros(caps.size, np.int64)
        return cls(
            region_of=regions,
            parent=nothing - 1,
            cap=caps,
            floor=nothing,
            posting_floor=np.zeros(regions.size, np.int64),
            target=np.asarray(target),
            turn=np.arange(regions.size),
        )

    @property
    def n_postings(self) -> int:
        """Postings, inside a region or not."""
        return self.region_of.size

    @property
    def n_regions(self) -> int:
        """Regions, nested or not."""
        return self.parent.size

    @cached_property
    def is_inside(self) -> Bools:
        """(r, m) whether a region contains a posting, directly or through regions inside it."""
        inside = np.zeros((self.n_regions, self.n_postings), np.bool_)
        region = self.region_of.copy()
        while (region != NO_REGION).any():
            postings = np.flatnonzero(region != NO_REGION)
            inside[region[postings], postings] = True
            region[postings] = self.parent[region[postings]]
        inside.flags.writeable = False
        return inside

    def held(self, n_held: Int64s) -> Int64s:
        """(r,) sum of a number per posting over the postings of each region, nested ones included."""
        totals = np.zeros(self.n_regions, np.int64)
        region = self.region_of.copy()
        while (region != NO_REGION).any():
            postings = np.flatnonzero(region != NO_REGION)
            np.add.at(totals, region[postings], n_held[postings])
            region[postings] = self.parent[region[postings]]
        return totals

    def over_cap(self, matching: Matching) -> Int64s:
        """Return the regions that hold more than their cap."""
        return np.flatnonzero((self.cap != NO_CAP) & (self.held(matching.n_held) > self.cap))

    def under_floor(self, matching: Matching) -> tuple[Int64s, Int64s]:
        """Return the regions and the postings that hold fewer than their floor."""
        n_held = matching.n_held
        return np.flatnonzero(self.held(n_held) < self.floor), np.flatnonzero(n_held < self.posting_floor)

    def _verify_sizes(self) -> None:
        for name, size, of in (
            ("cap", self.n_regions, "regions"),
            ("floor", self.n_regions, "regions"),
            ("posting_floor", self.n_postings, "postings"),
            ("target", self.n_postings, "postings"),
            ("turn", self.n_postings, "postings"),
        ):
            if getattr(self, name).size != size:
                raise MarketError(f"{name} has {getattr(self, name).size} entries, expected {size} {of}")

    def _verify_numbers(self) -> None:
        for of, name, lowest, highest in (
            ("posting", "region_of", NO_REGION, self.n_regions),
            ("region", "parent", NO_REGION, self.n_regions),
            ("region", "cap", NO_CAP, None),
            ("region", "floor", 0, None),
            ("posting", "posting_floor", 0, None),
            ("posting", "target", 0, None),
        ):
            values: Int64s = getattr(self, name)
            bad = first_index((values < lowest) | (False if highest is None else values >= highest))
            if bad is not None:
                within = f"in {lowest}..{highest} (exclusive)" if highest is not None else f">= {lowest}"
                raise MarketError(f"{of} {bad} has {name} {values[bad]}, expected {within}")
        if not np.array_equal(np.sort(self.turn), np.arange(self.n_postings)):
            raise MarketError(f"turn has {self.turn.size} entries, expected each of 0..{self.n_postings} exactly once")
        above = first_index((self.cap != NO_CAP) & (self.floor > self.cap))
        if above is not None:
            raise MarketError(
                f"region {above} has floor {self.floor[above]}, expected at most its cap {self.cap[above]}"
            )

    def _verify_forest(self) -> None:
        """After r steps upwards every chain of parents has ended, unless it runs in a circle."""
        region = np.arange(self.n_regions)
        for _ in range(self.n_regions):
            region = np.where(region == NO_REGION, NO_REGION, self.parent[region])
        circular = first_index(region != NO_REGION)
        if circular is not None:
            raise MarketError(f"region {circular} has a chain of parents that never ends, expected a forest")
