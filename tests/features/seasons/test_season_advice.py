from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from features.errors import RecordError
from features.market.scored_market import read_market
from features.records import Consent, PrivatePreferences, Records
from features.rounds.round import Wishes
from features.seasons.advice import SeasonAdvice
from features.seasons.advising import advise
from features.seasons.calendar import SeasonCalendar
from features.seasons.in_turn import decide_in_turn
from features.seasons.past_years import PastYears, read_past
from features.weights import default_weights
from matching.rolling.offers import decide
from matching.rolling.replay import first_moment
from matching.rolling.season import Season
from tests.features.seasons.season_market import FORESTER, TEACHER, forest, school, season
from tests.features.small_market import FOREST, SCHOOL

ON = date(2026, 11, 25)
PRIVATE_WISHES: tuple[dict[str, Any], ...] = (
    {"regions_refused": ["北海道", "島根県"]},
    {"regions_wanted": ["島根県"], "place_weight": 1.0},
    {"min_monthly_pay_yen": 400_000, "snow_ok": False, "island_ok": False, "car_ok": False, "place_weight": 0.7},
)
EVERYONE = {"a1": FORESTER, "a2": TEACHER}


def both_at_the_forest(calls: list[dict[str, Any]], **more: Any) -> Records:
    """The teacher came first; only one seat of the forest."""
    rows = [("a2", "p1", "2026-11-01"), ("a1", "p1", "2026-11-20")]
    return season(people=EVERYONE, calls=calls, rows=rows, **more)


def last_year(n: int = 30, call: dict[str, Any] | None = None) -> Records:
    """So many foresters over the year, all at one call."""
    people = {f"b{at:02d}": FORESTER for at in range(n)}
    rows = [(an_id, "p1", f"{2025 + (at % 12 > 8)}-{(at + 3) % 12 + 1:02d}-15") for at, an_id in enumerate(people)]
    return season(people=people, calls=[call or forest()], rows=rows)


def forecast(past: Records, calls: list[dict[str, Any]], **more: Any) -> PastYears:
    postings = season(people={}, calls=calls, rows=[]).postings
    options: dict[str, Any] = {"on": ON, "weights": default_weights(), "wishes": "applications", "rule": "sum"}
    return read_past(past, postings, SeasonCalendar.of(ON), **(options | more))


def reasons(advice: SeasonAdvice) -> dict[str, tuple[str, str | None]]:
    return {line.members[0]: (line.reason, line.posting_id) for line in advice.lines}


def test_without_anybody_else_the_one_seat_goes_to_whom_it_does_most_for_whoever_came_first() -> None:
    for together in (False, True):
        advice = advise(both_at_the_forest([forest()]), None, on=ON, together=together)
        assert [line.members for line in advice.lines] == [("a2",), ("a1",)]
        assert reasons(advice)["a1"] == ("offer", "p1")
        assert not advice.lines[0].is_offer


def test_a_person_waits_where_last_years_people_will_need_the_seat_more() -> None:
    records = season(people={"a2": TEACHER}, calls=[forest()], rows=[("a2", "p1", "2026-11-01")])

    alone, expected = advise(records, None, on=ON), advise(records, last_year(), on=ON)

    assert reasons(alone) == {"a2": ("offer", "p1")}
    assert reasons(expected) == {"a2": ("seat_worth_more", "p1")}
    assert alone.prices[0].price == 0.0
    [line] = expected.lines
    assert line.value is not None
    assert line.seats_worth is not None
    assert line.seats_worth == expected.prices[0].price > line.value
    assert expected.prices[0].low <= expected.prices[0].price <= expected.prices[0].high


def test_a_household_takes_all_its_seats_at_one_posting_or_waits() -> None:
    pair = {"household_id": "h1", "members": ["a1", "a2"], "joint_preferences": []}
    for headcount, reason in ((1, "no_seat_now"), (2, "offer")):
        advice = advise(both_at_the_forest([forest(headcount=headcount)], households=[pair]), None, on=ON)
        [line] = advice.lines
        assert (line.members, line.household_id, line.reason) == (("a1", "a2"), "h1", reason)


