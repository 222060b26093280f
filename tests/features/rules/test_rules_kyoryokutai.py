"""協力隊 beyond the worked cases: the move over time, months, exceptions, try-outs, what is unknown."""

from __future__ import annotations

from datetime import date

import pytest

from tests.features.rules.pairs import AMA, ENIWA, SETAGAYA, SHIMOKAWA, ask, person, post

START = date(2027, 4, 1)


# the move of the 住民票


def test_somebody_registered_at_the_destination_has_nothing_to_move() -> None:
    found = ask(person(origin=SHIMOKAWA), post())

    assert (found.verdict, found.rule_id) == ("not_covered", "kyo-record-must-move")


@pytest.mark.parametrize(
    ("origin", "moved", "start", "verdict", "rule"),
    [
        (SHIMOKAWA, date(2027, 3, 1), START, "not_covered", "kyo-record-timing"),
        (SHIMOKAWA, date(2027, 4, 1), START, "needs_review", "kyo-record-timing"),
        (SHIMOKAWA, date(2027, 3, 1), None, "needs_review", "kyo-record-timing"),
        (SETAGAYA, date(2027, 3, 1), START, "needs_review", "kyo-record-timing"),
        (SETAGAYA, date(2027, 4, 1), START, "covered", "region-matrix"),
        (SETAGAYA, date(2027, 3, 1), None, "covered", "region-matrix"),
    ],
)
def test_a_record_that_moved_before_the_appointment_is_not_covered_where_it_is_certain(
    origin: str, moved: date, start: date | None, verdict: str, rule: str
) -> None:
    found = ask(person(origin=origin, record_moved_on=moved), post(start_date=start))

    assert (found.verdict, found.rule_id) == (verdict, rule)


def test_a_serving_member_is_asked_where_the_record_was_before() -> None:
    found = ask(person(origin=SHIMOKAWA, months_served=12), post())

    assert (found.verdict, found.rule_id) == ("needs_review", "kyo-record-must-move")
    assert found.limits["max_months"] == 24


def test_an_appointed_member_whose_record_moves_later_is_not_covered_yet() -> None:
    later = person(record_moved_on=date(2026, 12, 1))

    assert ask(later, post(), appointed=True).verdict == "not_covered"
    assert ask(later, post(), date(2026, 12, 1), appointed=True).verdict == "covered"


# months


@pytest.mark.parametrize(
    ("term", "verdict", "rule"),
    [
        (9, "not_covered", "kyo-term-min-12m"),
        (10, "needs_review", "kyo-term-min-12m"),
        (11, "needs_review", "kyo-term-min-12m"),
        (12, "covered", "region-matrix"),
        (36, "covered", "region-matrix"),
        (37, "covered", "kyo-coverage-max-36m"),
    ],
)
def test_about_a_year_at_least_and_three_years_at_most_are_covered(term: int, verdict: str, rule: str) -> None:
    found = ask(person(), post(term_months=term))

    assert (found.verdict, found.rule_id) == (verdict, rule)


@pytest.mark.parametrize(("wished", "planned", "told"), [(24, 9, 9), (9, 24, None), (9, None, 9), (None, 9, 9)])
def test_the_months_told_are_those_the_call_plans_and_those_wished_only_where_it_plans_none(
    wished: int | None, planned: int | None, told: int | None
) -> None:
    found = ask(person(term_months=wished), post(term_months=planned))

    assert found.verdict == ("covered" if told is None else "not_covered")
    assert (f"活動の予定が{told}か月で" in found.sentence) == (told is not None)


@pytest.mark.parametrize(("months", "verdict"), [(24, "needs_review"), (36, "not_covered"), (40, "not_covered")])
def test_months_of_a_former_member_at_the_same_place_count(months: int, verdict: str) -> None:
    again = {"kind": "former_member", "months": months, "months_since_end": 30, "municipality_code": SHIMOKAWA}
    found = ask(person(exception=again), post())

    assert (found.verdict, found.rule_id) == (verdict, "kyo-coverage-max-36m")


# exceptions


def former(months: int = 30, ended: int = 8, code: str = SHIMOKAWA) -> dict[str, object]:
    return {"kind": "former_member", "months": months, "months_since_end": ended, "municipality_code": code}


@pytest.mark.parametrize(
    ("months", "ended", "verdict"),
    [(24, 12, "covered"), (23, 12, "not_covered"), (24, 13, "not_covered"), (36, 0, "covered")],
)
def test_the_bounds_of_the_former_members_exception_belong_to_it(months: int, ended: int, verdict: str) -> None:
    assert ask(person(origin=SHIMOKAWA, exception=former(months, ended)), post(AMA)).verdict == verdict


@pytest.mark.parametrize(
    ("served", "verdict", "words"),
    [
        (AMA, "not_covered", "海士町は以前に活動した地域です"),
        ("32000", "needs_review", "海士町が別の地域かどうか"),  # 島根県: which town is not on record
        ("32202", "covered", ""),  # another town of 島根県
        ("31000", "covered", ""),  # 鳥取県, whose code begins alike
        (SHIMOKAWA, "covered", ""),
    ],
)
def test_the_former_members_exception_is_for_another_area(served: str, verdict: str, words: str) -> None:
    found = ask(person(origin=SHIMOKAWA, exception=former(months=24, code=served)), post(AMA))
    told = next(line for line in found.findings if line.rule_id == "kyo-exception-former-member")

    assert (told.verdict, words in told.sentence) == (verdict, True)


