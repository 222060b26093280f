"""What may be answered: the answers that others gave, and what each would make of the contributions of a list.

An answer of the side a list belongs to moves all its lines together: it is the answer of somebody else, with everything
that follows from it at every line. An answer about one line moves that line alone. Few possible answers are weighed as
often as they were given; of many, ``most_answers`` are taken, evenly spaced. Nothing here looks at pairs that are not
on the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.next_question.open_list import OpenList, millionths
from features.next_question.seen import Seen
from features.next_question.settings import next_question_settings

__all__ = ["CommonAnswers", "LineAnswers", "common_answers", "line_answers", "spread_over"]

_UNHEARD = 16  # answers that stand for an interval of which nobody said anything


@dataclass(frozen=True, eq=False)
class CommonAnswers:
    """Answers that move every line: ``changes`` (R, K) int64 in millionths, ``weights`` (R,) summing to 1."""

    changes: NDArray[np.int64]
    weights: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LineAnswers:
    """Answers about single lines: ``lines`` (L,) positions, ``changes`` and ``weights`` (L, Q), rows summing to 1."""

    lines: NDArray[np.int64]
    changes: NDArray[np.int64]
    weights: NDArray[np.float64]


def common_answers(opened: OpenList, terms: Sequence[int]) -> CommonAnswers | None:
    """What one answer of the list's own side may be; ``None`` where nothing of it is unknown.

    Parameters
    ----------
    opened : OpenList
    terms : sequence of int
        Terms that the answer settles.
    """
    asked = [t for t in terms if not opened.seen[t].own.known[opened.own] and opened.is_open[:, t].any()]
    if not asked:
        return None
    given = _given([opened.seen[t] for t in asked], opened.lines)
    if given is None:
        parts, weights = [_apart(opened, t) for t in asked], np.full(_UNHEARD, 1 / _UNHEARD)
    else:
        parts, weights = [millionths(x * opened.weights[t]) for t, x in zip(asked, given[0], strict=True)], given[1]
    bounded = (
        np.clip(part, opened.low[:, t], opened.high[:, t]) - opened.value[:, t]
        for t, part in zip(asked, parts, strict=True)
    )
    return CommonAnswers(np.sum(list(bounded), axis=0), weights)


def line_answers(opened: OpenList, terms: Sequence[int]) -> LineAnswers | None:
    """What the answer about each line may be; ``None`` where every line is known.

    Parameters
    ----------
    opened : OpenList
    terms : sequence of int
        Terms that the answer settles.
    """
    asked = [t for t in terms if opened.seen[t].own.codes is not None or opened.seen[t].own.known[opened.own]]
    unsaid = {t: opened.is_open[:, t] & ~opened.seen[t].line.known[opened.lines] for t in asked}
    found = [part for part in (_told(opened, unsaid), _finer(opened, asked)) if part is not None]
    return _joined(found) if found else None


def spread_over(
    low: NDArray[np.int64], value: NDArray[np.int64], high: NDArray[np.int64], at: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Quantiles ``at`` of a law with the value as its median, even on both sides of it.

    Examples
    --------
    >>> spread_over(np.array(0), np.array(80), np.array(100), np.array([0.25, 0.5, 0.75])).tolist()
    [40, 80, 90]
    """
    below, above = np.minimum(2 * at, 1.0), np.maximum(2 * at - 1, 0.0)
    quantiles = np.rint(low + below * (value - low) + above * (high - value))
    return np.asarray(quantiles, dtype=np.int64)


def _given(
    seen: Sequence[Seen], lines: NDArray[np.int64]
) -> tuple[list[NDArray[np.float64]], NDArray[np.float64]] | None:
    """Values ``(R, K)`` of each term under the answers of others, and their weights; ``None`` where nobody said any."""
    if len(seen) == 1 and seen[0].own.codes is not None:
        codes, weights = _codes(seen[0])
        return ([seen[0].at_codes(codes, lines)], weights) if codes.size else None
    settings = next_question_settings()
    members = np.flatnonzero(np.logical_and.reduce([term.own.heard for term in seen]))
    if members.size == 0 or (seen[0].own.is_applicants and members.size < settings.fewest_people):
        return None
    chosen = members[_evenly(members.size, settings.most_answers)]
    return [term.at_members(chosen, lines) for term in seen], np.full(chosen.size, 1 / chosen.size)


