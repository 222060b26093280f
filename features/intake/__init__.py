"""The office's own Excel and CSV files as records, with a report that loses no row.

:func:`plan_import` reads bytes and tells what an import would do: which column is read as what, which are dropped
because they tell what must not be collected, and for every row whether it is new, changed, unchanged, refused with its
reason, or skipped. Nothing is stored, sent or run here; who calls it commits the records.
"""

from __future__ import annotations

from features.intake.catalogue import KIND_JA, KINDS, Kind
from features.intake.errors import IntakeError
from features.intake.importing import plan_import
from features.intake.issues import Issue
from features.intake.limits import Limits
from features.intake.mapping import ColumnChoice, ColumnUse, OfficeMapping
from features.intake.options import ImportOptions
from features.intake.plan import Change, ImportPlan, Source, Told, ZoneQuestion
from features.intake.rows import Skipped

__all__ = [
    "KINDS",
    "KIND_JA",
    "Change",
    "ColumnChoice",
    "ColumnUse",
    "ImportOptions",
    "ImportPlan",
    "IntakeError",
    "Issue",
    "Kind",
    "Limits",
    "OfficeMapping",
    "Skipped",
    "Source",
    "Told",
    "ZoneQuestion",
    "plan_import",
]
