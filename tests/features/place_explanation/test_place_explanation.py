"""What an applicant is told of a place: three groups, quoted from the records, each doubt with a question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.lists.ranking import Recommendation, recommend
from features.market.scored_market import TERMS, read_market
from features.place_explanation import PlaceExplanation, Remark
from features.place_explanation.wording import place_wording
from features.posting_quality.criteria import criteria
from features.records import Applicant, Posting, Records
from features.terms import ALL_TERMS, SELECTION_TERMS
from tests.features.small_market import FOREST, ON, applicant, posting, records
from tests.features.terms.records import calls, people

Json = dict[str, Any]

WHOLE: Json = {
    "mission_text": "主な業務は、空き家の現地調査と所有者への聞き取り、空き家の台帳の更新、移住の相談会の開催です。",
    "monthly_pay_yen": 220_000,
    "contract_type": "itaku_kojin",
    "housing": "provided",
    "hours_per_week": 35.0,
    "vehicle": "lent",
    "side_job": "yes",
    "term_months": 12,
    "start_date": "2027-04-01",
    "host": {"type": "hall_department", "contact_frequency": "weekly", "briefed_residents": True, "peers": 2},
}


def place(call: Json | None = None, private: Json | None = None, **profile: object) -> PlaceExplanation:
    """What one applicant is told of one posting; a complete call unless it is changed."""
    person = applicant("a1", private_preferences=private or {})
    person["selection_profile"] |= profile
    return told_of(recommend_in(records(applicants=[person], postings=[posting("p1", **WHOLE | (call or {}))])))


def recommend_in(content: Records) -> Recommendation:
    return recommend(read_market(content, on=ON), content.applicants[0].applicant_id)


def told_of(recommendation: Recommendation) -> PlaceExplanation:
    (line,) = recommendation.postings
    assert line.explanation is not None
    return line.explanation


def topics(remarks: tuple[Remark, ...]) -> list[str]:
    return [remark.topic for remark in remarks]


def about(topic: str, remarks: tuple[Remark, ...]) -> Remark:
    return next(remark for remark in remarks if remark.topic == topic)


@pytest.mark.slow
@given(who=people(least=1), where=calls(least=1))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_group_has_one_to_four_sentences_quoted_from_the_records(
    who: list[Applicant], where: list[Posting]
) -> None:
    market = read_market(Records(applicants=tuple(who[:2]), postings=tuple(where[:2])), on=ON)

    for person in market.records.applicants:
        for line in recommend(market, person.applicant_id).postings:
            call = market.records.postings[market.postings.index_of[line.id]]
            assert line.explanation is not None
            groups = (
                line.explanation.fits_you,
                line.explanation.they_would_want_you,
                line.explanation.may_go_wrong,
            )
            assert all(1 <= len(group) <= 4 for group in groups)
            for remark in (remark for group in groups for remark in group):
                assert remark.sentence.endswith("。")
                assert remark.applicant_phrase is None or _holds(person, remark.applicant_phrase)
                assert remark.posting_phrase is None or _holds(call, remark.posting_phrase)
            assert all(remark.question is None for group in groups[:2] for remark in group)
            assert all((remark.question or "").endswith("か。") for remark in groups[2])


def _holds(record: Applicant | Posting, phrase: str) -> bool:
    return any(phrase in text for text in _texts(record.model_dump(mode="json")))


def _texts(content: object) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        yield from (text for value in content.values() for text in _texts(value))
    elif isinstance(content, list):
        yield from (text for value in content for text in _texts(value))


@given(private=st.fixed_dictionaries({"snow_ok": st.booleans(), "place_weight": st.floats(0, 1)}))
@settings(max_examples=8, deadline=None)
def test_what_the_other_side_hopes_for_rests_on_the_selection_profile_alone(private: Json) -> None:
    profile: Json = {"occupations": ["空き家の管理"], "desired_activities": ["vacant_house"]}
    call: Json = {"activities": ["vacant_house"]}
    plain, wishful = place(call, **profile), place(call, private | {"min_monthly_pay_yen": 900_000}, **profile)
    abroad = place(call, origin=None, exception={"kind": "overseas"}, **profile)

    assert len(plain.they_would_want_you) > 1
    assert plain.they_would_want_you == wishful.they_would_want_you == abroad.they_would_want_you
    assert about("pay", wishful.may_go_wrong).question


def test_the_work_somebody_has_done_is_what_the_other_side_may_hope_for() -> None:
    told = place({"mission_text": FOREST}, occupations=["林業の作業員として間伐"])
    hoped = about("work_done", told.they_would_want_you)

    assert hoped.applicant_phrase == "林業の作業員として間伐"
    assert "あなたの「林業の作業員として間伐」という経験" in hoped.sentence
    assert hoped.posting_phrase is not None and hoped.posting_phrase in FOREST


def test_who_wrote_nothing_is_told_what_to_write() -> None:
    told = place({"activities": None}, licences=None)

    assert topics(told.they_would_want_you) == ["nothing"]
    assert "書き足せます" in told.they_would_want_you[0].sentence


def test_a_complete_call_without_a_gap_says_so_and_still_has_a_question() -> None:
    near = {"municipality_code": "01100"}
    told = place({}, {"min_monthly_pay_yen": 100_000, "housing_need": "single", "snow_ok": True}, origin=near)

    assert topics(told.may_go_wrong) == ["nothing"]
    assert told.may_go_wrong[0].question == place_wording().nothing.may_go_wrong_question


@pytest.mark.parametrize(
    ("change", "topic", "words"),
    [
        ({"host": {"contact_frequency": "rarely"}}, "host", "担当者との連絡は「ほとんどなし」"),
        ({"host": {"contact_frequency": "undefined"}}, "host", "担当者との連絡は「未定」"),
        ({"host": {"briefed_residents": False}}, "host", "住民への説明は、まだ済んでいません"),
        ({"host": {"peers": 0}}, "host", "ほかの隊員はいません"),
        ({"mission_text": None}, "mission", "仕事の文章がありません"),
        ({"mission_text": "地域活性化に関する活動全般を担います。"}, "mission", "「地域活性化に関する活動全般"),
        ({"mission_text": "空き家の現地調査です。"}, "mission", "読み取れる仕事が少なめです"),
        (
            {"contract_type": "kaikei_nendo", "mission_text": "主な業務は、早朝の搾乳と牛舎の清掃、子牛の世話です。"},
            "clash",
            "「早朝の搾乳",
        ),
        ({"monthly_pay_yen": None, "housing": None}, "unsaid", "報酬・住まいの記載がありません"),
        (dict.fromkeys(key for key in WHOLE if key not in {"mission_text", "host"}), "unsaid", "など"),
    ],
)
def test_what_of_the_call_may_go_wrong_is_said_with_a_question(change: Json, topic: str, words: str) -> None:
    remark = about(topic, place(change).may_go_wrong)

    assert words in remark.sentence
    assert remark.question


def test_the_worst_of_a_host_asks_and_all_of_it_is_told() -> None:
    told = about("host", place({"host": {"contact_frequency": "rarely", "peers": 0}}).may_go_wrong)

    assert told.sentence == "担当者との連絡は「ほとんどなし」となっています。ほかの隊員はいません。"
    assert told.question == place_wording().host.contact.question


def test_living_gaps_do_not_crowd_out_the_host_and_the_host_not_the_gaps() -> None:
    private = {"min_monthly_pay_yen": 400_000, "housing_need": "family", "car_ok": False, "snow_ok": False}
    told = place({"host": {"contact_frequency": "rarely"}, "housing": "none"}, private)

    assert "host" in topics(told.may_go_wrong)
    assert {"pay", "housing", "car", "snow"} & {*topics(told.may_go_wrong)}


def test_a_try_out_is_not_asked_for_pay_and_contract() -> None:
    bare: Json = {"trial": "otameshi", "monthly_pay_yen": None, "contract_type": None, "side_job": None}
    of_tryout = place(bare | {"term_months": 1}).may_go_wrong
    of_appointment = place(bare | {"term_months": 36}).may_go_wrong

    assert "unsaid" not in topics(of_tryout)
    assert "報酬" in about("unsaid", of_appointment).sentence


def test_what_fits_tells_of_the_mission_and_of_the_place() -> None:
    wishes = {"regions_wanted": ["北海道"], "housing_need": "single", "snow_ok": True, "car_ok": True}
    wishes |= {"place_weight": 0.95}
    told = place({"activities": ["vacant_house"]}, wishes, desired_activities=["vacant_house"], available_from=None)
    themes = [TERMS[remark.topic].theme for remark in told.fits_you]

    assert themes == ["place", "place", "place", "mission"]


def test_a_recommendation_has_the_three_groups_and_never_where_others_stand() -> None:
    content = records(
        applicants=[applicant("a1", private_preferences={"regions_refused": ["島根県"]})],
        postings=[posting("p1", **WHOLE), posting("p2", "32525", required_licences=["普通自動車免許"])],
    )
    body: Any = recommend_in(content).to_json()

    (line,) = body["postings"]
    assert {"fits_you", "they_would_want_you", "may_go_wrong"} <= line.keys()
    assert not {"what_if", "explanation"} & (line.keys() | body["excluded"][0].keys())


def test_questions_stand_for_known_terms_and_for_every_term_of_the_place() -> None:
    asked = [ask.term for ask in place_wording().ask]
    names = {term.name for term in ALL_TERMS}

    assert len(asked) == len({*asked})
    assert {*asked} <= names
    assert {term.name for term in ALL_TERMS if term.theme == "place"} <= {*asked}
    assert {*place_wording().expects} <= {"default"} | {term.name for term in SELECTION_TERMS}


def test_every_point_a_call_may_leave_out_has_a_name_and_every_form_its_points() -> None:
    unsaid = place_wording().unsaid

    assert {point for points in unsaid.points.values() for point in points} == {*unsaid.names}
    assert {*unsaid.points} == {form for line in criteria().line for form in line.points}