def _codes(seen: Seen) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Codes of a table that may be said, and how likely each is."""
    settings, own = next_question_settings(), seen.own
    if own.codes is None or own.said.size == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    counts = np.bincount(own.codes[own.heard], minlength=int(own.said.max()) + 1)[own.said].astype(np.float64)
    if own.is_applicants and counts.sum() < settings.fewest_people:
        if own.is_as_said:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        counts[:] = 0.0
    weights = (counts + settings.unseen / own.said.size) / (counts.sum() + settings.unseen)
    if own.said.size <= settings.most_answers:
        return own.said, weights
    middles = (np.arange(settings.most_answers) + 0.5) / settings.most_answers
    chosen = np.minimum(np.searchsorted(np.cumsum(weights), middles), own.said.size - 1)
    return own.said[chosen], np.full(settings.most_answers, 1 / settings.most_answers)


def _evenly(n: int, most: int) -> NDArray[np.int64]:
    """At most ``most`` of ``n`` positions, evenly spaced."""
    return np.arange(n) if n <= most else ((np.arange(most) + 0.5) * n / most).astype(np.int64)


def _apart(opened: OpenList, t: int) -> NDArray[np.int64]:
    """Answers nobody gave yet: every known line takes the quantiles of its interval in an order of its own.

    Each line is a permutation ``(r · odd + shift) mod 16``, so no two of the first 128 move together.
    """
    k = np.arange(opened.lines.size)
    order = (np.arange(_UNHEARD)[:, None] * (2 * (k % 8) + 1) + k // 8) % _UNHEARD
    low, value, high = (bound[:, t] for bound in (opened.low, opened.value, opened.high))
    known = opened.seen[t].line.known[opened.lines]
    return np.where(known, spread_over(low, value, high, (order + 0.5) / _UNHEARD), value)


def _told(opened: OpenList, unsaid: dict[int, NDArray[np.bool_]]) -> LineAnswers | None:
    """Lines that said nothing: the answers of other lines, as far as they lie in the line's intervals."""
    lines = np.flatnonzero(np.logical_or.reduce([np.zeros(opened.lines.size, dtype=np.bool_), *unsaid.values()]))
    if lines.size == 0:
        return None
    asked = [t for t in unsaid if unsaid[t].any()]
    given = _given([opened.seen[t].swapped for t in asked], np.array([opened.own], dtype=np.int64))
    if given is None:
        return _unheard(opened, lines, {t: unsaid[t][lines] for t in asked})
    changes = np.zeros((lines.size, given[1].size), dtype=np.int64)
    inside = np.ones(changes.shape, dtype=np.bool_)
    for t, x in zip(asked, given[0], strict=True):
        here, part = unsaid[t][lines][:, None], millionths(x[:, 0] * opened.weights[t])[None, :]
        low, value, high = (bound[lines, t][:, None] for bound in (opened.low, opened.value, opened.high))
        inside &= ~here | ((low <= part) & (part <= high))
        changes += np.where(here, np.clip(part, low, high) - value, 0)
    # where no answer of others is possible, the nearest end of the interval stands for each
    weights = given[1] * (inside | ~inside.any(axis=1, keepdims=True))
    return LineAnswers(lines, changes, weights / weights.sum(axis=1, keepdims=True))


def _finer(opened: OpenList, asked: Sequence[int]) -> LineAnswers | None:
    """Lines of which both sides are known and the town still knows more."""
    settings, names = next_question_settings(), opened.scores.names
    rest = {
        t: opened.is_open[:, t] & opened.seen[t].line.known[opened.lines]
        for t in asked
        if settings.asked(names[t]).finer and opened.seen[t].own.known[opened.own]
    }
    lines = np.flatnonzero(np.logical_or.reduce([np.zeros(opened.lines.size, dtype=np.bool_), *rest.values()]))
    return _unheard(opened, lines, {t: rest[t][lines] for t in rest}) if lines.size else None


def _unheard(opened: OpenList, lines: NDArray[np.int64], here: dict[int, NDArray[np.bool_]]) -> LineAnswers:
    at = (np.arange(_UNHEARD) + 0.5) / _UNHEARD
    changes = np.zeros((lines.size, _UNHEARD), dtype=np.int64)
    for t, is_here in here.items():
        low, value, high = (bound[lines, t][:, None] for bound in (opened.low, opened.value, opened.high))
        changes += np.where(is_here[:, None], spread_over(low, value, high, at) - value, 0)
    return LineAnswers(lines, changes, np.full(changes.shape, 1 / _UNHEARD))


def _joined(parts: Sequence[LineAnswers]) -> LineAnswers:
    """One table; shorter rows are filled with answers of weight 0. No line is in two parts."""
    width = max(part.changes.shape[1] for part in parts)
    fill = [((0, 0), (0, width - part.changes.shape[1])) for part in parts]
    return LineAnswers(
        np.concatenate([part.lines for part in parts]),
        np.concatenate([np.pad(part.changes, pad) for part, pad in zip(parts, fill, strict=True)]),
        np.concatenate([np.pad(part.weights, pad) for part, pad in zip(parts, fill, strict=True)]),
    )
