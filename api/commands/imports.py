"""``enmusubi import``: an office's Excel or CSV file as records, with a report that loses no row."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer
from rich.console import Console

from api.commands.options import AsJson, one_of, people_console, print_json
from api.files import write_text
from features.errors import RecordError
from features.taxonomy.vocabulary import Program

if TYPE_CHECKING:
    from features.intake import ImportPlan, Issue, Kind, OfficeMapping
    from features.intake.building import State

__all__ = ["register"]

_NO_CALL = (
    "応募先の募集を書いた列がないので、応募は作りません。応募者は、どの募集の一覧にも出ません。"
    "応募先の列（募集の題名か番号）を表に足すか、--mapping でその列を posting にしてください。"
)
_AT_ONCE = "  下書きにせず「募集中」にするときは --publish を付けます（公開前の確認は通りません）。"
_NOTHING_WRITTEN = (
    "まだ何も書いていません（-o でファイルに書きます）。"
    "シートは --sheet、市町村は --municipality、列の読み方は --mapping で選べます。"
)
_NO_ROW = (
    "記録として読めた行が一つもないので、記録は書いていません。上の理由を見て元の表を直すか、"
    "シートを --sheet、市町村を --municipality、列の読み方を --mapping で選んで、もう一度実行してください。"
)
_SHOWN = 20  # lines of a list on the screen; the report file holds all


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(
        name="import", help="Excel・CSV を記録として読み、1行も失わない報告を出します（-o がなければ確認だけ）。"
    )(_import)


def _import(  # noqa: PLR0917 -- one parameter an option of the command line
    file: Annotated[Path, typer.Argument(help="Excel workbook (xlsx, xlsm, xls), CSV or TSV.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="JSON file for the records; without it a preview.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="applicants, postings, applications or companies (recognised).")
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Name of the sheet (the one with the most known headings).")] = None,
    program: Annotated[str | None, typer.Option(help="kyoryokutai or kigyojin, for rows that do not say.")] = None,
    municipality: Annotated[
        str | None, typer.Option(help="Code or name of the office, for postings that name none.")
    ] = None,
    known: Annotated[
        list[Path] | None, typer.Option(help="JSON file of records stored already; may be repeated.")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="JSON file of the office's choice of columns.")] = None,
    save_mapping: Annotated[
        Path | None, typer.Option(help="Where to write the choice of columns for the next time.")
    ] = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="New calls whose state is not told are open at once, not drafts.")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="Where to write the whole report as JSON (holds cells).")] = None,
    as_json: AsJson = False,
) -> int:
    plan = _planned(
        file,
        kind=kind,
        sheet=sheet,
        program=program,
        municipality=municipality,
        known=known,
        mapping=mapping,
        publish=publish,
    )
    if report is not None:
        write_text(report, json.dumps(plan.to_json(), ensure_ascii=False, indent=1) + "\n")
    if save_mapping is not None:
        write_text(save_mapping, plan.mapping.model_dump_json(indent=1) + "\n")
    if output is not None and plan.changes:
        from features.json_files.record_files import dump_records

        write_text(output, dump_records(plan.records))
    if as_json:
        print_json(plan.to_json())
    else:
        _print(people_console(), plan, output, publish=publish)
    return 0 if plan.changes else 1


def _planned(
    file: Path,
    *,
    kind: str | None,
    sheet: str | None,
    program: str | None,
    municipality: str | None,
    known: list[Path] | None,
    mapping: Path | None,
    publish: bool,
) -> ImportPlan:
    from api.settings import JAPAN
    from features.intake import ImportOptions, IntakeError, plan_import
    from features.json_files.record_files import load_records
    from features.municipalities import find
    from features.records import Records

    options = ImportOptions(
        kind=_kind(kind),
        sheet=sheet,
        program=_program(program),
        municipality_code=find(municipality).code if municipality is not None else None,
        mapping=_mapping(mapping) if mapping is not None else None,
        publishes_new_calls=publish,
        known=load_records(known) if known else Records(),
        on=datetime.now(JAPAN).date(),
    )
    try:
        return plan_import(file.read_bytes(), name=file.name, options=options)
    except IntakeError as error:
        raise RecordError(f"{file.name}: {error}") from None


def _kind(text: str | None) -> Kind | None:
    from features.intake import KINDS, Kind

    if text is None:
        return None
    one_of("--kind", text, Kind)
    return next(kind for kind in KINDS if kind == text)


def _program(text: str | None) -> Program | None:
    if text is None:
        return None
    one_of("--program", text, Program)
    return next(program for program in get_args(Program) if program == text)


def _mapping(path: Path) -> OfficeMapping:
    from pydantic import ValidationError

    from features.intake import OfficeMapping
    from features.json_files.record_files import explain_error

    try:
        return OfficeMapping.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise RecordError(f"{path.name}: {explain_error(error, OfficeMapping)}") from None


def _print(console: Console, plan: ImportPlan, output: Path | None, *, publish: bool) -> None:
    from features.guard.headings import HEADING_ITEM_JA
    from features.intake import KIND_JA
    from features.municipalities import find

    counts = plan.counts()
    console.rule(f"{KIND_JA[plan.kind]}の一覧（シート「{plan.source.sheet}」）", align="left")
    console.print(
        f"新規 {_number(plan, 'new')}　変更 {_number(plan, 'changed')}　変わりなし {_number(plan, 'unchanged')}　"
        f"読めない行 {counts['refused_rows']}　記録でない行 {counts['skipped_rows']}",
        style="bold",
        markup=False,
    )
    _print_columns(console, plan)
    if plan.lacks_call:
        console.print(_NO_CALL, style="bold", markup=False)
    _print_list(console, "読めなかったところ（その行は入りません）", [_issue_line(issue) for issue in plan.refused])
    _print_list(console, "入れた行で、確かめてほしいところ", [_issue_line(issue) for issue in plan.remarks])
    questions = [
        f"{question.row}行: {find(question.municipality_code).full_name}{question.district or '（町名なし）'}は"
        "条件不利区域の内か外か" + (f"（旧{question.former}の区域かもしれません）" if question.former else "")
        for question in plan.zone_questions
    ]
    _print_list(console, "地区を確かめてほしいところ", questions)
    told = [
        f"{told.row}行: {HEADING_ITEM_JA[told.item]}にふれる記述が{told.count}か所（読む順には使いません）"
        for told in plan.told
    ]
    _print_list(console, "文章の中に見つかったもの", told)
    for note in plan.notes:
        console.print(f"・{note}", markup=False)
    if plan.drafted and not publish:
        console.print(_AT_ONCE, markup=False)
    console.print(_end(plan, output), markup=False)


def _number(plan: ImportPlan, state: State) -> str:
    """How many records, each kind by its name where a file brings people and their applications at once."""
    from features.intake import KIND_JA

    found = {kind: of[state] for kind, of in plan.counts_by_kind().items()}
    if len(found) < 2 or not any(found.values()):
        return str(sum(found.values()))
    return "・".join(f"{KIND_JA[kind].partition('（')[0]}{number}" for kind, number in found.items())


def _end(plan: ImportPlan, output: Path | None) -> str:
    if not plan.changes:
        return _NO_ROW
    return _NOTHING_WRITTEN if output is None else f"{output} に書きました。"


def _print_columns(console: Console, plan: ImportPlan) -> None:
    for use in plan.uses:
        if use.use == "read" and use.entry is not None:
            sure = "前回の選択" if use.is_remembered else f"{use.confidence:.0%}"
            samples = "、".join(use.samples)
            console.print(
                f"  ○ {use.column.place} {use.column.heading} → {use.entry.ja}（{sure}）　{samples}", markup=False
            )
        else:
            mark = "×" if use.use == "dropped" else "－"
            console.print(
                f"  {mark} {use.column.place} {use.column.heading or '見出しなし'}　{use.reason}", markup=False
            )


def _print_list(console: Console, title: str, lines: list[str]) -> None:
    if not lines:
        return
    console.print(f"{title}: {len(lines)}件", style="bold", markup=False)
    for line in lines[:_SHOWN]:
        console.print(f"  {line}", markup=False)
    if len(lines) > _SHOWN:
        console.print(f"  ほか{len(lines) - _SHOWN}件（--report のファイルに全部あります）", markup=False)


def _issue_line(issue: Issue) -> str:
    value = f"「{issue.value}」" if issue.value else ""
    candidates = f"（候補: {'、'.join(issue.candidates)}）" if issue.candidates else ""
    return f"{issue.column}{issue.row} {issue.heading}{value} {issue.reason}{candidates}{issue.mend}"
