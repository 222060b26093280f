"""The next question: what may be asked of whom, what it must not tell, goldens, refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from features.errors import FeatureError, RecordError
from features.market.scored_market import ScoredMarket, read_market
from features.next_question import NextQuestion, next_questions_for_applicant, next_questions_for_posting
from features.next_question.open_list import candidates_of, places_of
from features.next_question.question import follows_from
from features.next_question.settings import next_question_settings
from features.records import Records
from features.terms import ALL_TERMS, SELECTION_TERMS
from tests.features.next_question.next_question_market import calls_with, market_of, people_with, question_of
from tests.features.small_market import ON

SMALL = Path(__file__).resolve().parents[3] / "fixtures/small"


def test_a_wish_that_matters_nowhere_is_not_asked() -> None:
    warm = [call | {"municipality_code": "46505"} for call in calls_with()]

    assert "snow" in {
        q.term for q in next_questions_for_applicant(market_of(people_with(), calls_with()), "a00").questions
    }
    assert "snow" not in {q.term for q in next_questions_for_applicant(market_of(people_with(), warm), "a00").questions}


def test_nothing_is_asked_twice_or_for_nothing_and_the_likeliest_change_comes_first() -> None:
    found = next_questions_for_applicant(
        market_of(people_with(), calls_with({2: {"trial": "otameshi"}})), "a00", top=3, most=50
    )
    keys = [(q.kind, q.term, q.posting_id) for q in found.questions]

    assert len(set(keys)) == len(keys) > 3
    assert all(q.chance_of_order >= q.chance_of_change >= 0 and q.gain >= 0 for q in found.questions)
    assert all(q.chance_of_order > 0 and q.replaced >= q.chance_of_change for q in found.questions)
    chances = [(q.chance_of_change, q.gain) for q in found.questions]
    assert chances == sorted(chances, reverse=True)


def test_the_order_of_the_records_decides_nothing() -> None:
    people, calls = people_with(), calls_with({2: {"housing": None, "trial": "intern"}})
    forward, backward = market_of(people, calls), market_of(people[::-1], calls[::-1])

    assert next_questions_for_applicant(forward, "a00") == next_questions_for_applicant(backward, "a00")
    assert next_questions_for_posting(forward, "p1") == next_questions_for_posting(backward, "p1")


def test_the_only_person_of_a_market_is_asked_too() -> None:
    alone = next_questions_for_applicant(market_of(people_with()[:1], calls_with()), "a00", top=3, most=20)

    assert {"snow", "pay", "activity_wish"} <= {q.term for q in alone.questions if q.chance_of_change > 0}


def test_no_wish_of_a_few_people_shows_in_what_another_is_asked() -> None:
    def asked(n: int, *, fine: bool) -> NextQuestion:
        people = people_with()[: n + 1]
        people[1]["private_preferences"] |= {"snow_ok": fine}
        found = next_questions_for_applicant(market_of(people, calls_with()), "a00", top=3, most=20)
        return question_of(found, "applicant", "snow")

    fewest = next_question_settings().fewest_people
    assert asked(fewest - 1, fine=True) == asked(fewest - 1, fine=False)
    assert asked(fewest, fine=True) != asked(fewest, fine=False)


def test_private_wishes_never_reach_what_a_coordinator_is_told_to_ask() -> None:
    people = people_with()
    wishful = [person | {"private_preferences": {"snow_ok": False, "place_weight": 1.0}} for person in people]
    calls = calls_with({1: {"start_date": None, "trial": "otameshi"}})
    found = next_questions_for_posting(market_of(people, calls), "p1", top=3, most=50)

    assert found.questions
    assert found == next_questions_for_posting(market_of(wishful, calls), "p1", top=3, most=50)
    assert {q.term for q in found.questions} <= {None, *(term.name for term in SELECTION_TERMS)}


def test_who_wants_no_automated_order_is_not_asked_for_the_sake_of_one() -> None:
    people, calls = people_with(), calls_with({1: {"trial": "otameshi"}})
    assert "a00" in {
        q.applicant_id for q in next_questions_for_posting(market_of(people, calls), "p1", most=50).questions
    }
    people[0]["consent"] = {"automated_order": False}
    found = next_questions_for_posting(market_of(people, calls), "p1", most=50)

    assert found.questions
    assert "a00" not in {q.applicant_id for q in found.questions}


def test_which_codes_say_nothing_is_what_the_records_do_not_say() -> None:
    market = _fixture()
    own = places_of(market, "a20")  # has said nothing
    silent = {name: own.seen[t].own.known[own.own] for t, name in enumerate(own.scores.names)}

    assert {name for name, known in silent.items() if known} == {"host_readiness", "side_job"}
    for name, cell in (
        ("housing", "housing"),
        ("car", "vehicle"),
        ("side_job", "side_job"),
        ("availability", "start_date"),
    ):
        place = own.seen[own.scores.names.index(name)].line
        assert place.known.tolist() == [x is not None for x in market.postings.frame[cell].to_list()], name
    reading = candidates_of(market, "p01")
    known = reading.seen[reading.scores.names.index("availability")].line.known
    said = market.applicants.selection.frame["available_from"].to_list()
    assert known.tolist() == [x is not None for x in said]


def test_the_settings_name_terms_that_exist_and_topics_where_a_town_is_asked() -> None:
    asked = next_question_settings().term

    assert set(asked) == {term.name for term in ALL_TERMS}
    assert all(one.posting_topic for one in asked.values() if one.town or one.call)
    assert {name for name, one in asked.items() if one.call} <= {term.name for term in SELECTION_TERMS}


@pytest.mark.parametrize(
    ("worth", "sentence"),
    [
        ((0.9, 1.0, 1.3), "上位5件のうち1件ほどが入れ替わる見込みです。"),
        ((1.0, 1.0, 2.6), "上位5件のうち3件ほどが入れ替わる見込みです。"),
        ((0.5, 0.5, 0.5), "上位5件のどれかが入れ替わる見込みは、10のうち5ほどです。"),
        ((0.04, 0.2, 0.04), "上位5件が入れ替わることもありますが、多くはそのままです。"),
        ((0.0, 0.8, 0.0), "上位5件はそのままで、並び順が変わる見込みです。"),
        ((0.0, 0.1, 0.0), "上位5件はそのままで、並び順が変わることがあります。"),
    ],
)
def test_a_sentence_says_no_more_than_the_figures(worth: tuple[float, float, float], sentence: str) -> None:
    assert follows_from(next_question_settings(), "applicant", 5, worth) == sentence


def _fixture() -> ScoredMarket:
    content: dict[str, Any] = {}
    for name in ("applicants", "postings"):
        content |= json.loads((SMALL / f"{name}.json").read_text(encoding="utf-8"))
    return read_market(Records.model_validate(content), on=ON)


def test_the_small_fixture_asks_whoever_said_nothing_as_before() -> None:
    """Frozen from the engine; the figures behind it are those of the brute force above."""
    assert next_questions_for_applicant(_fixture(), "a20", most=1).to_json() == {
        "applicant_id": "a20",
        "top": 5,
        "next_questions": [
            {
                "kind": "applicant",
                "term": "distance_from_origin",
                "posting_id": None,
                "question": "今の住所の市町村を確かめてください（本人へのおすすめだけに使います）。",
                "chance_of_change": 0.954,
                "chance_of_order": 1.0,
                "replaced": 1.0,
                "gain": 0.004051,
                "sentence": "今の住所について答えると、上位5件のうち1件ほどが入れ替わる見込みです。",
            },
            {
                "kind": "posting",
                "term": "broadband",
                "posting_id": "p04",
                "question": "住まいと職場に光回線はありますか。",
                "chance_of_change": 0.5,
                "chance_of_order": 0.5,
                "replaced": 0.5,
                "gain": 0.00013,
                "sentence": "長野県川上村の通信回線を募集元に確かめると、"
                "上位5件のどれかが入れ替わる見込みは、10のうち5ほどです。",
            },
            {
                "kind": "trial",
                "term": None,
                "posting_id": "p09",
                "question": "鹿児島県屋久島町のおためしに参加できるか、募集元に聞いてみてください。",
                "chance_of_change": 0.312,
                "chance_of_order": 0.312,
                "replaced": 0.312,
                "gain": 0.001665,
                "sentence": "鹿児島県屋久島町のおためしに参加すると、"
                "上位5件のどれかが入れ替わる見込みは、10のうち3ほどです。",
            },
        ],
    }


def test_unknown_ids_and_empty_tops_are_refused() -> None:
    market = market_of(people_with()[:2], calls_with()[:2])

    with pytest.raises(RecordError, match="applicant a9 is not among the 2 applicants given"):
        next_questions_for_applicant(market, "a9")
    with pytest.raises(RecordError, match="posting p9 is not among the 2 postings given"):
        next_questions_for_posting(market, "p9")
    with pytest.raises(FeatureError, match="top is 0, expected >= 1"):
        next_questions_for_applicant(market, "a00", top=0)
    with pytest.raises(FeatureError, match="most is 0, expected >= 1"):
        next_questions_for_posting(market, "p1", most=0)


def test_a_list_without_lines_asks_nothing() -> None:
    closed = market_of(people_with(), [call | {"state": "closed"} for call in calls_with()])

    assert next_questions_for_applicant(closed, "a00").questions == ()
