"""Who stays, learned from a twin whose truth is known: do 95 % intervals hold the truth in 95 % of cases?

``python -m benchmarks.outcome_recovery [--replications 200] [--part staying|ridge|noise|settling|all]``

Each replication draws four years of 250 people over 40 municipalities, seen for 48 (36 count), 36, 24 and 12 months.
*staying*: records show all there is (``person_sd`` 0), no ridge: effects against the truth, errors from the information
(places integrated out) and by municipality; and the mean 12-month stay of those who were placed. *ridge*: the same with
the default belief that effects are near 0. *noise*: with what no record shows; then effects of any model without it are
drawn to 0, so intervals are judged against the truth and against what the same model finds in 60,000 placements.
*settling*: settlement of those who finished. Beside the mean chance stands what nobody can be surer than: the share of
these very people who stayed, with the exact error of such a share under the truth.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.staying.effects import Spread
from features.staying.settlement_model import SettlementModel
from features.staying.stay_model import StayModel
from features.synthetic.outcome_truth import OutcomeTruth
from features.synthetic.placed_years import PlacedYear, known_truth, placed_years, placements_of

Reals = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
SIZES = {"n_years": 4, "n_people": 250, "n_postings": 40, "n_municipalities": 40}
SPREADS: tuple[Spread, ...] = ("information", "municipalities")
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(15)


@dataclass(frozen=True, eq=False)
class Found:
    """One replication."""

    effect: Reals
    error: Reals
    low: Reals  # (spreads, K)
    high: Reals
    mean: float
    mean_error: float
    true_mean: float
    share: float  # who stayed, of the same people
    share_error: float  # of that, exactly
    place_sd: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=200)
    parts: dict[str, Callable[[int], None]] = {
        "staying": staying,
        "ridge": with_ridge,
        "noise": noise,
        "settling": settling,
    }
    parser.add_argument("--part", choices=(*parts, "all"), default="all")
    options = parser.parse_args()
    for name, part in parts.items():
        if options.part in (name, "all"):
            start = time.process_time()
            print(f"\n## {name}, {options.replications} replications\n", flush=True)
            part(options.replications)
            print(f"\n{time.process_time() - start:.0f} CPU seconds", flush=True)


def staying(replications: int) -> None:
    truth = known_truth().without_noise()
    show(truth.terms, truth.effects, [_stay_found(seed, truth, ridge=0.0) for seed in range(replications)])


def with_ridge(replications: int) -> None:
    truth = known_truth().without_noise()
    show(truth.terms, truth.effects, [_stay_found(seed, truth, ridge=4.0) for seed in range(replications)])


def noise(replications: int) -> None:
    truth = known_truth()
    found = [_stay_found(seed, truth, ridge=0.0) for seed in range(replications)]
    print("against the truth:\n")
    show(truth.terms, truth.effects, found)
    print("\nagainst what the model finds in 60,000 placements:\n")
    show(truth.terms, _least_false(truth), found)


def settling(replications: int) -> None:
    truth = known_truth().without_noise()
    show(truth.terms, truth.settling_effects, [_settle_found(seed, truth) for seed in range(replications)])


def _stay_found(seed: int, truth: OutcomeTruth, *, ridge: float) -> Found:
    years = placed_years(seed=seed, truth=truth, **SIZES)
    past = placements_of(years)
    model = StayModel(terms=past.terms, ridge=ridge).fit_placements(past)
    told = model.curve_.mean(past.features, past.municipality, 12)
    return _found(model, told, past.stayed(12), np.concatenate([_true_stay(year) for year in years]))


def _settle_found(seed: int, truth: OutcomeTruth) -> Found:
    years = placed_years(seed=seed, truth=truth, **SIZES)
    past = placements_of(years)
    model = SettlementModel(terms=past.terms, ridge=0.0).fit_placements(past)
    known = past.take(past.settled >= 0)
    told = model.curve_.mean(known.features, known.municipality, 1)
    true = np.concatenate([_true_settling(year) for year in years if year.seen_months.max() >= 36])
    return _found(model, told, known.settled > 0, true)


def _found(model: StayModel | SettlementModel, told: tuple[float, float], stayed: Bools, true: Reals) -> Found:
    by_spread = [model.effects(spread=spread) for spread in SPREADS]
    return Found(
        effect=by_spread[0].effect,
        error=by_spread[0].standard_error,
        low=np.stack([one.low for one in by_spread]),
        high=np.stack([one.high for one in by_spread]),
        mean=told[0],
        mean_error=told[1],
        true_mean=float(true.mean()),
        share=float(stayed.mean()),
        share_error=float(np.sqrt((true * (1 - true)).sum())) / true.size,
        place_sd=float(model.place_sd_),
    )


def _true_stay(year: PlacedYear) -> Reals:
    """12-month stay of those who were placed, averaged over what no record shows."""
    rows = np.flatnonzero(year.assigned >= 0)
    at = year.assigned[rows]
    shifts = year.truth.person_sd * NODES
    by_node = year.truth.stay(year.terms[rows, at][:, None, :], place=year.place[at][:, None], person=shifts[None, :])
    stay: Reals = by_node @ (WEIGHTS / WEIGHTS.sum())
    return stay


def _true_settling(year: PlacedYear) -> Reals:
    rows = np.flatnonzero(year.settled >= 0)
    at = year.assigned[rows]
    return year.truth.settles(year.terms[rows, at], place=year.place[at])


def _least_false(truth: OutcomeTruth) -> Reals:
    found = list[Reals]()
    for seed in range(3):
        past = placements_of(
            placed_years(seed=10_000 + seed, truth=truth, n_years=4, n_people=5_000, n_postings=40, n_municipalities=40)
        )
        found.append(StayModel(terms=past.terms, ridge=0.0).fit_placements(past).coef_)
    least_false: Reals = np.mean(found, axis=0)
    return least_false


def show(terms: tuple[str, ...], target: Reals, found: list[Found]) -> None:
    """The table: a line a term, their mean, and the mean stay."""
    effect, error = np.stack([one.effect for one in found]), np.stack([one.error for one in found])
    inside = [_inside(found, k, target) for k in range(len(SPREADS))]
    print("| term | target | mean estimate | mean error | spread of estimates | information | by municipality |")
    print("|---|---|---|---|---|---|---|")
    for k, term in enumerate(terms):
        cells = " | ".join(f"{one[:, k].mean():.1%}" for one in inside)
        print(
            f"| {term} | {target[k]:.3f} | {effect[:, k].mean():.3f} | {error[:, k].mean():.3f} "
            f"| {effect[:, k].std(ddof=1):.3f} | {cells} |"
        )
    print(f"| all terms | | | | | {' | '.join(f'{one.mean():.1%}' for one in inside)} |")
    means, true = np.array([one.mean for one in found]), np.array([one.true_mean for one in found])
    errors = np.array([one.mean_error for one in found])
    hits = float((np.abs(means - true) <= 1.959964 * errors).mean())
    print(
        f"| mean chance | {true.mean():.4f} | {means.mean():.4f} | {errors.mean():.4f} "
        f"| {(means - true).std(ddof=1):.4f} | {hits:.1%} | |"
    )
    off = np.array([(one.share - one.true_mean) / one.share_error for one in found])
    print(f"| share of the same people, exact error | | | | | {float((np.abs(off) <= 1.959964).mean()):.1%} | |")
    print(f"\nplace_sd {known_truth().place_sd} found as {np.mean([one.place_sd for one in found]):.3f} on average")


def _inside(found: list[Found], spread: int, target: Reals) -> Bools:
    return np.stack([(one.low[spread] <= target) & (target <= one.high[spread]) for one in found])


if __name__ == "__main__":
    main()
