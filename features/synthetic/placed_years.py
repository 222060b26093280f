"""Years of arrivals, of officers who place them by habit, and of what became of it, from a known truth.

People come one after another; an officer chooses among the postings that have a seat left and are possible for the
person, by a logit of habits. So the chance of every placement, given what was open, is known exactly: what off-policy
estimates need and real records never hold. Officers do not see ``person``: given terms and place, the choice says
nothing more about staying.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from features.errors import SyntheticError
from features.learning.choice_sets import ChoiceSets
from features.staying.placements import Placements
from features.synthetic.known_truth import known_truth
from features.synthetic.outcome_truth import LAST_MONTHS, OutcomeTruth
from features.synthetic.year_draws import PlacedYear, Sizes, draw_years
from matching.arrays import totals_before

__all__ = ["PlacedYear", "known_truth", "officers_choices", "placed_years", "placements_of"]


def placed_years(
    *,
    seed: int,
    n_years: int = 4,
    n_people: int = 300,
    n_postings: int = 60,
    n_municipalities: int = 40,
    truth: OutcomeTruth | None = None,
) -> tuple[PlacedYear, ...]:
    """Draw years over the same municipalities; the last is seen for 12 months, each earlier one for 12 more.

    Parameters
    ----------
    seed : int
        The same arguments give the same years.
    n_years, n_people, n_postings, n_municipalities : int
        Each >= 1; people and postings of one year; at most as many municipalities as postings.
    truth : OutcomeTruth, optional
        :func:`known_truth` when omitted.

    Raises
    ------
    SyntheticError
        If a size is below 1, the seed negative or there are more municipalities than postings.

    Examples
    --------
    >>> first, last = placed_years(seed=0, n_years=2, n_people=50, n_postings=10, n_municipalities=8)
    >>> last.terms.shape, int(first.seen_months.max()), int(last.seen_months.max())
    ((50, 10, 8), 24, 12)
    """
    named = {"n_years": n_years, "n_people": n_people, "n_postings": n_postings, "n_municipalities": n_municipalities}
    for name, value in named.items():
        if value < 1:
            raise SyntheticError(f"{name} is {value}, expected >= 1")
    if seed < 0:
        raise SyntheticError(f"seed is {seed}, expected >= 0")
    if n_municipalities > n_postings:
        raise SyntheticError(f"n_municipalities is {n_municipalities}, expected at most {n_postings} (n_postings)")
    return draw_years(seed, Sizes(n_years, n_people, n_postings, n_municipalities), truth or known_truth())


def placements_of(years: Sequence[PlacedYear]) -> Placements:
    """Everybody who was placed, with what is known by the last look: what a stay model may learn from."""
    placed = [np.flatnonzero(year.assigned >= 0) for year in years]
    at = [year.assigned[rows] for year, rows in zip(years, placed, strict=True)]
    pairs = list(zip(years, placed, strict=True))
    seen = np.concatenate([year.seen_months[rows] for year, rows in pairs])
    left = np.concatenate([year.left_in[rows] for year, rows in pairs])
    settled = np.concatenate([year.settled[rows] for year, rows in pairs])
    return Placements(
        terms=years[0].truth.terms,
        features=np.concatenate([year.terms[rows, on] for (year, rows), on in zip(pairs, at, strict=True)]),
        left_in=np.where(left <= seen, left, 0),
        seen_months=seen,
        municipality=np.concatenate([year.municipality[on] for year, on in zip(years, at, strict=True)]),
        year=np.concatenate([np.full(rows.size, year.year) for year, rows in pairs]),
        settled=np.where(seen >= LAST_MONTHS[-1], settled, -1),
    )


def officers_choices(years: Sequence[PlacedYear]) -> ChoiceSets:
    """What stood open before each officer and what was chosen: sets to learn the habits from, clustered by officer."""
    features, place = list[npt.NDArray[np.float64]](), list[npt.NDArray[np.int64]]()
    sizes, officers = list[int](), list[int]()
    for year in years:
        for person in np.flatnonzero(year.assigned >= 0).tolist():
            offered = np.flatnonzero(year.is_open[person])
            features.append(year.terms[person, offered])
            place.append((offered == year.assigned[person]).astype(np.int64))
            sizes.append(offered.size)
            officers.append(int(year.officer[person]))
    indptr = totals_before(sizes)
    return ChoiceSets(
        years[0].truth.terms, np.concatenate(features), indptr, np.concatenate(place), np.array(officers, np.int64)
    )
