# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     name: python3
# ---

# %% [markdown]
# # 03 · Learning weights from choices
#
# **Claim.** *From a few hundred choices the learned weights foresee new choices better than the weights set by hand;
# from a dozen they lose next to nothing against them, because the hand weights hold until the choices speak.*
#
# **要約.** 選択の記録から学んだ重みは、数百件あれば新しい選択をよりよく言い当て、十数件でも手の重みに大きく劣りません。
# 学んだ重みは決めた人の習慣も写すので、そのまま使わず、一行ずつ人が読んで決めます。
#
# Officers who choose among applicants reveal what they weigh. The *conditional logit* (K. Train 2009, Discrete choice
# methods with simulation, doi:10.1017/CBO9780511805271) turns this into numbers: the chance that a person is chosen
# grows with the weighted sum of what the terms say. Here the choices are invented and their true weights known, so
# that one can see whether learning finds them. A *ridge* draws the estimate towards the weights set by hand, the more
# firmly the less the choices say.

# %%
from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from drawing import ACCENT, INK, MIDDLE, SOFT, headline, label_end, use_style

from features.learning.choice_sets import ChoiceSets
from features.learning.fit import fit
from features.learning.learned import learn_weights
from features.learning.likelihood import Likelihood
from features.learning.penalty import Penalty, no_hand_weights, towards_hand_weights
from features.learning.pooling import fit_pooled
from features.learning.ridge import choose_ridge
from features.learning.sample_size import choices_until_order_is_known
from features.learning.stages import stages_of
from features.learning.term_values import term_values, terms_of
from features.market.scored_market import read_market
from features.synthetic import sample_date, sample_market
from features.weights import default_weights

use_style()
records = sample_market(n_applicants=200, n_postings=60, n_kigyojin_postings=0, n_company_people=0, seed=7)
market = read_market(records, on=sample_date())
given = default_weights().coordinator
terms = tuple(term for term in terms_of("coordinator") if given[term] > 0)
columns = [terms_of("coordinator").index(term) for term in terms]
hand = {term: given[term] for term in terms}
by_hand = np.array([hand[term] for term in terms]) / sum(hand.values())
SIZE = 6

# %% [markdown]
# ## Choices whose true weights are known
#
# Twenty officers look at six people each time, all of whom fit the call, and choose one. What the terms say of the
# people is real in the sense that the engine read it from the sample market's texts; how much each officer weighs it
# is invented: wanting this very work and a link with the place count far more than by hand, past work and the tone of
# the whole text far less.

# %%
wishes = {"work_done": 0.4, "work_wanted": 3.0, "mission_meaning": 0.3, "place_link": 4.0}
truth = by_hand * np.array([wishes.get(term, 1.0) for term in terms])
truth = truth / truth.sum()
SHARPNESS = 40.0  # how clearly an officer tells people apart; the noise has standard deviation 1.28

table = np.stack(
    [term_values(market, "coordinator", j, np.arange(len(market.applicants))) for j in range(len(market.postings))],
    axis=1,
)[:, :, columns]
fitting = np.argsort(-(table @ by_hand), axis=0, kind="stable")[:30]  # at each call, those the hand weights put first


def choices(rng: np.random.Generator, n: int, weights: np.ndarray, *, sharpness: float = SHARPNESS) -> ChoiceSets:
    """Sets of six of the people who fit a call best, as they would stand before an officer; one of them is chosen."""
    calls = rng.integers(0, table.shape[1], n)
    rows = [table[rng.choice(fitting[:, j], SIZE, replace=False), j] for j in calls]
    said = np.concatenate(rows)
    liking = (said @ (sharpness * weights) + rng.gumbel(size=n * SIZE)).reshape(n, SIZE)
    place = (liking == liking.max(axis=1, keepdims=True)).astype(np.int64).ravel()
    return ChoiceSets(terms, said, np.arange(n + 1) * SIZE, place, rng.integers(0, 20, n))


many = choices(np.random.default_rng(1), 400, truth)
learned = learn_weights(many, hand)
print(f"{many.n_sets} choices of {learned.n_choosers} officers; ridge {learned.ridge:g}")
print(f"do they contradict the weights by hand?  p = {learned.against_hand.p_value:.2g}")

