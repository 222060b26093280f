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
# # 02 · Tuning weights by hand, and seeing what moves
#
# **Claim.** *For every weight of a list the engine knows the exact range in which the first five stay the same five:
# no weight drawn inside changes them, and a step past either end does.*
#
# **要約.** 点数は項目ごとの点に重みを掛けた和で、どこまで重みを動かしても上位五人が変わらないかを、正確に計算できます。
# 重みを決めるのは人であり、ここで見えるのは、その決定がどれだけ結果を左右するかです。
#
# A weight is a value judgement: how much should past work count against a link with the place? Nobody can prove the
# right answer. What can be proven is *how much depends on it*. This notebook takes one posting's list and moves every
# weight by hand.

# %%
from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np
from drawing import ACCENT, HATCHES, INK, MIDDLE, PALE, SOFT, headline, label_end, use_style

from features.learning.term_values import term_values, terms_of
from features.lists.ranking import rank
from features.market.scored_market import EXCLUDED, read_market
from features.robustness.list_robustness import list_robustness
from features.robustness.lists import top_region
from features.robustness.value_choices import choices_without_a_term, price_of_choices
from features.synthetic import sample_date, sample_market
from features.weights import default_weights, load_weights

use_style()
records = sample_market(n_applicants=200, n_postings=60, n_kigyojin_postings=0, n_company_people=0, seed=7)
market = read_market(records, on=sample_date())
weights = default_weights()
busiest = max(market.applied_to, key=lambda j: (len(market.applied_to[j]), market.postings.ids[j]))
ranking = rank(market, market.postings.ids[busiest])
lines = tuple(line for line in ranking.candidates if line.placed_by == "score")  # some people want no such order
print(market.records.postings[busiest].title, f"— {len(lines)} candidates")

# %% [markdown]
# ## A score can be taken apart
#
# Each bar is a person, each piece what one term contributes: weight times what the term says, from 0 to 1. The pieces
# add up to the score to the last digit shown. The thin line is the interval that remains because a fact is not known:
# nothing is guessed, the question is asked instead.

# %%
names = [name for name, weight in weights.coordinator.items() if weight > 0]
shares = np.array([[line.contributions.get(name, 0.0) for name in names] for line in lines])
tones = [INK, MIDDLE, SOFT, PALE]

figure, axes = plt.subplots(figsize=(10, 0.36 * len(lines) + 1.8))
start = np.zeros(len(lines))
for t, name in enumerate(names):
    axes.barh(
        [line.id for line in lines],
        shares[:, t],
        left=start,
        label=f"{name} ({weights.coordinator[name]:.2f})",
        color=tones[t % 4],
        hatch=HATCHES[t // 4 * 2 + t % 2],
        edgecolor=INK if tones[t % 4] in (SOFT, PALE) else "white",
        linewidth=0.4,
    )
    start += shares[:, t]
for at, line in enumerate(lines):
    axes.plot([line.low, line.high], [at, at], color=ACCENT, linewidth=1.2, marker="|", linestyle="-")
axes.invert_yaxis()
axes.set(xlabel="score", ylabel="candidate")
axes.grid(visible=False, axis="y")
axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), title="term (weight)")
headline(axes, "What each person's score is made of", "red: from the least to the most the open questions allow")

# %% [markdown]
# ## One weight, from 0 to all
#
# Take the weight that leaves the least room and slide it, the others keeping their proportions. Every score is then a
# straight line, so people change places only where two lines cross. The grey band is the range in which the first
# five remain the first five; it is computed from the crossings, not by trying.

# %%
rows = np.array([market.applicants.index_of[line.id] for line in lines])
terms = terms_of("coordinator")
values = term_values(market, "coordinator", busiest, rows)
given = np.array([weights.coordinator[term] for term in terms])
given = given / given.sum()
TOP = 5
found = list_robustness(
    values,
    given,
    terms=terms,
    candidates=tuple(line.id for line in lines),
    rng=np.random.default_rng(0),
    top=TOP,
    n_samples=4_000,
)
narrowest = min(
    (k for k in range(len(terms)) if given[k] > 0), key=lambda k: found.member_spans[k].high - found.member_spans[k].low
)
span = found.member_spans[narrowest]


