"""Years with a known truth: chances that are what they say, totals that are the published ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.errors import SyntheticError
from features.learning.fit import fit
from features.learning.penalty import no_hand_weights
from features.learning.stages import stages_of
from features.synthetic.officers import place_in_turn
from features.synthetic.outcome_truth import LAST_MONTHS
from features.synthetic.parameter_file import ParameterFile
from features.synthetic.placed_years import (
    PlacedYear,
    known_truth,
    officers_choices,
    placed_years,
    placements_of,
)
from features.synthetic.term_draws import draw_terms
from features.synthetic.year_draws import FILE


@pytest.fixture(scope="module")
def year() -> PlacedYear:
    return placed_years(seed=2, n_years=1, n_people=3000, n_postings=60, n_municipalities=60)[0]


def test_the_same_seed_gives_the_same_years_and_more_years_do_not_change_the_first() -> None:
    sizes = {"n_people": 40, "n_postings": 8, "n_municipalities": 6}
    one, more, other = (placed_years(seed=s, n_years=n, **sizes)[0] for s, n in ((1, 1), (1, 3), (2, 1)))

    assert (one.terms == more.terms).all()
    assert (one.left_in == more.left_in).all()
    assert not (one.terms == other.terms).all()


def test_no_posting_takes_more_than_its_seats_and_nobody_goes_where_it_is_impossible(year: PlacedYear) -> None:
    placed = np.flatnonzero(year.assigned >= 0)

    assert (np.bincount(year.assigned[placed], minlength=60) <= year.capacity).all()
    assert year.is_possible[placed, year.assigned[placed]].all()
    assert not (year.is_open & ~year.is_possible).any()


def test_the_chances_of_a_person_sum_to_one_over_what_was_open(year: PlacedYear) -> None:
    total = year.chance.sum(axis=1)

    np.testing.assert_allclose(total[year.assigned >= 0], 1.0)
    assert (total[year.assigned < 0] == 0).all()
    assert ((year.chance > 0) == year.is_open).all()


def test_chances_are_the_frequencies_of_choices() -> None:
    """Two seats, three places: the same person placed ten thousand times."""
    liking = np.array([[0.0, 1.0, -1.0]])
    drawn = [
        place_in_turn(np.random.default_rng(s), liking, np.ones((1, 3), bool), np.ones(3, int), explored=0.1)
        for s in range(4000)
    ]
    frequency = np.bincount([turn.assigned[0] for turn in drawn], minlength=3) / 4000

    np.testing.assert_allclose(frequency, drawn[0].chance[0], atol=0.03)


def test_inverse_chances_give_back_the_mean_of_a_place(year: PlacedYear) -> None:
    """What the chances are for: weighting by them undoes the officers' habits."""
    open_then = year.is_open[:, 0]
    sent = (year.assigned == 0) & open_then
    weight = sent[open_then] / year.chance[open_then, 0]
    value = year.true_stay[open_then, 0]
    error = (weight * value).std() / np.sqrt(open_then.sum())

    assert (weight * value).mean() == pytest.approx(value.mean(), abs=4 * error)


def test_totals_are_the_published_ones_over_many_draws() -> None:
    left, settled = [], []
    for seed in range(6):
        (drawn,) = placed_years(seed=seed, n_years=1, n_people=1500, n_postings=150, n_municipalities=150)
        placed = drawn.assigned >= 0
        left.append(drawn.left_in[placed])
        settled.append(drawn.settled[placed & (drawn.left_in == 0)])
    months, finished = np.concatenate(left), np.concatenate(settled)

    for last, share in FILE.shares("gone_by_month").items():
        assert ((months > 0) & (months <= int(last))).mean() == pytest.approx(share, abs=0.02), last
    assert (finished == 1).mean() == pytest.approx(0.557, abs=0.025)
    assert (finished == 2).mean() == pytest.approx(0.132, abs=0.02)


def test_stay_is_the_product_of_the_months() -> None:
    truth = known_truth()
    terms = np.full(8, 0.3)
    by_hand = 1.0
    for month in range(1, 13):
        base = truth.base[int(np.searchsorted(LAST_MONTHS, month))]
        by_hand *= 1 / (1 + np.exp(-(base + terms @ truth.effects)))

    assert truth.stay(terms) == pytest.approx(by_hand)
    assert truth.stay(terms, months=0) == 1.0
    with pytest.raises(SyntheticError, match="months is 37, expected 0 to 36"):
        truth.stay(terms, months=37)


def test_months_of_leaving_are_drawn_as_the_truth_says() -> None:
    truth, n = known_truth(), 40_000
    terms = np.full((n, 8), 0.3)
    drawn = truth.draw(np.random.default_rng(0), terms, place=np.zeros(n), person=np.zeros(n))

    for months in (1, 5, 12, 36):
        there = ((drawn.left_in == 0) | (drawn.left_in > months)).mean()
        assert there == pytest.approx(float(truth.stay(terms[0], months=months)), abs=0.01)
    assert ((drawn.left_in == 0) == (drawn.settled >= 0)).all()
    assert ((drawn.left_in > 0) == (drawn.exit_code >= 0)).all()
    assert ((drawn.work >= 0) == (drawn.settled == 1)).all()


