"""How interest falls on the places of a market, and what a spread of it makes of one applicant's list.

The price of a crowded place and the chance of a seat come from :mod:`matching.ranking.spread_interest`; here they get
names and sentences. Nothing of another person enters but through sums over everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.market.refused_regions import refused_pairs, refused_postings
from features.market.scored_market import EXCLUDED, ScoredMarket
from features.tables.splice import Splice
from matching.ranking.best_listed import best_listed
from matching.ranking.examination import examination
from matching.ranking.spread_interest import Interest, SpreadOptions, spread_interest
from matching.ranking.strength_bands import N_BANDS, band_of, chance_of_a_seat

__all__ = ["Chance", "MarketInterest", "MarketPairs", "later_pairs", "read_interest", "read_pairs"]

_LIKELY, _EVEN = 0.7, 0.35
_TENTHS = 10
_FEW = 50  # registered people below which the figures say little about who else might apply
_CHANGED: Final = 64  # so many people are scored anew sooner than everybody is looked up
_ROWS = 1_000  # applicants scored at a time, so that no table of doubles is as large as the market
_STEPS: Final = 1_000_000  # scores are told to 1e-6: as whole numbers equal ones stay equal


@dataclass(frozen=True)
class Chance:
    """How likely a seat is for somebody who applies, said in words: an expectation, never a promise.

    Attributes
    ----------
    value : float
        Share of the cases in which, of those who would be read earlier, fewer apply than there are seats.
    seats : int
        Seats that are open.
    applications : float
        Applications to expect from others, the open ones among them.
    sentence : str
    """

    value: float
    seats: int
    applications: float
    sentence: str


@dataclass(frozen=True, eq=False)
class MarketPairs:
    """Both sides' scores of a market as the spread reads them: 6 bytes a pair, the same for every spread.

    Attributes
    ----------
    own : (n, m) int32
        Own scores in steps of 1e-6.
    bands : (n, m) uint8
        Bands of the postings' scores.
    allowed : (n, m) bool
        Not excluded by a rule, not in a region the applicant refuses.
    acceptable : (n, m) bool
        Allowed, and open.
    own_lists : (n, 10) int32
        The first postings of everybody by own score alone, best first, -1 behind a list's last one.
    """

    own: NDArray[np.int32]
    bands: NDArray[np.uint8]
    allowed: NDArray[np.bool_]
    acceptable: NDArray[np.bool_]
    own_lists: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class MarketInterest:
    """Looks, chances and prices of a market at one spread.

    Attributes
    ----------
    market : ScoredMarket
    spread : float
        0 = own fit alone, 1 = interest as even as the lists allow.
    pairs : MarketPairs
    found : Interest
    """

    market: ScoredMarket
    spread: float
    pairs: MarketPairs
    found: Interest

    def weights(self, applicant: int, postings: NDArray[np.int64]) -> NDArray[np.float64]:
        """What each posting counts for the order of one applicant's list, by the own scores the prices rest on."""
        factors = self.found.factor[postings, self.pairs.bands[applicant, postings]]
        counted: NDArray[np.float64] = self.pairs.own[applicant, postings] * factors
        return counted

    def lists(self) -> NDArray[np.int32]:
        """(n, 10) the first postings of everybody's list, -1 behind a list's last one."""
        pairs, length = self.pairs, SpreadOptions().length
        return best_listed(pairs.own, pairs.bands, pairs.acceptable, self.found.factor, length)

    def coverage(self) -> float:
        """Share of the open postings that stand in somebody's list."""
        listed = np.unique(self.lists())
        return int((listed >= 0).sum()) / max(1, int(self.market.is_open.sum()))

    def chance(self, applicant: int, posting: int, *, place: int) -> Chance:
        """The chance of one applicant at one posting that stands at ``place`` of the list, from 1.

        The applicant's own application, expected or sent, is no competition and is taken out.
        """
        band, options = self.pairs.bands[applicant, posting], SpreadOptions()
        exam = examination("log2", options.length)
        mine = options.application_rate * float(exam[place - 1]) if place <= options.length else 0.0
        mine += float(applicant in self.market.applied_to.get(posting, ()))
        seats = self.market.records.postings[posting].seats
        # of an equal band half stands before: half of one's own application does
        stronger = np.array([[max(self.found.stronger[posting, band] - mine / 2, 0.0)]])
        value = round(float(chance_of_a_seat(stronger, np.array([seats]))[0, 0]), 3)
        applications = round(max(float(self._applications[posting]) - mine, 0.0), 1)
        sentence = _said(value, seats, applications, n_registered=len(self.market.applicants))
        return Chance(value, seats, applications, sentence)

    def why_here(self, posting: int, *, place: int, own_place: int) -> str:
        """Why a posting stands at ``place`` of the list when its own score would have it at ``own_place``."""
        if place == own_place:
            return "合い具合の順のとおりの位置です。"
        seen, even = self.found.looks[posting], self.found.even_looks[posting]
        if place > own_place:
            because = "多くの方の一覧に出ている募集なので、順を下げています" if seen > even else _OTHERS_UP
        else:
            because = "見ている方が少ない募集なので、順を上げています" if seen < even else _OTHERS_DOWN
        return f"合い具合では{own_place}番目ですが、{because}。"

    @cached_property
    def _applications(self) -> NDArray[np.float64]:
        n_open = np.zeros(len(self.market.postings))
        for posting, applicants in self.market.applied_to.items():
            n_open[posting] = applicants.size
        expected: NDArray[np.float64] = n_open + SpreadOptions().application_rate * self.found.looks
        return expected


