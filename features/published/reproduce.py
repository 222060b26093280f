"""Published tables, row by row: each step computes one row anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from features.published.apply_accept import SEED, application_figures
from features.published.both_sides import list_figures
from features.published.comparison import Row
from features.published.tables import ApplicationRow, BothSidesRow, TableName, published_tables

__all__ = ["SEED", "Step", "steps"]


@dataclass(frozen=True)
class Step:
    """One row of one table, to be computed."""

    table: TableName
    row: ApplicationRow | BothSidesRow

    def run(self, *, runs: int) -> Row:
        """Compute the row; ``runs`` simulated markets stand beside an exact expectation, 0 for none."""
        of_row = self.row
        figures = application_figures(of_row, runs=runs) if isinstance(of_row, ApplicationRow) else list_figures(of_row)
        return Row(of_row.title, of_row.remark, figures)


def steps(tables: Iterable[TableName]) -> tuple[Step, ...]:
    """Every row of the tables, in their order.

    Examples
    --------
    >>> [step.row.title for step in steps(["golden"])][:2]
    ['自分の希望順', '両者の希望の積の順']
    """
    return tuple(Step(name, row) for name in tables for row in published_tables()[name].rows)
