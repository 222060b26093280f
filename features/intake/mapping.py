"""Which column is which field: proposed from headings, weighed by what stands in the cells, remembered per office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from features.guard.cells import sensitive_cells
from features.guard.headings import HEADING_ITEM_JA, forbidden_heading
from features.intake.catalogue import Catalogue, FieldEntry, Kind, catalogue, heading_names
from features.intake.header import Column, Table
from features.intake.headings import SURE, field_named, unkept_named
from features.intake.sheet import Cell, is_blank, text_of
from features.intake.values import READERS, About, Read

__all__ = ["ColumnChoice", "ColumnUse", "OfficeMapping", "Use", "column_uses"]

Use: TypeAlias = Literal["read", "unknown", "dropped", "unkept"]

_SAMPLED: Final = 300
_SHOWN: Final = 3
_LONGEST_SHOWN: Final = 60
_ENOUGH: Final = 3  # cells that must be there before their content says anything
_FITS, _DOUBTFUL = 0.8, 0.5
_READS_NEARLY_ALL: Final = frozenset(
    {"identifier", "identifiers", "name", "phrases", "posting", "sentences", "short_text", "text"}
)


class ColumnChoice(BaseModel):
    """What a person chose for a heading; no field means that the column is not read."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    heading: str = Field(max_length=500)
    field: str | None = Field(default=None, max_length=100)


class OfficeMapping(BaseModel):
    """The choices an office keeps for its own files: which heading is which field of which kind of list.

    Examples
    --------
    >>> mapping = OfficeMapping(kind="applicants", columns=(ColumnChoice(heading="希望コース", field="posting"),))
    >>> OfficeMapping.model_validate_json(mapping.model_dump_json()) == mapping
    True
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    kind: Kind
    columns: tuple[ColumnChoice, ...] = Field(max_length=1000)


@dataclass(frozen=True)
class ColumnUse:
    """What becomes of a column.

    Attributes
    ----------
    column : Column
    use : Use
        ``read`` into ``entry``; ``unknown``; ``dropped`` because it tells ``item``; ``unkept`` for ``reason``.
    entry : FieldEntry or None
    confidence : float
        0 to 1; 1 where a person chose.
    item : str
        Key of :data:`features.guard.headings.HEADING_ITEM_JA`.
    reason : str
        A sentence for a person.
    samples : tuple of str
        Up to three cells, for that person's eyes only; none of a dropped column.
    is_remembered : bool
    swapped_with : str
        Place of the column whose content this one seems to hold.
    """

    column: Column
    use: Use
    entry: FieldEntry | None = None
    confidence: float = 0.0
    item: str = ""
    reason: str = ""
    samples: tuple[str, ...] = ()
    is_remembered: bool = False
    swapped_with: str = ""


def column_uses(table: Table, kind: Kind, remembered: OfficeMapping | None) -> tuple[ColumnUse, ...]:
    """What becomes of each column that has a heading or a cell.

    A remembered choice comes before the proposal, the guard before both.
    """
    cells = _sampled(table)
    chosen = _choices(remembered, kind)
    uses = [
        _use(column, kind, cells[column.index], chosen)
        for column in table.columns
        if column.heading or cells[column.index]
    ]
    told = [use for use in _one_column_each(uses) if use.use != "unknown" or cells[use.column.index]]
    return _swaps_noticed(told, cells)


def _sampled(table: Table) -> list[list[Cell]]:
    cells: list[list[Cell]] = [[] for _ in table.columns]
    for _, row in islice(table.entries(), _SAMPLED):
        for index, cell in enumerate(row[: len(cells)]):
            if not is_blank(cell):
                cells[index].append(cell)
    return cells


def _choices(remembered: OfficeMapping | None, kind: Kind) -> dict[str, str | None]:
    if remembered is None or remembered.kind != kind:
        return {}
    return {heading_names(choice.heading).whole: choice.field for choice in remembered.columns}


def _use(column: Column, kind: Kind, cells: Sequence[Cell], chosen: dict[str, str | None]) -> ColumnUse:
    item = _forbidden(column)
    # a single cell of a sensitive form may be an accident, a column of them is none
    told = item or sensitive_cells([text_of(cell) for cell in cells])
    if told is not None:
        by = "見出し" if item else "中身"
        reason = f"{by}が「{HEADING_ITEM_JA[told]}」にあたるので、読まずに除きました。"
        return ColumnUse(column, "dropped", item=told, reason=reason)
    samples = tuple(text_of(cell)[:_LONGEST_SHOWN] for cell in cells[:_SHOWN])
    if not column.heading:
        return ColumnUse(column, "unknown", reason="見出しがないので読んでいません。", samples=samples)
    name = heading_names(column.heading).whole
    if name in chosen:
        return _chosen(column, catalogue(kind), chosen[name], samples)
    return _proposed(column, kind, cells, samples)


def _forbidden(column: Column) -> str | None:
    """The item of a heading, or of the one above it without brackets: 基本情報（年齢など） stands above 住所 too."""
    own = column.names[0] if column.names else ""
    above = heading_names(column.above).plain if column.above else ""
    return forbidden_heading(own[:300]) or (forbidden_heading(above[:300]) if above else None)


def _chosen(column: Column, fields: Catalogue, field: str | None, samples: tuple[str, ...]) -> ColumnUse:
    entry = fields.entry(field) if field is not None else None
    if entry is None:
        reason = "前回の選択により読みません。" if field is None else "前回の選択にある項目は、いまはありません。"
        return ColumnUse(column, "unkept", reason=reason, samples=samples, confidence=1.0, is_remembered=True)
    return ColumnUse(column, "read", entry, 1.0, samples=samples, is_remembered=True)


def _proposed(column: Column, kind: Kind, cells: Sequence[Cell], samples: tuple[str, ...]) -> ColumnUse:
    match = field_named(kind, column.names)
    left = unkept_named(column.names)
    if left is not None and (match is None or match.confidence < 0.9):
        return ColumnUse(column, "unkept", reason=left.ja, samples=samples, confidence=0.95)
    if match is None:
        return ColumnUse(column, "unknown", reason="知らない見出しなので読んでいません。", samples=samples)
    confidence = round(match.confidence * (0.6 + 0.4 * _share(match.entry, column, cells)), 3)
    if match.confidence < SURE:
        reason = f"「{match.entry.ja}」かもしれませんが、確かでないので読んでいません。"
        return ColumnUse(column, "unknown", reason=reason, samples=samples, confidence=confidence)
    return ColumnUse(column, "read", match.entry, confidence, samples=samples)


def _share(entry: FieldEntry, column: Column, cells: Sequence[Cell]) -> float:
    """How many of the cells the field's reader reads, 0 to 1; 1 where there are none."""
    if not cells:
        return 1.0
    reader, about = READERS[entry.reader], About(heading=column.heading)
    read = sum(isinstance(reader(cell, about), Read) for cell in cells[:40])
    return read / min(len(cells), 40)


