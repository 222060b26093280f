from __future__ import annotations

import numpy as np
import pytest

from matching.errors import MarketError, MechanismError
from matching.rolling.households import HouseholdRule, household_values


@pytest.mark.parametrize(
    ("rule", "by_definition"),
    [("sum", np.sum), ("at-least-one", lambda p, axis: 1 - np.prod(1 - p, axis=axis)), ("least", np.min)],
)
def test_each_rule_is_its_definition_whatever_the_order_of_people(rule: HouseholdRule, by_definition: object) -> None:
    rng = np.random.default_rng(0)
    chances, household = rng.random((40, 5)), np.concatenate([np.arange(12), rng.integers(0, 12, 28)])
    rng.shuffle(household)

    values, needs = household_values(chances, household, rule=rule)

    for number in range(12):
        assert values[number] == pytest.approx(by_definition(chances[household == number], axis=0))  # type: ignore[operator]
        assert needs[number] == (household == number).sum()


def test_what_is_no_household_is_refused() -> None:
    with pytest.raises(MechanismError, match="household rule is 'mean', expected one of sum, at-least-one, least"):
        household_values([[0.5]], [0], rule="mean")  # type: ignore[arg-type]
    with pytest.raises(MarketError, match="household 0 has no member"):
        household_values([[0.5]], [1], rule="sum")
    with pytest.raises(MarketError, match=r"chances\[0, 0\] is 1.5, expected between 0 and 1"):
        household_values([[1.5]], [0], rule="sum")