@pytest.mark.parametrize(("served", "is_asked"), [(AMA, True), ("32000", True), ("31000", False), (SHIMOKAWA, False)])
def test_whether_a_prefecture_s_own_member_goes_to_another_area_is_asked_of_who_served_in_it(
    served: str, is_asked: bool
) -> None:
    found = ask(person(origin=SHIMOKAWA, exception=former(months=24, code=served)), post("32000"))
    told = next(line for line in found.findings if line.rule_id == "kyo-exception-former-member")

    assert (told.verdict, "別の地域かどうか" in told.sentence) == ("needs_review", is_asked)


@pytest.mark.parametrize(
    ("zone", "verdict"), [("inside", "covered"), ("unknown", "needs_district"), ("outside", "needs_review")]
)
def test_an_exception_in_a_partly_disadvantaged_place_of_the_metropolis_depends_on_the_district(
    zone: str, verdict: str
) -> None:
    found = ask(person(origin=SHIMOKAWA, exception=former()), post("11207", zone=zone))  # 秩父市, category 6

    assert (found.verdict, found.rule_id) == (verdict, "kyo-exception-partial-metro")


def test_an_exception_never_makes_the_verdict_worse_than_the_matrix() -> None:
    in_time, late = former(), former(ended=40)

    assert ask(person(exception=late), post(AMA)).verdict == "covered"
    assert ask(person(exception=in_time), post("11207", zone="outside")).verdict == "covered"
    assert [line.verdict for line in ask(person(exception=late), post(AMA)).findings] == ["covered"]


def test_somebody_from_overseas_is_covered_wherever_the_exceptions_reach() -> None:
    overseas = {"kind": "overseas"}

    assert ask(person(origin=None, exception=overseas), post(ENIWA)).verdict == "covered"
    assert ask(person(origin=None, exception=overseas), post("14100")).verdict == "not_covered"
    confused = ask(person(origin=SHIMOKAWA, exception=overseas), post(AMA))
    assert (confused.verdict, confused.rule_id) == ("needs_review", "kyo-exception-overseas")


def test_a_jet_participant_of_two_years_is_covered() -> None:
    jet = {"kind": "jet", "months": 36, "months_since_end": 6}

    assert ask(person(origin=SHIMOKAWA, exception=jet), post(AMA)).rule_id == "kyo-exception-jet"
    assert ask(person(origin=None, exception=jet), post(AMA)).verdict == "covered"


# what is unknown


def test_an_unknown_origin_is_a_question_unless_no_origin_would_do() -> None:
    assert ask(person(origin=None), post()).verdict == "needs_review"
    assert ask(person(origin=None), post("14100")).verdict == "not_covered"


@pytest.mark.parametrize(
    ("origin", "destination", "asked", "other"),
    [
        (None, SHIMOKAWA, "転出元（現在の住民票の市区町村）が分からない", "区分が表にありません"),
        (None, "01000", "転出元（現在の住民票の市区町村）が分からない", "区分が表にありません"),
        (SETAGAYA, "01000", "北海道の地域要件の区分が表にありません", "転出元"),
    ],
)
def test_who_is_asked_is_told_by_what_is_unknown(origin: str | None, destination: str, asked: str, other: str) -> None:
    found = ask(person(origin=origin), post(destination))

    assert (found.verdict, found.rule_id) == ("needs_review", "region-matrix")
    assert asked in found.sentence
    assert other not in found.sentence


def test_a_prefecture_is_a_question_unless_no_destination_would_do() -> None:
    assert ask(person(), post("01000")).verdict == "needs_review"
    assert ask(person(origin=SHIMOKAWA), post("32000")).verdict == "not_covered"
    assert (
        ask(person("kigyojin", employer={"municipality_code": SETAGAYA}), post("01000", "kigyojin")).rule_id
        == "kig-dest-prefecture"
    )


# try-outs


@pytest.mark.parametrize(("trial", "rule"), [("otameshi", "kyo-otameshi"), ("intern", "kyo-intern")])
def test_a_try_out_asks_for_no_move_and_no_origin(trial: str, rule: str) -> None:
    found = ask(person(origin=SHIMOKAWA), post(trial=trial, term_months=1))

    assert (found.verdict, found.rule_id) == ("covered", rule)


def test_a_try_out_is_shorter_than_an_appointment_which_is_a_year_at_least() -> None:
    rules = [ask(person(origin=SHIMOKAWA), post(trial="otameshi", term_months=months)).rule_id for months in (11, 12)]
    assert rules[0] == "kyo-otameshi" != rules[1]


def test_an_internship_is_at_most_three_months_long_and_tells_to_confirm_the_origin() -> None:
    assert ask(person(), post(trial="intern", term_months=4)).verdict == "not_covered"
    assert "確認" in ask(person(), post(trial="intern", term_months=3)).sentence
