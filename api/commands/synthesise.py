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
from features.json_files.record_files import dump_records, load_records

if TYPE_CHECKING:
    from features.records import Records
    from features.staying.outcome_files import OutcomeFile
    from features.synthetic.margins import Margin
    from features.synthetic.private_margins import Released

__all__ = ["register"]

_FINEST = 10_000  # exact noise of a finer epsilon would take long, and no promise needs it
_OFFICE_APPLICANTS = 400  # registered people of a year, and calls: about 40 people are placed
_OFFICE_POSTINGS = 40
_EVIDENCE_JA = {"V": "公表", "K": "一般知識", "A": "仮定"}


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(name="synthesise", help="見本の市場（架空の人、実在の市区町村）をJSONに書き出します。")(_synthesise)


def _synthesise(  # noqa: PLR0917 -- one parameter an option of the command line
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where the records go; not needed with --report.")
    ] = None,
    applicants: Annotated[
        int | None,
        typer.Option(
            min=1,
            help=f"Registered people, {DemoSizes.applicants}, and {DemoSizes.company_people} of companies on top; "
            f"of each year {_OFFICE_APPLICANTS}; not with --like.",
        ),
    ] = None,
    postings: Annotated[
        int | None,
        typer.Option(
            min=1,
            help=f"Postings of 地域おこし協力隊, {DemoSizes.postings}, and "
            f"{DemoSizes.company_postings} of 地域活性化起業人 on top; of each year {_OFFICE_POSTINGS}.",
        ),
    ] = None,
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
    years: Annotated[
        int | None,
        typer.Option(
            min=1, max=10, help="An office's years instead: arrivals, whom it took, and with --outcomes who stayed."
        ),
    ] = None,
    outcomes: Annotated[
        Path | None, typer.Option("--outcomes", help="With --years: where the outcomes go, JSON for learn-stay.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    _verify(output, report=report, like=like, epsilon=epsilon)
    _verify_years(years, output, outcomes, apart=report or like is not None)
    if years is not None and output is not None and outcomes is not None:
        _write_years(years, applicants, postings, seed, (output, outcomes), as_json=as_json)
        return
    released: Released | None = None
    if like is None or epsilon is None:
        records = _sample(applicants or DemoSizes.applicants, postings or DemoSizes.postings, seed)
    else:
        if applicants is not None:
            raise typer.BadParameter("--applicants is not for --like: the twin has as many people as were released")
        records, released = _twin(like, _fraction(epsilon), postings, seed)
    if output is not None:
        write_text(output, dump_records(records))
    margins = _margins(records, seed) if report else ()
    if as_json:
        print_json(_body(records, output, margins, released))
    else:
        _print(records, output, margins, released)


def _verify(output: Path | None, *, report: bool, like: Path | None, epsilon: str | None) -> None:
    if output is None and not report:
        raise typer.BadParameter("expected -o FILE, --report or both")
    if (like is None) != (epsilon is None):
        raise typer.BadParameter("--like and --epsilon stand together: a twin of real people has a stated epsilon")


def _verify_years(years: int | None, output: Path | None, outcomes: Path | None, *, apart: bool) -> None:
    if (years is None) != (outcomes is None):
        raise typer.BadParameter("--years and --outcomes stand together: years have records and outcomes")
    if years is not None and (apart or output is None):
        raise typer.BadParameter("--years needs -o FILE and goes with neither --report nor --like")
    if outcomes is not None and outcomes == output:
        raise typer.BadParameter("--outcomes is the file of -o, expected another one")


def _write_years(
    years: int, applicants: int | None, postings: int | None, seed: int, files: tuple[Path, Path], *, as_json: bool
) -> None:
    from features.synthetic.office_years import office_years

    drawn = office_years(
        n_years=years, n_people=applicants or _OFFICE_APPLICANTS, n_postings=postings or _OFFICE_POSTINGS, seed=seed
    )
    write_text(files[0], dump_records(drawn.records))
    write_text(files[1], _outcomes_text(drawn.outcomes))
    n_people, n_calls, n_placed = (
        len(drawn.records.applicants),
        len(drawn.records.postings),
        len(drawn.outcomes.outcomes),
    )
    if as_json:
        sizes = {"applicants": n_people, "postings": n_calls, "placements": n_placed}
        print_json(sizes | {"file": str(files[0]), "outcomes": str(files[1])})
        return
    console = people_console()
    console.print(
        f"{years} 年分: 応募した人 {n_people} 人、募集 {n_calls} 件を {files[0]} に書きました。", markup=False
    )
    console.print(f"着任 {n_placed} 件のその後を {files[1]} に書きました。", markup=False)


def _outcomes_text(told: OutcomeFile) -> str:
    return told.model_dump_json(indent=1, exclude_defaults=True) + "\n"


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


def _twin(like: Path, epsilon: Fraction, postings: int | None, seed: int) -> tuple[Records, Released]:
    import numpy as np

    from features.synthetic.private_margins import release_margins, twin_like

    own = load_records(like)
    calls = sum(one.program == "kyoryokutai" for one in own.postings)
    n_postings = postings or calls or DemoSizes.postings  # calls are public: as many as the office has
    # the noise has a seed of its own that nobody learns: with --seed anybody could take it off again
    released = release_margins(own, epsilon=epsilon, rng=np.random.default_rng(secrets.randbits(256)))
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
        body["people_error"] = released.people_error
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
