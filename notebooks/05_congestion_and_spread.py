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
# # 05 · Congestion, and spreading interest
#
# **Claim.** *A price on crowded places lets the quietest calls be seen more, at a cost in own fit below two per cent
# at a spread of one half; and the more tastes agree, the more matches the order of lists decides.*
#
# **要約.** 皆が合い具合だけの順で一覧を見ると、同じ募集に関心が集まり、見られない募集が残ります。
# 込み合う募集に「混雑の値段」を付けると、一人ひとりの合い具合をほとんど下げずに、見られる募集が増えます。
#
# If everybody is shown the places that suit *them* best, everybody is shown much the same places. That is congestion:
# each list is right for its reader, all lists together are wrong for everybody. The cure is known from road traffic:
# a price for using what is full. Su, Bayoumi and Joachims (2022, arXiv:2106.01941) and Tomita and Yokoyama (2024,
# arXiv:2409.00720) give the theory for two-sided markets.

# %%
from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from drawing import ACCENT, INK, MIDDLE, SOFT, headline, label_end, use_style

from features.lists.interest import read_interest, read_pairs
from features.market.scored_market import read_market
from features.synthetic import sample_date, sample_market
from matching.ranking import (
    annealing,
    both_sides_market,
    examination,
    expected_matches,
    exposure_of_orders,
    gini,
    nash_welfare,
    order_rows,
    own_orders,
    pair_chances,
    product_orders,
    transferable_utility,
)

use_style()
records = sample_market(n_applicants=200, n_postings=60, n_kigyojin_postings=0, n_company_people=0, seed=7)
market = read_market(records, on=sample_date())
pairs = read_pairs(market)
SPREADS = (0.0, 0.25, 0.5, 0.75, 1.0)
interest = {spread: read_interest(market, spread, pairs=pairs) for spread in SPREADS}
reachable = pairs.acceptable.any(axis=0)
print(f"{pairs.own.shape[0]} people, {reachable.sum()} calls that somebody may be shown, lists of ten")

# %% [markdown]
# ## Who is looked at
#
# Each person sees ten places; a place high in a list is looked at more often than one below (one over the logarithm
# of the rank). Below, all calls in order of the looks they get. At spread 0 every list is the best for its reader; at
# 1 lists are as even as the market allows.

# %%
LENGTH = 10
glance = examination("log2", LENGTH)


def looks(spread: float) -> np.ndarray:
    """Looks that each reachable call gets from everybody's list."""
    lists = interest[spread].lists()
    weight = np.broadcast_to(glance, lists.shape)
    return np.bincount(lists[lists >= 0], weight[lists >= 0], minlength=pairs.own.shape[1])[reachable]


def fits(spread: float) -> np.ndarray:
    """Each person's own score of what the list shows, by the looks a rank gets."""
    lists = interest[spread].lists()
    own = np.take_along_axis(pairs.own, np.maximum(lists, 0), axis=1) / 1e6
    weight = np.where(lists >= 0, glance, 0.0)
    some = weight.sum(axis=1) > 0
    return (own * weight).sum(axis=1)[some] / weight.sum(axis=1)[some]


seen = {spread: looks(spread) for spread in SPREADS}


def quietest(spread: float) -> float:
    """Mean looks of the tenth of the calls that gets fewest."""
    return float(np.sort(seen[spread])[: reachable.sum() // 10].mean())


fit_of = {spread: fits(spread) for spread in SPREADS}
figure, axes = plt.subplots(figsize=(9.5, 4.2))
for spread, colour, style in ((0.0, INK, "-"), (0.5, ACCENT, "--"), (1.0, MIDDLE, "-.")):
    falling = np.sort(seen[spread])[::-1]
    axes.plot(
        falling,
        color=colour,
        linestyle=style,
        marker="",
        label=f"spread {spread:g}: Gini {gini(seen[spread]):.2f}, the quietest tenth gets {quietest(spread):.1f} looks",
    )
axes.axhline(seen[0.0].mean(), color=SOFT, marker="", linestyle=":")
label_end(axes, reachable.sum() * 0.8, seen[0.0].mean(), "all alike", colour="#6b7c8d", above=7)
axes.set(xlabel="calls, in order of the looks they get", ylabel="looks", xlim=(0, None), ylim=(0, None))
axes.legend()
headline(axes, "A price on crowded places fills the valley from the peak")

# %% [markdown]
# ## What it costs, and whom
#
# Left, evenness against own fit for five spreads: how much is gained for what is given up. Right, the change for
# every single person at one half.

# %%
base = fit_of[0.0].mean()
lost = np.array([1 - fit_of[spread].mean() / base for spread in SPREADS])
even = np.array([gini(seen[spread]) for spread in SPREADS])
each = fit_of[0.5] / fit_of[0.0] - 1
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.1), width_ratios=[1.1, 1])
left.plot(100 * lost, even, color=INK)
for spread, x, y in zip(SPREADS, 100 * lost, even, strict=True):
    label_end(
        left, x, y, f"spread {spread:g}: quietest tenth {quietest(spread):.1f} looks", above=6 if spread < 1 else -7
    )
