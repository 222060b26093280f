"""``enmusubi match``: a round over records, checked before it is shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, TypeAlias, cast

import typer

from api.commands.options import (
    AsJson,
    On,
    WeightsFile,
    date_of,
    one_of,
    people_console,
    print_json,
)
from api.files import write_text
from api.runs.record import run_record
from features.json_files.record_files import load_records
from features.market.scored_market import read_market
from features.rounds.checked import Mechanism
from features.rounds.results import run_round
from features.rounds.round import Households, Wishes, open_round
from features.rounds.taking_part import taking_part
from features.weights import load_weights
from matching.mechanisms.stable.ties import Lottery

__all__ = ["register"]

_Applicants: TypeAlias = Annotated[
    Path | None, typer.Option("--applicants", help="JSON file with applicants (and applications).")
]
_Postings: TypeAlias = Annotated[
    Path | None, typer.Option("--postings", help="JSON file with postings; both files unless --lists.")
]
_Lists: TypeAlias = Annotated[
    Path | None, typer.Option("--lists", metavar="FOLDER", help="Over the lists that rank --engine wrote there.")
]
_OF_LISTS: Final = (
    "--lists needs --output, the folder of the result, and stands with --mechanism, --seed, --lottery and --json "
    "alone: people, postings, weights and day are those of the lists"
)


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(name="match", help="応募と席から配置の案を計算し、検算してから示します（安定、または合計が最大）。")(
        _match
    )


def _match(  # noqa: PLR0917 -- one parameter an option of the command line
    applicants: _Applicants = None,
    postings: _Postings = None,
    lists: _Lists = None,
    mechanism: Annotated[str, typer.Option(help="deferred-acceptance | optimal-assignment")] = "deferred-acceptance",
    wishes: Annotated[str | None, typer.Option(help="applications | scores (applications where there are any)")] = None,
    list_length: Annotated[int | None, typer.Option(min=1, help="Places a list keeps at most (all).")] = None,
    households: Annotated[
        str | None, typer.Option(help="single | refuse: what to do with joint wishes (single)")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the published lottery.")] = 0,
    lottery: Annotated[str, typer.Option(help="single | multiple")] = "single",
    weights: WeightsFile = None,
    on: On = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Where the run record goes; with --lists the folder of the result."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    known = cast("Mechanism", one_of("--mechanism", mechanism, Mechanism))
    chance = cast("Lottery", one_of("--lottery", lottery, Lottery))
    if lists is not None:
        own = (applicants, postings, wishes, list_length, households, weights, on)
        if output is None or any(given is not None for given in own):
            raise typer.BadParameter(_OF_LISTS)
        from api.commands.listed_rounds import match_lists

        match_lists(lists, output, mechanism=known, seed=seed, lottery=chance, as_json=as_json)
        return
    if applicants is None or postings is None:
        raise typer.BadParameter("--applicants and --postings are needed, or --lists")
    kept = cast("Households", one_of("--households", households or "single", Households))
    asked = None if wishes is None else cast(Wishes, one_of("--wishes", wishes, Wishes))
    part = taking_part(load_records([applicants, postings]), wishes=asked)
    market = read_market(
        part.records,
        on=date_of(on),
        weights=None if weights is None else load_weights(weights),
    )
    opened = open_round(
        market,
        wishes=part.wishes,
        list_length=list_length,
        households=kept,
        left_out=part.left_out,
    )
    result = run_round(opened, mechanism=known, seed=seed, lottery=chance)
    record = run_record(result, seed=seed, lottery=lottery, list_length=list_length, households=kept)
    if output is not None:
        write_text(output, json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
    if as_json:
        print_json(record)
        return
    _print_summary(record)


def _print_summary(record: Mapping[str, object]) -> None:
    console = people_console()
    report = cast("dict[str, object]", record["report"])
    console.print(f"[bold]{record['mechanism']}[/bold]　配置 {report['matched']} 人 / 席 {report['seats']}")
    blocking = cast("list[object]", report["blocking_pairs"])
    console.print(
        "互いに組み直したい組（ブロッキングペア）: " + ("なし（安定）" if not blocking else f"{len(blocking)} 組")
    )
    certificate = cast("dict[str, object] | None", report["certificate"])
    if certificate is not None:
        console.print(
            f"合計 {certificate['value']}（双対価格による上限 {certificate['bound']}、最適であることを確認済み）"
        )
    left_out = cast("dict[str, int]", report["left_out"])
    for why, n in left_out.items():
        if n:
            console.print(f"この配置の案の計算に入れなかった人: {n} 人（{_LEFT_OUT[why]}）")
    for note in cast("list[str]", report["notes"]):
        console.print(f"※ {note}", markup=False)
    for applicant, posting in cast("dict[str, str | None]", record["matching"]).items():
        console.print(f"  {applicant} → {posting or '（配置なし）'}", markup=False)
    for line in cast("list[dict[str, object]]", report["unmatched"]):
        console.print(f"  {line['applicant_id']}: {_why(line)}", markup=False)


_LEFT_OUT = {
    "accepted": "すでに行き先を承諾しています",
    "ended": "応募がすべて終わっています（辞退、取り下げ、終了）",
}
_WHY = {
    "capacity": "希望先の席が足りません",
    "priority": "希望先の席は、募集側の順位が上の人で埋まりました",
    "list_length": "希望に入れていない募集で受け入れ可能なところがあります",
    "eligibility": "希望先の条件を満たしません",
    "not_applied": "応募していません",
    "no_wish_left": "配置できる希望先がありません（席が決まった人で埋まっている・規則・締切・希望しない地域のどれか）",
}


def _why(line: Mapping[str, object]) -> str:
    reasons = "、".join(_WHY[reason] for reason in cast("list[str]", line["reasons"]))
    places = cast("list[str]", line["open_to"])
    told = reasons or "希望先の席は他の組み合わせに使われました"
    return f"{told}。受け入れ可能だった募集: {'、'.join(places) or 'なし'}"