def moved(weight: float, k: int = narrowest) -> np.ndarray:
    """The weights with one set to ``weight``, the others keeping their proportions."""
    others = np.where(np.arange(given.size) == k, 0.0, given)
    return np.where(np.arange(given.size) == k, weight, others / others.sum() * (1 - weight))


furthest = min(1.0, max(0.15, 3 * span.high))
slide = np.linspace(0, furthest, 121)
scores = np.array([values @ moved(weight) for weight in slide])
figure, axes = plt.subplots(figsize=(10, 4.6))
axes.axvspan(span.low, min(span.high, furthest), color=PALE, zorder=0)
axes.axvline(given[narrowest], color=ACCENT, marker="", linestyle="-", linewidth=1.2)
first_five = set(found.order[:TOP].tolist())
for row in range(len(lines)):
    is_first = row in first_five
    axes.plot(slide, scores[:, row], color=INK if is_first else SOFT, linestyle="-" if is_first else "--", marker="")
height = -np.inf
for row in sorted(found.order[: TOP + 3].tolist(), key=lambda row: scores[-1, row]):
    height = max(scores[-1, row], height + 0.035 * np.ptp(scores))  # so that no two names lie on each other
    label_end(axes, slide[-1], height, lines[row].id, colour=INK if row in first_five else "#6b7c8d")
axes.annotate(
    "weight in force",
    (given[narrowest], axes.get_ylim()[1]),
    xytext=(4, -12),
    textcoords="offset points",
    color=ACCENT,
    fontsize=8.5,
)
axes.set(xlabel=f"weight of {terms[narrowest]}", ylabel="score", xlim=(0, furthest))
headline(
    axes,
    f"The same first five from {span.low:.2f} to {span.high:.2f}",
    "solid: the first five today; band: the range in which they stay",
)

# %% [markdown]
# ## Every weight at once
#
# Left, the same range for every term: long bars are weights about which nobody needs to argue. Middle, a tornado: how
# far the margin between the fifth and the sixth moves when one weight is halved or doubled. Right, what share of
# *all* conceivable weights puts a person among the first five (stochastic multicriteria acceptability analysis):
# those near 100 % would be read first whatever one believes.

# %%
weighed = [k for k in range(len(terms)) if given[k] > 0]
weighed.sort(key=lambda k: -given[k])
figure, (spans, swings, accept) = plt.subplots(1, 3, figsize=(12, 4.2))
rows_at = np.arange(len(weighed))[::-1]
for at, k in zip(rows_at, weighed, strict=True):
    inside, order = found.member_spans[k], found.order_spans[k]
    spans.barh(at, inside.high - inside.low, left=inside.low, height=0.62, color=SOFT, edgecolor=INK, linewidth=0.4)
    spans.barh(at, order.high - order.low, left=order.low, height=0.26, color=INK)
    spans.plot(given[k], at, marker="D", color=ACCENT, markersize=5)
spans.set_yticks(rows_at, [terms[k] for k in weighed])
spans.set(xlim=(0, 1), xlabel="weight")
headline(spans, "Where the first five stay", "wide: the same five; narrow: the same order\nred: the weight in force")

tornado = {one.term: one for one in found.swings}
for at, k in zip(rows_at, weighed, strict=True):
    one = tornado[k]
    swings.barh(
        at,
        one.margin_doubled - one.margin_halved,
        left=one.margin_halved,
        height=0.55,
        color=MIDDLE,
        edgecolor=INK,
        linewidth=0.4,
    )
    swings.plot(one.margin_halved, at, marker="<", color=INK, linestyle="")
    swings.plot(one.margin_doubled, at, marker=">", color=ACCENT, linestyle="")
swings.axvline(0, color=INK, linewidth=1, marker="", linestyle="-")
swings.set_yticks(rows_at, [""] * rows_at.size)
swings.set(xlabel="margin of the fifth over the sixth")
headline(swings, "What halving or doubling does", "◂ halved   ▸ doubled; left of 0 the fifth is out\n")

