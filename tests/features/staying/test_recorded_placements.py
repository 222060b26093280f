"""Placements out of an office's records, the model learned from them, and the file it is kept in."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from features.errors import RecordError
from features.market.scored_market import ScoredMarket, read_market
from features.smallest_told import SMALLEST_TOLD
from features.staying.errors import StayingError
from features.staying.model_files import load_stay_model, stay_model_file
from features.staying.office_model import OfficeModel, learn_office_model, stay_model_of
from features.staying.office_settlement import (
    learn_office_settlement,
    settlement_sentence,
    settlement_to_json,
    settling_lines,
)
from features.staying.outcome_files import Outcome, OutcomeFile, load_outcomes
from features.staying.pair_terms import STAY_TERMS, PairTerms
from features.staying.recorded_placements import RecordedPlacements, recorded_placements
from features.staying.report import office_model_to_json, sentences, term_lines
from features.terms import PRIVATE_TERMS
from tests.features.small_market import ON, applicant, posting, records
from tests.features.staying.office import LOOKED, TOWNS, office_outcomes, office_records


def _outcome(**told: Any) -> Outcome:
    facts = {"applicant_id": "a1", "posting_id": "p1", "started_on": "2024-04-01"}
    return Outcome.model_validate({**facts, **told})


def _small(**consent: Any) -> ScoredMarket:
    person = applicant("a1") | ({"consent": consent} if consent else {})
    return read_market(records(applicants=[person], postings=[posting("p1")]), on=ON)


@pytest.fixture(scope="module")
def recorded() -> RecordedPlacements:
    return recorded_placements(read_market(office_records(), on=ON), office_outcomes(), on=ON)


@pytest.fixture(scope="module")
def learned(recorded: RecordedPlacements) -> OfficeModel:
    return learn_office_model(recorded)


@pytest.mark.parametrize(
    ("told", "left_in", "seen"),
    [
        ({"there_on": "2025-03-31"}, 0, 11),
        ({"there_on": "2025-04-01"}, 0, 12),
        ({"there_on": "2027-04-01"}, 0, 31),  # the day that is asked about is 2026-11-25: later is not read
        ({"left_on": "2024-04-20"}, 1, 31),
        ({"left_on": "2025-03-31"}, 12, 31),
        ({"left_on": "2025-04-01"}, 13, 31),
        ({"left_on": "2027-04-01"}, 0, 31),
        ({"left_on": "2025-03-31", "as_planned": True}, 0, 11),
    ],
)
def test_months_are_counted_as_offices_count_them(told: dict[str, Any], left_in: int, seen: int) -> None:
    found = recorded_placements(_small(), [_outcome(**told)], on=ON).placements

    assert (found.left_in.tolist(), found.seen_months.tolist()) == ([left_in], [seen])


def test_who_left_early_is_known_after_a_year_and_who_nobody_asked_about_is_counted() -> None:
    left = recorded_placements(_small(), [_outcome(left_on="2024-05-20")], on=date(2025, 4, 1))
    asked_once = recorded_placements(_small(), [_outcome(there_on="2024-10-01")], on=date(2025, 4, 1))

    assert (left.placements.is_known(12).tolist(), left.placements.stayed(12).tolist()) == ([True], [False])
    assert (asked_once.placements.is_known(12).tolist(), asked_once.unanswered) == ([False], 1)


def test_an_announced_leaving_and_a_term_that_ended_as_planned_are_not_waiting_for_an_answer() -> None:
    for told in ({"left_on": "2024-12-31"}, {"left_on": "2024-12-31", "as_planned": True}):
        assert recorded_placements(_small(), [_outcome(**told)], on=ON).unanswered == 0


@pytest.mark.parametrize(
    ("consent", "told", "on", "reason"),
    [
        ({"automated_order": False}, {"there_on": "2025-04-01"}, ON, "wants_no_order"),
        ({}, {"there_on": "2025-04-01"}, date(2024, 3, 1), "not_begun"),
        ({}, {"there_on": "2024-04-20"}, ON, "too_short"),
    ],
)
def test_who_may_not_or_cannot_be_read_is_left_out_and_counted(
    consent: dict[str, Any], told: dict[str, Any], on: date, reason: str
) -> None:
    found = recorded_placements(_small(**consent), [_outcome(**told)], on=on)

    assert (found.placements.n, found.left_out) == (0, {reason: 1})


def test_nothing_but_terms_of_the_selection_profile_is_read(recorded: RecordedPlacements) -> None:
    private = {term.name for term in PRIVATE_TERMS}

    assert recorded.placements.terms == STAY_TERMS
    assert not private & set(STAY_TERMS)


def test_a_table_of_pairs_holds_what_single_pairs_say() -> None:
    terms = PairTerms(read_market(office_records(), on=ON))
    people, calls = np.array([0, 3]), np.array([1, 2])

    assert (terms.table(people, calls)[:, 1] == terms.at(2, people)).all()


def test_an_office_learns_what_went_with_staying(learned: OfficeModel) -> None:
    effect = dict(zip(learned.effects.terms, learned.effects.low.tolist(), strict=True))

    assert effect["place_link"] > 0  # wholly above 0
    assert "skill_coverage" not in effect  # the same for everybody
    assert (learned.n, learned.n_municipalities, learned.folds) == (72, len(TOWNS), "municipalities")


def test_the_model_is_tried_on_people_it_has_not_seen(learned: OfficeModel) -> None:
    assert learned.held_out is not None
    assert learned.held_out.n == learned.n_known
    assert learned.held_out.brier < learned.held_out.brier_of_mean


def test_an_office_of_one_town_is_tried_forward_in_time(recorded: RecordedPlacements) -> None:
    one_town = replace(recorded.placements, municipality=np.zeros(recorded.placements.n, np.int64))
    twice = RecordedPlacements(
        one_town.joined(one_town), recorded.outcomes * 2, {}, 0, recorded.rows * 2
    )  # so that one town has enough
    told = learn_office_model(twice)

    assert told.folds == "years"
    assert told.held_out is not None
    assert told.held_out.n == 2 * int((one_town.year > one_town.year.min()).sum())


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (20, "of 20 placements a year is known, .* expected at least 30, with 10 who left and 10 who stayed"),
        (0, "of 0 placements a year is known, 0 left within it and 0 stayed"),
    ],
)
def test_too_few_outcomes_are_refused_with_how_many_are_needed(
    rows: int, message: str, recorded: RecordedPlacements
) -> None:
    few = RecordedPlacements(
        recorded.placements.take(np.arange(rows)), recorded.outcomes[:rows], {}, 0, recorded.rows[:rows]
    )

    with pytest.raises(StayingError, match=message):
        learn_office_model(few)


def test_a_year_that_nobody_was_seen_for_cannot_be_learned(recorded: RecordedPlacements) -> None:
    with pytest.raises(StayingError, match="nobody was seen for 12 months, the longest was 6"):
        stay_model_of(recorded.placements.known_at(6))


def test_a_file_tells_the_same_chances_as_the_model_it_was_written_from(
    learned: OfficeModel, recorded: RecordedPlacements, tmp_path: Path
) -> None:
    codes, counts = np.unique(recorded.placements.municipality, return_counts=True)
    file = stay_model_file(learned.kept, dict(zip(codes.tolist(), counts.tolist(), strict=True)), provenance={})
    path = tmp_path / "stay.json"
    path.write_text(file.model_dump_json(), encoding="utf-8")
    features = recorded.placements.with_terms(learned.model.terms).features
    place = recorded.placements.municipality
    again = load_stay_model(path)

    assert again.stay(features, municipality=place) == pytest.approx(learned.model.stay(features, municipality=place))
    whole, before, after = (
        model.estimate(features, municipality=place) for model in (learned.model, learned.kept, again)
    )
    assert after.standard_error == pytest.approx(before.standard_error)
    assert after.standard_error == pytest.approx(whole.standard_error, rel=0.25)  # what a file withholds costs little
    assert again.curve_.mean(features, place, 12) == pytest.approx(learned.kept.curve_.mean(features, place, 12))
    assert (after.is_known == before.is_known).all()


def test_a_file_tells_no_place_apart_where_few_were_placed(learned: OfficeModel) -> None:
    few = dict.fromkeys(learned.model.curve_.places.tolist(), SMALLEST_TOLD - 1)

    assert stay_model_file(learned.kept, few, provenance={}).places == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"effects": [0.1]}, "effects has 1 numbers, expected"),
        ({"covariance": [[1.0]]}, "covariance is not"),
        ({"terms": []}, "terms: "),
        ({"placements": []}, "placements: unknown key"),
        ({"kind": "weights"}, "kind: expected one of 'stay-model'"),
        ({"format_version": 1}, "stay.json: the top level: written in another format than version 2, learn it anew"),
        ({"ends": [3, 3, 12, 36]}, "ends are 3, 3, 12, 36, expected months that rise"),
        ({"ends": [6, 3, 12, 36]}, "ends are 6, 3, 12, 36, expected months that rise"),
        ({"months": 60}, "months is 60, expected at most 36: nothing was learned of later ones"),
        ({"seen_months": 3}, "months is 12, expected at most 3: nothing was learned of later ones"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(
    change: dict[str, Any], message: str, learned: OfficeModel, tmp_path: Path
) -> None:
    told = stay_model_file(learned.kept, {}, provenance={}).model_dump(mode="json")
    path = tmp_path / "stay.json"
    path.write_text(json.dumps(told | change), encoding="utf-8")

    with pytest.raises(RecordError, match=message):
        load_stay_model(path)


_CHANGES: list[tuple[str, Callable[[Any], Any], str]] = [
    ("places", lambda rows: rows[::-1], r"places\[1\]\.municipality_code is 39201 after 43202, expected a rise"),
    ("places", lambda rows: [rows[0], *rows], r"places\[1\]\.municipality_code is 01468 after 01468"),
    ("effects", lambda row: [1e300, *row[1:]], r"effects\[0\]: "),
    ("base", lambda row: [-51.0, *row[1:]], r"base\[0\]: "),
    ("covariance", lambda rows: [[-one for one in row] for row in rows], "covariance has a negative variance"),
    ("covariance", lambda rows: [[rows[0][0], 9.0, *rows[0][2:]], *rows[1:]], "covariance is not symmetric"),
    ("support", lambda one: one | {"low": one["high"], "high": one["low"]}, r"support\.low\[0\] is "),
    ("support", lambda one: one | {"high": [2.0, *one["high"][1:]]}, r"support\.high\[0\] 2\.0, expected 0 <= low"),
]


@pytest.mark.parametrize(("key", "change", "message"), _CHANGES)
def test_a_file_of_what_nobody_can_have_learned_is_refused_by_its_key(
    key: str, change: Callable[[Any], Any], message: str, learned: OfficeModel, tmp_path: Path
) -> None:
    codes = learned.model.curve_.places.tolist()
    told = stay_model_file(learned.kept, dict.fromkeys(codes, 12), provenance={}).model_dump(mode="json")
    fixed = len(told["base"]) + len(told["effects"])
    place = {"effect": 0.0, "shift": 0.0, "own_variance": 0.0, "across": [0.0] * fixed}
    told["places"] = [place | {"municipality_code": f"{code:05d}"} for code in codes]
    path = tmp_path / "stay.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    assert load_stay_model(path).months == 12
    path.write_text(json.dumps(told | {key: change(told[key])}), encoding="utf-8")

    with pytest.raises(RecordError, match=rf"stay\.json: .*{message}"):
        load_stay_model(path)


def test_a_file_of_another_kind_of_input_is_refused(learned: OfficeModel, tmp_path: Path) -> None:
    told = stay_model_file(learned.kept, {}, provenance={}).model_dump(mode="json")
    path = tmp_path / "stay.json"
    path.write_text(json.dumps(told | {"terms": ["age", *told["terms"][1:]]}), encoding="utf-8")

    with pytest.raises(StayingError, match="age is no term"):
        load_stay_model(path)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({}, "both or none of there_on and left_on"),
        ({"there_on": "2025-01-01", "left_on": "2025-01-01"}, "both or none of there_on and left_on"),
        ({"there_on": "2025-01-01", "as_planned": True}, "as_planned needs left_on"),
        ({"left_on": "2025-01-01", "settled": True}, "settled needs as_planned"),
        ({"left_on": "2024-03-31"}, "a day before started_on"),
        ({"started_on": "1899-12-31", "there_on": "2025-01-01"}, "started_on lies before 1900-01-01"),
        ({"there_on": "2025-01-01", "why": "secret words"}, "unknown key"),
    ],
)
def test_an_outcome_that_says_nothing_or_too_much_is_refused_without_its_words(
    told: dict[str, Any], message: str, tmp_path: Path
) -> None:
    facts = {"applicant_id": "a1", "posting_id": "p1", "started_on": "2024-04-01"} | told
    path = tmp_path / "outcomes.json"
    path.write_text(json.dumps({"outcomes": [facts]}), encoding="utf-8")

    with pytest.raises(RecordError, match=message) as caught:
        load_outcomes(path)
    assert "secret" not in str(caught.value)


def test_nobody_can_have_been_seen_on_a_day_to_come_and_an_announced_leaving_may(tmp_path: Path) -> None:
    path = tmp_path / "outcomes.json"
    rows = [
        {"applicant_id": "a1", "posting_id": "p1", "started_on": "2024-04-01", "left_on": "2027-03-31"},
        {"applicant_id": "a2", "posting_id": "p1", "started_on": "2024-04-01", "there_on": "2026-11-26"},
    ]
    path.write_text(json.dumps({"outcomes": rows}), encoding="utf-8")

    assert len(load_outcomes(path, today=date(2026, 11, 26)).outcomes) == 2
    with pytest.raises(RecordError, match=r"outcomes\.json: outcomes\[1\]\.there_on lies after 2026-11-25"):
        load_outcomes(path, today=ON)


def test_one_placement_stands_once_in_a_file() -> None:
    with pytest.raises(ValueError, match="outcomes 0 and 1 are of one person at one posting"):
        OutcomeFile(outcomes=(_outcome(there_on=LOOKED), _outcome(there_on=LOOKED)))


def test_an_unknown_person_is_named() -> None:
    with pytest.raises(
        RecordError, match=r"outcomes\[0\]\.applicant_id: applicant a9 is not among the 1 applicants given"
    ):
        recorded_placements(_small(), [_outcome(applicant_id="a9", there_on="2025-04-01")], on=ON)


def test_what_is_told_says_what_is_known_and_warns(learned: OfficeModel, recorded: RecordedPlacements) -> None:
    said = " ".join(sentences(learned, recorded))
    body = office_model_to_json(learned, recorded)
    link = next(line for line in term_lines(learned, recorded) if line.term == "place_link")

    assert f"着任の記録 {learned.n} 件" in said
    assert "市町村ごとに分けて" in said
    assert "写したもの" in str(body["warning"])
    assert link.chance_high > link.chance_low


def test_a_file_tells_no_ones_own_value_of_a_term(learned: OfficeModel) -> None:
    told = stay_model_file(learned.kept, {}, provenance={}).support
    own = learned.model.curve_.support

    for ends in (told.low, told.high, (told.most_leverage,)):
        assert np.allclose(np.array(ends) / 0.05, np.round(np.array(ends) / 0.05))
    assert (np.array(told.low) <= own.low + 1e-6).all()
    assert (np.array(told.high) >= own.high - 1e-6).all()
    assert told.most_leverage >= own.most_leverage - 1e-6


def test_settlement_is_learned_where_outcomes_hold_enough_of_it(recorded: RecordedPlacements) -> None:
    here, rng = recorded.placements, np.random.default_rng(5)
    link = here.features[:, here.terms.index("place_link")]
    settled = (rng.random(here.n) < np.where(link > 0, 0.9, 0.3)).astype(np.int64)
    many = learn_office_settlement(replace(recorded, placements=replace(here, settled=settled)))
    few = learn_office_settlement(
        replace(recorded, placements=replace(here, settled=np.where(np.arange(here.n) < 12, settled, -1)))
    )

    assert learn_office_settlement(recorded) is None
    assert many is not None
    assert next(line for line in settling_lines(many) if line.term == "place_link").low > 0
    assert few is not None
    assert (few.model, list(settling_lines(few))) == (None, [])
    assert "12 人" in settlement_sentence(few)
    assert "記録はありません" in settlement_sentence(None)
    assert settlement_to_json(few) == {
        "n_known": 12,
        "n_settled": int(settled[:12].sum()),
        "is_enough": False,
        "effects": [],
    }


def test_what_an_outcome_says_of_settling_is_read_once_the_term_has_ended() -> None:
    told = _outcome(left_on="2026-03-31", as_planned=True, settled=True)

    assert recorded_placements(_small(), [told], on=ON).placements.settled.tolist() == [1]
    assert recorded_placements(_small(), [told], on=date(2025, 12, 1)).placements.settled.tolist() == [-1]


def _with_column(recorded: RecordedPlacements, term: str, column: np.ndarray) -> RecordedPlacements:
    features = recorded.placements.features.copy()
    features[:, recorded.placements.terms.index(term)] = column
    return replace(recorded, placements=replace(recorded.placements, features=features))


def test_a_term_in_which_fewer_than_five_people_stand_apart_is_in_no_model(recorded: RecordedPlacements) -> None:
    row = np.arange(recorded.placements.n)
    four = learn_office_model(_with_column(recorded, "skill_coverage", np.where(row < 4, 1.0, 0.0)))
    five = learn_office_model(_with_column(recorded, "skill_coverage", np.where(row < 5, 1.0, 0.0)))
    told = stay_model_file(four.kept, {}, provenance={})

    assert (four.left_out, five.left_out) == (("skill_coverage",), ())
    assert "skill_coverage" not in told.terms
    assert "skill_coverage" in five.model.terms
    assert "人に満たないので、学ぶのに使っていません" in " ".join(sentences(four, recorded))


def test_people_who_are_all_alike_teach_nothing_and_that_is_said(recorded: RecordedPlacements) -> None:
    alike = replace(recorded.placements, features=np.full_like(recorded.placements.features, 0.5))

    with pytest.raises(StayingError, match=r"in no term 5 people differ from the others: .* record more people"):
        learn_office_model(replace(recorded, placements=alike))


def test_a_slope_that_cannot_be_told_is_said_in_words(learned: OfficeModel, recorded: RecordedPlacements) -> None:
    assert learned.held_out is not None
    parted = replace(learned, held_out=replace(learned.held_out, slope=None, slope_error=None))

    assert "見込みの傾きは分かりません" in " ".join(sentences(parted, recorded))
    assert office_model_to_json(parted, recorded)["held_out"]["slope"] is None  # type: ignore[index]


def test_a_key_that_stands_twice_is_refused_with_file_and_key(tmp_path: Path) -> None:
    path = tmp_path / "outcomes.json"
    path.write_text('{"outcomes": [], "outcomes": []}', encoding="utf-8")

    with pytest.raises(RecordError, match=r"outcomes\.json: key outcomes occurs twice in one object, expected once"):
        load_outcomes(path)