# %%
order = np.argsort(-truth)
at = np.arange(order.size)[::-1]
figure, axes = plt.subplots(figsize=(9, 4.2))
low, high = learned.intervals.low[order], learned.intervals.high[order]
axes.hlines(at, low, high, color=SOFT, linewidth=7, zorder=1, label="95 % interval")
axes.plot(
    by_hand[order], at, linestyle="", marker="o", markerfacecolor="white", color=INK, markersize=8, label="set by hand"
)
axes.plot(learned.weights[order], at, linestyle="", marker="o", color=INK, markersize=8, label="learned")
axes.plot(truth[order], at, linestyle="", marker="|", color=ACCENT, markersize=17, markeredgewidth=2.5, label="true")
for y, k in zip(at, order, strict=True):
    axes.annotate(
        "", xy=(learned.weights[k], y), xytext=(by_hand[k], y), arrowprops={"arrowstyle": "-", "color": INK, "lw": 0.8}
    )
axes.set_yticks(at, [terms[k] for k in order])
axes.set(xlabel="weight (sum 1)", xlim=(0, None))
axes.legend(loc="lower right")
headline(
    axes,
    "400 choices pull the weights towards the truth",
    "open: by hand; filled: learned; red: what the officers really weigh",
)

# %% [markdown]
# ## How many choices does it take?
#
# The honest test of learned weights is foresight: how surprised are they by choices they never saw? *Log-loss*
# measures the surprise; guessing at random among six people costs 1.79. Each point is the mean of eight samples; the
# dotted line is what the true weights themselves leave. The weights by hand are far from the truth here, so holding
# them costs something between 25 and 200 choices; that is the price of doing no harm with a dozen.

# %%
SIZES, SAMPLES = (12, 25, 50, 100, 200, 400), 8


def firmly(ridge: float) -> Penalty:
    """The belief before any choice: weights by hand, held as firmly as the ridge says."""
    return towards_hand_weights(terms, hand, ridge=ridge)


asked = Likelihood(stages_of(choices(np.random.default_rng(2), 1_500, truth)))


def surprise(coefficients: np.ndarray) -> float:
    """Mean log-loss on the choices that nobody learned from."""
    return -asked.at(coefficients).log_likelihood / 1_500


losses = np.zeros((len(SIZES), SAMPLES, 3))
for n_at, n in enumerate(SIZES):
    for sample in range(SAMPLES):
        stages = stages_of(choices(np.random.default_rng([n, sample]), n, truth))
        ridge = choose_ridge([stages], firmly).ridge
        free = fit(stages, no_hand_weights(len(terms), ridge=0.02)).coefficients
        found = [fit(stages, firmly(one)).coefficients for one in (np.inf, ridge)]
        losses[n_at, sample] = [surprise(found[0]), surprise(found[1]), surprise(free)]
best = surprise(SHARPNESS * truth)

figure, axes = plt.subplots(figsize=(9, 4.2))
means = losses.mean(axis=1)
for k, (name, colour, style, marker) in enumerate(
    (
        ("by hand", INK, "-", "o"),
        ("learned", ACCENT, "--", "s"),
        ("learned without the hand weights", MIDDLE, "-.", "^"),
    )
):
    axes.plot(SIZES, means[:, k], color=colour, linestyle=style, marker=marker)
    label_end(axes, SIZES[-1], means[-1, k], name, colour=colour, above=(6, -5, 7)[k] if k else 0)
axes.axhline(best, color=INK, linestyle=":", marker="", linewidth=1)
axes.annotate("the true weights", (SIZES[0], best), xytext=(0, -11), textcoords="offset points", fontsize=8.5)
axes.set_xscale("log")
axes.set_xticks(SIZES, [str(n) for n in SIZES])
axes.minorticks_off()
axes.set(
    xlabel="choices learned from",
    ylabel="log-loss a choice",
    xlim=(11, 900),
    ylim=(best - 0.04, min(1.85, means.max() + 0.03)),
)
headline(
    axes,
    "Few choices: stay with the hand. Many: learn.",
    "lower is better; learning without the hand weights is worst where data are few",
)

