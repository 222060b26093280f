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
# # 07 · A fairness audit
#
# **Claim.** *What the engine does not read cannot move a score, to the last bit; what goes along with the things it
# does read can, and the audit finds it, names the term it comes from and tells it from chance.*
#
# **要約.** 性別・年齢・家族・国籍を書き替えても、点数は一桁も変わりません。
# それでも属性と一緒に動く項目があれば差は生まれるので、その差が偶然かどうか、どの項目から来るかを調べます。
#
# Fairness has two questions. *Does the engine look at who somebody is?* That is a property of the programme and can
# be tested exactly. *Does it treat groups alike all the same?* That depends on the world: if a group has had fewer
# chances to visit the countryside, a term that reads earlier links will show it. Nobody can remove this by not
# looking; one can only measure it and decide. Groups here are invented, and no real attribute of anybody exists in
# the data format.

# %%
from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from drawing import ACCENT, INK, MIDDLE, SOFT, headline, label_end, use_style

from features.evaluation.fairness import exposure_of, parity_of
from features.evaluation.plans import best_assignment, random_chances, sure_plan
from features.evaluation.weakest import weakest_of
from features.market.scored_market import read_market
from features.records import Records
from features.staying.folds import forward_in_time, held_out
from features.staying.stay_model import StayModel
from features.synthetic import sample_date, sample_market
from features.synthetic.placed_years import placed_years, placements_of

use_style()

# %% [markdown]
# ## The swap test
#
# Forty invented people write one more sentence in their application. Once it tells one thing about them, once
# another; then everything is read anew and every score compared. A control says something about work instead: that
# may move scores, and does, so the test could fail.

# %%
sample = sample_market(n_applicants=40, n_postings=20, n_kigyojin_postings=0, n_company_people=0, seed=12)
SWAPS = {
    "sex": ("私は男性です。", "私は女性です。"),
    "age": ("年齢は二十四歳です。", "年齢は58歳です。"),
    "family": ("妻と二人の子どもがいます。", "独身で、両親と暮らしています。"),
    "nationality": ("国籍はブラジルです。", "国籍は日本です。"),
    "control: work": ("私は男性です。", "木工の仕事を五年続けてきました。"),
}


def saying(sentence: str) -> Records:
    """The market in which everybody begins with one more sentence."""
    changed = [
        one.model_copy(
            update={
                "selection_profile": one.selection_profile.model_copy(
                    update={"motivation_text": sentence + (one.selection_profile.motivation_text or "")}
                )
            }
        )
        for one in sample.applicants
    ]
    return sample.model_copy(update={"applicants": tuple(changed)})


scores = {
    sentence: read_market(saying(sentence), on=sample_date()).coordinator.block(slice(None), slice(None))
    for sentence in sorted({sentence for both in SWAPS.values() for sentence in both})
}
moved = {name: (scores[second] - scores[first]).ravel() for name, (first, second) in SWAPS.items()}
figure, axes = plt.subplots(figsize=(9, 3.2))
rng = np.random.default_rng(0)
for at, (name, change) in enumerate(moved.items()):
    axes.plot(
        change,
        at + rng.uniform(-0.22, 0.22, change.size),
        linestyle="",
        marker=".",
        markersize=3,
        color=ACCENT if "control" in name else INK,
    )
axes.set_yticks(
    range(len(moved)),
    [f"{name}\n{np.count_nonzero(change):,} of {change.size:,} moved" for name, change in moved.items()],
    fontsize=8,
)
axes.invert_yaxis()
axes.set(xlabel="change of the score")
headline(axes, "Telling one thing or the other moves no score by a single bit", "each dot: a person and a call")

# %% [markdown]
# ## Chance, or a difference?
#
# The twin with a known truth (notebook 06) draws people with two attributes that are in no term. The *first* has
# nothing to do with anything. The *second* is made to go along with fewer earlier links to the places, as growing up
# far away might. What does the term that reads such links add to the mean score of each group? The grey hills are
# what 2,000 random groups of the same size give. The print says the same of the *attention* a person gets if every
# call reads its list from the top: a gap in one term need not show there, and how far it does is a question of its
# own.

# %%
years = placed_years(seed=8, n_years=5, n_people=300, n_postings=60, n_municipalities=40)
everything, year = placements_of(years), years[-1]
terms = everything.terms
is_past = everything.year < year.year
model = StayModel(terms=terms, pooled=False).fit_placements(
    everything.take(is_past).known_at(12 * (year.year - everything.year[is_past]))
)
n, m = year.is_possible.shape
value = model.contributions(year.terms.reshape(n * m, -1)).reshape(n, m, -1)
looks = exposure_of(value.sum(axis=2), year.is_possible)

