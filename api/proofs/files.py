"""What may be uploaded, told by its first bytes, and the same picture without what a camera wrote into it.

A photograph's EXIF says where and with what it was taken: nobody asked for that. It goes from JPEG and PNG, where it
stands in parts of its own; the picture itself stays byte for byte. What a PDF says about itself is not taken out: that
would need the file to be written anew.

References
----------
.. [1] ITU-T T.81 (JPEG), Annex B: markers and segments.
.. [2] W3C, Portable Network Graphics (PNG), third edition, section 5: chunks.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from api.proofs.errors import ProofFileError, ProofSizeError

__all__ = ["MOST_BYTES", "MediaType", "ProofFile", "read_proof_file"]

MediaType: TypeAlias = Literal["application/pdf", "image/jpeg", "image/png"]
MOST_BYTES: Final = 5 * 2**20  # a page scanned at 300 dpi is one or two of them [A]
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_KEPT_CHUNKS: Final = frozenset(  # what shows the picture; texts, times and EXIF are others
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs"}
)
_SCAN: Final = 0xDA
_WITHOUT_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_KEPT_APPS: Final = frozenset({0xE0, 0xE2, 0xEE})  # JFIF, colour profile, Adobe's colour transform


@dataclass(frozen=True)
class ProofFile:
    """A file as it is stored."""

    media_type: MediaType
    content: bytes


def read_proof_file(content: bytes) -> ProofFile:
    """The file to store.

    Raises
    ------
    ProofSizeError
        If it is larger than :data:`MOST_BYTES`.
    ProofFileError
        If its first bytes are not those of a PDF, JPEG or PNG, or its parts do not follow each other as they must.

    Examples
    --------
    >>> read_proof_file(b"%PDF-1.7 ...").media_type
    'application/pdf'
    """
    if len(content) > MOST_BYTES:
        raise ProofSizeError(len(content), MOST_BYTES)
    if content.startswith(b"%PDF-"):
        return ProofFile("application/pdf", content)
    if content.startswith(_PNG):
        return ProofFile("image/png", _PNG + b"".join(_shown_chunks(content)))
    if content.startswith(b"\xff\xd8\xff"):
        return ProofFile("image/jpeg", b"".join(_shown_segments(content)))
    raise ProofFileError("is of another kind, or empty")


def _shown_chunks(content: bytes) -> Iterator[bytes]:
    at, name = len(_PNG), b""
    while name != b"IEND":
        length, name = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        end = at + 12 + length
        chunk = content[at:end]
        if end > len(content) or zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:]):
            raise ProofFileError("is a damaged PNG")
        if name in _KEPT_CHUNKS:
            yield chunk
        at = end


def _shown_segments(content: bytes) -> Iterator[bytes]:
    yield content[:2]
    at = 2
    while content[at : at + 1] == b"\xff":
        marker = content[at + 1] if at + 1 < len(content) else 0
        if marker == 0xFF:  # a filling byte before a marker
            at += 1
            continue
        length = 0 if marker in _WITHOUT_LENGTH else int.from_bytes(content[at + 2 : at + 4])
        end = at + 2 + length
        if end + 2 > len(content) or (length < 2 and marker not in _WITHOUT_LENGTH):
            break
        if marker == _SCAN:  # from here on it is the picture itself
            yield content[at:]
            return
        if not _is_told_by_a_camera(marker):
            yield content[at:end]
        at = end
    raise ProofFileError("is a damaged JPEG")


def _is_told_by_a_camera(marker: int) -> bool:
    is_comment = marker == 0xFE
    return is_comment or (0xE0 <= marker <= 0xEF and marker not in _KEPT_APPS)
