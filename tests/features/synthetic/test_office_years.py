"""An invented office's years: what the files hold, and that they hold together."""

from __future__ import annotations

from collections import Counter

import pytest

from features.errors import SyntheticError
from features.staying.month_counts import fiscal_year
from features.synthetic.office_years import OfficeYears, office_years
from features.synthetic.posting_conditions import sample_date

SIZES = {"n_years": 4, "n_people": 24, "n_postings": 8, "seed": 3}


@pytest.fixture(scope="module")
def office() -> OfficeYears:
    return office_years(**SIZES)


def test_the_same_arguments_give_the_same_files(office: OfficeYears) -> None:
    again = office_years(**SIZES)

    assert again.records.model_dump_json() == office.records.model_dump_json()
    assert again.outcomes.model_dump_json() == office.outcomes.model_dump_json()


def test_who_was_placed_had_applied_was_accepted_and_nobody_has_two_places(office: OfficeYears) -> None:
    accepted = {(a.applicant_id, a.posting_id) for a in office.records.applications if a.status == "accepted"}
    placed = [(one.applicant_id, one.posting_id) for one in office.outcomes.outcomes]

    assert placed
    assert set(placed) == accepted
    assert max(Counter(applicant for applicant, _ in placed).values()) == 1


def test_no_call_takes_more_than_its_seats_and_starts_in_its_year(office: OfficeYears) -> None:
    seats = {call.posting_id: call.headcount for call in office.records.postings}
    taken = Counter(one.posting_id for one in office.outcomes.outcomes)

    assert all(count <= seats[call] for call, count in taken.items())
    assert all(str(fiscal_year(one.started_on)) == one.posting_id[-4:] for one in office.outcomes.outcomes)


def test_nothing_is_told_of_days_that_lie_ahead(office: OfficeYears) -> None:
    assert max(one.last_known for one in office.outcomes.outcomes) <= sample_date()


def test_settlement_is_told_of_finished_terms_and_of_no_other(office: OfficeYears) -> None:
    assert {one.settled is not None for one in office.outcomes.outcomes if one.as_planned} == {True}
    assert {one.settled for one in office.outcomes.outcomes if not one.as_planned} == {None}


def test_everybody_applies_in_one_year(office: OfficeYears) -> None:
    years = {(one.applicant_id, one.posting_id[-4:]) for one in office.records.applications}

    assert len(years) == len(office.records.applicants)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n_years": 0}, "n_years is 0, expected 1 to 10"),
        ({"n_years": 11}, "n_years is 11, expected 1 to 10"),
        ({"n_people": 0}, "n_people is 0, expected >= 1"),
        ({"n_postings": 0}, "n_postings is 0, expected >= 1"),
        ({"seed": -1}, "seed is -1, expected >= 0"),
    ],
)
def test_sizes_out_of_range_are_refused(wrong: dict[str, int], message: str) -> None:
    with pytest.raises(SyntheticError, match=message):
        office_years(**(SIZES | wrong))
