"""Width and line estimates for Japanese text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from api.documents.text_width import clip, display_width, line_count


def test_combining_marks_and_surrogate_pair_characters_count_as_one_character() -> None:
    assert display_width("か\u3099") == 2
    assert display_width("𠮷野") == 4


@given(st.text(), st.integers(min_value=2, max_value=80))
def test_a_clipped_text_is_never_wider_than_asked(text: str, width: int) -> None:
    assert display_width(clip(text, width)) <= width


@given(st.text(alphabet="読むabc、"), st.integers(min_value=2, max_value=40))
def test_the_lines_hold_the_whole_text(text: str, columns: int) -> None:
    assert line_count(text, columns) * columns >= display_width(text)


def test_a_text_that_fits_is_left_as_it_is() -> None:
    assert clip("読む順", 6) == "読む順"
    assert clip("二つの\n行", 20) == "二つの 行"
