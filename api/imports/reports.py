"""What is told of a plan: all of it, page by page, to whoever sent the file; places and counts to everybody after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import JsonValue

from api.imports.schemas import PlanAnswer

__all__ = ["plan_page", "report_of"]

_KEPT: Final = 1000  # refusals that a report names
_LISTS: Final = ("changes", "refused", "remarks", "skipped", "zone_questions", "told")
_OF_COLUMN: Final = ("column", "use", "field")
_OF_REFUSAL: Final = ("row", "column", "field", "code", "reason", "mend")


def report_of(plan: Mapping[str, Any]) -> dict[str, JsonValue]:
    """What stays of an import: no id, no heading, no name of a sheet, no cell.

    Examples
    --------
    >>> plan = {"kind": "companies", "counts": {"new": 1}, "columns": [{"column": "A", "heading": "x", "use": "read",
    ...         "field": "name", "samples": ["y"]}], "refused": []}
    >>> report_of(plan)["columns"]
    [{'column': 'A', 'use': 'read', 'field': 'name'}]
    """
    return {
        "kind": plan["kind"],
        "counts": plan["counts"],
        "counts_by_kind": plan.get("counts_by_kind", {}),  # a preview from before the counts were told apart has none
        "columns": [{key: line[key] for key in _OF_COLUMN} for line in plan["columns"]],
        "refused": [{key: line[key] for key in _OF_REFUSAL} for line in plan["refused"][:_KEPT]],
    }


def plan_page(plan: Mapping[str, Any], *, limit: int, offset: int) -> PlanAnswer:
    """A plan with ``limit`` lines of each list after the first ``offset``."""
    shown = {name: plan[name][offset : offset + limit] for name in _LISTS}
    return PlanAnswer.model_validate({**plan, **shown, "totals": {name: len(plan[name]) for name in _LISTS}})
