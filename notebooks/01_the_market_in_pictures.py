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
# # 01 · The market in pictures
#
# **Claim.** *Interest is crowded and the rules are not neutral: a tenth of the calls draws more than a third of all
# applications while more than a fifth draws none, and before any score the rules close some kinds of move altogether
# and leave others nearly free.*
#
# **要約.** 見本の市場（実在の市町村、架空の人）では、応募は一部の募集に集まり、誰も応募しない募集が残ります。
# 点数を付ける前に、制度の要件だけで、対象になりうる募集の数は住んでいる場所によって大きく違います。
#
# The market is invented over real municipalities: people, calls and applications are drawn so that their totals agree
# with what is published about 地域おこし協力隊 (every parameter stands with its evidence in
# `features/synthetic/parameters.toml`). Nothing below is about a real person. Read it to learn the shapes a placement
# engine has to cope with; the numbers of your own region will differ.

# %%
from __future__ import annotations

import csv
from collections import Counter, defaultdict
from importlib.resources import files

import matplotlib.pyplot as plt
import numpy as np
from drawing import ACCENT, INK, MIDDLE, PALE, SOFT, headline, label_end, use_style
from matplotlib.axes import Axes

from features.market.scored_market import read_market
from features.municipalities import find
from features.reference import prefecture_table
from features.rules.verdicts import NOT_COVERED
from features.synthetic import sample_date, sample_market
from matching.ranking import gini

use_style()
records = sample_market(n_kigyojin_postings=0, n_company_people=0)
market = read_market(records, on=sample_date())
calls, people = market.records.postings, market.records.applicants
applications_of = Counter(one.posting_id for one in records.applications)
drawn = np.array([applications_of[call.posting_id] for call in calls])
seats = np.array([call.seats for call in calls])
print(f"{len(people):,} people, {len(calls)} calls with {seats.sum()} seats, {drawn.sum():,} applications")

# %% [markdown]
# ## Where the calls are, and where people apply
#
# Each circle is a municipality with seats; its size is the number of seats, its darkness how many people apply for
# one seat. White circles with a thin edge draw nobody. Two things catch the eye: seats lie far from the three
# metropolitan areas, which is the purpose of the programme, and dark circles lie beside white ones, so distance does
# not explain the crowds.

# %%
with files("api.documents").joinpath("data/prefecture_outlines.csv").open(encoding="utf-8") as file:
    outlines: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in csv.DictReader(file):
        outlines[row["prefecture_code"]].append((float(row["longitude"]), float(row["latitude"])))

town_seats, town_drawn = Counter[str](), Counter[str]()
for call, n in zip(calls, drawn.tolist(), strict=True):
    town_seats[call.municipality_code] += call.seats
    town_drawn[call.municipality_code] += n
towns = sorted((code for code in town_seats if town_seats[code]), key=lambda code: -town_seats[code])
where = np.array([(find(code).longitude, find(code).latitude) for code in towns])
size = np.array([town_seats[code] for code in towns])
pressure = np.array([town_drawn[code] for code in towns]) / size


def draw_map(axes: Axes) -> None:
    """Outlines of the prefectures, and a circle for every municipality with seats."""
    for outline in outlines.values():
        axes.fill(*zip(*outline, strict=True), facecolor=PALE, edgecolor="white", linewidth=0.8)
    steps = ((0, 0, "white"), (0, 2, SOFT), (2, 4, MIDDLE), (4, np.inf, INK))
    for low, high, colour in steps:
        chosen = (pressure == 0) if high == 0 else (pressure > low) & (pressure <= high)
        label = {0: "nobody", 2: "up to 2", 4: "2 to 4"}.get(high, "over 4")
        axes.scatter(
            *where[chosen].T, s=16 * size[chosen], color=colour, edgecolor=INK, linewidth=0.5, zorder=3, label=label
        )
    axes.set_aspect(1.25)
    axes.set_axis_off()


