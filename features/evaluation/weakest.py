"""What becomes of the tenth with the smallest chances: are the weakest sent where nobody stays?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.evaluation.augmented import claimed_values
from features.evaluation.errors import EvaluationError

__all__ = ["Weakest", "weakest_of"]


@dataclass(frozen=True)
class Weakest:
    """The tenth of people whose mean predicted chance over the places open to them is smallest.

    Whom no place is open to stands in no tenth: every plan gives them the same nothing.

    Attributes
    ----------
    rows : tuple of int
    expected : dict of str to float
        Their mean predicted chance to stay, a plan each.
    """

    rows: tuple[int, ...]
    expected: dict[str, float]

    @property
    def n(self) -> int:
        """How many people they are."""
        return len(self.rows)


def weakest_of(
    plans: Mapping[str, npt.NDArray[np.float64]],
    predicted: npt.NDArray[np.float64],
    is_allowed: npt.NDArray[np.bool_],
) -> Weakest:
    """Compare plans on the weakest tenth, at least one person; of equals the earlier rows.

    Figures of few people are those of single people: whoever tells them to others looks at ``n`` first.

    Raises
    ------
    EvaluationError
        Without people.

    Examples
    --------
    >>> predicted = np.array([[0.9, 0.8], [0.3, 0.1]])
    >>> weakest_of({"a": np.eye(2)}, predicted, np.ones((2, 2), bool))
    Weakest(rows=(1,), expected={'a': 0.1})
    """
    n_open = is_allowed.sum(axis=1)
    people = np.flatnonzero(n_open)
    if not people.size:
        raise EvaluationError("nobody to evaluate, expected at least one person with an open place")
    chance = (predicted * is_allowed)[people].sum(axis=1) / n_open[people]
    rows = people[np.argsort(chance, kind="stable")[: max(1, people.size // 10)]]
    expected = {name: float(claimed_values(plan, predicted)[rows].mean()) for name, plan in plans.items()}
    return Weakest(tuple(sorted(rows.tolist())), expected)
