"""Whatever a person wrote is printed as written: nothing turns it round, hides in it or comes out as a blank box."""

from __future__ import annotations

import unicodedata
from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from api.documents import templating
from api.documents.printable import MISSING_SIGN, printable, printable_values, without_emoji
from api.documents.workbook.book import workbook_of
from api.documents.workbook.sheet import Column, Formula, Paper, SheetWriter

HIDDEN = "\u202e\u2066\u200b\u00ad\ufeff\u2069"


@pytest.mark.parametrize("sign", list(HIDDEN))
def test_a_sign_that_turns_or_hides_words_is_not_printed(sign: str) -> None:
    assert printable(f"見本{sign}太郎") == "見本太郎"


def test_variants_of_kanji_and_combined_letters_stay() -> None:
    name = "葛\U000e0100城 か\u3099 𠮷野"

    assert printable(name) == without_emoji(name) == name


@pytest.mark.parametrize("emoji", ["😀", "👨\u200d👩\u200d👧\u200d👦", "👍🏽", "🇯🇵", "⛰\ufe0f", "😀😀"])
def test_what_the_font_lacks_is_one_mark(emoji: str) -> None:
    assert without_emoji(f"山{emoji}森") == f"山{MISSING_SIGN}森"


def test_signs_that_the_font_has_stay() -> None:
    assert without_emoji("★☆♪☎✓→○△×□㈱①") == "★☆♪☎✓→○△×□㈱①"


def test_every_text_of_a_printed_content_is_cleaned_and_everything_else_stays() -> None:
    content = {"a": ["x\u202ey", 1, None, {"b": "😀"}], "c": 0.5, "d": True}

    assert printable_values(content) == {"a": ["xy", 1, None, {"b": "〓"}], "c": 0.5, "d": True}


def test_no_cell_of_a_workbook_holds_a_hidden_sign() -> None:
    words = f"逆{HIDDEN}さ"

    def write(paper: Paper) -> None:
        writer = SheetWriter(paper, "表", (Column(words, 20), Column("b", 20), Column("c", 20)))
        writer.banner(words, "title")
        writer.header()
        writer.line((words, Formula("=A3", words), None))

    workbook = workbook_of("t", made=date(2026, 1, 1), footer=words, write=write)
    rows = CalamineWorkbook.from_filelike(BytesIO(workbook)).get_sheet_by_name("表").to_python()

    assert [row[0] for row in rows] == ["逆さ"] * 3 and rows[2][1] == "逆さ"
    assert not [
        sign
        for row in rows
        for cell in row
        if isinstance(cell, str)
        for sign in cell
        if unicodedata.category(sign) == "Cf"
    ]


def test_pages_show_no_hidden_sign_either() -> None:
    page = templating._environment().from_string("{{ words }}|{{ number }}")  # pyright: ignore[reportPrivateUsage]

    assert page.render(words="a\u202eb<i>", number=3) == "ab&lt;i&gt;|3"
