"""Rules that were asked about a market, and how the answers of several are combined over a block of pairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.rules.forms import FORMS
from features.rules.ruleset import Outcome, Rule
from features.rules.state_table import ABSENT, SILENT, StateTable
from features.rules.verdicts import COVERED, NOT_COVERED, VERDICTS
from features.rules.view import View
from features.tables.splice import Splice

__all__ = ["Codes", "Group", "Judged", "combine", "combine_column", "groups_of", "judge_rule", "pair_code"]

_CACHED = 200_000  # pairs whose codes stay in the cache while rules are combined
Codes: TypeAlias = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Judged:
    """One rule asked about a market.

    Attributes
    ----------
    rule : Rule
    order : int
        Its place in the file.
    states : StateTable
    code_of : (states,) uint8
        Verdict code of each state.
    """

    rule: Rule
    order: int
    states: StateTable
    code_of: Codes

    @cached_property
    def is_met_by_all(self) -> bool:
        """Whether no pair of the market gets anything but covered."""
        seen = np.union1d(self.states.table, self.states.near.states)
        return not self.code_of[seen].any()

    def spliced(self, splice: Splice, new: Judged) -> Judged:
        """The rule asked about a later market, whose new applicants' answers are ``new``."""
        later = Judged(self.rule, self.order, self.states.spliced(splice, new.states), self.code_of)
        # the answers of who is gone count on: at worst a rule is read that objects to nobody
        vars(later)["is_met_by_all"] = self.is_met_by_all and new.is_met_by_all
        return later

    def column(self, rows: NDArray[np.int64], posting: int) -> Codes:
        """Codes of applicants ``rows`` for one posting, ``(r,)``."""
        states, near = self.states, self.states.near
        codes: Codes = self.code_of[states.table[states.a[rows], states.b[posting]]]
        here = np.flatnonzero(near.columns == posting)
        if here.size:
            at = {row: place for place, row in enumerate(rows.tolist())}
            for pair in here.tolist():
                if (place := at.get(int(near.rows[pair]))) is not None:
                    codes[place] = self.code_of[near.states[pair]]
        return codes

    def outcome(self, i: int, j: int) -> tuple[Outcome | None, int]:
        """Outcome and code of one pair; no outcome where the rule says nothing."""
        state = self.states.state(i, j)
        return self._outcomes[state], int(self.code_of[state])

    @cached_property
    def _outcomes(self) -> tuple[Outcome | None, ...]:
        return tuple(self.rule.outcomes.get(name) for name in self.states.names)


@dataclass(frozen=True, eq=False)
class _Lookup:
    """One rule over chosen columns, ready to be read in blocks of rows."""

    states: StateTable
    code_of: Codes
    a: NDArray[np.int32]  # row of `wide` of each applicant
    wide: Codes  # (A, c)
    place_of: NDArray[np.int64]  # column of the market -> place among the chosen, -1 where not chosen

    @classmethod
    def of(cls, judged: Judged, rows: range, columns: NDArray[np.int64]) -> _Lookup:
        states, a = judged.states, judged.states.a
        place_of = np.full(len(states.b), -1, dtype=np.int64)
        place_of[columns] = np.arange(len(columns))
        table = states.table
        if len(rows) < len(table):  # the list of one applicant needs few states
            used, places = np.unique(a[rows.start : rows.stop], return_inverse=True)
            a, table = np.zeros_like(a), table[used]
            a[rows.start : rows.stop] = places
        wide = np.ascontiguousarray(judged.code_of[table[:, states.b[columns]]])
        return cls(states, judged.code_of, a, wide, place_of)

    def rows(self, start: int, stop: int) -> Codes:
        """Codes of applicants ``start`` to ``stop``."""
        out: Codes = self.wide[self.a[start:stop]]
        near = self.states.near
        pairs = near.between(start, stop)
        places = self.place_of[near.columns[pairs]]
        chosen = places >= 0
        out[near.rows[pairs][chosen] - start, places[chosen]] = self.code_of[near.states[pairs][chosen]]
        return out


@dataclass(frozen=True, eq=False)
class Group:
    """Rules of which the best counts; most groups hold one."""

    members: tuple[Judged, ...]

    def spliced(self, splice: Splice, new: Group) -> Group:
        """The group of a later market."""
        members = zip(self.members, new.members, strict=True)
        return Group(tuple(member.spliced(splice, added) for member, added in members))

    @cached_property
    def is_met_by_all(self) -> bool:
        """Whether one of the rules is met by every pair, so that the group never objects."""
        return any(member.is_met_by_all for member in self.members)


def combine(groups: Sequence[Group], rows: range, columns: NDArray[np.int64]) -> Codes:
    """Verdict codes of all groups together, ``(r, c)`` uint8: the maximum over groups of the minimum in a group.

    Parameters
    ----------
    groups : sequence of Group
    rows : range
        Applicants, step 1.
    columns : (c,) int64
        Postings, each at most once.
    """
    lookups = [[_Lookup.of(m, rows, columns) for m in group.members] for group in groups if not group.is_met_by_all]
    out = np.zeros((len(rows), len(columns)), dtype=np.uint8)
    step = max(_CACHED // max(len(columns), 1), 1)
    for start in range(0, len(rows), step):
        block = out[start : start + step]
        span = rows.start + start, rows.start + start + len(block)
        for members in lookups:
            best = members[0].rows(*span)
            for member in members[1:]:
                np.minimum(best, member.rows(*span), out=best)
            np.maximum(block, best, out=block)
    return out


def combine_column(groups: Sequence[Group], rows: NDArray[np.int64], posting: int) -> Codes:
    """The same for single rows of one column, ``(r,)``; less work than a block where they are few."""
    out = np.zeros(rows.size, dtype=np.uint8)
    for group in groups:
        if not group.is_met_by_all:
            np.maximum(out, np.minimum.reduce([member.column(rows, posting) for member in group.members]), out=out)
    return out


def pair_code(groups: Sequence[Group], i: int, j: int) -> int:
    """The same for one pair."""
    return max((min(member.outcome(i, j)[1] for member in group.members) for group in groups), default=COVERED)


def judge_rule(rule: Rule, order: int, view: View) -> Judged:
    """Ask one rule about the market of a view."""
    form = FORMS[rule.form]
    states = form.build(rule, view, form.states)
    code_of = {SILENT: COVERED, ABSENT: NOT_COVERED}
    code_of |= {name: VERDICTS.index(outcome.verdict) for name, outcome in rule.outcomes.items()}
    return Judged(rule, order, states, np.array([code_of[name] for name in states.names], dtype=np.uint8))


def groups_of(judged: Iterable[Judged]) -> tuple[Group, ...]:
    """Put rules that are alternatives together, in the order of the file."""
    members: dict[str, list[Judged]] = {}
    for item in judged:
        members.setdefault(item.rule.alternative or f"{item.order}", []).append(item)
    return tuple(Group(tuple(group)) for group in members.values())
