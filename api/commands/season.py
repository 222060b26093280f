"""``enmusubi season``: recruiting all year, advice for today and a finished year run again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, TypeAlias, cast

import typer

from api.canonical import code_version
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

if TYPE_CHECKING:
    from datetime import date

    from features.records import Records
    from features.rounds import Wishes
    from features.seasons.case_values import HouseholdChoice
    from features.seasons.finished import GroupBy
    from features.seasons.replays import SeasonReplay
    from features.synthetic.seasons import SeasonSeats
    from features.weights import Weights
    from matching.rolling.group_floors import FloorRule

__all__ = ["app"]

_Wishes: TypeAlias = Literal["applications", "scores"]
_Household: TypeAlias = Literal["sum", "least"]
_Groups: TypeAlias = Literal["prefecture", "programme"]
_Floor: TypeAlias = Literal["random", "proportional", "max-min"]
_Seats: TypeAlias = Literal["ample", "scarce"]

_WishesOption: TypeAlias = Annotated[
    str, typer.Option(help="applications | scores: where people applied, or wherever the rules leave.")
]
_HouseholdOption: TypeAlias = Annotated[
    str, typer.Option(help="sum | least: what a place is worth to a household, all of it or whoever fits least.")
]
_SeedOption: TypeAlias = Annotated[int, typer.Option(min=0, help="Seed of the futures that are drawn.")]

app = typer.Typer(no_args_is_help=True, help="通年の募集で、いま声をかけるか待つかを助言し、過ぎた一年で試します。")


def _advise(  # noqa: PLR0917 -- one parameter an option of the command line
    applicants: ApplicantsFile,
    postings: PostingsFile,
    past: Annotated[Path | None, typer.Option(help="JSON file with all records of the year before.")] = None,
    without_forecast: Annotated[
        bool, typer.Option("--without-forecast", help="As if nobody else came; instead of --past.")
    ] = False,
    together: Annotated[
        bool, typer.Option("--together", help="Decide all who wait as one batch, not in order of arrival.")
    ] = False,
    wishes: _WishesOption = "applications",
    household_rule: _HouseholdOption = "sum",
    futures: Annotated[int, typer.Option(min=1, max=1000, help="Futures that prices are the mean of.")] = 20,
    seed: _SeedOption = 0,
    weights: WeightsFile = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    from api.commands.season_wording import print_advice
    from features.record_files import load_records
    from features.seasons.advising import advise

    day, chosen = date_of(on), _weights(weights)
    wished = cast("Wishes", one_of("--wishes", wishes, _Wishes))
    rule = cast("HouseholdChoice", one_of("--household-rule", household_rule, _Household))
    earlier = _past(past, without_forecast=without_forecast)
    records = load_records([applicants, postings])
    advice = advise(
        records,
        earlier,
        on=day,
        weights=chosen,
        wishes=wished,
        rule=rule,
        together=together,
        seed=seed,
        n_futures=futures,
    )
    if as_json:
        options = {"wishes": wishes, "household_rule": household_rule, "together": together, "futures": futures}
        told = _decided_by(records, earlier, day, chosen, operation="season advise", options=options, seed=seed)
        print_json(advice.to_json() | {"provenance": told})
        return
    print_advice(people_console(), advice, records.postings, on=day, together=together)


def _replay(  # noqa: PLR0917 -- one parameter an option of the command line
    season: Annotated[Path | None, typer.Option(help="JSON file with all records of the finished year.")] = None,
    past: Annotated[Path | None, typer.Option(help="JSON file with all records of the year before it.")] = None,
    synthetic: Annotated[int | None, typer.Option(min=0, metavar="SEED", help="A drawn year, not files.")] = None,
    seats: Annotated[str, typer.Option(help="ample | scarce: seats of the drawn year")] = "scarce",
    wishes: _WishesOption = "applications",
    household_rule: _HouseholdOption = "sum",
    groups: Annotated[
        str, typer.Option(help="prefecture | programme: groups, of the posting wished first")
    ] = "prefecture",
    floor: Annotated[str, typer.Option(help="random | proportional | max-min: the floor under a group")] = "random",
    seed: _SeedOption = 0,
    weights: WeightsFile = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    from api.commands.season_wording import print_replay

    level = cast("FloorRule", one_of("--floor", floor, _Floor))
    if synthetic is not None:
        if season is not None or past is not None:
            raise typer.BadParameter("--synthetic draws both years, expected it without --season and --past")
        found, told = _drawn(synthetic, cast("SeasonSeats", one_of("--seats", seats, _Seats)), level)
    else:
        choices = _Choices(
            wishes=cast("Wishes", one_of("--wishes", wishes, _Wishes)),
            rule=cast("HouseholdChoice", one_of("--household-rule", household_rule, _Household)),
            group_by=cast("GroupBy", one_of("--groups", groups, _Groups)),
            floor=level,
            seed=seed,
            on=None if on is None else date_of(on),
            weights=_weights(weights),
        )
        found, told = _recorded(season, past, choices)
    if as_json:
        print_json(found.to_json() | {"provenance": told})
        return
    print_replay(people_console(), found, floor=level)


class _Choices(NamedTuple):
    wishes: Wishes
    rule: HouseholdChoice
    group_by: GroupBy
    floor: FloorRule
    seed: int
    on: date | None
    weights: Weights | None


def _drawn(seed: int, seats: SeasonSeats, floor: FloorRule) -> tuple[SeasonReplay, dict[str, object]]:
    from features.seasons.replays import replay_synthetic

    options = {"floor": floor, "seats": seats}
    told: dict[str, object] = {
        "operation": "season replay",
        "options": options,
        "seed": seed,
        "code_version": code_version(),
    }
    return replay_synthetic(seed, seats=seats, floor=floor), told


def _recorded(season: Path | None, past: Path | None, by: _Choices) -> tuple[SeasonReplay, dict[str, object]]:
    from features.record_files import load_records
    from features.seasons.finished import finished_year
    from features.seasons.replays import replay_finished

    if season is None or past is None:
        raise typer.BadParameter(
            f"{'--season' if season is None else '--past'} is missing, expected records of the finished year and of "
            "the year before it, or --synthetic"
        )
    records, earlier = load_records(season), load_records(past)
    year = finished_year(records, on=by.on, weights=by.weights, wishes=by.wishes, rule=by.rule, group_by=by.group_by)
    found = replay_finished(
        year, earlier, weights=by.weights, wishes=by.wishes, rule=by.rule, floor=by.floor, seed=by.seed
    )
    options = {"wishes": by.wishes, "household_rule": by.rule, "groups": by.group_by, "floor": by.floor}
    told = _decided_by(records, earlier, year.on, by.weights, operation="season replay", options=options, seed=by.seed)
    return found, told


def _past(path: Path | None, *, without_forecast: bool) -> Records | None:
    from features.record_files import load_records

    if path is None and not without_forecast:
        raise typer.BadParameter(
            "--past is missing, expected all records of the year before, from which those still to come are "
            "forecast; --without-forecast decides as if nobody else came"
        )
    if path is not None and without_forecast:
        raise typer.BadParameter("--past and --without-forecast exclude each other, expected one of them")
    return None if path is None else load_records(path)


def _weights(path: Path | None) -> Weights | None:
    from features.weights import load_weights

    return None if path is None else load_weights(path)


def _decided_by(
    records: Records,
    past: Records | None,
    day: date,
    weights: Weights | None,
    *,
    operation: str,
    options: Mapping[str, object],
    seed: int,
) -> dict[str, object]:
    from api.provenance import provenance, records_digest
    from features.scored_market import read_market
    from features.seasons.assumptions import season_assumptions
    from features.seasons.case_values import BLEND

    told = provenance(read_market(records, on=day, weights=weights), operation=operation, options=options, seed=seed)
    inputs = {"records": records_digest(records), "past": None if past is None else records_digest(past)}
    return told | {"inputs": inputs, "value": BLEND, "assumptions": season_assumptions().model_dump(mode="json")}


app.command(name="advise", help="待っている方ごとに、いま声をかけるか待つか、席の先々の値打ちから助言します。")(_advise)
app.command(name="replay", help="過ぎた一年を、席の先々の値打ち・先着順・くじで進め直し、行われたことと並べます。")(
    _replay
)
