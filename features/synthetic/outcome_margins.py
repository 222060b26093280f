"""What became of people in the twin beside what studies found of real ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from features.synthetic.margins import Margin
from features.synthetic.outcome_truth import LAST_MONTHS
from features.synthetic.placed_years import PlacedYear, placed_years
from features.synthetic.year_draws import FILE

__all__ = ["outcome_margins"]

_REPEATS: Final = 12
_MEASURED: Final = ("zero", "mean")


def outcome_margins(*, seed: int, n_people: int = 2000) -> tuple[Margin, ...]:
    """Margins of one drawn year of ``n_people``, everybody followed for the whole term.

    Parameters
    ----------
    seed : int
    n_people : int, default 2000
        At one municipality a ten people, of one posting each.

    Examples
    --------
    >>> found = {(one.name, one.cell): one for one in outcome_margins(seed=1, n_people=1500)}
    >>> abs(found["gone_by_month", "12"].deviation) < 0.05
    True
    """
    n_places = max(1, n_people // 10)
    (year,) = placed_years(seed=seed, n_years=1, n_people=n_people, n_postings=n_places, n_municipalities=n_places)
    placed = year.assigned >= 0
    return (
        *_leaving(year.left_in[placed]),
        *_after_term(year, placed),
        *_exits(year.truth.exit_codes, year.exit_code[placed]),
        *_unlike_places(seed),
        *_terms(year),
    )


def _leaving(left_in: npt.NDArray[np.int64]) -> Iterator[Margin]:
    for last in LAST_MONTHS:
        gone = (left_in > 0) & (left_in <= last)
        yield _margin("gone_by_month", str(last), float(gone.mean()), left_in.size)


def _after_term(year: PlacedYear, placed: npt.NDArray[np.bool_]) -> Iterator[Margin]:
    finished = year.settled[placed & (year.left_in == 0)]
    for cell, code in (("same", 1), ("nearby", 2)):
        yield _margin("settled_after_term", cell, float((finished == code).mean()), finished.size)
    works = year.work[year.work >= 0]
    for code, cell in enumerate(year.truth.works):
        yield _margin("work_of_settled", cell, float((works == code).mean()), works.size)


def _exits(codes: Sequence[str], exit_code: npt.NDArray[np.int64]) -> Iterator[Margin]:
    """Shares among the reasons that were published; the study let people name several."""
    published = FILE.shares("exit_reasons")
    numbers = {cell: int((exit_code == codes.index(cell)).sum()) for cell in published}
    n, total = sum(numbers.values()), sum(published.values())
    for cell, target in published.items():
        yield _margin("exit_reasons", cell, numbers[cell] / max(n, 1), n, target=target / total)


def _unlike_places(seed: int) -> Iterator[Margin]:
    """As many bodies and people as in the study, drawn several times: 42 bodies alone vary much."""
    study = FILE.shares("municipalities_by_early_leaving")
    bodies, hired = int(study["bodies"]), int(study["hired"])
    over, under, seen = 0, 0, 0
    for repeat in range(_REPEATS):
        (year,) = placed_years(
            seed=seed + repeat, n_years=1, n_people=hired, n_postings=bodies, n_municipalities=bodies
        )
        placed = year.assigned >= 0
        where = year.municipality[year.assigned[placed]]
        people = np.bincount(where, minlength=bodies)
        left = np.bincount(where, year.left_in[placed] > 0, minlength=bodies)
        share = left[people > 0] / people[people > 0]
        over, under, seen = over + int((share > 0.5).sum()), under + int((share <= 0.1).sum()), seen + share.size
    for cell, number in (("over_half", over), ("at_most_tenth", under)):
        yield _margin("municipalities_by_early_leaving", cell, number / seen, seen, target=study[cell] / bodies)


def _terms(year: PlacedYear) -> Iterator[Margin]:
    for k, name in enumerate(year.truth.terms):
        values = year.terms[:, :, k].ravel()
        above = values[values > 0]
        found = {"zero": 1 - above.size / values.size, "mean": float(above.mean()) if above.size else 0.0}
        for cell in _MEASURED:
            yield _margin(f"term_{name}", cell, found[cell], values.size)


def _margin(name: str, cell: str, twin: float, n: int, *, target: float | None = None) -> Margin:
    parameter = FILE.entries()[name]
    published = FILE.shares(name)[cell] if target is None else target
    return Margin(name, cell, published, twin, n, parameter.evidence, parameter.source)
