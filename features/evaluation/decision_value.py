"""What plans are worth: the model's own claim beside what happened says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from features.evaluation.augmented import claimed_values
from features.evaluation.bootstrap import Interval, clipped, mean_intervals
from features.evaluation.errors import EvaluationError
from features.evaluation.gains import gain_values
from features.evaluation.happened import Happened, verified_table
from features.evaluation.overlap import LEAST_CHANCE, Overlap, overlap_of, supported
from features.evaluation.plans import sure_plan
from features.evaluation.shares import is_share, share_interval

__all__ = ["DecisionValue", "PlanValue", "Verdict", "asked_people", "decision_value"]

Verdict: TypeAlias = Literal["more", "fewer", "open"]
_ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class PlanValue:
    """Share of people who stay under one plan, and its difference to what was done.

    Attributes
    ----------
    name : str
    claimed, claimed_gain : float
        By the model that decided. Too high for a plan that was chosen because this model likes it.
    value, gain : Interval
        Corrected by what happened (AIPW, normalised), within what a share and a difference of shares can be; ``gain``
        is over the status quo.
    overlap : Overlap
        Among the people asked about.
    """

    name: str
    claimed: float
    claimed_gain: float
    value: Interval
    gain: Interval
    overlap: Overlap


@dataclass(frozen=True)
class DecisionValue:
    """Plans beside each other on the same people.

    Attributes
    ----------
    judged : PlanValue
        The plan in question.
    others : tuple of PlanValue
    status_quo : Interval
        Share of the people asked about who stayed as it was done.
    n_people, n_asked : int
        Everybody, and those asked about: not those for whom the judged plan has a place the past cannot speak of.
    judged_overlap : Overlap
        Of the judged plan among everybody: whether the question can be answered.
    outcomes_differ : bool
        Whether of the people asked about and placed some stayed and some left. Where all did the same, what happened
        tells no plan from another, and an interval of the gain would be narrow for no reason.
    """

    judged: PlanValue
    others: tuple[PlanValue, ...]
    status_quo: Interval
    n_people: int
    n_asked: int
    judged_overlap: Overlap
    outcomes_differ: bool

    @property
    def is_answerable(self) -> bool:
        """Whether the past speaks of enough of the judged plan, and tells plans apart at all."""
        return self.judged_overlap.is_answerable and self.outcomes_differ

    @property
    def verdict(self) -> Verdict:
        """Whether more or fewer can be said to stay, by more than rounding; ``open`` where neither can."""
        low, _, high = self.judged.gain
        if not self.is_answerable:
            return "open"
        return "more" if low > _ROUNDING else "fewer" if high < -_ROUNDING else "open"


def asked_people(
    posting_of: npt.NDArray[np.int64], happened: Happened, *, least: float = LEAST_CHANCE
) -> npt.NDArray[np.bool_]:
    """(n,) whether the past can speak of a person's planned place: at least the least chance, or no place."""
    known = supported(happened.chance, least=least)
    if known.shape[1] == 0:
        return np.ones(posting_of.size, np.bool_)
    is_asked: npt.NDArray[np.bool_] = (posting_of < 0) | known[np.arange(posting_of.size), np.maximum(posting_of, 0)]
    return is_asked


def decision_value(
    posting_of: npt.NDArray[np.int64],
    happened: Happened,
    *,
    claims: npt.ArrayLike,
    predicted: npt.ArrayLike,
    others: Mapping[str, npt.NDArray[np.float64]],
    rng: np.random.Generator,
    name: str = "engine",
    least: float = LEAST_CHANCE,
    n_draws: int = 2000,
) -> DecisionValue:
    """Evaluate an assignment on a season whose outcomes are known.

    Parameters
    ----------
    posting_of : (n,) int64
        The assignment in question, -1 for no place. It must not have been chosen by this season's outcomes.
    happened : Happened
    claims : (n, m) float64
        Chances to stay by the model that decided.
    predicted : (n, m) float64
        Chances to stay from models that have not seen the person's outcome
        (:func:`~features.evaluation.cross_fitting.cross_fitted`).
    others : mapping of name to (n, m) float64
        Plans to compare with.
    rng : numpy.random.Generator
        For the bootstrap.
    name : str, default "engine"
    least : float, default 0.05
        Chance from which the past can speak of a pair.
    n_draws : int, default 2000
        Of the bootstrap.

    Raises
    ------
    EvaluationError
        If the arrays do not fit, or nobody is left to ask about.

    Notes
    -----
    All figures are of the same people, those asked about. Of an other plan's pairs without support only the model
    speaks; ``overlap.supported`` tells how many those are. The interval is that of a mean over people like these: for
    the very people of the season it is rather too wide, since they are not drawn anew.
    """
    shape = happened.chance.shape
    says, learned = verified_table(claims, "claims", shape=shape), verified_table(predicted, "predicted", shape=shape)
    own = sure_plan(posting_of, shape[1])
    is_asked = asked_people(posting_of, happened, least=least)
    if not is_asked.any():
        raise EvaluationError("the past speaks of nobody's planned place: no chance reaches the least one")
    plans = {name: own, **{other: verified_table(plan, other, shape=shape) for other, plan in others.items()}}
    part = _part_of(happened, is_asked)
    done = claimed_values(sure_plan(happened.posting_of, shape[1]), says)[is_asked].mean()
    gains = [gain_values(plan, learned, happened, is_asked, least=least) for plan in plans.values()]
    values = np.stack([*(part.stayed + gain for gain in gains), *gains, part.stayed], axis=1)
    found = mean_intervals(values, part.cluster, rng=rng, n_draws=n_draws)
    lines: list[PlanValue] = []
    for k, (title, plan) in enumerate(plans.items()):
        claimed = float(claimed_values(plan, says)[is_asked].mean())
        overlap = overlap_of(plan[is_asked], part, least=least)
        value, gain = _value(values[:, k], part, found[k]), clipped(found[len(plans) + k], -1.0, 1.0)
        lines.append(PlanValue(title, claimed, float(claimed - done), value, gain, overlap))
    return DecisionValue(
        judged=lines[0],
        others=tuple(lines[1:]),
        status_quo=_value(part.stayed, part, found[-1]),
        n_people=shape[0],
        n_asked=int(is_asked.sum()),
        judged_overlap=overlap_of(own, happened, least=least),
        outcomes_differ=np.unique(part.stayed[part.is_placed]).size > 1,
    )


def _value(values: npt.NDArray[np.float64], part: Happened, drawn: Interval) -> Interval:
    """What was done is a share; of a plan that changes something the values are any numbers, and draws tell."""
    return share_interval(values, part.cluster) if is_share(values) else clipped(drawn, 0.0, 1.0)


def _part_of(happened: Happened, rows: npt.NDArray[np.bool_]) -> Happened:
    return Happened(happened.posting_of[rows], happened.stayed[rows], happened.chance[rows], happened.cluster[rows])
