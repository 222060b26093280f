from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from matching.errors import MechanismError
from matching.ranking import ExaminationModel, examination


@pytest.mark.parametrize("model", get_args(ExaminationModel))
@pytest.mark.parametrize("n_ranks", [0, 1, 7])
def test_a_later_rank_is_never_looked_at_more_often(model: ExaminationModel, n_ranks: int) -> None:
    weights = examination(model, n_ranks)
    assert weights.shape == (n_ranks,)
    assert weights.dtype == np.float64
    assert (np.diff(weights) <= 0).all()
    assert (weights >= 0).all()


@pytest.mark.parametrize(
    ("model", "third"),
    [
        ("inv", 1 / 3),
        ("log2", 1 / 2),
        ("log", 1 / np.log(4)),
        ("exp", np.exp(-2)),
        ("first", 0),
        ("uniform", 1),
        ("linear", 0.5),
    ],
)
def test_the_third_of_five_ranks_weighs_what_the_formula_says(model: ExaminationModel, third: float) -> None:
    assert examination(model, 5)[2] == pytest.approx(third, abs=1e-15)


def test_ranks_beyond_the_top_weigh_nothing_and_the_others_are_as_before() -> None:
    assert examination("inv", 4, top=2).tolist() == [1.0, 0.5, 0.0, 0.0]
    assert examination("inv", 3, top=9).tolist() == examination("inv", 3).tolist()
    assert examination("inv", 3, top=0).tolist() == [0.0, 0.0, 0.0]


def test_an_unknown_model_is_refused_with_the_known_ones() -> None:
    with pytest.raises(MechanismError) as error:
        examination("cubic", 3)  # type: ignore[arg-type]
    known = "inv, log2, log, exp, first, uniform, linear"
    assert str(error.value) == f"examination model is 'cubic', expected one of {known}"


@pytest.mark.parametrize("top", [-1, 2.5, True, float("nan"), "2"])
def test_ranks_that_are_no_whole_number_are_refused(top: object) -> None:
    with pytest.raises(MechanismError) as error:
        examination("inv", 3, top=top)  # type: ignore[arg-type]
    assert str(error.value) == f"top is {top!r}, expected a whole number >= 0"
    with pytest.raises(MechanismError, match=r"^n_ranks is .*, expected a whole number >= 0$"):
        examination("inv", top)  # type: ignore[arg-type]
