"""Texts as kinds of work: named by words, near by meaning, and an occupation by its head."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from features.reading.encoder import Floats, encode
from features.reading.kinds import Way, exact_products, kind_nearness, kind_words, kinds_of, mean_phrase
from features.taxonomy.kinds import kinds_named, one_character_words, work_kinds

CODES = list(work_kinds())
TITLES = (
    "森林組合の経理",
    "旅館の番頭",
    "酒蔵の経理",
    "和紙職人",
    "",
    "　",
    "画家のモデル",
    "ＩＴ企業の営業",
    "ﾎﾃﾙの受付",
)
unit = arrays.arrays(np.float32, len(CODES), elements=st.floats(0, 1, width=32), fill=st.just(np.float32(0)))
cosines = arrays.arrays(np.float32, len(CODES), elements=st.floats(-1, 1, width=32), fill=st.just(np.float32(0)))


def _told(row: Floats) -> dict[str, float]:
    return {CODES[column]: round(row[column].item(), 2) for column in np.flatnonzero(row)}


def test_one_word_names_a_kind_and_two_name_it_in_full() -> None:
    assert _told(kind_words("和紙を漉く"))["paper_craft"] == 0.8
    assert _told(kind_words("和紙を漉き、提灯を張る"))["paper_craft"] == 1


def test_repeating_a_word_says_no_more_than_saying_it_once() -> None:
    np.testing.assert_array_equal(kind_words("和紙と和紙と和紙"), kind_words("和紙"))


def test_a_word_of_one_character_counts_only_where_it_stands_alone() -> None:
    assert "鹿" in one_character_words()
    assert _told(kind_words("鹿を追う"))["hunting_wildlife"] == pytest.approx(0.8)
    assert "hunting_wildlife" not in _told(kind_words("鹿児島の港"))


@pytest.mark.parametrize("text", ["", "　", "よろしくお願いします。", "町が好きです。"])
def test_a_text_of_no_trade_names_none(text: str) -> None:
    assert _told(kind_words(text)) == {}
    assert kinds_of(kind_words(text), kind_nearness(encode([text]))[0], "told").max() < 0.5


def test_a_denied_word_names_by_no_synonym() -> None:
    assert _told(kind_words("網を揚げたい"))
    assert _told(kind_words("網は苦手です")) == {}


@pytest.mark.parametrize(
    ("title", "head", "field"),
    [
        ("森林組合の経理", "accounting", "forestry"),
        ("酒蔵の経理", "accounting", "sake_brewing"),
        pytest.param(
            "農機具メーカーの営業",
            "corporate_sales",
            "smart_agriculture",
            marks=pytest.mark.xfail(strict=True, reason="a head that only a synonym names is passed over"),
        ),
    ],
)
def test_an_occupation_is_read_by_its_head_and_its_field_counts_less(title: str, head: str, field: str) -> None:
    read, plain = _told(kind_words(title, is_occupation=True)), _told(kind_words(title))

    assert read[head] == plain[head]
    assert 0 < read[field] < plain[field]
    assert read[field] < read[head]


def test_a_field_of_the_heads_own_trade_counts_with_it() -> None:
    read = _told(kind_words("旅館の番頭", is_occupation=True))

    assert read == _told(kind_words("旅館の番頭"))
    assert read["inn_service"] == 1


@given(title=st.sampled_from(TITLES) | st.lists(st.sampled_from(TITLES), max_size=4).map("の".join))
@settings(deadline=None)
def test_reading_as_an_occupation_lowers_some_kinds_but_none_of_the_last_word(title: str) -> None:
    read, plain = kind_words(title, is_occupation=True), kind_words(title)
    mentions = kinds_named(title)
    last = max((mention.end for mention in mentions), default=0)
    head = [CODES.index(mention.kind) for mention in mentions if mention.end == last]

    assert np.all(read <= plain)
    np.testing.assert_array_equal(read > 0, plain > 0)
    np.testing.assert_array_equal(read[head], plain[head])


@pytest.mark.parametrize(("way", "least"), [("called", 1.0), ("told", 0.7), ("title", 0.7), ("wished", 0.6)])
@given(words=unit, nearness=cosines)
def test_an_activation_lies_in_0_to_1_and_never_below_what_words_say(
    way: Way, least: float, words: Floats, nearness: Floats
) -> None:
    activation = kinds_of(words, nearness, way)

    assert activation.dtype == np.float32
    assert np.all((words * np.float32(least) <= activation) & (activation <= 1))


@pytest.mark.parametrize(("way", "far"), [("called", 0.5), ("told", 0.3), ("title", 0.3), ("wished", 0.3)])
@given(nearness=cosines)
def test_only_kinds_about_as_near_as_the_nearest_count_and_the_nearer_the_more(
    way: Way, far: float, nearness: Floats
) -> None:
    activation = kinds_of(np.zeros(len(CODES), dtype=np.float32), nearness, way)
    order = np.argsort(nearness, kind="stable")

    assert np.all(np.diff(activation[order]) >= 0)
    assert not activation[nearness < nearness.max() - 0.13].any()
    assert not activation[nearness < far].any()


@pytest.mark.parametrize("code", ["guesthouse", "forestry", "nursing", "tutoring", "paper_craft", "fish_processing"])
def test_a_phrase_of_a_kind_is_nearest_to_that_kind(code: str) -> None:
    for phrase in work_kinds()[code].does[:6]:
        nearness = kind_nearness(encode([phrase]))[0]

        assert nearness.shape == (len(CODES),)
        assert nearness[CODES.index(code)] == pytest.approx(1, abs=1e-3)
        assert nearness[CODES.index(code)] >= nearness.max() - 1e-6


def test_meaning_reaches_a_kind_that_no_word_names() -> None:
    text = "波の音で目を覚まし、父と沖へ出て銀色の魚を揚げる"
    activation = kinds_of(kind_words(""), kind_nearness(encode([text]))[0], "told")
    nearest = work_kinds()[CODES[int(np.argmax(activation))]]

    assert activation.max() > 0
    assert "agri_forest_fish" in nearest.activities


@given(vector=arrays.arrays(np.float32, 512, elements=st.floats(-1, 1, width=32)))
@settings(deadline=None, max_examples=30)
def test_nearness_is_a_cosine(vector: Floats) -> None:
    assert np.all(np.abs(kind_nearness(vector[None, :])) <= 1 + 1e-5)
    assert np.all(kind_nearness(mean_phrase()[None, :]) == 0)


def test_products_of_near_vectors_are_exact_too() -> None:
    vectors = encode([*TITLES, *(phrase for kind in work_kinds().values() for phrase in kind.does[:2])])
    steps = np.rint(vectors * 4_096).astype(np.int64)
    exact = (steps @ steps.T) / np.float64(4_096**2)

    assert np.count_nonzero(exact > 0.99) >= len(vectors) - 2
    np.testing.assert_array_equal(exact_products(vectors, vectors), exact)
