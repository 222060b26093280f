"""No sheet is shrunk on A4 until its type can no longer be read: at least 7 points in print."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Final
from xml.etree import ElementTree

import pytest

from api.documents.kinds import Material
from api.documents.registry import DOCUMENTS, write_document
from features.market.scored_market import read_market
from features.weights import default_weights
from tests.api.documents.rendered.cases import CASES, ON

NS: Final = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
POINTS_A_UNIT: Final = 7.0  # of a program that lacks the standard font; Excel has 6
LEAST: Final = 7.0


def printed_type(book: bytes) -> dict[str, float]:
    """Points of the smallest type of each sheet in print, from the widths of its columns and its page."""
    with zipfile.ZipFile(BytesIO(book)) as archive:
        styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
        smallest = min(float(size.get("val", "")) for size in styles.iterfind("x:fonts/x:font/x:sz", NS))
        names = ElementTree.fromstring(archive.read("xl/workbook.xml")).iterfind("x:sheets/x:sheet", NS)
        return {
            sheet.get("name", ""): smallest
            * scale_of(ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml")))
            for number, sheet in enumerate(names, start=1)
        }


def scale_of(sheet: ElementTree.Element) -> float:
    setup, margins = sheet.find("x:pageSetup", NS), sheet.find("x:pageMargins", NS)
    assert setup is not None and margins is not None and setup.get("paperSize") == "9"
    across = 842 if setup.get("orientation") == "landscape" else 595
    room = across - 72 * (float(margins.get("left", "")) + float(margins.get("right", "")))
    widths: list[float] = []
    for column in sheet.iterfind("x:cols/x:col", NS):
        n_columns = int(column.get("max", "")) - int(column.get("min", "")) + 1
        widths += [float(column.get("width", "")) * POINTS_A_UNIT] * n_columns
    breaks = [int(one.get("id", "")) for one in sheet.iterfind("x:colBreaks/x:brk", NS)]
    if breaks:
        scale = int(setup.get("scale", "100")) / 100
        bands = zip((0, *breaks), (*breaks, len(widths)), strict=True)
        assert all(sum(widths[first:end]) * scale <= room for first, end in bands), "a band runs over its page"
        return scale
    return min(1.0, room / sum(widths))


def small_of(book: bytes) -> dict[str, float]:
    return {name: round(points, 2) for name, points in printed_type(book).items() if points < LEAST}


@pytest.fixture(scope="module")
def ordinary() -> Material:
    return CASES["ordinary"]()


@pytest.mark.parametrize("name", sorted(name for name, kind in DOCUMENTS.items() if "xlsx" in kind.formats))
def test_every_sheet_can_be_read_in_print(ordinary: Material, name: str) -> None:
    person = ordinary.records.applicants[0].applicant_id
    asked = replace(ordinary, applicant_id=person) if name == "suggestion-letter" else ordinary

    assert small_of(write_document(name, "xlsx", asked)) == {}


@pytest.mark.parametrize("n_members", [1, 3, 5, 8])
def test_the_list_can_be_read_with_a_large_panel(ordinary: Material, n_members: int) -> None:
    assert small_of(write_document("selection-list", "xlsx", replace(ordinary, n_members=n_members))) == {}


def test_the_evidence_of_seven_years_can_be_read(ordinary: Material) -> None:
    records = ordinary.records
    early = records.postings[0].model_copy(update={"start_date": date(2020, 4, 1), "term_months": 80})
    found = records.model_copy(update={"postings": (early, *records.postings[1:])})
    market = read_market(found, on=ON, weights=default_weights())
    book = write_document("tax-evidence", "xlsx", replace(ordinary, market=market, placements=()))

    assert len(printed_type(book)) == 4 + 7
    assert small_of(book) == {}


def test_a_sheet_too_wide_is_found() -> None:
    sheet = ElementTree.fromstring(
        f'<worksheet xmlns="{NS["x"]}"><cols><col min="1" max="20" width="12"/></cols>'
        '<pageMargins left="0.3" right="0.3"/><pageSetup paperSize="9" orientation="landscape"/></worksheet>'
    )

    assert 9 * scale_of(sheet) < LEAST
