"""What is said of a cell or a row: where it stands, why, and how to mend it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Issue", "by_place"]


@dataclass(frozen=True)
class Issue:
    """One thing to know of a cell, or of a whole row where ``column`` is empty.

    Attributes
    ----------
    row : int
        As Excel numbers it.
    column, heading, field : str
        Letter, heading as written, field of the record.
    value : str
        What stands there: for the person who brought the file, in no log.
    code : str
        For programs.
    reason, mend : str
        Japanese sentences without the cell.
    candidates : tuple of str
    """

    row: int
    column: str
    heading: str
    field: str
    value: str
    code: str
    reason: str
    mend: str = ""
    candidates: tuple[str, ...] = ()

    def to_json(self, *, with_values: bool) -> dict[str, Any]:
        """As a JSON object; without what stands in the cell where it goes to a log."""
        body = {**asdict(self), "candidates": list(self.candidates)}
        return (
            body if with_values else {key: value for key, value in body.items() if key not in ("value", "candidates")}
        )


def by_place(issue: Issue) -> tuple[int, int, str]:
    """What issues are sorted by: row, then column as Excel has them (Z before AA)."""
    return issue.row, len(issue.column), issue.column
