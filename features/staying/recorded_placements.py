"""Placements from records: what offices wrote of people they placed, as a stay model may read it.

Who wants no automated order is left out: such a person did not agree to be compared. Who left as planned did not leave:
the placement counts for the months it was seen. Terms are those of the records as they stand, so a person or a call
that was written anew since is read as it is now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from features.market.scored_market import ScoredMarket
from features.market.standings import row_of
from features.staying.looks import watched
from features.staying.month_counts import fiscal_year, whole_months
from features.staying.outcome_files import Outcome
from features.staying.pair_terms import STAY_TERMS, PairTerms
from features.staying.placements import Placements

__all__ = ["RecordedPlacements", "recorded_placements"]


@dataclass(frozen=True, eq=False)
class RecordedPlacements:
    """Placements and where they come from.

    Attributes
    ----------
    placements : Placements
        ``municipality`` is the code as a number, ``year`` the fiscal year of the start; ``settled`` 1 there or nearby.
    outcomes : tuple of Outcome
        One a placement, in the same order.
    left_out : dict of reason to int
        ``wants_no_order``, ``not_begun`` (starts after the day), ``too_short`` (not seen for one whole month).
    unanswered : int
        Placements that began twelve months ago or more, did not end, and nobody recorded whether the person was there
        then.
    rows : tuple of int
        Where each outcome stands among those that were given, for errors.
    """

    placements: Placements
    outcomes: tuple[Outcome, ...]
    left_out: dict[str, int]
    unanswered: int
    rows: tuple[int, ...]


def recorded_placements(market: ScoredMarket, outcomes: Sequence[Outcome], *, on: date) -> RecordedPlacements:
    """What is known on a day of the placements that outcomes tell of.

    Parameters
    ----------
    market : ScoredMarket
        Holds everybody and every posting the outcomes name.
    outcomes : sequence of Outcome
    on : date
        What happened later is not read.

    Raises
    ------
    RecordError
        If an id is not in the market, naming the outcome and the column.

    Notes
    -----
    One who was there is seen until the last day somebody looked, and one who left until the look that such a person
    would have had (:mod:`features.staying.looks`): the same for both, or the share of those who stayed is wrong.
    """
    counted, begun = Counter[str](), list[tuple[Outcome, int, int]]()
    for one, i, j in sorted(_found(market, outcomes), key=lambda line: (line[0].started_on, *_pair(line[0]))):
        if market.wants_no_order[i]:
            counted["wants_no_order"] += 1
        elif one.started_on > on:
            counted["not_begun"] += 1
        else:
            begun.append((one, i, j))
    calls = market.records.postings
    months = watched([line[0] for line in begun], [int(calls[j].municipality_code) for _, _, j in begun], on=on)
    kept = [(one, i, j, *seen) for (one, i, j), seen in zip(begun, months, strict=True) if seen.seen >= 1]
    if len(begun) > len(kept):
        counted["too_short"] = len(begun) - len(kept)
    rows = np.array([line[1:] for line in kept], dtype=np.int64).reshape(-1, 4)
    told = tuple(line[0] for line in kept)
    placements = Placements(
        terms=STAY_TERMS,
        features=_features(market, rows),
        left_in=rows[:, 2],
        seen_months=rows[:, 3],
        municipality=np.array([int(calls[int(j)].municipality_code) for j in rows[:, 1]], dtype=np.int64),
        year=np.array([fiscal_year(one.started_on) for one in told], dtype=np.int64),
        settled=np.array([_settled(one, on) for one in told], dtype=np.int64),
    )
    asked = np.array([one.left_on is None and whole_months(one.started_on, on) >= 12 for one in told], dtype=np.bool_)
    unanswered = int((asked & (placements.seen_months < 12)).sum())
    row_given = {_pair(one): row for row, one in enumerate(outcomes)}
    rows_given = tuple(row_given[_pair(one)] for one in told)
    return RecordedPlacements(placements, told, dict(counted), unanswered, rows_given)


def _found(market: ScoredMarket, outcomes: Sequence[Outcome]) -> Iterator[tuple[Outcome, int, int]]:
    """Each outcome with the rows of its applicant and posting."""
    for row, one in enumerate(outcomes):
        at = f"outcomes[{row}]"
        i = row_of(market.applicants.index_of, one.applicant_id, "applicant", place=f"{at}.applicant_id")
        yield one, i, row_of(market.postings.index_of, one.posting_id, "posting", place=f"{at}.posting_id")


def _pair(one: Outcome) -> tuple[str, str]:
    return one.applicant_id, one.posting_id


def _settled(one: Outcome, on: date) -> int:
    """1 settled, 0 gone, -1 not known on that day."""
    is_known = one.settled is not None and one.left_on is not None and one.left_on <= on
    return int(bool(one.settled)) if is_known else -1


def _features(market: ScoredMarket, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    features = np.zeros((len(rows), len(STAY_TERMS)))
    if len(rows):
        terms = PairTerms(market)
        for j in np.unique(rows[:, 1]):
            here = rows[:, 1] == j
            features[here] = terms.at(int(j), rows[here, 0])
    return features
