"""Every document of every invented office as files, printed by LibreOffice, as pictures and as text."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from api.documents.errors import DocumentError
from api.documents.kinds import Format, Material
from api.documents.registry import DOCUMENTS, document_kind, write_document

__all__ = [
    "MISSING",
    "Page",
    "PrintedFile",
    "Word",
    "pictures_of",
    "printed_workbooks",
    "write_all",
]

MISSING = [program for program in ("soffice", "pdftotext", "pdftoppm", "pdffonts") if shutil.which(program) is None]
"""Programs that are needed and not installed."""
_PAGE: Final = re.compile(r'^ width="([\d.]+)" height="([\d.]+)">')
_WORD: Final = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')
_SAME_LINE: Final = 0.3  # of a letter's height: signs of one line may touch
_MOST_COVERED: Final = 0.35  # lines stand closer than their letters are high


@dataclass(frozen=True)
class Page:
    """Width and height of a printed page in millimetres."""

    width: int
    height: int


@dataclass(frozen=True)
class Word:
    """A word and where it stands, in points from the upper left."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    def covers(self, other: Word) -> float:
        """The share of the smaller of two words that lies under the other."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        areas = [(one.right - one.left) * (one.bottom - one.top) for one in (self, other)]
        return max(width, 0) * max(height, 0) / (min(areas) or 1)


def write_all(
    out: Path,
    case: str,
    material: Material,
    *,
    kinds: Iterable[str] = tuple(DOCUMENTS),
    forms: Iterable[Format] = ("xlsx", "pdf"),
) -> Iterator[Path]:
    """Write each kind that the material gives into ``out``; a letter to nobody is left out."""
    for kind in map(document_kind, kinds):
        asked = material
        if kind.name == "suggestion-letter":
            asked = replace(material, applicant_id=material.records.applicants[0].applicant_id)
        for form in forms:
            if form not in kind.formats:
                continue
            path = out / f"{case}--{kind.name}.{form}"
            try:
                path.write_bytes(write_document(kind.name, form, asked))
            except DocumentError as error:
                if "record the step first" not in str(error):
                    raise
                continue
            yield path


def printed_workbooks(books: Iterable[Path], out: Path) -> dict[Path, Path]:
    """Each workbook as LibreOffice prints it, by one start of the program."""
    paths = list(books)
    command = ["soffice", f"-env:UserInstallation=file://{out}/profile", "--headless", "--convert-to", "pdf"]
    _run([*command, "--outdir", str(out), *map(str, paths)], seconds=500)
    return {path: out / f"{path.stem}.pdf" for path in paths}


class PrintedFile:
    """A PDF, read by each program once, however many ask what stands in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name

    @cached_property
    def text(self) -> str:
        """The text in the order it was drawn in: cell after cell."""
        return _run(["pdftotext", "-raw", str(self.path), "-"])

    @property
    def pages(self) -> list[Page]:
        """The pages and how large they are."""
        sizes = [found for found in map(_PAGE.match, self._boxes) if found]
        return [Page(*(round(float(points) * 25.4 / 72) for points in size.groups())) for size in sizes]

    @cached_property
    def words(self) -> list[list[Word]]:
        """The words of each page and where they stand."""
        return [[_word(*found) for found in _WORD.findall(page)] for page in self._boxes]

    def overlaps(self) -> list[str]:
        """Words that lie on each other: what a row was too low for hangs into the next one and is cut off there."""
        return [
            f"page {number}: {low.text} on {high.text}"
            for number, words in enumerate(self.words, start=1)
            for high, low in _overlapping(words)
        ]

    def fonts_outside(self) -> list[str]:
        """Fonts that it names and does not carry."""
        lines = _run(["pdffonts", str(self.path)]).splitlines()
        place = lines[0].index("emb")
        return [line.split()[0] for line in lines[2:] if line[place : place + 3] != "yes"]

    @cached_property
    def _boxes(self) -> list[str]:
        return _run(["pdftotext", "-bbox", str(self.path), "-"]).split("<page")[1:]


def _word(left: str, top: str, right: str, bottom: str, text: str) -> Word:
    return Word(float(left), float(top), float(right), float(bottom), text)


def _overlapping(words: list[Word]) -> Iterator[tuple[Word, Word]]:
    ordered = sorted(words, key=lambda word: word.top)
    for place, high in enumerate(ordered):
        for low in ordered[place + 1 :]:
            if low.top > high.bottom:
                break
            is_next_line = low.top - high.top > _SAME_LINE * (high.bottom - high.top)
            if is_next_line and high.covers(low) > _MOST_COVERED:
                yield high, low


def pictures_of(pdf: Path, out: Path, *, dpi: int = 80) -> list[Path]:
    """Each page of a PDF as a PNG."""
    _run(["pdftoppm", "-r", str(dpi), "-png", str(pdf), str(out / pdf.stem)])
    return sorted(out.glob(f"{pdf.stem}-*.png"))


def _run(command: list[str], *, seconds: int = 120) -> str:
    done = subprocess.run(command, check=True, capture_output=True, timeout=seconds)
    return done.stdout.decode()
