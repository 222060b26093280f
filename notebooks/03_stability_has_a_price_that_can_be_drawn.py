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
# # Stability has a price that can be drawn
#
# An invented market: 60 people list six of 15 towns with three seats each, officers grade them ◎○△, and every pair has
# a chance that the person stays. What would each blocking pair more buy in expected stays? And what would one more seat
# under a prefecture's cap change, counted in people?

# %%
from __future__ import annotations

from itertools import pairwise

import matplotlib.pyplot as plt
import matplotlib_fontja
import numpy as np

from matching.explain.limit_prices import limit_prices
from matching.market import Market
from matching.mechanisms.limits.frontier import frontier
from matching.mechanisms.regions.regional_caps import flexible_deferred_acceptance
from matching.mechanisms.stable.ties import break_ties
from matching.preferences import Preferences
from matching.properties import blocking_pairs
from matching.regions import Regions

matplotlib_fontja.japanize()
rng = np.random.default_rng(3)
n, m = 60, 15
applicants = Preferences.from_scores(rng.random((n, m)), top=6)
listed = np.zeros((n, m), np.bool_)
listed[applicants.rows(), applicants.indices] = True
grades = rng.choice([0.0, 1.0, 2.0], p=[0.5, 0.3, 0.2], size=(m, n))
market = Market(applicants, Preferences.from_scores(grades, acceptable=listed.T), np.full(m, 3))
stays = rng.random((n, m))[applicants.rows(), applicants.indices]

# %% [markdown]
# **Claim 1.** The first point is stable, the last is the largest total, and totals never fall between them.

# %%
points = frontier(market, stays, rng=np.random.default_rng(0), points=7, time_limit=1.5)
totals = [point.value for point in points]
assert points[0].n_blocking == 0
assert len(blocking_pairs(market, points[0].matching)) == 0
assert points[-1].status == "proven"
assert all(later >= earlier - 1e-9 for earlier, later in pairwise(totals))

# %% [markdown]
# **Claim 2.** Every point says what no matching with as few blocking pairs can exceed.

# %%
assert all(point.value <= point.bound + 1e-6 for point in points)

# %%
figure, axes = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
blocking = [point.n_blocking for point in points]
axes[0].fill_between(blocking, totals, [point.claimed_bound for point in points], alpha=0.15, label="まだ分からない幅")
axes[0].plot(blocking, totals, marker="o", label="見つかった合計")
axes[0].set(xlabel="互いに望み直す組", ylabel="定着の見込みの合計", title="安定から最適まで")
axes[0].legend(loc="lower right")

# %% [markdown]
# **Claim 3.** A cap that binds has a price, told in people: one more seat under it, and who would be better off.

# %%
strict = break_ties(market, rng=np.random.default_rng(0)).market
region_of = np.arange(market.n_postings) % 2
seats = np.bincount(region_of, weights=market.capacity).astype(np.int64)
target = np.zeros(market.n_postings, np.int64)
prices = {}
for cap in range(1, int(seats[0]) + 2):
    regions = Regions.flat(region_of, cap=[cap, int(seats[1])], target=target)
    table = limit_prices(strict, regions, flexible_deferred_acceptance).caps
    prices[cap] = int(table.n_better[0])
assert max(prices.values()) >= 1
assert prices[int(seats[0]) + 1] == 0, "a cap beyond the seats costs nobody anything"

# %%
axes[1].bar(list(prices), list(prices.values()))
axes[1].set(xlabel="地域の上限", ylabel="もう一席で良くなる人", title="上限の値段")
print([(point.n_blocking, round(point.value, 2), point.status) for point in points], prices)
