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
# # A score can be taken apart
#
# Contributions add up to the score; a weight scales a contribution and recomputes nothing; an unknown fact widens the
# interval and becomes a question. The data are the invented people of `fixtures/small`.

# %%
from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import matplotlib_fontja
import numpy as np

from features.ranking import rank
from features.record_files import load_records
from features.scored_market import TERMS, read_market
from features.weights import default_weights, load_weights

matplotlib_fontja.japanize()
SMALL = (
    Path(__file__).resolve().parents[1] / "fixtures" / "small" if "__file__" in globals() else Path("fixtures/small")
)
records = load_records([SMALL / "applicants.json", SMALL / "postings.json"])
market = read_market(records, on=date(2026, 11, 25))

# %% [markdown]
# ## One posting, in order of reading

# %%
busiest = max(market.applied_to, key=lambda j: (len(market.applied_to[j]), market.postings.ids[j]))
ranking = rank(market, market.postings.ids[busiest])
for place, line in enumerate(ranking.candidates, start=1):
    print(f"{place}. {line.id}  {line.score:.3f}  [{line.low:.3f}, {line.high:.3f}]")

# %% [markdown]
# **Claim 1.** The contributions add up to the score, to the last digit shown.

# %%
for line in ranking.candidates:
    assert round(sum(line.contributions.values()), 6) == line.score
    assert line.low <= line.score <= line.high

# %%
names = list(ranking.candidates[0].contributions)
shares = np.array([[line.contributions[name] for name in names] for line in ranking.candidates])
figure, axes = plt.subplots(figsize=(9, 0.5 * len(shares) + 1.5), layout="constrained")
left = np.zeros(len(shares))
for t, name in enumerate(names):
    axes.barh([line.id for line in ranking.candidates], shares[:, t], left=left, label=TERMS[name].title)
    left += shares[:, t]
axes.invert_yaxis()
axes.set_xlabel("合い具合（項目ごとの点の和）")
axes.set_title(f"{ranking.posting_id} の読む順")
axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)

# %% [markdown]
# **Claim 2.** A weight only scales. Doubling one weight (before the sum is brought back to 1) changes that term's
# contributions by one common factor and all others by another; no term is computed anew.

# %%
base = default_weights()
name = max(names, key=lambda key: base.coordinator[key])
with TemporaryDirectory() as folder:
    path = Path(folder) / "one-weight-doubled.toml"
    path.write_text(f'name = "one weight doubled"\n[coordinator]\n{name} = {2 * base.coordinator[name]}\n')
    changed = load_weights(path)
again = rank(read_market(records, on=market.on, weights=changed), ranking.posting_id)
after = {line.id: line for line in again.candidates}
for line in ranking.candidates:
    for key in names:
        factor = changed.coordinator[key] / base.coordinator[key]
        assert abs(after[line.id].contributions[key] - factor * line.contributions[key]) < 2e-6

# %% [markdown]
# **Claim 3.** What nobody knows widens the interval, and the widest term is the next question.

# %%
column = market.coordinator.column(busiest)
width = column.high - column.low
assert np.all(width >= 0)
open_questions = {line.id: [question.question for question in line.questions] for line in ranking.candidates}
for line in ranking.candidates:
    if line.high > line.low:
        assert open_questions[line.id], f"{line.id} has an interval but nothing to ask"
