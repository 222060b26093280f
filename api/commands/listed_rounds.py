"""``enmusubi match --lists``: a round over the lists of a whole register, into a folder of files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, cast

from api.commands.options import people_console, print_json, progress_bar
from api.engines.list_files import ListFiles
from api.files import write_text
from api.runs.listed_record import listed_record
from features.partitions.parquet_files import PARTIAL, write_whole
from features.rounds.checked import Mechanism
from features.rounds.listed import ListedResult, run_listed_round
from features.rounds.listed_market import ListedRound, open_listed_round
from matching.mechanisms.stable.ties import Lottery

__all__ = ["match_lists"]

_LEFT_OUT_JA: Final = {"accepted": "すでに内定を承諾しています", "unordered": "自動の順位づけを希望しません"}


def match_lists(folder: Path, out: Path, *, mechanism: Mechanism, seed: int, lottery: Lottery, as_json: bool) -> None:
    """Run the round, write placements, seats and the record, and say what was found."""
    lists = ListFiles(folder)
    with progress_bar() as progress:
        reading = progress.add_task("一覧を読む", total=len(lists.partitions))
        opened = _opened(lists, lambda: progress.advance(reading))
        running = progress.add_task("配置の案の計算と検算", total=None)
        result = run_listed_round(opened, mechanism=mechanism, seed=seed, lottery=lottery)
        progress.update(running, completed=1, total=1)
    record = _written(result, lists, out, seed=seed, lottery=lottery)
    if as_json:
        print_json(record)
    else:
        _print(record, out)


def _opened(lists: ListFiles, told: Callable[[], None]) -> ListedRound:
    return open_listed_round(
        lists.parts(told), lists.postings(), on=lists.on, list_length=lists.list_length, held=lists.held()
    )


def _written(result: ListedResult, lists: ListFiles, out: Path, *, seed: int, lottery: Lottery) -> dict[str, object]:
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    # until there is a new one, nothing says that the other files belong together
    (out / "run.json").unlink(missing_ok=True)
    for left in out.glob(f"*{PARTIAL}"):  # of a round that was stopped while it wrote
        left.unlink(missing_ok=True)
    frames = {"placements.parquet": result.placements(), "seats.parquet": result.seats()}
    files = {name: write_whole(frame, out / name, made_from=lists.digest) for name, frame in frames.items()}
    record = listed_record(result, lists, seed=seed, lottery=lottery, files=files)
    write_text(out / "run.json", json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
    return record


def _print(record: Mapping[str, object], out: Path) -> None:
    console, report = people_console(), cast("dict[str, int]", record["report"])
    console.print(
        f"[bold]{record['mechanism']}[/bold]　配置 {report['matched']:,} 人 / 席 {report['seats']:,}"
        f"（加わった人 {report['people']:,} 人、一覧にある組 {report['listed_pairs']:,}）"
    )
    blocking = report["blocking_pairs"]
    told = "なし（一覧にある組の中では安定）" if not blocking else f"{blocking:,} 組"
    console.print(f"互いに組み直したい組（ブロッキングペア、一覧にある組だけを調べました）: {told}")
    certificate = cast("dict[str, object] | None", report["certificate"])
    if certificate is not None:
        console.print(
            f"合計 {certificate['value']}（双対価格による上限 {certificate['bound']}、"
            "一覧にある組の中では最適であることを確認済み）"
        )
    share = report["cut_lists"] / max(report["people"], 1)
    console.print(
        f"一覧が途中で切れているかもしれない人: {report['cut_lists']:,} 人（{share:.1%}）。"
        f"そのうち配置のない人: {report['unmatched_with_cut_list']:,} 人（切れた先に席があったかもしれません）"
    )
    left_out = cast("dict[str, dict[str, int]]", record["report"])["left_out"]
    for why, words in _LEFT_OUT_JA.items():
        if left_out[why]:
            console.print(f"この配置の案の計算に入れなかった人: {left_out[why]:,} 人（{words}）")
    if report["households_not_kept"]:
        console.print(
            f"※ 世帯の希望 {report['households_not_kept']:,} 件は、一覧が一人ずつのものなので、考えに入れていません。"
            "世帯のある計算は --applicants と --postings で行ってください。"
        )
    on = cast("dict[str, object]", record["provenance"])["on"]
    console.print(
        f"一覧は {on} のものです。その後の内定の承諾・辞退、応募の取下げ、消去、利用の停止、"
        "順位づけを希望しないという申出は入っていません。実際に使う前に、一覧を作り直してください。"
    )
    console.print(f"配置の案　{out / 'placements.parquet'}　　席　seats.parquet　　計算の記録　run.json", markup=False)
