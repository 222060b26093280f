"""``enmusubi synthesise``: the sample market of Japan, a twin of an office's own people, and how near both come."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.commands.options import AsJson, people_console, print_json
from api.demo.sizes import DemoSizes
from api.files import write_text
from features.record_files import dump_records, load_records

if TYPE_CHECKING:
    from features.records import Records
    from features.synthetic.margins import Margin
    from features.synthetic.private_margins import Released

__all__ = ["register"]

_FINEST = 10_000  # exact noise of a finer epsilon would take long, and no promise needs it
_EVIDENCE_JA = {"V": "公表", "K": "一般知識", "A": "仮定"}


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(name="synthesise", help="見本の市場（架空の人、実在の市区町村）をJSONに書き出します。")(_synthesise)


def _synthesise(  # noqa: PLR0917 -- one parameter an option of the command line
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where the records go; not needed with --report.")
    ] = None,
    applicants: Annotated[int, typer.Option(min=1, help="Registered people; not with --like.")] = DemoSizes.applicants,
    postings: Annotated[int, typer.Option(min=1, help="Postings of 地域おこし協力隊.")] = DemoSizes.postings,
    seed: Annotated[int, typer.Option(min=0, help="Seed the sample is drawn from.")] = DemoSizes.seed,
    report: Annotated[
        bool, typer.Option("--report", help="Each margin beside its published figure, with deviation and source.")
    ] = False,
    like: Annotated[
        Path | None,
        typer.Option("--like", help="JSON file of an office's own people; the twin has their noisy margins."),
    ] = None,
    epsilon: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="With --like: what the twin may tell of one person, such as 1.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    if output is None and not report:
        raise typer.BadParameter("expected -o FILE, --report or both")
    if (like is None) != (epsilon is None):
        raise typer.BadParameter("--like and --epsilon stand together: a twin of real people has a stated epsilon")
    released: Released | None = None
    if like is None or epsilon is None:
        records = _sample(applicants, postings, seed)
    else:
        records, released = _twin(like, _fraction(epsilon), postings, seed)
    if output is not None:
        write_text(output, dump_records(records))
    margins = _margins(records, seed) if report else ()
    if as_json:
        print_json(_body(records, output, margins, released))
    else:
        _print(records, output, margins, released)


def _print(records: Records, output: Path | None, margins: Sequence[Margin], released: Released | None) -> None:
    if output is not None:
        n_people, n_calls = len(records.applicants), len(records.postings)
        people_console().print(f"{n_people} 人、{n_calls} 件の募集を {output} に書きました。")
    if released is not None:
        _print_ledger(released)
    if margins:
        _print_margins(margins)


def _sample(applicants: int, postings: int, seed: int) -> Records:
    from features.synthetic import sample_market  # heavy, and few commands need it

    return sample_market(n_applicants=applicants, n_postings=postings, seed=seed)


def _twin(like: Path, epsilon: Fraction, n_postings: int, seed: int) -> tuple[Records, Released]:
    import numpy as np

    from features.synthetic.private_margins import release_margins, twin_like

    # the noise has a seed of its own that nobody learns: with --seed anybody could take it off again
    released = release_margins(load_records(like), epsilon=epsilon, rng=np.random.default_rng(secrets.randbits(256)))
    return twin_like(released, n_postings=n_postings, seed=seed), released


def _fraction(text: str) -> Fraction:
    try:
        epsilon = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise typer.BadParameter(f"--epsilon is {text}, expected a number such as 1 or 0.5") from None
    if not 0 < epsilon <= 100 or epsilon.denominator > _FINEST:
        raise typer.BadParameter(f"--epsilon is {text}, expected above 0, at most 100 and at most four decimals")
    return epsilon


def _margins(records: Records, seed: int) -> tuple[Margin, ...]:
    from features.synthetic.margins import market_margins
    from features.synthetic.outcome_margins import outcome_margins

    return (*market_margins(records), *outcome_margins(seed=seed))


def _body(
    records: Records, output: Path | None, margins: Sequence[Margin], released: Released | None
) -> dict[str, object]:
    body: dict[str, object] = {"applicants": len(records.applicants), "postings": len(records.postings)}
    if output is not None:
        body["file"] = str(output)
    if margins:
        body["margins"] = [{**one._asdict(), "deviation": one.deviation} for one in margins]
    if released is not None:
        body["epsilon"] = float(released.ledger.total)
        body["spent"] = {name: str(spent) for name, spent in released.ledger.spent_on.items()}
        body["counts"] = {name: dict(cells) for name, cells in released.counts.items()}
    return body


def _print_ledger(released: Released) -> None:
    ledger = released.ledger
    console = people_console()
    console.print(
        f"応募者一人について、この見本から分かることの上限は ε = {float(ledger.total):g} です"
        f"（{len(ledger.spent_on)} 項目に {next(iter(ledger.spent_on.values()))} ずつ、残り {ledger.left}）。"
    )
    withheld = sum(count is None for cells in released.counts.values() for count in cells.values())
    console.print(f"人数が少なすぎて出さなかった区分: {withheld}")


def _print_margins(margins: Sequence[Margin]) -> None:
    table = Table(title="見本と、合わせた先の数字", title_justify="left")
    for heading in ("項目", "区分", "合わせた先", "見本", "差", "数", "根拠"):
        table.add_column(heading, justify="right" if heading in {"合わせた先", "見本", "差", "数"} else "left")
    for one in margins:
        figures = (f"{one.target:.3f}", f"{one.twin:.3f}", f"{one.deviation:+.3f}", f"{one.n:,}")
        table.add_row(one.name, one.cell, *figures, _EVIDENCE_JA[one.evidence])
    console = people_console()
    console.print(table)
    console.print("[bold]出典[/bold]")
    for name, source in {one.name: one.source for one in margins}.items():
        console.print(f"{name}: {source}", style="dim", markup=False)
