"""Wishes above the place somebody got in a round, and why each did not take them: cutoffs, and no name of anybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

import numpy as np

from features.rounds.round import Round
from matching.arrays import Int64s
from matching.explain.cutoffs import Cutoffs, cutoffs
from matching.outcome import UNMATCHED, Matching
from matching.statistics import rank_held

__all__ = ["WhyPassed", "passed_over"]

WhyPassed: TypeAlias = Literal["ranked_above", "lottery", "other_pairs"]
_MOST: Final = 10  # wishes told of one person, the best first


def passed_over(opened: Round, matching: Matching, *, by_lottery: bool) -> list[dict[str, object]]:
    """Of everybody with a place below a wish: those wishes, the own score at each, and why it took others.

    ``ranked_above``: its last holder has a higher score; ``lottery``: the same score, and the published numbers
    decided; ``other_pairs``: a lower one, or a seat is left, and the total of all is larger without the pair. Only an
    assignment of the largest total has pairs of the last kind.

    Parameters
    ----------
    opened : Round
    matching : Matching
    by_lottery : bool
        Whether published numbers broke ties; else no tie was broken and people level with the last holder are passed
        over for the total.

    Returns
    -------
    list of dict
        ``applicant_id``, ``n`` wishes above, and of the ten best ``posting_id``, ``score`` and ``why``; in the order
        of the ids, people without a place left out.
    """
    last, held = cutoffs(opened.market, matching), rank_held(opened.market, matching)
    lists, ids = opened.market.applicants, opened.scored.applicants.ids
    told: list[dict[str, object]] = []
    for i in np.flatnonzero(matching.posting_of != UNMATCHED).tolist():
        row = slice(int(lists.indptr[i]), int(lists.indptr[i + 1]))
        above = lists.indices[row][lists.ranks[row] < held[i]].astype(np.int64)
        if above.size:
            wishes = list(_wishes(opened, last, i, above[:_MOST], by_lottery=by_lottery))
            told.append({"applicant_id": ids[i], "n": int(above.size), "wishes": wishes})
    return told


def _wishes(
    opened: Round, last: Cutoffs, applicant: int, postings: Int64s, *, by_lottery: bool
) -> Iterator[dict[str, object]]:
    for j in postings.tolist():
        score, holder = float(opened.coordinator_scores[applicant, j]), int(last.applicant[j])
        is_full = holder != UNMATCHED and not last.seats_left[j]
        reached = float(opened.coordinator_scores[holder, j]) if is_full else -np.inf
        why: WhyPassed = "ranked_above" if reached > score else "other_pairs"
        if reached == score and by_lottery:
            why = "lottery"
        yield {"posting_id": opened.scored.postings.ids[j], "score": score, "why": why}
