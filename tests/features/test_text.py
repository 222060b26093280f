"""Content words of Japanese texts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.text import content_words, forget_texts, phrase_span, short_word_set, word_set

PIECES = (
    "観光",
    "ﾜｲﾝ",
    "の",
    "まちづくり",
    "ＤＸ",
    "。",
    "、",
    "\n",
    "育てたい",
    "㍿",
    "𠮷",
    "が",
    "👨‍👩‍👧",
    " ",
    "経験はない",
    "葡萄",
)
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=25).map("".join)


@given(text=texts)
@settings(deadline=None)
def test_every_word_stands_in_the_text_where_it_says(text: str) -> None:
    for word in content_words(text):
        assert text[word.begin : word.end] == word.surface
        assert word.normal == word.normal.strip() != ""


@given(text=texts)
@settings(deadline=None)
def test_the_piece_around_a_word_holds_it_and_no_punctuation_outside_it(text: str) -> None:
    for word in content_words(text):
        begin, end = phrase_span(text, word.begin, word.end)
        assert 0 <= begin <= word.begin < word.end <= end <= len(text)
        assert not set("。、\n！？") & set(text[begin : word.begin] + text[word.end : end])
        assert end - begin <= max(60, word.end - word.begin + 21)


@given(text=texts)
@settings(deadline=None)
def test_a_set_of_words_is_that_of_its_words(text: str) -> None:
    assert set(word_set(text)) == {word.normal for word in content_words(text)}
    assert short_word_set(text) <= set(word_set(text))


@pytest.mark.parametrize(
    ("one", "other"), [("まちづくり", "町作り"), ("ﾜｲﾝ", "ワイン"), ("ＤＸ", "dx"), ("ぶどう", "葡萄")]
)
def test_spellings_of_one_word_meet(one: str, other: str) -> None:
    assert word_set(one) == word_set(other) != ()


@pytest.mark.parametrize(("one", "other"), [("看護師", "ナース"), ("医者", "医師")])
def test_synonyms_share_a_group_and_strangers_none(one: str, other: str) -> None:
    own, same, far = (set(content_words(text)[0].synonyms) for text in (one, other, "葡萄"))

    assert own & same
    assert not own & far


def test_a_compound_counts_with_its_parts() -> None:
    assert word_set("返礼品") == ("返礼", "返礼品")
    assert short_word_set("返礼品") == {"返礼"}


@pytest.mark.parametrize(
    "text", ["", "  \n", "よろしくお願いします。", "3年以上の実務経験", "地域おこし協力隊の活動です", "。、！"]
)
def test_a_text_of_common_words_says_nothing(text: str) -> None:
    assert word_set(text) == ()


def test_names_of_people_and_places_are_no_words() -> None:
    assert word_set("下川町で佐藤さんと林業") == ("林業",)


def test_the_longest_text_a_record_may_hold_is_read_whole() -> None:
    text = "あ" * 19_000 + "。林業"

    assert content_words(text)[-1].normal == "林業"
    assert text[content_words(text)[-1].begin :] == "林業"
    assert "葡萄" in word_set("㌖㌫ﷺ" * 6_000 + "。葡萄")


def test_threads_read_the_same_words() -> None:
    sentences = [f"観光の案内と葡萄の栽培を{number}年続けました。" for number in range(200)]
    forget_texts()
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(word_set, sentences))

    assert set(read) == {("栽培", "案内", "葡萄", "観光")}


def test_forgetting_leaves_no_text_behind() -> None:
    word_set("葡萄")
    content_words("葡萄")
    short_word_set("葡萄")
    forget_texts()

    assert [f.cache_info().currsize for f in (word_set, content_words, short_word_set)] == [0, 0, 0]
