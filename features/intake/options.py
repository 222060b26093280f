"""What a caller may say beside the file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from features.intake.catalogue import Kind
from features.intake.limits import Limits
from features.intake.mapping import OfficeMapping
from features.records import Records
from features.taxonomy.vocabulary import Program

__all__ = ["ImportOptions"]


@dataclass(frozen=True)
class ImportOptions:
    """What a caller may say beside the file.

    Attributes
    ----------
    kind : Kind or None
        Recognised where absent.
    sheet : str or None
        The sheet with the most known headings where absent.
    program : "kyoryokutai", "kigyojin" or None
        Of rows that do not tell it; where absent what the titles name, else 協力隊, which a note says.
    municipality_code : str or None
        Of the office: of postings that name no municipality, and of links with "this town".
    mapping : OfficeMapping or None
        What the office chose before.
    publishes_new_calls : bool
        Whether a new call whose state is not told is open at once; else it is a draft, which waits to be published.
    known : Records
        What is stored already, for the comparison and for titles of postings.
    applied : collection of str, optional
        Ids, as the file has them, of the people who have applied; where absent those of ``known``.
    on : date, optional
        The day of the import, by which a deadline may have passed; where absent no deadline is held against it.
    id_key : bytes
        Keeps derived ids from being tried out; the same at every import.
    reads_texts : bool
        Whether free texts are searched for what must not be judged (1 ms a person).
    limits : Limits
    """

    kind: Kind | None = None
    sheet: str | None = None
    program: Program | None = None
    municipality_code: str | None = None
    mapping: OfficeMapping | None = None
    publishes_new_calls: bool = False
    known: Records = field(default_factory=Records)
    applied: Collection[str] | None = None
    on: date | None = None
    id_key: bytes = b""
    reads_texts: bool = True
    limits: Limits = field(default_factory=Limits)
