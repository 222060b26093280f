"""Every document of every invented office as files, printed by LibreOffice, as pictures and as text."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from api.documents.errors import DocumentError
from api.documents.kinds import Format, Material
from api.documents.registry import DOCUMENTS, write_document

__all__ = [
    "MISSING",
    "Page",
    "Word",
    "fonts_outside",
    "overlaps_of",
    "pages_of",
    "pictures_of",
    "printed_workbooks",
    "text_of",
    "words_of",
    "write_all",
]

MISSING = [
    program for program in ("soffice", "pdftotext", "pdftoppm", "pdfinfo", "pdffonts") if shutil.which(program) is None
]
"""Programs that are needed and not installed."""
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


def write_all(out: Path, case: str, material: Material, *, forms: Iterable[Format] = ("xlsx", "pdf")) -> Iterator[Path]:
    """Write each kind that the material gives into ``out``; a letter to nobody is left out."""
    for kind in DOCUMENTS.values():
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


def pages_of(pdf: Path) -> list[Page]:
    """The pages of a PDF."""
    lines = _run(["pdfinfo", "-f", "1", "-l", "9999", str(pdf)]).splitlines()
    sizes = [line.split(":", 1)[1].split() for line in lines if line.startswith("Page ") and " size:" in line]
    return [Page(round(float(size[0]) * 25.4 / 72), round(float(size[2]) * 25.4 / 72)) for size in sizes]


def text_of(pdf: Path) -> str:
    """The text of a PDF in the order it was drawn in: cell after cell."""
    return _run(["pdftotext", "-raw", str(pdf), "-"])


def overlaps_of(pdf: Path) -> list[str]:
    """Words that lie on each other: what a row was too low for hangs into the next one and is cut off there."""
    return [
        f"page {number}: {low.text} on {high.text}"
        for number, words in enumerate(words_of(pdf), start=1)
        for high, low in _overlapping(words)
    ]


def words_of(pdf: Path) -> list[list[Word]]:
    """The words of each page of a PDF and where they stand."""
    pages = _run(["pdftotext", "-bbox", str(pdf), "-"]).split("<page ")[1:]
    return [[_word(*found) for found in _WORD.findall(page)] for page in pages]


def fonts_outside(pdf: Path) -> list[str]:
    """Fonts that a PDF names and does not carry."""
    lines = _run(["pdffonts", str(pdf)]).splitlines()
    place = lines[0].index("emb")
    return [line.split()[0] for line in lines[2:] if line[place : place + 3] != "yes"]


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