left.set(
    xlabel="own fit given up, %",
    ylabel="Gini of the looks",
    xlim=(-0.03 * lost.max() * 100, 210 * lost.max()),
    ylim=(0, None),
)
headline(left, "The first steps cost least")
right.hist(100 * each, bins=30, color=MIDDLE, edgecolor="white")
right.axvline(100 * each.mean(), color=ACCENT, marker="", linestyle="--")
right.annotate(
    f"mean {100 * each.mean():.1f} %",
    (100 * each.mean(), right.get_ylim()[1]),
    xytext=(-6, -10),
    textcoords="offset points",
    color=ACCENT,
    ha="right",
)
right.set(xlabel="change of a person's own fit at spread 0.5, %", ylabel="people")
headline(right, "What one half asks of each person")

# %% [markdown]
# ## When does it matter most?
#
# In a market drawn as in the literature, tastes agree to a degree λ (0: everybody has a taste of their own, 1: all
# agree). Five ways to make the lists of both sides, and the matches they lead to. With own wishes alone, agreement
# empties the market. *Nash welfare* shares attention fairly; the *annealed* policy begins fair and ends with the sum.

# %%
CROWDING, SIDE, DRAWS = (0.0, 0.25, 0.5, 0.75, 1.0), 30, 3
METHODS = ("own wishes", "product of both", "transferable utility", "Nash welfare", "annealed")
matches = np.zeros((len(CROWDING), len(METHODS)))
v = examination("inv", SIDE)
for at, crowding in enumerate(CROWDING):
    for seed in range(DRAWS):
        ours, theirs = both_sides_market(SIDE, SIDE, crowding, seed)
        chances = pair_chances(ours, theirs)
        shares = transferable_utility(ours, theirs)
        orders = (own_orders(ours, theirs), product_orders(ours, theirs), (order_rows(shares), order_rows(shares.T)))
        exposures = [
            (exposure_of_orders(a, v, SIDE), np.ascontiguousarray(exposure_of_orders(b, v, SIDE).T)) for a, b in orders
        ]
        exposures += [nash_welfare(ours, theirs, v, v, alpha=alpha) for alpha in (0.0, annealing())]
        matches[at] += [expected_matches(chances, *one) / DRAWS for one in exposures]

figure, axes = plt.subplots(figsize=(9.5, 4.3))
looks_of = ((SOFT, ":", "D"), (MIDDLE, "-.", "^"), (MIDDLE, "--", "v"), (ACCENT, "--", "s"), (INK, "-", "o"))
for k, (name, (colour, style, marker)) in enumerate(zip(METHODS, looks_of, strict=True)):
    axes.plot(CROWDING, matches[:, k], color=colour, linestyle=style, marker=marker, label=name)
axes.set(xlabel="how much tastes agree, λ", ylabel="expected matches", ylim=(0, None))
axes.set_xticks(CROWDING, [f"{c:g}" for c in CROWDING])
axes.legend(loc="upper right", ncols=2)
headline(
    axes, "The more tastes agree, the more the order of lists decides", f"{SIDE} × {SIDE}, mean of {DRAWS} markets"
)

# %% [markdown]
# ## The check

# %%
assert quietest(0.5) > quietest(0.0), "a spread of one half lets the quietest calls be seen more"
assert lost[SPREADS.index(0.5)] < 0.02, "a spread of one half costs less than two per cent of own fit"
assert np.all(np.diff(even) < 0), "every step of the spread makes the looks more even"
assert np.all(matches[:, 4] >= matches[:, 3] - 1e-9), "the annealed policy never has fewer matches than Nash welfare"
assert matches[-1, 4] > 1.5 * matches[-1, 0], "where all tastes agree, better lists bring half as many matches again"
print(f"looks of the quietest tenth {quietest(0.0):.1f} → {quietest(0.5):.1f}; own fit {-lost[2]:+.2%}")
