"""Placements: only terms come in, and nothing is known before it happened."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from features.staying.boosted import BoostedStay
from features.staying.errors import StayingError
from features.staying.month_rows import month_rows, settling_rows
from features.staying.settlement_model import SettlementModel
from features.staying.stay_model import StayModel
from tests.features.staying.drawn import few, past


@pytest.mark.parametrize("name", ["age", "sex", "family", "年齢", "性別", "nationality", "household_size"])
def test_what_is_no_term_is_refused_by_name_wherever_it_is_passed(name: str) -> None:
    message = f"{name} is no term; a stay model reads terms of the selection profile only"
    with pytest.raises(StayingError, match=message):
        few(terms=("work_done", name))
    with pytest.raises(StayingError, match=message):
        StayModel(terms=[name]).fit([[0.5]], [0], seen_months=[12])
    with pytest.raises(StayingError, match=message):
        SettlementModel(terms=[name]).fit([[0.5]], [1])


def test_a_table_with_another_column_is_refused_by_its_name() -> None:
    model = StayModel(terms=past().terms).fit_placements(past())
    table = pl.DataFrame({name: [0.5] for name in (*past().terms[:-1], "age")})

    with pytest.raises(StayingError, match="age is no term"):
        model.predict_proba(table)
    with pytest.raises(StayingError, match=r"columns are .* expected"):
        model.stay(pl.DataFrame({name: [0.5] for name in reversed(past().terms)}))


def test_an_age_cannot_pass_for_a_term() -> None:
    model = StayModel(terms=past().terms).fit_placements(past())
    row = np.full((1, len(past().terms)), 0.5)
    row[0, 0] = 34

    with pytest.raises(StayingError, match=r"work_done of row 0 is 34.0, expected 0 to 1"):
        model.stay(row)
    with pytest.raises(StayingError, match=r"work_done of row 1 is 34.0, expected 0 to 1"):
        few(features=np.array([[0.2, 0.0], [34, 1.0], [0.5, 0.5]]))


def test_private_wishes_are_refused() -> None:
    with pytest.raises(StayingError, match="housing reads private wishes"):
        few(terms=("work_done", "housing"))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"left_in": np.array([0, 13, 0])}, "placement 1 left in month 13 and was seen for 12"),
        ({"seen_months": np.array([0, 12, 24])}, "placement 0 left in month 0 and was seen for 0"),
        ({"year": np.array([1, 1])}, r"year has shape \(2,\), expected \(3,\)"),
        ({"terms": ("work_done", "work_done")}, "terms are work_done, work_done, expected at least one and each once"),
        ({"features": np.zeros((3, 3))}, r"features have shape \(3, 3\), expected \(placements, 2\)"),
    ],
)
def test_placements_that_do_not_fit_are_named(changed: dict[str, object], message: str) -> None:
    with pytest.raises(StayingError, match=message):
        few(**changed)


def test_nothing_that_came_later_is_known_earlier() -> None:
    earlier = few().known_at(6)

    assert earlier.seen_months.tolist() == [6, 6, 6]
    assert earlier.left_in.tolist() == [0, 0, 0]
    assert few().known_at(np.array([0, 12, 36])).seen_months.tolist() == [12, 24]


def test_settlement_is_known_only_after_a_finished_term() -> None:
    whole = few(seen_months=np.full(3, 36), left_in=np.zeros(3, int), settled=np.array([1, 0, -1]))

    assert settling_rows(whole)[0].leaves.tolist() == [0.0, 1.0]
    assert not settling_rows(whole.known_at(24))[0].leaves.size


def test_months_after_the_last_look_count_for_nothing() -> None:
    """Property: whoever left after the last look gives the rows of somebody who stayed."""
    rng = np.random.default_rng(3)
    seen = rng.integers(1, 37, 60)
    left = rng.integers(0, 37, 60)
    censored = np.where(left <= seen, left, 0)
    features = rng.random((60, 2))
    later = few(
        features=features, left_in=censored, seen_months=seen, municipality=np.zeros(60, int), year=np.zeros(60, int)
    )
    rows, _ = month_rows(later, (3, 6, 12, 36))

    assert rows.months.sum() == np.where(censored > 0, censored, seen).sum()
    assert rows.leaves.sum() == (censored > 0).sum()


@pytest.mark.parametrize("ends", [(), (0, 3), (3, 3), (6, 3)])
def test_intervals_that_do_not_rise_are_refused(ends: tuple[int, ...]) -> None:
    with pytest.raises(StayingError, match="expected months that rise from at least 1"):
        month_rows(few(), ends)


def test_trees_too_read_their_own_terms_only() -> None:
    with pytest.raises(StayingError, match="placements have the terms work_done, place_link, the model none"):
        BoostedStay().fit_placements(few())
