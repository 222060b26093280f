"""Every document as it is printed: A4, no cell cut off, no page without words, nothing a program would say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from api.documents.registry import DOCUMENTS
from tests.api.documents.rendered.cases import CASES
from tests.api.documents.rendered.rendering import (
    MISSING,
    Page,
    fonts_outside,
    overlaps_of,
    pages_of,
    pictures_of,
    printed_workbooks,
    text_of,
    words_of,
    write_all,
)

pytestmark = pytest.mark.slow
UPRIGHT, ACROSS = Page(210, 297), Page(297, 210)
ACROSS_ON_PAPER = {"selection-list", "handover", "reminders"}
UPRIGHT_IN_EXCEL = {"region-check", "decision-record", "briefing", "ai-notice", "suggestion-letter"}
LOOKED_AT = ("ordinary", "long", "little")
PROGRAM_WORDS = (
    "None",
    "null",
    "nan",
    "NaN",
    "True",
    "False",
    "#REF",
    "#NAME",
    "#VALUE",
    "#DIV",
    "###",
    "kaikei",
    "itaku_",
)
MOST_PAGES = {"interview-sheet": 12, "handover": 10}  # of the first, a page a member and person


class Printed:
    """Where the files and what LibreOffice printed of the workbooks are."""

    def __init__(self, papers: list[Path], books: dict[Path, Path]) -> None:
        self.papers, self.books = papers, books

    def pdfs(self) -> Iterator[tuple[str, str, Path]]:
        """Origin, kind and file of every PDF."""
        for path in self.papers:
            yield "paper", kind_of(path), path
        for book, path in self.books.items():
            yield "Excel", kind_of(book), path


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    if MISSING:
        pytest.skip(f"{', '.join(MISSING)} not installed: no document is printed and looked at")
    out = tmp_path_factory.mktemp("printed")
    written = [path for case in LOOKED_AT for path in write_all(out, case, CASES[case]())]
    (out / "excel").mkdir()
    books = printed_workbooks([path for path in written if path.suffix == ".xlsx"], out / "excel")
    return Printed([path for path in written if path.suffix == ".pdf"], books)


def kind_of(path: Path) -> str:
    return path.stem.partition("--")[2]


def letters(words: str) -> str:
    """What is compared: a printer may break lines, and fonts write a sign in several ways."""
    return re.sub(r"[^0-9A-Za-zぁ-んァ-ヶ一-龠]", "", words)


def cells_of(book: Path) -> Iterator[tuple[str, Any]]:
    read = CalamineWorkbook.from_filelike(BytesIO(book.read_bytes()))
    for name in read.sheet_names:
        for row in read.get_sheet_by_name(name).to_python():
            yield from ((name, cell) for cell in row if cell != "")


def test_every_kind_that_is_printed_was_printed(printed: Printed) -> None:
    kinds = {(form, kind) for form, kind, _ in printed.pdfs()}
    named = {"xlsx": "Excel", "pdf": "paper"}

    assert kinds == {(named[form], kind.name) for kind in DOCUMENTS.values() for form in kind.formats if form in named}


def test_every_page_is_a4_the_way_the_paper_lies(printed: Printed) -> None:
    for form, kind, path in printed.pdfs():
        pages = set(pages_of(path))
        across = kind in ACROSS_ON_PAPER if form == "paper" else kind not in UPRIGHT_IN_EXCEL
        allowed = {UPRIGHT, ACROSS} if (form, kind) == ("Excel", "selection-list") else {ACROSS if across else UPRIGHT}
        assert pages <= allowed, (path.name, form, pages)  # the list of names in the 選考一覧表 stands upright


def test_no_document_of_a_few_people_has_more_pages_than_a_folder_holds(printed: Printed) -> None:
    for _form, kind, path in printed.pdfs():
        assert 1 <= len(pages_of(path)) <= MOST_PAGES.get(kind, 8), path.name


def test_every_word_of_every_cell_is_on_paper(printed: Printed) -> None:
    for book, path in printed.books.items():
        shown = letters(text_of(path))
        for sheet, cell in cells_of(book):
            if isinstance(cell, str) and "のシートより" not in cell:
                for part in filter(None, map(letters, cell.split("\n"))):
                    assert part in shown, f"{path.name}, {sheet}: {part[:60]} was cut off"


def test_no_word_lies_on_another(printed: Printed) -> None:
    for form, _kind, path in printed.pdfs():
        assert overlaps_of(path)[:3] == [], f"{path.name} ({form})"


def test_no_page_is_without_words_and_every_one_has_its_number(printed: Printed) -> None:
    for form, kind, path in printed.pdfs():
        pages = text_of(path).split("\f")[:-1]
        for number, page in enumerate(pages, start=1):
            assert len(letters(page)) > 30, f"{path.name}: page {number} is nearly blank"
            is_letter = form == "paper" and kind.endswith("-letter") and kind != "suggestion-letter"
            assert is_letter or f"{number}/{len(pages)}" in page.replace(" ", ""), (
                f"{path.name}: page {number} has no number"
            )


def test_nothing_stands_on_paper_that_only_a_program_says(printed: Printed) -> None:
    for _form, _kind, path in printed.pdfs():
        words = text_of(path)
        found = [word for word in PROGRAM_WORDS if re.search(rf"(?<![A-Za-z]){re.escape(word)}", words)]
        assert found == [], f"{path.name} says {found}"


def test_headings_stand_on_every_page_of_a_long_list(printed: Printed, tmp_path: Path) -> None:
    (paper,) = (
        path
        for path in write_all(tmp_path, "sixty", CASES["sixty"](), forms=("pdf",))
        if kind_of(path) == "selection-list"
    )
    pages = text_of(paper).split("\f")[:-1]

    assert len(pages) > 4
    assert all(("委員" in page and "足りないところ" in page) or "確認した人" in page for page in pages)


def test_no_document_tells_a_day_as_files_do(printed: Printed) -> None:
    for _form, _kind, path in printed.pdfs():
        assert re.findall(r"(?<![-\d])20\d\d-\d\d(?:-\d\d)?(?!-?\w)", text_of(path)) == [], path.name


def test_every_paper_carries_its_fonts(printed: Printed) -> None:
    for path in printed.papers:
        assert fonts_outside(path) == [], path.name


def test_a_field_of_a_form_is_as_tall_as_its_words(printed: Printed) -> None:
    (form,) = (path for path in printed.papers if path.name == "ordinary--region-check.pdf")
    words = words_of(form)[0]
    above = next(word for word in words if "国外に住むことを示す書面" in word.text)
    below = next(word for word in words if word.text == "証明の日付")

    assert below.top - above.bottom > 4


def test_the_day_of_a_letter_stands_on_one_line_of_its_cell(printed: Printed) -> None:
    (letter,) = (path for path in printed.books.values() if path.name == "ordinary--offer-letter.pdf")

    assert "令和8年（2026年）11月20日" in [word.text for page in words_of(letter) for word in page]


def test_a_page_becomes_a_picture_with_ink_on_it(printed: Printed, tmp_path: Path) -> None:
    briefing = next(path for path in printed.papers if kind_of(path) == "briefing")
    (picture,) = pictures_of(briefing, tmp_path)

    assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size > 10_000


def test_dates_of_the_cells_are_dates(printed: Printed) -> None:
    days = [cell for book in printed.books for _, cell in cells_of(book) if isinstance(cell, date | datetime)]

    assert days and all(2000 < day.year < 2100 for day in days)
