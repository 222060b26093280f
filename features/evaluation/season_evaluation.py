"""All that is asked of one assignment: value, harm, order, calibration, groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from features.evaluation.decision_value import DecisionValue, decision_value
from features.evaluation.errors import EvaluationError
from features.evaluation.fairness import FEWEST, Parity, exposure_of, parity_of, short_listed
from features.evaluation.harm import Harm, harm_of
from features.evaluation.judged_season import JudgedSeason
from features.evaluation.order_quality import OrderQuality, mean_order_quality
from features.evaluation.plans import greedy_assignment, random_chances, sure_plan
from features.evaluation.swaps import SwapTest
from features.evaluation.weakest import Weakest, weakest_of
from features.smallest_told import SMALLEST_TOLD
from features.staying.calibration import Calibration, calibration

__all__ = ["TOP", "CalibrationPoint", "SeasonEvaluation", "evaluate_season"]

TOP: Final = 5
"""First places of a posting's list: those a coordinator can meet."""
_MOST_POINTS: Final = 8
_EDGE: Final = 1e-9


@dataclass(frozen=True)
class CalibrationPoint:
    """People of like chances: what was told and what came."""

    n: int
    told: float
    came: float


@dataclass(frozen=True, eq=False)
class SeasonEvaluation:
    """The answers.

    Attributes
    ----------
    value : DecisionValue
    harm : Harm
    order : OrderQuality or None
        How the model's order within each posting agrees with who stayed; None where nobody differs.
    calibration : Calibration or None
        Of the judging models on those who were placed; None where all outcomes are the same.
    points : tuple of CalibrationPoint
        Groups of like chances, the lowest first: eight, or as many as hold ten people each; none with fewer people.
    weakest : Weakest or None
        Under the assignment, at random, greedily and as it was done; None where they are so few that the figures would
        be those of single people.
    parity : Parity or None
        By the invented attribute, where one was given and two groups have people enough.
    swaps : SwapTest or None
    planned_chances : tuple of float
        The chance with which each planned pair would have been done.
    """

    value: DecisionValue
    harm: Harm
    order: OrderQuality | None
    calibration: Calibration | None
    points: tuple[CalibrationPoint, ...]
    weakest: Weakest | None
    parity: Parity | None
    swaps: SwapTest | None
    planned_chances: tuple[float, ...]

    def to_json(self) -> dict[str, object]:
        """Every figure, and whether the value could be answered; no row tells who somebody is."""
        weakest = self.weakest
        return {
            "is_answerable": self.value.is_answerable,
            "decision_value": asdict(self.value),
            "harm": asdict(self.harm),
            "order": asdict(self.order) if self.order else None,
            "calibration": asdict(self.calibration) if self.calibration else None,
            "calibration_points": [asdict(point) for point in self.points],
            "weakest_tenth": None if weakest is None else {"n": weakest.n, "expected": weakest.expected},
            "fairness": asdict(self.parity) if self.parity else None,
            "swap_test": asdict(self.swaps) if self.swaps else None,
        }


