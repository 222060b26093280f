"""Rolling intake over a synthetic year, against what could have been, arrival order and lots, in the same run.

``python -m benchmarks.rolling [--seeds 12] [--first 0] [--futures 10] [--refresh 3]``

329 to 500 cases, 20 to 50 places. Shares of the bound that the linear program proves for the year known beforehand
(households split, everybody who declines or withdraws known): the optimum is below it. Prices come from the year before
alone. *Eventful*: offers declined, people withdrawn, places that open and close, cases that wait two to six weeks.
Seconds are CPU seconds of the whole year after compilation.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from features.synthetic.seasons import SeasonSeats, TwoSeasons, sample_seasons
from matching.rolling.forecast import Forecast
from matching.rolling.group_floors import amplified, group_averages, group_floors
from matching.rolling.harm import harm_check
from matching.rolling.hindsight import hindsight_bound, hindsight_optimum
from matching.rolling.policies import RandomPlaces, SeatPrices, greedy
from matching.rolling.replay import Replay, replay

SIZES = ((329, 20), (400, 30), (450, 40), (500, 50))
LOTS = 5


def main() -> None:
    options = _options()
    _by_prices(_years(0, "ample", eventful=False), 0, options)  # compile, or load what an earlier run compiled
    print(f"{options.seeds} years each; share of the hindsight bound: mean (worst)")
    print(f"{'year':<18}{'prices':>16}{'total known':>16}{'arrival order':>16}{'lots':>16}{'seconds: mean, most':>22}")
    for eventful in (True, False):
        for seats in ("ample", "scarce"):
            _regime(seats, eventful, options)
    _integer_optimum()
    _harm(options)
    _floors(options)


def _regime(seats: SeasonSeats, eventful: bool, options: argparse.Namespace) -> None:
    shares, seconds = [], []
    for seed in range(options.first, options.first + options.seeds):
        years = _years(seed, seats, eventful=eventful)
        bound = hindsight_bound(years.season)
        start = time.process_time()
        priced = _by_prices(years, seed, options)
        seconds.append(time.process_time() - start)
        known = _by_prices(years, seed, options, expected_total=years.season.n_cases)
        lots = [replay(years.season, RandomPlaces(np.random.default_rng(lot))).total for lot in range(LOTS)]
        in_order = replay(years.season, greedy)
        shares.append([priced.total / bound, known.total / bound, in_order.total / bound, np.mean(lots) / bound])
    table = np.array(shares)
    cells = [f"{mean:.2%} ({worst:.2%})" for mean, worst in zip(table.mean(axis=0), table.min(axis=0), strict=True)]
    name = f"{seats}{', eventful' if eventful else ''}"
    print(f"{name:<18}" + "".join(f"{cell:>16}" for cell in cells) + f"{np.mean(seconds):>15.1f}, {max(seconds):.1f}")


def _integer_optimum() -> None:
    years = _years(0, "scarce", eventful=True)
    start = time.process_time()
    best = hindsight_optimum(years.season, time_limit=120.0)
    seconds = time.process_time() - start
    print(f"\ninteger program, scarce, eventful: {best.total / best.bound:.4%} of the bound, {seconds:.1f} s")


def _harm(options: argparse.Namespace) -> None:
    """Months as pools; what was done is the arrival order."""
    harmed, n_pools, years_harmed = 0, 0, 0
    for seed in range(options.first, options.first + options.seeds):
        years = _years(seed, "scarce", eventful=True)
        done, tool = replay(years.season, greedy), _by_prices(years, seed, options)
        report = harm_check(tool.outcome, done.outcome, (years.season.arrives * 12 // 365).astype(np.int64))
        harmed, n_pools = harmed + report.harmed.size, n_pools + report.pools.size
        years_harmed += tool.total < done.total
    print(f"harm against arrival order, scarce: {harmed} of {n_pools} months, {years_harmed} of {options.seeds} years")


def _floors(options: argparse.Namespace) -> None:
    """Groups are kinds of work; factors come from the year before."""
    for rule in ("random", "proportional", "max-min"):
        rows = []
        for seed in range(options.first, options.first + min(options.seeds, 4)):
            years = _years(seed, "scarce", eventful=True)
            floors = group_floors(years.past, years.past_group, rule=rule)
            target = group_floors(years.season, years.group, rule=rule).floor
            forecast = Forecast.of([years.past]).scaled(floors.factor[years.past_group])
            policy = _prices(forecast, seed, options)
            kept = replay(years.season, amplified(policy, floors.factor[years.group]))
            free = _by_prices(years, seed, options)
            average = [group_averages(run.outcome, years.season.needs, years.group) for run in (kept, free)]
            least = [float((found / target).min()) for found in average]
            rows.append([floors.cost, 1 - kept.total / free.total, *least])
        cost, online, least, least_free = np.mean(rows, axis=0)
        print(
            f"floor {rule:<13} costs {cost:.2%} of the past year, {online:.2%} of this one; "
            f"the group furthest below its floor reaches {least:.1%} of it, without amplification {least_free:.1%}"
        )


def _years(seed: int, seats: SeasonSeats, *, eventful: bool) -> TwoSeasons:
    n, m = SIZES[seed % len(SIZES)]
    return sample_seasons(seed=seed, n_cases=n, n_places=m, seats=seats, eventful=eventful)


def _by_prices(
    years: TwoSeasons, seed: int, options: argparse.Namespace, *, expected_total: int | None = None
) -> Replay:
    return replay(years.season, _prices(Forecast.of([years.past], expected_total=expected_total), seed, options))


def _prices(forecast: Forecast, seed: int, options: argparse.Namespace) -> SeatPrices:
    rng = np.random.default_rng(seed)
    return SeatPrices(forecast, rng=rng, n_futures=options.futures, refresh_every=options.refresh)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("seeds", 12), ("first", 0), ("futures", 10), ("refresh", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


if __name__ == "__main__":
    main()
