"""Documents of sections: the same words in Excel and on paper, and nothing a person wrote is ever a formula."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from api.documents.sectioned import (
    Facts,
    SectionedDocument,
    Table,
    TableColumn,
    Words,
    one_sheet,
    print_sections,
    sheets,
)

INJECTIONS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "{=1+1}", "http://example.invalid/x", "\tTab"]
NS = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def document(text: str = "言葉", **changes: Any) -> SectionedDocument:
    columns = (TableColumn("日", 1, "label"), TableColumn("額", 1, "number"), TableColumn("語", 3))
    content: dict[str, Any] = {
        "title": "題名",
        "lead": (f"前書き{text}",),
        "sections": (
            Words("文", (text, "二つ目"), numbered=True),
            Facts("事実", ((text, text), ("記入", ""))),
            Table("表", columns, ((date(2026, 4, 1), 1_234_567, text), (None, "未確認", text)), note=text),
            Table("空の表", columns, (), nothing="何もありません。"),
        ),
        "foot": f"基準日 2026年11月23日{text}",
        "made": date(2026, 11, 23),
    }
    return SectionedDocument(**(content | changes))


def every_cell(content: bytes) -> list[str]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return [
        str(cell)
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
        if cell != ""
    ]


def printed(content: bytes, folder: Path) -> str:
    pdftotext = shutil.which("pdftotext")
    if pdftotext is None:
        pytest.skip("pdftotext is not installed: what stands in the PDF is not read back")
    path = folder / "paper.pdf"
    path.write_bytes(content)
    return subprocess.run([pdftotext, "-layout", str(path), "-"], capture_output=True, check=True, text=True).stdout


@pytest.mark.parametrize("write", [one_sheet, sheets, print_sections])
def test_the_same_content_gives_the_same_bytes(write: Callable[[SectionedDocument], bytes]) -> None:
    assert write(document()) == write(document())


@pytest.mark.parametrize("write", [one_sheet, sheets])
def test_a_workbook_shows_every_word_and_keeps_figures_and_days_as_such(
    write: Callable[[SectionedDocument], bytes], said: Callable[[SectionedDocument], str]
) -> None:
    cells = every_cell(write(document()))

    assert "1234567.0" in cells or "1234567" in cells
    assert any(cell.startswith("2026-04-01") for cell in cells)
    told = "\n".join(cells)
    expected = [word for word in said(document()).split("\n") if word not in {"2026-04-01", "1234567", "ありません。"}]
    assert [word for word in expected if word and word not in told] == []


def test_the_paper_shows_every_word(tmp_path: Path, said: Callable[[SectionedDocument], str]) -> None:
    text = "".join(printed(print_sections(document()), tmp_path).split())

    assert "1,234,567" in text and "2026年4月1日" in text and "何もありません。" in text
    expected = [word for word in said(document()).split("\n") if word not in {"2026-04-01", "1234567", "ありません。"}]
    assert [word for word in expected if "".join(word.split()) not in text] == []


def test_the_paper_carries_its_own_japanese_font() -> None:
    content = print_sections(document())

    assert content.startswith(b"%PDF-")
    assert b"NotoSansJP" in content and b"FontFile3" in content


@pytest.mark.parametrize("write", [one_sheet, sheets])
@pytest.mark.parametrize("text", INJECTIONS)
def test_what_a_person_wrote_never_becomes_a_formula_or_a_link(
    write: Callable[[SectionedDocument], bytes], text: str
) -> None:
    content = write(document(text))

    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                root = ElementTree.fromstring(archive.read(name))
                assert root.findall(".//x:f", NS) == []
                assert root.findall(".//x:hyperlink", NS) == []


@pytest.mark.parametrize("text", ["#panic()", "$x$ *b* _i_ `c` <l> @r", "\\u{41} // /* ]", "= 見出し"])
def test_what_a_person_wrote_is_never_markup_of_the_paper(text: str, tmp_path: Path) -> None:
    assert "".join(text.split()) in "".join(printed(print_sections(document(text)), tmp_path).split())


def test_a_sheet_stands_for_each_section() -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(sheets(document())))

    assert book.sheet_names == ["文", "事実", "表", "空の表"]


def test_a_one_page_document_is_scaled_onto_one_page() -> None:
    with zipfile.ZipFile(BytesIO(one_sheet(document(is_one_page=True)))) as archive:
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    setup = root.find(".//x:pageSetup", NS)

    assert setup is not None
    assert (setup.get("paperSize"), setup.get("orientation")) == ("9", "portrait")
    assert setup.get("fitToHeight", "1") == "1"


def test_a_heading_of_the_sheet_never_stands_alone_at_the_foot_of_a_page() -> None:
    def breaks(n: int) -> list[str | None]:
        many = Facts("事実", tuple((f"項目{k}", "あり") for k in range(n)))
        content = one_sheet(document(sections=(many, Facts("次", (("項目", "あり"),)))))
        with zipfile.ZipFile(BytesIO(content)) as archive:
            root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        return [found.get("id") for found in root.findall(".//x:rowBreaks/x:brk", NS)]

    full = next(n for n in range(20, 60) if breaks(n))  # the page is full but for the second heading

    assert breaks(full) == [str(full + 3)]
    assert breaks(full - 1) == []
    (turned,) = breaks(full + 10)  # among the facts, which take the heading with them
    assert turned is not None
    assert full + 3 <= int(turned) <= full + 5


def test_facts_about_one_thing_stand_on_one_page_of_the_sheet() -> None:
    def breaks(n_before: int, n: int) -> list[str | None]:
        before = Facts("事実", tuple((f"項目{k}", "あり") for k in range(n_before)))
        one = Facts("町", tuple((f"項目{k}", "あり") for k in range(n)))
        with zipfile.ZipFile(BytesIO(one_sheet(document(sections=(before, one))))) as archive:
            root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        return [found.get("id") for found in root.findall(".//x:rowBreaks/x:brk", NS)]

    assert breaks(28, 12) == ["31"]  # its heading: title, a line under it, another heading and 28 facts stand above
    (among,) = breaks(10, 30)  # more than half of the page would stay blank
    assert among is not None and int(among) > 30


def test_words_that_stand_for_a_figure_stand_in_the_middle_of_its_column() -> None:
    columns = (TableColumn("負担", 1, "number"), TableColumn("根拠", 1))
    content = one_sheet(document(sections=(Table("表", columns, (("未確認", "公表前"), (1200, "公表"))),)))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        styles = ElementTree.fromstring(archive.read("xl/styles.xml")).findall(".//x:cellXfs/x:xf/x:alignment", NS)
    rows = root.findall(".//x:sheetData/x:row", NS)[-3:-1]  # before the line that says what made it
    first = [next(iter(row)).get("s") for row in rows]

    assert [styles[int(found or 0) - 1].get("horizontal") for found in first] == ["center", "right"]


def test_the_head_of_a_table_stands_on_every_page_of_the_sheet() -> None:
    columns = (TableColumn("項目", 1), TableColumn("数", 1, "number"))
    table = Table("表", columns, tuple((f"a{k}", k) for k in range(90)))
    content = one_sheet(document(sections=(table,)))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    breaks = [int(found.get("id", "")) for found in root.findall(".//x:rowBreaks/x:brk", NS)]
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()

    assert len(breaks) == 2
    assert [rows[first][0] for first in breaks] == ["項目", "項目"]  # a break names the row it stands above
    assert sum(row[0] == "項目" for row in rows) == 3


def test_a_heading_goes_with_the_whole_of_a_tall_first_row() -> None:
    tall = Facts("次", (("項目", "\n".join(f"・{k}つめの文" for k in range(12))),))
    many = Facts("事実", tuple((f"項目{k}", "あり") for k in range(30)))  # leaves room for a heading and a few lines
    with zipfile.ZipFile(BytesIO(one_sheet(document(sections=(many, tall))))) as archive:
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))

    assert [found.get("id") for found in root.findall(".//x:rowBreaks/x:brk", NS)] == ["33"]


def test_a_title_that_excel_refuses_as_a_name_still_names_the_sheet() -> None:
    content = one_sheet(document(title="[募集]:a/b*c?" + "長" * 60))

    assert len(CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names[0]) <= 31


def test_a_table_of_many_columns_and_a_very_long_text_keep_within_what_excel_shows() -> None:
    columns = tuple(TableColumn(str(k), 1 + 30 * (k == 0)) for k in range(20))
    table = Table("表", columns, (tuple("とても長い記述" * 300 for _ in columns),))
    with zipfile.ZipFile(BytesIO(one_sheet(document(sections=(table,))))) as archive:
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))

    assert max(float(row.get("ht", 0)) for row in root.findall(".//x:row", NS)) <= 409
