"""Every kind of document in every format: what holds for all of them."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from api.documents import DocumentError
from api.documents.kinds import Material
from api.documents.registry import DOCUMENTS, document_kind, verify_kind, write_document
from tests.api.documents.office.conftest import PRIVATE, Json, market_of, records

Make = Callable[..., Material]
OFFICE = (
    "selection-list",
    "interview-sheet",
    "region-check",
    "decision-record",
    "offer-letter",
    "not-chosen-letter",
    "interview-letter",
)
SAID = {
    "selection-list": ("普通自動車免許", "a4"),
    "interview-sheet": ("仕事に関係のない事項を含む応募書類の使用", "聞いて、分かる言葉で答えている"),
    "region-check": ("北海道下川町（01468）", "証明の種類"),
    "decision-record": ("間伐の経験を面接で確かめた。", "2番目／4人中"),
    "offer-letter": ("会計年度任用職員として任用する方",),
    "not-chosen-letter": ("このたびの募集では採用に至りませんでした",),
    "interview-letter": ("令和8年（2026年）12月5日（土）13時30分から（45分ほど）",),
}
XLSX = [(name, "xlsx") for name in OFFICE]
PDF = [(name, "pdf") for name in OFFICE]
# words that judge a person, and words of exclusion: none may stand in a paper that may be disclosed
VALUING = re.compile(
    "優秀|劣[るっ等]|無能|不適格|失格|不合格|落選|残念|人柄がよ|性格|若[いく]|高齢者?の応募|男性|女性|独身|主婦|外国人|"
    "見劣り|期待外れ|問題のある|使えない|やる気"
)
INJECTIONS = ("=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "{=1+1}", "#panic()", '"]; #read("/etc/passwd")')


def texts_of_workbook(content: bytes) -> str:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return "\n".join(ElementTree.fromstring(archive.read("xl/sharedStrings.xml")).itertext())


def formulas_of_workbook(content: bytes) -> list[str]:
    found: list[str] = []
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                found += re.findall(r"<f>([^<]*)</f>", archive.read(name).decode())
    return found


@pytest.fixture
def text_of_pdf(tmp_path: Path) -> Callable[[bytes], str]:
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("pdftotext is not installed: the text of the PDF is not read")

    def read(content: bytes) -> str:
        (tmp_path / "read.pdf").write_bytes(content)
        command = [reader, "-layout", "read.pdf", "-"]
        return subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60).stdout.decode()

    return read


def test_the_kinds_of_an_office_are_registered_with_their_formats() -> None:
    assert {name: DOCUMENTS[name].formats for name in OFFICE} == dict.fromkeys(OFFICE, ("xlsx", "pdf"))
    assert DOCUMENTS["interview-dates"].formats == ("ics",)
    assert all(kind.name == name for name, kind in DOCUMENTS.items())


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(DocumentError, match="document is menu, expected one of selection-list, interview-sheet, "):
        document_kind("menu")


@pytest.mark.parametrize(("form", "told"), [("docx", "docx"), ("", "not named"), ("ics", "ics")])
def test_an_unknown_format_is_refused_with_the_known_ones(form: str, told: str) -> None:
    with pytest.raises(DocumentError, match=f"format of selection-list is {told}, expected one of xlsx, pdf"):
        verify_kind("selection-list", form)


def test_what_a_kind_needs_is_named(material: Make) -> None:
    with pytest.raises(DocumentError, match="document interview-letter needs posting and interviews"):
        write_document("interview-letter", "pdf", material(posting_id=None, interviews=()))


def test_an_unknown_posting_or_applicant_is_named(material: Make) -> None:
    with pytest.raises(DocumentError, match="posting p9 is in none of the records"):
        write_document("selection-list", "pdf", material(posting_id="p9"))
    with pytest.raises(DocumentError, match="applicant a9 has no application to posting p1"):
        write_document("region-check", "pdf", material(applicant_id="a9"))


def test_a_list_for_reading_is_about_everybody_and_never_longer_than_anybody_reads(
    material: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DocumentError, match="document selection-list is about everybody, expected no applicant"):
        write_document("selection-list", "xlsx", material(applicant_id="a1"))
    monkeypatch.setattr("api.documents.selection_list.kind.MOST_ROWS", 1)
    with pytest.raises(DocumentError, match="posting p1 has more than 1 candidates; give a file with applications"):
        write_document("selection-list", "pdf", material())


@pytest.mark.parametrize(("name", "form"), [*XLSX, *PDF, ("interview-dates", "ics")])
def test_the_same_material_gives_the_same_bytes(material: Make, name: str, form: str) -> None:
    assert write_document(name, form, material()) == write_document(name, form, material())


@pytest.mark.parametrize("name", OFFICE)
def test_no_private_wish_enters_a_paper_for_an_office(
    material: Make, text_of_pdf: Callable[[bytes], str], name: str
) -> None:
    whole = texts_of_workbook(write_document(name, "xlsx", material()))
    whole += text_of_pdf(write_document(name, "pdf", material()))

    assert not [secret for secret in ("沖縄県", "187,654", "187654", "77分") if secret in whole]
    assert PRIVATE["regions_wanted"] == ["沖縄県"]


@pytest.mark.parametrize("name", OFFICE)
def test_a_private_wish_changes_no_word_but_the_digest_of_what_was_read(material: Make, name: str) -> None:
    quiet = [
        one | {"private_preferences": {}} for one in records().model_dump(mode="json", exclude_unset=True)["applicants"]
    ]
    papers = [
        texts_of_workbook(write_document(name, "xlsx", material(market=market)))
        for market in (market_of(records(applicants=quiet)), market_of(records()))
    ]

    assert re.sub("[0-9a-f]{12}", "", papers[0]) == re.sub("[0-9a-f]{12}", "", papers[1])


@pytest.mark.parametrize("name", OFFICE)
def test_no_paper_holds_a_word_that_judges_a_person(material: Make, name: str) -> None:
    assert VALUING.findall(texts_of_workbook(write_document(name, "xlsx", material()))) == []


def test_the_list_of_judging_words_finds_them() -> None:
    assert VALUING.findall("若いので優秀、残念ながら不合格") == ["若い", "優秀", "残念", "不合格"]


@pytest.mark.parametrize("name", OFFICE)
def test_excel_and_paper_say_the_same_words(material: Make, text_of_pdf: Callable[[bytes], str], name: str) -> None:
    printed = re.sub(r"\s", "", text_of_pdf(write_document(name, "pdf", material())))
    written = re.sub(r"\s", "", texts_of_workbook(write_document(name, "xlsx", material())))

    for words in ("森づくりの担い手", *SAID.get(name, ())):
        assert words in printed
        assert words in written


@pytest.mark.parametrize("name", OFFICE)
def test_every_font_of_a_pdf_is_embedded(material: Make, tmp_path: Path, name: str) -> None:
    lister = shutil.which("pdffonts")
    if lister is None:
        pytest.skip("pdffonts is not installed: fonts are not listed")
    (tmp_path / "fonts.pdf").write_bytes(write_document(name, "pdf", material()))
    listed = subprocess.run([lister, "fonts.pdf"], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    rows = listed.stdout.decode().splitlines()[2:]

    assert rows
    assert all(re.search(r"NotoSansJP.* yes yes yes ", row) for row in rows), rows


@pytest.mark.parametrize("name", OFFICE)
@pytest.mark.parametrize("text", INJECTIONS)
def test_what_a_person_wrote_becomes_neither_formula_nor_markup(
    material: Make, decisions: Any, name: str, text: str
) -> None:
    content: Json = records().model_dump(mode="json", exclude_unset=True)
    content["postings"][0]["title"] = text
    content["postings"][0]["required_licences"] = [text]
    hostile = material(
        market=market_of(records(postings=content["postings"])),
        names=dict.fromkeys(("a1", "a2", "a3", "a4"), text),
        decisions=tuple(one.model_copy(update={"reason": text}) for one in decisions),
    )

    workbook = write_document(name, "xlsx", hostile)

    assert text in texts_of_workbook(workbook)
    assert all(text not in formula for formula in formulas_of_workbook(workbook))
    assert write_document(name, "pdf", hostile).startswith(b"%PDF")