_OTHERS_UP: Final = "ほかの募集の順が上がったので、この位置にあります"
_OTHERS_DOWN: Final = "ほかの募集の順が下がったので、この位置にあります"


def read_pairs(market: ScoredMarket) -> MarketPairs:
    """Score every pair once, block by block; the pairs serve any number of spreads."""
    n, m = len(market.applicants), len(market.postings)
    own, bands = np.empty((n, m), dtype=np.int32), np.empty((n, m), dtype=np.uint8)
    allowed = ~refused_pairs(market)
    for start in range(0, n, _ROWS):
        rows = slice(start, start + _ROWS)
        own[rows], bands[rows], is_left = _scored(market, rows)
        allowed[rows] &= is_left
    return _listed(own, bands, allowed, market)


def later_pairs(pairs: MarketPairs, before: ScoredMarket, market: ScoredMarket) -> MarketPairs:
    """The pairs of a later market; those of people and calls that are the very same are not scored anew.

    Parameters
    ----------
    pairs : MarketPairs
        What :func:`read_pairs` gave for ``before``.
    before, market : ScoredMarket
    """
    if not _is_scored_alike(before, market):
        return read_pairs(market)
    splice = _people_of(before, market)
    is_as_open = np.array_equal(before.is_open, market.is_open)
    if splice is None:
        return pairs if is_as_open else _listed(pairs.own, pairs.bands, pairs.allowed, market)
    new = np.flatnonzero(splice.is_new)
    found = [(*_scored(market, slice(row, row + 1)), ~refused_postings(market, row)) for row in new.tolist()]
    m = len(market.postings)
    own = np.array([one[0][0] for one in found], dtype=np.int32).reshape(-1, m)
    bands = np.array([one[1][0] for one in found], dtype=np.uint8).reshape(-1, m)
    left = np.array([one[2][0] & one[3] for one in found], dtype=np.bool_).reshape(-1, m)
    parts = vars(_listed(own, bands, left, market))
    later = replace(pairs, **{name: splice.of_array(getattr(pairs, name), part) for name, part in parts.items()})
    return later if is_as_open else _listed(later.own, later.bands, later.allowed, market)


