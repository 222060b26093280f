"""Which records of a plan its sender may store: the same rules as for one record at a time, said of rows of a file.

A row is taken whole or not at all, and what names a record of a refused row is refused with it. The commit asks the
same rules again, because what is stored may have changed since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, cast

from sqlmodel import Session

from api.accounts.reach import Reach
from api.http.errors import ApiError
from api.imports.known import KIND_OF, Known
from api.imports.proposing import Proposed, proposed
from api.imports.reasons import REASONS, issue_of
from api.imports.rules import Rules
from features.intake import ImportPlan, Issue
from features.intake.building import RecordKind
from features.intake.issues import by_place
from features.records import Application

__all__ = ["Judged", "judged"]

_LONGEST_ID: Final = 200
_OF_THE_CALL: Final = ("application.posting_id", "posting_id")  # in a list of applicants, of applications


@dataclass(frozen=True, eq=False)
class Judged:
    """The plan as its sender sees it, and the records that a commit stores."""

    plan: ImportPlan
    accepted: tuple[Proposed, ...]


def judged(session: Session, plan: ImportPlan, known: Known, reach: Reach, *, on: date) -> Judged:
    """Take the rows that may be stored, refuse the others with their reason.

    Parameters
    ----------
    session : Session
        Restricted to ``reach``.
    plan : ImportPlan
        Made against ``known.for_plan()``.
    known : Known
    reach : Reach
    on : date
        The day on which calls take applications or do not.
    """
    every = list(proposed(plan, known))
    faults = _faults(every, Rules(session, known, reach, on=on))
    _refuse_what_names_them(every, known, faults)
    taken = [one for one in every if one.change.row not in faults]
    issues = [issue_of(plan, row, code, field) for row, (code, field) in faults.items()]
    issues = [_naming_the_call(plan, issue) for issue in issues]
    return Judged(_shown(plan, every, taken, issues), tuple(one for one in taken if one.change.state != "unchanged"))


_Faults = dict[int, tuple[str, str]]


def _faults(every: Sequence[Proposed], rules: Rules) -> _Faults:
    faults: _Faults = {}
    at: dict[tuple[RecordKind, str], int] = {}
    taken = rules.taken_elsewhere([one.change for one in every if one.change.state == "new"])
    for one in every:
        key = one.change.kind, one.change.id
        code = _fault_of(one, rules, is_taken=key in taken)
        if code is None and at.setdefault(key, one.change.row) != one.change.row:
            code = "id_twice"
        if code is not None:
            faults.setdefault(one.change.row, (code, one.change.kind))
    return faults


def _fault_of(one: Proposed, rules: Rules, *, is_taken: bool) -> str | None:
    if len(one.change.id) > _LONGEST_ID:
        return "id_too_long"
    if is_taken:
        return "id_taken"
    if one.change.state == "unchanged":
        return None
    try:
        rules.verify(one.change.kind, one.record)
    except ApiError as error:
        return error.kind.replace("-", "_") if error.kind.replace("-", "_") in REASONS else "not_allowed"
    return None


def _refuse_what_names_them(every: Sequence[Proposed], known: Known, faults: _Faults) -> None:
    """Until nothing is left that names somebody who is neither stored nor among the rows that are taken."""
    stored = {(KIND_OF[kind].name, an_id) for kind, ids in known.of_kind.items() for an_id in ids}
    while True:
        taken = [(KIND_OF[one.change.kind], one) for one in every if one.change.row not in faults]
        there = stored.union((kind.name, one.change.id) for kind, one in taken)
        lost = [
            one for kind, one in taken if any((named.kind, named.id) not in there for named in kind.names(one.record))
        ]
        if not lost:
            return
        for one in lost:
            no_call = isinstance(one.record, Application) and ("posting", one.record.posting_id) not in there
            faults.setdefault(one.change.row, ("posting_unknown" if no_call else "names_unknown", one.change.kind))


def _naming_the_call(plan: ImportPlan, issue: Issue) -> Issue:
    """An unknown call as it was written, with its column."""
    column = next((use.column for use in plan.uses if use.entry is not None and use.entry.path in _OF_THE_CALL), None)
    if issue.code != "posting_unknown" or column is None or plan.source.is_turned:
        return issue
    posting_of = {one.application_id: one.posting_id for one in plan.records.applications}
    written = next(
        posting_of[change.id] for change in plan.changes if (change.kind, change.row) == ("applications", issue.row)
    )
    return replace(issue, column=column.place, heading=column.heading, value=written)


def _shown(
    plan: ImportPlan, every: Sequence[Proposed], taken: Sequence[Proposed], issues: Sequence[Issue]
) -> ImportPlan:
    """The plan under stored ids, without what is said of rows that are refused now."""
    rows = {one.change.row for one in taken}
    ids: dict[tuple[RecordKind, str], str] = {(one.change.kind, one.own_id): one.change.id for one in every}
    remarks = [one for one in plan.remarks if plan.source.is_turned or one.row in rows]
    left = [issue_of(plan, one.change.row, "status_left", "applications") for one in taken if one.is_status_left]
    return replace(
        plan,
        changes=tuple(one.change for one in taken),
        refused=tuple(sorted((*plan.refused, *issues), key=by_place)),
        remarks=tuple(sorted((*remarks, *left), key=by_place)),
        zone_questions=_renamed(plan.zone_questions, ids, rows),
        told=_renamed(plan.told, ids, rows),
        drafted=tuple(row for row in plan.drafted if row in rows),
    )


def _renamed(lines: Sequence[Any], ids: Mapping[tuple[RecordKind, str], str], rows: set[int]) -> tuple[Any, ...]:
    return tuple(replace(line, id=ids[cast("RecordKind", line.kind), line.id]) for line in lines if line.row in rows)
