"""What a wider private wish would add to an applicant's list."""

from __future__ import annotations

from datetime import date

import pytest

from features.errors import FeatureError, RecordError
from features.lists.ranking import recommend
from features.lists.wish_changes import wish_changes
from features.market.scored_market import ScoredMarket, read_market
from features.records import Applicant, Posting, PrivatePreferences, Records

_TOWNS = ("01459", "01460", "32525", "20432")


def _market(**wishes: object) -> ScoredMarket:
    postings = [
        Posting(
            posting_id=f"p{n}",
            program="kyoryokutai",
            municipality_code=code,
            headcount=1,
            mission_text="森林の整備",
            vehicle="own_car_required" if n < 2 else "lent",
        )
        for n, code in enumerate(_TOWNS)
    ]
    person = Applicant(
        applicant_id="a",
        programs=("kyoryokutai",),
        private_preferences=PrivatePreferences.model_validate(wishes),
    )
    other = Applicant(applicant_id="b", programs=("kyoryokutai",))
    return read_market(Records(applicants=(person, other), postings=tuple(postings)), on=date(2026, 11, 23))


def test_a_refused_region_names_the_towns_it_keeps_out() -> None:
    (change,) = wish_changes(_market(regions_refused=["島根県"], car_ok=True, snow_ok=True, island_ok=True), "a")

    assert (change.wish, change.municipality_codes) == ("regions_refused", ("32525",))
    told = "島根県も考えるなら、今の3番目と同じかそれ以上に合うところが、あと1か所あります（島根県海士町）。"
    assert change.sentence == told


def test_what_is_promised_is_what_a_new_list_with_that_wish_has() -> None:
    before = _market(car_ok=False)
    least = recommend(before, "a", top=2).postings[-1].score
    promised = {
        code for one in wish_changes(before, "a", top=2) if one.wish == "car_ok" for code in one.municipality_codes
    }

    after = _market(car_ok=True)
    town_of = {posting.posting_id: posting.municipality_code for posting in after.records.postings}
    good = {town_of[line.id] for line in recommend(after, "a", top=9).postings if line.score >= least}
    had = {town_of[line.id] for line in recommend(before, "a", top=9).postings if line.score >= least}
    assert promised == good - had
    assert promised


def test_towns_outside_the_board_are_not_counted() -> None:
    market = _market(regions_refused=["島根県"], car_ok=True, snow_ok=True, island_ok=True)

    assert wish_changes(market, "a", among={"01459", "20432"}) == ()
    assert wish_changes(market, "a", among={"01459", "32525"})[0].municipality_codes == ("32525",)


def test_who_already_accepts_everything_is_told_nothing() -> None:
    assert wish_changes(_market(car_ok=True, snow_ok=True, island_ok=True), "a") == ()


def test_an_unknown_applicant_and_an_empty_list_are_refused() -> None:
    with pytest.raises(RecordError, match="nobody"):
        wish_changes(_market(), "nobody")
    with pytest.raises(FeatureError, match="top is 0, expected >= 1"):
        wish_changes(_market(), "a", top=0)
