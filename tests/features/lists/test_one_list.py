"""The list of one call, for which only that call and its applicants are read, is the list of the whole market."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from features.json_files.record_files import load_records
from features.lists.ranking import rank
from features.market.scored_market import ScoredMarket, read_market
from features.reading.on_demand import RowsOnDemand
from features.records import Records
from features.terms.factor import Factor, InnerTerm
from tests.features.small_market import records

ON, SMALL = date(2026, 11, 25), Path("fixtures/small")


def _sample() -> Records:
    return load_records([SMALL / "applicants.json", SMALL / "postings.json"])


@lru_cache(maxsize=4)
def _whole(*, has_gaps: bool, has_applications: bool) -> Records:
    whole = _with_gaps(_sample()) if has_gaps else _sample()
    return whole if has_applications else whole.model_copy(update={"applications": ()})


@lru_cache(maxsize=4)
def _with_everything_read(*, has_gaps: bool, has_applications: bool) -> ScoredMarket:
    return read_market(_whole(has_gaps=has_gaps, has_applications=has_applications), on=ON)


def _of_one(whole: Records) -> ScoredMarket:
    return read_market(whole, on=ON, is_for_one_list=True)


def _with_gaps(whole: Records) -> Records:
    """Calls without codes and without text, people without occupations, skills, ticks or motive, by turns."""
    content = whole.model_dump(mode="json", exclude_unset=True)
    for place, posting in enumerate(content["postings"]):
        for name in (("activities", "fields"), ("mission_text", "title", "goals"), ())[place % 3]:
            posting.pop(name, None)
    for place, person in enumerate(content["applicants"]):
        dropped = (("occupations", "skills"), ("motivation_text", "plan_text"), ("desired_activities",), ())[place % 4]
        for name in dropped:
            person["selection_profile"].pop(name, None)
    return records(**content)


def _n_read(factor: Factor, side: str) -> int:
    rows = getattr(factor, side)
    assert isinstance(rows, RowsOnDemand)
    return rows.n_read


@pytest.mark.parametrize("posting_id", ["p01", "p02", "p03", "p05", "p09", "g01"])
@pytest.mark.parametrize("has_gaps", [False, True])
@pytest.mark.parametrize("has_applications", [False, True])
def test_the_list_of_one_call_says_what_it_says_with_everything_read(
    posting_id: str, *, has_gaps: bool, has_applications: bool
) -> None:
    whole = _whole(has_gaps=has_gaps, has_applications=has_applications)
    everything = _with_everything_read(has_gaps=has_gaps, has_applications=has_applications)

    assert rank(_of_one(whole), posting_id).to_json() == rank(everything, posting_id).to_json()


def test_other_calls_and_most_people_who_did_not_apply_stay_unread() -> None:
    market = _of_one(_sample())
    rank(market, "p01")

    factors = market.coordinator_factors
    for name in ("work_wanted", "mission_meaning", "mission_text"):
        assert _n_read(factors[name], "of_applicants") == len(market.applications_to["p01"])
    for name in ("work_done", "work_wanted", "mission_meaning"):
        assert _n_read(factors[name], "of_postings") == 1


def test_a_market_for_many_lists_has_everything_read_with_the_first() -> None:
    market = read_market(_sample(), on=ON)

    for factor in market.coordinator_factors.values():
        if isinstance(factor, InnerTerm):
            assert not isinstance(factor.of_applicants, RowsOnDemand)
            assert not isinstance(factor.of_postings, RowsOnDemand)
