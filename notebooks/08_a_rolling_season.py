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
# # 08 · A rolling season
#
# **Claim.** *Recruiting all year, offers guided by what a seat will still be worth reach well over nine tenths of
# what could have been reached with hindsight, and more than first come, first served in every season drawn here.*
#
# **要約.** 通年の募集では、席のこれからの値打ちを前の年の記録から見積もると、先着順より多くの定着が見込めます。
# 席の値段は前の年だけから計算し、その年のこれからの応募者は一切見ていません。
#
# People apply one after the other; seats are few; whoever waits may be gone. A *seat price* says what one more seat
# at a place would still bring in by the end of the year. An offer is made where a person brings more than the seat's
# price (Ahani, Gölz, Procaccia, Teytelboym and Trapp 2024, doi:10.1287/opre.2021.0534). Two invented years on the
# same places: prices see only the year before; the *hindsight bound* is what nobody could have exceeded even knowing
# everything on the first day.

# %%
from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from drawing import ACCENT, INK, MIDDLE, SOFT, headline, label_end, use_style

from features.synthetic.seasons import TwoSeasons, sample_seasons
from matching.rolling.forecast import Forecast
from matching.rolling.group_floors import amplified, group_averages, group_floors
from matching.rolling.harm import harm_check
from matching.rolling.hindsight import hindsight_bound
from matching.rolling.moment import Moment
from matching.rolling.policies import RandomPlaces, SeatPrices, greedy
from matching.rolling.replay import Replay, replay

use_style()
CASES, PLACES, SEASONS = 200, 16, 6


def by_prices(years: TwoSeasons, seed: int = 0) -> Replay:
    """The year run by seat prices that know the year before."""
    return replay(years.season, SeatPrices(Forecast.of([years.past]), rng=np.random.default_rng(seed)))


def drawn(seed: int, seats: str) -> TwoSeasons:
    """Two years: offers are declined, people withdraw, places open and close."""
    return sample_seasons(seed=seed, n_cases=CASES, n_places=PLACES, seats=seats)


years = drawn(0, "scarce")
season = years.season
print(f"{season.n_cases} cases, {season.needs.sum()} people, {season.capacity.sum()} seats at {season.n_places} places")

# %% [markdown]
# ## One year, watched
#
# What the year has brought in up to each day, under three rules. First come, first served is ahead for months: it
# gives every early person the best place. Then the good seats are gone.


# %%
class Watched:
    """Seat prices that remember what they were asked and what they said."""

    def __init__(self, policy: SeatPrices) -> None:
        self.policy, self.days, self.prices, self.left = policy, list[float](), list[np.ndarray](), list[np.ndarray]()

    def __call__(self, moment: Moment) -> np.ndarray:
        """Decide as the policy does."""
        offers = self.policy.offers(moment)
        self.days.append(moment.now)
        self.prices.append(offers.prices)
        self.left.append(moment.seats_left.copy())
        return offers.place


watched = Watched(SeatPrices(Forecast.of([years.past]), rng=np.random.default_rng(0)))
runs = {
    "seat prices": replay(season, watched),
    "first come, first served": replay(season, greedy),
    "by lot": replay(season, RandomPlaces(np.random.default_rng(0))),
}
bound = hindsight_bound(season)
looks = {"seat prices": (INK, "-"), "first come, first served": (ACCENT, "--"), "by lot": (MIDDLE, "-.")}
figure, axes = plt.subplots(figsize=(10, 4.4))
for name, run in runs.items():
    placed = np.argsort(np.where(np.isnan(run.offered_at), np.inf, run.offered_at))
    days = np.sort(run.offered_at[~np.isnan(run.offered_at)])
    sums = np.cumsum(run.outcome[placed])[: days.size]
    colour, style = looks[name]
    axes.plot(
        np.append(days, max(days[-1], 365)),
        np.append(sums, sums[-1]),
        color=colour,
        linestyle=style,
        marker="",
        drawstyle="steps-post",
    )
    label_end(axes, 372, sums[-1], f"{name}\n{run.total / bound:.0%} of hindsight", colour=colour)
axes.axhline(bound, color=INK, linestyle=":", marker="", linewidth=1)
axes.annotate(
    "hindsight: nobody could have exceeded this", (5, bound), xytext=(0, 5), textcoords="offset points", fontsize=8.5
)
axes.set_xticks([0, 91, 182, 273, 365], ["April", "July", "October", "January", "April"])
axes.set(ylabel="expected stays so far", xlim=(0, 470), ylim=(0, bound * 1.08))
headline(axes, "Being quick pays until the good seats are gone")

# %% [markdown]
# ## What the prices said
#
# The price of one more seat at every place through the year. Dark is dear. A price rises as seats run short and falls
# to nothing once nobody is left who could use them; places with a price near nothing may be offered to anybody at
# once.

# %%
days = np.array(watched.days)
grid = np.linspace(0, 364, 120)
at = np.clip(np.searchsorted(days, grid, side="right") - 1, 0, None)
table = np.array(watched.prices)[at].T
left = np.array(watched.left)[at].T
order = np.argsort(-table.mean(axis=1))
figure, axes = plt.subplots(figsize=(10, 4.2))
picture = axes.imshow(table[order], cmap="Blues", aspect="auto", extent=(0, 365, PLACES - 0.5, -0.5), vmin=0)
for row, place in enumerate(order.tolist()):
    gone = grid[left[place] == 0]
    if gone.size:
        axes.plot(gone[0], row, marker="x", color=ACCENT, linestyle="", markersize=7, markeredgewidth=1.8)
