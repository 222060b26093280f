"""A stay model of an office's own outcomes: refused where they are too few, tried on people it has not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from features.staying.calibration import Calibration, calibration
from features.staying.effects import Effects
from features.staying.errors import StayingError
from features.staying.folds import Fold, by_municipality, held_out
from features.staying.month_counts import whole_months
from features.staying.placements import Placements
from features.staying.pooled_fit import SAME
from features.staying.recorded_placements import RecordedPlacements
from features.staying.stay_model import ENDS, StayModel
from features.staying.withheld import withheld

__all__ = [
    "FEWEST",
    "FEWEST_APART",
    "FEWEST_OF_A_KIND",
    "OfficeModel",
    "learn_office_model",
    "stay_model_of",
    "verify_enough",
]

FEWEST: Final = 30
"""Placements of which a year is known; with fewer no share is known to ten points (√(0.25/30) = 9)."""
FEWEST_OF_A_KIND: Final = 10
"""People who left within the year, and people who stayed through it."""

FEWEST_APART: Final = 5
"""People whose value of a term differs from the commonest one: with fewer, what a model holds of the term is theirs."""

_MONTHS: Final = 12
_FEWEST_PLACES: Final = 5
_EDGE: Final = 1e-9


@dataclass(frozen=True, eq=False)
class OfficeModel:
    """A model and what is known of it.

    Attributes
    ----------
    model : StayModel
    kept : StayModel
        What of it may stand in a file: the same chances, errors that tell no combination of terms of a few people.
    effects : Effects
    n, n_known, n_left, n_municipalities : int
        Placements; those of which twelve months are known; of these, those who left by then; municipalities.
    held_out : Calibration or None
        On people whose outcomes the model had not seen; None where no fold could be made.
    folds : "municipalities", "years" or "none"
        How people were held out: whole municipalities where there are five, else each year by the years before.
    past_share : float
        Share of the known who stayed twelve months.
    left_out : tuple of str
        Terms in which some people differ from the others, but fewer than :data:`FEWEST_APART`.
    """

    model: StayModel
    kept: StayModel
    effects: Effects
    n: int
    n_known: int
    n_left: int
    n_municipalities: int
    held_out: Calibration | None
    folds: str
    past_share: float
    left_out: tuple[str, ...]


def stay_model_of(placements: Placements, *, months: int = _MONTHS) -> StayModel:
    """Fit the model whose intervals the placements reach; municipalities are told apart where there are five.

    Raises
    ------
    StayingError
        If nobody was seen for so many months.
    """
    longest = int(placements.seen_months.max(initial=0))
    if longest < months:
        raise StayingError(f"nobody was seen for {months} months, the longest was {longest}: there is no year to learn")
    ends = ENDS[: sum(end < longest for end in ENDS) + 1]  # of months that nobody was seen for nothing is learned
    pooled = np.unique(placements.municipality).size >= _FEWEST_PLACES
    return StayModel(terms=placements.terms, ends=ends, months=months, pooled=pooled).fit_placements(placements)


def verify_enough(placements: Placements) -> tuple[int, int]:
    """How many placements have a known year, and how many of them left within it, where both are enough.

    Raises
    ------
    StayingError
        If they are too few to learn from.
    """
    is_known = placements.is_known(_MONTHS)
    known = int(is_known.sum())
    left = int((~placements.stayed(_MONTHS))[is_known].sum())
    stayed = known - left
    if known < FEWEST or min(left, stayed) < FEWEST_OF_A_KIND:
        raise StayingError(
            f"of {known} placements a year is known, {left} left within it and {stayed} stayed; expected at least "
            f"{FEWEST}, with {FEWEST_OF_A_KIND} who left and {FEWEST_OF_A_KIND} who stayed: record more outcomes first"
        )
    return known, left


def learn_office_model(recorded: RecordedPlacements) -> OfficeModel:
    """Learn from an office's placements; terms that are the same for everybody, or for nearly everybody, are left out.

    Raises
    ------
    StayingError
        If outcomes are too few, naming how many there are and how many are needed, or all terms are left out.

    Notes
    -----
    Where one person alone has a term, the cross-products and the covariance of a model hold that person's other terms
    to the last digit; of two or three they hold sums. So such a term is not learned from at all.
    """
    placements = recorded.placements
    known, left = verify_enough(placements)
    apart = dict(_people_apart(recorded))
    learnable = [name for name in placements.terms if apart[name] >= FEWEST_APART]
    if not learnable:
        raise StayingError(
            f"in no term {FEWEST_APART} people differ from the others: there is nothing to tell who stays by; "
            "record more people, or more facts of people and postings"
        )
    varied = placements.with_terms(learnable)
    model = stay_model_of(varied)
    told, folds = _held_out(varied, [one.started_on for one in recorded.outcomes])
    return OfficeModel(
        model=model,
        kept=_kept(model, varied, recorded),
        effects=model.effects(),
        n=varied.n,
        n_known=known,
        n_left=left,
        n_municipalities=int(np.unique(varied.municipality).size),
        held_out=told,
        folds=folds,
        past_share=1 - left / known,
        left_out=tuple(name for name in placements.terms if 0 < apart[name] < FEWEST_APART),
    )


def _kept(model: StayModel, placements: Placements, recorded: RecordedPlacements) -> StayModel:
    people = np.array([one.applicant_id for one in recorded.outcomes])
    made = StayModel(terms=model.terms, ends=model.ends, months=model.months, ridge=model.ridge, pooled=model.pooled)
    return made.with_curve(withheld(model.curve_, placements, people))


def _people_apart(recorded: RecordedPlacements) -> Iterator[tuple[str, int]]:
    """Each term and how many people have another value than the commonest one."""
    people = np.array([one.applicant_id for one in recorded.outcomes])
    steps = np.round(recorded.placements.features / SAME).astype(np.int64)
    for k, name in enumerate(recorded.placements.terms):
        values, counts = np.unique(steps[:, k], return_counts=True)
        yield name, int(np.unique(people[steps[:, k] != values[counts.argmax()]]).size)


def _held_out(placements: Placements, starts: Sequence[date]) -> tuple[Calibration | None, str]:
    is_wide = np.unique(placements.municipality).size >= _FEWEST_PLACES
    folds = by_municipality(placements) if is_wide else _by_year(placements, starts)
    told = _told(placements, [fold for fold in folds if _can_learn(fold.learned)])
    return told, "none" if told is None else "municipalities" if is_wide else "years"


def _by_year(placements: Placements, starts: Sequence[date]) -> Iterator[Fold]:
    """Each fiscal year but the first, from what was known on the day it began."""
    for year in np.unique(placements.year)[1:].tolist():
        begun = [whole_months(start, date(year, 4, 1)) for start in starts]
        yield Fold(f"year {year}", placements.known_at(np.array(begun)), np.flatnonzero(placements.year == year))


def _can_learn(learned: Placements) -> bool:
    known = learned.is_known(_MONTHS)
    left = (~learned.stayed(_MONTHS))[known]
    return bool(left.any() and not left.all())


def _told(placements: Placements, folds: Sequence[Fold]) -> Calibration | None:
    known = placements.is_known(_MONTHS)
    asked = np.concatenate([fold.asked[known[fold.asked]] for fold in folds]) if folds else np.zeros(0, np.int64)
    stayed = placements.stayed(_MONTHS)[asked]
    if not stayed.any() or stayed.all():
        return None
    found = held_out(placements, iter(folds), _foretell, months=_MONTHS)
    return calibration(np.clip(found.chance, _EDGE, 1 - _EDGE), found.stayed)


def _foretell(learned: Placements, asked: Placements) -> npt.NDArray[np.float64]:
    return stay_model_of(learned).stay(asked.features, municipality=asked.municipality)
