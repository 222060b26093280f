"""From the bytes of a file to a plan: what would be stored, what not and why. Nothing is stored here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from features.guard.report import report
from features.guard.requests import forbidden_requests
from features.intake.catalogue import KIND_JA, Kind, catalogue, heading_names
from features.intake.deciding import Decided, Stored, decided
from features.intake.errors import IntakeError
from features.intake.header import Table
from features.intake.issues import by_place
from features.intake.kinds import KindFound, kind_of, program_of
from features.intake.mapping import ColumnUse, OfficeMapping, column_uses
from features.intake.opening import Opened, chosen_table, opened
from features.intake.options import ImportOptions
from features.intake.plan import Change, ImportPlan, Source, Told, ZoneQuestion
from features.intake.rows import RowReading, Skipped, read_rows
from features.intake.sheet import column_letters
from features.intake.values import About
from features.intake.values.texts import fold_title
from features.municipalities import find
from features.records import Applicant, Application, Company, Posting, Records
from features.taxonomy.vocabulary import JAPANESE, PostingState, Program

__all__ = ["plan_import"]

_DEFAULT: Final[Program] = "kyoryokutai"
_PROGRAM_FIELDS: Final = {"applicants": "programs", "postings": "program"}
_PLACE_FIELDS: Final = {"applicants": "origin", "postings": "municipality_code"}


def plan_import(
    content: bytes,
    *,
    name: str,
    options: ImportOptions | None = None,
    remembered: Callable[[Kind], OfficeMapping | None] | None = None,
) -> ImportPlan:
    r"""Read a file and tell what importing it would do.

    Parameters
    ----------
    content : bytes
        An Excel workbook (xlsx, xlsm, xls), CSV or TSV.
    name : str
        Of the file; a text file's sheet is called so.
    options : ImportOptions, optional
    remembered : callable, optional
        What the office chose before for a kind of list; asked where the options hold no mapping.

    Returns
    -------
    ImportPlan
        Every row of the table is in a change, refused or skipped.

    Raises
    ------
    IntakeError
        If the file cannot be read at all, or no table is found in it.

    Examples
    --------
    >>> head = "受付番号,住民票所在地,生年月日,志望動機\n"
    >>> text = head + "1,東京都港区,昭和63年1月2日,森で働きたい。\n2,府中市,平成5年1月2日,海で働きたい。"
    >>> plan = plan_import(text.encode("cp932"), name="応募者.csv")
    >>> plan.kind, [person.applicant_id for person in plan.records.applicants], [use.item for use in plan.dropped]
    ('applicants', ['1'], ['age'])
    >>> [(issue.row, issue.column, issue.code, issue.candidates) for issue in plan.refused]
    [(3, 'B', 'place_ambiguous', ('東京都府中市', '広島県府中市'))]
    """
    options = options or ImportOptions()
    file = opened(content, name, options.limits)
    if options.mapping is None and remembered is not None:
        options = replace(options, mapping=_remembered(file, options, remembered))
    chosen = options.mapping.columns if options.mapping else ()
    own = frozenset(heading_names(choice.heading).whole for choice in chosen)
    table, others = chosen_table(file.sheets, options.sheet, own=own)
    recognised = kind_of(table)
    kind = _kind(recognised, options)
    uses = column_uses(table, kind, options.mapping)
    program = options.program or program_of(table)
    about = replace(_about(options), counts_from_1904=file.counts_from_1904)
    rows = list(read_rows(table, uses, about))
    readings = [row for row in rows if isinstance(row, RowReading)]
    outcome = decided(kind, readings, program=program or _DEFAULT, table=table, uses=uses, options=options)
    fresh = [stored for stored in outcome.stored if stored.found.state != "unchanged"]
    return ImportPlan(
        source=Source(file.format, file.encoding, table.sheet.name, table.header_rows, table.is_turned),
        kind=kind,
        kind_confidence=recognised.confidence if recognised.kind == kind else 0.0,
        uses=uses,
        records=_records(outcome.stored),
        changes=tuple(
            Change(one.kind, one.id, one.reading.number, one.found.state, one.found.fields) for one in outcome.stored
        ),
        refused=tuple(sorted(outcome.refused, key=by_place)),
        remarks=tuple(sorted(outcome.remarks, key=by_place)),
        skipped=tuple(sorted((*_skipped(rows), *outcome.skipped), key=lambda skip: (skip.row, skip.column))),
        zone_questions=tuple(question for one in fresh for question in _zone_question(one)),
        told=tuple(told for one in fresh for told in _told(one)) if options.reads_texts else (),
        drafted=tuple(one.reading.number for one in fresh if _has_untold_state(one, "draft")),
        file_notes=(
            *file.notes,
            *_notes(
                kind,
                table,
                uses,
                outcome,
                others,
                is_program_said=program is not None,
            ),
        ),
    )


def _remembered(
    file: Opened, options: ImportOptions, remembered: Callable[[Kind], OfficeMapping | None]
) -> OfficeMapping | None:
    """What the office chose before for the kind that is said, or else recognised."""
    kind = options.kind or kind_of(chosen_table(file.sheets, options.sheet).table).kind
    return None if kind is None else remembered(kind)


def _kind(recognised: KindFound, options: ImportOptions) -> Kind:
    kind = options.kind or (options.mapping.kind if options.mapping else None) or recognised.kind
    if kind is None:
        known = "、".join(KIND_JA.values())
        raise IntakeError(
            "何の一覧か、見出しから分かりません。", mend=f"種類（{known}）を選んで取り込み直してください。"
        )
    return kind


def _about(options: ImportOptions) -> About:
    titles: dict[str, list[str]] = defaultdict(list)
    for posting in options.known.postings:
        if posting.title:
            titles[fold_title(posting.title)].append(posting.posting_id)
    return About(
        municipality_code=options.municipality_code,
        titles=MappingProxyType({title: tuple(ids) for title, ids in titles.items()}),
        title_of=MappingProxyType({one.posting_id: one.title for one in options.known.postings if one.title}),
        posting_ids=frozenset(posting.posting_id for posting in options.known.postings),
    )


def _records(stored: Sequence[Stored]) -> Records:
    records = [one.found.record for one in stored]
    return Records(
        applicants=tuple(record for record in records if isinstance(record, Applicant)),
        postings=tuple(record for record in records if isinstance(record, Posting)),
        applications=tuple(record for record in records if isinstance(record, Application)),
        companies=tuple(record for record in records if isinstance(record, Company)),
    )


def _skipped(rows: Sequence[RowReading | Skipped]) -> list[Skipped]:
    return [row for row in rows if isinstance(row, Skipped)]


def _has_untold_state(stored: Stored, state: PostingState) -> bool:
    """Whether it is a new call in that state and no cell told it."""
    record, found = stored.found.record, stored.found
    if not isinstance(record, Posting) or found.state != "new":
        return False
    return "state" not in found.fields and record.state == state


def _zone_question(stored: Stored) -> Iterator[ZoneQuestion]:
    record = stored.found.record
    if isinstance(record, Applicant):
        origin = record.selection_profile.origin
        code, zone = (origin.municipality_code, origin.zone) if origin else (None, "unknown")
    elif isinstance(record, Posting):
        code, zone = record.municipality_code, record.zone
    else:
        return
    if code is None or zone != "unknown" or find(code).kind != "P":
        return
    district = stored.reading.asides.get(_PLACE_FIELDS[stored.kind], "")
    areas = str(find(code).facts.get("kaso_areas") or "").split("・")
    former = next((area for area in areas if area and area[:-1] in district), "")
    yield ZoneQuestion(stored.kind, stored.id, stored.reading.number, code, district, former)


def _told(stored: Stored) -> Iterator[Told]:
    record = stored.found.record
    if isinstance(record, Applicant):
        for found in report(record.selection_profile):
            yield Told(stored.kind, stored.id, stored.reading.number, found.field, found.item, found.count)
    elif isinstance(record, Posting):
        for field, text in (("title", record.title), ("mission_text", record.mission_text)):
            for item, count in Counter(span.item for span in forbidden_requests(text or "")).items():
                yield Told(stored.kind, stored.id, stored.reading.number, field, item, count)


def _notes(
    kind: Kind,
    table: Table,
    uses: Sequence[ColumnUse],
    outcome: Decided,
    others: Sequence[str],
    *,
    is_program_said: bool,
) -> Iterator[str]:
    if others:
        yield f"読んでいないシート: {'、'.join(others)}"
    yield from _hidden_notes(table, uses)
    if table.is_turned:
        yield "見出しが左の列に縦に並んでいる表として読みました（列が1件になります）。"
    field = _PROGRAM_FIELDS.get(kind)
    if field and not is_program_said and not any(use.entry and use.entry.name == field for use in uses):
        yield f"制度がどこにも書かれていないので「{JAPANESE[_DEFAULT]}」としました。"
    opened_unseen = sum(_has_untold_state(one, "open") for one in outcome.stored)
    if opened_unseen:
        yield f"状態が書かれていない新しい募集{opened_unseen}件を「募集中」にします（公開前の確認は通りません）。"
    swapped = sorted({tuple(sorted((use.column.place, use.swapped_with))) for use in uses if use.swapped_with})
    for one, other in swapped:
        yield f"{one}の列と{other}の列は、見出しと中身が入れ替わっているようです。"
    if kind in ("applicants", "postings") and not _has_own_id(kind, uses) and outcome.stored:
        yield "IDの列がないので、同じ行には次に取り込むときも同じIDが付くようにIDを作りました。"
    if not outcome.is_every_name_compared:
        yield "新しい人が多いので、登録済みの同名の人をすべては探していません。"


def _hidden_notes(table: Table, uses: Sequence[ColumnUse]) -> Iterator[str]:
    facts = table.sheet.facts
    if facts.hidden_rows:
        yield (
            f"非表示になっている行が{facts.hidden_rows}行あり（フィルターで隠れた行を含みます）、ほかの行と同じように読みました。"
            "要らない行は、ファイルから除いてください。"
        )
    read = {use.column.index + table.sheet.left for use in uses if use.use == "read"}
    letters = [column_letters(column) for column in facts.hidden_columns if column in read]
    if letters and not table.is_turned:
        yield f"非表示になっている列も読みました: {'、'.join(letters)}"


def _has_own_id(kind: Kind, uses: Sequence[ColumnUse]) -> bool:
    own = catalogue(kind).field[0].name
    return any(use.entry is not None and use.entry.name == own for use in uses)
