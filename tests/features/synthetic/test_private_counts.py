"""Differential privacy: noise of the stated scale, a ledger that cannot be overdrawn, cells that are fixed."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from features.errors import SyntheticError
from features.records import Records
from features.synthetic.market import sample_market
from features.synthetic.parameters import Parameter, instead, number
from features.synthetic.private_counts import PrivacyLedger, geometric_noise, private_histogram
from features.synthetic.private_margins import MARGINS, parameters_like, release_margins, twin_like


@pytest.fixture(scope="module")
def office() -> Records:
    return sample_market(n_applicants=120, n_postings=20, n_kigyojin_postings=0, n_company_people=0)


@pytest.mark.parametrize("epsilon", [Fraction(1), Fraction(1, 3)])
def test_noise_is_geometric_of_the_stated_scale(epsilon: Fraction) -> None:
    rng, n = np.random.default_rng(7), 6000
    drawn = np.array([geometric_noise(rng, epsilon) for _ in range(n)])
    decay = math.exp(-epsilon)
    variance = 2 * decay / (1 - decay) ** 2
    kurtosis = float((drawn.astype(float) ** 4).mean())

    assert abs(drawn.mean()) < 4 * math.sqrt(variance / n)
    assert drawn.var() == pytest.approx(variance, abs=4 * math.sqrt((kurtosis - variance**2) / n))
    for size in (0, 1, -2):
        chance = (1 - decay) / (1 + decay) * decay ** abs(size)
        assert (drawn == size).mean() == pytest.approx(chance, abs=4 * math.sqrt(chance / n)), size


def test_one_person_more_makes_no_answer_more_than_e_to_the_epsilon_likelier() -> None:
    """The definition itself, on the frequencies of the answers for 10 people and for 11."""
    rng, n, epsilon = np.random.default_rng(8), 20_000, Fraction(1, 2)
    noise = np.array([geometric_noise(rng, epsilon) for _ in range(2 * n)])
    without, with_one = 10 + noise[:n], 11 + noise[n:]
    for answer in range(8, 14):
        first, second = (without == answer).mean(), (with_one == answer).mean()
        error = 4 * math.sqrt(1 / (n * first) + 1 / (n * second))
        assert abs(math.log(first / second)) <= float(epsilon) + error, answer


def test_the_ledger_adds_up_exactly_and_is_never_overdrawn() -> None:
    ledger = PrivacyLedger(Fraction("0.3"))
    for name in ("a", "b", "c"):
        ledger.spend(name, Fraction("0.1"))

    assert ledger.left == 0
    with pytest.raises(SyntheticError, match="d costs epsilon 1/1000, 0 of 3/10 is left"):
        ledger.spend("d", Fraction(1, 1000))
    with pytest.raises(SyntheticError, match="a was released already"):
        PrivacyLedger(Fraction(9), {"a": Fraction(1)}).spend("a", Fraction(1))


@pytest.mark.parametrize("epsilon", [Fraction(0), Fraction(-1)])
def test_a_release_without_a_price_is_refused(epsilon: Fraction) -> None:
    with pytest.raises(SyntheticError, match=f"epsilon is {epsilon}, expected above 0"):
        PrivacyLedger(epsilon)
    with pytest.raises(SyntheticError, match=f"epsilon is {epsilon}, expected above 0"):
        geometric_noise(np.random.default_rng(0), epsilon)
    with pytest.raises(SyntheticError, match=f"x costs epsilon {epsilon}, expected above 0"):
        PrivacyLedger(Fraction(1)).spend("x", epsilon)


def test_epsilons_that_would_take_forever_are_refused() -> None:
    with pytest.raises(SyntheticError, match="expected a fraction of numbers up to 1000000"):
        geometric_noise(np.random.default_rng(0), Fraction(1, 10**7))


def test_a_refused_release_makes_no_noise() -> None:
    rng, same = np.random.default_rng(1), np.random.default_rng(1)
    ledger = PrivacyLedger(Fraction(1))
    with pytest.raises(SyntheticError, match="x costs epsilon 2"):
        private_histogram({"a": 3}, name="x", epsilon=Fraction(2), ledger=ledger, rng=rng)

    assert rng.bit_generator.state == same.bit_generator.state
    assert ledger.spent == 0


def test_small_cells_are_withheld_by_their_noisy_count() -> None:
    ledger = PrivacyLedger(Fraction(50))
    found = private_histogram(
        {"many": 40, "few": 2}, name="x", epsilon=Fraction(50), ledger=ledger, rng=np.random.default_rng(0)
    )

    assert found == {"many": 40, "few": None}


def test_all_margins_together_cost_the_stated_epsilon(office: Records) -> None:
    released = release_margins(office, epsilon=Fraction("0.7"), rng=np.random.default_rng(3))

    assert tuple(released.ledger.spent_on) == MARGINS
    assert released.ledger.spent == Fraction("0.7")


def test_the_cells_are_the_same_whoever_is_there(office: Records) -> None:
    """A cell that appears because somebody is in it would tell of that person."""
    nobody = office.model_copy(update={"applicants": (), "applications": (), "households": ()})
    every, none = (
        release_margins(records, epsilon=Fraction(1), rng=np.random.default_rng(3)) for records in (office, nobody)
    )

    assert {name: list(cells) for name, cells in every.counts.items()} == {
        name: list(cells) for name, cells in none.counts.items()
    }


def test_a_person_is_in_one_cell_of_each_margin(office: Records) -> None:
    """Sensitivity: without one person each margin loses exactly one; this epsilon leaves no noise to speak of."""
    gone = office.applicants[0].applicant_id
    fewer = office.model_copy(
        update={
            "applicants": office.applicants[1:],
            "applications": tuple(a for a in office.applications if a.applicant_id != gone),
        }
    )
    with_one, without = (
        release_margins(records, epsilon=Fraction(900), rng=np.random.default_rng(1), smallest=-10)
        for records in (office, fewer)
    )
    for name in MARGINS:
        change = [(with_one.counts[name][cell] or 0) - (count or 0) for cell, count in without.counts[name].items()]
        assert sorted(change)[-1] == 1, name
        assert sum(change) == 1, name
        assert min(change) == 0, name


def test_the_twin_has_the_released_margins_and_none_of_the_people(office: Records) -> None:
    changed = tuple(
        person.model_copy(
            update={"private_preferences": person.private_preferences.model_copy(update={"car_ok": False})}
        )
        for person in office.applicants
    )
    released = release_margins(
        office.model_copy(update={"applicants": changed}), epsilon=Fraction(90), rng=np.random.default_rng(2)
    )
    twin = twin_like(released, n_postings=10, seed=1)

    assert len(twin.applicants) == pytest.approx(120, abs=25)
    assert not any(person.private_preferences.car_ok for person in twin.applicants)
    assert "この人だけの文" not in twin.model_dump_json()


def test_too_few_people_are_not_imitated(office: Records) -> None:
    nobody = office.model_copy(update={"applicants": (), "applications": (), "households": ()})
    released = release_margins(nobody, epsilon=Fraction(90), rng=np.random.default_rng(2))

    assert parameters_like(released).keys() <= {"unknown_applicant", "private_yes"}
    with pytest.raises(SyntheticError, match="every count is too small to be released"):
        twin_like(released, n_postings=10, seed=1)


@pytest.mark.parametrize("n", [0, 12, 60])
def test_the_number_of_people_is_right_on_average_however_empty_the_cells(n: int, office: Records) -> None:
    some = office.model_copy(update={"applicants": office.applicants[:n], "applications": (), "households": ()})
    rng = np.random.default_rng(5)
    drawn = [release_margins(some, epsilon=Fraction(3), rng=rng) for _ in range(40)]
    error = drawn[0].people_error

    assert error == pytest.approx(math.sqrt(41 * 2 * math.exp(-1 / 3)) / (1 - math.exp(-1 / 3)) / 9, rel=0.02)
    assert np.mean([one.people for one in drawn]) == pytest.approx(n, abs=4 * error / math.sqrt(40) + (n == 0) * error)


def test_people_of_companies_are_not_counted_for_a_twin_that_has_none(office: Records) -> None:
    of_companies = sample_market(n_applicants=1, n_postings=1, n_kigyojin_postings=3, n_company_people=50).applicants[
        1:
    ]
    both = office.model_copy(update={"applicants": (*office.applicants, *of_companies)})
    released = release_margins(both, epsilon=Fraction(900), rng=np.random.default_rng(1))

    assert released.people == len(office.applicants)


def test_an_empty_list_is_not_imitated_whatever_the_noise(office: Records) -> None:
    nobody = office.model_copy(update={"applicants": (), "applications": (), "households": ()})
    rng, refused = np.random.default_rng(6), 0
    for _ in range(40):
        released = release_margins(nobody, epsilon=Fraction(1), rng=rng)
        try:
            twin_like(released, n_postings=2, seed=1)
        except SyntheticError as error:
            refused += "fewer than 18 people cannot be told from none" in str(error)

    assert refused >= 36  # two standard errors: about one in forty passes


def test_other_parameters_hold_inside_their_block_only() -> None:
    before = number("applying_share")
    with instead({"applying_share": Parameter(value=0.9, evidence="A", source="test")}):
        assert number("applying_share") == 0.9
    assert number("applying_share") == before
    with (
        pytest.raises(SyntheticError, match="the sample market has no parameter luck"),
        instead({"luck": Parameter(value=0.9, evidence="A", source="test")}),
    ):
        pass
