"""``enmusubi demo``: the main job on the sample market of Japan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer
from rich.table import Table

from api.commands.options import AsJson, errors_console, people_console, print_json, tracked
from api.commands.without_sign_in import serve_without_sign_in
from api.commands.wording import bar
from api.demo.sizes import DemoSizes

if TYPE_CHECKING:
    from api.demo.run import DemoSummary

__all__ = ["register"]

_Seed: TypeAlias = Annotated[int, typer.Option(min=0, help="Seed the sample is drawn from.")]
_Applicants: TypeAlias = Annotated[int, typer.Option(min=1, help="Registered people.")]
_Postings: TypeAlias = Annotated[int, typer.Option(min=1, help="Postings of 地域おこし協力隊.")]

_MECHANISM_JA = {"deferred-acceptance": "安定な配置", "optimal-assignment": "合計が最大の配置"}
_WISHES_JA = {"applications": "応募どおり", "scores": "全登録者の試算"}
_ABOUT_JA = {
    "market": "見本の市場（記録の形の例）",
    "ranking": "担当者の読む順。はじめに開くもの",
    "recommendation": "応募者一人への提案",
    "run": "配置の案の記録（検算とくじの番号つき）",
    "map": "配置の地図",
}


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(name="demo", help="見本の全国市場で、規則・順番・提案・配置の案・検算・書類を一度に行います。")(_demo)


def _demo(
    out: Annotated[Path, typer.Option(help="Folder for the papers.")] = Path("out/demo"),
    applicants: _Applicants = DemoSizes.applicants,
    postings: _Postings = DemoSizes.postings,
    seed: _Seed = DemoSizes.seed,
    as_json: AsJson = False,
) -> None:
    from api.demo.run import run_demo  # heavy, and no other command needs it

    console = errors_console()
    sizes = DemoSizes(applicants=applicants, postings=postings, seed=seed)
    summary = run_demo(out, sizes, step=lambda words: console.print(f"… {words}"), tracked=tracked)
    if as_json:
        print_json(summary.to_json())
        return
    _print_summary(summary)


def _print_summary(summary: DemoSummary) -> None:
    console = people_console()
    console.rule("縁結び enmusubi　見本の一日", align="left")
    seats = f"募集 {summary.postings:,} 件（席 {summary.seats:,}）"
    console.print(f"登録者 {summary.applicants:,} 人　{seats}　応募 {summary.applications:,} 件")
    counts = summary.verdicts
    console.print(
        f"規則: 対象の見込み {counts['covered']:,} 組　要確認 {counts['needs_review']:,} 組"
        f"　地区の確認 {counts['needs_district']:,} 組　対象外 {counts['not_covered']:,} 組"
    )
    console.print(
        f"読む順: 応募 {summary.candidates:,} 件を並べ、{summary.excluded:,} 件は規則つきで対象外に"
        f"　提案に一度でも出た募集 {summary.coverage:.0%}（関心を広げると {summary.coverage_spread:.0%}）"
    )
    console.print()
    console.print(_rounds_table(summary))
    console.print(f"[bold]{summary.best.posting_id} の読む順（上位3人）[/bold]")
    for place, line in enumerate(summary.best.candidates[:3], start=1):
        reason = line.reasons[0].sentence if line.reasons else "理由になる記述はまだありません"
        console.print(
            f" {place}. {line.id} {bar(line.score)} {line.score:.2f}（{line.low:.2f}〜{line.high:.2f}） {reason}"
        )
    console.print()
    console.print(f"書類 {len(summary.files)} 点: {summary.files[0].parent}/")
    for path in summary.files:
        about = next((words for start, words in _ABOUT_JA.items() if path.name.startswith(start)), "")
        console.print(f"  {path.name}  [dim]{about}[/dim]")
    console.print(f"画面で見る: make serve（make のないところでは {serve_without_sign_in()}）")
    console.print("手元の一覧を読む: enmusubi import 応募者一覧.xlsx（確かめるだけで、何も書きません）")


def _rounds_table(summary: DemoSummary) -> Table:
    table = Table(title="配置の案（すべて元の名簿から検算済み）", title_justify="left")
    for heading in ("希望", "方式", "配置", "席", "組み直したい組", "合計", "確かめたこと"):
        table.add_column(heading, justify="right" if heading in {"配置", "席", "組み直したい組", "合計"} else "left")
    for line in summary.rounds:
        figures = (f"{line.matched:,}", f"{line.seats:,}", f"{line.blocking_pairs:,}", f"{line.objective:.1f}")
        table.add_row(_WISHES_JA[line.wishes], _MECHANISM_JA[line.mechanism], *figures, line.proof)
    return table