def evaluate_season(
    judged: JudgedSeason, *, rng: np.random.Generator, swaps: SwapTest | None = None, n_draws: int = 2000
) -> SeasonEvaluation:
    """Judge an assignment against what was done, a lottery and, where arrivals are known, first come, first served.

    Parameters
    ----------
    judged : JudgedSeason
    rng : numpy.random.Generator
        Of lottery, bootstrap and shuffles.
    swaps : SwapTest, optional
        Made elsewhere, since it needs records; told with the rest.
    n_draws : int, default 2000
        Of the bootstrap; half as many shuffles.

    Raises
    ------
    EvaluationError
        If nobody was placed, or nothing can be asked.
    """
    happened, m = judged.happened, judged.capacity.size
    if not happened.is_placed.any():
        raise EvaluationError("nobody was placed in this season, expected at least one outcome")
    first_come = {} if judged.arrival is None else {"greedy": sure_plan(_first_come(judged, judged.arrival), m)}
    others = {**first_come, "random": random_chances(judged.capacity, judged.is_allowed, rng=rng)}
    own, done = sure_plan(judged.posting_of, m), sure_plan(happened.posting_of, m)
    value = decision_value(
        judged.posting_of,
        happened,
        claims=judged.claims,
        predicted=judged.predicted,
        others=others,
        rng=rng,
        n_draws=n_draws,
    )
    return SeasonEvaluation(
        value=value,
        harm=harm_of(own, judged.predicted, happened),
        order=_order(judged, done),
        calibration=_calibration(judged),
        points=_points(judged),
        weakest=_weakest(judged, {"engine": own, **others, "status_quo": done}),
        parity=_parity(judged, judged.group, rng, n_draws // 2) if judged.group is not None else None,
        swaps=swaps,
        planned_chances=tuple((own * happened.chance).sum(axis=1)[judged.posting_of >= 0].tolist()),
    )


def _first_come(judged: JudgedSeason, arrival: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Everybody takes the best seat that is left, in the order in which they came."""
    order = np.argsort(arrival)
    posting_of = np.full(order.size, -1, np.int64)
    posting_of[order] = greedy_assignment(judged.claims[order], judged.capacity, judged.is_allowed[order])
    return posting_of


def _weakest(judged: JudgedSeason, plans: Mapping[str, npt.NDArray[np.float64]]) -> Weakest | None:
    found = weakest_of(plans, judged.predicted, judged.is_allowed)
    return found if found.n >= SMALLEST_TOLD else None


def _told_and_came(judged: JudgedSeason) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    rows = np.flatnonzero(judged.happened.is_placed)
    told = judged.predicted[rows, judged.happened.posting_of[rows]]
    return told, judged.happened.stayed[rows] >= 0.5


def _order(judged: JudgedSeason, done: npt.NDArray[np.float64]) -> OrderQuality | None:
    worth = np.broadcast_to(judged.happened.stayed[:, None], done.shape)
    lists = done > 0
    differs = any(np.unique(worth[on, j]).size > 1 for j, on in enumerate(lists.T))
    return mean_order_quality(judged.claims, worth, lists, at=TOP) if differs else None


def _calibration(judged: JudgedSeason) -> Calibration | None:
    told, came = _told_and_came(judged)
    return calibration(np.clip(told, _EDGE, 1 - _EDGE), came) if came.any() and not came.all() else None


def _points(judged: JudgedSeason) -> tuple[CalibrationPoint, ...]:
    told, came = _told_and_came(judged)
    n_points = min(_MOST_POINTS, told.size // FEWEST)
    parts = np.array_split(np.argsort(told, kind="stable"), n_points) if n_points else []
    return tuple(CalibrationPoint(part.size, float(told[part].mean()), float(came[part].mean())) for part in parts)


def _parity(
    judged: JudgedSeason, group: npt.NDArray[np.int64], rng: np.random.Generator, n_draws: int
) -> Parity | None:
    if (np.unique(group, return_counts=True)[1] >= FEWEST).sum() < 2:
        return None
    rows, (told, came) = judged.happened.is_placed, _told_and_came(judged)
    stayed, missed = np.full(rows.size, np.nan), np.full(rows.size, np.nan)
    stayed[rows], missed[rows] = came, came - told
    planned = judged.posting_of >= 0
    expected = (sure_plan(judged.posting_of, judged.capacity.size) * judged.predicted).sum(axis=1)
    measures = {
        "exposure": exposure_of(judged.claims, judged.is_allowed),
        "short_listed": short_listed(judged.claims, judged.is_allowed, top=TOP),
        "placed": planned.astype(np.float64),
        "expected_stay": expected,
        "stayed_as_done": stayed,
        "came_less_told": missed,
    }
    return parity_of(measures, group, judged.happened.cluster, rng=rng, n_draws=n_draws)
