"""A file is told by its bytes; what a camera wrote into it goes, the picture stays byte for byte."""

from __future__ import annotations

import struct
import zlib

import pytest

from api.proofs.errors import ProofFileError, ProofSizeError
from api.proofs.files import MOST_BYTES, read_proof_file


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


EXIF = b"Exif\0\0GPS 43.3N 142.6E"
SCAN = segment(0xDA, b"\x01\x01\x00") + b"\x11\x22\xff\x00\x33" + b"\xff\xd9"
FRAME = segment(0xE0, b"JFIF\0") + segment(0xDB, b"table") + segment(0xC0, b"frame")
JPEG = b"\xff\xd8" + FRAME + SCAN
HEAD, BODY = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)), chunk(b"IDAT", zlib.compress(b"\0\1\2\3"))
PNG = b"\x89PNG\r\n\x1a\n" + HEAD + BODY + chunk(b"IEND", b"")


def test_a_jpeg_loses_what_the_camera_told_and_nothing_else() -> None:
    told = b"\xff\xd8" + segment(0xE1, EXIF) + FRAME + segment(0xFE, b"taken at home") + segment(0xED, b"IPTC") + SCAN
    assert read_proof_file(told).content == JPEG
    assert read_proof_file(JPEG).content == JPEG


def test_a_png_loses_what_the_camera_told_and_nothing_else() -> None:
    told = (
        PNG[:8]
        + HEAD
        + chunk(b"eXIf", EXIF)
        + chunk(b"tEXt", b"Author\0x")
        + chunk(b"tIME", b"1234567")
        + PNG[8 + len(HEAD) :]
    )
    assert read_proof_file(told).content == PNG
    assert read_proof_file(PNG + b"hidden after the end").content == PNG


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "is of another kind, or empty"),
        (b"PK\x03\x04 a workbook", "is of another kind, or empty"),
        (b"<html><script>alert(1)</script>", "is of another kind, or empty"),
        (b"GIF89a", "is of another kind, or empty"),
        (JPEG[: len(JPEG) - len(SCAN)], "is a damaged JPEG"),
        (b"\xff\xd8\xff", "is a damaged JPEG"),
        (b"\xff\xd8\xff\xe1\x00\x00" + b"x" * 20, "is a damaged JPEG"),
        (b"\xff\xd8\xff\xe1\xff\xff" + b"x" * 20, "is a damaged JPEG"),
        (PNG[:-5], "is a damaged PNG"),
        (PNG.replace(b"IDAT", b"IDAX"), "is a damaged PNG"),
        (PNG[:8] + b"\xff\xff\xff\xff" + PNG[12:], "is a damaged PNG"),
        (PNG[:8], "is a damaged PNG"),
    ],
)
def test_another_file_is_refused_with_the_reason(content: bytes, fault: str) -> None:
    with pytest.raises(ProofFileError) as refused:
        read_proof_file(content)
    assert refused.value.detail == f"the file {fault}; send a PDF, JPEG or PNG"


def test_every_cut_of_a_picture_ends_in_an_answer() -> None:
    told = b"\xff\xd8" + segment(0xE1, EXIF) + FRAME + SCAN
    for whole in (told, PNG):
        for end in range(len(whole)):
            try:
                assert len(read_proof_file(whole[:end]).content) <= end
            except ProofFileError:
                continue


def test_a_file_that_is_too_large_is_refused_with_its_size() -> None:
    with pytest.raises(ProofSizeError) as refused:
        read_proof_file(b"%PDF-" + bytes(MOST_BYTES))
    assert refused.value.detail.startswith(f"the file has {MOST_BYTES + 5} bytes, expected at most {MOST_BYTES}")