possible = year.is_possible.sum(axis=1)
links = (year.terms[:, :, terms.index("place_link")] * year.is_possible).sum(axis=1) / possible
mean_value = np.where(year.is_possible[:, :, None], value, 0.0).sum(axis=1) / possible[:, None]
measures = {"earlier links": mean_value[:, terms.index("place_link")], "attention": looks}
standing = (links - links.mean()) / links.std()
second = (np.random.default_rng(3).random(n) < 1 / (1 + np.exp(2.5 * standing))).astype(np.int64)
groups = {"first attribute: unrelated": year.group, "second attribute: fewer earlier links": second}


def gap(values: np.ndarray, group: np.ndarray) -> float:
    """Mean of group 1 less that of group 0."""
    return float(values[group == 1].mean() - values[group == 0].mean())


def p_text(p: float) -> str:
    """No chance is 0: what rounds to it is told as smaller than a thousandth."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


DRAWS = 2_000
figure, panels = plt.subplots(1, 2, figsize=(11, 3.7), sharey=True)
panels[0].set(ylabel="random groups")
p_value: dict[str, float] = {}
for panel, (name, group) in zip(panels, groups.items(), strict=True):
    lots = np.random.default_rng(4)
    random_gaps = np.array([gap(measures["earlier links"], lots.permutation(group)) for _ in range(DRAWS)])
    seen = gap(measures["earlier links"], group)
    parity = parity_of(measures, group, np.arange(n), rng=np.random.default_rng(5), n_draws=DRAWS)
    p_value[name] = parity.p_values["earlier links"]
    attention = p_text(parity.p_values["attention"])
    print(f"{name}: {p_text(p_value[name])} for earlier links, {attention} for attention")
    panel.hist(random_gaps, bins=40, color=SOFT, edgecolor="white")
    panel.axvline(seen, color=ACCENT, marker="", linestyle="-", linewidth=2)
    panel.annotate(
        f"this group\n{p_text(p_value[name])}",
        (seen, panel.get_ylim()[1] * 0.8),
        xytext=(6, 0),
        textcoords="offset points",
        color=ACCENT,
    )
    panel.set(xlabel="what earlier links add to the score, group 1 less group 0")
    widest = 1.3 * max(abs(seen), np.abs(random_gaps).max())
    panel.set_xlim(-widest, widest)
    headline(panel, name.capitalize())

# %% [markdown]
# ## Where does it come from?
#
# A score is a sum, so the difference of two groups' mean scores is a sum too: one exact piece a term. The audit does
# not say whether the piece is just. It says which term to talk about.

# %%
pieces = np.array([gap(mean_value[:, k], second) for k in range(len(terms))])
whole = gap(mean_value.sum(axis=1), second)
order = np.argsort(pieces)
figure, axes = plt.subplots(figsize=(9, 3.6))
start = 0.0
for at, k in enumerate(order):
    axes.barh(
        at,
        pieces[k],
        left=start,
        color=ACCENT if pieces[k] < 0 else MIDDLE,
        hatch="////" if pieces[k] < 0 else "",
        edgecolor="white",
        height=0.65,
    )
    label_end(axes, max(start, start + pieces[k]), at, f"{pieces[k]:+.3f}")
    start += pieces[k]
axes.barh(len(order), whole, color=INK, height=0.65)
label_end(axes, max(whole, 0.0), len(order), f"{whole:+.3f}")
axes.set_yticks(range(len(order) + 1), [*(terms[k] for k in order), "all together"])
axes.invert_yaxis()
axes.axvline(0, color=INK, marker="", linestyle="-", linewidth=0.8)
axes.set(xlabel="difference of the mean score (log-odds a month), second attribute")
ends = np.concatenate([[0.0], np.cumsum(pieces[order])])
axes.set_xlim(1.1 * ends.min(), max(0.0, ends.max()) - 0.15 * ends.min())
headline(axes, "The gap taken apart, term by term", "hatched: to the disadvantage of the group")

# %% [markdown]
# ## Are the chances equally true, and what happens to those who have least?
#
# Left: chances told to the two groups of each attribute, against what came, with intervals; a model that is right on
# average can be wrong for a group. Right: the tenth of the people with the poorest prospects. Critics of a placement
# algorithm abroad say that it sends the weakest to the weakest places; here a lottery is the line that no plan should
# fall below.

# %%
straight = StayModel(terms=terms, pooled=False)
told = held_out(
    everything, forward_in_time(everything), lambda old, new: straight.fit_placements(old).stay(new.features)
)
attribute = np.concatenate([one.group[one.assigned >= 0] for one in years])[told.rows]
newest = told.year == year.year
second_placed = second[year.assigned >= 0]
cells = {
    "first, 0": (told.chance[attribute == 0], told.stayed[attribute == 0]),
    "first, 1": (told.chance[attribute == 1], told.stayed[attribute == 1]),
    "second, 0": (told.chance[newest][second_placed == 0], told.stayed[newest][second_placed == 0]),
    "second, 1": (told.chance[newest][second_placed == 1], told.stayed[newest][second_placed == 1]),
}
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 3.9))
deviation = {}
for at, (name, (chance, stayed)) in enumerate(cells.items()):
    error = np.sqrt((chance * (1 - chance)).sum()) / chance.size
    deviation[name] = (stayed.mean() - chance.mean()) / error
    left.errorbar(
        at,
        stayed.mean(),
        yerr=1.96 * error,
        color=INK,
        marker="o",
        linestyle="",
        capsize=3,
        label="came, 95 %" if at == 0 else None,
    )
    left.plot(
        at,
        chance.mean(),
        color=ACCENT,
        marker="_",
        markersize=22,
        markeredgewidth=2.5,
        linestyle="",
        label="told" if at == 0 else None,
    )
left.set_xticks(range(len(cells)), [f"{name}\n{chance.size} people" for name, (chance, _) in cells.items()])
left.set(ylabel="share who stay twelve months", xlim=(-0.6, 3.6))
left.legend(loc="lower left")
headline(left, "Told and came, group by group")

predicted = np.where(year.is_possible, model.stay(year.terms), 0.0)
weakest = np.array(weakest_of({}, predicted, year.is_possible).rows)
lot = random_chances(year.capacity, year.is_possible, rng=np.random.default_rng(5), n_draws=300)
best = sure_plan(best_assignment(predicted, year.capacity, year.is_possible), m)
counted = 0.8 * predicted
counted[weakest] = predicted[weakest]
floor = sure_plan(best_assignment(counted, year.capacity, year.is_possible), m)
plans = {
    "as officers did": sure_plan(year.assigned, m),
    "by lot": lot,
    "largest total": best,
    "weakest tenth\ncounts a quarter more": floor,
}
true = {name: (plan * year.true_stay).sum(axis=1) for name, plan in plans.items()}
at = np.arange(len(plans))
right.bar(
    at - 0.19,
    [one.mean() for one in true.values()],
    width=0.36,
    color=SOFT,
    edgecolor=INK,
    linewidth=0.5,
    label="everybody",
)
right.bar(at + 0.19, [one[weakest].mean() for one in true.values()], width=0.36, color=INK, label="the weakest tenth")
right.axhline(true["by lot"][weakest].mean(), color=ACCENT, linestyle="--", marker="", linewidth=1.2)
right.set_xticks(at, list(plans), fontsize=8.5)
right.set(ylabel="true chance to be placed and stay", ylim=(0, 1))
right.legend(loc="upper left", ncols=2)
headline(right, "The largest total need not forget the weakest", "dashed: the weakest tenth under a lottery")

# %% [markdown]
# ## The check

# %%
unread = [name for name in SWAPS if "control" not in name]
assert all(np.array_equal(scores[SWAPS[name][0]], scores[SWAPS[name][1]]) for name in unread), (
    "no swap moves any score by a bit"
)
assert np.count_nonzero(moved["control: work"]) > 0, (
    "a sentence about work moves scores, so the swap test could have failed"
)
names = list(groups)
assert p_value[names[0]] > 0.01, "an unrelated attribute looks like chance"
assert p_value[names[1]] < 0.01, "an attribute that goes along with a term does not"
assert abs(pieces.sum() - whole) < 1e-12, "the pieces of the gap add up to the gap"
assert terms[int(np.argmin(pieces))] == "place_link", "the audit names the term the attribute was tied to"
assert max(abs(one) for one in deviation.values()) < 3, "no group's chances are wrong beyond chance"
assert true["largest total"].mean() > true["as officers did"].mean(), (
    "everybody together gains over the officers' habits"
)
assert true["weakest tenth\ncounts a quarter more"][weakest].mean() >= true["by lot"][weakest].mean(), (
    "with a floor in mind the weakest do not fall below the lottery"
)
print(", ".join(f"{name.split(':')[0]} {p_text(p)}" for name, p in p_value.items()))
