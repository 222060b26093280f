"""The rules of both programmes over a whole market: every pair's verdict, and why.

Rules of a programme combine by AND, which is the maximum of their codes; rules that share an ``alternative`` count
with the best of them; of the 起業人 types that person and posting have in common the best counts. Where the town pays
itself (``own_funds``) the programme's rules become notes and only the must-haves decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from features.rules.forms import FORMS
from features.rules.forms.subtypes import KIGYOJIN_TYPES, subtype_masks
from features.rules.ruleset import Outcome, Rule, Ruleset
from features.rules.sentences import sentence_of
from features.rules.state_table import ABSENT, SILENT, StateTable
from features.rules.store import rulesets_on
from features.rules.verdicts import COVERED, NOT_COVERED, VERDICTS, RuleFinding
from features.rules.view import View
from features.tables import ApplicantTable, PostingTable

__all__ = ["MarketVerdicts", "judge"]

_ROWS = 256  # rows of a block that stay in the cache while rules are combined
Codes = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class _Judged:
    """One rule with its states and the verdict code of each."""

    rule: Rule
    order: int
    states: StateTable
    codes: Codes  # (A, B)

    def outcome(self, i: int, j: int) -> tuple[Outcome | None, int]:
        """Outcome and code of one pair; no outcome where the rule says nothing."""
        state = self.states.state(i, j)
        return self.rule.outcomes.get(state), int(self.codes[self.states.a[i], self.states.b[j]])


@dataclass(frozen=True, eq=False)
class _Group:
    """Rules of which the best counts; most groups hold one."""

    members: tuple[_Judged, ...]

    @cached_property
    def is_met_by_all(self) -> bool:
        return any(not member.codes.any() for member in self.members)

    def wide(self, columns: NDArray[np.int64]) -> list[tuple[NDArray[np.int32], Codes]]:
        """Applicant states and, per state, the codes of ``columns``."""
        return [(m.states.a, np.ascontiguousarray(m.codes[:, m.states.b[columns]])) for m in self.members]


@dataclass(frozen=True, eq=False)
class _Programme:
    """The rules of one file: those of every type, and those of each 起業人 type."""

    view: View
    shared: tuple[_Group, ...]
    by_type: Mapping[str, tuple[_Group, ...]]
    masks: tuple[NDArray[np.int8], NDArray[np.int8]] | None

    def block(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Codes:
        """Codes of ``rows`` × ``columns``."""
        out = _combined(self.shared, rows, columns)
        if not self.by_type or self.masks is None:
            return out
        best = np.full(out.shape, NOT_COVERED + 1, dtype=np.uint8)
        shared = self.masks[0][rows][:, None] & self.masks[1][columns][None, :]
        for kind, groups in self.by_type.items():
            has = (shared >> KIGYOJIN_TYPES.index(kind) & 1).astype(bool)
            np.minimum(best, _combined(groups, rows, columns), out=best, where=has)
        best[best > NOT_COVERED] = COVERED  # no type in common: other rules say so
        return np.maximum(out, best)

    def deciding_type(self, i: int, j: int) -> str | None:
        """The shared type with the weakest objection; the earlier in the file where two are equal."""
        if self.masks is None:
            return None
        shared = int(self.masks[0][i] & self.masks[1][j])
        kinds = [kind for kind in self.by_type if shared >> KIGYOJIN_TYPES.index(kind) & 1]
        return min(kinds, key=lambda kind: _pair_code(self.by_type[kind], i, j), default=None)

    def groups_of(self, i: int, j: int) -> tuple[_Group, ...]:
        """The groups that speak about one pair."""
        kind = self.deciding_type(i, j)
        return self.shared + (() if kind is None else self.by_type[kind])


@dataclass(frozen=True, eq=False)
class MarketVerdicts:
    """Verdicts of every pair of a market, computed on demand.

    Attributes
    ----------
    ruleset_ids : tuple of (id, digest)
        The rule files that were asked.
    """

    ruleset_ids: tuple[tuple[str, str], ...]
    _must_have: _Programme
    _programmes: Mapping[str, _Programme]
    _program_of: tuple[str, ...]
    _own_funds: NDArray[np.bool_]
    _n_applicants: int

    def codes(self, rows: slice, columns: slice) -> NDArray[np.int8]:
        """Overall verdict codes of a block, ``(r, c)`` int8: indices into ``VERDICTS``, 3 = excluded."""
        row_of = np.arange(self._n_applicants, dtype=np.int64)[rows]
        column_of = np.arange(len(self._program_of), dtype=np.int64)[columns]
        out = self._must_have.block(row_of, column_of)
        programs = np.array(self._program_of, dtype=object)[column_of]
        for program, programme in self._programmes.items():
            at = np.flatnonzero((programs == program) & ~self._own_funds[column_of])
            if at.size == out.shape[1]:
                np.maximum(out, programme.block(row_of, column_of), out=out)
            elif at.size:
                out[:, at] = np.maximum(out[:, at], programme.block(row_of, column_of[at]))
        return out.astype(np.int8)

    def overall(self, i: int, j: int) -> str:
        """The overall verdict of one pair."""
        return VERDICTS[self.codes(slice(i, i + 1), slice(j, j + 1))[0, 0]]

    def findings(self, i: int, j: int) -> tuple[RuleFinding, ...]:
        """Every rule that is not plainly met, strongest first; for a covered pair also the rule that decides it.

        Rules of equal strength stand in the order of evaluation: must-haves, then the programme's file. Notes come last.
        """
        found = [(group, False, self._must_have) for group in self._must_have.groups_of(i, j)]
        programme = self._programmes[self._program_of[j]]
        is_note = bool(self._own_funds[j])
        found += [(group, is_note, programme) for group in programme.groups_of(i, j)]
        told = [line for group, note, part in found for line in _told(group, part.view, (i, j), is_note=note)]
        covered = not any(code and not finding.note for code, _, finding in told)
        if covered and not is_note and not any(limited for _, limited, _ in told):
            told += _why_covered(programme, (i, j))
        told.sort(key=lambda line: (line[2].note, -line[0]))
        return tuple(finding for _, _, finding in told)

    def open_points(self, i: int, j: int) -> tuple[str, ...]:
        """Facts that nobody gave and that did not decide, as sentences."""
        programme = self._programmes[self._program_of[j]]
        members = [member for group in programme.groups_of(i, j) for member in group.members]
        found = [(member.rule, member.outcome(i, j)[0]) for member in members]
        return tuple(
            sentence_of(rule, outcome, programme.view, i, j)
            for rule, outcome in found
            if outcome is not None and outcome.noted
        )

    def subtype(self, i: int, j: int) -> str | None:
        """The 起業人 type whose rules decide one pair."""
        return self._programmes[self._program_of[j]].deciding_type(i, j)

    def view(self, j: int) -> View:
        """What the rule file of one posting's programme reads."""
        return self._programmes[self._program_of[j]].view