def test_a_household_that_the_other_rule_would_send_elsewhere_is_told_so() -> None:
    both = forest("p3", headcount=4) | {
        "mission_text": FOREST + SCHOOL,
        "activities": ["agri_forest_fish", "education"],
    }
    people = {"a1": FORESTER, "a2": FORESTER, "a3": FORESTER, "a4": TEACHER}
    rows = [(person, call, "2026-11-01") for person in people for call in ("p1", "p3")]
    four = {"household_id": "h1", "members": list(people), "joint_preferences": []}
    records = season(people=people, calls=[forest(headcount=4), both], rows=rows, households=[four])
    adding, least = (advise(records, None, on=ON, rule=rule).lines[0] for rule in ("sum", "least"))

    assert (adding.posting_id, adding.by_other_rule) == ("p1", "p3")
    assert (least.posting_id, least.by_other_rule) == ("p3", "p1")


def test_offers_are_made_only_where_people_applied_unless_scores_are_asked_for() -> None:
    records = season(people={"a2": TEACHER}, calls=[forest(), school()], rows=[("a2", "p1", "2026-11-01")])

    assert reasons(advise(records, None, on=ON)) == {"a2": ("offer", "p1")}
    assert reasons(advise(records, None, on=ON, wishes="scores")) == {"a2": ("offer", "p2")}


def test_a_person_waits_for_a_better_call_that_opens_soon() -> None:
    calls = [forest(), school(state="draft")]
    records = season(people={"a2": TEACHER}, calls=calls, rows=[("a2", "p1", "2026-11-01")])
    advice = advise(records, None, on=ON, wishes="scores")

    assert reasons(advice) == {"a2": ("opens_later", "p2")}
    assert advice.lines[0].to_json()["waits_for"] == "p2"
    assert advice.prices[1].opens_on == date(2026, 12, 9)


def test_pairs_that_rules_exclude_are_impossible_and_say_so() -> None:
    person = TEACHER | {"origin": "30203"}
    records = season(people={"a2": person}, calls=[school()], rows=[("a2", "p2", "2026-11-01")])

    assert reasons(advise(records, None, on=ON)) == {"a2": ("no_possible_posting", None)}


def test_who_applied_is_offered_a_seat_there_whatever_region_was_once_refused() -> None:
    person = TEACHER | {"private_preferences": {"regions_refused": ["島根県"]}}
    records = season(people={"a2": person}, calls=[school()], rows=[("a2", "p2", "2026-11-01")])

    assert reasons(advise(records, None, on=ON)) == {"a2": ("offer", "p2")}


@pytest.mark.parametrize("wishes", ["applications", "scores"])
@pytest.mark.parametrize("together", [False, True], ids=["in turn", "together"])
def test_no_private_wish_of_anybody_moves_advice_or_prices(wishes: Wishes, together: bool) -> None:
    def with_wishes(records: Records, **wish: Any) -> Records:
        private = {"private_preferences": PrivatePreferences.model_validate(wish)}
        people = tuple(person.model_copy(update=private) for person in records.applicants)
        return records.model_copy(update={"applicants": people})

    records, past = both_at_the_forest([forest(), school()]), last_year()
    plain = advise(records, past, on=ON, wishes=wishes, together=together)

    for wish in PRIVATE_WISHES:
        assert read_market(with_wishes(records, **wish), on=ON).applicant.block(slice(None), slice(None)).size == 4
        asked = with_wishes(records, **wish), with_wishes(past, **wish)
        assert advise(*asked, on=ON, wishes=wishes, together=together) == plain


def without_order(person: str, *, calls: list[dict[str, Any]], **parts: Any) -> Records:
    """Both at the forest, one of them without wanting an automated order."""
    records = both_at_the_forest(calls, **parts)
    consent = {"consent": Consent(automated_order=False)}
    people = tuple(one.model_copy(update=consent) if one.applicant_id == person else one for one in records.applicants)
    return records.model_copy(update={"applicants": people})