def test_officers_habits_are_learned_from_their_choices() -> None:
    """Closing the circle: the conditional logit finds the habits, drawn to 0 by what is chosen evenly."""
    years = placed_years(seed=3, n_years=2, n_people=300, n_postings=30, n_municipalities=30)
    sets = officers_choices(years)
    found = fit(stages_of(sets, "choices"), no_hand_weights(8)).coefficients
    terms = years[0].truth.terms
    reach = np.array([FILE.shares(f"term_{term}")["reach"] for term in terms])
    habits = np.array([FILE.shares("officer_habits")[term] for term in terms])

    assert sets.n_sets == sum(int((year.assigned >= 0).sum()) for year in years)
    assert np.corrcoef(found * reach, habits)[0, 1] > 0.8


def test_the_invented_attribute_is_in_nothing(year: PlacedYear) -> None:
    values = [year.terms.mean(axis=(1, 2)), year.true_stay.mean(axis=1), year.person, year.officer.astype(float)]

    for value in values:
        apart = value[year.group == 1].mean() - value[year.group == 0].mean()
        assert abs(apart) < 4 * value.std() / np.sqrt(3000 * 0.24)


def test_what_is_not_yet_seen_is_not_handed_on() -> None:
    years = placed_years(seed=4, n_years=3, n_people=100, n_postings=20, n_municipalities=10)
    past = placements_of(years)

    assert sorted(set(past.seen_months.tolist())) == [12, 24, 36]
    assert (past.left_in <= past.seen_months).all()
    assert (past.settled[past.seen_months < 36] == -1).all()


def test_noise_can_be_taken_out() -> None:
    truth = known_truth().without_noise()
    (drawn,) = placed_years(seed=1, n_years=1, n_people=30, n_postings=5, n_municipalities=5, truth=truth)

    assert (drawn.person == 0).all()


def test_terms_of_one_host_are_the_same_for_everybody() -> None:
    shape = {"zero": 0.0, "mean": 0.5, "sd": 0.2, "person": 0.0, "posting": 1.0, "shared": 0.0}
    drawn = draw_terms(np.random.default_rng(0), 20, np.array([0, 0, 1]), [shape])[:, :, 0]

    assert np.ptp(drawn, axis=0).max() < 1e-12
    assert drawn[0, 0] == drawn[0, 1] != drawn[0, 2]


def test_terms_of_a_pair_hang_together_as_said() -> None:
    shape = {"zero": 0.0, "mean": 0.5, "sd": 0.2, "person": 0.1, "posting": 0.0, "shared": 0.5}
    drawn = draw_terms(np.random.default_rng(0), 200, np.arange(50), [shape, shape]).reshape(-1, 2)

    assert np.corrcoef(drawn.T)[0, 1] == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"n_people": 0}, "n_people is 0, expected >= 1"),
        ({"seed": -1}, "seed is -1, expected >= 0"),
        ({"n_municipalities": 9}, r"n_municipalities is 9, expected at most 8 \(n_postings\)"),
    ],
)
def test_sizes_that_are_none_are_refused(changed: dict[str, int], message: str) -> None:
    sizes = {"seed": 0, "n_people": 10, "n_postings": 8, "n_municipalities": 4, **changed}
    with pytest.raises(SyntheticError, match=message):
        placed_years(**sizes)  # type: ignore[arg-type]


def test_a_truth_that_does_not_fit_is_refused() -> None:
    with pytest.raises(SyntheticError, match=r"effects has shape \(2,\), expected \(8,\)"):
        replace(known_truth(), effects=np.zeros(2))
    with pytest.raises(SyntheticError, match=r"place_sd is -1.0, expected >= 0"):
        replace(known_truth(), place_sd=-1.0)


def test_a_shape_that_is_none_is_refused() -> None:
    shape = {"zero": 0.0, "mean": 0.5, "sd": 0.6, "person": 0.0, "posting": 1.0, "shared": 0.0}
    with pytest.raises(SyntheticError, match=r"mean 0.5 and sd 0.6 belong to no beta distribution"):
        draw_terms(np.random.default_rng(0), 2, np.arange(2), [shape])
    with pytest.raises(SyntheticError, match="expected at least 0 and together at most 1"):
        draw_terms(np.random.default_rng(0), 2, np.arange(2), [{**shape, "person": 0.6, "posting": 0.6}])


def test_every_parameter_has_a_source_and_its_evidence() -> None:
    for name, parameter in FILE.entries().items():
        assert parameter.source, name
        assert parameter.evidence in {"V", "K", "A"}, name
    with pytest.raises(SyntheticError, match=r"outcome_truth.toml has no parameter luck"):
        FILE.number("luck")
    with pytest.raises(SyntheticError, match=r"parameter place_sd of outcome_truth.toml is not a table of numbers"):
        ParameterFile("outcome_truth.toml").shares("place_sd")