# %% [markdown]
# ## An office with twelve choices
#
# Most municipalities decide a dozen times a year. *Partial pooling* lets each office have weights of its own that are
# drawn to those of all offices together, as firmly as the offices turn out to be alike. Each arrow is an office's
# error (distance to its own true weights) if it learned alone, and pooled. Decisions are less clear-cut here, as they
# are where few people apply.

# %%
rng = np.random.default_rng(5)
N_OFFICES, EACH = 16, 12
own_truth = np.maximum(truth + rng.normal(0, 0.02, (N_OFFICES, truth.size)), 0)
own_truth /= own_truth.sum(axis=1, keepdims=True)
parts = [choices(rng, EACH, weights, sharpness=SHARPNESS / 4) for weights in own_truth]
whole = ChoiceSets(
    terms,
    np.concatenate([part.features for part in parts]),
    np.arange(N_OFFICES * EACH + 1) * SIZE,
    np.concatenate([part.place for part in parts]),
)
pooled = fit_pooled(whole, np.repeat(np.arange(N_OFFICES), EACH), hand)
alone = [fit(stages_of(part), no_hand_weights(len(terms), ridge=0.02, sign_limits=True)).coefficients for part in parts]


def apart(coefficients: np.ndarray, weights: np.ndarray) -> float:
    """Sum of absolute differences of the weights, halved: 0 the same, 1 nothing in common."""
    total = coefficients.sum()
    return float(np.abs((coefficients / total if total > 0 else by_hand) - weights).sum() / 2)


errors = np.array(
    [[apart(alone[k], own_truth[k]), apart(pooled.offices[k].coefficients, own_truth[k])] for k in range(N_OFFICES)]
)
errors = errors[np.argsort(errors[:, 0])]
figure, axes = plt.subplots(figsize=(9, 4))
for k, (before, after) in enumerate(errors):
    axes.annotate("", xy=(k, after), xytext=(k, before), arrowprops={"arrowstyle": "->", "color": MIDDLE, "lw": 1.2})
axes.plot(errors[:, 0], linestyle="", marker="o", markerfacecolor="white", color=INK, markersize=8, label="alone")
axes.plot(errors[:, 1], linestyle="", marker="o", color=INK, markersize=7, label="pooled")
axes.axhline(errors[:, 1].mean(), color=ACCENT, linestyle="--", marker="", linewidth=1)
label_end(axes, N_OFFICES - 0.6, errors[:, 1].mean(), "mean, pooled", colour=ACCENT, above=8)
axes.set(
    xlabel="offices, each with twelve choices",
    ylabel="distance to the office's true weights",
    ylim=(0, None),
    xlim=(-0.6, N_OFFICES + 1.4),
)
axes.set_xticks([])
axes.legend(loc="upper left")
headline(axes, "Pooling spares the offices the worst that twelve choices can do")

# %% [markdown]
# ## When is the largest weight known to be the largest?
#
# Before asking an office for more decisions, ask how many would be enough. The number comes from the standard errors
# of what is known so far, for a chance of 80 % to tell the largest weight from the next at the level of 95 %.

# %%
is_term = np.ones(len(terms), np.bool_)
for n in (100, 200, 400, 800):
    so_far = fit(stages_of(choices(np.random.default_rng(n), n, truth)), no_hand_weights(len(terms), ridge=0.02))
    known = choices_until_order_is_known(so_far, is_term, first=1)
    needed = np.inf if known is None else known.needed
    print(f"after {n:>3} choices: the largest weight is known to be so after about {needed:,.0f} in all")

# %% [markdown]
# ## The check

# %%
assert means[0, 1] <= 1.01 * means[0, 0], "with a dozen choices learning loses less than one per cent on average"
assert means[-1, 1] < means[-1, 0], "with 400 choices the learned weights foresee better than those set by hand"
assert learned.against_hand.p_value < 0.05, "400 choices contradict weights that are not those of the officers"
inside = (learned.intervals.low <= truth) & (truth <= learned.intervals.high)
assert inside.mean() >= 0.5, "at least half of the true weights lie in their intervals, drawn to the hand as they are"
assert errors[:, 1].mean() < errors[:, 0].mean(), "pooled offices are nearer to their own truth than alone"
print(
    f"log-loss by hand {means[-1, 0]:.3f}, learned {means[-1, 1]:.3f}, true {best:.3f}; "
    f"{inside.sum()} of {inside.size} intervals hold the truth"
)
