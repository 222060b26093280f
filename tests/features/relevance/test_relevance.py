"""Measures, labelled sets, the orders that are compared, and what is told of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import ndcg_score, roc_auc_score

from features.errors import FeatureError, RecordError
from features.lists.ranking import rank
from features.market.scored_market import ScoredMarket, read_market
from features.relevance.ablations import no_facets
from features.relevance.labelled_set import JUDGED_ON, Judgment, LabelledHalf, load
from features.relevance.metrics import normalised_gain, pairwise_accuracy
from features.relevance.orders import ENGINE, ORDERS, Order, engine, scores_of
from features.relevance.report import exclusions_of, figures_of
from tests.features.relevance.labelled import CALLS, HEADER, JUDGMENTS, PEOPLE, write_set

grades_lists = st.lists(st.integers(0, 3), min_size=1, max_size=12).map(lambda g: np.array(g, dtype=np.int64))


def half_of(folder: Path) -> tuple[LabelledHalf, ScoredMarket]:
    half = load(write_set(folder)).half("test")
    return half, read_market(half.records, on=JUDGED_ON)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> tuple[LabelledHalf, ScoredMarket]:
    return half_of(tmp_path_factory.mktemp("set"))


def by(totals: Callable[[ScoredMarket], NDArray[np.float64]]) -> Order:
    return Order("x", "順", totals)


# measures


def test_the_gain_of_a_list_is_that_computed_by_hand() -> None:
    # gains 7 3 7 0 1 3 at places 1 to 6, discounts log2(2) … log2(7): 7 + 1.8928 + 3.5 + 0 + 0.3869 + 1.0686;
    # the ideal order 7 7 3 3 1 0 gives 7 + 4.4165 + 1.5 + 1.2920 + 0.3869 + 0
    assert normalised_gain(np.array([3, 2, 3, 0, 1, 2]), at=6) == pytest.approx(13.8483 / 14.5954, abs=1e-5)


def test_what_stands_below_the_sixth_place_gains_nothing() -> None:
    assert normalised_gain(np.array([0, 0, 0, 0, 0, 0, 3]), at=6) == 0


@given(grades_lists.filter(lambda g: len(g) > 1 and g.any()), st.integers(1, 8), st.randoms(use_true_random=False))
def test_the_gain_is_that_of_scikit_learn(grades: NDArray[np.int64], at: int, random: object) -> None:
    scores = np.arange(len(grades), 0, -1, dtype=float)

    assert normalised_gain(grades, at=at) == pytest.approx(ndcg_score([2.0**grades - 1], [scores], k=at))


@given(grades_lists)
def test_an_ideal_order_gains_one_and_no_order_more(grades: NDArray[np.int64]) -> None:
    if not grades.any():
        assert np.isnan(normalised_gain(grades, at=6))
        return
    assert normalised_gain(-np.sort(-grades), at=6) == pytest.approx(1)
    assert 0 <= normalised_gain(grades, at=6) <= 1 + 1e-12


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 5)), min_size=2, max_size=15))
def test_with_two_grades_the_share_of_right_pairs_is_the_area_under_the_curve(people: list[tuple[int, int]]) -> None:
    grades, scores = (np.array(column) for column in zip(*people, strict=True))
    if grades.min() == grades.max():
        assert np.isnan(pairwise_accuracy(scores.astype(float), grades))
        return
    assert pairwise_accuracy(scores.astype(float), grades) == pytest.approx(roc_auc_score(grades, scores))


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1)), min_size=2, max_size=10), st.randoms())
def test_the_share_of_right_pairs_does_not_depend_on_who_stands_where(
    people: list[tuple[int, float]], random: Random
) -> None:
    shuffled = random.sample(people, len(people))
    shares = [
        pairwise_accuracy(np.array([s for _, s in listed]), np.array([g for g, _ in listed]))
        for listed in (people, shuffled)
    ]

    assert shares[0] == pytest.approx(shares[1], nan_ok=True)


# labelled sets


@pytest.mark.parametrize(
    ("done", "wants", "grade"),
    [(2, 2, 3), (2, 1, 2), (1, 2, 2), (1, 1, 1), (2, 0, 1), (0, 2, 1), (1, 0, 0), (0, 1, 0), (0, 0, 0)],
)
def test_the_grade_is_that_of_the_written_table(done: int, wants: int, grade: int) -> None:
    assert Judgment(posting_id="p", applicant_id="a", done=done, wants=wants).grade == grade


def test_a_set_is_read_into_tables_with_people_and_calls_by_their_ids(tmp_path: Path) -> None:
    half = load(write_set(tmp_path, people=PEOPLE[::-1])).half("test")

    assert [p.applicant_id for p in half.records.applicants] == ["a1", "a2", "a3", "a4", "a5"]
    assert half.grades.T.tolist() == [[3, 0, 1, 0, 1], [3, 0, 1, 0, 1]]
    assert half.excluded.T.tolist() == [[False] * 5, [False, True, True, True, True]]


def test_the_halves_share_people_and_no_judgment(tmp_path: Path) -> None:
    tuning, test = load(write_set(tmp_path)).halves

    assert tuning.records.applicants == test.records.applicants
    assert not tuning.judgments.keys() & test.judgments.keys()
    assert len(tuning.judgments) + len(test.judgments) == len(JUDGMENTS)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("s1,a9,1,1,,", "judgments.csv line 11: applicant a9 is not among the 5 applicants of the set"),
        ("s9,a1,1,1,,", "judgments.csv line 11: posting s9 is not among the 3 postings of the set"),
        ("s1,a1,1,1,,", "judgments.csv line 11: s1 with a1 stands in line 3 already, expected one row a pair"),
        ("s1,a2,3,0,,", "judgments.csv line 11: done: Input should be less than or equal to 2"),
        ("s1,a2,0,-1,,", "judgments.csv line 11: wants: Input should be greater than or equal to 0"),
        ("s1,a2,,0,,", "judgments.csv line 11: done: Input should be a valid integer"),
        ("s1,a2,0,0,snow,", "judgments.csv line 11: excluded_by[0]: expected one of 'region', 'licence'"),
        ("s1,a2,0,0", "judgments.csv line 11: 4 cells, expected 6"),
    ],
)
def test_a_row_that_cannot_be_meant_is_refused_by_its_line(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(RecordError) as refusal:
        load(write_set(tmp_path, judgments=(*JUDGMENTS, row)))
    assert str(refusal.value).startswith(words)


def test_other_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"line 1: the columns are posting_id,grade, expected posting_id,appl"):
        load(write_set(tmp_path, header="posting_id,grade"))


def test_a_call_in_both_halves_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="posting s1 stands in both halves"):
        load(write_set(tmp_path, calls={**CALLS, "tuning": CALLS["test"][:1]}))


def test_applications_are_refused_because_everyone_is_read(tmp_path: Path) -> None:
    write_set(tmp_path)
    content = json.loads((tmp_path / "applicants.json").read_text(encoding="utf-8"))
    content["postings"] = list(CALLS["test"])
    content["applications"] = [{"application_id": "x1", "applicant_id": "a1", "posting_id": "s1"}]
    (tmp_path / "applicants.json").write_text(json.dumps(content), encoding="utf-8")

    with pytest.raises(RecordError, match="holds applications, expected none"):
        load(tmp_path)


@pytest.mark.parametrize("name", ["applicants.json", "postings_tuning.json", "postings_test.json", "judgments.csv"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    (write_set(tmp_path) / name).unlink()

    with pytest.raises(RecordError, match=name):
        load(tmp_path)


def test_a_file_of_another_encoding_says_how_to_save_it(tmp_path: Path) -> None:
    (write_set(tmp_path) / "judgments.csv").write_bytes(f"{HEADER}\ns1,a1,1,1,,山".encode("cp932"))

    with pytest.raises(RecordError, match=r"judgments\.csv: not UTF-8 at byte \d+; save the file as UTF-8"):
        load(tmp_path)


# orders


def test_the_engines_order_is_that_of_a_ranking(read: tuple[LabelledHalf, ScoredMarket]) -> None:
    _, market = read
    scores = scores_of(ENGINE, market)
    for j, posting_id in enumerate(market.postings.ids):
        ranking = rank(market, posting_id, what_if=False)
        told = {line.id: line.score for line in ranking.candidates}
        ours = {an_id: scores[i, j] for i, an_id in enumerate(market.applicants.ids) if np.isfinite(scores[i, j])}
        assert ours == told
        assert sorted(ours, key=lambda an_id: (-ours[an_id], an_id)) == [line.id for line in ranking.candidates]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.name)
def test_every_order_scores_every_pair_and_reads_nobody_the_rules_exclude(
    read: tuple[LabelledHalf, ScoredMarket], order: Order
) -> None:
    half, market = read
    scores = scores_of(order, market)

    assert scores.shape == half.grades.shape
    assert np.array_equal(np.isneginf(scores), half.excluded)
    assert np.isfinite(scores[~half.excluded]).all()


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.name)
def test_the_order_of_the_records_never_decides(
    read: tuple[LabelledHalf, ScoredMarket], order: Order, tmp_path: Path
) -> None:
    calls = {half: several[::-1] for half, several in CALLS.items()}
    turned = load(write_set(tmp_path, people=PEOPLE[::-1], calls=calls, judgments=JUDGMENTS[::-1])).half("test")

    assert figures_of(order, turned, read_market(turned.records, on=JUDGED_ON)) == figures_of(order, *read)


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.name)
def test_every_order_puts_the_forester_before_the_bookkeeper(
    read: tuple[LabelledHalf, ScoredMarket], order: Order
) -> None:
    scores = scores_of(order, read[1])

    assert scores[0, 0] > scores[3, 0]


def test_without_facets_a_wish_counts_as_a_deed(read: tuple[LabelledHalf, ScoredMarket]) -> None:
    """a5 has done nothing and wants to haul timber."""
    market = read[1]

    assert no_facets(market)[4, 0] > engine(market)[4, 0]


def test_the_ideal_scores_have_the_best_figures(read: tuple[LabelledHalf, ScoredMarket]) -> None:
    half, market = read
    figures = figures_of(by(lambda _: half.grades.astype(float)), half, market)

    assert (figures.gain, figures.pairwise) == (1, 1)
    assert figures_of(by(lambda _: -half.grades.astype(float)), half, market).pairwise == 0


def test_equal_scores_stand_in_the_order_of_the_ids(read: tuple[LabelledHalf, ScoredMarket]) -> None:
    half, market = read
    level = figures_of(by(lambda _: np.zeros(half.grades.shape)), half, market)

    assert level.pairwise == 0.5
    assert level.calls[0].gain == pytest.approx(normalised_gain(np.array([3, 0, 1, 0, 1]), at=6))


def test_a_call_whose_people_are_judged_alike_is_left_out_and_told(read: tuple[LabelledHalf, ScoredMarket]) -> None:
    figures = figures_of(ENGINE, *read)

    assert figures.left_out == ("s2",)  # only a1 is not excluded there
    assert [(call.posting_id, call.candidates, call.graded) for call in figures.calls] == [("s1", 5, 3)]


def test_who_is_judged_excluded_moves_no_figure(read: tuple[LabelledHalf, ScoredMarket], tmp_path: Path) -> None:
    rows = (*(row for row in JUDGMENTS if not row.startswith("s1,a5")), "s1,a5,0,2,licence,")
    half = load(write_set(tmp_path, judgments=rows)).half("test")
    market, grades = read[1], half.grades.astype(float)
    lifted = np.where(half.excluded, 9.0, grades)

    assert figures_of(by(lambda _: lifted), half, market).calls == figures_of(by(lambda _: grades), half, market).calls


def test_half_without_a_graded_person_is_refused(tmp_path: Path) -> None:
    half = load(write_set(tmp_path, judgments=("s1,a1,1,0,,",))).half("test")

    with pytest.raises(FeatureError, match="half test has no call with people of different grades"):
        figures_of(ENGINE, half, read_market(half.records, on=JUDGED_ON))


def test_calls_are_counted_against_another_order(read: tuple[LabelledHalf, ScoredMarket]) -> None:
    half, market = read
    best = figures_of(by(lambda _: half.grades.astype(float)), half, market)
    worst = figures_of(by(lambda _: -half.grades.astype(float)), half, market)

    assert best.calls_against(worst) == {"higher": 1, "equal": 0, "lower": 0}
    assert best.calls_against(best) == {"higher": 0, "equal": 1, "lower": 0}
    assert worst.to_json()["worst_pairwise"] == {"posting_id": "s1", "value": 0.0}


def test_exclusions_that_agree_with_the_labels_are_all_found(read: tuple[LabelledHalf, ScoredMarket]) -> None:
    found = exclusions_of(*read)

    assert (found.labelled, found.recall, found.recall_with_kind) == (4, 1, 1)
    assert (found.missed, found.other_kind, found.wrong) == ((), (), ())


def test_exclusions_that_differ_from_the_labels_are_told_pair_by_pair(tmp_path: Path) -> None:
    rows = ("s1,a2,2,2,region,", "s2,a2,0,0,language,", "s2,a3,0,0,licence,", "s1,a1,2,2,,")
    half = load(write_set(tmp_path, judgments=rows)).half("test")
    found = exclusions_of(half, read_market(half.records, on=JUDGED_ON))

    assert found.missed == (("s1", "a2"),)
    assert found.other_kind == (("s2", "a2"),)
    assert found.wrong == (("s2", "a4"), ("s2", "a5"))
    assert (found.recall, found.recall_with_kind) == (pytest.approx(2 / 3), pytest.approx(1 / 3))


def test_who_is_excluded_by_the_rules_alone_is_read_last(tmp_path: Path) -> None:
    half = load(write_set(tmp_path, judgments=("s2,a1,0,2,,", "s2,a3,2,2,,"))).half("test")
    figures = figures_of(by(lambda _: half.grades.astype(float)), half, read_market(half.records, on=JUDGED_ON))

    # a1 alone may be read; a3, graded 3, stands with the others whom a licence keeps out
    assert figures.calls[0].gain < 1
