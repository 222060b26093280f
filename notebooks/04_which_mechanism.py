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
# # 04 · Which mechanism
#
# **Claim.** *No mechanism gives everything: deferred acceptance alone leaves no pair that would rather have each
# other, the optimal assignment alone reaches the largest total, and between the two ends every point has a price that
# is proven.*
#
# **要約.** 互いに望み直す組を残さない決め方と、合い具合の合計が最大の決め方は別で、両方を満たすものは普通ありません。
# どの約束を選ぶかは募集の前に人が決めることで、このノートはその値段を、証明つきで示します。
#
# A *mechanism* is a rule announced before anybody knows who gains by it. A pair *blocks* if a person and a call would
# both rather have each other than what they got: a reason to go round the result. Gale and Shapley (1962,
# doi:10.2307/2312726) showed that one can always avoid such pairs; the sum of everybody's fit is then usually not the
# largest possible. Every check below is made by code that shares nothing with the mechanism it judges.

# %%
from __future__ import annotations

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from drawing import ACCENT, INK, MIDDLE, SOFT, headline, use_style

from features.market.scored_market import read_market
from features.rounds.round import open_round
from features.synthetic import sample_date, sample_market
from matching.certificates import assignment_certificate
from matching.explain.limit_prices import limit_prices
from matching.market import Market
from matching.mechanisms.assignment.linear_assignment import optimal_assignment
from matching.mechanisms.exchange.efficiency_adjusted import efficiency_adjusted_deferred_acceptance
from matching.mechanisms.exchange.immediate_acceptance import immediate_acceptance
from matching.mechanisms.exchange.serial_dictatorship import serial_dictatorship
from matching.mechanisms.exchange.top_trading_cycles import top_trading_cycles
from matching.mechanisms.limits.frontier import frontier
from matching.mechanisms.regions.regional_caps import flexible_deferred_acceptance
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.mechanisms.stable.ties import break_ties
from matching.mechanisms.tied.welfare_stable import welfare_stable
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties import blocking_pairs
from matching.regions import Regions
from matching.scored_pairs import ScoredPairs
from matching.statistics import matching_statistics, rank_held

use_style()
records = sample_market(n_applicants=200, n_postings=60, n_kigyojin_postings=0, n_company_people=0, seed=7)
opened = open_round(read_market(records, on=sample_date()), wishes="scores", list_length=15)
market, scores = opened.market, opened.mean_scores
strict = break_ties(market, rng=np.random.default_rng(7)).market
pairs = ScoredPairs.from_market(market, scores)
print(
    f"{market.n_applicants} people, {market.n_postings} calls, {market.capacity.sum()} seats, "
    f"{scores.size:,} acceptable pairs"
)

# %% [markdown]
# ## Eight rules, one market
#
# Every rule fills the same seats from the same lists. Two questions to each: how many pairs block, and what is the
# mean of both sides' scores over all people? The corner at the lower left-hand side of the picture, no blocking pair
# and the largest total, is empty: that is the whole difficulty, and no cleverness fills it.

# %%
best = optimal_assignment(pairs, market.capacity)
outcomes: dict[str, Matching] = {
    "deferred acceptance": deferred_acceptance(strict),
    "… calls proposing": deferred_acceptance(strict, proposing="postings"),
    "stable, ties towards the total": welfare_stable(market, scores, rng=np.random.default_rng(7)).matching,
    "efficiency-adjusted": efficiency_adjusted_deferred_acceptance(strict).matching,
    "top trading cycles": top_trading_cycles(strict).matching,
    "immediate acceptance": immediate_acceptance(strict),
    "serial dictatorship": serial_dictatorship(strict, rng=np.random.default_rng(7)).matching,
    "optimal assignment": best.matching,
}
blocking = {name: len(blocking_pairs(market, matching)) for name, matching in outcomes.items()}
total = {name: pairs.total(matching) for name, matching in outcomes.items()}
for name, matching in outcomes.items():
    figures = matching_statistics(market, matching)
    print(
        f"{name:<32} placed {figures.n_matched:>3}  first choice {figures.first_choice_share:>4.0%}  "
        f"blocking {blocking[name]:>3}  total {total[name]:.2f}"
    )

# %%
figure, (plane, ranks) = plt.subplots(1, 2, figsize=(12, 4.8), width_ratios=[1.15, 1])
stable = [name for name in outcomes if blocking[name] == 0]
for name in outcomes:
    is_stable = name in stable
    plane.plot(
        blocking[name],
        total[name],
        linestyle="",
        marker="o" if is_stable else "s",
        markersize=9,
        color=INK if is_stable else "white",
        markeredgecolor=INK,
    )
lowest = -np.inf
for name in sorted(outcomes, key=lambda one: total[one]):
    y = max(total[name], lowest + 0.045 * (max(total.values()) - min(total.values())))
    lowest = y
    plane.annotate(
        name,
        xy=(blocking[name], total[name]),
        xytext=(blocking[name] + 0.04 * max(blocking.values()), y),
        fontsize=8.5,
        va="center",
    )
plane.set(
    xlabel="pairs that block",
    ylabel="sum of both sides' mean score",
    xlim=(-0.05 * max(blocking.values()), 1.45 * max(blocking.values())),
)
headline(
    plane, "No rule has both: stable, and the largest total", "filled: stable on the lists as handed in, ties included"
)

longest = 6
for name, colour, style, marker in (
    ("deferred acceptance", INK, "-", "o"),
    ("efficiency-adjusted", ACCENT, "--", "s"),
    ("immediate acceptance", MIDDLE, "-.", "^"),
    ("optimal assignment", INK, ":", "D"),
):
    held = rank_held(market, outcomes[name])
    share = [(np.where(held < 0, 99, held) <= k).mean() for k in range(longest)]
    ranks.plot(range(1, longest + 1), share, color=colour, linestyle=style, marker=marker, label=name)
