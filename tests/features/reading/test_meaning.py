"""Whole records as vectors: a bounded nearness, each facet by itself, silence in the middle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.reading.meaning import MEANING_WIDTH, call_meaning, person_meaning
from features.reading.tables import Cells, call_text, done_text, wish_text

TEXTS = (
    "旅館で七年働きました。町の宿を開きたいです。",
    "農業は苦手です。",
    "間伐と植林をお願いします。人口は三千人です。",
    "",
    "　",
    "よろしくお願いします。",
    "森林、林業、間伐、植林。",
)
texts = st.sampled_from(TEXTS) | st.text(max_size=8)
person_cells = st.lists(
    st.tuples(st.sampled_from(["occupations", "skills", "motivation_text", "plan_text"]), texts), max_size=4
).map(tuple)
call_cells = st.lists(
    st.tuples(st.sampled_from(["title", "mission_text", "goals", "required_skills", "activities"]), texts), max_size=4
).map(tuple)
LANTERNS: Cells = (("title", "提灯づくりの後継者。"),)


@given(person=person_cells, call=call_cells)
@settings(deadline=None, max_examples=60)
def test_nearness_lies_between_0_and_1(person: Cells, call: Cells) -> None:
    own, asked = person_meaning(person), call_meaning(call)

    assert own.shape == asked.shape == (MEANING_WIDTH,)
    assert own.dtype == asked.dtype == np.float32
    assert -1e-5 <= own @ asked <= 1 + 1e-5


@given(call=call_cells)
@settings(deadline=None, max_examples=30)
def test_who_says_nothing_is_half_near_to_every_call_that_says_something(call: Cells) -> None:
    nearness = person_meaning(()) @ call_meaning(call)

    assert nearness == (0.5 if call_text(call).strip() else 0)


def test_what_is_wanted_carries_more_than_what_was_done_and_both_all_of_it() -> None:
    wished: Cells = (("motivation_text", "提灯づくりの後継者。"),)
    done: Cells = (("occupations", "提灯づくりの後継者。"),)

    assert person_meaning(wished) @ call_meaning(LANTERNS) == pytest.approx(0.85, abs=1e-5)
    assert person_meaning(done) @ call_meaning(LANTERNS) == pytest.approx(0.65, abs=1e-5)
    assert person_meaning((*done, *wished)) @ call_meaning(LANTERNS) == pytest.approx(1, abs=1e-5)


def test_a_call_that_tells_nothing_of_the_work_has_the_zero_vector() -> None:
    for call in (
        (),
        (("activities", "education"),),
        (("mission_text", "応募をお待ちしています。"),),
        (("goals", "宿"),),
    ):
        assert not call_meaning(call).any()


def test_what_is_near_needs_no_common_word() -> None:
    bookbinder: Cells = (
        ("occupations", "製本所の製本師"),
        ("motivation_text", "薄い紙を糊で重ね、丸みのある形を仕上げる手仕事を続けたいです。"),
    )
    lanterns, cows = (("title", "和紙を貼る提灯の工房の後継者"),), (("title", "乳牛の世話と搾乳"),)

    assert person_meaning(bookbinder) @ call_meaning(lanterns) > person_meaning(bookbinder) @ call_meaning(cows)


def test_what_was_done_and_what_is_wanted_are_read_from_different_cells() -> None:
    cells: Cells = (
        ("occupations", "旅館の仲居"),
        ("skills", "英語は苦手"),
        ("skills", "着付け"),
        ("motivation_text", "宿を開きたい。農業は苦手です。"),
        ("plan_text", "森林、林業、間伐、植林。"),
    )

    assert done_text(cells) == "旅館の仲居、着付け"
    assert wish_text(cells).startswith("宿を開きたい。")
    assert "農業" not in wish_text(cells)
    assert "林業" not in wish_text(cells)


def test_a_call_is_read_from_its_title_and_the_sentences_about_the_work() -> None:
    call: Cells = (
        ("title", "森の隊員"),
        ("mission_text", "間伐を担当します。家賃は町が負担します。"),
        ("goals", "独立する"),
        ("activities", "agri_forest_fish"),
    )

    assert call_text(call) == "森の隊員。間伐を担当します。"
