"""The next question against brute force: whole new lists by the engine itself after every possible answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest

from features.lists.ranking import rank, recommend
from features.market.scored_market import ScoredMarket
from features.next_question import NextQuestion, next_questions_for_applicant, next_questions_for_posting
from features.next_question.settings import next_question_settings
from features.next_question.stays import seen_of_fit
from tests.features.next_question.next_question_market import (
    HOST,
    HOUSES,
    WISHES,
    calls_with,
    market_of,
    people_with,
    question_of,
)

Answers = Sequence[tuple[float, Any]]
TOP = 3


def _lists(answers: Answers, list_of: Callable[[Any], list[tuple[str, float]]]) -> Iterator[tuple[float, list[Any]]]:
    for weight, answer in answers:
        yield weight, list_of(answer)


def _brute(today: list[tuple[str, float]], after: Iterator[tuple[float, list[tuple[str, float]]]]) -> list[float]:
    """The four figures from whole lists of (id, score), best first, as the engine gives them after each answer."""
    before, figures = [an_id for an_id, _ in today[:TOP]], np.zeros(4)
    for weight, whole in after:
        best, score = [an_id for an_id, _ in whole[:TOP]], dict(whole)
        gone = len(set(before) - set(best))
        gain = sum(score[an_id] for an_id in best) - sum(score[an_id] for an_id in before)
        figures += weight * np.array([gone > 0, best != before, gone, gain / TOP])
    return figures.tolist()


def _told(question: NextQuestion) -> list[float]:
    return [question.chance_of_change, question.chance_of_order, question.replaced, question.gain]


def _near(figures: list[float]) -> Any:
    """Chances are told to 3 digits, gains to 6."""
    return [pytest.approx(figure, abs=tell) for figure, tell in zip(figures, (6e-4, 6e-4, 6e-4, 6e-7), strict=True)]


def _places(market: ScoredMarket) -> list[tuple[str, float]]:
    return [(line.id, line.score) for line in recommend(market, "a00").postings]


def _smoothed(said: Sequence[Any], possible: Sequence[Any]) -> Answers:
    """Each possible answer as often as it was given, one more answer being spread over all of them."""
    return [((said.count(one) + 1 / len(possible)) / (len(said) + 1), one) for one in possible]


_OTHERS = range(1, 12)
_PRIVATE: Mapping[str, Answers] = {
    "snow_ok": _smoothed([k % 3 > 0 for k in _OTHERS], (False, True)),
    "island_ok": _smoothed([k % 2 > 0 for k in _OTHERS], (False, True)),
    "housing_need": _smoothed(
        [("single", "none", "family")[k % 3] for k in _OTHERS], ("none", "single", "couple", "family")
    ),
    "min_monthly_pay_yen": _smoothed(
        [180_000 + 20_000 * (k % 4) for k in _OTHERS], [180_000 + 20_000 * k for k in range(4)]
    ),
}


@pytest.mark.parametrize(
    ("field", "term"),
    [("snow_ok", "snow"), ("island_ok", "island"), ("housing_need", "housing"), ("min_monthly_pay_yen", "pay")],
)
def test_a_private_wish_is_worth_what_new_lists_after_every_answer_say(field: str, term: str) -> None:
    today = market_of(people_with(), calls_with())
    answered = lambda wish: _places(market_of(people_with(private_preferences={field: wish}), calls_with()))  # noqa: E731
    expected = _brute(_places(today), _lists(_PRIVATE[field], answered))

    assert expected[1] > 0
    assert _told(question_of(next_questions_for_applicant(today, "a00", top=TOP, most=20), "applicant", term)) == _near(
        expected
    )


def test_a_wish_that_is_an_inner_product_is_worth_what_the_wishes_of_the_others_would_make_of_the_list() -> None:
    today = market_of(people_with(), calls_with())
    answers = [(1 / 11, WISHES[k % 4]) for k in _OTHERS]
    expected = _brute(
        _places(today),
        _lists(answers, lambda wish: _places(market_of(people_with(desired_activities=[wish]), calls_with()))),
    )
    found = question_of(next_questions_for_applicant(today, "a00", top=TOP, most=20), "applicant", "activity_wish")

    assert expected[0] > 0
    assert _told(found) == _near(expected)


_KNOWN: Mapping[str, tuple[Any, Answers]] = {
    "housing": (None, _smoothed([HOUSES[k % 4] for k in range(7) if k != 6], HOUSES)),
    "side_job": (
        None,
        _smoothed([("yes", "no", "permission")[k % 3] for k in range(7) if k != 3], ("yes", "permission", "no")),
    ),
    "monthly_pay_yen": (
        None,
        _smoothed(
            [170_000 + 15_000 * k for k in range(7) if k != 3],
            [170_000 + 15_000 * k for k in range(7) if k != 3],
        ),
    ),
    # two states of hosts are known (peers or none), and with the peers unsaid both are possible
    "host": (
        {"contact_frequency": "weekly", "briefed_residents": True},
        _smoothed([k % 2 for k in range(7) if k != 3], (0, 1)),
    ),
}


@pytest.mark.parametrize(
    ("field", "term", "at"),
    [
        ("housing", "housing", 6),
        ("side_job", "side_job", 3),
        ("monthly_pay_yen", "pay", 3),
        ("host", "host_readiness", 3),
    ],
)
def test_a_fact_of_one_town_is_worth_what_new_lists_after_every_answer_say(field: str, term: str, at: int) -> None:
    people = people_with(
        desired_activities=["event"], private_preferences={"min_monthly_pay_yen": 220_000, "housing_need": "single"}
    )
    unsaid, answers = _KNOWN[field]
    today = market_of(people, calls_with({at: {field: unsaid}}))
    filled = lambda fact: HOST | {"peers": fact} if field == "host" else fact  # noqa: E731
    expected = _brute(
        _places(today),
        _lists(answers, lambda fact: _places(market_of(people, calls_with({at: {field: filled(fact)}})))),
    )

    assert expected[1] > 0
    found = next_questions_for_applicant(today, "a00", top=TOP, most=50)
    assert _told(question_of(found, "posting", term, f"p{at}")) == _near(expected)


def test_one_motive_answers_every_term_that_reads_it() -> None:
    texts = (
        "町の祭りの運営に関わりたいです。",
        "高校生の学習を支援したいです。",
        "森林の間伐を続けたいです。",
        "宿で接客をしたいです。",
    )
    missions = (
        "観光案内と宿の接客を担います。",
        "公営塾で高校生の学習を支援します。",
        "森林の間伐を担います。",
        "祭りを運営します。",
    )
    calls = [call | {"mission_text": missions[k % 4]} for k, call in enumerate(calls_with())]

    def market(text: str | None) -> ScoredMarket:
        people = people_with(desired_activities=["event"], motivation_text=text)
        for k, person in enumerate(people):
            person["selection_profile"] |= {"occupations": [], "skills": []}
            person["selection_profile"] |= {"motivation_text": texts[k % 4]} if k else {}
        return market_of(people, calls)

    today = market(None)
    answers = [(1 / 11, texts[k % 4]) for k in _OTHERS]
    expected = _brute(_places(today), _lists(answers, lambda text: _places(market(text))))
    found = next_questions_for_applicant(today, "a00", top=TOP, most=20)

    assert expected[0] > 0
    assert _told(question_of(found, "applicant", "work_wanted")) == _near(expected)
    assert not {"mission_text", "mission_meaning"} & {q.term for q in found.questions}


def test_what_the_town_knows_better_than_the_record_lies_evenly_around_what_is_told() -> None:
    people = people_with(desired_activities=["event"], private_preferences={"car_ok": False})
    today = market_of(people, calls_with({6: {"vehicle": "none"}}))
    places = dict(_places(today))
    weight = float(today.applicant.weights[0, today.applicant.names.index("car")])
    # not driving where no vehicle is lent: told 0.5 in [0, 1]
    answers = [(1 / 16, weight * ((k + 0.5) / 16 - 0.5)) for k in range(16)]

    def after(change: float) -> list[tuple[str, float]]:
        scores = places | {"p6": round(places["p6"] + change, 6)}
        return sorted(scores.items(), key=lambda line: (-line[1], line[0]))

    expected = _brute(_places(today), _lists(answers, after))
    found = next_questions_for_applicant(today, "a00", top=TOP, most=50)
    assert expected[1] > 0
    assert _told(question_of(found, "posting", "car", "p6")) == _near(expected)


@pytest.mark.parametrize("kind", ["otameshi", "intern"])
def test_a_stay_is_worth_what_every_find_with_every_look_at_the_fit_would_make_of_the_list(kind: str) -> None:
    wishes = {"housing_need": "single", "snow_ok": True, "island_ok": True, "min_monthly_pay_yen": 180_000}
    people = people_with(desired_activities=["event"], available_from="2027-04-01", private_preferences=wishes)
    stay = {"trial": kind, "term_months": 36, "contract_type": "kaikei_nendo"}
    today = market_of(people, calls_with({5: {**stay, "housing": None, "host": HOST | {"peers": None}}}))
    houses = _smoothed([HOUSES[k % 4] for k in range(7) if k != 5], HOUSES)
    peers = _smoothed([k % 2 for k in range(7) if k != 5], (0, 1))
    settings = next_question_settings()
    looks = (seen_of_fit(settings.fit_spread, settings.stay[kind].seen) / 1e6).tolist()

    def lists() -> Iterator[tuple[float, list[tuple[str, float]]]]:
        for (w, house), (v, peer) in product(houses, peers):
            host = HOST | {"peers": peer}
            found = _places(market_of(people, calls_with({5: {**stay, "housing": house, "host": host}})))
            for look in looks:
                seen = [(an_id, round(score + look * (an_id == "p5"), 6)) for an_id, score in found]
                yield w * v / len(looks), sorted(seen, key=lambda line: (-line[1], line[0]))

    found = next_questions_for_applicant(today, "a00", top=TOP, most=50)
    assert _told(question_of(found, "trial", None, "p5")) == _near(_brute(_places(today), lists()))


def _readers(market: ScoredMarket) -> list[tuple[str, float]]:
    return [(line.id, line.score) for line in rank(market, "p1", what_if=False).candidates]


def test_what_one_candidate_may_answer_is_worth_what_new_orders_of_reading_say() -> None:
    people = people_with(desired_activities=["education"])
    today = market_of(people, calls_with())
    months = [4 + k % 5 for k in _OTHERS]
    answers = [(w, f"2027-{month:02}-01") for w, month in _smoothed(months, range(4, 9))]
    after = lambda day: _readers(  # noqa: E731
        market_of(people_with(desired_activities=["education"], available_from=day), calls_with())
    )
    found = question_of(next_questions_for_posting(today, "p1", top=TOP, most=50), "applicant", "availability", "a00")
    expected = _brute(_readers(today), _lists(answers, after))

    assert expected[1] > 0
    assert _told(found) == _near(expected)


def test_what_a_call_lacks_is_worth_what_new_orders_of_reading_say() -> None:
    people = people_with(desired_activities=["education"], available_from="2027-09-01")
    today = market_of(people, calls_with({1: {"start_date": None}}))
    answers = [
        (w, f"2027-{month:02}-01") for w, month in _smoothed([4 + k % 3 for k in range(7) if k != 1], range(4, 7))
    ]
    after = lambda day: _readers(market_of(people, calls_with({1: {"start_date": day}})))  # noqa: E731
    found = question_of(next_questions_for_posting(today, "p1", top=TOP, most=50), "posting", "availability")
    expected = _brute(_readers(today), _lists(answers, after))

    assert expected[1] > 0
    assert _told(found) == _near(expected)
