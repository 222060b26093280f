"""What a posting asks for that must not be asked."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.guard import ITEM_JA, forbidden_requests

CASES = tomllib.loads(Path(__file__).with_name("guard_cases.toml").read_text(encoding="utf-8"))["postings"]
ASKED = [tuple(row) for row in CASES["asked"]]
PIECES = (
    "40歳",
    "まで",
    "の方",
    "年齢",
    "不問",
    "家族構成",
    "を記載",
    "。",
    "、",
    "健康な方",
    "男性",
    "のみ",
    "本籍",
    "\n",
    "２０歳以上",
    "(",
    ")",
)
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=20).map("".join)


@pytest.mark.parametrize(("text", "item", "phrase"), ASKED)
def test_a_request_is_found_with_the_phrase_that_asks(text: str, item: str, phrase: str) -> None:
    assert [(span.item, text[span.begin : span.end]) for span in forbidden_requests(text)] == [(item, phrase)]


@pytest.mark.parametrize("text", CASES["allowed"])
def test_what_may_be_asked_or_is_ruled_out_is_no_request(text: str) -> None:
    assert forbidden_requests(text) == ()


def test_every_item_that_a_posting_can_ask_for_has_a_case() -> None:
    assert {item for _, item, _ in ASKED} == set(ITEM_JA) - {"name"}


@pytest.mark.parametrize(("text", "item", "phrase"), ASKED)
def test_a_request_is_found_wherever_it_stands(text: str, item: str, phrase: str) -> None:
    longer = f"空き家の改修をお願いします。\n{text}\n高齢者の見守りもあります。"

    assert [(span.item, longer[span.begin : span.end]) for span in forbidden_requests(longer)] == [(item, phrase)]


@pytest.mark.parametrize("word", ["年齢", "性別", "国籍", "出身地", "本籍", "支持政党", "持病の有無", "出身校"])
@pytest.mark.parametrize("end", ["は問いません。", "不問。", "の記載は不要です。"])
def test_a_sentence_that_rules_an_item_out_asks_for_nothing(word: str, end: str) -> None:
    assert forbidden_requests(word + end) == ()


@pytest.mark.parametrize("age", ["35", "３５", "三十五", "40", "59"])
@pytest.mark.parametrize("end", ["歳まで", "歳以下の方", "才未満"])
def test_an_upper_age_is_a_request_however_it_is_written(age: str, end: str) -> None:
    assert [span.item for span in forbidden_requests(f"応募資格：{age}{end}")] == ["age"]


@pytest.mark.parametrize("reason", ["定年が60歳のため", "定年を上限とするため"])
def test_an_upper_age_at_the_retirement_age_is_allowed(reason: str) -> None:
    assert forbidden_requests(f"60歳未満の方（{reason}）") == ()
    assert forbidden_requests("60歳未満の方") != ()


@given(text=texts)
@settings(deadline=None)
def test_requests_are_ordered_disjoint_and_name_known_items(text: str) -> None:
    spans = forbidden_requests(text)
    edges = [edge for span in spans for edge in (span.begin, span.end)]

    assert edges == sorted(edges)
    assert all(0 <= span.begin < span.end <= len(text) and span.item in ITEM_JA for span in spans)


@pytest.mark.parametrize(
    "piece", ["本籍", "家族構成を", "40歳まで", "20代、", "健康な", "。", "男性", "若い", "尊敬する人物"]
)
def test_the_longest_text_a_record_may_hold_is_read_in_linear_time(piece: str) -> None:
    text = (piece * 20_000)[:20_000]

    def seconds() -> float:
        started = time.process_time()
        forbidden_requests(text)
        return time.process_time() - started

    assert any(seconds() < 0.6 for _ in range(3))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "25歳くらいの男性で結婚している方を求めます。",
            [("age", "25歳くらい"), ("sex", "男性"), ("family", "結婚している方")],
        ),
        ("女性限定。35歳以下の方。", [("sex", "女性限定"), ("age", "35歳以下の方")]),
        ("未婚の男性を募集します。", [("family", "未婚"), ("sex", "男性を募集")]),
    ],
)
def test_age_sex_and_marriage_beside_each_other_are_each_a_request(text: str, found: list[tuple[str, str]]) -> None:
    assert [(span.item, text[span.begin : span.end]) for span in forbidden_requests(text)] == found