among = found.acceptability.rank_share[:, :TOP].sum(axis=1)
shown = found.order[: min(10, len(lines))]
accept.barh(
    [lines[row].id for row in shown],
    among[shown],
    color=[INK if r in first_five else SOFT for r in shown.tolist()],
    edgecolor=INK,
    linewidth=0.4,
)
accept.invert_yaxis()
accept.set(xlim=(0, 1), xlabel="share of all weights")
accept.set_xticks([0, 0.5, 1.0], ["0", "50 %", "100 %"])
headline(accept, "Whatever one believes", "among the first five under all weights\ndark: the first five today")

# %% [markdown]
# ## What a term is worth to a whole market
#
# So far one list. Now the seats of all calls are filled by the largest total score, once with all terms and once for
# each term left out. The bar is how many of the people who hold a seat would hold another one; the number behind it
# the price, the share of the total that today's weights would lose.

# %%
open_now = np.flatnonzero(market.is_open)
all_values = np.stack(
    [term_values(market, "coordinator", int(j), np.arange(len(market.applicants))) for j in open_now], axis=1
)
allowed = (market.verdicts.codes(slice(None), slice(None)) < EXCLUDED)[:, open_now]
without = price_of_choices(
    all_values, allowed, market.postings.seats[open_now], given, choices_without_a_term(terms, given)
)
without = tuple(sorted(without, key=lambda one: one.moved))
figure, axes = plt.subplots(figsize=(9, 3.6))
axes.barh(
    [f"without {one.name}" for one in without],
    [one.moved for one in without],
    color=MIDDLE,
    edgecolor=INK,
    linewidth=0.4,
)
for at, one in enumerate(without):
    label_end(axes, one.moved, at, f"{one.moved} people, {one.share:.1%} of the total")
axes.set(xlabel="people whose place differs", xlim=(0, max(one.moved for one in without) * 1.35))
axes.grid(visible=False, axis="y")
headline(axes, "Some terms move many people and cost little", "all seats filled by the largest total score")

# %% [markdown]
# ## The check
#
# Contributions add up; a weight only scales; every open interval has a question; and the range of the first five
# holds against weights drawn at random and against a step past its ends.

# %%
for line in lines:
    assert round(sum(line.contributions.values()), 6) == line.score, "contributions add up to the score"
    assert line.low <= line.score <= line.high, "a score lies in its interval"
    assert line.questions or line.high == line.low, "whoever has an interval has a question"

with TemporaryDirectory() as folder:
    path = Path(folder) / "one-weight-doubled.toml"
    name = max(names, key=lambda key: weights.coordinator[key])
    path.write_text(f'name = "one weight doubled"\n[coordinator]\n{name} = {2 * weights.coordinator[name]}\n')
    changed = load_weights(path)
again = {
    line.id: line for line in rank(read_market(records, on=market.on, weights=changed), ranking.posting_id).candidates
}
for line in lines:
    for key in names:
        factor = changed.coordinator[key] / weights.coordinator[key]
        assert abs(again[line.id].contributions[key] - factor * line.contributions[key]) < 2e-6, "a weight only scales"


def first(some: np.ndarray) -> set[int]:
    """The first five under some weights."""
    return set(np.argsort(-(values @ some), kind="stable")[:TOP].tolist())


for k in weighed:
    low, high = found.member_spans[k].low, found.member_spans[k].high
    for weight in np.random.default_rng(k).uniform(low, high, 200):
        assert first(moved(weight, k)) == first_five, f"no weight of {terms[k]} inside its range changes the first five"
    for outside in (low - 1e-6, high + 1e-6):
        if 0 <= outside <= 1:
            assert first(moved(outside, k)) != first_five, f"a step past the range of {terms[k]} changes them"

region = top_region(values, given, top=TOP, kept="members")
drawn = np.random.default_rng(1).dirichlet(np.ones(given.size), 5_000)
same = np.array([first(one) == first_five for one in drawn])
assert np.array_equal(same, region.holds(drawn)), "the region of all weights at once is the one that sampling finds"
print(f"{len(weighed)} ranges hold; {same.mean():.0%} of all weights keep today's first five")