axes.grid(visible=False)
axes.set_yticks(
    range(PLACES), [f"place {place + 1} ({season.capacity[place]})" for place in order.tolist()], fontsize=7.5
)
axes.set_xticks([0, 91, 182, 273, 365], ["April", "July", "October", "January", "April"])
figure.colorbar(picture, ax=axes, label="price of a seat, in expected stays", shrink=0.85)
headline(axes, "A seat's price through the year", "in brackets: seats; ×: the last seat is offered for the first time")

# %% [markdown]
# ## Not one lucky year
#
# Six seasons with seats for everybody and a half more (*ample*) and six with a seat a person (*scarce*). A line joins
# one season under the two rules.

# %%
shares: dict[str, np.ndarray] = {}
for seats in ("ample", "scarce"):
    rows = []
    for seed in range(SEASONS):
        one = drawn(seed, seats)
        most = hindsight_bound(one.season)
        rows.append([by_prices(one, seed).total / most, replay(one.season, greedy).total / most])
    shares[seats] = np.array(rows)

figure, panels = plt.subplots(1, 2, figsize=(10, 3.9), sharey=True)
for panel, (seats, table_of) in zip(panels, shares.items(), strict=True):
    for prices, arrival in table_of:
        panel.plot([0, 1], [arrival, prices], color=SOFT, linestyle="-", marker="", linewidth=1.2, zorder=1)
    panel.plot(
        np.zeros(SEASONS), table_of[:, 1], linestyle="", marker="s", color="white", markeredgecolor=ACCENT, markersize=8
    )
    panel.plot(np.ones(SEASONS), table_of[:, 0], linestyle="", marker="o", color=INK, markersize=8)
    panel.set_xticks([0, 1], [f"first come\n{table_of[:, 1].mean():.1%}", f"seat prices\n{table_of[:, 0].mean():.1%}"])
    panel.set(xlim=(-0.4, 1.4), ylim=(0.6, 1.0))
    panel.set_yticks([0.6, 0.7, 0.8, 0.9, 1.0], ["60 %", "70 %", "80 %", "90 %", "100 %"])
    headline(panel, {"ample": "Ample seats", "scarce": "Scarce seats"}[seats])
panels[0].set_ylabel("share of the hindsight bound")

# %% [markdown]
# ## Nobody's kind of work left behind
#
# The largest sum may be made at the cost of a group. Here groups are kinds of work. A *floor* asks that no group's
# average fall below what all of them could reach together; factors learned from the year before raise the value of
# cases whose group would fall short. A floor is a value choice, and what it costs stands under the title.

# %%
floors = group_floors(years.past, years.past_group, rule="max-min")
target = group_floors(season, years.group, rule="max-min").floor
forecast = Forecast.of([years.past]).scaled(floors.factor[years.past_group])
kept = replay(season, amplified(SeatPrices(forecast, rng=np.random.default_rng(0)), floors.factor[years.group]))
averages = {
    "first come": group_averages(runs["first come, first served"].outcome, season.needs, years.group),
    "prices": group_averages(runs["seat prices"].outcome, season.needs, years.group),
    "prices with floors": group_averages(kept.outcome, season.needs, years.group),
}
kinds = np.arange(target.size)
figure, axes = plt.subplots(figsize=(9.5, 3.8))
for k, (name, values) in enumerate(averages.items()):
    axes.bar(
        kinds + (k - 1) * 0.26,
        values,
        width=0.24,
        color=(SOFT, MIDDLE, INK)[k],
        hatch=("....", "", "")[k],
        edgecolor="white",
        label=name,
    )
axes.hlines(target, kinds - 0.42, kinds + 0.42, color=ACCENT, linewidth=2, label="floor: what all can reach")
axes.set_xticks(kinds, [f"work {k + 1}" for k in kinds])
axes.set(ylabel="average chance to stay, per seat needed", ylim=(0, max(v.max() for v in averages.values()) * 1.3))
axes.legend(ncols=4, loc="upper left")
change = kept.total / runs["seat prices"].total - 1
headline(axes, "Floors draw the groups together", f"this year's sum changes by {change:+.1%}")

# %% [markdown]
# ## The check

# %%
ample, scarce = shares["ample"], shares["scarce"]
assert np.all(ample[:, 0] > ample[:, 1]), "with ample seats prices beat the order of arrival in every season"
assert np.all(scarce[:, 0] > scarce[:, 1]), "with scarce seats prices beat the order of arrival in every season"
assert min(ample[:, 0].min(), scarce[:, 0].min()) > 0.9, "prices never fall below nine tenths of hindsight"
assert max(ample.max(), scarce.max()) <= 1 + 1e-9, "nobody exceeds the hindsight bound"
held = np.bincount(
    runs["seat prices"].place[runs["seat prices"].place >= 0], season.needs[runs["seat prices"].place >= 0], PLACES
)
assert np.all(held <= season.capacity), "no place is given more people than it has seats"
apart = {name: np.ptp(values) for name, values in averages.items()}
assert apart["prices with floors"] < apart["prices"], "floors draw the averages of the groups together"
whole_year = np.zeros(season.n_cases, np.int64)
harm = harm_check(runs["seat prices"].outcome, runs["first come, first served"].outcome, whole_year)
assert harm.harmed.size == 0, "the year as a whole is not worse than under the order of arrival"
print(
    f"ample: {ample[:, 0].mean():.1%} against {ample[:, 1].mean():.1%}; "
    f"scarce: {scarce[:, 0].mean():.1%} against {scarce[:, 1].mean():.1%}"
)
