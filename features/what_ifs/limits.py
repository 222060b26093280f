"""One seat more in a full posting, and caps and floors of towns with their price: the round is run again for each.

Nothing is linearised, so an answer is what would happen; the prices of an optimal assignment say the same of its last
seat, and are compared with it by a test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

import numpy as np

from features.rounds.results import RoundResult
from features.what_ifs.change import Change, change
from features.what_ifs.errors import LimitsError, WhatIfError
from matching.arrays import Int64s
from matching.errors import InfeasibleError
from matching.market import Market
from matching.mechanisms.assignment.linear_assignment import optimal_assignment
from matching.mechanisms.limits.constrained_assignment import constrained_assignment
from matching.mechanisms.regions.regional_floors import regional_matching_with_floors
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.outcome import Matching
from matching.regions import NO_CAP, Regions

__all__ = ["BeforeRun", "LimitedRound", "SeatLine", "TownLimit", "TownLine", "limited_round", "seat_values"]

Side: TypeAlias = Literal["cap", "floor"]
_MOST_SEATS: Final = 40  # postings for which the round is run again
_SECONDS: Final = 10.0
_Run: TypeAlias = Callable[[Market, Regions], Matching]
BeforeRun: TypeAlias = Callable[[int, int], None]  # lines that are done, and lines there will be


@dataclass(frozen=True)
class TownLimit:
    """At most, and at least, so many people in all postings of a municipality; ``None`` and 0 limit nothing."""

    municipality_code: str
    cap: int | None = None
    floor: int = 0


@dataclass(frozen=True)
class SeatLine:
    """What one seat more in a full posting would change."""

    posting_id: str
    change: Change


@dataclass(frozen=True)
class TownLine:
    """A limit, how many people the town holds under all limits, and what loosening this one by one would change.

    ``change`` is ``None`` where the limit does not bind: loosening it changes nothing.
    """

    municipality_code: str
    side: Side
    limit: int
    held: int
    change: Change | None


@dataclass(frozen=True)
class LimitedRound:
    """The round under limits.

    Attributes
    ----------
    change : Change
        Against the round as it was run.
    n_matched : int
        People placed.
    lines : tuple of TownLine
        One a limit.
    """

    change: Change
    n_matched: int
    lines: tuple[TownLine, ...]


def seat_values(result: RoundResult, *, before_run: BeforeRun | None = None) -> tuple[SeatLine, ...]:
    """Return what one seat more would change, for full postings, those with the most people turned away first.

    At most forty postings are asked; of equals the lower id comes first.

    Parameters
    ----------
    result : RoundResult
    before_run : callable, optional
        Called before each run of the round with how many are done of how many; it may raise to end there.
    """
    market = result.round.market if result.ties is None else result.ties.market
    is_full = (market.capacity > 0) & (result.matching.n_held == market.capacity)
    wanted = np.bincount(market.applicants.indices, minlength=market.n_postings) - result.matching.n_held
    asked = np.lexsort((np.arange(market.n_postings), -wanted))
    most_wanted: list[int] = asked[(is_full & (wanted > 0))[asked]][:_MOST_SEATS].tolist()
    ids = result.round.scored.postings.ids
    lines: list[SeatLine] = []
    for j in most_wanted:
        _tell(before_run, len(lines), len(most_wanted))
        lines.append(SeatLine(ids[j], change(result, result.matching, _with_seat(result, market, j))))
    return tuple(lines)


def limited_round(
    result: RoundResult, limits: Sequence[TownLimit], *, before_run: BeforeRun | None = None
) -> LimitedRound:
    """Run a round again under limits of towns, by its own mechanism, and price every limit that binds.

    A stable round becomes stable under the limits (:mod:`matching.mechanisms.regions`), an optimal one the largest
    total within them.

    Parameters
    ----------
    result : RoundResult
    limits : sequence of TownLimit
    before_run : callable, optional
        Called before each run of the round with how many are done of how many; it may raise to end there.

    Raises
    ------
    WhatIfError
        If a municipality is named twice or has no open posting in the round, a floor is above its cap, or the limits
        cannot all be kept.
    """
    by_code = _by_code(limits)
    regions, run = _regions(result, by_code), _runner(result)
    market = result.round.market if result.ties is None else result.ties.market
    n_lines = sum((limit.cap is not None) + (limit.floor > 0) for limit in by_code.values())
    _tell(before_run, 0, 1 + n_lines)
    found = _within(run, market, regions)
    held = regions.held(found.n_held)
    lines: list[TownLine] = []

    def priced(looser: Regions) -> Change:
        _tell(before_run, 1 + len(lines), 1 + n_lines)
        return change(result, found, _within(run, market, looser))

    for which, limit in enumerate(by_code.values()):
        if limit.cap is not None:
            looser = _loosened(regions, "cap", which, 1) if held[which] == limit.cap else None
            told = None if looser is None else priced(looser)
            lines.append(TownLine(limit.municipality_code, "cap", limit.cap, int(held[which]), told))
        if limit.floor:
            looser = _loosened(regions, "floor", which, -1) if held[which] == limit.floor else None
            told = None if looser is None else priced(looser)
            lines.append(TownLine(limit.municipality_code, "floor", limit.floor, int(held[which]), told))
    return LimitedRound(change(result, result.matching, found), found.n_matched, tuple(lines))


def _tell(listener: BeforeRun | None, done: int, total: int) -> None:
    if listener is not None:
        listener(done, total)


def _by_code(limits: Sequence[TownLimit]) -> Mapping[str, TownLimit]:
    found: dict[str, TownLimit] = {}
    for limit in limits:
        if limit.municipality_code in found:
            raise WhatIfError(f"municipality {limit.municipality_code} has two limits, expected one")
        if limit.cap is not None and limit.floor > limit.cap:
            raise WhatIfError(
                f"municipality {limit.municipality_code} has floor {limit.floor}, expected at most its cap {limit.cap}"
            )
        found[limit.municipality_code] = limit
    return found


def _regions(result: RoundResult, limits: Mapping[str, TownLimit]) -> Regions:
    scored = result.round.scored
    rows = {code: row for row, code in enumerate(limits)}
    codes = [one.municipality_code for one in scored.records.postings]
    region_of = np.array([rows.get(code, -1) for code in codes], np.int64)
    seats = np.bincount(region_of[region_of >= 0], result.round.market.capacity[region_of >= 0], minlength=len(rows))
    for code, row in rows.items():
        if not seats[row]:
            raise WhatIfError(f"municipality {code} has no open posting in the round")
    caps = [NO_CAP if limit.cap is None else limit.cap for limit in limits.values()]
    flat = Regions.flat(region_of, cap=np.array(caps, np.int64), target=np.zeros(region_of.size, np.int64))
    return replace(flat, floor=np.array([limit.floor for limit in limits.values()], np.int64))


def _runner(result: RoundResult) -> _Run:
    if result.mechanism == "deferred-acceptance":
        # without the integer program, whose time limit would let two runs differ
        return lambda market, regions: regional_matching_with_floors(market, regions, exact_up_to=0).matching
    scores = result.round.mean_scores
    return lambda market, regions: constrained_assignment(market, scores, regions=regions, time_limit=_SECONDS).matching


def _within(run: _Run, market: Market, regions: Regions) -> Matching:
    try:
        return run(market, regions)
    except InfeasibleError as error:
        raise LimitsError(f"the limits cannot all be kept: {error}") from None


def _loosened(regions: Regions, name: Side, which: int, step: int) -> Regions:
    values: Int64s = getattr(regions, name).copy()
    values[which] += step
    return replace(regions, cap=values) if name == "cap" else replace(regions, floor=values)


def _with_seat(result: RoundResult, market: Market, posting: int) -> Matching:
    seats = market.capacity.copy()
    seats[posting] += 1
    if result.mechanism == "deferred-acceptance":
        return deferred_acceptance(replace(market, capacity=seats), proposing="applicants")
    return optimal_assignment(result.pairs, seats).matching
