"""``enmusubi learn``: weights from what was decided, with their errors and a warning."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, cast

import typer
from rich.console import Console
from rich.table import Table

from api.commands.choice_digest import digest_of_choices
from api.commands.options import (
    ApplicantsFile,
    AsJson,
    On,
    PostingsFile,
    WeightsFile,
    date_of,
    one_of,
    people_console,
    print_json,
)
from api.files import write_text
from api.provenance import provenance
from api.record_digests import digest_of_market
from features.json_files.record_files import load_records
from features.market.scored_market import TERMS, ScoredMarket, read_market
from features.scoring import Side
from features.weights import load_weights

if TYPE_CHECKING:
    from features.learning.choice_files import ChoiceFile
    from features.learning.learned import LearnedWeights
    from features.learning.recorded_choices import RecordedChoices
    from features.learning.stages import Reading

__all__ = ["register"]

_LEFT_OUT_JA: Final = {
    "excluded": "規則により対象外の組",
    "withdrawn": "取り下げられた応募",
    "undecided": "まだ決まっていない応募",
    "wants_no_order": "自動の順位づけを希望しない方の組",
    "nobody_chosen": "誰も選ばれていない選考",
    "chosen_left_out": "選ばれた方を比べられない選考",
    "nobody_left": "全員が選ばれ、比べる相手のいない選考",
}
_NOT_TOLD: Final = "この選択からは分かりません"
_SIDE_JA: Final[Mapping[Side, str]] = {"coordinator": "募集側", "applicant": "応募者側"}


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(name="learn", help="これまでの決定から、項目の重みと、その確かさを見積もります。")(_learn)


def _learn(  # noqa: PLR0917 -- one parameter an option of the command line
    applicants: ApplicantsFile,
    postings: PostingsFile,
    choices: Annotated[
        Path | None, typer.Option("--choices", help="JSON file of choices; what the applications tell where absent.")
    ] = None,
    side: Annotated[
        str, typer.Option(help="coordinator: whom offices chose; applicant: what applicants put first.")
    ] = "coordinator",
    reading: Annotated[
        str | None, typer.Option(help="choices | lists | pairs (choices of coordinators, lists of applicants).")
    ] = None,
    outside: Annotated[bool, typer.Option("--outside", help="Read the choice of nobody too (with --choices).")] = False,
    weights: WeightsFile = None,
    on: On = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Where the learned weights go, TOML.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write over a file that is there already.")] = False,
    as_json: AsJson = False,
) -> None:
    from features.learning.choice_files import load_choices
    from features.learning.recorded_choices import choices_in_file, choices_in_records
    from features.learning.stages import Reading
    from features.learning.weights_text import weights_toml

    whose = cast("Side", one_of("--side", side, Side))
    how = cast("Reading", one_of("--reading", reading or ("choices" if whose == "coordinator" else "lists"), Reading))
    _verify_free(output, replace=replace)
    if outside and choices is None:
        raise typer.BadParameter("--outside needs --choices: applications do not tell who chose nobody")
    market = read_market(
        load_records([applicants, postings]), on=date_of(on), weights=None if weights is None else load_weights(weights)
    )
    file = None if choices is None else load_choices(choices)
    source = "" if choices is None else str(choices)
    recorded = (
        choices_in_records(market, whose)
        if file is None
        else choices_in_file(market, whose, file, outside=outside, source=source)
    )
    learned = _learned(market, recorded, how, outside=outside)
    inputs = _digests(market, file)
    if output is not None:
        write_text(output, weights_toml(learned, whose, name=f"learned-{market.on.isoformat()}", inputs=inputs))
    if as_json:
        options = {"side": side, "reading": how, "outside": outside, "choices": choices is not None}
        told = provenance(market, operation="learn", options=options) | {"inputs": inputs}
        print_json(_body(learned, recorded) | {"provenance": told})
        return
    _print(people_console(), learned, recorded, output)


def _verify_free(output: Path | None, *, replace: bool) -> None:
    """Weights are tuned by hand in such files: none is written over unless that is said."""
    if output is not None and output.is_file() and not replace:
        raise typer.BadParameter(f"--output is {output}, which is there already; name a new file or say --replace")


def _digests(market: ScoredMarket, file: ChoiceFile | None) -> dict[str, str]:
    """Of all that was learned from; the order of a file of choices is no information."""
    records = {"records": digest_of_market(market)}
    if file is None:
        return records
    return records | {"choices": digest_of_choices(file)}


def _learned(market: ScoredMarket, recorded: RecordedChoices, reading: Reading, *, outside: bool) -> LearnedWeights:
    from features.learning.learned import learn_weights

    given = market.weights.coordinator if recorded.side == "coordinator" else market.weights.applicant
    hand = {term: given.get(term, 0.0) for term in recorded.sets.terms}
    sets = recorded.sets.with_outside() if outside else recorded.sets
    return learn_weights(sets, hand, reading=reading, office_of=recorded.office_of, offices=recorded.offices)


def _body(learned: LearnedWeights, recorded: RecordedChoices) -> dict[str, object]:
    from features.learning.report import learned_to_json

    return {"side": recorded.side, "left_out": recorded.left_out} | learned_to_json(learned)


def _print(console: Console, learned: LearnedWeights, recorded: RecordedChoices, output: Path | None) -> None:
    from features.learning.report import sentences
    from features.learning.weights_text import HABITS

    console.rule(f"決定から学んだ重み（{_SIDE_JA[recorded.side]}）", align="left")
    for sentence in sentences(learned, {name: term.title for name, term in TERMS.items()}):
        console.print(sentence, markup=False)
    for reason, count in recorded.left_out.items():
        console.print(f"数えていないもの: {_LEFT_OUT_JA[reason]} {count} 件", markup=False)
    console.print(_table(learned))
    console.print(f"！ {HABITS}", markup=False)
    told = f"{output} に書きました。" if output is not None else "まだ何も書いていません（-o でファイルに書きます）。"
    console.print(told, markup=False)


def _table(learned: LearnedWeights) -> Table:
    table = Table(show_edge=False)
    for heading in ("項目", "手で決めた重み", "学んだ重み", "標準誤差", "95 %の範囲"):
        table.add_column(heading, no_wrap=True)
    from features.learning.report import lines

    for line in lines(learned):
        error = "" if line.standard_error is None else f"{line.standard_error:.3f}"
        span = _NOT_TOLD if line.low is None or line.high is None else f"{line.low:.3f}〜{line.high:.3f}"
        table.add_row(TERMS[line.term].title, f"{line.hand:.3f}", f"{line.weight:.3f}", error, span)
    return table
