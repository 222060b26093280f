"""Does the estimate tell what an assignment is truly worth? Seasons of the twin, whose truth is known.

``python -m benchmarks.decision_value [--seasons 100] [--part main|many|large|wrong|estimated|all] [--seed N]``

Each season: three past years placed by officers' habits teach a stay model; the engine assigns the people of the fourth
year by it; that year is nevertheless placed by the officers, with known chances, and its outcomes are seen for twelve
months. From these the gain over the status quo is estimated (AIPW, cross-fitted, 95 % bootstrap interval), and compared
with the true gain of the same people. Seeds start at 90,000, on which nothing was set; any others may be asked for.

*main*: 300 people, 20 groups of like postings. *many*: the same people, 60 groups, so that past and plan agree more
seldom. *large*: 1,200 people, 20 groups. *wrong*: as main, but the judging model is worthless (everybody the same
chance everywhere): the chances of placement alone must carry the estimate. *estimated*: as main, but the chances of
placement are not known and estimated from whom was chosen, as from an office's records; the way it is taken to have
gone (postings choose people) is not the way it went (officers send people). The model's own claim stands beside it.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from features.evaluation.bootstrap import Interval
from features.evaluation.decision_value import decision_value
from features.evaluation.estimated_chances import chosen_among, estimated_chances, habits_of
from features.evaluation.harm import harm_of
from features.evaluation.plans import sure_plan
from features.evaluation.recalibrated import recalibrated
from features.evaluation.twin_season import judged_twin, true_value, twin_seasons
from features.synthetic.placed_years import PlacedYear

FIRST_SEED = 90_000
SIZES = {"main": (300, 20), "many": (300, 60), "large": (1200, 20), "wrong": (300, 20), "estimated": (300, 20)}


class Line(NamedTuple):
    """One season."""

    gain: Interval
    true: float
    true_of_all: float
    claimed: float
    asked: float
    effective: float
    answerable: bool
    harmed: Interval
    truly_harmed: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seasons", type=int, default=100)
    parser.add_argument("--part", choices=(*SIZES, "all"), default="all")
    parser.add_argument("--seed", type=int, default=FIRST_SEED)
    options = parser.parse_args()
    for part in SIZES:
        if options.part in (part, "all"):
            started = time.process_time()
            lines = [_season(part, seed) for seed in range(options.seed, options.seed + options.seasons)]
            _print(part, lines, time.process_time() - started)


def _season(part: str, seed: int) -> Line:
    n_people, n_postings = SIZES[part]
    years = twin_seasons(seed=seed, n_people=n_people, n_postings=n_postings)
    rng = np.random.default_rng(seed)
    judged = judged_twin(years, rng=rng)
    if part == "wrong":
        judged = replace(judged, predicted=np.full(judged.predicted.shape, 0.5))
    if part == "estimated":
        chance = _estimated(years[-1], rng)
        judged = replace(judged, happened=replace(judged.happened, chance=chance))
    found = decision_value(
        judged.posting_of, judged.happened, claims=judged.claims, predicted=judged.predicted, others={}, rng=rng
    )
    truth = true_value(years[-1], judged)
    harm = harm_of(sure_plan(judged.posting_of, n_postings), judged.predicted, judged.happened)
    return Line(
        found.judged.gain,
        truth.gain,
        truth.gain_of_all,
        found.judged.claimed_gain,
        found.n_asked / found.n_people,
        found.judged.overlap.effective,
        found.is_answerable,
        harm.rate,
        truth.harmed,
    )


def _estimated(year: PlacedYear, rng: np.random.Generator) -> np.ndarray:  # type: ignore[type-arg]
    """Chances of the season as its records tell them: seats are those filled, habits those of its own choices."""
    open_to = [np.flatnonzero(possible) for possible in year.is_possible.T]
    values = [year.terms[rows, j] for j, rows in enumerate(open_to)]
    taken = [year.assigned[rows] == j for j, rows in enumerate(open_to)]
    terms = year.truth.terms
    habits = habits_of(chosen_among(terms, values, taken), dict.fromkeys(terms, 1.0))
    filled = np.bincount(year.assigned[year.assigned >= 0], minlength=len(open_to))
    chances = estimated_chances(year.terms @ habits, filled, year.is_possible, year.assigned, rng=rng)
    return recalibrated(chances, year.assigned)


def _print(part: str, lines: list[Line], seconds: float) -> None:
    true, estimate = (np.array([pick(one) for one in lines]) for pick in (lambda o: o.true, lambda o: o.gain.estimate))
    claimed = np.array([one.claimed for one in lines])
    holds = np.array([one.gain.holds(one.true) for one in lines])
    width = np.array([one.gain.high - one.gain.low for one in lines])
    n_people, n_postings = SIZES[part]
    print(
        f"\n## {part}: {n_people} people, {n_postings} groups of postings, {len(lines)} seasons, {seconds:.0f} CPU s\n"
    )
    print("| what | figure |")
    print("|---|---|")
    _row("true gain inside the interval", f"{holds.sum()} of {len(lines)} seasons")
    _row("the same, and the true gain above 0", f"{(holds & (true > 0)).sum()} of {len(lines)}")
    _row("true gain above 0", f"{(true > 0).sum()} of {len(lines)}")
    _row("interval wholly above 0: the gain could be told", f"{sum(one.gain.low > 0 for one in lines)} of {len(lines)}")
    _row(
        "interval missed: truth above, truth below",
        f"{sum(o.true > o.gain.high for o in lines)}, {sum(o.true < o.gain.low for o in lines)}",
    )
    _row("true gain, points: mean (least to most)", f"{_points(true)} ({_points(true.min())} to {_points(true.max())})")
    _row("true gain of everybody, the past's silent places too", _points(np.array([o.true_of_all for o in lines])))
    _row("estimate less truth: mean ± its error, root mean square", _error(estimate - true))
    _row("model's own claim less truth: mean ± its error, root mean square", _error(claimed - true))
    _row("width of the interval, mean", f"{100 * width.mean():.1f} points")
    _row(
        "people the past can speak of, mean (least)",
        f"{np.mean([o.asked for o in lines]):.1%} ({min(o.asked for o in lines):.1%})",
    )
    _row(
        "effective people in agreement, mean (least)",
        f"{np.mean([o.effective for o in lines]):.0f} ({min(o.effective for o in lines):.0f})",
    )
    _row("seasons told to be answerable", f"{sum(o.answerable for o in lines)} of {len(lines)}")
    _row(
        "harmed: predicted, true",
        f"{np.mean([o.harmed.estimate for o in lines]):.1%}, {np.mean([o.truly_harmed for o in lines]):.1%}",
    )


def _row(what: str, figure: str) -> None:
    print(f"| {what} | {figure} |", flush=True)


def _points(values: np.ndarray) -> str:  # type: ignore[type-arg]
    return f"{100 * float(np.mean(values)):+.1f}"


def _error(error: np.ndarray) -> str:  # type: ignore[type-arg]
    mean, spread = float(error.mean()), float(error.std(ddof=1) / np.sqrt(error.size))
    return f"{100 * mean:+.2f} ± {100 * spread:.2f}, {100 * float(np.sqrt((error**2).mean())):.1f} points"


if __name__ == "__main__":
    main()
