"""Learned weights: intervals that hold what they promise, and foresight against the hand weights.

``python -m benchmarks.learned_weights [--replications 200] [--part coverage|choosers|habits|ranges|foresight|worlds|
offices|order|all] [--kappa inf 50 10 3] [--choices 5 12 25 49 50 100 200]``

*coverage*: choices are drawn from known weights; how many 95 % intervals hold the truth, by maximum likelihood (errors
from the information and by who chose) and, where the truth is drawn as the ridge believes, by posterior. Weights that
sum to 1 by the delta method. *choosers*: the same where few people chose, each with weights of an own. *habits*: 60
choices of few people, each with weights of an own around what all have in common; how often weights move, and the
log-loss of choices of people never seen, with who chose and as if every choice were another's. *ranges*: what
the command prints where it moves weights, and what errors under one ridge would hold. *foresight*: log-loss of 1,000
new choices, the learned weights against the hand weights (both with a scale of their own), by number of choices and
by how far the truth is from the hand weights: kappa is the concentration of the Dirichlet the truth is drawn from,
inf means the hand weights are true. *worlds*: the same at 50 choices, world by world, with what is possible at all:
the true weights (with a scale of their own, as all the others), and the ridge that fits how far the truth is off,
which nobody can know. *offices*: the same as foresight for an office of 12 choices among 20 offices: pooled, alone,
hand weights. *order*: how often the order of the first three weights is told once the promised number of choices was
made.

Sets of eight; term values are 0 for half of the pairs and Beta(1.2, 2) for the others; terms are the coordinator's.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.stats import norm
from scipy.stats import t as student

from features.learning.choice_sets import ChoiceSets
from features.learning.errors import LearningError
from features.learning.fit import Fit, fit
from features.learning.likelihood import Likelihood
from features.learning.penalty import Penalty, no_hand_weights, towards_coefficients, towards_hand_weights
from features.learning.pooling import fit_pooled
from features.learning.ridge import choose_ridge
from features.learning.ridge_uncertainty import intervals_over_ridges
from features.learning.sample_size import choices_until_order_is_known
from features.learning.stages import Reading, stages_of
from features.learning.standard_errors import Spread, coefficient_covariance, weight_covariance, weight_intervals
from features.weights import default_weights

Reals = npt.NDArray[np.float64]
SIZE, ASKED = 8, 1_000
CHOICES = [5, 12, 25, 49, 50, 100, 200]
KAPPAS = [np.inf, 50.0, 10.0, 3.0]
HAND = {term: weight for term, weight in default_weights().coordinator.items() if weight > 0}
TERMS = tuple(HAND)
W0 = np.array([HAND[term] for term in TERMS])
IS_TERM = np.ones(len(TERMS), np.bool_)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=200)
    parts: dict[str, Callable[[int], None]] = {
        "coverage": coverage,
        "choosers": choosers,
        "habits": habits,
        "ranges": ranges,
        "foresight": foresight,
        "worlds": worlds,
        "offices": offices,
        "order": order,
    }
    parser.add_argument("--part", choices=(*parts, "all"), default="all")
    parser.add_argument("--kappa", type=float, nargs="*", help="of foresight, these only")
    parser.add_argument("--choices", type=int, nargs="*", help="of foresight, these only")
    options = parser.parse_args()
    KAPPAS[:] = options.kappa or KAPPAS
    CHOICES[:] = options.choices or CHOICES
    for name, part in parts.items():
        if options.part in (name, "all"):
            print(f"\n## {name}\n")
            part(options.replications)


def drawn(rng: np.random.Generator, n: int, beta: Reals, *, reading: Reading = "choices") -> ChoiceSets:
    """Choice sets by Gumbel noise: one chosen, or an ordered list of three."""
    x = rng.beta(1.2, 2.0, (n * SIZE, beta.size)) * rng.integers(0, 2, (n * SIZE, beta.size))
    noisy = (x @ beta + rng.gumbel(size=n * SIZE)).reshape(n, SIZE)
    rank = np.argsort(np.argsort(-noisy, axis=1), axis=1)
    place = np.where(rank < (3 if reading == "lists" else 1), rank + 1, 0).ravel()
    terms = TERMS if beta.size == len(TERMS) else tuple(f"x{k}" for k in range(beta.size))
    return ChoiceSets(terms, x, np.arange(n + 1) * SIZE, place.astype(np.int64))


def by_hand(ridge: float) -> Penalty:
    return towards_hand_weights(TERMS, HAND, ridge=ridge)


def coverage(replications: int) -> None:
    truth = np.array([5.0, 3.0, 2.0, 4.0, 1.5])
    print("| what | coefficients | weights of sum 1 |")
    print("|---|---|---|")
    for reading in ("choices", "lists"):
        for spread in ("information", "sandwich"):
            print(f"| {reading}, 400 sets, {spread} | {_covered(replications, truth, reading, spread)} |")
    print(f"| choices, 100 sets, ridge as believed, posterior | {_covered_posterior(replications)} |")


def _covered(replications: int, truth: Reals, reading: Reading, spread: Spread) -> str:
    rng, inside = np.random.default_rng(20261126), []
    for _ in range(replications):
        found = fit(stages_of(drawn(rng, 400, truth, reading=reading), reading), no_hand_weights(truth.size))
        inside.append(_inside(found.coefficients, coefficient_covariance(found, spread), truth))
    return _shares(inside)


def _covered_posterior(replications: int) -> str:
    """Truths drawn from the belief itself, without limits of the signs: what the posterior promises."""
    mean, ridge = np.full(5, 3.0), 1.0
    penalty = towards_coefficients(mean, np.ones(5, np.bool_), ridge=ridge, sign_limits=False)
    rng, inside = np.random.default_rng(20261127), []
    for _ in range(replications):
        truth = rng.multivariate_normal(mean, np.linalg.inv(penalty.precision))
        while truth.sum() <= 5:  # proportions of a scale near 0 mean nothing
            truth = rng.multivariate_normal(mean, np.linalg.inv(penalty.precision))
        found = fit(stages_of(drawn(rng, 100, truth)), penalty)
        inside.append(_inside(found.coefficients, coefficient_covariance(found, "posterior"), truth))
    return _shares(inside)


def _inside(found: Reals, covariance: Reals, truth: Reals) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    z, every = norm.ppf(0.975), np.ones(truth.size, np.bool_)
    spread = weight_covariance(found, covariance, every)
    raw = np.abs(found - truth) <= z * np.sqrt(np.diag(covariance))
    scaled = np.abs(found / found.sum() - truth / truth.sum()) <= z * np.sqrt(np.diag(spread))
    return raw, scaled


def _shares(inside: list[tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]]) -> str:
    cells = []
    for which in (0, 1):
        each = np.array([one[which] for one in inside]).mean(axis=0)
        cells.append(f"{each.mean():.1%} ({each.min():.1%} to {each.max():.1%})")
    return " | ".join(cells)


def choosers(replications: int) -> None:
    """400 sets of so many choosers, whose coefficients differ by a third each; the truth is what all of them have."""
    truth = np.array([5.0, 3.0, 2.0, 4.0, 1.5])
    rng = np.random.default_rng(20261202)
    common = fit(stages_of(_chosen_by(rng, 400, 100, truth)), no_hand_weights(truth.size)).coefficients
    print("| choosers | from the information | by who chose, normal | by who chose, Student's t (as told) |")
    print("|---|---|---|---|")
    for n in (5, 10, 20, 40):
        inside: list[list[npt.NDArray[np.bool_]]] = []
        for _ in range(replications):
            found = fit(stages_of(_chosen_by(rng, n, 400 // n, truth)), no_hand_weights(truth.size))
            plain, by_who = (
                np.sqrt(np.diag(coefficient_covariance(found, spread))) for spread in ("information", "sandwich")
            )
            off, z = np.abs(found.coefficients - common), norm.ppf(0.975)
            inside.append([off <= z * plain, off <= z * by_who, off <= student.ppf(0.975, n - 1) * by_who])
        shares = np.array(inside).mean(axis=(0, 2))
        print(f"| {n} | " + " | ".join(f"{share:.1%}" for share in shares) + " |", flush=True)


def _chosen_by(rng: np.random.Generator, n: int, each: int, truth: Reals) -> ChoiceSets:
    """Sets of choosers with coefficients of their own, clustered by who chose."""
    parts = [drawn(rng, each, truth * (1 + rng.normal(0, 1 / 3, truth.size))) for _ in range(n)]
    return _joined(parts, np.repeat(np.arange(n), each))


def _joined(parts: list[ChoiceSets], cluster: npt.NDArray[np.int64] | None) -> ChoiceSets:
    return ChoiceSets(
        parts[0].terms,
        np.concatenate([part.features for part in parts]),
        np.arange(sum(part.n_sets for part in parts) + 1) * SIZE,
        np.concatenate([part.place for part in parts]),
        cluster,
    )


def habits(replications: int) -> None:
    """60 choices at scale 15; people's own weights lie around the common ones as a Dirichlet of concentration 10."""
    print(
        "| who chose | in common | moved: as if independent | by who chose | change: as if independent | by who chose |"
    )
    print("|---|---|---|---|---|---|")
    for kappa in (np.inf, 3.0):
        for n in (3, 6, 12, 30):
            rng = np.random.default_rng(20261204)
            rows = np.array([_by_habit(rng, kappa, n) for _ in range(replications)])
            hand = rows[:, 0].mean()
            change = (rows[:, 1:3] - rows[:, :1]) / hand
            mean, error = change.mean(axis=0), change.std(axis=0, ddof=1) / np.sqrt(replications)
            print(
                f"| {n} | {'the hand weights' if np.isinf(kappa) else f'κ = {kappa:g}'} | {rows[:, 3].mean():.1%} "
                f"| {rows[:, 4].mean():.1%} | {mean[0]:+.2%} ± {error[0]:.2%} | {mean[1]:+.2%} ± {error[1]:.2%} |",
                flush=True,
            )


