"""A labelled set: people, calls in two halves, and what somebody judged of every pair by written criteria.

A folder holds ``applicants.json``, ``postings_tuning.json``, ``postings_test.json`` and ``judgments.csv``. A pair
without a row was judged 0 and 0 and not excluded. The two halves share the people and no call: weights may be chosen on
the first, figures are told of the second. ``changers.json``, where it is there, holds more people: such as did one work
and want another, who are harder to read.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from features.errors import RecordError
from features.json_files.record_files import explain_error, load_records
from features.records import Applicant, Posting, Records
from features.rules.ruleset import Kind

__all__ = [
    "GROUPS",
    "HALVES",
    "JUDGED_ON",
    "Group",
    "Half",
    "Judgment",
    "LabelledHalf",
    "LabelledSet",
    "groups_of",
    "load",
]

Half: TypeAlias = Literal["tuning", "test"]
Group: TypeAlias = Literal["first", "all"]  # the people of applicants.json, or the changers too

HALVES: Final[tuple[Half, ...]] = get_args(Half)
GROUPS: Final[tuple[Group, ...]] = get_args(Group)
JUDGED_ON: Final = date(2026, 11, 25)  # the day whose rules the shipped judgments follow
_JUDGMENTS: Final = "judgments.csv"
_CHANGERS: Final = "changers.json"
_COLUMNS: Final = ("posting_id", "applicant_id", "done", "wants", "excluded_by", "why")


def _kinds(cell: object) -> object:
    return tuple(cell.split(";")) if isinstance(cell, str) and cell else cell or ()


class Judgment(BaseModel):
    """One row of ``judgments.csv``.

    Attributes
    ----------
    posting_id, applicant_id : str
    done, wants : int
        How far the person has done, and wants to do, the call's work, 0 to 2.
    excluded_by : tuple of str
        Kinds of the rules that are plainly not met.
    why : str
        The words that decided, for a reader.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    posting_id: str
    applicant_id: str
    done: Annotated[int, Field(ge=0, le=2)]
    wants: Annotated[int, Field(ge=0, le=2)]
    excluded_by: Annotated[tuple[Kind, ...], BeforeValidator(_kinds)] = ()
    why: str = ""

    @property
    def grade(self) -> int:
        """How near the top of the call's list the person belongs, 0 to 3.

        Examples
        --------
        >>> [Judgment(posting_id="p", applicant_id="a", done=d, wants=w).grade for d, w in ((2, 2), (2, 0), (1, 0))]
        [3, 1, 0]
        """
        return max(0, self.done + self.wants - 1)


@dataclass(frozen=True, eq=False)
class LabelledHalf:
    """The calls of one half, everyone who is read for them, and what was judged.

    Attributes
    ----------
    half : "tuning" or "test"
    records : Records
        n applicants and m postings, each in the order of the ids.
    judgments : mapping of (posting_id, applicant_id) to Judgment
        Pairs that are not there were judged 0 and 0 and not excluded.
    """

    half: Half
    records: Records
    judgments: Mapping[tuple[str, str], Judgment]

    @cached_property
    def grades(self) -> NDArray[np.int64]:
        """(n, m) grades, 0 to 3."""
        return self._table([(pair, judged.grade) for pair, judged in self.judgments.items()])

    @cached_property
    def excluded(self) -> NDArray[np.bool_]:
        """(n, m) whether a rule was judged plainly not met."""
        return self._table([(pair, int(bool(judged.excluded_by))) for pair, judged in self.judgments.items()]) > 0

    def _table(self, entries: Sequence[tuple[tuple[str, str], int]]) -> NDArray[np.int64]:
        row_of = {record.applicant_id: row for row, record in enumerate(self.records.applicants)}
        column_of = {record.posting_id: column for column, record in enumerate(self.records.postings)}
        table = np.zeros((len(row_of), len(column_of)), dtype=np.int64)
        for (posting_id, applicant_id), value in entries:
            table[row_of[applicant_id], column_of[posting_id]] = value
        table.flags.writeable = False
        return table


@dataclass(frozen=True, eq=False)
class LabelledSet:
    """Both halves of a labelled set, in the order of :data:`HALVES`."""

    halves: tuple[LabelledHalf, ...]

    def half(self, name: Half) -> LabelledHalf:
        """One half by its name."""
        return self.halves[HALVES.index(name)]


