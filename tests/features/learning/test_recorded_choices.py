"""Choices out of records and files, and the weights learned from them: only terms, only what may be compared."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from features.errors import RecordError
from features.learning.choice_files import ChoiceFile, load_choices
from features.learning.choice_sets import ChoiceSets
from features.learning.errors import LearningError
from features.learning.learned import learn_weights
from features.learning.recorded_choices import choices_in_file, choices_in_records
from features.learning.report import learned_to_json, lines, sentences
from features.learning.term_values import term_values, terms_of
from features.learning.weights_text import HABITS, weights_toml
from features.market.scored_market import ScoredMarket, read_market
from features.scoring import Side
from features.terms import PRIVATE_TERMS
from features.weights import default_weights, load_weights
from tests.features.learning.drawn import drawn
from tests.features.small_market import FOREST, ON, SCHOOL, applicant, posting, records

PEOPLE = [
    applicant("a1", motivation_text="間伐と木材の利用に関わりたいです。", desired_activities=["agri_forest_fish"]),
    applicant("a2", motivation_text="高校生の学習支援に関わりたいです。", desired_activities=["education"]),
    applicant("a3", motivation_text="森林の仕事と間伐を学びたいです。"),
    applicant("a4", motivation_text="観光の案内をしたいです。"),
    applicant("a5", motivation_text="木の家を建てたいです。"),
]
CALLS = [posting("p1", "01468", mission_text=FOREST), posting("p2", "32525", mission_text=SCHOOL)]


def _application(number: int, applicant_id: str, posting_id: str, **more: Any) -> dict[str, Any]:
    return {"application_id": f"x{number}", "applicant_id": applicant_id, "posting_id": posting_id} | more


def _market(*applications: dict[str, Any], people: list[dict[str, Any]] = PEOPLE) -> ScoredMarket:
    return read_market(records(applicants=people, postings=CALLS, applications=list(applications)), on=ON)


def test_offers_are_choices_and_who_withdrew_was_not_left() -> None:
    found = choices_in_records(
        _market(
            _application(1, "a1", "p1", status="accepted"),
            _application(2, "a3", "p1", status="closed"),
            _application(3, "a4", "p1", status="withdrawn"),
            _application(4, "a5", "p1", status="declined"),
            _application(5, "a2", "p2", status="offered"),
            _application(6, "a1", "p2", status="closed"),
            _application(7, "a4", "p2", status="interview"),
            _application(8, "a5", "p2", status="received"),
        ),
        "coordinator",
    )

    assert np.diff(found.sets.indptr).tolist() == [3, 2]
    assert found.sets.place.tolist() == [1, 0, 1, 0, 1]  # a1 a3 a5 of p1, a1 a2 of p2
    assert found.left_out == {"undecided": 2, "withdrawn": 1}  # who is still looked at was not left
    assert found.offices == ("01468", "32525")


def test_every_set_is_called_by_its_posting_or_applicant_and_by_its_place_in_the_file() -> None:
    """What errors of learning name (issue 9: they said "set 3")."""
    rows = [
        {"posting_id": "p2", "shown": ["a1", "a2"], "chosen": ["a2"]},
        {"applicant_id": "a1", "shown": ["p1", "p2"], "chosen": ["p1"]},
        {"posting_id": "p1", "shown": ["a1", "a3"], "chosen": ["a1"]},
    ]
    file = ChoiceFile.model_validate({"choices": rows})
    offices = choices_in_file(_market(), "coordinator", file, source="panel.json")
    decided = choices_in_records(
        _market(_application(1, "a1", "p1", status="accepted"), _application(2, "a3", "p1", status="closed")),
        "coordinator",
    )

    assert offices.sets.name == ("panel.json: choices[2] of posting p1", "panel.json: choices[0] of posting p2")
    assert choices_in_file(_market(), "applicant", file).sets.name == ("choices[1] of applicant a1",)
    assert decided.sets.name == ("the applications for posting p1",)


def test_sets_without_a_choice_or_without_somebody_left_are_counted_and_left_out() -> None:
    found = choices_in_records(
        _market(
            _application(1, "a1", "p1", status="offered"),
            _application(2, "a1", "p2", status="closed"),
            _application(3, "a2", "p2", status="closed"),
        ),
        "coordinator",
    )

    assert found.sets.n_sets == 0
    assert found.left_out == {"nobody_chosen": 1, "nobody_left": 1}


def test_who_wants_no_automated_order_is_not_compared() -> None:
    shy = {**applicant("a1"), "consent": {"automated_order": False}}
    market = _market(
        _application(1, "a1", "p1", status="closed"),
        _application(2, "a2", "p1", status="offered"),
        _application(3, "a3", "p1", status="closed"),
        people=[shy, *PEOPLE[1:]],
    )
    found = choices_in_records(market, "coordinator")

    assert found.left_out == {"wants_no_order": 1}
    assert found.sets.place.tolist() == [1, 0]


def test_whom_a_rule_excludes_was_not_decided_by_terms() -> None:
    market = _market(
        _application(1, "a1", "p1", status="offered"),
        _application(2, "a2", "p1", status="closed"),
        _application(3, "a3", "p1", status="closed"),
        people=[*PEOPLE[:2], {**PEOPLE[2], "programs": ["kigyojin"]}, *PEOPLE[3:]],
    )

    assert choices_in_records(market, "coordinator").left_out == {"excluded": 1}


def test_wishes_are_an_applicants_ordered_list() -> None:
    found = choices_in_records(
        _market(
            _application(1, "a1", "p2", wish_rank=2),
            _application(2, "a1", "p1", wish_rank=1),
            _application(3, "a2", "p1", wish_rank=1, status="withdrawn"),
            _application(4, "a2", "p2", wish_rank=2),
        ),
        "applicant",
    )

    assert found.sets.place.tolist() == [1, 2]
    assert found.left_out == {"nobody_left": 1, "withdrawn": 1}
    assert set(found.sets.terms) == set(terms_of("applicant"))


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_applications_of_one_person_no_place_in_the_file_decides(turned: bool) -> None:
    told = [
        _application(1, "a1", "p1", status="accepted", wish_rank=2, received_at="2026-04-01"),
        _application(2, "a1", "p1", status="closed", wish_rank=1, received_at="2026-05-01T09:00:00+09:00"),
        _application(3, "a3", "p1", status="closed"),
        _application(4, "a1", "p2", status="closed", wish_rank=2, received_at="2026-04-01"),
        _application(5, "a1", "p2", status="closed", wish_rank=3),
    ]
    market = _market(*(told[::-1] if turned else told))

    assert choices_in_records(market, "coordinator").sets.place.tolist() == [1, 0]  # a1 was offered a seat once
    assert choices_in_records(market, "applicant").sets.place.tolist() == [1, 2]  # the later word


def test_a_coordinators_choices_hold_no_private_term() -> None:
    assert not set(terms_of("coordinator")) & {term.name for term in PRIVATE_TERMS}


@pytest.mark.parametrize("side", ["coordinator", "applicant"])
def test_values_times_weights_are_the_score(side: Side) -> None:
    market = _market()
    names, weights = terms_of(side), default_weights()
    row = np.array([(weights.coordinator if side == "coordinator" else weights.applicant).get(n, 0.0) for n in names])
    values = term_values(market, side, 0, [0, 1])
    scores = market.coordinator.column(0) if side == "coordinator" else market.applicant.row(0)

    np.testing.assert_allclose(values @ row, scores.value.sum(axis=1)[:2], atol=1e-12)


def test_the_slider_of_an_applicant_is_in_the_values() -> None:
    people = [{**PEOPLE[0], "private_preferences": {"place_weight": weight}} for weight in (0.5, 1.0)]
    middle, place_only = (term_values(_market(people=[one]), "applicant", 0, [0]) for one in people)
    names = terms_of("applicant")

    assert place_only[0, names.index("work_done")] == 0.0
    assert place_only[0, names.index("housing")] == pytest.approx(2 * middle[0, names.index("housing")])


def _file(*choices: dict[str, Any]) -> ChoiceFile:
    return ChoiceFile.model_validate({"choices": list(choices)})


def test_a_file_tells_who_decided_and_in_which_order() -> None:
    file = _file(
        {"posting_id": "p1", "decided_by": "o1", "shown": ["a1", "a2", "a3"], "chosen": ["a3", ["a1", "a2"]]},
        {"posting_id": "p2", "decided_by": "o1", "shown": ["a1", "a2"], "chosen": ["a2"]},
        {"posting_id": "p2", "shown": ["a1", "a2"], "chosen": []},
        {"applicant_id": "a1", "shown": ["p1", "p2"], "chosen": ["p1"]},
    )
    found = choices_in_file(_market(), "coordinator", file)
    nobody = choices_in_file(_market(), "coordinator", file, outside=True)

    assert found.sets.place.tolist() == [2, 2, 1, 0, 1]
    assert found.sets.cluster_of.tolist() == [0, 1]  # two places, each with an o1 of its own
    assert found.left_out == {"nobody_chosen": 1}
    assert nobody.sets.with_outside().place.tolist() == [2, 2, 1, 0, 0, 0, 1, 0, 1, 0]
    assert choices_in_file(_market(), "applicant", file).sets.place.tolist() == [1, 0]


@pytest.mark.parametrize("outside", [False, True])
def test_where_the_chosen_may_not_be_compared_nobody_is_not_said_to_be_chosen(outside: bool) -> None:
    shy = {**applicant("a1"), "consent": {"automated_order": False}}
    file = _file(
        {"posting_id": "p1", "shown": ["a1", "a2", "a3"], "chosen": ["a1"]},
        {"posting_id": "p2", "shown": ["a1"], "chosen": []},
    )
    found = choices_in_file(_market(people=[shy, *PEOPLE[1:]]), "coordinator", file, outside=outside)

    assert found.sets.n_sets == 0
    told = {"chosen_left_out": 1, "nobody_left" if outside else "nobody_chosen": 1, "wants_no_order": 2}
    assert found.left_out == told


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"posting_id": "p1", "applicant_id": "a1", "shown": ["a1"], "chosen": []}, "both or none of posting_id"),
        ({"posting_id": "p1", "shown": ["a1", "a1"], "chosen": []}, "shows somebody twice"),
        ({"posting_id": "p1", "shown": ["a1"], "chosen": ["a2"]}, "chooses somebody twice or who was not shown"),
        ({"posting_id": "p1", "shown": ["a1"], "chosen": ["a1"], "why": "secret words"}, "unknown key"),
        ({"posting_id": "p1", "shown": ["a1"], "chosen": [[]]}, r"choices\[0\]: has an empty tie in chosen"),
        ({"posting_id": "p1", "shown": ["a1"], "chosen": [[], "a1"]}, "has an empty tie in chosen, expected at least"),
    ],
)
def test_a_file_of_another_form_is_refused_without_its_words(
    choice: dict[str, Any], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "choices.json"
    path.write_text(json.dumps({"choices": [choice]}), encoding="utf-8")

    with pytest.raises(RecordError, match=message) as caught:
        load_choices(path)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "c.json: not JSON at line 1"),
        (b"[]", "c.json: the top level is not an object"),
        (b"\xff", "c.json: not UTF-8 at byte 0"),
        (b"[" * 200_000, "c.json: nested too deeply"),
        (b"1" * 5_000, "c.json: holds a number with too many digits"),
    ],
)
def test_a_file_that_is_no_choices_is_refused_by_name(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_bytes(content)

    with pytest.raises(RecordError, match=message):
        load_choices(path)


def test_a_choice_that_stands_twice_is_refused_and_one_of_somebody_else_is_not() -> None:
    one = {"posting_id": "p1", "shown": ["a1", "a3"], "chosen": ["a1"]}
    again = {"posting_id": "p1", "shown": ["a3", "a1"], "chosen": [["a1"]]}
    others = [one | {"decided_by": "officer-2"}, one | {"chosen": ["a3"]}, one | {"posting_id": "p2"}]

    assert len(_file(one, *others).choices) == 4
    with pytest.raises(ValueError, match=r"choices\[0\] and choices\[4\] are the same choice, expected it once"):
        _file(one, *others, again)


def test_an_unknown_id_is_told_by_its_place_and_not_repeated() -> None:
    file = _file({"posting_id": "p1", "shown": ["a1", "縁 結子"], "chosen": []})
    with pytest.raises(
        RecordError, match=r"^choices\[0\]\.shown\[1\]: this applicant is not among the 5 applicants given$"
    ):
        choices_in_file(_market(), "coordinator", file)


def test_officers_of_two_places_with_one_mark_are_two_people() -> None:
    shown = {"decided_by": "officer-1", "shown": ["a1", "a2"], "chosen": ["a1"]}
    found = choices_in_file(_market(), "coordinator", _file({"posting_id": "p1"} | shown, {"posting_id": "p2"} | shown))

    assert found.sets.cluster_of.tolist() == [0, 1]


def test_no_choices_write_exactly_the_weights_in_force(tmp_path: Path) -> None:
    hand = default_weights().coordinator
    kept = {term: hand.get(term, 0.0) for term in terms_of("coordinator")}
    found = learn_weights(choices_in_records(_market(), "coordinator").sets, kept)
    path = tmp_path / "learned.toml"
    path.write_text(weights_toml(found, "coordinator", name="none"), encoding="utf-8")

    assert found.keeps_hand_weights
    assert load_weights(path).coordinator == pytest.approx(hand, abs=1e-15)
    assert HABITS in path.read_text(encoding="utf-8")


def test_what_plain_choices_ask_for_is_learned_and_told_with_a_warning(tmp_path: Path) -> None:
    sets = drawn(np.random.default_rng(0), 300, [1.0, 1.0, 10.0])
    named = ChoiceSets(
        ("work_done", "work_wanted", "place_link"), sets.features, sets.indptr, sets.place, np.arange(300) % 20
    )
    hand = {"work_done": 0.6, "work_wanted": 0.3, "place_link": 0.1}
    found = learn_weights(named, hand, office_of=np.arange(300) % 2, offices=("01468", "32525"))
    told, body = "".join(sentences(found, {})), learned_to_json(found)
    path = tmp_path / "learned.toml"
    path.write_text(weights_toml(found, "coordinator", name="三月"), encoding="utf-8")
    loaded = load_weights(path)

    assert found.weights[2] > 0.6
    assert found.spread == "sandwich"
    assert found.held_out is not None
    assert found.held_out.learned < found.held_out.hand < found.held_out.at_random
    assert "手で決めた重みと食い違います" in told
    assert body["warning"] == HABITS
    assert set(found.by_office) == {"01468", "32525"}
    assert json.loads(json.dumps(body, allow_nan=False))["keeps_hand_weights"] is False
    assert loaded.coordinator["place_link"] > loaded.coordinator["work_done"]


def test_weights_that_foresee_worse_than_the_hand_weights_come_with_a_warning() -> None:
    sets = drawn(np.random.default_rng(0), 300, [1.0, 1.0, 10.0])
    named = ChoiceSets(("a", "b", "c"), sets.features, sets.indptr, sets.place)
    found = learn_weights(named, {"a": 0.6, "b": 0.3, "c": 0.1})
    assert found.held_out is not None
    worse = replace(found, held_out=replace(found.held_out, learned=found.held_out.hand + 0.01))
    warning = "学んだ重みは、手で決めた重みより当たっていません"

    assert warning not in "".join(sentences(found, {}))
    assert warning in "".join(sentences(worse, {}))


@pytest.mark.parametrize(
    ("more", "if_closer", "words"),
    [
        (123.2, 456.7, "あと約 130 件の選択が要ります（差が見かけより小さければ 約 460 件）"),
        (7.1, 12_345.0, "あと約 8 件の選択が要ります（差が見かけより小さければ 事実上分からない）"),
        (3_505_604.0, np.inf, "差が小さく、事実上分かりません（あと 10,000 件を超える選択が要ります）"),
    ],
)
def test_how_many_more_choices_are_needed_is_told_in_two_digits(more: float, if_closer: float, words: str) -> None:
    sets = drawn(np.random.default_rng(0), 300, [1.0, 1.0, 10.0])
    found = learn_weights(
        ChoiceSets(("a", "b", "c"), sets.features, sets.indptr, sets.place), {"a": 0.6, "b": 0.3, "c": 0.1}
    )
    assert found.order_known is not None
    open_order = replace(found.order_known, is_known=False, more=more, more_if_closer=if_closer)

    assert words in "".join(sentences(replace(found, order_known=open_order), {}))


def test_choices_against_every_term_keep_the_hand_weights() -> None:
    sets = drawn(np.random.default_rng(1), 200, [-8.0, -8.0])
    found = learn_weights(sets, {"t0": 0.5, "t1": 0.5}, office_of=np.arange(200) % 2, offices=("x", "y"))

    told = "".join(sentences(found, {}))

    np.testing.assert_array_equal(found.weights, [0.5, 0.5])
    assert "どの項目の向きとも逆です" in told
    assert "食い違う" not in told


def test_one_term_that_explains_nothing_does_not_hide_that_the_lower_scores_were_chosen() -> None:
    rng = np.random.default_rng(2)
    features = rng.random((600, 3))
    lowest = (features[:, 0] + features[:, 1]).reshape(100, 6).argmin(axis=1)
    chosen = np.arange(6)[None, :] == lowest[:, None]
    sets = ChoiceSets.from_rows(
        features, chosen.ravel().astype(int), sets=np.repeat(np.arange(100), 6), terms=("t0", "t1", "t2")
    )
    found = learn_weights(sets, {"t0": 0.49, "t1": 0.49, "t2": 0.02})
    told = "".join(sentences(found, {}))

    assert found.runs_against_every_term
    assert found.weights.tolist() == [0.49, 0.49, 0.02]
    assert "どの項目の向きとも逆です" in told
    assert "食い違う" not in told
    assert "as by hand" in weights_toml(found, "coordinator", name="against")


def test_choices_without_regard_to_the_terms_leave_every_weight_as_it_was() -> None:
    hand = {"t0": 0.7, "t1": 0.25, "t2": 0.05}
    found = [learn_weights(drawn(np.random.default_rng(seed), 60, [0.0] * 3), hand) for seed in range(12)]
    kept = [one for one in found if one.keeps_hand_weights]

    assert len(kept) >= 11  # two tests of 5 % each
    assert all(one.weights.tolist() == [0.7, 0.25, 0.05] for one in kept)
    assert all(line.low is None for one in kept for line in lines(one))
    assert "変えるだけの根拠はまだありません" in "".join(sentences(kept[0], {}))


def test_an_ordered_list_and_all_its_pairs_are_one_choice() -> None:
    sets = drawn(np.random.default_rng(4), 20, [9.0, 0.5, 0.5], placed=3)
    hand = {"t0": 1 / 3, "t1": 1 / 3, "t2": 1 / 3}
    by_list, by_pairs = (learn_weights(sets, hand, reading=reading) for reading in ("lists", "pairs"))

    assert by_list.fit.n_stages == 60
    assert by_pairs.fit.n_stages == 180
    for one in (by_list, by_pairs):
        assert learned_to_json(one)["n_choices"] == 20
        assert "使えた選択は 20 件" in "".join(sentences(one, {}))


def test_choices_by_chance_seldom_run_against_the_terms() -> None:
    found = [
        learn_weights(drawn(np.random.default_rng(seed), 40, [0.0, 0.0], size=3), {"t0": 0.5, "t1": 0.5})
        for seed in range(30)
    ]

    assert sum(one.runs_against_every_term for one in found) <= 4  # a test of 5 %


def test_a_hand_weight_without_a_column_is_refused() -> None:
    with pytest.raises(LearningError, match="the sets have no column salary"):
        learn_weights(ChoiceSets.empty(("a",)), {"a": 1.0, "salary": 1.0})


def test_the_order_of_the_file_changes_no_bit_of_what_is_learned() -> None:
    market = _market()
    told = [
        {"posting_id": "p1", "decided_by": "o1", "shown": ["a1", "a2", "a3"], "chosen": [["a3", "a1"]]},
        {"posting_id": "p2", "decided_by": "o2", "shown": ["a5", "a4", "a2"], "chosen": ["a2"]},
        {"posting_id": "p1", "decided_by": "o3", "shown": ["a4", "a5", "a2"], "chosen": ["a5"]},
    ]
    turned = [{**one, "shown": one["shown"][::-1]} for one in told[::-1]]
    one, other = (
        choices_in_file(market, "coordinator", ChoiceFile.model_validate({"choices": rows})) for rows in (told, turned)
    )

    assert (one.sets.features == other.sets.features).all()
    assert one.sets.place.tolist() == other.sets.place.tolist()
    assert one.sets.cluster_of.tolist() == other.sets.cluster_of.tolist()
    assert one.office_of.tolist() == other.office_of.tolist()
