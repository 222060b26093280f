"""Headings that ask for what must not be collected are found in many wordings, ordinary ones in none."""

from __future__ import annotations

import tomllib
import unicodedata
from pathlib import Path

import pytest

from features.guard.cells import sensitive_cells
from features.guard.headings import HEADING_ITEM_JA, forbidden_heading
from features.intake.catalogue import KINDS, catalogue, unkept
from fixtures.intake.build import cases

CASES = tomllib.loads(Path(__file__).with_name("heading_cases.toml").read_text(encoding="utf-8"))
FORBIDDEN = CASES["forbidden"]
ORDINARY = CASES["ordinary"]["headings"]
FOURTEEN = (
    *("birthplace", "family", "housing", "household_environment", "religion", "party", "creed"),
    *("respected_person", "thought", "union", "reading", "background_check", "papers", "health"),
)


@pytest.mark.parametrize("item", FOURTEEN)
def test_each_of_the_fourteen_items_has_twenty_wordings_or_more(item: str) -> None:
    assert len(set(FORBIDDEN[item])) >= 20


@pytest.mark.parametrize(("item", "heading"), [(item, text) for item, texts in FORBIDDEN.items() for text in texts])
def test_a_heading_that_asks_for_an_item_is_found(item: str, heading: str) -> None:
    assert forbidden_heading(heading) is not None, f"{heading} is not found"


def test_nine_in_ten_are_found_under_their_own_item() -> None:
    pairs = [(item, text) for item, texts in FORBIDDEN.items() for text in texts]
    own = sum(forbidden_heading(text) == item for item, text in pairs)

    assert own / len(pairs) > 0.9


@pytest.mark.parametrize("heading", ORDINARY)
def test_an_ordinary_heading_is_left_alone(heading: str) -> None:
    assert forbidden_heading(heading) is None


def test_the_words_of_the_editor_for_the_work_are_known_as_a_heading() -> None:
    (work,) = [entry for entry in catalogue("postings").field if entry.name == "mission_text"]

    assert "仕事の内容" in work.headings


def test_no_heading_of_the_catalogue_is_dropped() -> None:
    known = [heading for kind in KINDS for entry in catalogue(kind).field for heading in entry.headings]

    assert [heading for heading in (*known, *unkept()) if forbidden_heading(heading)] == []


def test_the_corpus_drops_what_it_says_and_nothing_else() -> None:
    said = {heading for case in cases() for heading in case.expected.get("dropped", {})}

    assert len(said) >= 10
    assert {heading for heading in said if not heading.startswith("区分")} == {
        heading for heading in said if forbidden_heading(heading)
    }


@pytest.mark.parametrize("heading", ["性別", "生年月日", "家族構成", "健康状態", "マイナンバー"])
def test_width_blanks_numbering_and_question_marks_change_nothing(heading: str) -> None:
    spaced = "　".join(heading)
    wide = unicodedata.normalize("NFKC", heading)
    for written in (
        spaced,
        wide,
        f"Q3. {heading}",
        f"（１）{heading}【必須】",
        f"{heading}\n（任意）",
        f"■{heading}を教えてください",
        "\u2060".join(heading),
        f"\u202a{heading}\u202c",
    ):
        assert forbidden_heading(written) is not None


def test_every_item_found_has_a_name_for_people() -> None:
    found = {forbidden_heading(text) for texts in FORBIDDEN.values() for text in texts}

    assert found <= set(HEADING_ITEM_JA)


@pytest.mark.parametrize(
    ("cells", "item"),
    [
        (["男", "女", "女"], "sex"),
        (["34歳", "２８歳"], "age"),
        (["昭和63年2月3日", "S60.4.1"], "age"),
        (["既婚", "未婚"], "marriage"),
        (["A型", "Ｏ型"], "health"),
        (["123456789018", "123456789018"], "my_number"),
        (["123456789012", "999999999999"], None),
        (["令和9年4月1日", "令和9年5月1日"], None),
        (["男"], None),
        (["可", "不可"], None),
    ],
)
def test_cells_tell_an_item_whatever_stands_above_them(cells: list[str], item: str | None) -> None:
    assert sensitive_cells(cells) == item


@pytest.mark.parametrize("dash", ["", "-"])
def test_twelve_digits_are_a_personal_number_iff_the_last_is_the_check_digit_of_the_ordinance(dash: str) -> None:
    # 番号法施行令8条, written as weights of the 11 digits from the left
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    seen = set()
    for first in range(10**10, 10**10 + 10**9, 7_654_321):
        digits = str(first)
        remainder = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        right = 0 if remainder <= 1 else 11 - remainder
        seen.add(remainder)
        for last in range(10):
            number = dash.join((digits[:4], digits[4:8], f"{digits[8:]}{last}"))
            assert (sensitive_cells([number, number]) == "my_number") == (last == right), number
    assert seen == set(range(11))
    assert sensitive_cells([digits[:11], digits[:11]]) is None
