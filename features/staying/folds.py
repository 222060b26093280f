"""Folds that leak nothing: whole municipalities at a time, or forward in time with only what was known by then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import GroupKFold

from features.staying.errors import StayingError
from features.staying.placements import Placements

__all__ = ["Fold", "HeldOut", "by_municipality", "forward_in_time", "held_out"]

Reals = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Fold:
    """One split: what may be learned from, and the rows to be foretold."""

    name: str
    learned: Placements
    asked: Whole


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Chances told by models that had not seen the rows, ``(n,)`` each.

    Attributes
    ----------
    rows : int64
        Of the placements, ascending.
    chance : float64
    stayed : bool
    municipality, year : int64
    """

    rows: Whole
    chance: Reals
    stayed: npt.NDArray[np.bool_]
    municipality: Whole
    year: Whole


def by_municipality(placements: Placements, *, n_folds: int = 5) -> Iterator[Fold]:
    """Folds of whole municipalities, as even as they can be: what is told of a place nobody was placed at before.

    Raises
    ------
    StayingError
        If there are fewer municipalities than folds, or fewer than two folds.
    """
    n_places = np.unique(placements.municipality).size
    if not 2 <= n_folds <= n_places:
        raise StayingError(f"n_folds is {n_folds}, expected 2 to {n_places}, the number of municipalities")
    splits = GroupKFold(n_folds).split(placements.features, groups=placements.municipality)
    for number, (learned, asked) in enumerate(splits):
        yield Fold(f"municipalities {number + 1}/{n_folds}", placements.take(learned), asked.astype(np.int64))


def forward_in_time(placements: Placements) -> Iterator[Fold]:
    """Each year but the first, foretold from the years before as they were known when it began.

    Notes
    -----
    Placements of year y had been seen for 12 months for each year since: later leaving is not learned from.

    Raises
    ------
    StayingError
        If all placements are of one year.
    """
    years = np.unique(placements.year)
    if years.size < 2:
        raise StayingError(f"all placements are of year {years[0] if years.size else 'none'}, expected at least two")
    for year in years[1:].tolist():
        learned = placements.known_at(12 * (year - placements.year))
        yield Fold(f"year {year}", learned, np.flatnonzero(placements.year == year))


def held_out(
    placements: Placements,
    folds: Iterator[Fold],
    foretell: Callable[[Placements, Placements], Reals],
    *,
    months: int = 12,
) -> HeldOut:
    """Chances of rows that each fold's model had not seen, of those who were seen for ``months``.

    Parameters
    ----------
    placements : Placements
    folds : iterator of Fold
    foretell : callable
        (what may be learned from, what is asked) → (number asked,) chances.
    months : int, default 12

    Examples
    --------
    >>> from features.staying.stay_model import StayModel
    >>> from features.synthetic.placed_years import placed_years, placements_of
    >>> past = placements_of(placed_years(seed=0, n_years=2, n_people=80, n_postings=20, n_municipalities=10))
    >>> model = StayModel(terms=past.terms, pooled=False)
    >>> told = held_out(past, forward_in_time(past), lambda old, new: model.fit_placements(old).stay(new.features))
    >>> told.rows.size, bool((told.year == 1).all())
    (80, True)
    """
    rows, chances = list[Whole](), list[Reals]()
    known = placements.is_known(months)
    for fold in folds:
        asked = fold.asked[known[fold.asked]]
        if asked.size:
            rows.append(asked)
            chances.append(foretell(fold.learned, placements.take(asked)))
    if not rows:
        raise StayingError(f"nobody who is asked about was seen for {months} months")
    whole = np.concatenate(rows)
    order = np.argsort(whole)
    at = whole[order]
    return HeldOut(
        rows=at,
        chance=np.concatenate(chances)[order],
        stayed=placements.stayed(months)[at],
        municipality=placements.municipality[at],
        year=placements.year[at],
    )