ranks.set(xlabel="wish number or better", ylabel="share of people", ylim=(0, 0.5))
ranks.set_yticks([0, 0.1, 0.2, 0.3, 0.4, 0.5], ["0", "10 %", "20 %", "30 %", "40 %", "50 %"])
ranks.legend(loc="lower right")
headline(ranks, "How far down their lists people go", f"{market.capacity.sum()} seats for {market.n_applicants} people")

# %% [markdown]
# ## What each blocking pair more would buy
#
# A smaller invented market, so that the whole frontier can be searched: 50 people list six of twelve towns with three
# seats each, officers grade them ◎○△, and every pair has a chance that the person stays. From left to right more and
# more blocking pairs are allowed. The line is what was found, the band what is not yet excluded: its upper edge is a
# bound that anyone can recompute from prices. Right, what a regional cap costs, counted in people. Grades leave ties,
# which a published lottery breaks; how much hangs on the draw is printed below.

# %%
rng = np.random.default_rng(3)
n, m = 50, 12
applicants = Preferences.from_scores(rng.random((n, m)), top=6)
listed = np.zeros((n, m), np.bool_)
listed[applicants.rows(), applicants.indices] = True
grades = rng.choice([0.0, 1.0, 2.0], p=[0.5, 0.3, 0.2], size=(m, n))
graded = Market(applicants, Preferences.from_scores(grades, acceptable=listed.T), np.full(m, 3))
stays = rng.random((n, m))[applicants.rows(), applicants.indices]
drawn = [deferred_acceptance(break_ties(graded, rng=np.random.default_rng(seed)).market) for seed in range(40)]
placed = np.array([one.n_matched for one in drawn])
n_places = np.array([np.unique(column).size for column in np.array([one.posting_of for one in drawn]).T])
print(f"forty lotteries place {placed.min()} to {placed.max()} of {n} people, each time stably;")
print(f"{(n_places > 1).sum()} people hold different places in different draws")
points = frontier(graded, stays, rng=np.random.default_rng(0), points=6, time_limit=1.0)

ordered = break_ties(graded, rng=np.random.default_rng(0)).market
region_of = np.arange(m) % 2
seats = np.bincount(region_of, weights=graded.capacity).astype(np.int64)
prices: dict[int, int] = {}
for cap in range(4, int(seats[0]) + 2):
    regions = Regions.flat(region_of, cap=[cap, int(seats[1])], target=np.zeros(m, np.int64))
    prices[cap] = int(limit_prices(ordered, regions, flexible_deferred_acceptance).caps.n_better[0])

figure, (line, bars) = plt.subplots(1, 2, figsize=(12, 4.4), width_ratios=[1.3, 1])
allowed = [point.n_blocking for point in points]
found = [point.value for point in points]
bounds = [point.claimed_bound for point in points]
line.fill_between(
    allowed, found, bounds, color=SOFT, hatch="////", edgecolor="white", linewidth=0, label="not yet excluded"
)
line.plot(allowed, found, color=INK, marker="o", label="found")
line.annotate("stable", (allowed[0], found[0]), xytext=(8, -4), textcoords="offset points", fontsize=9)
line.annotate(
    "optimal, proven", (allowed[-1], found[-1]), xytext=(-12, 2), textcoords="offset points", fontsize=9, ha="right"
)
line.set(xlabel="pairs that block", ylabel="expected number of people who stay")
line.legend(loc="lower right")
headline(
    line,
    f"Stability costs {(found[-1] - found[0]) / found[-1]:.1%} of the stays here",
    "the first blocking pairs that are allowed buy most",
)
bars.bar(
    list(prices),
    list(prices.values()),
    color=[MIDDLE if cap < seats[0] else SOFT for cap in prices],
    edgecolor=INK,
    linewidth=0.5,
)
bars.set(xlabel=f"cap of the first region (it has {seats[0]} seats)", ylabel="people better off by one more seat")
bars.set_xticks(list(prices)[::2])
bars.set_yticks(range(max(prices.values()) + 1))
headline(bars, "A cap has a price, told in people")

# %% [markdown]
# ## The check

# %%
proof = assignment_certificate(pairs, market.capacity, best.matching, best.applicant_prices, best.posting_prices)
assert proof.holds, "seat prices prove that no assignment is worth more"
assert all(value <= total["optimal assignment"] + 1e-9 for value in total.values()), "no rule reaches a larger total"
assert stable == ["deferred acceptance", "… calls proposing", "stable, ties towards the total"], (
    "these leave no blocking pair"
)
assert all(len(blocking_pairs(graded, one)) == 0 for one in drawn), "every one of the forty draws is stable"
assert blocking["optimal assignment"] > 0, "the largest total leaves blocking pairs"
assert points[0].n_blocking == 0 and len(blocking_pairs(graded, points[0].matching)) == 0, "the frontier begins stable"
assert points[-1].status == "proven", "the frontier ends at the proven optimum"
assert all(two.value >= one.value - 1e-9 for one, two in pairwise(points)), "more blocking pairs never cost"
assert all(point.value <= point.bound + 1e-6 for point in points), "no point exceeds its bound"
assert max(prices.values()) >= 1 and prices[int(seats[0]) + 1] == 0, (
    "a cap that binds has a price, one that does not has none"
)
print(f"totals from {min(total.values()):.2f} to {max(total.values()):.2f}; bound {proof.bound:.2f}")
