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

from api.documents import ranking_workbook
from api.documents.registry import DOCUMENTS
from tests.api.documents.conftest import PROVENANCE, TITLES, posting_at, ranking_of
from tests.api.documents.rendered.cases import CASES
from tests.api.documents.rendered.rendering import (
    MISSING,
    Page,
    PrintedFile,
    pictures_of,
    printed_workbooks,
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
EIGHT = "eight--selection-list.xlsx"  # of a ranking that came from elsewhere
MOST_PAGES = {"interview-sheet": 12, "handover": 10}  # of the first, a page a member and person


class Printed:
    """The files and what LibreOffice printed of the workbooks."""

    def __init__(self, papers: list[Path], books: dict[Path, Path]) -> None:
        self.papers = list(map(PrintedFile, papers))
        self.books = {book: PrintedFile(path) for book, path in books.items()}

    def pdfs(self) -> Iterator[tuple[str, str, PrintedFile]]:
        """Origin, kind and file of every PDF."""
        for paper in self.papers:
            yield "paper", kind_of(paper.path), paper
        for book, printed in self.books.items():
            yield "Excel", kind_of(book), printed


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    if MISSING:
        pytest.skip(f"{', '.join(MISSING)} not installed: no document is printed and looked at")
    out = tmp_path_factory.mktemp("printed")
    written = [path for case in LOOKED_AT for path in write_all(out, case, CASES[case]())]
    written.append(out / EIGHT)
    book = ranking_workbook(
        ranking_of(8), posting=posting_at("01459", "p-459-01"), titles=TITLES, provenance=PROVENANCE
    )
    written[-1].write_bytes(book)
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
    for form, kind, file in printed.pdfs():
        pages = set(file.pages)
        across = kind in ACROSS_ON_PAPER if form == "paper" else kind not in UPRIGHT_IN_EXCEL
        allowed = {UPRIGHT, ACROSS} if (form, kind) == ("Excel", "selection-list") else {ACROSS if across else UPRIGHT}
        assert pages <= allowed, (file.name, form, pages)  # the list of names in the 選考一覧表 stands upright


def test_no_document_of_a_few_people_has_more_pages_than_a_folder_holds(printed: Printed) -> None:
    for _form, kind, file in printed.pdfs():
        assert 1 <= len(file.pages) <= MOST_PAGES.get(kind, 8), file.name


def test_every_word_of_every_cell_is_on_paper(printed: Printed) -> None:
    for book, file in printed.books.items():
        shown = letters(file.text)
        for sheet, cell in cells_of(book):
            if isinstance(cell, str) and "のシートより" not in cell:
                for part in filter(None, map(letters, cell.split("\n"))):
                    assert part in shown, f"{file.name}, {sheet}: {part[:60]} was cut off"


def test_every_applicant_of_a_ranking_is_on_paper(printed: Printed) -> None:
    (text,) = (file.text for book, file in printed.books.items() if book.name == EIGHT)

    assert all(candidate["applicant_id"] in text for candidate in ranking_of(8)["candidates"])
    assert "選考一覧表" in text


def test_no_word_lies_on_another(printed: Printed) -> None:
    for form, _kind, file in printed.pdfs():
        assert file.overlaps()[:3] == [], f"{file.name} ({form})"


def test_no_page_is_without_words_and_every_one_has_its_number(printed: Printed) -> None:
    for form, kind, file in printed.pdfs():
        pages = file.text.split("\f")[:-1]
        for number, page in enumerate(pages, start=1):
            assert len(letters(page)) > 30, f"{file.name}: page {number} is nearly blank"
            is_letter = form == "paper" and kind.endswith("-letter") and kind != "suggestion-letter"
            assert is_letter or f"{number}/{len(pages)}" in page.replace(" ", ""), (
                f"{file.name}: page {number} has no number"
            )


def test_nothing_stands_on_paper_that_only_a_program_says(printed: Printed) -> None:
    for _form, _kind, file in printed.pdfs():
        words = file.text
        found = [word for word in PROGRAM_WORDS if re.search(rf"(?<![A-Za-z]){re.escape(word)}", words)]
        assert found == [], f"{file.name} says {found}"


def test_headings_stand_on_every_page_of_a_long_list(printed: Printed, tmp_path: Path) -> None:
    (paper,) = write_all(tmp_path, "sixty", CASES["sixty"](), kinds=["selection-list"], forms=["pdf"])
    pages = PrintedFile(paper).text.split("\f")[:-1]

    assert len(pages) > 4
    assert all(("委員" in page and "足りないところ" in page) or "確認した人" in page for page in pages)


def test_no_document_tells_a_day_as_files_do(printed: Printed) -> None:
    for _form, _kind, file in printed.pdfs():
        assert re.findall(r"(?<![-\d])20\d\d-\d\d(?:-\d\d)?(?!-?\w)", file.text) == [], file.name


def test_every_paper_carries_its_fonts(printed: Printed) -> None:
    for paper in printed.papers:
        assert paper.fonts_outside() == [], paper.name


def test_a_field_of_a_form_is_as_tall_as_its_words(printed: Printed) -> None:
    (form,) = (paper for paper in printed.papers if paper.name == "ordinary--region-check.pdf")
    words = form.words[0]
    above = next(word for word in words if "国外に住むことを示す書面" in word.text)
    below = next(word for word in words if word.text == "証明の日付")

    assert below.top - above.bottom > 4


def test_the_day_of_a_letter_stands_on_one_line_of_its_cell(printed: Printed) -> None:
    (letter,) = (file for file in printed.books.values() if file.name == "ordinary--offer-letter.pdf")

    assert "令和8年（2026年）11月20日" in [word.text for page in letter.words for word in page]


def test_a_page_becomes_a_picture_with_ink_on_it(printed: Printed, tmp_path: Path) -> None:
    briefing = next(paper.path for paper in printed.papers if kind_of(paper.path) == "briefing")
    (picture,) = pictures_of(briefing, tmp_path)

    assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size > 10_000


def test_dates_of_the_cells_are_dates(printed: Printed) -> None:
    days = [cell for book in printed.books for _, cell in cells_of(book) if isinstance(cell, date | datetime)]

    assert days and all(2000 < day.year < 2100 for day in days)
