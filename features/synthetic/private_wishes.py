"""Private preferences of an applicant: what serves the own recommendations and nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from features.municipalities import prefecture_names
from features.synthetic.columns import Columns, rows, some_unknown
from features.synthetic.draws import clipped_normal, indices, known_mask, quota_labels
from features.synthetic.parameters import normal, shares
from features.synthetic.people import People

__all__ = ["private_columns"]

_NEEDS = ("high_school", "nursery", "broadband")


def private_columns(rng: np.random.Generator, people: People) -> Iterator[dict[str, object]]:
    """One mapping of private preferences a person, in the order of ``people``."""
    n = len(people)
    names = prefecture_names()
    columns: Columns = {
        "min_monthly_pay_yen": clipped_normal(rng, normal("min_pay_yen"), n).tolist(),
        "housing_need": list(quota_labels(rng, shares("housing_need"), n)),
        "place_weight": _place_weight(rng, people.is_place_first),
        "hospital_minutes": [int(label) for label in quota_labels(rng, shares("hospital_minutes"), n)],
        **{name: known_mask(rng, 1 - yes, n).tolist() for name, yes in shares("private_yes").items()},
    }
    told = some_unknown(rng, columns, shares("unknown_applicant"))
    needs = {name: told.pop(name) for name in ("hospital_minutes", *_NEEDS)}
    told["needs"] = list(rows(needs))
    told["regions_wanted"] = [tuple(names[code] for code in wanted) or None for wanted in people.wanted]
    told["regions_refused"] = _refused(rng, people)
    return rows(told)


def _place_weight(rng: np.random.Generator, is_place_first: NDArray[np.bool_]) -> list[object]:
    """Above one half for those who choose by place, below for those who choose by mission; two decimals."""
    half = np.round(0.05 + 0.4 * rng.beta(2, 2, len(is_place_first)), 2)
    weight: list[object] = np.where(is_place_first, np.round(1 - half, 2), half).tolist()
    return weight


def _refused(rng: np.random.Generator, people: People) -> list[object]:
    """One prefecture in six profiles, never one that is wished for."""
    names = prefecture_names()
    codes = sorted(names)
    drawn: list[object] = []
    for wanted, refuses, index in zip(
        people.wanted,
        (rng.random(len(people)) < 1 / 6).tolist(),
        indices(rng.integers(0, len(codes), len(people))),
        strict=True,
    ):
        code = codes[index]
        drawn.append((names[code],) if refuses and code not in wanted else ())
    return drawn