@pytest.mark.parametrize("together", [False, True], ids=["in turn", "together"])
def test_who_wants_no_order_has_the_seat_that_arrival_gives_and_no_score(together: bool) -> None:
    first = advise(without_order("a2", calls=[forest()]), last_year(), on=ON, together=together)
    second = advise(without_order("a1", calls=[forest()]), last_year(), on=ON, together=together)

    # by scores the teacher waits for the forester: see above
    assert reasons(first) == {"a2": ("offer", "p1"), "a1": ("seats_go_to_others", "p1")}
    assert reasons(second)["a1"] == ("seats_go_to_others", "p1")
    for line in (first.lines[0], second.lines[1]):
        assert line.by_arrival
        assert (line.value, line.seats_worth, line.by_other_rule) == (None, None, None)
    assert not first.lines[1].by_arrival


def test_nothing_a_person_without_order_wrote_moves_anything() -> None:
    records = without_order("a2", calls=[forest(), school()])
    [other] = season(people={"a2": FORESTER}, calls=[], rows=[]).applicants
    consent = {"consent": Consent(automated_order=False)}
    people = tuple(other.model_copy(update=consent) if p.applicant_id == "a2" else p for p in records.applicants)

    for wishes in ("applications", "scores"):
        plain = advise(records, last_year(), on=ON, wishes=wishes)
        assert advise(records.model_copy(update={"applicants": people}), last_year(), on=ON, wishes=wishes) == plain


def test_seats_of_those_without_order_are_not_given_twice_and_raise_the_price_for_others() -> None:
    rows = [("a2", "p1", "2026-11-01"), ("a1", "p1", "2026-11-02"), ("a3", "p1", "2026-11-03")]
    people = EVERYONE | {"a3": FORESTER}
    read = season(people=people, calls=[forest(headcount=2)], rows=rows)
    asked = {"consent": Consent(automated_order=False)}
    three = tuple(p.model_copy(update=asked) if p.applicant_id == "a2" else p for p in read.applicants)
    everybody = read.model_copy(update={"applicants": three})
    with_a2 = advise(everybody, None, on=ON)
    without = advise(everybody.model_copy(update={"applications": read.applications[1:]}), None, on=ON)

    assert reasons(with_a2) == {"a2": ("offer", "p1"), "a1": ("offer", "p1"), "a3": ("seats_go_to_others", "p1")}
    assert all(line.is_offer for line in without.lines)
    assert with_a2.prices[0].seats_left == without.prices[0].seats_left == 2
    assert with_a2.prices[0].price > without.prices[0].price == 0


def test_a_person_without_order_is_offered_the_call_applied_to_first_that_has_a_seat() -> None:
    for left, reason in ((1, ("offer", "p2")), (0, ("offer", "p1"))):
        records = season(
            people={"a2": TEACHER},
            calls=[forest(), school(seats_left=left)],
            rows=[("a2", "p1", "2026-11-05"), ("a2", "p2", "2026-11-01")],
        )
        asked = records.applicants[0].model_copy(update={"consent": Consent(automated_order=False)})
        advice = advise(records.model_copy(update={"applicants": (asked,)}), None, on=ON, wishes="scores")
        assert reasons(advice) == {"a2": reason}


def test_a_household_of_which_one_wants_no_order_is_read_by_arrival_whole() -> None:
    pair = {"household_id": "h1", "members": ["a1", "a2"], "joint_preferences": []}
    for headcount, reason in ((1, "no_seat_now"), (2, "offer")):
        records = without_order("a1", calls=[forest(headcount=headcount)], households=[pair])
        [line] = advise(records, None, on=ON).lines
        assert (line.reason, line.posting_id, line.by_arrival, line.value) == (reason, "p1", True, None)


def test_the_order_of_the_records_decides_nothing() -> None:
    records, past = both_at_the_forest([forest(), school()]), last_year()
    turned = Records(
        applicants=records.applicants[::-1], postings=records.postings[::-1], applications=records.applications[::-1]
    )

    assert advise(turned, past, on=ON) == advise(records, past, on=ON)


def test_applications_after_the_day_are_not_seen_and_counted() -> None:
    advice = advise(both_at_the_forest([forest()]), None, on=date(2026, 11, 10))

    assert [line.members for line in advice.lines] == [("a2",)]
    assert advice.n_later == 1


def test_where_nobody_waits_the_seats_still_have_prices() -> None:
    records = season(
        people={"a1": FORESTER}, calls=[forest(headcount=2)], rows=[("a1", "p1", "2026-05-01", "accepted")]
    )
    advice = advise(records, last_year(), on=ON)

    assert advice.lines == ()
    assert advice.n_held == 1
    assert advice.prices[0].seats_left == 1
    assert advice.prices[0].price > 0


