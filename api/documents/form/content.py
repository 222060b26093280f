"""What stands in a form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["BLANK_DAY", "Form", "Row", "Section"]

BLANK_DAY: Final = "　　　　年　　月　　日"


@dataclass(frozen=True)
class Row:
    """A fact in words, or a field that somebody fills in by hand.

    Attributes
    ----------
    label, words : str
        A field may have words too: choices with boxes, or units.
    is_field : bool
    n_lines : int
        Room of a field, in lines.
    """

    label: str
    words: str = ""
    is_field: bool = False
    n_lines: int = 1


@dataclass(frozen=True)
class Section:
    """A heading and its rows."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Form:
    """One form, one page.

    Attributes
    ----------
    title : str
    about : str
        Whom or what it is about, beside the title.
    lead : str
        What the form is for.
    sections : tuple of Section
    notes : tuple of str
        At its foot.
    footer : str
        What made it.
    """

    title: str
    about: str
    lead: str
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    footer: str
