"""``enmusubi season``: recruiting all year, advice for today and a finished year run again."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, NamedTuple, TypeAlias, cast

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
    from features.rounds.round import Wishes
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

_WISHES_HELP: Final = "applications | scores: where people applied, or wherever the rules leave (applications)."
_HOUSEHOLD_HELP: Final = "sum | least: what a place is worth to a household, all of it or whoever fits least (sum)."
_WishesOption: TypeAlias = Annotated[str | None, typer.Option(help=_WISHES_HELP, show_default=False)]
_HouseholdOption: TypeAlias = Annotated[str | None, typer.Option(help=_HOUSEHOLD_HELP, show_default=False)]
_SeedOption: TypeAlias = Annotated[
    int | None, typer.Option(min=0, help="Seed of the futures that are drawn (0).", show_default=False)
]

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
    wishes: _WishesOption = None,
    household_rule: _HouseholdOption = None,
    futures: Annotated[
        int | None,
        typer.Option(min=1, max=1000, help="Futures that prices are the mean of (20).", show_default=False),
    ] = None,
    seed: _SeedOption = None,
    weights: WeightsFile = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    from api.commands.season_wording import print_advice
    from features.json_files.record_files import load_records
    from features.seasons.advising import advise

    wished, rule = _wishes(wishes), _rule(household_rule)
    earlier = _past(past, without_forecast=without_forecast)
    if without_forecast:
        _refuse("--without-forecast draws no futures", {"--futures": futures, "--seed": seed})
    day, chosen, n_futures, chance = date_of(on), _weights(weights), 20 if futures is None else futures, seed or 0
    records = load_records([applicants, postings])
    advice = advise(
        records,
        earlier,
        on=day,
        weights=chosen,
        wishes=wished,
        rule=rule,
        together=together,
        seed=chance,
        n_futures=n_futures,
        past_name=f"--past {past}",
    )
    if as_json:
        options = {"wishes": wished, "household_rule": rule, "together": together, "futures": n_futures}
        told = _decided_by(records, earlier, day, chosen, operation="season advise", options=options, seed=chance)
        print_json(advice.to_json() | {"provenance": told})
        return
    print_advice(people_console(), advice, records.postings, on=day, together=together)


def _replay(  # noqa: PLR0917 -- one parameter an option of the command line
    season: Annotated[Path | None, typer.Option(help="JSON file with all records of the finished year.")] = None,
    past: Annotated[Path | None, typer.Option(help="JSON file with all records of the year before it.")] = None,
    synthetic: Annotated[int | None, typer.Option(min=0, metavar="SEED", help="A drawn year, not files.")] = None,
    seats: Annotated[
        str | None, typer.Option(help="ample | scarce: seats of the drawn year (scarce).", show_default=False)
    ] = None,
    wishes: _WishesOption = None,
    household_rule: _HouseholdOption = None,
    groups: Annotated[
        str | None,
        typer.Option(
            help="prefecture | programme: groups, of the posting wished first (prefecture).", show_default=False
        ),
    ] = None,
    floor: Annotated[str, typer.Option(help="random | proportional | max-min: the floor under a group")] = "random",
    seed: _SeedOption = None,
    weights: WeightsFile = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    from api.commands.season_wording import print_replay

    level = cast("FloorRule", one_of("--floor", floor, _Floor))
    if synthetic is not None:
        if season is not None or past is not None:
            raise typer.BadParameter("--synthetic draws both years, expected it without --season and --past")
        of_files = {
            "--wishes": wishes,
            "--household-rule": household_rule,
            "--groups": groups,
            "--seed": seed,
            "--weights": weights,
            "--on": on,
        }
        _refuse("--synthetic reads no records and is itself the seed", of_files)
        found, told = _drawn(
            synthetic, cast("SeasonSeats", one_of("--seats", "scarce" if seats is None else seats, _Seats)), level
        )
    else:
        _refuse("files tell their own seats", {"--seats": seats}, unless="with --synthetic")
        choices = _Choices(
            wishes=_wishes(wishes),
            rule=_rule(household_rule),
            group_by=cast("GroupBy", one_of("--groups", "prefecture" if groups is None else groups, _Groups)),
            floor=level,
            seed=seed or 0,
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
    from features.seasons.finished import finished_year
    from features.seasons.replays import replay_finished

    if season is None or past is None:
        raise typer.BadParameter(
            f"{'--season' if season is None else '--past'} is missing, expected records of the finished year and of "
            "the year before it, or --synthetic"
        )
    records, earlier = _whole_year("--season", season), _whole_year("--past", past)
    with _named(f"--season {season}"):
        year = finished_year(
            records, on=by.on, weights=by.weights, wishes=by.wishes, rule=by.rule, group_by=by.group_by
        )
    found = replay_finished(
        year,
        earlier,
        weights=by.weights,
        wishes=by.wishes,
        rule=by.rule,
        floor=by.floor,
        seed=by.seed,
        past_name=f"--past {past}",
    )
    options = {"wishes": by.wishes, "household_rule": by.rule, "groups": by.group_by, "floor": by.floor}
    told = _decided_by(records, earlier, year.on, by.weights, operation="season replay", options=options, seed=by.seed)
    return found, told


def _past(path: Path | None, *, without_forecast: bool) -> Records | None:
    if path is None and not without_forecast:
        raise typer.BadParameter(
            "--past is missing, expected all records of the year before, from which those still to come are "
            "forecast; --without-forecast decides as if nobody else came"
        )
    if path is not None and without_forecast:
        raise typer.BadParameter("--past and --without-forecast exclude each other, expected one of them")
    return None if path is None else _whole_year("--past", path)


def _whole_year(option: str, path: Path) -> Records:
    """All records of a year in one file; an error names the file as it was given."""
    from features.errors import RecordError
    from features.json_files.record_files import load_records

    holds = "expected one file that holds applicants, postings and applications"
    try:
        records = load_records(path)
    except RecordError as error:
        fault = str(error).removeprefix(f"{path}: ").removeprefix(f"{path.name}: ")
        raise RecordError(f"{option} {path}: {fault}; {holds}") from None
    found = {"applicants": records.applicants, "postings": records.postings, "applications": records.applications}
    if missing := [kind for kind, rows in found.items() if not rows]:
        raise RecordError(f"{option} {path}: no {' and no '.join(missing)}, {holds}")
    return records


@contextmanager
def _named(place: str) -> Generator[None]:
    from features.errors import RecordError

    try:
        yield
    except RecordError as error:
        raise RecordError(f"{place}: {error}") from None


def _refuse(why: str, options: Mapping[str, object], *, unless: str = "") -> None:
    """Refuse options that were given and would decide nothing."""
    if given := [name for name, value in options.items() if value is not None]:
        where = f" but {unless}" if unless else ""
        raise typer.BadParameter(f"{why}, expected no {', '.join(given)}{where}")


def _wishes(value: str | None) -> Wishes:
    return cast("Wishes", one_of("--wishes", "applications" if value is None else value, _Wishes))


def _rule(value: str | None) -> HouseholdChoice:
    return cast("HouseholdChoice", one_of("--household-rule", "sum" if value is None else value, _Household))


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
    from api.provenance import provenance
    from api.record_digests import records_digest
    from features.market.scored_market import read_market
    from features.seasons.assumptions import season_assumptions
    from features.seasons.case_values import VALUE

    told = provenance(read_market(records, on=day, weights=weights), operation=operation, options=options, seed=seed)
    inputs = {
        "records": records_digest(_as_read(records)),
        "past": None if past is None else records_digest(_as_read(past)),
    }
    return told | {
        "inputs": inputs,
        "not_read": ["private_preferences"],
        "value": VALUE,
        "assumptions": season_assumptions().model_dump(mode="json"),
    }


def _as_read(records: Records) -> Records:
    """The records without private wishes: a digest of these would change with them, and so tell of them."""
    from features.records import PrivatePreferences

    nothing = {"private_preferences": PrivatePreferences()}
    people = tuple(person.model_copy(update=nothing) for person in records.applicants)
    return records.model_copy(update={"applicants": people})


app.command(name="advise", help="待っている方ごとに、いま声をかけるか待つか、席の先々の値打ちから助言します。")(_advise)
app.command(name="replay", help="過ぎた一年を、席の先々の値打ち・先着順・くじで進め直し、行われたことと並べます。")(
    _replay
)