figure, axes = plt.subplots(figsize=(8.5, 7.2))
draw_map(axes)
axes.set(xlim=(128.6, 146.2), ylim=(30.2, 45.8))
headline(
    axes,
    "Seats lie far out; crowded and empty calls lie side by side",
    "circle: the seats of a municipality; outline: the largest island of each prefecture",
)
legend = axes.legend(title="people applying for a seat", loc="lower right", labelspacing=0.9)
for handle in legend.legend_handles:
    handle.set_sizes([60])
okinawa = axes.inset_axes((0.02, 0.62, 0.26, 0.26))
draw_map(okinawa)
okinawa.set(xlim=(123.5, 129.8), ylim=(24.0, 28.6))
okinawa.set_axis_on()
okinawa.set(xticks=[], yticks=[], title="")
okinawa.spines[:].set(visible=True, color=SOFT)
okinawa.annotate("南西諸島", xy=(0.04, 0.9), xycoords="axes fraction", fontsize=8.5)

# %% [markdown]
# ## How unevenly interest falls
#
# Left, every call in order of the applications it draws: a few towers and a long flat coast. Right, the same as a
# Lorenz curve, the picture economists draw of incomes: if every call drew the same number, the line would be the
# diagonal.

# %%
falling = np.sort(drawn)[::-1]
share_of_calls = np.arange(falling.size + 1) / falling.size
share_of_applications = np.concatenate([[0], np.cumsum(falling[::-1])]) / falling.sum()
top_tenth = falling[: falling.size // 10].sum() / falling.sum()
none = (drawn == 0).mean()

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.1), width_ratios=[1.5, 1])
left.fill_between(np.arange(falling.size), falling, step="post", color=MIDDLE, linewidth=0)
tenth = falling.size // 10
left.fill_between(np.arange(tenth), falling[:tenth], step="post", color=INK, linewidth=0)
left.axvspan(falling.size * (1 - none), falling.size, color=ACCENT, alpha=0.12, hatch="////", linewidth=0)
left.annotate(
    f"{none:.0%} of calls:\nno application", (falling.size * (1 - none / 2), falling.max() * 0.3), ha="center"
)
left.annotate(
    f"the first tenth draws {top_tenth:.0%}", (tenth, falling.max() * 0.75), xytext=(12, 0), textcoords="offset points"
)
left.set(xlabel="calls, in order of the applications they draw", ylabel="applications", xlim=(0, falling.size))
left.set_yticks(range(0, int(falling.max()) + 1, 5))
headline(left, "A few towers and a long coast")
right.plot([0, 1], [0, 1], color=SOFT, marker="", linestyle="--")
right.plot(share_of_calls, share_of_applications, color=INK, marker="")
right.fill_between(share_of_calls, share_of_applications, share_of_calls, color=PALE)
right.annotate(f"Gini {gini(drawn.astype(np.float64)):.2f}", (0.52, 0.42), fontsize=12)
right.set(xlabel="share of calls", ylabel="share of applications", xlim=(0, 1), ylim=(0, 1), aspect="equal")
headline(right, "Lorenz curve of interest")

# %% [markdown]
# ## From where to where
#
# Rows: the part of the country where people live. Columns: where they apply. Nearly half of all applications come
# from 関東 and go everywhere, most of all to 中部; at both ends of the country people stay near. A municipality that
# asks *"who could come to us?"* reads down its column.

# %%
region_of = dict(prefecture_table().select("pref_code", "region").iter_rows())
origin_of = {
    one.applicant_id: one.selection_profile.origin.municipality_code
    for one in people
    if one.selection_profile.origin is not None and one.selection_profile.origin.municipality_code is not None
}
call_code = {call.posting_id: call.municipality_code for call in calls}
regions = list(dict.fromkeys(region_of.values()))
flows = np.zeros((len(regions), len(regions)), np.int64)
for one in records.applications:
    if one.applicant_id in origin_of:
        start, end = (region_of[code[:2]] for code in (origin_of[one.applicant_id], call_code[one.posting_id]))
        flows[regions.index(start), regions.index(end)] += 1
shares = flows / np.maximum(flows.sum(axis=1, keepdims=True), 1)

