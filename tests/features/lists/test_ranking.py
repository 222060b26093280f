"""Rankings and recommendations: order, proof of the score, exclusions with their rule."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from features.errors import RecordError
from features.lists.ranking import rank, recommend
from features.market.scored_market import read_market
from tests.features.small_market import FOREST, ON, applicant, posting, records, two_by_two


def test_the_person_whose_words_meet_the_mission_is_read_first() -> None:
    market = read_market(two_by_two(), on=ON)

    assert [line.id for line in rank(market, "p1").candidates] == ["a1", "a2"]
    assert [line.id for line in rank(market, "p2").candidates] == ["a2", "a1"]


def test_contributions_add_up_to_the_score_and_the_interval_holds_it() -> None:
    market = read_market(two_by_two(), on=ON)
    lines = [*rank(market, "p1").candidates, *recommend(market, "a1").postings]

    for line in lines:
        assert round(sum(line.contributions.values()), 6) == line.score
        assert 0 <= line.low <= line.score <= line.high <= 1


def test_reasons_quote_both_records_word_for_word() -> None:
    market = read_market(two_by_two(), on=ON)
    quoted = [reason for reason in rank(market, "p1").candidates[0].reasons if reason.applicant_phrase is not None]

    assert quoted
    for reason in quoted:
        assert str(reason.applicant_phrase) in "間伐と木材の利用に関わりたいです。"
        assert str(reason.posting_phrase) in FOREST
        assert f"「{reason.applicant_phrase}」" in reason.sentence
        assert f"「{reason.posting_phrase}」" in reason.sentence


def test_deleting_the_quoted_words_lowers_the_contribution() -> None:
    whole = two_by_two()
    best = rank(read_market(whole, on=ON), "p1").candidates[0]
    phrases = {reason.term: reason.applicant_phrase for reason in best.reasons if reason.applicant_phrase is not None}

    assert phrases
    for term, phrase in phrases.items():
        content = whole.model_dump(mode="json", exclude_unset=True)
        cut = "間伐と木材の利用に関わりたいです。".replace(phrase, "がんばりたいです。")
        content["applicants"][0]["selection_profile"]["motivation_text"] = cut
        after = rank(read_market(records(**content), on=ON), "p1")
        lower = next(line for line in after.candidates if line.id == "a1")
        assert lower.contributions[term] < best.contributions[term], term


def test_an_unknown_fact_becomes_a_question_and_never_an_exclusion() -> None:
    market = read_market(two_by_two(), on=ON)
    line = rank(market, "p1").candidates[0]

    assert line.low < line.score < line.high
    assert line.questions


def test_someone_of_another_programme_is_excluded_by_name_of_the_rule() -> None:
    people = [applicant("a1"), applicant("a2") | {"programs": ["kigyojin"]}]
    ranking = rank(read_market(records(applicants=people, postings=[posting("p1")]), on=ON), "p1")

    assert [line.id for line in ranking.candidates] == ["a1"]
    assert [line.id for line in ranking.excluded] == ["a2"]
    assert {rule.kind for rule in ranking.excluded[0].rules} >= {"program"}


def test_an_origin_the_table_rules_out_is_excluded_with_every_rule_that_fails() -> None:
    people = [applicant("a1", origin="01468", licences=[])]
    places = [posting("p1", "32525", required_licences=["普通自動車免許"])]
    ranking = rank(read_market(records(applicants=people, postings=places), on=ON), "p1")

    assert {rule.kind for rule in ranking.excluded[0].rules} == {"region", "licence"}


def test_own_funds_turn_programme_rules_into_notes() -> None:
    people = [applicant("a1", origin="01468")]
    places = [posting("p1", "32525", own_funds=True)]
    ranking = rank(read_market(records(applicants=people, postings=places), on=ON), "p1")

    assert [line.id for line in ranking.candidates] == ["a1"]


def test_with_applications_only_those_who_applied_are_read() -> None:
    wishes = [{"application_id": "x1", "applicant_id": "a2", "posting_id": "p1"}]
    market = read_market(two_by_two(applications=wishes), on=ON)

    assert [line.id for line in rank(market, "p1").candidates] == ["a2"]
    assert rank(market, "p2").candidates == ()


def test_who_withdrew_is_not_read() -> None:
    wishes = [{"application_id": "x1", "applicant_id": "a2", "posting_id": "p1", "status": "withdrawn"}]

    assert rank(read_market(two_by_two(applications=wishes), on=ON), "p1").candidates == ()


def test_the_order_of_the_records_decides_nothing() -> None:
    people = [applicant(f"a{k}", desired_activities=["education"]) for k in range(6)]
    places = [posting(f"p{k}", activities=["education"]) for k in range(3)]
    forward = read_market(records(applicants=people, postings=places), on=ON)
    backward = read_market(records(applicants=people[::-1], postings=places[::-1]), on=ON)

    assert rank(forward, "p1").to_json() == rank(backward, "p1").to_json()
    assert recommend(forward, "a3").to_json() == recommend(backward, "a3").to_json()
    assert [line.id for line in rank(forward, "p1").candidates] == [f"a{k}" for k in range(6)]


def test_a_list_is_cut_at_the_top_but_the_excluded_are_all_told() -> None:
    people = [applicant(f"a{k}") for k in range(5)] + [
        applicant(f"b{k}") | {"programs": ["kigyojin"]} for k in range(4)
    ]
    ranking = rank(read_market(records(applicants=people, postings=[posting("p1")]), on=ON), "p1", top=2)

    assert (len(ranking.candidates), len(ranking.excluded)) == (2, 4)
    assert all(a.score >= b.score for a, b in pairwise(ranking.candidates))


def test_recommendations_leave_out_closed_past_and_refused_places_and_say_which_wish_it_was() -> None:
    places = [
        posting("open"),
        posting("past", deadline=date(2026, 11, 24).isoformat()),
        posting("closed", state="closed"),
        posting("refused", "32525"),
    ]
    person = applicant("a1", private_preferences={"regions_refused": ["島根県"]})
    found = recommend(read_market(records(applicants=[person], postings=places), on=ON), "a1")

    assert [line.id for line in found.postings] == ["open"]
    assert {line.id: line.rules[0].rule_id for line in found.excluded} == {"refused": "wish-region-refused"}


def test_private_wishes_never_move_a_coordinators_order() -> None:
    wishes = {"min_monthly_pay_yen": 900_000, "snow_ok": False, "regions_wanted": ["沖縄県"], "place_weight": 1.0}
    plain = two_by_two()
    content = plain.model_dump(mode="json", exclude_unset=True)
    for person in content["applicants"]:
        person["private_preferences"] = wishes
    wishful = records(**content)

    assert rank(read_market(plain, on=ON), "p1") == rank(read_market(wishful, on=ON), "p1")


def test_an_unknown_id_is_named() -> None:
    market = read_market(two_by_two(), on=ON)

    with pytest.raises(RecordError, match="posting p9 is not among the 2 postings given"):
        rank(market, "p9")
    with pytest.raises(RecordError, match="applicant a9 is not among the 2 applicants given"):
        recommend(market, "a9")


def test_three_postings_and_five_people_are_enough() -> None:
    people = [applicant(f"a{k}") for k in range(5)]
    market = read_market(records(applicants=people, postings=[posting(f"p{k}") for k in range(3)]), on=ON)

    assert len(rank(market, "p0").candidates) == 5
    assert len(recommend(market, "a0").postings) == 3


def test_an_appointment_that_offers_a_tryout_first_is_still_under_the_region_rule() -> None:
    people = [applicant("a1", origin="01468")]
    call = {"trial": "otameshi", "term_months": 36, "monthly_pay_yen": 200_000, "contract_type": "kaikei_nendo"}
    places = [posting("appointment", "32525", **call), posting("tryout", "32525", trial="otameshi")]
    market = read_market(records(applicants=people, postings=places), on=ON)

    assert [line.id for line in rank(market, "appointment").excluded] == ["a1"]
    assert [line.id for line in rank(market, "tryout").candidates] == ["a1"]
