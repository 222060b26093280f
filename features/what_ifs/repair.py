"""The round after somebody withdrew: as few people moved as can be, nobody moved, or a fresh run, side by side."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

import numpy as np

from features.rounds.results import RoundResult
from features.what_ifs.errors import WhatIfError
from matching.arrays import Bools, Int64s
from matching.market import Market
from matching.mechanisms.repair.assignment_repair import repair_optimal
from matching.mechanisms.repair.stable_repair import repair_stable
from matching.outcome import UNMATCHED, Matching
from matching.properties import blocking_pairs, verify_feasible, verify_individually_rational

__all__ = ["Move", "RepairWay", "Way", "repaired_round"]

Way: TypeAlias = Literal["fewest_moves", "kept", "fresh"]
_DIGITS: Final = 6


@dataclass(frozen=True)
class Move:
    """One person who holds another place than before.

    Attributes
    ----------
    applicant : int
        Index in the order of ids.
    before, after : str or None
        Postings; ``None`` where there is no place.
    """

    applicant: int
    before: str | None
    after: str | None


@dataclass(frozen=True)
class RepairWay:
    """One way to go on.

    Attributes
    ----------
    way : "fewest_moves", "kept" or "fresh"
        What the mechanism promises with the fewest people moved; everybody stays and free seats are filled; or as if
        nothing had been proposed before.
    moves : tuple of Move
        Everybody whose place differs but those who withdrew.
    n_moved : int
        Those of them who held a place before.
    n_matched : int
    n_blocking : int
        Pairs that would rather have each other.
    total : float
        Of both sides' mean scores.
    """

    way: Way
    moves: tuple[Move, ...]
    n_moved: int
    n_matched: int
    n_blocking: int
    total: float


def repaired_round(result: RoundResult, withdrawn: Collection[str]) -> tuple[RepairWay, ...]:
    """Return the ways to go on, each checked from the lists without the people who withdrew.

    Parameters
    ----------
    result : RoundResult
    withdrawn : collection of str
        Ids of applicants; each holds a place in the round.

    Raises
    ------
    WhatIfError
        If nobody is named, or somebody who holds no place.
    """
    gone = _gone(result, withdrawn)
    ways = _stable_ways(result, gone) if result.ties is not None else _optimal_ways(result, gone)
    today = _without(result.round.market, gone)
    for matching in ways.values():
        verify_feasible(today, matching)
        verify_individually_rational(today, matching)
    return tuple(_way(result, today, gone, way, matching) for way, matching in ways.items())


def _gone(result: RoundResult, withdrawn: Collection[str]) -> Bools:
    if not withdrawn:
        raise WhatIfError("nobody is named, expected at least one applicant who holds a place in the round")
    placements, rows = result.placements, result.round.scored.applicants.index_of
    gone = np.zeros(len(placements), np.bool_)
    for an_id in withdrawn:
        if placements.get(an_id) is None:
            raise WhatIfError(f"applicant {an_id} holds no place in the round")
        gone[rows[an_id]] = True
    return gone


def _stable_ways(result: RoundResult, gone: Bools) -> dict[Way, Matching]:
    market = result.round.market if result.ties is None else result.ties.market
    found = repair_stable(_without(market, gone), result.matching)
    return {
        "fewest_moves": found.fewest_moves.matching,
        "kept": found.kept.matching,
        "fresh": found.applicant_optimal.matching,
    }


def _optimal_ways(result: RoundResult, gone: Bools) -> dict[Way, Matching]:
    pairs = result.pairs
    found = repair_optimal(pairs.only(~gone[pairs.applicants]), result.round.market.capacity, result.matching)
    return {"fewest_moves": found.fewest_moves.matching, "kept": found.kept.matching}


def _without(market: Market, gone: Bools) -> Market:
    lists = market.applicants
    return replace(market, applicants=lists.only(~gone[lists.rows()]))


def _way(result: RoundResult, today: Market, gone: Bools, way: Way, matching: Matching) -> RepairWay:
    before, after = result.matching.posting_of, matching.posting_of
    differs: Int64s = np.flatnonzero((before != after) & ~gone)
    ids = result.round.scored.postings.ids
    moves = tuple(Move(i, _id(ids, int(before[i])), _id(ids, int(after[i]))) for i in differs.tolist())
    return RepairWay(
        way=way,
        moves=moves,
        n_moved=sum(move.before is not None for move in moves),
        n_matched=matching.n_matched,
        n_blocking=len(blocking_pairs(today, matching)),
        total=round(result.pairs.total(matching), _DIGITS),
    )


def _id(ids: tuple[str, ...], posting: int) -> str | None:
    return None if posting == UNMATCHED else ids[posting]