figure, axes = plt.subplots(figsize=(8.5, 4.4))
axes.imshow(shares, cmap="Blues", vmin=0, vmax=0.5, aspect="auto")
for (row_at, column_at), share in np.ndenumerate(shares):
    axes.text(
        column_at, row_at, f"{share:.0%}", ha="center", va="center", fontsize=8, color="white" if share > 0.3 else INK
    )
axes.set_xticks(range(len(regions)), regions)
axes.set_yticks(range(len(regions)), [f"{name}  ({n})" for name, n in zip(regions, flows.sum(axis=1), strict=True)])
axes.grid(visible=False)
axes.set(xlabel="applies to", ylabel="lives in (applications)")
headline(axes, "Cities look everywhere, the ends of the country look near", "share of the applications of a row")

# %% [markdown]
# ## Rules come before scores
#
# Whether the special tax grant covers a move depends on the categories of municipality at both ends of it, and a call
# has must-haves of its own, such as a driving licence. The engine asks all this for every pair before it computes any
# score. Left, the share of pairs that is left, by category of home and call: a few cells are closed altogether.
# Right, what that means for people. *Not covered* means the grant, never that a town may not appoint somebody at its
# own expense.

# %%
codes = market.verdicts.codes(slice(None), slice(None))
categories = np.array(
    [find(origin_of[one.applicant_id]).category or 0 if one.applicant_id in origin_of else 0 for one in people]
)
offered = np.array([find(call.municipality_code).category or 0 for call in calls])
open_share = np.full((10, 10), np.nan)
for a in range(1, 11):
    for b in range(1, 11):
        block = codes[np.ix_(categories == a, offered == b)]
        if block.size:
            open_share[a - 1, b - 1] = (block < NOT_COVERED).mean()

figure, (grid, bars) = plt.subplots(1, 2, figsize=(10, 4.4), width_ratios=[1.2, 1])
grid.imshow(np.nan_to_num(open_share, nan=-0.1), cmap="Blues", vmin=-0.1, vmax=1.1, aspect="auto")
for (row_at, column_at), share in np.ndenumerate(open_share):
    text = "" if np.isnan(share) else f"{share:.0%}"
    grid.text(column_at, row_at, text, ha="center", va="center", fontsize=7, color="white" if share > 0.6 else INK)
grid.set_xticks(range(10), [str(k) for k in range(1, 11)])
grid.set_yticks(range(10), [str(k) for k in range(1, 11)])
grid.grid(visible=False)
grid.set(xlabel="category of the call", ylabel="category of the home")
headline(grid, "Share of pairs that the rules leave open", "empty: no such pair in this market")

reach = (codes < NOT_COVERED).mean(axis=1)
by_home = [reach[categories == a] for a in range(1, 11)]
kept = [a for a in range(1, 11) if by_home[a - 1].size]
means = np.array([by_home[a - 1].mean() for a in kept])
bars.barh([str(a) for a in kept], means, color=MIDDLE, edgecolor=INK, linewidth=0.5)
bars.invert_yaxis()
for at, (a, mean) in enumerate(zip(kept, means, strict=True)):
    label_end(bars, mean, at, f"{mean:.0%} of calls, {by_home[a - 1].size} people")
bars.set(xlim=(0, 1.5), xlabel="share of calls open to a person", ylabel="category of the home")
bars.set_xticks([0, 0.5, 1.0], ["0", "50 %", "100 %"])
headline(bars, "Where you live decides what is open")

# %% [markdown]
# ## The check
#
# The claim above, computed anew from the records.

# %%
assert top_tenth > 1 / 3, "a tenth of the calls draws more than a third of all applications"
assert none > 1 / 5, "more than a fifth of the calls draws no application"
assert np.nanmin(open_share) == 0 and np.nanmax(open_share) > 0.9, "some kinds of move are closed, others nearly free"
assert means.max() - means.min() > 0.25, "by category of home the open calls differ by more than a quarter of them all"
assert drawn.sum() == len(records.applications), "every application is on exactly one call of the market"
print(f"top tenth {top_tenth:.1%}, no application {none:.1%}, calls open from {means.min():.0%} to {means.max():.0%}")
