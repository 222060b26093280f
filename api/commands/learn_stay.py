"""``enmusubi learn-stay``: who stays, learned from an office's own outcomes, in a file and with what it is worth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table

from api.canonical import digest_of
from api.commands.options import AsJson, On, date_of, people_console, print_json
from api.files import write_text
from features.json_files.record_files import load_records

if TYPE_CHECKING:
    from features.market.scored_market import ScoredMarket
    from features.records import Records
    from features.staying.office_model import OfficeModel
    from features.staying.office_settlement import OfficeSettlement
    from features.staying.outcome_files import Outcome
    from features.staying.recorded_placements import RecordedPlacements
    from features.staying.report import TermLine

__all__ = ["OutcomesFile", "register"]

OutcomesFile = Annotated[
    Path | None, typer.Option("--outcomes", help="JSON file of outcomes: who was placed where, and until when.")
]
_LEFT_OUT_JA: Final = {
    "wants_no_order": "自動の順位づけを希望しない方",
    "not_begun": "まだ着任していない方",
    "too_short": "着任後1か月の記録がない方",
    "without_start": "着任の日が分からない方",
    "nobody_asked": "着任後の記録が一つもない方",
}


@dataclass(frozen=True)
class _Read:
    """What is learned from, and where it was read."""

    records: Records
    outcomes: tuple[Outcome, ...]
    source: str
    on: date
    left_out: dict[str, int] = field(default_factory=dict[str, int])


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(name="learn-stay", help="着任した人のその後の記録から、12か月後も続けている見込みを学びます。")(
        _learn_stay
    )


def _learn_stay(  # noqa: PLR0917 -- one parameter an option of the command line
    applicants: Annotated[Path | None, typer.Option("--applicants", help="JSON file with the people placed.")] = None,
    postings: Annotated[Path | None, typer.Option("--postings", help="JSON file with the postings.")] = None,
    outcomes: OutcomesFile = None,
    database: Annotated[
        bool, typer.Option("--database", help="Read what the service has stored instead of files; goes on record.")
    ] = False,
    on: On = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where the model goes, JSON; for notebooks of the office.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    from features.market.scored_market import TERMS, read_market
    from features.staying.office_model import learn_office_model
    from features.staying.office_settlement import learn_office_settlement, settlement_to_json
    from features.staying.recorded_placements import recorded_placements

    if output is not None and not output.parent.is_dir():
        raise typer.BadParameter(f"--output is {output}, expected a file in a folder that is there")
    if database:
        if applicants is not None or postings is not None or outcomes is not None:
            raise typer.BadParameter(
                "--database reads what is stored, expected no --applicants, --postings, --outcomes"
            )
        read = _stored(on)
    elif applicants is None or postings is None or outcomes is None:
        raise typer.BadParameter("expected --applicants, --postings and --outcomes, or --database")
    else:
        read = _from_files(applicants, postings, outcomes, date_of(on))
    market = read_market(read.records, on=read.on)
    recorded = recorded_placements(market, read.outcomes, on=read.on)
    found, settling = learn_office_model(recorded), learn_office_settlement(recorded)
    told = _provenance(market, read)
    if output is not None:
        write_text(output, _file_text(found, recorded, told))
    left_out = dict(sorted((read.left_out | recorded.left_out).items()))
    if as_json:
        from features.staying.report import office_model_to_json

        body = office_model_to_json(found, recorded) | {"settlement": settlement_to_json(settling)}
        print_json(body | {"left_out": left_out, "provenance": told})
        return
    titles = {name: term.title for name, term in TERMS.items()}
    _print(found, recorded, left_out, titles)
    _print_settling(settling, titles)
    told_where = (
        f"{output} に書きました。" if output is not None else "まだ何も書いていません（-o でファイルに書きます）。"
    )
    people_console().print(told_where, markup=False)


def _from_files(applicants: Path, postings: Path, outcomes: Path, on: date) -> _Read:
    from features.staying.outcome_files import load_outcomes

    told = load_outcomes(outcomes, today=max(on, date.today()))
    return _Read(load_records([applicants, postings]), told.outcomes, "files", on)


def _stored(on: str | None) -> _Read:
    """What the service has; nobody learns from it before the reading is on record."""
    from api.audit.entry import LOCAL, Use, subject
    from api.audit.trail import append
    from api.commands.service_settings import opened_database, service_settings
    from api.outcomes.placements import placements
    from api.outcomes.recorded import service_outcomes
    from api.storage.database import reading, writing
    from api.storage.stored_records import records_in_use
    from features.staying.outcome_files import sorted_outcomes

    settings = service_settings()
    day = settings.day() if on is None else date_of(on)
    with opened_database(settings) as engine:
        with reading(engine) as session:
            records, known = records_in_use(session), service_outcomes(placements(session))
        digest = digest_of(sorted_outcomes(known.outcomes))
        use = Use(
            action="read",
            purpose="follow_up",
            on=(subject("application", known.application_ids),),
            outputs={"records": digest},
        )
        with writing(engine) as session:
            append(session, use, actor=LOCAL, key=settings.audit_secret())
    return _Read(records, known.outcomes, "database", day, known.left_out)


def _provenance(market: ScoredMarket, read: _Read) -> dict[str, object]:
    from api.provenance import provenance
    from api.record_digests import digest_of_market
    from features.staying.outcome_files import sorted_outcomes

    digests = {
        "records": digest_of_market(market),
        "outcomes": digest_of(sorted_outcomes(read.outcomes)),
    }
    return provenance(market, operation="learn-stay", options={"source": read.source}) | {"inputs": digests}


def _file_text(found: OfficeModel, recorded: RecordedPlacements, told: dict[str, object]) -> str:
    import numpy as np

    from features.staying.model_files import stay_model_file

    codes, counts = np.unique(recorded.placements.municipality, return_counts=True)
    n_of_place = dict(zip(codes.tolist(), counts.tolist(), strict=True))
    return stay_model_file(found.kept, n_of_place, provenance=told).model_dump_json(indent=1) + "\n"


def _print(
    found: OfficeModel,
    recorded: RecordedPlacements,
    left_out: dict[str, int],
    titles: dict[str, str],
) -> None:
    from features.staying.report import REPEATS, sentences, term_lines

    console = people_console()
    console.rule("着任後の記録から学んだ、12か月後も続けている見込み", align="left")
    for sentence in sentences(found, recorded):
        console.print(sentence, markup=False)
    for reason, count in left_out.items():
        console.print(f"数えていないもの: {_LEFT_OUT_JA[reason]} {count} 件", markup=False)
    console.print(_table(term_lines(found, recorded), titles))
    console.print(
        "効き目は、項目が 0 から 1 になるときの、1か月続ける対数オッズの差。範囲が 0 をまたぐものは分かっていません。"
    )
    console.print(f"！ {REPEATS}", markup=False)


def _print_settling(settling: OfficeSettlement | None, titles: dict[str, str]) -> None:
    from features.staying.office_settlement import settlement_sentence, settling_lines

    console = people_console()
    console.rule("任期を終えたあとの定住", align="left")
    console.print(settlement_sentence(settling), markup=False)
    if settling is not None and settling.model is not None:
        console.print(_table(settling_lines(settling), titles))


def _table(lines: Iterable[TermLine], titles: dict[str, str]) -> Table:
    table = Table(show_edge=False)
    for heading in ("項目", "効き目", "95 %の範囲", "低い人の見込み", "高い人の見込み"):
        table.add_column(heading, no_wrap=True, justify="left" if heading == "項目" else "right")
    for line in lines:
        span = f"{line.low:+.2f}〜{line.high:+.2f}"
        table.add_row(
            titles[line.term], f"{line.effect:+.2f}", span, f"{line.chance_low:.0%}", f"{line.chance_high:.0%}"
        )
    return table
