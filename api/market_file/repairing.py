"""``repair``: after a withdrawal or a new posting, the nearest result that keeps the promise, and two alternatives.

The market file is the market as it is now, the result the one that held before; people and postings meet by id.
"""

from __future__ import annotations

import numpy as np

from api.canonical import code_version
from api.market_file.arrays import matching_by_ids, pairs_by_ids, to_scored_pairs
from api.market_file.catalogue import entry_of
from api.market_file.checks import JsonObject, judge
from api.market_file.checks.judged import Judged
from api.market_file.records import MarketFile, MarketFileError, ResultFile
from api.market_file.sections import used_sections
from matching.arrays import Int64s
from matching.errors import InfeasibleError, OutcomeError
from matching.mechanisms.repair.assignment_repair import ScoredOption, repair_optimal, repair_within
from matching.mechanisms.repair.stable_repair import RepairOption, repair_stable
from matching.outcome import UNMATCHED, Matching
from matching.properties import blocking_pairs

__all__ = ["repair"]


def repair(market_file: MarketFile, previous: ResultFile, *, time_limit: float = 60.0) -> JsonObject:
    """Return the result with the fewest people moved, and alternatives with their cost.

    Parameters
    ----------
    market_file : MarketFile
        The market as it is now: whoever withdrew may be missing or have an empty list, a posting that was withdrawn may
        be missing or have no seats.
    previous : ResultFile
        The earlier result. One of ``optimal-assignment`` is repaired to an optimal assignment, any other to a stable
        matching.
    time_limit : float
        Seconds for the alternative between staying and moving, an integer program.

    Returns
    -------
    dict
        A result file that ``verify`` takes, whose report adds ``moved``, ``gone`` (whose place is closed), ``left``
        and ``new`` people, and ``alternatives``: each with its own matching, who moves, and the pairs that would block.

    Raises
    ------
    MarketFileError
        The earlier result holds no matching or names no mechanism, or the market has a section that no repair obeys.
    """
    if previous.matching is None:
        raise MarketFileError("matching is null, expected the result that is to be repaired")
    entry_of(previous.mechanism)
    for section, place in used_sections(market_file):
        raise MarketFileError(f"{place}: repair does not take {section} and would ignore them")
    is_optimal = previous.mechanism == "optimal-assignment"
    mechanism = "optimal-assignment" if is_optimal else "all-stable"
    before = _matching_now(market_file, previous.matching)
    told = _optimal(market_file, before, time_limit) if is_optimal else _stable(market_file, before)
    chosen = told.pop("chosen")
    report = judge(Judged(market_file, chosen, {}, {}), mechanism)
    if not report.pop("holds"):
        raise OutcomeError(f"the repaired matching fails its own check of {mechanism}")
    return {
        "mechanism": mechanism,
        "matching": matching_by_ids(market_file, chosen),
        "report": report | told | _people(market_file, previous.matching),
        "provenance": {
            "mechanism": mechanism,
            "options": {"chosen_by": "fewest-moves"},
            "input_sha256": market_file.digest,
            "code_version": code_version(),
        },
    }


def _matching_now(market_file: MarketFile, placements: dict[str, str | None]) -> Matching:
    index_of = market_file.posting_index
    places = [placements.get(one) for one in market_file.applicant_ids]
    posting_of = [UNMATCHED if place is None else index_of.get(place, UNMATCHED) for place in places]
    return Matching(np.array(posting_of, dtype=np.int64), len(index_of))


def _stable(market_file: MarketFile, before: Matching) -> JsonObject:
    found = repair_stable(market_file.market, before)
    alternatives = {"applicant-optimal": found.applicant_optimal, "keep-everybody": found.kept}
    return {
        "chosen": found.fewest_moves.matching,
        "chosen_by": "fewest-moves",
        "ties": "none" if market_file.market.is_strict else "broken in favour of those who held the place, then by id",
        **_cost(market_file, found.fewest_moves),
        "alternatives": [{"name": name} | _told(market_file, option) for name, option in alternatives.items()],
    }


def _optimal(market_file: MarketFile, before: Matching, time_limit: float) -> JsonObject:
    pairs, seats = to_scored_pairs(market_file), market_file.market.capacity
    found = repair_optimal(pairs, seats, before)
    alternatives = {"keep-everybody": found.kept}
    try:
        n_moves = found.fewest_moves.n_moved // 2
        alternatives |= {
            "half-the-moves": repair_within(pairs, seats, before, max_moves=n_moves, time_limit=time_limit)
        }
    except InfeasibleError:  # fewer seats than people who hold them: that many have to move
        pass
    return {
        "chosen": found.fewest_moves.matching,
        "chosen_by": "fewest-moves",
        **_cost(market_file, found.fewest_moves),
        "alternatives": [{"name": name} | _told(market_file, option) for name, option in alternatives.items()],
    }


def _told(market_file: MarketFile, option: RepairOption | ScoredOption) -> JsonObject:
    blocking = blocking_pairs(market_file.market, option.matching)
    return {
        "matched": option.matching.n_matched,
        "blocking_pairs": len(blocking),
        **_cost(market_file, option),
        "matching": matching_by_ids(market_file, option.matching),
    }


def _cost(market_file: MarketFile, option: RepairOption | ScoredOption) -> JsonObject:
    moved = {"n_moved": option.n_moved, "moved": _names(market_file, option.moved)}
    if isinstance(option, RepairOption):
        return moved | {"worse_off": _names(market_file, option.worse_off), "rank_sum": option.rank_sum}
    return moved | {"objective": option.value}


def _names(market_file: MarketFile, applicants: Int64s) -> list[str]:
    return [market_file.applicant_ids[one] for one in applicants.tolist()]


def _people(market_file: MarketFile, placements: dict[str, str | None]) -> JsonObject:
    """Who left, who came, and who is still there but cannot keep the place."""
    now, kept = market_file.applicant_index, _places_that_remain(market_file)
    held = {one: place for one, place in placements.items() if place is not None and market_file.applicants.get(one)}
    return {
        "left": sorted(one for one in placements if one not in now),
        "new": [one for one in now if one not in placements],
        "gone": sorted(one for one, place in held.items() if (one, place) not in kept),
    }


def _places_that_remain(market_file: MarketFile) -> set[tuple[str, str]]:
    """Pairs that both sides list at a posting with a seat."""
    market = market_file.market
    lists = market.applicants
    entries = np.flatnonzero((market.rank_at_posting >= 0) & (market.capacity[lists.indices] > 0))
    pairs = np.column_stack([lists.rows()[entries], lists.indices[entries].astype(np.int64)])
    return {(applicant, posting) for applicant, posting in pairs_by_ids(market_file, pairs)}