def _one_column_each(uses: list[ColumnUse]) -> list[ColumnUse]:
    """Of several columns of a field that only one may fill, the surest; the first of equals."""
    best: dict[str, ColumnUse] = {}
    for use in uses:
        if use.entry is not None and use.entry.several is None:
            held = best.get(use.entry.name)
            best[use.entry.name] = use if held is None or use.confidence > held.confidence else held
    return [_beaten(use, best) for use in uses]


def _beaten(use: ColumnUse, best: dict[str, ColumnUse]) -> ColumnUse:
    winner = best.get(use.entry.name) if use.entry is not None else None
    if use.entry is None or winner is None or winner is use:
        return use
    reason = f"「{use.entry.ja}」は{winner.column.place}の「{winner.column.heading}」から読むので、読んでいません。"
    return replace(use, use="unknown", entry=None, reason=reason)


def _swaps_noticed(uses: Sequence[ColumnUse], cells: Sequence[Sequence[Cell]]) -> tuple[ColumnUse, ...]:
    """Pairs of columns that do not hold what their headings say, and each what the other's says."""
    doubtful = [
        use
        for use in uses
        if use.entry is not None
        and len(cells[use.column.index]) >= _ENOUGH
        and _share(use.entry, use.column, cells[use.column.index]) < _DOUBTFUL
    ]
    partner: dict[int, str] = {}
    for one in doubtful:
        # that a name or a text is read from the other's cells says nothing, unless those too are out of place
        others = doubtful if one.entry is None or one.entry.reader in _READS_NEARLY_ALL else uses
        for other in others:
            if other is not one and other.entry is not None and _hold_each_other(one, other, cells):
                partner[one.column.index] = other.column.place
                partner[other.column.index] = one.column.place
    return tuple(replace(use, swapped_with=partner.get(use.column.index, "")) for use in uses)


def _hold_each_other(one: ColumnUse, other: ColumnUse, cells: Sequence[Sequence[Cell]]) -> bool:
    pairs = ((one, other), (other, one))
    return all(
        (
            mine.entry is not None
            and _tells(cells[its.column.index])
            and _share(mine.entry, mine.column, cells[its.column.index]) >= _FITS
        )
        for mine, its in pairs
    )


def _tells(cells: Iterable[Cell]) -> bool:
    return sum(Counter(type(cell) for cell in cells).values()) >= _ENOUGH
