"""Workbooks of Excel 97 that tell of cells no Excel has are refused before anything allocates them."""

from __future__ import annotations

import struct

import pytest

from features.intake import IntakeError, plan_import
from features.intake.biff import has_macros, is_locked, verified_book
from features.intake.compound import CompoundError, packed_stream, stream_names, stream_of
from features.intake.limits import Limits
from fixtures.intake.build import FOLDER
from fixtures.intake.writers import compound, xls

PLAIN = (FOLDER / "postings-excel97.xls").read_bytes()


def _patched(marker: bytes, place: int, value: bytes, *, last: bool = False) -> bytes:
    content = bytearray(PLAIN)
    begin = (PLAIN.rfind if last else PLAIN.find)(marker) + place
    content[begin : begin + len(value)] = value
    return bytes(content)


def test_dimensions_no_excel_has_are_refused() -> None:
    content = _patched(struct.pack("<HH", 0x0200, 14), 4, struct.pack("<IIHHH", 0, 0xFFFFFFFF, 0, 0xFFFF, 0))

    with pytest.raises(IntakeError, match="右下の端が遠すぎます"):
        plan_import(content, name="a.xls")


def test_a_cell_beyond_the_last_column_is_refused() -> None:
    content = _patched(struct.pack("<HH", 0x00FD, 10), 4, struct.pack("<HH", 65535, 65535), last=True)

    with pytest.raises(IntakeError, match="右下の端が遠すぎます"):
        plan_import(content, name="a.xls")


def test_a_span_of_numbers_counts_to_its_last_column() -> None:
    record = struct.pack("<HHHH", 0x00BD, 0, 5, 0) + struct.pack("<H", 3000)
    record = record[:2] + struct.pack("<H", 6) + record[4:]
    stream = stream_of(PLAIN, "Workbook")
    begin = struct.unpack_from("<I", stream, stream.find(struct.pack("<H", 0x0085)) + 4)[0]
    changed = stream[: begin + 20] + record + stream[begin + 20 :]

    with pytest.raises(IntakeError, match="3,001列"):
        verified_book(packed_stream("Workbook", changed), Limits())


def test_what_is_read_is_made_anew_of_the_stream_of_cells_alone() -> None:
    two = compound({"Workbook": stream_of(PLAIN, "Workbook"), "_VBA_PROJECT_CUR": b"no macro, invented bytes"})
    clean = verified_book(two, Limits())

    assert has_macros(two)
    assert not has_macros(clean)
    assert stream_names(clean) == {"Root Entry", "Workbook"}
    assert plan_import(two, name="a").records == plan_import(PLAIN, name="a").records
    assert "マクロが入っていますが、動かさずに表の値だけを読みました。" in plan_import(two, name="a").notes


def test_a_locked_workbook_is_seen_by_its_record() -> None:
    stream = stream_of(PLAIN, "Workbook")
    locked = stream[:20] + struct.pack("<HHHHH", 0x002F, 6, 1, 1, 1) + stream[20:]

    assert is_locked(packed_stream("Workbook", locked))
    assert not is_locked(PLAIN)
    with pytest.raises(IntakeError, match="パスワードで保護されたブックは開けません"):
        plan_import(packed_stream("Workbook", locked), name="a.xls")


@pytest.mark.parametrize("size", [1, 4096, 70_000, 1_000_000])
def test_a_stream_of_any_size_comes_back(size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)

    assert stream_of(packed_stream("Book", content[:size]), "Book")[:size] == content[:size]


def test_a_small_stream_is_read_from_small_sectors() -> None:
    small = b"small stream " * 10

    def entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
        title = (name + "\0").encode("utf-16-le")
        head = title.ljust(64, b"\0") + struct.pack("<HBBIII", len(title), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return head + bytes(36) + struct.pack("<IQ", start, size)

    # sector 0: directory; 1: table of small sectors; 2: the small sectors; 3: table of sectors
    directory = (entry("Root Entry", 5, 2, 192, 1) + entry("Book", 2, 0, len(small))).ljust(512, b"\0")
    mini_table = struct.pack("<3I", 1, 2, 0xFFFFFFFE).ljust(512, b"\xff")
    table = struct.pack("<4I", 0xFFFFFFFE, 0xFFFFFFFE, 0xFFFFFFFE, 0xFFFFFFFD).ljust(512, b"\xff")
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, 0, 0, 4096, 1, 1, 0xFFFFFFFE, 0, 3),
    )
    content = header.ljust(512, b"\xff") + directory + mini_table + small.ljust(512, b"\0") + table

    assert stream_of(content, "Book") == small


def test_a_chain_of_sectors_that_goes_round_ends() -> None:
    content = bytearray(packed_stream("Book", b"x" * 6000))
    content[-512:-508] = (0).to_bytes(4, "little")

    assert len(stream_of(bytes(content), "Book")) <= 8192


@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0", PLAIN[:600], b"PK\x03\x04" + PLAIN[4:]])
def test_bytes_that_are_no_compound_file_are_refused(content: bytes) -> None:
    with pytest.raises(CompoundError):
        stream_names(content)


def test_the_writer_of_the_corpus_and_the_reader_agree() -> None:
    content = xls("一覧", [["受付番号", "住所"], ["1", "港区"]])

    assert stream_of(content, "Workbook").find("受付番号".encode("utf-16-le")) > 0
