"""What each mechanism does to one market: how long it takes, who is placed where, what it leaves to be desired.

``python -m benchmarks.comparison_mechanisms [--applicants 100000 --postings 10000 --length 20 --seed 0 --repeats 3]``

CPU seconds after compilation, the smallest of the repeats, the two sides' lists being joined; checks are listed apart.
Ranks count from 0, the first choice. Envy is counted in pairs of an applicant and a posting that is preferred to the
place held: justified where the posting ranks a holder below the applicant. A trade is an exchange that is better for
somebody and worse for nobody. The notions for ties run on the same lists cut into classes; both give None as a rule.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

import numpy as np

from benchmarks.deferred_acceptance import cpu_seconds, synthetic_market
from matching.market import Market
from matching.mechanisms.exchange.efficiency_adjusted import efficiency_adjusted_deferred_acceptance
from matching.mechanisms.exchange.immediate_acceptance import immediate_acceptance
from matching.mechanisms.exchange.serial_dictatorship import serial_dictatorship
from matching.mechanisms.exchange.top_trading_cycles import top_trading_cycles
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.mechanisms.tied.strongly_stable import strongly_stable
from matching.mechanisms.tied.super_stable import super_stable
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties import blocking_pairs
from matching.properties.efficiency import pareto_improvement
from matching.properties.envy import envy_counts
from matching.statistics import matching_statistics

MECHANISMS: dict[str, Callable[[Market], Matching]] = {
    "deferred acceptance": deferred_acceptance,
    "  postings proposing": lambda market: deferred_acceptance(market, proposing="postings"),
    "efficiency-adjusted, all consent": lambda market: efficiency_adjusted_deferred_acceptance(market).matching,
    "efficiency-adjusted, half consent": lambda market: (
        efficiency_adjusted_deferred_acceptance(market, consents=np.arange(market.n_applicants) % 2 == 0).matching
    ),
    "top trading cycles": lambda market: top_trading_cycles(market).matching,
    "immediate acceptance": immediate_acceptance,
    "serial dictatorship": lambda market: serial_dictatorship(market, order=range(market.n_applicants)).matching,
}


def main() -> None:
    options = _options()
    rng = np.random.default_rng(options.seed)
    small = synthetic_market(50, 10, 5, rng)
    market = synthetic_market(options.applicants, options.postings, options.length, rng)
    _ = market.rank_at_posting, market.rank_at_applicant, market.is_strict
    print(f"{options.applicants} applicants x {options.postings} postings x {options.length}, {os.cpu_count()} cores")
    print(f"{'mechanism':<36}{'s':>8}{'placed':>9}{'first':>8}{'rank':>7}{'blocking':>10}{'envy':>10}{'trade':>7}")
    for name, run in MECHANISMS.items():
        run(small)  # compile, or load what an earlier run compiled
        seconds, matching = cpu_seconds(lambda run=run: run(market), options.repeats)
        print(f"{name:<36}{seconds:>8.3f}{_figures(market, matching)}")
    _print_checks(market, options.repeats)
    _print_ties(market, options.repeats)


def _figures(market: Market, matching: Matching) -> str:
    figures, envy = matching_statistics(market, matching), envy_counts(market, matching)
    trade = "no" if pareto_improvement(market, matching) is None else "yes"
    blocking = blocking_pairs(market, matching).shape[0]
    placed = f"{figures.n_matched:>9}{figures.first_choice_share:>8.1%}{figures.mean_rank:>7.3f}"
    return f"{placed}{blocking:>10}{envy.n_justified:>10}{trade:>7}"


def _print_checks(market: Market, repeats: int) -> None:
    matching = deferred_acceptance(market)
    for name, check in (
        ("blocking pairs", blocking_pairs),
        ("envy counts", envy_counts),
        ("improving trade", pareto_improvement),
    ):
        seconds, _ = cpu_seconds(lambda check=check: check(market, matching), repeats)
        print(f"check: {name:<29}{seconds:>8.3f}")


def _print_ties(market: Market, repeats: int) -> None:
    for width in (1, 2, 20):
        tied = Market(market.applicants, _in_classes(market.postings, width), market.capacity)
        _ = tied.rank_at_posting, tied.rank_at_applicant
        for name, run in (("super-stable", super_stable), ("strongly stable", strongly_stable)):
            run(tied)
            seconds, matching = cpu_seconds(lambda run=run, tied=tied: run(tied), repeats)
            found = "none exists" if matching is None else f"placed {matching.n_matched}"
            print(f"{f'{name}, classes of {width}':<36}{seconds:>8.3f}  {found}")


def _in_classes(lists: Preferences, width: int) -> Preferences:
    """The lists with every ``width`` neighbours in one class."""
    ranks = lists.ranks // width
    order = np.lexsort((lists.indices, ranks, lists.rows()))
    return Preferences(lists.indptr, lists.indices[order], ranks[order], lists.n_choices)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("applicants", 100_000), ("postings", 10_000), ("length", 20), ("seed", 0), ("repeats", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


if __name__ == "__main__":
    main()
