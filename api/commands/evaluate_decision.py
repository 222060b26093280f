"""``enmusubi evaluate decision``: what an assignment of the twin is worth, and whom it harms, as one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table

from api.canonical import code_version
from api.commands.options import AsJson, errors_console, people_console, print_json
from api.files import write_text

if TYPE_CHECKING:
    from features.evaluation.season_evaluation import SeasonEvaluation
    from features.evaluation.swaps import SwapTest
    from features.evaluation.twin_season import TrueValue

__all__ = ["evaluate_decision"]

_PLANS_JA: Final = {"engine": "エンジンの割当", "greedy": "先着順", "random": "くじ引き"}
_SWAPPED_POSTINGS: Final = 6


def evaluate_decision(  # noqa: PLR0917 -- one parameter an option of the command line
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE.html", help="Where the page goes (needs matplotlib).")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed the twin and all chance are drawn from.")] = 0,
    people: Annotated[int, typer.Option(min=20, max=5000, help="People of a year.")] = 300,
    postings: Annotated[int, typer.Option(min=5, max=200, help="Groups of like postings, a municipality each.")] = 20,
    past: Annotated[int, typer.Option(min=1, max=10, help="Years the engine learns from.")] = 3,
    swapped: Annotated[
        int, typer.Option(min=0, max=200, help="People of the swap test, read from a list with 性別; 0 leaves it out.")
    ] = 20,
    as_json: AsJson = False,
) -> None:
    """Evaluate the last year of a twin; exit 1 where the past cannot answer."""
    import numpy as np

    from features.evaluation.season_evaluation import evaluate_season
    from features.evaluation.twin_season import judged_twin, true_value, twin_seasons

    if output is not None and not output.parent.is_dir():
        raise typer.BadParameter(f"--output is {output}, expected a file in a folder that is there")
    console = errors_console()
    console.print("… 見本の年をつくり、過去の年から学んでいます")
    years = twin_seasons(seed=seed, n_past=past, n_people=people, n_postings=postings)
    rng = np.random.default_rng(seed)
    judged = judged_twin(years, rng=rng)
    if swapped:
        console.print("… 性別の欄を書き替えて、名簿を読み直しています")
    swaps = _swap_test(seed, swapped) if swapped else None
    found, truth = evaluate_season(judged, rng=rng, swaps=swaps), true_value(years[-1], judged)
    sizes = {"seed": seed, "people": people, "postings": postings, "past": past, "swapped": swapped}
    if output is not None:
        write_text(output, _page(found, truth, sizes))
    if as_json:
        told = {"operation": "evaluate decision", **sizes, "code_version": code_version()}
        print_json(found.to_json() | {"truth": truth._asdict(), "provenance": told})
    else:
        _print(found, truth)
        if output is not None:
            people_console().print(f"一枚にまとめました: {output}", markup=False)
    if not found.value.is_answerable:
        raise typer.Exit(1)


def _swap_test(seed: int, n_people: int) -> SwapTest:
    from features.evaluation.record_swaps import record_swap_test
    from features.records import Records
    from features.synthetic import sample_date, sample_market

    drawn = sample_market(
        n_applicants=2 * n_people, n_postings=_SWAPPED_POSTINGS, n_kigyojin_postings=0, n_company_people=0, seed=seed
    )
    at_home = [person for person in drawn.applicants if person.selection_profile.origin is not None]
    return record_swap_test(Records(applicants=tuple(at_home[:n_people]), postings=drawn.postings), on=sample_date())


def _page(found: SeasonEvaluation, truth: TrueValue, sizes: dict[str, int]) -> str:
    from features.evaluation.report import evaluation_page

    source = (
        f"見本の一年（架空の {sizes['people']} 人、募集の組 {sizes['postings']}）。"
        f"エンジンは前の {sizes['past']} 年だけから学び、この年の割当を決めました。"
        "実際の配置は、癖のある担当者がしたことになっています。"
    )
    told = {"操作": "evaluate decision", **{name: str(value) for name, value in sizes.items()}, "版": code_version()}
    return evaluation_page(found, source=source, provenance=told, truth=truth)


def _print(found: SeasonEvaluation, truth: TrueValue) -> None:
    console = people_console()
    value = found.value
    table = Table(show_edge=False, title="12か月後に残る人、実際の配置との差（100人あたり）", title_justify="left")
    for heading in ("置き方", "記録からの推定", "95%の幅", "モデルの言い分"):
        table.add_column(heading, justify="left" if heading == "置き方" else "right")
    for line in (value.judged, *value.others):
        low, estimate, high = (f"{100 * end:+.1f}" for end in line.gain)
        table.add_row(_PLANS_JA[line.name], estimate, f"{low} 〜 {high}", f"{100 * line.claimed_gain:+.1f}")
    console.print(table)
    overlap = value.judged_overlap
    console.print(
        f"過去が語れる人 {value.n_asked}/{value.n_people}人　割当と実際が同じ {overlap.agreed:.0f}人"
        f"（実質 {overlap.effective:.0f}人）　見本の本当の差 {100 * truth.gain:+.1f}"
    )
    harm = found.harm
    console.print(f"残る見込みが下がると予測される人 {harm.rate.estimate:.0%}（本当は {truth.harmed:.0%}）")
    if found.swaps is not None:
        console.print(f"性別の欄を書き替えて変わった点 {found.swaps.changed}（{found.swaps.n_scores}個中）")
    if not value.is_answerable:
        console.print("過去の記録からは答えられません。過去とくらべられる人が少なすぎます。")
