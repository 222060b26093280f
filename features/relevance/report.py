"""What is told of an order of reading on a labelled half: figures of every call, their mean and the worst call.

Only people who were not judged excluded count, and only calls whose people were not all judged alike: where nobody is
graded, no order is better than another. Equal scores stand in the order of the ids, as in a ranking.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.errors import FeatureError
from features.market.scored_market import EXCLUDED, ScoredMarket
from features.relevance.labelled_set import Half, LabelledHalf
from features.relevance.metrics import normalised_gain, pairwise_accuracy
from features.relevance.orders import Order, scores_of

__all__ = ["FIRST", "CallFigures", "ExclusionFigures", "OrderFigures", "Pair", "exclusions_of", "figures_of"]

FIRST: Final = 6  # people who can be met for one call
Pair: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class CallFigures:
    """One call: ``gain`` is nDCG of the first six, ``pairwise`` the share of pairs in the right order."""

    posting_id: str
    candidates: int
    graded: int
    gain: float
    pairwise: float


@dataclass(frozen=True)
class OrderFigures:
    """One order on one half.

    Attributes
    ----------
    order, title, half : str
    calls : tuple of CallFigures
        In the order of the ids, without those left out.
    left_out : tuple of str
        Calls whose people were all judged alike.
    """

    order: str
    title: str
    half: Half
    calls: tuple[CallFigures, ...]
    left_out: tuple[str, ...]

    @property
    def gain(self) -> float:
        """Mean nDCG of the first six."""
        return float(np.mean([call.gain for call in self.calls]))

    @property
    def pairwise(self) -> float:
        """Mean share of pairs in the right order."""
        return float(np.mean([call.pairwise for call in self.calls]))

    @property
    def worst_gain(self) -> CallFigures:
        """The call with the lowest nDCG, the first id where several have it."""
        return min(self.calls, key=lambda call: call.gain)

    @property
    def worst_pairwise(self) -> CallFigures:
        """The call with the fewest pairs in the right order, the first id where several have it."""
        return min(self.calls, key=lambda call: call.pairwise)

    def calls_against(self, other: OrderFigures) -> dict[str, int]:
        """In how many calls this order's nDCG is higher than, equal to and lower than another's, to 1e-9."""
        gaps = [mine.gain - theirs.gain for mine, theirs in zip(self.calls, other.calls, strict=True)]
        signs = np.sign(np.round(gaps, 9)).astype(int).tolist()
        return {word: signs.count(sign) for word, sign in (("higher", 1), ("equal", 0), ("lower", -1))}

    def to_json(self) -> dict[str, object]:
        """Means, worst calls and every call."""
        return {
            "order": self.order,
            "half": self.half,
            "ndcg_at_6": self.gain,
            "worst_ndcg_at_6": {"posting_id": self.worst_gain.posting_id, "value": self.worst_gain.gain},
            "pairwise": self.pairwise,
            "worst_pairwise": {"posting_id": self.worst_pairwise.posting_id, "value": self.worst_pairwise.pairwise},
            "calls": [asdict(call) for call in self.calls],
            "left_out": list(self.left_out),
        }


@dataclass(frozen=True)
class ExclusionFigures:
    """Whom the rules exclude against whom the labels exclude, pairs as (posting_id, applicant_id).

    Attributes
    ----------
    half : str
    labelled : int
        Pairs judged excluded.
    missed : tuple of Pair
        Judged excluded, not excluded by the rules.
    other_kind : tuple of Pair
        Excluded by both, but a kind of rule that was judged is not among those found.
    wrong : tuple of Pair
        Excluded by the rules, not judged excluded.
    """

    half: Half
    labelled: int
    missed: tuple[Pair, ...]
    other_kind: tuple[Pair, ...]
    wrong: tuple[Pair, ...]

    @property
    def recall(self) -> float:
        """Share of the pairs judged excluded that the rules exclude."""
        return 1 - len(self.missed) / self.labelled if self.labelled else 1.0

    @property
    def recall_with_kind(self) -> float:
        """Share of the pairs judged excluded that the rules exclude, naming every kind that was judged."""
        return 1 - (len(self.missed) + len(self.other_kind)) / self.labelled if self.labelled else 1.0

    def to_json(self) -> dict[str, object]:
        """Counts, shares and the pairs that differ."""
        return {**asdict(self), "recall": self.recall, "recall_with_kind": self.recall_with_kind}


def figures_of(order: Order, half: LabelledHalf, market: ScoredMarket) -> OrderFigures:
    """Figures of one order on one half.

    Parameters
    ----------
    order : Order
    half : LabelledHalf
    market : ScoredMarket
        The half's records, read.

    Raises
    ------
    FeatureError
        If every call was left out, so that nothing can be told.
    """
    scores = scores_of(order, market)
    calls: list[CallFigures] = []
    left_out: list[str] = []
    for j, posting_id in enumerate(market.postings.ids):
        read = ~half.excluded[:, j]
        figures = _call(posting_id, scores[read, j], half.grades[read, j])
        if figures is None:
            left_out.append(posting_id)
        else:
            calls.append(figures)
    if not calls:
        raise FeatureError(f"half {half.half} has no call with people of different grades, expected at least one")
    return OrderFigures(order.name, order.title, half.half, tuple(calls), tuple(left_out))


def exclusions_of(half: LabelledHalf, market: ScoredMarket) -> ExclusionFigures:
    """Whom the rules exclude on the market's day against whom the labels of one half exclude."""
    judged = {pair: set(found.excluded_by) for pair, found in half.judgments.items() if found.excluded_by}
    codes = market.verdicts.codes(slice(None), slice(None))
    out = {
        (market.postings.ids[j], market.applicants.ids[i]): (i, j) for i, j in np.argwhere(codes >= EXCLUDED).tolist()
    }
    return ExclusionFigures(
        half=half.half,
        labelled=len(judged),
        missed=tuple(sorted(judged.keys() - out.keys())),
        other_kind=tuple(
            sorted(pair for pair in judged.keys() & out if not judged[pair] <= _kinds(market, *out[pair]))
        ),
        wrong=tuple(sorted(out.keys() - judged.keys())),
    )


def _call(posting_id: str, scores: NDArray[np.float64], grades: NDArray[np.int64]) -> CallFigures | None:
    if grades.size == 0 or grades.min() == grades.max():
        return None
    order = np.argsort(-scores, kind="stable")
    return CallFigures(
        posting_id=posting_id,
        candidates=int(grades.size),
        graded=int((grades > 0).sum()),
        gain=normalised_gain(grades[order], at=FIRST),
        pairwise=pairwise_accuracy(scores, grades),
    )


def _kinds(market: ScoredMarket, i: int, j: int) -> set[str]:
    findings = market.verdicts.findings(i, j)
    return {found.kind for found in findings if found.verdict == "not_covered" and not found.note}
