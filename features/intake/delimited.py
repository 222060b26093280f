"""Text files of cells: which writing, which mark between the cells."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from features.intake.errors import IntakeError
from features.intake.euc_of_windows import euc_of_windows
from features.intake.limits import Limits
from features.intake.sheet import Cell, Sheet

__all__ = ["Decoded", "decoded", "open_delimited"]

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS: Final = (",", "\t", ";", "|")
_SAMPLE: Final = 60
# half-width kana and characters that hardly anybody writes: what one writing looks like when read as the other
_ODD: Final = re.compile(r"[\uff61-\uff9f\u0080-\u00ff\ue000-\uf8ff\u2500-\u257f\u0400-\u04ff\u0370-\u03ff]")
_KANA: Final = re.compile(r"[ぁ-んァ-ヶー]")
_JAPANESE: Final = re.compile(r"[ぁ-んァ-ヶー一-龠]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Decoded(NamedTuple):
    """The text of a file and the name of its writing."""

    text: str
    encoding: str


def decoded(content: bytes) -> Decoded:
    r"""The text of a file, whichever writing offices use it is in.

    A mark at the front decides; then UTF-16 without one, ISO-2022-JP, UTF-8; of CP932 and EUC-JP the one in which
    fewer characters are odd and more are kana. ① and ㈱ in EUC-JP are those of Windows.

    Raises
    ------
    IntakeError
        If no writing fits the whole file.

    Examples
    --------
    >>> text = "氏名,住所\r\n架空 花子,港区"
    >>> [decoded(text.encode(name)).encoding for name in ("cp932", "euc_jp", "utf-16", "utf-8")]
    ['cp932', 'euc_jp', 'utf-16', 'utf-8']
    """
    name = _marked(content) or _unmarked_utf16(content)
    if name is None and b"\x1b$" in content[:4096]:
        name = "iso2022_jp"
    if name is not None:
        return Decoded(_strict(content, name), name)
    found = [Decoded(text, name) for name in ("utf-8", "cp932", "euc_jp") if (text := _read(content, name)) is not None]
    if all(one.encoding == "cp932" for one in found) and (text := euc_of_windows(content)) is not None:
        found.append(Decoded(text, "eucjp-ms"))
    if not found:
        raise _unreadable(content)
    best = found[0] if found[0].encoding == "utf-8" else min(found, key=_oddness)
    if _CONTROL.search(best.text):
        raise IntakeError(
            "表のファイルではありません（文字でない内容が入っています）。",
            mend="Excel ブック（.xlsx）か CSV を選んでください。",
        )
    return best


def open_delimited(content: bytes, *, name: str, limits: Limits) -> tuple[Sheet, str]:
    """The one sheet of a text file, and its writing.

    Raises
    ------
    IntakeError
        If no writing fits, a quoted cell never ends, or the file goes beyond ``limits``.
    """
    text, encoding = decoded(content)
    _verify_not_garbled(text)
    delimiter = _delimiter(text)

    def rows() -> Iterator[Sequence[Cell]]:
        # strict: a quote that never closes would swallow the rest of the file into one cell
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        try:
            for number, row in enumerate(reader, 1):
                _verify_size(number, row, limits)
                yield row
        except csv.Error:
            raise IntakeError(
                f'CSV の{reader.line_num:,}行目で、引用符（"）の対応が合わないか、長すぎるマスがあります。',
                mend="その行の引用符を確かめるか、Excel で開いて .xlsx に保存し直してください。",
            ) from None

    return Sheet(name, rows), encoding


def _verify_size(number: int, row: Sequence[str], limits: Limits) -> None:
    if number > limits.rows or len(row) > limits.columns:
        raise IntakeError(
            f"CSV が大きすぎます（読めるのは{limits.rows - 100:,}行 × {limits.columns}列まで）。",
            mend="ファイルを分けて取り込んでください。",
        )


def _marked(content: bytes) -> str | None:
    return next((name for mark, name in _MARKS if content.startswith(mark)), None)


def _unmarked_utf16(content: bytes) -> str | None:
    head = content[:400]
    if len(head) < 4:
        return None
    for name, begin in (("utf-16-le", 1), ("utf-16-be", 0)):
        places = head[begin::2]
        # ASCII and kana have a small upper byte: 00, 30, ff
        if sum(byte in (0x00, 0x30, 0xFF) for byte in places) > 0.3 * len(places) and 0 in places:
            return name
    return None


def _read(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except UnicodeDecodeError:
        return None


def _strict(content: bytes, name: str) -> str:
    text = _read(content, name)
    if text is None:
        raise _unreadable(content)
    return text


def _oddness(found: Decoded) -> float:
    sample = found.text[:20_000]
    return (len(_ODD.findall(sample)) - 0.5 * len(_KANA.findall(sample))) / max(len(sample), 1)


def _unreadable(content: bytes) -> IntakeError:
    line = 1
    try:
        content.decode("cp932")
    except UnicodeDecodeError as error:
        line += content.count(b"\n", 0, error.start)
    return IntakeError(
        f"文字コードが分かりません（{line:,}行目に読めない文字があります）。",
        mend="Excel で開いて .xlsx に保存し直すか、「CSV UTF-8（コンマ区切り）」で保存し直してください。",
    )


def _verify_not_garbled(text: str) -> None:
    """Refuse UTF-8 that was once read as CP932 and saved so: it decodes, and means nothing."""
    for line in text[:4000].splitlines()[:20]:
        # characters that were lost on the way are left out; Japanese read so gives hardly any by accident
        again = line.encode("cp932", "ignore").decode("utf-8", "ignore")
        if len(found := _JAPANESE.findall(again)) >= 3 and len(found) > 0.2 * len(line):
            raise IntakeError(
                "文字化けしたまま保存されたファイルです。",
                mend="元のファイルを、文字コードに UTF-8 を選んで開き直してから保存してください。",
            )


def _delimiter(text: str) -> str:
    """The mark that cuts most of the first rows into the same number of cells, more than one."""
    scores = {mark: _evenness(text, mark) for mark in _DELIMITERS}
    return max(_DELIMITERS, key=lambda mark: scores[mark])


def _evenness(text: str, mark: str) -> tuple[float, int]:
    try:
        rows = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=mark)
        widths = [len(row) for row in islice(rows, _SAMPLE) if row]
    except csv.Error:
        return 0.0, 0
    if not widths or max(widths) < 2:
        return 0.0, 0
    usual = max(set(widths), key=lambda width: (widths.count(width), width))
    return (widths.count(usual) / len(widths) if usual > 1 else 0.0), usual
