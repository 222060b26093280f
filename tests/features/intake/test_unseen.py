"""What a file holds and nobody sees: marks, hidden rows, formulas without values, another kind, people who moved."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from datetime import date, datetime

import pytest

from features.intake import ImportOptions, ImportPlan, IntakeError, plan_import
from features.intake.biff import facts_of_book
from features.intake.compound import packed_stream, stream_of
from features.intake.euc_of_windows import euc_of_windows
from features.intake.sheet import Cell, SheetFacts
from features.intake.sheet_facts import facts_of_sheets
from features.intake.values import READERS, About, Read
from features.records import Records
from fixtures.intake.build import FOLDER

HEAD = "氏名,住所,志望動機\n"


def _plan(text: str, *, known: Records | None = None, key: bytes = b"") -> ImportPlan:
    return plan_import(text.encode(), name="a.csv", options=ImportOptions(known=known or Records(), id_key=key))


@pytest.mark.parametrize("mark", ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad"])
def test_a_mark_nobody_sees_makes_no_other_id(mark: str) -> None:
    found = READERS["identifier"](f"R8{mark}-1", About())

    assert isinstance(found, Read)
    assert found.value == "R8-1"


@pytest.mark.parametrize("mark", ["\u202e", "\u202d", "\u2067", "\u200f"])
def test_an_id_that_is_not_what_it_looks_like_is_refused(mark: str) -> None:
    assert READERS["identifier"](f"{mark}1-8R", About()).code == "id_unseen_marks"
    assert READERS["identifiers"](f"a、{mark}1-8R", About()).code == "id_unseen_marks"


@pytest.mark.parametrize(
    ("cell", "code"),
    [(datetime(2026, 1, 2), "id_as_date"), (date(2026, 1, 2), "id_as_date"), (1.2345678901234567e19, "id_digits_lost")],
)
def test_an_id_that_excel_changed_is_refused(cell: Cell, code: str) -> None:
    assert READERS["identifier"](cell, About()).code == code


def test_two_ids_that_differ_by_an_unseen_mark_are_one_id_twice() -> None:
    plan = _plan("受付番号,住所\nA1,大阪市北区\nA\u200b1,東京都港区")

    assert [(issue.row, issue.code) for issue in plan.refused] == [(2, "id_twice"), (3, "id_twice")]


@pytest.mark.parametrize("key", [b"", b"office"])
def test_a_person_of_the_same_name_elsewhere_is_pointed_out_with_the_known_id(key: bytes) -> None:
    before = _plan(HEAD + "架空花子,東京都世田谷区,森で働きたい。\n見本太郎,大阪市北区,海で働きたい。", key=key)
    rows = (
        "架空花子,長野県松本市,森で働きたい。",
        "見本太郎,大阪市北区,海で働きたい。",
        "例示海,福岡市,川で働きたい。",
    )
    after = _plan(HEAD + "\n".join(rows), known=before.records, key=key)

    assert after.counts() == {"new": 2, "changed": 0, "unchanged": 1, "refused_rows": 0, "skipped_rows": 0}
    said = [issue for issue in after.remarks if issue.code == "namesake_known"]
    assert [(issue.row, issue.column, issue.candidates) for issue in said] == [
        (2, "B", (before.records.applicants[0].applicant_id,))
    ]
    assert "候補" in said[0].mend
    assert "candidates" not in said[0].to_json(with_values=False)


def test_a_kana_that_was_not_told_before_hides_no_namesake() -> None:
    before = _plan(HEAD + "架空花子,東京都世田谷区,森で働きたい。")
    after = _plan(
        "氏名,ふりがな,住所,志望動機\n架空花子,かくうはなこ,長野県松本市,森で働きたい。", known=before.records
    )

    assert [issue.candidates for issue in after.remarks if issue.code == "namesake_known"] == [
        (before.records.applicants[0].applicant_id,)
    ]


def test_nobody_is_compared_by_a_name_who_is_known_by_a_mail_address() -> None:
    before = _plan(HEAD + "架空花子,東京都世田谷区,森で働きたい。")
    after = _plan(
        "氏名,メールアドレス,住所,志望動機\n架空花子,h@example.jp,長野県松本市,森で働きたい。", known=before.records
    )

    assert [issue.code for issue in after.remarks if issue.code == "namesake_known"] == []


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><table>", "HTML"),
        (b"<table border=1><tr><td>a</td></tr></table>", "HTML"),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="a">', "Excel 2003"),
        (b'[{"a": 1}]', "JSON"),
        (b"{}", "JSON"),
        (b"{\\rtf1 a}", "リッチテキスト"),
        (b"\xff\xd8\xff\xe0", "画像"),
        (b"PK\x03\x04" + bytes(26) + b"word/document.xml", "Word"),
    ],
)
def test_a_file_of_another_kind_is_told_what_it_is(content: bytes, what: str) -> None:
    with pytest.raises(IntakeError, match="中身は") as caught:
        plan_import(content, name="応募者.xlsx")

    assert what in caught.value.reason
    assert caught.value.mend


def _book(sheet: bytes, prefix: str = "", *, times: int = 1) -> bytes:
    file, at = io.BytesIO(), f"{prefix}:" if prefix else ""
    names = "".join(f'<{at}sheet name="応募 &amp; 者{n or ""}" sheetId="9" r:id="rId3"/>' for n in range(times))
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", f"<{at}workbook>{names}</{at}workbook>")
        archive.writestr(
            "xl/_rels/workbook.xml.rels", "<Relationships><Relationship Target='/xl/worksheets/s7.xml' Id='rId3'/>"
        )
        archive.writestr("xl/worksheets/s7.xml", sheet)
    return file.getvalue()


def test_hidden_rows_and_columns_are_counted_by_sheet() -> None:
    sheet = b"<cols><col min='2' max='3' hidden='1'/><col min='9' max='16384' hidden='1'/></cols>"
    sheet += b'<row r="1"/><row r="2" hidden="1"/><row hidden="true" r="3"><c/></row>'

    assert facts_of_sheets(_book(sheet)) == {"応募 & 者": SheetFacts(2, (1, 2))}


def test_a_tag_of_megabytes_and_a_part_named_many_times_are_read_once() -> None:
    sheet = b'<col min="1" max="2" ' + b'hidden="1" ' * 200_000 + b"<row " + b"r" * 2_000_000
    started = time.process_time()

    assert facts_of_sheets(_book(sheet, times=5_000)) == {}
    assert time.process_time() - started < 3


def test_sheets_of_excel_97_in_one_place_are_refused() -> None:
    record = struct.pack("<HH", 0x0001, 0)
    bound = struct.pack("<HHI", 0x0085, 8, 0) + bytes(4)
    stream = bound * 500 + record * 5_000 + struct.pack("<HH", 0x000A, 0)

    assert facts_of_book(packed_stream("Workbook", stream)) == {}
    with pytest.raises(IntakeError, match="壊れています"):
        plan_import(packed_stream("Workbook", stream), name="a.xls")


@pytest.mark.parametrize("prefix", ["", "x"])
def test_a_formula_without_a_value_is_told_by_its_place(prefix: str) -> None:
    at = f"{prefix}:" if prefix else ""
    cells = (
        f'<{at}c r="A2"><{at}f>1+1</{at}f></{at}c>'
        f'<{at}c r="B2" s="3"><{at}f t="shared" si="0"/><{at}v></{at}v></{at}c>'
        f'<{at}c r="AB3"><{at}f>A1</{at}f><{at}v/></{at}c>'
        f'<{at}c r="D2"><{at}f>A1</{at}f><{at}v>2</{at}v></{at}c>'
        f'<{at}c r="E2" t="str"><{at}f>A1</{at}f><{at}v></{at}v></{at}c><{at}c r="F2"/>'
    )

    found = facts_of_sheets(_book(cells.encode(), prefix))
    assert found["応募 & 者"].without_value == frozenset({(1, 0), (1, 1), (2, 27)})


def test_hidden_rows_and_columns_of_excel_97_are_told_by_sheet() -> None:
    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    title = "応募".encode("utf-16-le")
    head = record(0x0809, bytes(16))
    begin = len(head) + 4 + 8 + len(title) + 4
    bound = record(0x0085, struct.pack("<IBBBB", begin, 0, 0, 2, 1) + title) + record(0x000A, b"")
    # 13-255 is hidden to the end of the sheet; a width of some columns hides none; a short record tells nothing
    columns = [
        record(0x007D, struct.pack("<HHHHHH", first, last, 2_048, 15, flags, 0))
        for first, last, flags in ((1, 2, 1), (4, 4, 0x1001), (6, 9, 0), (13, 255, 1), (9, 7, 1))
    ]
    rows = [
        record(0x0208, struct.pack("<HHHHIHH", n, 0, 6, 255, 0, flags, 0)) for n, flags in enumerate((0, 0x20, 0x120))
    ]
    short = record(0x007D, struct.pack("<HH", 0, 0))
    stream = head + bound + record(0x0809, bytes(16)) + b"".join([*columns, short, *rows]) + record(0x000A, b"")

    assert facts_of_book(packed_stream("Workbook", stream)) == {"応募": SheetFacts(2, (1, 2, 4))}
    assert facts_of_book(b"no workbook") == {}


def test_a_hidden_column_of_excel_97_is_read_and_named() -> None:
    plain = (FOLDER / "applicants-excel97.xls").read_bytes()
    stream = stream_of(plain, "Workbook")
    begin = struct.unpack_from("<I", stream, stream.find(struct.pack("<H", 0x0085)) + 4)[0]
    hides = struct.pack("<HHHHHHHH", 0x007D, 12, 1, 1, 2_048, 15, 1, 0)  # column B
    hidden = plan_import(packed_stream("Workbook", stream[: begin + 20] + hides + stream[begin + 20 :]), name="a.xls")

    assert "非表示になっている列も読みました: B" in hidden.notes
    assert hidden.records == plan_import(plain, name="a.xls").records


def test_the_writing_of_windows_is_the_same_where_the_standard_has_the_character() -> None:
    text = "受付番号,氏名\r\n1,架空　花子、ｱｲｳ・カナー"

    assert euc_of_windows(text.encode("euc_jp")) == text
    assert euc_of_windows(b"\xfc\xe2\xad\xa1") == "髙①"
    assert euc_of_windows("表".encode("cp932")) is None


def test_columns_that_changed_places_are_told_once_where_no_row_is_refused_for_them() -> None:
    head = "受付番号,住所,メールアドレス,電話番号\n"
    rows = [f"S{n},大阪市北区,090-0000-000{n},s{n}@example.jp" for n in range(1, 7)]
    plan = _plan(head + "\n".join(rows))

    swapped = [note for note in plan.notes if "入れ替わっているようです" in note]
    assert len(swapped) == 1
    assert len([issue for issue in plan.remarks if issue.code == "columns_swapped"]) == 0