def _listed(
    own: NDArray[np.int32], bands: NDArray[np.uint8], allowed: NDArray[np.bool_], market: ScoredMarket
) -> MarketPairs:
    acceptable, even = allowed & market.is_open[None, :], np.ones((own.shape[1], N_BANDS))
    own_lists = best_listed(own, bands, acceptable, even, SpreadOptions().length)
    return MarketPairs(own, bands, allowed, acceptable, own_lists)


def _scored(market: ScoredMarket, rows: slice) -> tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.bool_]]:
    """Own scores in steps, bands, and whom no rule excludes, of some applicants."""
    scores = market.applicant.block(rows, slice(None))
    own = np.rint(np.clip(scores, 0.0, 1.0) * _STEPS).astype(np.int32)
    bands = band_of(market.coordinator.block(rows, slice(None)))
    return own, bands, market.verdicts.codes(rows, slice(None)) < EXCLUDED


def _is_scored_alike(before: ScoredMarket, market: ScoredMarket) -> bool:
    """Whether the same two records have the same score and verdict in both markets."""
    return (
        before.postings.frame is market.postings.frame
        and before.on == market.on
        and before.weights.digest == market.weights.digest
        and before.verdicts.ruleset_ids == market.verdicts.ruleset_ids
    )


def _people_of(before: ScoredMarket, market: ScoredMarket) -> Splice | None:
    """Where each applicant stood before; ``None`` where all are the very same."""
    earlier, later = before.records.applicants, market.records.applicants
    if earlier is later:
        return None
    if len(earlier) == len(later):  # somebody changed, and nearly everybody stands where they stood
        kept = np.array([one is other for one, other in zip(earlier, later, strict=True)], dtype=np.bool_)
        if kept.size - np.count_nonzero(kept) <= _CHANGED:
            return Splice(np.where(kept, np.arange(kept.size), -1))
    rows = dict(zip(map(id, earlier), range(len(earlier)), strict=True))
    return Splice(np.array([rows.get(one, -1) for one in map(id, later)], dtype=np.int64))


def read_interest(
    market: ScoredMarket,
    spread: float,
    *,
    pairs: MarketPairs | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> MarketInterest:
    """Compute how interest falls when every applicant's list is spread alike.

    Parameters
    ----------
    market : ScoredMarket
    spread : float
        0 to 1.
    pairs : MarketPairs, optional
        What :func:`read_pairs` gave for this market, where several spreads are asked for.
    progress : callable, optional
        Called with the rounds done and the rounds to do at most.

    Raises
    ------
    MechanismError
        When ``spread`` is not between 0 and 1.
    """
    pairs = pairs or read_pairs(market)
    found = spread_interest(
        pairs.own,
        pairs.bands,
        np.array([posting.seats for posting in market.records.postings], dtype=np.int64),
        acceptable=pairs.acceptable,
        spread=spread,
        applications=_applications(market, pairs),
        own_lists=pairs.own_lists,
        progress=progress,
    )
    return MarketInterest(market, spread, pairs, found)


def _applications(market: ScoredMarket, pairs: MarketPairs) -> NDArray[np.float64]:
    """(m, 64) open applications by the band of the applicant."""
    counts = np.zeros((len(market.postings), N_BANDS))
    for posting, applicants in market.applied_to.items():
        np.add.at(counts[posting], pairs.bands[applicants, posting], 1.0)
    return counts


def _said(value: float, seats: int, applications: float, *, n_registered: int) -> str:
    """The chance in words; tenths, because the model knows no more."""
    tenths = round(value * _TENTHS)
    word = "高め" if value >= _LIKELY else "五分前後" if value >= _EVEN else "低め"
    often = {0: "10回に1回未満", _TENTHS: "ほぼ毎回"}.get(tenths, f"10回に{tenths}回ほど")
    others = (
        "ほかの応募はほとんど見込まれません"
        if applications < 1
        else f"ほかの応募は{applications:.0f}件ほどの見込みです"
    )
    few = f"登録されている{n_registered}人だけから見た数字です。" if n_registered < _FEW else ""
    return f"席に届く見込みは{word}です（計算では{often}）。席は{seats}、{others}。{few}"
