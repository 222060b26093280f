"""Words for a job that tell a sex become the word that tells the job alone."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.guard import masked, sensitive_spans
from features.guard.job_words import job_words
from features.taxonomy.kinds import kinds_named

PAIRS = [
    ("看護婦", "看護士", "看護師"),
    ("女性看護師", "男性看護師", "看護師"),
    ("保健婦", "保健士", "保健師"),
    ("保母", "保父", "保育士"),
    ("女性保育士", "男性保育士", "保育士"),
    ("スチュワーデス", "スチュワード", "客室乗務員"),
    ("女将", "若主人", "宿の経営者"),
    ("旅館の女将", "旅館の主人", "旅館の経営者"),
    ("民宿の女将", "民宿の亭主", "民宿の経営者"),
    ("営業マン", "営業ウーマン", "営業"),
    ("女優", "男優", "俳優"),
    ("ウェイトレス", "ウェイター", "給仕"),
    ("ウエートレス", "ウエーター", "給仕"),
    ("寮母", "寮父", "寮監"),
    ("家政婦", "家政夫", "家政士"),
    ("セールスマン", "セールスレディ", "販売員"),
]
FRAMES = ("{}として働いてきました。", "{}でした。", "{}を五年経験しました。", "{}（6年）", "{}")
ROWS = tomllib.loads(files("features").joinpath("guard/patterns/job_words.toml").read_text(encoding="utf-8"))["job"]
PIECES = [word for pair in PAIRS for word in pair]
texts = st.lists(
    st.sampled_from(
        [*PIECES, "として", "、", "。", "\n", "の", "マン", "ウーマン", "婦", "男性", "母は", "〇〇", "32歳"]
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize(("hers", "his", "neutral"), PAIRS)
def test_both_words_of_a_pair_read_as_the_job_alone(hers: str, his: str, neutral: str, frame: str) -> None:
    assert masked(frame.format(hers)) == masked(frame.format(his)) == frame.format(neutral)


@pytest.mark.parametrize(("hers", "his", "neutral"), PAIRS)
def test_such_a_word_is_reported_as_a_sex_and_the_neutral_one_is_not(hers: str, his: str, neutral: str) -> None:
    for word in (hers, his):
        assert [span.item for span in sensitive_spans(f"{word}として働きました。")] == ["sex"]
    assert sensitive_spans(f"{neutral}として働きました。") == ()


@pytest.mark.parametrize(("hers", "his", "neutral"), PAIRS)
def test_the_work_of_the_word_stays(hers: str, his: str, neutral: str) -> None:
    told = {mention.kind for word in (hers, his) for mention in kinds_named(f"{word}として働きました")}
    stays = {mention.kind for mention in kinds_named(f"{neutral}として働きました")}

    assert bool(told) <= bool(stays)


@pytest.mark.parametrize(
    "text", ["女将さんから習いました。", "看護婦さんたちの歌を録音しました。", "主人公の服を縫いました。"]
)
def test_a_word_about_somebody_else_or_another_word_stays(text: str) -> None:
    assert masked(text) == text


def test_a_relative_with_such_a_job_is_masked_whole() -> None:
    assert masked("母は看護婦でした。") == masked("母は大工でした。")


def test_no_neutral_word_nor_two_of_them_in_a_row_are_taken_again() -> None:
    words = [row["neutral"] for row in ROWS]

    assert [one + other for one in words for other in ["", *words] if list(job_words(one + other))] == []


@given(text=texts)
def test_words_do_not_overlap_and_masking_twice_is_masking_once(text: str) -> None:
    found = sorted(job_words(text))

    assert all(first.end <= then.begin for first, then in pairwise(found))
    assert masked(masked(text)) == masked(text)
    assert list(job_words(masked(text))) == []
