"""``enmusubi evaluate``: how good the order of reading is, on a labelled set, and what an assignment is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

import typer
from rich.console import Console
from rich.table import Table

from api.canonical import digest_of
from api.commands.evaluate_decision import evaluate_decision
from api.commands.options import AsJson, date_of, one_of, people_console, print_json, tracked
from api.provenance import provenance
from features.market.scored_market import ScoredMarket, read_market
from features.relevance.labelled_set import GROUPS, JUDGED_ON, Group, Half, LabelledHalf, groups_of, load
from features.relevance.orders import ENGINE, ORDERS
from features.relevance.report import ExclusionFigures, OrderFigures, exclusions_of, figures_of

__all__ = ["app"]

HalfChoice: TypeAlias = Literal["test", "tuning", "both"]
_Figures: TypeAlias = Mapping[Half, tuple[OrderFigures, ...]]

PeopleChoice: TypeAlias = Literal["first", "all", "both"]

HALF_JA: Final[Mapping[Half, str]] = {"tuning": "調整用", "test": "確認用"}
GROUP_JA: Final[Mapping[Group, str]] = {"first": "基本の人たち", "all": "転身する人たちを加えて"}

app = typer.Typer(no_args_is_help=True, help="読む順のよさを人が判定した組で、割当の値打ちを見本の年で測ります。")


def _relevance(  # noqa: PLR0917 -- one parameter an option of the command line
    folder: Annotated[
        Path, typer.Option("--set", metavar="DIR", help="Folder with applicants, both halves of calls and judgments.")
    ] = Path("fixtures/relevance"),
    half: Annotated[str, typer.Option(metavar="test|tuning|both", help="Which calls are measured.")] = "both",
    people: Annotated[
        str, typer.Option(metavar="first|all|both", help="The first people, the career changers too, or each in turn.")
    ] = "both",
    postings: Annotated[bool, typer.Option("--postings", help="A line for every call too.")] = False,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="The day the rules are asked about, YYYY-MM-DD.")
    ] = JUDGED_ON.isoformat(),
    as_json: AsJson = False,
) -> None:
    one_of("--half", half, HalfChoice)
    one_of("--people", people, PeopleChoice)
    bodies: list[dict[str, object]] = []
    for group in _groups(folder, people):
        halves = [one for one in load(folder, people=group).halves if half in (one.half, "both")]
        markets: dict[Half, ScoredMarket] = {one.half: read_market(one.records, on=date_of(on)) for one in halves}
        excluded = [exclusions_of(one, markets[one.half]) for one in halves]
        figures = _measured(halves, markets)
        if as_json:
            decided = {h.half: _decided_by(h, markets[h.half], group) for h in halves}
            bodies.append({"people": group} | _body(figures, excluded) | {"provenance": decided})
        else:
            people_console().rule(f"{GROUP_JA[group]}（{len(halves[0].records.applicants)}人）", align="left")
            _print(people_console(), figures, excluded, each=postings)
    if as_json:
        print_json({"groups": bodies})


def _groups(folder: Path, people: str) -> tuple[Group, ...]:
    return groups_of(folder) if people == "both" else tuple(group for group in GROUPS if group == people)


def _measured(halves: Sequence[LabelledHalf], markets: Mapping[Half, ScoredMarket]) -> _Figures:
    steps = [(one, order) for one in halves for order in ORDERS]
    found = [figures_of(order, one, markets[one.half]) for one, order in tracked(steps, "読む順の比較")]
    return {one.half: tuple(figures for figures in found if figures.half == one.half) for one in halves}


def _body(figures: _Figures, excluded: Iterable[ExclusionFigures]) -> dict[str, object]:
    lines = [
        line.to_json() | {"calls_against_engine": line.calls_against(of_half[0])}
        for of_half in figures.values()
        for line in of_half
    ]
    return {"orders": lines, "exclusions": [found.to_json() for found in excluded]}


def _decided_by(half: LabelledHalf, market: ScoredMarket, group: Group) -> dict[str, object]:
    judged = [judgment.model_dump(mode="json") for judgment in half.judgments.values()]
    told = provenance(market, operation="evaluate relevance", options={"half": half.half, "people": group})
    return told | {"judgments": digest_of(judged)}


def _print(console: Console, figures: _Figures, excluded: Iterable[ExclusionFigures], *, each: bool) -> None:
    console.print(_table(figures))
    console.print(
        "nDCG@6: 上から6人がどれだけ理想の順に近いか。組: 二人ずつ比べて正しい順になる割合。どちらも1が最良。"
    )
    for half, lines in figures.items():
        if lines[0].left_out:
            told = "、".join(lines[0].left_out)
            console.print(f"{HALF_JA[half]}: 順に差がつかないため数えない募集 {len(lines[0].left_out)} 件（{told}）")
    for found in excluded:
        _print_exclusions(console, found)
    if each:
        for half, lines in figures.items():
            console.print(_calls_table(half, lines))


def _table(figures: _Figures) -> Table:
    table = Table(show_edge=False)
    table.add_column("\n順の付け方", no_wrap=True)
    for half in figures:
        for heading in ("nDCG@6", "最低", "組", "最低"):
            table.add_column(f"{HALF_JA[half]}\n{heading}")
    for place, order in enumerate(ORDERS):
        cells = [cell for lines in figures.values() for cell in _cells(lines[place])]
        table.add_row(order.title, *cells, style="bold" if order is ENGINE else None)
    return table


def _cells(line: OrderFigures) -> tuple[str, str, str, str]:
    gain, pairs = line.worst_gain, line.worst_pairwise
    return (
        f"{line.gain:.3f}",
        f"{gain.gain:.3f} {gain.posting_id}",
        f"{line.pairwise:.3f}",
        f"{pairs.pairwise:.3f} {pairs.posting_id}",
    )


def _print_exclusions(console: Console, found: ExclusionFigures) -> None:
    caught, named = found.labelled - len(found.missed), found.labelled - len(found.missed) - len(found.other_kind)
    console.print(
        f"{HALF_JA[found.half]}: 対象外と判定した {found.labelled} 組のうち、規則も対象外とした組 {caught}"
        f"（判定と同じ種類の規則で {named}）。判定にない対象外 {len(found.wrong)} 組"
    )
    for words, pairs in (("見落とし", found.missed), ("種類の違い", found.other_kind), ("余分", found.wrong)):
        for posting_id, applicant_id in pairs:
            console.print(f"  {words} {posting_id} {applicant_id}", markup=False)


def _calls_table(half: Half, lines: Sequence[OrderFigures]) -> Table:
    """The engine's figures of every call, and the order that does best where it does better than the engine."""
    table = Table(show_edge=False, title=f"{HALF_JA[half]}　募集ごと（エンジン）", title_justify="left")
    for heading in ("募集", "読む人", "評価1以上", "nDCG@6", "組", "これより良い順（nDCG@6）"):
        table.add_column(heading)
    for place, own in enumerate(lines[0].calls):
        best = max(lines, key=lambda line: line.calls[place].gain)
        better = "" if best is lines[0] else f"{best.title} {best.calls[place].gain:.3f}"
        figures = (f"{own.gain:.3f}", f"{own.pairwise:.3f}")
        table.add_row(own.posting_id, str(own.candidates), str(own.graded), *figures, better)
    return table


app.command(name="relevance", help="判定済みの人と募集で、読む順・対象外の正しさを、より単純な順と比べます。")(
    _relevance
)
app.command(
    name="decision", help="割当で何人多く残るか、誰が損をするか、公平かを、本当の答えが分かる見本の年で確かめます。"
)(evaluate_decision)
