"""Learned weights as a file of weights: what the engine reads, with the standard errors beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import numpy as np

from features.learning.learned import LearnedWeights
from features.scoring import Side

__all__ = ["HABITS", "weights_toml"]

HABITS = (
    "決定から学んだ重みは、決めた人の習慣を、かたよりも含めて写します。使う前に、人が一つずつ理由を確かめてください。"
)
"""What everybody who reads learned weights must be told."""


def weights_toml(learned: LearnedWeights, side: Side, *, name: str, inputs: Mapping[str, str] | None = None) -> str:
    """A TOML file that :func:`features.weights.load_weights` reads.

    Every term of the side is named, so the defaults decide none. Errors, intervals and the digests of what was learned
    from (``inputs``) stand in comments.

    Examples
    --------
    >>> from features.learning.choice_sets import ChoiceSets
    >>> from features.learning.learned import learn_weights
    >>> found = learn_weights(ChoiceSets.empty(("work_done",)), {"work_done": 1.0})
    >>> print(weights_toml(found, "coordinator", name="x").splitlines()[-1])
    work_done = 1.0  # as by hand
    """
    return "\n".join(_lines(learned, side, name, inputs or {})) + "\n"


def _lines(learned: LearnedWeights, side: Side, name: str, inputs: Mapping[str, str]) -> Iterator[str]:
    yield f"# {HABITS}"
    yield "# What is learned from decisions repeats the habits of those who decided; read each line before using it."
    yield f"# {learned.fit.n_decisions} choices by {learned.n_choosers} who chose; ridge {learned.ridge:g}."
    if learned.fit.n_decisions == 0:
        yield "# 学べる選択が一件もないので、何も学んでいません。Nothing was learned: these are the weights in force."
    for what, digest in inputs.items():
        yield f"# Learned from {what} of digest {digest}."
    yield ""
    yield f"name = {json.dumps(name, ensure_ascii=False)}"
    yield ""
    yield f"[{side}]"
    for k, term in enumerate(learned.terms):
        yield f"{term} = {float(learned.weights[k])!r}  # {_remark(learned, k)}"


def _remark(learned: LearnedWeights, k: int) -> str:
    if learned.keeps_hand_weights:
        return "as by hand"
    intervals, by_hand = learned.intervals, f"by hand {learned.hand[k]:.3f}"
    known = f"{intervals.low[k]:.3f} to {intervals.high[k]:.3f}"
    if np.isnan(intervals.standard_error[k]):
        is_held = learned.weights[k] == 0
        return (
            f"held at 0, at most {intervals.high[k]:.3f} (95 %), {by_hand}" if is_held else f"95 % {known}, {by_hand}"
        )
    return f"standard error {intervals.standard_error[k]:.3f}, 95 % {known}, {by_hand}"
