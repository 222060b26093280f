"""What reading one cell gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from features.intake.sheet import Cell

__all__ = ["About", "Read", "Reader", "Reading", "Unreadable"]


@dataclass(frozen=True)
class Read:
    """A value, and what a person should know of how it was read.

    Attributes
    ----------
    value : object
        As the record takes it; ``None`` = said to be unknown.
    code, remark : str
        Empty where there is nothing to say.
    aside : str
        What else the cell tells and the record has no place for: the part of an address below the municipality.
    """

    value: object
    code: str = ""
    remark: str = ""
    aside: str = ""


@dataclass(frozen=True)
class Unreadable:
    """Why a cell cannot be read, and how to mend it.

    Attributes
    ----------
    code : str
        A word for programs, such as ``place_ambiguous``.
    reason, mend : str
        Japanese sentences that do not repeat the cell.
    candidates : tuple of str
        What it may mean, where there are several; never guessed.
    """

    code: str
    reason: str
    mend: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class About:
    """What a reader may need beside the cell.

    Attributes
    ----------
    heading : str
        As written: 月額（千円） tells the unit.
    prefecture : str or None
        From the column of prefectures of the same row.
    municipality_code : str or None
        Of the office that imports.
    titles : mapping of str to tuple of str
        Ids of the known postings by folded title.
    title_of : mapping of str to str
        Titles of the known postings as written.
    posting_ids : frozenset of str
        Of the known postings; empty where none are known.
    counts_from_1904 : bool
        Whether the numbers of days in the workbook do, and not from 1900.
    """

    heading: str = ""
    prefecture: str | None = None
    municipality_code: str | None = None
    titles: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    title_of: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    posting_ids: frozenset[str] = frozenset()
    counts_from_1904: bool = False


Reading: TypeAlias = Read | Unreadable
Reader: TypeAlias = Callable[[Cell, About], Reading]
