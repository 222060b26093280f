"""The rules of both programmes over a whole market: every pair's verdict, and why.

Rules of a programme combine by AND, which is the maximum of their codes; rules that share an ``alternative`` count
with the best of them; of the 起業人 types that person and posting have in common the best counts. Where the town pays
itself (``own_funds``) the programme's rules become notes and only the must-haves decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.errors import FeatureError
from features.rules.forms.subtypes import KIGYOJIN_TYPES, subtype_masks
from features.rules.judged import Codes, Group, combine, combine_column, groups_of, judge_rule, pair_code
from features.rules.ruleset import Outcome, Rule, Ruleset
from features.rules.sentences import sentence_of
from features.rules.store import PROGRAMS, rulesets_on
from features.rules.verdicts import COVERED, NOT_COVERED, VERDICTS, RuleFinding
from features.rules.view import View
from features.tables import ApplicantTable, PostingTable
from features.tables.splice import Splice

__all__ = ["MarketVerdicts", "judge"]

_Line: TypeAlias = tuple[int, bool, RuleFinding]
_ALL_MET: Final = "要件に当たらない点は見つかりませんでした。"


@dataclass(frozen=True, eq=False)
class _Programme:
    """The rules of one file: those of every type, and those of each 起業人 type."""

    view: View
    shared: tuple[Group, ...]
    by_type: Mapping[str, tuple[Group, ...]]
    masks: tuple[NDArray[np.int8], NDArray[np.int8]] | None

    def block(self, rows: range, columns: NDArray[np.int64]) -> Codes:
        """Codes of ``rows`` × ``columns``."""
        out = combine(self.shared, rows, columns)
        if not self.by_type or self.masks is None:
            return out
        shared = self.masks[0][rows.start : rows.stop][:, None] & self.masks[1][columns][None, :]
        return np.maximum(out, self._best_type(shared, lambda groups: combine(groups, rows, columns)))

    def column(self, rows: NDArray[np.int64], posting: int) -> Codes:
        """Codes of single ``rows`` of one column, ``(r,)``."""
        out = combine_column(self.shared, rows, posting)
        if not self.by_type or self.masks is None:
            return out
        shared = self.masks[0][rows] & self.masks[1][posting]
        return np.maximum(out, self._best_type(shared, lambda groups: combine_column(groups, rows, posting)))

    def _best_type(self, shared: NDArray[np.int8], combined: Callable[[tuple[Group, ...]], Codes]) -> Codes:
        """Codes of the best of the types that are shared."""
        best = np.full(shared.shape, NOT_COVERED + 1, dtype=np.uint8)
        for kind, groups in self.by_type.items():
            has = (shared >> KIGYOJIN_TYPES.index(kind) & 1).astype(bool)
            np.minimum(best, combined(groups), out=best, where=has)
        best[best > NOT_COVERED] = COVERED  # no type in common: other rules say so
        return best

    def spliced(self, view: View, splice: Splice, new: _Programme) -> _Programme:
        """The programme of a later market with the same postings."""
        masks = None
        if self.masks is not None and new.masks is not None:
            masks = splice.of_array(self.masks[0], new.masks[0]), self.masks[1]
        return _Programme(
            view=view,
            shared=_spliced(self.shared, splice, new.shared),
            by_type={kind: _spliced(groups, splice, new.by_type[kind]) for kind, groups in self.by_type.items()},
            masks=masks,
        )

    def deciding_type(self, i: int, j: int) -> str | None:
        """The shared type with the weakest objection; the earlier in the file where two are equal."""
        if self.masks is None:
            return None
        shared = int(self.masks[0][i] & self.masks[1][j])
        kinds = [kind for kind in self.by_type if shared >> KIGYOJIN_TYPES.index(kind) & 1]
        return min(kinds, key=lambda kind: pair_code(self.by_type[kind], i, j), default=None)

    def groups_of(self, i: int, j: int) -> tuple[Group, ...]:
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
        row_of = range(self._n_applicants)[rows]
        if row_of.step != 1:
            raise FeatureError(f"rows have step {row_of.step}, expected 1")
        column_of = np.arange(len(self._program_of), dtype=np.int64)[columns]
        # columns of one programme side by side, so that rules are combined in place
        order = np.argsort(self._part_of[column_of], kind="stable")
        sorted_columns = column_of[order]
        out = self._must_have.block(row_of, sorted_columns)
        for part, programme in enumerate(self._programmes.values()):
            first, last = np.searchsorted(self._part_of[sorted_columns], (part, part + 1))
            if first < last:
                here = out[:, first:last]
                np.maximum(here, programme.block(row_of, sorted_columns[first:last]), out=here)
        if (np.diff(order) < 0).any():
            out = out.take(np.argsort(order), axis=1)
        return out.view(np.int8)

    def column(self, rows: NDArray[np.int64], posting: int) -> NDArray[np.int8]:
        """Overall verdict codes of applicants ``rows`` for one posting, ``(r,)`` int8, as :meth:`codes` has them."""
        out = self._must_have.column(rows, posting)
        if not self._own_funds[posting]:
            np.maximum(out, self._programmes[self._program_of[posting]].column(rows, posting), out=out)
        return out.view(np.int8)

    def spliced(self, applicants: ApplicantTable, splice: Splice, new: MarketVerdicts) -> MarketVerdicts:
        """The verdicts of a later market with the same postings, rules and day.

        Parameters
        ----------
        applicants : ApplicantTable
            Of the later market.
        splice : Splice
            How its applicants came about.
        new : MarketVerdicts
            Of the new applicants and the same postings.
        """

        def later(programme: _Programme, added: _Programme) -> _Programme:
            view = replace(programme.view, applicants=applicants.columns, n_applicants=len(applicants))
            return programme.spliced(view, splice, added)

        programmes = {name: later(part, new._programmes[name]) for name, part in self._programmes.items()}
        must_have = later(self._must_have, new._must_have)
        return replace(self, _must_have=must_have, _programmes=programmes, _n_applicants=len(applicants))

    def of_table(self, applicants: ApplicantTable) -> MarketVerdicts:
        """The same verdicts reading their words from a copy of the table."""

        def copy_of(programme: _Programme) -> _Programme:
            return replace(programme, view=replace(programme.view, applicants=applicants.columns))

        programmes = {name: copy_of(part) for name, part in self._programmes.items()}
        return replace(self, _must_have=copy_of(self._must_have), _programmes=programmes)

    @cached_property
    def _part_of(self) -> NDArray[np.int64]:
        """Which programme's rules decide each posting; the last part is decided by no programme (own funds)."""
        names = list(self._programmes)
        parts = np.array([names.index(program) for program in self._program_of], dtype=np.int64)
        return np.where(self._own_funds, len(names), parts)

    def overall(self, i: int, j: int) -> str:
        """The overall verdict of one pair."""
        return VERDICTS[int(self.codes(slice(i, i + 1), slice(j, j + 1))[0, 0])]

    def findings(self, i: int, j: int) -> tuple[RuleFinding, ...]:
        """Every rule that is not plainly met, strongest first; for a covered pair also the rule that decides it.

        Rules of equal strength stand in the order of evaluation: must-haves, then the programme's file; notes last.
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

    def unmet(self, i: int, j: int) -> tuple[RuleFinding, ...]:
        """The rules of :meth:`findings` that are not met and decide: why the pair is left out."""
        found = [(group, self._must_have.view) for group in self._must_have.groups_of(i, j)]
        if not self._own_funds[j]:
            programme = self._programmes[self._program_of[j]]
            found += [(group, programme.view) for group in programme.groups_of(i, j)]
        told = [
            (code, _finding(rule, outcome, view, (i, j), is_note=False))
            for group, view in found
            for code, outcome, rule in _deciding(group, (i, j))
            if outcome.verdict == "not_covered"
        ]
        told.sort(key=lambda line: -line[0])
        return tuple(finding for _, finding in told)

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
    called = {*postings.frame["program"].to_list(), "must_have"}
    speaking = rulesets_on(on, rulesets, programs=[program for program in PROGRAMS if program in called])
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


def _spliced(groups: tuple[Group, ...], splice: Splice, new: tuple[Group, ...]) -> tuple[Group, ...]:
    return tuple(group.spliced(splice, added) for group, added in zip(groups, new, strict=True))


def _programme(view: View) -> _Programme:
    judged = [judge_rule(rule, order, view) for order, rule in enumerate(view.ruleset.rule)]
    kinds = view.ruleset.subtypes
    return _Programme(
        view=view,
        shared=groups_of(item for item in judged if not item.rule.subtypes),
        by_type={kind: groups_of(item for item in judged if kind in item.rule.subtypes) for kind in kinds},
        masks=subtype_masks(view) if kinds else None,
    )


def _told(group: Group, view: View, pair: tuple[int, int], *, is_note: bool) -> list[_Line]:
    return [
        (code, outcome.limited, _finding(rule, outcome, view, pair, is_note=is_note))
        for code, outcome, rule in _deciding(group, pair)
        if code > COVERED or outcome.limited
    ]


def _deciding(group: Group, pair: tuple[int, int]) -> list[tuple[int, Outcome, Rule]]:
    """The outcomes of the alternatives that are nearest to being met."""
    outcomes = [(member.rule, *member.outcome(*pair)) for member in group.members]
    best = min(code for _, _, code in outcomes)
    return [(code, outcome, rule) for rule, outcome, code in outcomes if outcome is not None and code == best]


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
