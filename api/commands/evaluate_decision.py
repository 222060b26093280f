"""``enmusubi evaluate decision``: what an assignment of the twin is worth, and whom it harms, as one page."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table

from api.canonical import canonical_json, code_version
from api.commands.evaluate_records import RecordFiles, evaluated_records
from api.commands.options import AsJson, On, WeightsFile, date_of, errors_console, people_console, print_json
from api.files import write_text

if TYPE_CHECKING:
    import numpy as np

    from features.evaluation.season_evaluation import SeasonEvaluation
    from features.evaluation.swaps import SwapTest
    from features.evaluation.twin_season import TrueValue

__all__ = ["evaluate_decision"]

_PLANS_JA: Final = {"engine": "エンジンの割当", "greedy": "先着順", "random": "くじ引き"}
_SWAPPED_POSTINGS: Final = 6
_OF_TWIN: Final = ("people", "postings", "past", "swapped")
_OF_RECORDS: Final = ("outcomes", "records", "choices", "year", "weights", "on")
_TOLD_JA: Final = {"operation": "操作", "code_version": "版"}


def evaluate_decision(  # noqa: PLR0917 -- one parameter an option of the command line
    context: typer.Context,
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
    outcomes: Annotated[
        Path | None,
        typer.Option("--outcomes", help="JSON file of outcomes: an office's own years instead of the twin's."),
    ] = None,
    records: Annotated[
        list[Path] | None,
        typer.Option("--records", help="With --outcomes: JSON files of applicants, postings, applications."),
    ] = None,
    choices: Annotated[
        Path | None, typer.Option("--choices", help="With --outcomes: JSON file of choices, whom officers chose.")
    ] = None,
    year: Annotated[
        int | None, typer.Option(min=1900, max=2200, help="With --outcomes: the fiscal year (the last that can be).")
    ] = None,
    weights: WeightsFile = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Evaluate the last year of a twin, or of an office's records; exit 1 where the past cannot answer."""
    import numpy as np

    if output is not None and not output.parent.is_dir():
        raise typer.BadParameter(f"--output is {output}, expected a file in a folder that is there")
    given = {name for name in (*_OF_TWIN, *_OF_RECORDS) if _is_given(context, name)}
    _verify_together(given)
    rng = np.random.default_rng(seed)
    if outcomes is not None and records:
        files = RecordFiles(tuple(records), outcomes, choices, weights)
        judged = _of_records(files, seed=seed, on=date_of(on), year=year, rng=rng)
    else:
        judged = _of_twin({"seed": seed, "people": people, "postings": postings, "past": past, "swapped": swapped}, rng)
    if output is not None:
        write_text(output, _page(judged))
    if as_json:
        print_json(judged.body())
    else:
        _print(judged)
        if output is not None:
            people_console().print(f"一枚にまとめました: {output}", markup=False)
    if not judged.found.value.is_answerable:
        raise typer.Exit(1)


@dataclass(frozen=True, eq=False)
class _Judged:
    """What was found of a season, and what stands beside it on paper and in JSON."""

    found: SeasonEvaluation
    truth: TrueValue | None
    source: str
    told: Mapping[str, object]
    more: Mapping[str, object]

    def body(self) -> dict[str, object]:
        truth = None if self.truth is None else self.truth._asdict()
        return self.found.to_json() | {"truth": truth, **self.more, "provenance": dict(self.told)}


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name not in {"DEFAULT", "DEFAULT_MAP"}


def _verify_together(given: Set[str]) -> None:
    of_records = [name for name in _OF_RECORDS if name in given]
    if not of_records:
        return
    missing = [name for name in ("outcomes", "records") if name not in given]
    if missing:
        raise typer.BadParameter(f"--{of_records[0]} needs --{missing[0]}: years of an office are read from both")
    of_twin = [name for name in _OF_TWIN if name in given]
    if of_twin:
        raise typer.BadParameter(f"--{of_twin[0]} is of the twin, expected it without --outcomes")


def _of_twin(sizes: Mapping[str, int], rng: np.random.Generator) -> _Judged:
    from features.evaluation.season_evaluation import evaluate_season
    from features.evaluation.twin_season import judged_twin, true_value, twin_seasons

    console = errors_console()
    console.print("… 見本の年をつくり、過去の年から学んでいます")
    years = twin_seasons(
        seed=sizes["seed"], n_past=sizes["past"], n_people=sizes["people"], n_postings=sizes["postings"]
    )
    judged = judged_twin(years, rng=rng)
    if sizes["swapped"]:
        console.print("… 性別の欄を書き替えて、名簿を読み直しています")
    swaps = _swap_test(sizes["seed"], sizes["swapped"]) if sizes["swapped"] else None
    source = (
        f"見本の一年（架空の {sizes['people']} 人、募集の組 {sizes['postings']}）。"
        f"エンジンは前の {sizes['past']} 年だけから学び、この年の割当を決めました。"
        "実際の配置は、癖のある担当者がしたことになっています。"
    )
    told = {"operation": "evaluate decision", **sizes, "code_version": code_version()}
    return _Judged(evaluate_season(judged, rng=rng, swaps=swaps), true_value(years[-1], judged), source, told, {})


def _of_records(files: RecordFiles, *, seed: int, on: date, year: int | None, rng: np.random.Generator) -> _Judged:
    errors_console().print("… 記録を読み、前の年度から学んでいます")
    done = evaluated_records(files, on=on, year=year, rng=rng)
    season = done.season
    more = {
        "season": {
            "year": season.year,
            "placed": season.n_placed,
            "past": season.n_past,
            "unknown": season.n_unknown,
            "choices": season.n_choices,
        }
    }
    return _Judged(done.found, None, done.source, {**done.provenance, "seed": seed}, more)


def _swap_test(seed: int, n_people: int) -> SwapTest:
    from features.evaluation.record_swaps import record_swap_test
    from features.records import Records
    from features.synthetic import sample_date, sample_market

    drawn = sample_market(
        n_applicants=2 * n_people, n_postings=_SWAPPED_POSTINGS, n_kigyojin_postings=0, n_company_people=0, seed=seed
    )
    at_home = [person for person in drawn.applicants if person.selection_profile.origin is not None]
    return record_swap_test(Records(applicants=tuple(at_home[:n_people]), postings=drawn.postings), on=sample_date())


def _page(judged: _Judged) -> str:
    from features.evaluation.report import evaluation_page

    told = {_TOLD_JA.get(name, name): _plain(value) for name, value in judged.told.items() if value is not None}
    return evaluation_page(judged.found, source=judged.source, provenance=told, truth=judged.truth)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else canonical_json(value)


def _print(judged: _Judged) -> None:
    found, truth = judged.found, judged.truth
    if truth is None:
        people_console().print(judged.source, markup=False)
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
        f"（実質 {overlap.effective:.0f}人）" + ("" if truth is None else f"　見本の本当の差 {100 * truth.gain:+.1f}")
    )
    harm = found.harm
    console.print(
        f"残る見込みが下がると予測される人 {harm.rate.estimate:.0%}"
        + ("" if truth is None else f"（本当は {truth.harmed:.0%}）")
    )
    if found.swaps is not None:
        console.print(f"性別の欄を書き替えて変わった点 {found.swaps.changed}（{found.swaps.n_scores}個中）")
    if not value.is_answerable:
        why = "過去とくらべられる人が少なすぎます。" if value.outcomes_differ else "配置された人の結果が全員同じです。"
        console.print(f"過去の記録からは答えられません。{why}")
