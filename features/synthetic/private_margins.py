"""What a twin of an office's own people is made from: nine noisy margins, and nothing else of anybody."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from features.errors import SyntheticError
from features.records import Applicant, Records
from features.smallest_told import SMALLEST_TOLD
from features.synthetic.market import sample_market
from features.synthetic.parameters import Parameter, instead, shares
from features.synthetic.private_counts import PrivacyLedger, noise_variance, noisy_counts, withheld

__all__ = ["MARGINS", "Released", "parameters_like", "release_margins", "twin_like"]

_UNKNOWN: Final = "unknown"
_Cell = Callable[[Applicant], str | None]


@dataclass(frozen=True)
class _Margin:
    cells: tuple[str, ...]
    cell_of: _Cell
    unknown_key: str | None
    """Name in ``unknown_applicant`` that takes the share of people who do not say."""


def _yes(name: str) -> _Cell:
    return lambda person: _word(getattr(person.private_preferences, name))


def _word(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _skills(person: Applicant) -> str | None:
    skills = person.selection_profile.skills
    return None if skills is None else str(min(max(len(skills), 2), 6))


def _language(person: Applicant) -> str | None:
    languages = person.selection_profile.languages
    if languages is None:
        return None
    codes = [entry.code for entry in languages if entry.code in {"en", "zh", "ko"}]
    return codes[0] if codes else "none"


def _hospital(person: Applicant) -> str | None:
    needs = person.private_preferences.needs
    minutes = None if needs is None else needs.hospital_minutes
    return None if minutes is None else min(("15", "30", "45", "60"), key=lambda cell: abs(int(cell) - minutes))


def _place_first(person: Applicant) -> str | None:
    weight = person.private_preferences.place_weight
    return None if weight is None else _word(weight > 0.5)


_YES_NO: Final = ("yes", "no")
_MARGINS: Final[Mapping[str, _Margin]] = {
    "housing_need": _Margin(
        ("single", "couple", "family", "none"), lambda p: p.private_preferences.housing_need, "housing_need"
    ),
    "skill_count": _Margin(("2", "3", "4", "5", "6"), _skills, "skills"),
    "foreign_language": _Margin(("none", "en", "zh", "ko"), _language, "languages"),
    "hospital_minutes": _Margin(("15", "30", "45", "60"), _hospital, "hospital_minutes"),
    "chooses_place": _Margin(_YES_NO, _place_first, "place_weight"),
    **{name: _Margin(_YES_NO, _yes(name), name) for name in ("snow_ok", "island_ok", "car_ok")},
}
_APPLICATIONS: Final = "applications"
_APPLICATION_CELLS: Final = ("0", "1", "2", "3", "4", "5", "6")

MARGINS: Final = (*_MARGINS, _APPLICATIONS)
"""What is counted; each costs the same part of epsilon."""


@dataclass(frozen=True)
class Released:
    """Noisy counts.

    Attributes
    ----------
    counts : mapping of margin to mapping of cell to int or None
        ``None`` where the cell is too small; the cell ``unknown`` has those who do not say.
    ledger : PrivacyLedger
    people : int
        How many there are, by the mean of all margins before small cells were withheld: nothing more is spent on it,
        and it is right on average also where most cells are empty.
    people_error : float
        Standard error of that, the same whoever is there.
    """

    counts: Mapping[str, Mapping[str, int | None]]
    ledger: PrivacyLedger
    people: int
    people_error: float


def release_margins(
    records: Records, *, epsilon: Fraction, rng: np.random.Generator, smallest: int = SMALLEST_TOLD
) -> Released:
    """Count an office's people with noise.

    Parameters
    ----------
    records : Records
        One person is one applicant with the own applications; that is what ε speaks of. Those of 起業人 are not
        counted, since the twin has none. Postings are public and are not read.
    epsilon : Fraction
        Of all nine releases together.
    rng : numpy.random.Generator
        Seeded from the system; whoever knows the seed can take the noise off.
    smallest : int, default 5

    Raises
    ------
    SyntheticError
        If epsilon is not above 0.
    """
    ledger = PrivacyLedger(epsilon)
    each = epsilon / len(MARGINS)
    sent = Counter(application.applicant_id for application in records.applications)
    members = tuple(person for person in records.applicants if "kyoryokutai" in person.programs)
    counted = {name: _counted(members, margin) for name, margin in _MARGINS.items()}
    times = Counter(str(min(sent[person.applicant_id], 6)) for person in members)
    counted[_APPLICATIONS] = {cell: times[cell] for cell in _APPLICATION_CELLS}
    noisy = {
        name: noisy_counts(cells, name=name, epsilon=each, ledger=ledger, rng=rng) for name, cells in counted.items()
    }
    n_cells = sum(len(cells) for cells in noisy.values())
    return Released(
        counts={name: withheld(cells, smallest) for name, cells in noisy.items()},
        ledger=ledger,
        people=max(0, round(sum(sum(cells.values()) for cells in noisy.values()) / len(MARGINS))),
        people_error=math.sqrt(n_cells * noise_variance(each)) / len(MARGINS),
    )


def parameters_like(released: Released) -> Mapping[str, Parameter]:
    """Parameters of the sample market with the released shares; margins of which nothing was released stay national."""
    found: dict[str, dict[str, float] | float] = {}
    unknown, yes = dict(shares("unknown_applicant")), dict(shares("private_yes"))
    for name, margin in _MARGINS.items():
        cells = released.counts[name]
        known = {cell: float(cells[cell] or 0) for cell in margin.cells}
        total = sum(known.values())
        if not total:
            continue
        silent = float(cells[_UNKNOWN] or 0)
        if margin.unknown_key is not None:
            unknown[margin.unknown_key] = silent / (silent + total)
        if name in yes:
            yes[name] = known["yes"] / total
        elif name == "chooses_place":
            found[name] = known["yes"] / total
        else:
            found[name] = {cell: count / total for cell, count in known.items() if count}
    found |= {"unknown_applicant": unknown, "private_yes": yes, **_applications(released)}
    source = f"released with epsilon {released.ledger.total}"
    return {name: Parameter(value=value, evidence="A", source=source) for name, value in found.items()}


def twin_like(released: Released, *, n_postings: int, seed: int) -> Records:
    """A sample market of as many people as were released, with their margins.

    Raises
    ------
    SyntheticError
        If there are so few people that they cannot be told from none (two standard errors).
    """
    fewest = max(SMALLEST_TOLD, math.ceil(2 * released.people_error))
    if released.people < fewest:
        raise SyntheticError(
            f"every count is too small to be released: with epsilon {float(released.ledger.total):g} fewer than "
            f"{fewest} people cannot be told from none; use a larger epsilon or more people"
        )
    with instead(parameters_like(released)):
        return sample_market(
            n_applicants=released.people, n_postings=n_postings, seed=seed, n_kigyojin_postings=0, n_company_people=0
        )


def _counted(people: tuple[Applicant, ...], margin: _Margin) -> dict[str, int]:
    found = Counter(margin.cell_of(person) or _UNKNOWN for person in people)
    return {cell: found[cell] for cell in (*margin.cells, _UNKNOWN)}


def _applications(released: Released) -> dict[str, dict[str, float] | float]:
    cells = {cell: float(count or 0) for cell, count in released.counts[_APPLICATIONS].items()}
    sent = {cell: count for cell, count in cells.items() if cell != "0" and count}
    total = sum(sent.values())
    if not total:
        return {}
    return {
        "applying_share": total / (total + cells["0"]),
        "applications_per_applicant": {cell: count / total for cell, count in sent.items()},
    }