def load(folder: Path, *, people: Group = "all") -> LabelledSet:
    """Read the files of a labelled set.

    Parameters
    ----------
    folder : Path
    people : "first" or "all"
        Those of ``applicants.json`` alone, or the career changers too where the folder has them.

    Raises
    ------
    RecordError
        One line that names file and line: a file that is missing, a column or value out of its range, a row about a
        call or a person that is not there, two rows about one pair, a call in both halves.
    """
    first, changers = _people(folder / "applicants.json"), _changers(folder)
    calls = {half: load_records(folder / f"postings_{half}.json").postings for half in HALVES}
    for posting in calls["tuning"]:
        if any(posting.posting_id == other.posting_id for other in calls["test"]):
            raise RecordError(f"posting {posting.posting_id} stands in both halves, expected one")
    every = [posting for several in calls.values() for posting in several]
    judged = _judgments(folder / _JUDGMENTS, [*first, *changers], every)
    read = first if people == "first" else [*first, *changers]
    return LabelledSet(tuple(_half(half, read, calls[half], judged) for half in HALVES))


def groups_of(folder: Path) -> tuple[Group, ...]:
    """The groups of people that a folder tells apart."""
    return GROUPS if (folder / _CHANGERS).exists() else GROUPS[:1]


def _people(path: Path) -> Sequence[Applicant]:
    records = load_records(path)
    if records.applications:
        raise RecordError(f"{path.name} holds applications, expected none: every person is read for every call")
    return records.applicants


def _changers(folder: Path) -> Sequence[Applicant]:
    path = folder / _CHANGERS
    return _people(path) if path.exists() else ()


def _half(
    half: Half, people: Sequence[Applicant], calls: Sequence[Posting], judged: Mapping[tuple[str, str], Judgment]
) -> LabelledHalf:
    records = Records(
        applicants=tuple(sorted(people, key=lambda record: record.applicant_id)),
        postings=tuple(sorted(calls, key=lambda record: record.posting_id)),
    )
    own, read = {posting.posting_id for posting in calls}, {person.applicant_id for person in people}
    kept = {pair: found for pair, found in judged.items() if pair[0] in own and pair[1] in read}
    return LabelledHalf(half, records, kept)


def _judgments(path: Path, people: Sequence[Applicant], calls: Sequence[Posting]) -> Mapping[tuple[str, str], Judgment]:
    known = {"applicant": {p.applicant_id for p in people}, "posting": {p.posting_id for p in calls}}
    found: dict[tuple[str, str], Judgment] = {}
    line_of: dict[tuple[str, str], int] = {}
    for line, judged in _rows(path):
        for side, an_id in (("posting", judged.posting_id), ("applicant", judged.applicant_id)):
            if an_id not in known[side]:
                raise RecordError(
                    f"{path.name} line {line}: {side} {an_id} is not among the {len(known[side])} {side}s of the set"
                )
        pair = (judged.posting_id, judged.applicant_id)
        if pair in found:
            raise RecordError(
                f"{path.name} line {line}: {pair[0]} with {pair[1]} stands in line {line_of[pair]} already,"
                " expected one row a pair"
            )
        found[pair], line_of[pair] = judged, line
    return found


def _rows(path: Path) -> Iterator[tuple[int, Judgment]]:
    reader = csv.reader(_lines(path))
    columns = tuple(next(reader, ()))
    if columns != _COLUMNS:
        raise RecordError(f"{path.name} line 1: the columns are {','.join(columns)}, expected {','.join(_COLUMNS)}")
    for cells in reader:
        if len(cells) != len(_COLUMNS):
            raise RecordError(f"{path.name} line {reader.line_num}: {len(cells)} cells, expected {len(_COLUMNS)}")
        try:
            yield reader.line_num, Judgment.model_validate(dict(zip(_COLUMNS, cells, strict=True)))
        except ValidationError as error:
            raise RecordError(f"{path.name} line {reader.line_num}: {explain_error(error, Judgment)}") from None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError as error:
        raise RecordError(f"{path.name}: not UTF-8 at byte {error.start}; save the file as UTF-8") from None
    except OSError as error:
        raise RecordError(f"{path}: {error.strerror or 'cannot be read'}") from None
