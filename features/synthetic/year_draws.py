"""One year of the twin drawn: who comes, what is open, where officers send them and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from features.synthetic.draws import quota_counts
from features.synthetic.officers import Officers, draw_officers, place_in_turn
from features.synthetic.outcome_truth import LAST_MONTHS, OutcomeTruth
from features.synthetic.parameter_file import ParameterFile
from features.synthetic.term_draws import draw_terms

__all__ = ["FILE", "PlacedYear", "Sizes", "draw_years"]

Reals = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

FILE: Final = ParameterFile("outcome_truth.toml")
_YEAR_MONTHS: Final = 12


@dataclass(frozen=True, eq=False)
class PlacedYear:
    """One year: n people in the order of arrival, m postings.

    Attributes
    ----------
    truth : OutcomeTruth
    year : int
        0 is the first.
    terms : (n, m, K) float64
        In the order of ``truth.terms``, 0 to 1.
    municipality : (m,) int64
        Of each posting; numbers are the same in every year.
    capacity : (m,) int64
    is_possible : (n, m) bool
        Pairs that rules and must-haves leave.
    officer : (n,) int64
        Who placed the person.
    is_open : (n, m) bool
        Possible, and with a seat left when the person came.
    chance : (n, m) float64
        Chance of each placement when the person came, given what was open then (the propensity); 0 where it was not.
        Rows sum to 1, or to 0 where nothing was open.
    assigned : (n,) int64
        Posting, -1 where nothing was open: the status quo.
    person : (n,) float64
        What no record shows, log-odds.
    place : (m,) float64
        Effect of each posting's municipality, log-odds.
    group : (n,) int64
        0 or 1: an invented attribute that is in no term and changes nothing; for audits of fairness only.
    left_in, exit_code, settled, work : (n,) int64
        As of :class:`~features.synthetic.outcome_truth.Outcomes`; -1 throughout where nobody was placed.
    seen_months : (n,) int64
        How many months after the start the last look was, at most 36; 0 where nobody was placed. What comes later is
        not yet known to anybody who learns.
    """

    truth: OutcomeTruth
    year: int
    terms: Reals
    municipality: Whole
    capacity: Whole
    is_possible: npt.NDArray[np.bool_]
    officer: Whole
    is_open: npt.NDArray[np.bool_]
    chance: Reals
    assigned: Whole
    person: Reals
    place: Reals
    group: Whole
    left_in: Whole
    exit_code: Whole
    settled: Whole
    work: Whole
    seen_months: Whole

    @cached_property
    def true_stay(self) -> Reals:
        """(n, m) true chance that the pair is together after 12 months, all that is hidden known."""
        return self.truth.stay(self.terms, place=self.place[None, :], person=self.person[:, None])

    @property
    def stayed(self) -> npt.NDArray[np.bool_]:
        """(n,) placed and there after 12 months."""
        stayed: npt.NDArray[np.bool_] = (self.left_in == 0) | (self.left_in > _YEAR_MONTHS)
        return stayed & (self.assigned >= 0)


class Sizes(NamedTuple):
    """Years, and what there is of each in one of them."""

    years: int
    people: int
    postings: int
    municipalities: int


class _Lasting(NamedTuple):
    sizes: Sizes
    truth: OutcomeTruth
    officers: Officers
    effects: Reals  # (municipalities,)


def draw_years(seed: int, sizes: Sizes, truth: OutcomeTruth) -> tuple[PlacedYear, ...]:
    """Years as :func:`~features.synthetic.placed_years.placed_years` returns them, of sizes that were verified."""
    # one stream a subject and year: more years do not change the first
    lasting, *yearly = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(1 + sizes.years)]
    effects = lasting.normal(0.0, truth.place_sd, sizes.municipalities)
    officers = draw_officers(lasting, FILE, truth.terms, n_people=sizes.people, n_municipalities=sizes.municipalities)
    lasting_facts = _Lasting(sizes, truth, officers, effects)
    return tuple(_year(rng, y, lasting_facts) for y, rng in enumerate(yearly))


def _year(rng: np.random.Generator, year: int, lasting: _Lasting) -> PlacedYear:
    sizes, truth, officers, effects = lasting
    n, m = sizes.people, sizes.postings
    municipality = rng.permutation(np.arange(m) % sizes.municipalities)
    terms = draw_terms(rng, n, np.arange(m), [FILE.shares(f"term_{name}") for name in truth.terms])
    n_seats = max(1, round(FILE.number("seats_a_person") * n))
    capacity = quota_counts(rng.lognormal(0.0, FILE.number("seats_sigma"), m), n_seats)
    is_possible = rng.random((n, m)) < FILE.number("possible_share")
    officer = rng.integers(0, len(officers.habits), n)
    liking = np.einsum("nmk,nk->nm", terms, officers.habits[officer])
    liking += officers.familiar[officer][:, municipality]
    turns = place_in_turn(rng, liking, is_possible, capacity, explored=FILE.number("explored_share"))
    assigned = turns.assigned
    person = rng.normal(0.0, truth.person_sd, n)
    group = (rng.random(n) < FILE.number("group_share")).astype(np.int64)
    at = np.maximum(assigned, 0)
    found = truth.draw(rng, terms[np.arange(n), at], place=effects[municipality[at]], person=person)
    is_placed = assigned >= 0
    seen = min(LAST_MONTHS[-1], _YEAR_MONTHS * (sizes.years - year))
    return PlacedYear(
        truth=truth,
        year=year,
        terms=terms,
        municipality=municipality,
        capacity=capacity,
        is_possible=is_possible,
        officer=officer,
        is_open=turns.is_open,
        chance=turns.chance,
        assigned=assigned,
        person=person,
        place=effects[municipality],
        group=group,
        left_in=np.where(is_placed, found.left_in, -1),
        exit_code=np.where(is_placed, found.exit_code, -1),
        settled=np.where(is_placed, found.settled, -1),
        work=np.where(is_placed, found.work, -1),
        seen_months=np.where(is_placed, seen, 0),
    )
