"""Interest over a market: chances, the order at every spread, and what never depends on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from features.lists.interest import MarketInterest, read_interest, read_pairs
from features.lists.ranking import recommend
from features.market.refused_regions import refused_pairs, refused_postings
from features.market.scored_market import ScoredMarket, read_market
from features.synthetic import sample_date, sample_market
from matching.errors import MechanismError
from tests.features.small_market import ON, applicant, posting, records

SPREADS = [0.0, 0.5, 1.0]
REFUSING = {"regions_refused": ["北海道"]}


def _five_people_and_three_postings(**facts: Any) -> ScoredMarket:
    people = [
        applicant(f"a{k}", desired_activities=["education"], private_preferences=REFUSING if k == 4 else {})
        for k in range(5)
    ]
    people[3] = applicant("a3", origin="01468")  # the programme's rule rules out the other region's town
    places = [
        posting("p1", "01468", activities=["education"], monthly_pay_yen=200_000),
        posting("p2", "32525", activities=["education"], **facts),
        posting("p3", "36342", activities=["event"], headcount=2),
    ]
    return read_market(records(applicants=people, postings=places), on=ON)


@pytest.fixture(scope="module")
def market() -> ScoredMarket:
    return read_market(
        sample_market(n_applicants=90, n_postings=24, n_kigyojin_postings=4, n_company_people=10), on=sample_date()
    )


@pytest.fixture(scope="module")
def spread(market: ScoredMarket) -> dict[float, MarketInterest]:
    pairs = read_pairs(market)
    return {s: read_interest(market, s, pairs=pairs) for s in SPREADS}


def test_without_spread_the_list_is_that_of_the_own_score_and_chances_are_told(
    market: ScoredMarket, spread: dict[float, MarketInterest]
) -> None:
    for applicant_id in market.applicants.ids[:3]:
        plain, told = recommend(market, applicant_id), recommend(market, applicant_id, interest=spread[0.0])

        assert [line.id for line in told.postings] == [line.id for line in plain.postings]
        assert all(line.chance is not None for line in told.postings)
        assert {line.why_here for line in told.postings} <= {"合い具合の順のとおりの位置です。"}


def test_the_lists_the_prices_come_from_are_those_that_are_recommended(
    market: ScoredMarket, spread: dict[float, MarketInterest]
) -> None:
    for s in SPREADS:
        lists = spread[s].lists()
        for i, applicant_id in enumerate(market.applicants.ids[:6]):
            found = [line.id for line in recommend(market, applicant_id, top=10, interest=spread[s]).postings]
            assert found == [market.postings.ids[j] for j in lists[i].tolist() if j >= 0], (s, applicant_id)


def test_scores_intervals_and_reasons_of_a_place_do_not_depend_on_the_spread(
    market: ScoredMarket, spread: dict[float, MarketInterest]
) -> None:
    lists = [recommend(market, market.applicants.ids[3], top=1000, interest=spread[s]) for s in (0.0, 1.0)]
    own, even = ({line.id: (line.score, line.low, line.high, line.reasons) for line in r.postings} for r in lists)

    assert own == even
    assert lists[0].excluded == lists[1].excluded


@pytest.mark.parametrize("s", SPREADS)
def test_refused_and_ruled_out_places_stay_out_at_every_spread(
    market: ScoredMarket, spread: dict[float, MarketInterest], s: float
) -> None:
    lists, codes = spread[s].lists(), market.verdicts.codes(slice(None), slice(None))
    rows, places = np.nonzero(lists >= 0)
    listed = lists[rows, places]

    assert refused_pairs(market).any()
    assert not refused_pairs(market)[rows, listed].any()
    assert (codes[rows, listed] < 3).all()
    assert market.is_open[listed].all()


def test_regions_refused_are_the_same_for_one_and_for_all(market: ScoredMarket) -> None:
    whole = refused_pairs(market)

    assert all(np.array_equal(whole[i], refused_postings(market, i)) for i in range(len(market.applicants)))


def test_more_people_see_every_place_the_more_interest_is_spread(spread: dict[float, MarketInterest]) -> None:
    shown = [np.bincount(spread[s].lists().ravel() + 1, minlength=1 + 28)[1:] for s in SPREADS]
    least = [np.sort(counts[counts.nonzero()])[:4].mean() for counts in shown]

    assert least[0] < least[1] <= least[2]
    assert spread[0.0].coverage() <= spread[0.5].coverage() <= 1.0


def test_the_order_of_the_records_decides_nothing(market: ScoredMarket, spread: dict[float, MarketInterest]) -> None:
    turned = market.records.model_copy(
        update={
            name: tuple(reversed(getattr(market.records, name))) for name in ("applicants", "postings", "applications")
        }
    )
    other = read_interest(read_market(turned, on=market.on), 0.5)

    np.testing.assert_array_equal(other.found.factor, spread[0.5].found.factor)


@pytest.mark.parametrize("s", SPREADS)
def test_three_postings_and_five_people_are_enough(s: float) -> None:
    market = _five_people_and_three_postings()
    interest = read_interest(market, s)
    lists = {a: recommend(market, a, interest=interest) for a in market.applicants.ids}

    assert [len(lists[a].postings) for a in market.applicants.ids] == [3, 3, 3, len(lists["a3"].postings), 2]
    assert {line.id for line in lists["a4"].excluded} == {"p1"}
    for line in lists["a0"].postings:
        assert line.chance is not None
        assert 0 < line.chance.value <= 1
        assert "登録されている5人だけから見た数字です。" in line.chance.sentence
        assert "見込み" in line.chance.sentence


def test_who_is_alone_has_a_seat_to_themselves() -> None:
    market = read_market(records(applicants=[applicant("a1")], postings=[posting("p1")]), on=ON)
    line = recommend(market, "a1", interest=read_interest(market, 0.5)).postings[0]

    assert line.chance is not None
    assert (line.chance.value, line.chance.applications) == (1.0, 0.0)


def test_applications_that_are_there_lower_the_chance_of_others_and_ones_own_does_not() -> None:
    people = [applicant(f"a{k}") for k in range(4)]
    wishes = [{"application_id": f"x{k}", "applicant_id": f"a{k}", "posting_id": "p1"} for k in range(3)]
    places = [posting("p1"), posting("p2", "32525")]
    plain = read_market(records(applicants=people, postings=places), on=ON)
    applied = read_market(records(applicants=people, postings=places, applications=wishes), on=ON)
    chances = {}
    for name, market in (("plain", plain), ("applied", applied)):
        lines = {a: recommend(market, a, interest=read_interest(market, 0.0)).postings for a in ("a0", "a3")}
        chances[name] = {a: {x.id: x.chance.value for x in found if x.chance} for a, found in lines.items()}

    assert chances["applied"]["a3"]["p1"] < chances["plain"]["a3"]["p1"]
    assert chances["applied"]["a0"]["p1"] > chances["applied"]["a3"]["p1"]
    assert chances["applied"]["a3"]["p2"] == chances["plain"]["a3"]["p2"]


def test_a_moved_place_says_why() -> None:
    crowd = [applicant(f"a{k}", desired_activities=["education"]) for k in range(60)]
    torn = applicant("b", desired_activities=["education", "event"])  # both calls fit alike
    calls = [posting("crowded", activities=["education"]), posting("quiet", activities=["education", "event"])]
    market = read_market(records(applicants=[*crowd, torn], postings=calls), on=ON)
    found = [recommend(market, "b", interest=read_interest(market, s)) for s in (0.0, 1.0)]

    assert [[line.id for line in one.postings] for one in found] == [["crowded", "quiet"], ["quiet", "crowded"]]
    assert [line.why_here for line in found[1].postings] == [
        "合い具合では2番目ですが、見ている方が少ない募集なので、順を上げています。",
        "合い具合では1番目ですが、多くの方の一覧に出ている募集なので、順を下げています。",
    ]


@pytest.mark.parametrize("s", [-0.1, 1.1, float("nan")])
def test_a_spread_outside_0_to_1_is_refused(s: float) -> None:
    with pytest.raises(MechanismError, match="expected 0 to 1"):
        read_interest(_five_people_and_three_postings(), s)
