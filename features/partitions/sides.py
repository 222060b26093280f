"""A scored market as :func:`matching.ranking.top_k` reads it: vectors, small tables, and who is left out.

An applicant's list follows the applicant's own score over open postings outside the regions that person refuses; a
posting's list follows the coordinator's score over everybody who wants an order by scores. What the rules exclude is in
neither. The two directions share no private fact: each has its own side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from features.market.scored_market import EXCLUDED, ScoredMarket
from features.reference.regions import prefectures_of
from features.scoring import Scores
from features.terms.factor import InnerTerm, LookupTerm
from matching.ranking import (
    ApplicantBlock,
    ApplicantSide,
    Postings,
    PostingSide,
    RuleTable,
    ScoreTable,
    scores_of_pairs,
)

__all__ = ["blocks_of", "postings_of", "priorities_of"]

_ROWS = 4_096  # applicants of a block: what is laid out for them stays below half a gigabyte at 10,000 postings


def postings_of(market: ScoredMarket) -> Postings:
    """The postings' side of both scores."""
    m = len(market.postings)
    return Postings(
        by_applicant=_posting_side(market.applicant, (_open_rule(market), _region_rule(market))),
        by_posting=_posting_side(market.coordinator, (RuleTable(_EXCLUDED_IF_SAID, np.zeros(m, dtype=np.int64)),)),
    )


def blocks_of(market: ScoredMarket) -> Iterator[ApplicantBlock]:
    """The applicants' side of both scores, block by block."""
    n, wishes = len(market.applicants), _wish_of(market)
    for first in range(0, n, _ROWS):
        rows = slice(first, min(first + _ROWS, n))
        excluded = market.verdicts.codes(rows, slice(None)) >= EXCLUDED
        own_states = np.stack([np.zeros_like(wishes[rows]), wishes[rows]], axis=1)
        states = market.wants_no_order[rows].astype(np.int64)[:, None]
        yield ApplicantBlock(
            first,
            _applicant_side(market.applicant, rows, own_states, excluded),
            _applicant_side(market.coordinator, rows, states, excluded),
        )


def priorities_of(market: ScoredMarket, rows: NDArray[np.int32], items: NDArray[np.int32]) -> NDArray[np.float64]:
    """The coordinator's scores of some pairs, (L,), which stand row after row."""
    postings, found = _posting_side(market.coordinator, ()), [np.zeros(0)]
    for first in range(0, len(market.applicants), _ROWS):
        block = slice(first, min(first + _ROWS, len(market.applicants)))
        start, end = np.searchsorted(rows, [block.start, block.stop])
        side = _applicant_side(market.coordinator, block, None, None)
        found.append(scores_of_pairs(side, postings, rows[start:end] - np.int32(first), items[start:end]))
    return np.concatenate(found)


_EXCLUDED_IF_SAID = np.array([[False], [True]])


def _posting_side(scores: Scores, rules: tuple[RuleTable, ...]) -> PostingSide:
    weights = scores.weights if scores.side == "coordinator" else np.ones((1, len(scores.names)))
    m = _n_postings(scores)
    vectors, tables = [np.zeros((m, 0))], list[ScoreTable]()
    for t, factor in enumerate(scores.factors):
        if isinstance(factor, InnerTerm):
            vectors.append(factor.right_side("value") * weights[:, [t]])
        else:
            own = np.broadcast_to(weights[:, t], (m,))
            tables.append(ScoreTable(factor.table.astype(np.float64), factor.b, own))
    return PostingSide(np.hstack(vectors), tuple(tables), rules)


def _applicant_side(
    scores: Scores, rows: slice, states: NDArray[np.int64] | None, excluded: NDArray[np.bool_] | None
) -> ApplicantSide:
    n = rows.stop - rows.start
    weights = np.ones((n, len(scores.names))) if scores.side == "coordinator" else scores.weights[rows]
    vectors = [np.zeros((n, 0))]
    looked_up = [(t, factor) for t, factor in enumerate(scores.factors) if isinstance(factor, LookupTerm)]
    for t, factor in enumerate(scores.factors):
        if isinstance(factor, InnerTerm):
            vectors.append(factor.left_side("value", rows) * weights[:, [t]])
    return ApplicantSide(
        np.hstack(vectors),
        codes=np.array([factor.a[rows] for _, factor in looked_up], dtype=np.int64).reshape(-1, n).T,
        weights=weights[:, [t for t, _ in looked_up]],
        states=states,
        excluded=excluded,
    )


def _n_postings(scores: Scores) -> int:
    factor = scores.factors[0]
    return len(factor.known_right if isinstance(factor, InnerTerm) else factor.b)


def _open_rule(market: ScoredMarket) -> RuleTable:
    return RuleTable(np.array([[False, True]]), (~market.is_open).astype(np.int64))


def _region_rule(market: ScoredMarket) -> RuleTable:
    """A wish not to go somewhere, which is one of few, against the prefecture of a posting."""
    places = [posting.municipality_code[:2] for posting in market.records.postings]
    prefectures, state = np.unique(np.array(places, dtype=np.str_), return_inverse=True)
    refused = np.zeros((len(_wishes(market)) + 1, max(prefectures.size, 1)), dtype=np.bool_)
    for row, regions in enumerate(_wishes(market), start=1):
        codes = {code for region in regions for code in prefectures_of(region)}
        refused[row, : prefectures.size] = np.isin(prefectures, list(codes))
    return RuleTable(refused, state.astype(np.int64))


def _wishes(market: ScoredMarket) -> Sequence[tuple[str, ...]]:
    return sorted({_refused(market, row) for row in range(len(market.applicants))} - {()})


def _wish_of(market: ScoredMarket) -> NDArray[np.int64]:
    """(n,) each applicant's row of the rule; 0 for those who would go anywhere."""
    row_of = {regions: row for row, regions in enumerate(_wishes(market), start=1)}
    return np.array([row_of.get(_refused(market, i), 0) for i in range(len(market.applicants))], dtype=np.int64)


def _refused(market: ScoredMarket, applicant: int) -> tuple[str, ...]:
    return tuple(sorted(market.records.applicants[applicant].private_preferences.regions_refused or ()))