def test_people_of_the_past_come_to_the_same_call_else_to_the_town_and_to_a_new_town_nobody() -> None:
    calls = [forest("p1"), forest("p9"), school("p2")]

    found = forecast(last_year(12), calls)
    assert [(source.level, source.n_cases) for source in found.sources] == [
        ("posting", 12),
        ("municipality", 12),
        ("none", 0),
    ]
    # an id that another town uses this year is another call
    elsewhere = forecast(last_year(12, school("p1")), calls)
    assert [source.level for source in elsewhere.sources] == ["none", "none", "municipality"]
    assert [source.level for source in forecast(last_year(12), calls, wishes="scores").sources] == ["everyone"] * 3


def test_a_year_further_back_is_read_on_the_same_days_with_the_same_values() -> None:
    past = season(
        people={"b1": FORESTER | {"available_from": "2026-04-01"}},
        calls=[forest()],
        rows=[("b1", "p1", "2025-06-01", "accepted")],
    )
    older = season(
        people={"b1": FORESTER | {"available_from": "2025-04-01"}},
        calls=[forest()],
        rows=[("b1", "p1", "2024-06-01", "accepted")],
    )
    one, two = (forecast(found, [forest(start_date="2027-04-01")]).forecast for found in (past, older))

    assert one.arrives.tolist() == two.arrives.tolist() == [61.0]
    assert one.values.tolist() == two.values.tolist()


def test_when_people_of_the_past_could_start_is_moved_to_this_season() -> None:
    values: list[float] = []
    for start in ("2026-04-01", "2026-12-01"):
        past = season(
            people={"b1": FORESTER | {"available_from": start}}, calls=[forest()], rows=[("b1", "p1", "2025-06-01")]
        )
        values.append(forecast(past, [forest(start_date="2027-04-01")]).forecast.values[0, 0])

    # both dates lie before this season's start: left where they are, nobody would be late
    assert values[1] < values[0]


def test_the_share_of_offers_that_do_not_hold_is_counted_and_drawn_towards_the_assumed_share() -> None:
    rows = [(f"b{at:02d}", "p1", "2025-06-01", "declined" if at < 10 else "accepted") for at in range(30)]
    calls = [forest(headcount=30)]
    past = season(people={row[0]: FORESTER for row in rows}, calls=calls, rows=rows)

    assert forecast(past, calls).forecast.decline_rate == pytest.approx((10 + 0.12 * 20) / 50)
    assert forecast(last_year(), calls).forecast.decline_rate == pytest.approx(0.12)


def test_one_batch_gives_each_a_seat_where_one_after_the_other_the_second_gets_the_worse() -> None:
    values = [[0.9, 0.8], [0.9, 0.1]]
    moment = first_moment(Season.of(values, needs=[1, 1], capacity=[1, 1], arrives=[0.0, 0.0]))
    nothing = np.zeros(2)

    assert decide_in_turn(moment, nothing).place.tolist() == [0, 1]
    assert decide(moment, nothing).place.tolist() == [1, 0]


def test_of_two_who_gain_nothing_over_the_price_the_first_to_come_gets_the_seat() -> None:
    moment = first_moment(Season.of([[0.4], [0.4]], needs=[1, 1], capacity=[1], arrives=[0.0, 0.0]))

    assert decide_in_turn(moment, np.array([0.4])).place.tolist() == [0, -1]


def test_a_season_without_applications_and_a_past_that_is_not_past_are_refused() -> None:
    empty = season(people=EVERYONE, calls=[forest()], rows=[])
    records = both_at_the_forest([forest()])

    with pytest.raises(RecordError, match="the records hold no application, expected those of this season"):
        advise(empty, None, on=ON)
    with pytest.raises(RecordError, match=r"2025\.json: no application, expected those of the year before"):
        advise(records, empty, on=ON, past_name="2025.json")
    with pytest.raises(
        RecordError, match=r"past years: application a2-p1 was received on 2026-11-01, expected before 2026-04"
    ):
        advise(records, records, on=ON)