def judge(
    applicants: ApplicantTable,
    postings: PostingTable,
    *,
    on: date,
    rulesets: Sequence[Ruleset] | None = None,
    appointed: bool = False,
) -> MarketVerdicts:
    """Ask the rules about every pair of a market.

    Parameters
    ----------
    applicants : ApplicantTable
    postings : PostingTable
    on : date
        The day whose rule files speak.
    rulesets : sequence of Ruleset, optional
        Default: the shipped and the added rule files.
    appointed : bool, default False
        The people are already appointed where the pair says: their 住民票 must have moved by ``on``.

    Returns
    -------
    MarketVerdicts
        O(distinct states) to build; a block of pairs costs one row copy a rule.

    Raises
    ------
    RulesetError
        If no rule file covers the day.
    """
    speaking = rulesets_on(on, rulesets)
    parts = {
        program: _programme(View.of(applicants, postings, ruleset, on=on, appointed=appointed))
        for program, ruleset in speaking.items()
    }
    return MarketVerdicts(
        ruleset_ids=tuple((ruleset.id, ruleset.digest) for ruleset in speaking.values()),
        _must_have=parts.pop("must_have"),
        _programmes=parts,
        _program_of=tuple(postings.frame["program"].to_list()),
        _own_funds=np.array(postings.frame["own_funds"].to_list(), dtype=np.bool_),
        _n_applicants=len(applicants),
    )


