"""``enmusubi quality``: before a call is published, what it lacks and what may not stay in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer
from rich.console import Console

from api.commands.options import AsJson, On, PostingsFile, date_of, people_console, print_json, tracked
from api.commands.wording import bar
from features.errors import RecordError
from features.json_files.record_files import load_records
from features.municipalities import find
from features.posting_quality import PostingQuality, QualityLine, assess
from features.records import Posting

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(name="quality", help="公開前の募集を確かめ、足りない点と直し方、消すべきことを示します。")(_quality)


def _quality(
    postings: PostingsFile,
    posting: Annotated[str | None, typer.Option(help="One posting's id; every posting where absent.")] = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    day, wanted = date_of(on), _wanted(load_records(postings).postings, posting)
    sheets = [assess(one, on=day) for one in tracked(wanted, "募集の確認")]
    if as_json:
        _print_json(wanted, sheets, day)
        return
    for one, sheet in zip(wanted, sheets, strict=True):
        _print_sheet(people_console(), one, sheet)


def _wanted(postings: Sequence[Posting], posting_id: str | None) -> Sequence[Posting]:
    found = [one for one in postings if posting_id in (None, one.posting_id)]
    if not found and posting_id is not None:
        raise RecordError(f"posting {posting_id} is not among the {len(postings)} postings")
    return found


def _print_json(postings: Sequence[Posting], sheets: Sequence[PostingQuality], day: date) -> None:
    from api.calls.quality import quality_provenance

    body = {"qualities": [sheet.to_json() for sheet in sheets]}
    print_json(body | {"provenance": quality_provenance(postings, on=day)})


def _print_sheet(console: Console, posting: Posting, sheet: PostingQuality) -> None:
    place = find(posting.municipality_code).full_name
    console.rule(f"{posting.posting_id} {place} {posting.title or ''}".rstrip(), align="left")
    console.print(
        f"{bar(sheet.score / 100)} {sheet.score:g}点（100点のうち）　{sheet.words}", markup=False, style="bold"
    )
    for found in sheet.must_fix:
        console.print(f"  ！ {found.sentence}「{found.phrase}」", markup=False)
        console.print(f"     → {found.advice}（{found.source}）", markup=False)
    for line in sheet.gaps():
        _print_line(console, "△", line)
    for line in sheet.lines:
        if line.advice is None:
            _print_line(console, "○", line)


def _print_line(console: Console, mark: str, line: QualityLine) -> None:
    quoted = "" if line.phrase is None or line.phrase in line.sentence else f"（「{line.phrase}」）"
    console.print(f"  {mark} {line.title} {line.points:g}/{line.of:g}　{line.sentence}{quoted}", markup=False)
    if line.advice is not None:
        console.print(f"     → {line.advice}", markup=False)
