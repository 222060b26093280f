"""An import as its page shows it: columns with the fields to choose from, and what went wrong in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, cast

from pydantic import Field, JsonValue

from api.imports.schemas import ImportAnswer, PlanAnswer, Report
from api.pages.errors import Fault, FormError
from api.pages.forms import FormModel
from features.intake import ColumnChoice, Kind, OfficeMapping
from features.intake.catalogue import catalogue

__all__ = ["LEFT", "ColumnLine", "ColumnsForm", "ImportView", "import_view", "mapping_of"]

LEFT: Final = "-"  # of a column that is not read
_CALL: Final = "posting"  # the field of a list of applicants that tells where each applies
_Heading = Annotated[str, Field(min_length=1, max_length=500)]
_Field = Annotated[str, Field(min_length=1, max_length=100)]


class ColumnsForm(FormModel):
    """A choice of columns: of each with a heading, the field it was read into and the one it is to be read into."""

    kind: Kind
    heading: Annotated[tuple[_Heading, ...], Field(max_length=500)] = ()
    was: Annotated[tuple[_Field, ...], Field(max_length=500)] = ()
    field: Annotated[tuple[_Field, ...], Field(max_length=500)] = ()


@dataclass(frozen=True)
class ColumnLine:
    """One column.

    Attributes
    ----------
    place, heading : str
    use : str
        ``read``, ``unknown``, ``dropped`` or ``unkept``.
    field : str
        The field it is read into, or :data:`LEFT`.
    field_ja : str
        The same in words; empty where there is none.
    percent : int or None
        How sure that is.
    reason, swapped_with : str
    samples : sequence of str
    may_choose : bool
        What tells what must not be collected is never read, whoever asks.
    """

    place: str
    heading: str
    use: str
    field: str
    field_ja: str
    percent: int | None
    reason: str
    swapped_with: str
    samples: Sequence[str]
    may_choose: bool


@dataclass(frozen=True)
class ImportView:
    """What the page shows beside the answer of the API.

    Attributes
    ----------
    columns : sequence of ColumnLine
    fields : sequence of pairs
        Fields to choose from with their words.
    field_words : mapping
        Keys of records with their words, for what changes.
    lacks_call : bool
        Whether it is a list of applicants in which no column tells the call: nobody in it applies anywhere.
    fault : str or None
        Words about what went wrong: a key of the catalogue, or a sentence of the intake's own.
    sentence : str
        That sentence.
    """

    columns: Sequence[ColumnLine] = ()
    fields: Sequence[tuple[str, str]] = ()
    field_words: Mapping[str, str] | None = None
    lacks_call: bool = False
    fault: str | None = None
    sentence: str = ""


def import_view(answer: ImportAnswer) -> ImportView:
    """Prepare an import for its page."""
    fault, sentence = _fault(answer)
    told = answer.plan or answer.report
    lacks_call = told is not None and _lacks_call(told)
    if answer.plan is None:
        return ImportView(fault=fault, sentence=sentence, lacks_call=lacks_call)
    entries = catalogue(answer.plan.kind).field
    return ImportView(
        columns=[_line(column) for column in answer.plan.columns],
        fields=[(entry.name, entry.ja) for entry in entries],
        field_words={entry.path: entry.ja for entry in entries if entry.path},
        lacks_call=lacks_call,
        fault=fault,
        sentence=sentence,
    )


def mapping_of(sent: ColumnsForm) -> OfficeMapping:
    """The choice to keep: what is read, and what was read and no longer is.

    A column that was not read and still is not is left to the proposals of the office's next file.

    Raises
    ------
    FormError
        If the lists do not fit each other, or a field is none of the kind's.
    """
    if not len(sent.heading) == len(sent.was) == len(sent.field):
        raise FormError([Fault("", ("fault.columns",))])
    known = catalogue(sent.kind)
    if any(field != LEFT and known.entry(field) is None for field in sent.field):
        raise FormError([Fault("", ("fault.columns",))])
    columns = [
        ColumnChoice(heading=heading, field=None if field == LEFT else field)
        for heading, was, field in zip(sent.heading, sent.was, sent.field, strict=True)
        if LEFT not in (was, field) or was != field
    ]
    return OfficeMapping(kind=sent.kind, columns=tuple(columns))


def _lacks_call(told: PlanAnswer | Report) -> bool:
    read = [column["field"] for column in told.columns if column["use"] == "read"]
    return told.kind == "applicants" and _CALL not in read


def _line(column: Mapping[str, JsonValue]) -> ColumnLine:
    use, heading = str(column["use"]), str(column["heading"] or "")
    is_read = use == "read"
    confidence = column["confidence"]
    return ColumnLine(
        place=str(column["column"]),
        heading=heading,
        use=use,
        field=str(column["field"]) if is_read else LEFT,
        field_ja=str(column["field_ja"] or ""),
        percent=round(100 * float(confidence)) if is_read and isinstance(confidence, int | float) else None,
        reason=str(column["reason"] or ""),
        swapped_with=str(column["swapped_with"] or ""),
        samples=[str(one) for one in cast("Sequence[JsonValue]", column["samples"])],
        may_choose=bool(heading) and use != "dropped",
    )


def _fault(answer: ImportAnswer) -> tuple[str | None, str]:
    if answer.job is None or answer.job.error is None:
        return None, ""
    kind = answer.job.error.type.rpartition(":")[2]
    # the intake's own sentence says what the file is and how to make it readable; it quotes no cell
    return kind, answer.job.error.detail if kind == "unreadable-file" else ""