def _programme(view: View) -> _Programme:
    judged = [_judged(rule, order, view) for order, rule in enumerate(view.ruleset.rule)]
    kinds = view.ruleset.subtypes
    return _Programme(
        view=view,
        shared=_groups(item for item in judged if not item.rule.subtypes),
        by_type={kind: _groups(item for item in judged if kind in item.rule.subtypes) for kind in kinds},
        masks=subtype_masks(view) if kinds else None,
    )


def _judged(rule: Rule, order: int, view: View) -> _Judged:
    form = FORMS[rule.form]
    states = form.build(rule, view, form.states)
    code_of = {SILENT: COVERED, ABSENT: NOT_COVERED}
    code_of |= {name: VERDICTS.index(outcome.verdict) for name, outcome in rule.outcomes.items()}
    codes = np.array([code_of[name] for name in states.states], dtype=np.uint8)[states.table]
    return _Judged(rule, order, states, codes)


def _groups(judged: Iterable[_Judged]) -> tuple[_Group, ...]:
    members: dict[str, list[_Judged]] = {}
    for item in judged:
        members.setdefault(item.rule.alternative or f"{item.order}", []).append(item)
    return tuple(_Group(tuple(group)) for group in members.values())


def _combined(groups: Sequence[_Group], rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Codes:
    wide = [group.wide(columns) for group in groups if not group.is_met_by_all]
    out = np.zeros((len(rows), len(columns)), dtype=np.uint8)
    for start in range(0, len(rows), _ROWS):
        chunk, block = rows[start : start + _ROWS], out[start : start + _ROWS]
        for members in wide:
            best = members[0][1][members[0][0][chunk]]
            for a, codes in members[1:]:
                np.minimum(best, codes[a[chunk]], out=best)
            np.maximum(block, best, out=block)
    return out


def _pair_code(groups: Sequence[_Group], i: int, j: int) -> int:
    return max((min(member.outcome(i, j)[1] for member in group.members) for group in groups), default=COVERED)


_ALL_MET = "要件に当たらない点は見つかりませんでした。"
_Line = tuple[int, bool, RuleFinding]


def _told(group: _Group, view: View, pair: tuple[int, int], *, is_note: bool) -> list[_Line]:
    outcomes = [(member, *member.outcome(*pair)) for member in group.members]
    best = min(code for _, _, code in outcomes)
    return [
        (code, outcome.limited, _finding(member.rule, outcome, view, pair, is_note=is_note and code > COVERED))
        for member, outcome, code in outcomes
        if outcome is not None and code == best and (code > COVERED or outcome.limited)
    ]


def _why_covered(programme: _Programme, pair: tuple[int, int]) -> list[_Line]:
    members = [m for group in programme.groups_of(*pair) for m in group.members if m.rule.deciding]
    for member in members:
        outcome, code = member.outcome(*pair)
        if outcome is not None and code == COVERED:
            return [(COVERED, False, _finding(member.rule, outcome, programme.view, pair, is_note=False))]
    # an added file whose deciding rules are silent about this pair
    head = programme.view.ruleset
    rule = members[0].rule if members else head.rule[0]
    return [(COVERED, False, RuleFinding(rule.id, rule.kind, VERDICTS[COVERED], str(rule.source), _ALL_MET))]


def _finding(rule: Rule, outcome: Outcome, view: View, pair: tuple[int, int], *, is_note: bool) -> RuleFinding:
    return RuleFinding(
        rule_id=outcome.rule_id or rule.id,
        kind=rule.kind,
        verdict=outcome.verdict,
        source=str(rule.source),
        sentence=sentence_of(rule, outcome, view, *pair),
        note=is_note,
    )