def _by_habit(rng: np.random.Generator, kappa: float, n: int) -> tuple[float, ...]:
    """Log-losses of hand weights and of those learned both ways; whether either moved."""
    common = W0 if np.isinf(kappa) else rng.dirichlet(W0 * kappa)

    def of_people(people: int, each: int) -> ChoiceSets:
        parts = [drawn(rng, each, 15.0 * rng.dirichlet(np.maximum(common, 1e-3) * 10)) for _ in range(people)]
        return _joined(parts, np.repeat(np.arange(people), each))

    sets, asked = of_people(n, 60 // n), Likelihood(stages_of(of_people(200, 5)))
    by_who = stages_of(sets)
    ridges = [choose_ridge([one], by_hand).ridge for one in (stages_of(_joined([sets], None)), by_who)]
    found = [fit(by_who, by_hand(ridge)).coefficients for ridge in (np.inf, *ridges)]
    return *(-asked.at(one).log_likelihood / ASKED for one in found), *(float(np.isfinite(one)) for one in ridges)


def ranges(replications: int) -> None:
    """Of the replications that move weights: how many printed 95 % ranges hold the truth."""
    print("| choices | truth | scale | weights moved | range under the one ridge | range as printed | its mean width |")
    print("|---|---|---|---|---|---|---|")
    for n in (50, 200):
        for kappa in KAPPAS[1:]:
            for scale in (5.0, 15.0):
                rng = np.random.default_rng(20261203)
                rows = [row for _ in range(replications) if (row := _ranged(rng, kappa, scale, n))]
                told = "none told | none told | " if not rows else ""
                if rows:
                    plain, printed, width = np.mean(rows, axis=0)
                    told = f"{plain:.0%} | {printed:.0%} | {width:.2f}"
                print(f"| {n} | {kappa:g} | {scale:g} | {len(rows)} of {replications} | {told} |", flush=True)


def _ranged(rng: np.random.Generator, kappa: float, scale: float, n: int) -> tuple[float, ...]:
    truth = rng.dirichlet(W0 * kappa)
    stages = stages_of(drawn(rng, n, scale * truth))
    chosen = choose_ridge([stages], by_hand)
    if np.isinf(chosen.ridge):
        return ()
    plain = weight_intervals(fit(stages, by_hand(chosen.ridge)), IS_TERM)
    printed = intervals_over_ridges(stages, by_hand, chosen, IS_TERM)
    held = [float(((one.low <= truth) & (truth <= one.high)).mean()) for one in (plain, printed)]
    return held[0], held[1], float((printed.high - printed.low).mean())


def foresight(replications: int) -> None:
    print("| truth | scale | choices | hand | learned | change | moved | lost over 1 % | most lost | truth itself |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for kappa in KAPPAS:
        for scale in (5.0, 15.0):
            for n in CHOICES:
                rng = np.random.default_rng(20261128)
                rows = np.array([_foreseen(rng, kappa, scale, n) for _ in range(replications)])
                hand, learned, true = rows[:, 0], rows[:, 1], rows[:, 2]
                lost = learned / hand - 1
                print(
                    f"| {kappa:g} | {scale:g} | {n} | {hand.mean():.4f} | {learned.mean():.4f} "
                    f"| {learned.mean() / hand.mean() - 1:+.2%} | {rows[:, 3].mean():.0%} | {(lost > 0.01).mean():.1%} "
                    f"| {lost.max():+.1%} | {true.mean() / hand.mean() - 1:+.2%} |",
                    flush=True,
                )


def _foreseen(rng: np.random.Generator, kappa: float, scale: float, n: int) -> tuple[float, float, float, float]:
    beta = scale * (W0 if np.isinf(kappa) else rng.dirichlet(W0 * kappa))
    stages, asked = stages_of(drawn(rng, n, beta)), Likelihood(stages_of(drawn(rng, ASKED, beta)))
    ridge = choose_ridge([stages], by_hand).ridge
    hand, learned = (fit(stages, by_hand(one)).coefficients for one in (np.inf, ridge))
    losses = [-asked.at(one).log_likelihood / ASKED for one in (hand, learned, beta)]
    return losses[0], losses[1], losses[2], float(np.isfinite(ridge))


def worlds(replications: int) -> None:
    """At 50 choices: hand, learned, and what could be had by whoever knew more."""
    print("| truth | scale | hand | learned | change ± its error | ridge known | true weights | most lost | reads as |")
    print("|---|---|---|---|---|---|---|---|---|")
    for kappa in KAPPAS:
        for scale in (5.0, 15.0):
            rng = np.random.default_rng(20261201)
            rows = np.array([_world(rng, kappa, scale) for _ in range(replications)])
            hand = rows[:, 0].mean()
            change = (rows[:, 1:] - rows[:, :1]) / hand
            mean, error = change.mean(axis=0), change.std(axis=0, ddof=1) / np.sqrt(replications)
            told = "won" if mean[0] < -2 * error[0] else "tie" if np.isinf(kappa) else "open"
            print(
                f"| {kappa:g} | {scale:g} | {hand:.4f} | {rows[:, 1].mean():.4f} | {mean[0]:+.2%} ± {error[0]:.2%} "
                f"| {mean[1]:+.2%} ± {error[1]:.2%} | {mean[2]:+.2%} | {(rows[:, 1] / rows[:, 0] - 1).max():+.1%} "
                f"| {told} |",
                flush=True,
            )


def _world(rng: np.random.Generator, kappa: float, scale: float) -> tuple[float, ...]:
    """Log-losses of hand weights, learned ones, those under the ridge that fits this world, and the true ones."""
    beta = scale * (W0 if np.isinf(kappa) else rng.dirichlet(W0 * kappa))
    stages, asked = stages_of(drawn(rng, 50, beta)), Likelihood(stages_of(drawn(rng, ASKED, beta)))
    off = scale**2 * float((W0 * (1 - W0)).mean()) / (kappa + 1)  # variance of a coefficient of the Dirichlet
    true = towards_hand_weights(TERMS, dict(zip(TERMS, beta.tolist(), strict=True)), ridge=np.inf)
    believed = [by_hand(np.inf), by_hand(choose_ridge([stages], by_hand).ridge), by_hand(1 / off if off else np.inf)]
    return tuple(-asked.at(fit(stages, one).coefficients).log_likelihood / ASKED for one in (*believed, true))


def offices(replications: int) -> None:
    print("| offices differ by (sd of a weight) | hand | alone | pooled | pooled / hand | pooled / alone |")
    print("|---|---|---|---|---|---|")
    for apart in (0.0, 0.03, 0.1):
        rng = np.random.default_rng(20261129)
        rows = np.array([_one_office(rng, apart) for _ in range(max(1, replications // 10))])
        hand, alone, pooled = rows.mean(axis=0)
        print(
            f"| {apart:g} | {hand:.4f} | {alone:.4f} | {pooled:.4f} | {pooled / hand - 1:+.2%} "
            f"| {pooled / alone - 1:+.2%} |",
            flush=True,
        )


def _one_office(rng: np.random.Generator, apart: float) -> tuple[float, float, float]:
    common = rng.dirichlet(W0 * 10)
    betas = 12.0 * np.maximum(common + rng.normal(0, apart, (20, W0.size)), 0)
    parts = [drawn(rng, 12 if office == 0 else 40, beta) for office, beta in enumerate(betas)]
    office_of = np.repeat(np.arange(20), [part.n_sets for part in parts])
    whole = _joined(parts, office_of)
    asked, own = Likelihood(stages_of(drawn(rng, ASKED, betas[0]))), stages_of(parts[0])
    alone = fit(own, by_hand(choose_ridge([own], by_hand).ridge)).coefficients
    hand, pooled = fit(own, by_hand(np.inf)).coefficients, fit_pooled(whole, office_of, HAND).offices[0].coefficients
    losses = [-asked.at(one).log_likelihood / ASKED for one in (hand, alone, pooled)]
    return losses[0], losses[1], losses[2]


def order(replications: int) -> None:
    """The promise: with the told number of choices the order is known in at least 80 % of cases."""
    truth = 10 * np.array([0.4, 0.3, 0.2, 0.1])
    known = told = 0
    rng, needs = np.random.default_rng(20261130), []
    plan = choices_until_order_is_known(_at(rng, 2_000, truth), np.ones(4, np.bool_))
    if plan is None:
        raise LearningError("2,000 choices tell no order")
    needed = int(plan.needed)
    for _ in range(replications):
        found = choices_until_order_is_known(_at(rng, needed, truth), np.ones(4, np.bool_))
        if found is not None:
            told += 1
            is_right = [gap.first for gap in found.gaps] == [0, 1, 2]
            known += found.is_known and is_right
            needs.append(found.more)
    print(f"needed by a first study of 2,000 choices: {needed}; with so many the order is known and right in")
    print(f"{known} of {told} replications ({known / max(told, 1):.1%}, promised 80 %)")


def _at(rng: np.random.Generator, n: int, truth: Reals) -> Fit:
    return fit(stages_of(drawn(rng, n, truth)), no_hand_weights(truth.size))


if __name__ == "__main__":
    main()
