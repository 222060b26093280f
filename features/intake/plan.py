"""What an import would do, before anybody does it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from features.guard.headings import HEADING_ITEM_JA
from features.intake.building import RecordKind, State
from features.intake.catalogue import KIND_JA, Kind
from features.intake.issues import Issue
from features.intake.mapping import ColumnChoice, ColumnUse, OfficeMapping
from features.intake.rows import Skipped
from features.records import Records

__all__ = ["Change", "ImportPlan", "Source", "Told", "ZoneQuestion"]


@dataclass(frozen=True)
class Source:
    """Where the records come from: format, writing of a text file, sheet, rows of headings, direction."""

    format: str
    encoding: str
    sheet: str
    header_rows: tuple[int, ...]
    is_turned: bool


@dataclass(frozen=True)
class Change:
    """A record that the import brings: its id, the row it stands in, and which keys change."""

    kind: RecordKind
    id: str
    row: int
    state: State
    fields: tuple[str, ...]


@dataclass(frozen=True)
class ZoneQuestion:
    """A municipality that is partly 条件不利区域: the district decides, which a person looks up.

    Attributes
    ----------
    district : str
        The part of the address below the municipality, without house numbers; empty where the cell ends before.
    former : str
        The former municipality of 過疎 areas that the district names, where it names one.
    """

    kind: RecordKind
    id: str
    row: int
    municipality_code: str
    district: str
    former: str


@dataclass(frozen=True)
class Told:
    """How often a free text tells an item of the guard, never the words."""

    kind: RecordKind
    id: str
    row: int
    field: str
    item: str
    count: int


@dataclass(frozen=True, eq=False)
class ImportPlan:
    """The outcome of reading a file; nothing is stored by it.

    Attributes
    ----------
    records : Records
        Every record of every row that is read whole, merged over the stored ones.
    changes : tuple of Change
        In the order of the file; what is not among them or in ``refused`` and ``skipped`` was not in the file.
    refused : tuple of Issue
        Cells and rows that keep their row out.
    remarks : tuple of Issue
        Cells of stored rows that were read with a supposition or left unknown.
    uses : tuple of ColumnUse
    drafted : tuple of int
        Rows of new calls that are drafts because no cell tells their state.
    file_notes : tuple of str
        About the file as a whole, for a person.
    """

    source: Source
    kind: Kind
    kind_confidence: float
    uses: tuple[ColumnUse, ...]
    records: Records
    changes: tuple[Change, ...]
    refused: tuple[Issue, ...]
    remarks: tuple[Issue, ...]
    skipped: tuple[Skipped, ...]
    zone_questions: tuple[ZoneQuestion, ...]
    told: tuple[Told, ...]
    drafted: tuple[int, ...]
    file_notes: tuple[str, ...]

    @property
    def dropped(self) -> tuple[ColumnUse, ...]:
        """Columns that tell what must not be collected."""
        return tuple(use for use in self.uses if use.use == "dropped")

    @property
    def lacks_call(self) -> bool:
        """Whether it is a list of applicants in which no column tells the call: nobody in it applies anywhere."""
        read = (use.entry.name for use in self.uses if use.use == "read" and use.entry is not None)
        return self.kind == "applicants" and "posting" not in read

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person is told of the file as a whole, and of new calls that are drafts."""
        if not self.drafted:
            return self.file_notes
        return (
            *self.file_notes,
            f"状態が書かれていないか読めない新しい募集{len(self.drafted)}件は「下書き」になります。公開前の確認をしてから公開してください。"
            "すでに公開しているものは、状態の列に「募集中」と書いてください。",
        )

    @property
    def mapping(self) -> OfficeMapping:
        """What an office may keep for its next file; dropped columns are in it only by their absence."""
        choices = [
            ColumnChoice(heading=use.column.heading[:500], field=use.entry.name if use.entry else None)
            for use in self.uses
            if use.column.heading and (use.use == "read" or use.is_remembered)
        ]
        return OfficeMapping(kind=self.kind, columns=tuple(choices))

    def counts(self) -> dict[str, int]:
        """How many records are new, changed and unchanged, and how many rows are refused and skipped."""
        states = Counter(change.state for change in self.changes)
        return {
            "new": states["new"],
            "changed": states["changed"],
            "unchanged": states["unchanged"],
            "refused_rows": len(
                {(issue.row, "") if not self.source.is_turned else (0, issue.column) for issue in self.refused}
            ),
            "skipped_rows": len(self.skipped),
        }

    def counts_by_kind(self) -> dict[RecordKind, dict[State, int]]:
        """Of each kind of record that the file brings, how many are new, changed and unchanged.

        A list of applicants with a column for the call brings people and their applications.
        """
        found: dict[RecordKind, dict[State, int]] = {}
        for change in self.changes:
            of_kind = found.setdefault(change.kind, {"new": 0, "changed": 0, "unchanged": 0})
            of_kind[change.state] += 1
        return {kind: found[kind] for kind in sorted(found)}

    def to_json(self, *, with_values: bool = True) -> dict[str, Any]:
        """The report as a JSON object.

        Parameters
        ----------
        with_values : bool
            Whether cells are shown: for the person who brought the file. A log gets ``False``.
        """
        return {
            "source": {
                "format": self.source.format,
                "encoding": self.source.encoding or None,
                "sheet": self.source.sheet if with_values else None,
                "header_rows": list(self.source.header_rows),
                "is_turned": self.source.is_turned,
            },
            "kind": self.kind,
            "kind_ja": KIND_JA[self.kind],
            "kind_confidence": self.kind_confidence,
            "counts": self.counts(),
            "counts_by_kind": self.counts_by_kind(),
            "columns": [_column_json(use, with_values=with_values) for use in self.uses],
            "dropped": [_dropped_json(use) for use in self.dropped],
            "changes": [{**vars(change), "fields": list(change.fields)} for change in self.changes],
            "refused": [issue.to_json(with_values=with_values) for issue in self.refused],
            "remarks": [issue.to_json(with_values=with_values) for issue in self.remarks],
            "skipped": [dict(vars(skip)) for skip in self.skipped],
            "zone_questions": [
                {key: value for key, value in vars(question).items() if with_values or key != "district"}
                for question in self.zone_questions
            ],
            "told": [{**vars(told), "item_ja": HEADING_ITEM_JA[told.item]} for told in self.told],
            "notes": list(self.notes),
        }


def _column_json(use: ColumnUse, *, with_values: bool) -> dict[str, Any]:
    return {
        "column": use.column.place,
        "heading": use.column.heading,
        "use": use.use,
        "field": use.entry.name if use.entry else None,
        "field_ja": use.entry.ja if use.entry else None,
        "confidence": use.confidence,
        "reason": use.reason or None,
        "is_remembered": use.is_remembered,
        "swapped_with": use.swapped_with or None,
        "samples": list(use.samples) if with_values else [],
    }


def _dropped_json(use: ColumnUse) -> dict[str, str]:
    return {
        "column": use.column.place,
        "heading": use.column.heading,
        "item": use.item,
        "item_ja": HEADING_ITEM_JA[use.item],
    }
