"""Swap test of the whole way: a list with a column that must not matter, read as an office's file is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from features.evaluation.errors import EvaluationError
from features.evaluation.swaps import SwapTest, swap_test
from features.intake import ImportOptions, plan_import
from features.market.scored_market import read_market
from features.municipalities import find
from features.records import Applicant, Records

__all__ = ["SWAPPED", "record_swap_test", "scores_of_list"]

SWAPPED: Final = ("女", "男", "回答しない")
"""What everybody is said to be in turn."""
_COLUMNS: Final = ("受付番号", "住民票所在地", "職歴", "技能", "志望動機", "活動計画")


def record_swap_test(records: Records, *, on: date, heading: str = "性別", values: Sequence[str] = SWAPPED) -> SwapTest:
    """Write the people as a list with one more column, import it, score everybody for every posting; swap; compare.

    Parameters
    ----------
    records : Records
        People who live in a municipality, and postings.
    on : date
        The day the rules are asked about.
    heading : str, default "性別"
        Of the column. Whether a coordinator's score can move at all through it is what is tested.
    values : sequence of str
        Written in the column for everybody, one after the other.

    Raises
    ------
    EvaluationError
        If the import refuses somebody.
    """
    told = [values[row % len(values)] for row in range(len(records.applicants))]
    return swap_test(lambda column: scores_of_list(records, heading, column, on=on), told, values)


def scores_of_list(records: Records, heading: str, column: Sequence[str], *, on: date) -> npt.NDArray[np.float64]:
    """Coordinators' scores of people whose list holds one more column, (n, m)."""
    content = _list_of(records.applicants, heading, column).encode()
    plan = plan_import(content, name="名簿.csv", options=ImportOptions(kind="applicants", id_key=b"swap"))
    if len(plan.records.applicants) != len(records.applicants):
        raise EvaluationError(
            f"the import keeps {len(plan.records.applicants)} of {len(records.applicants)} people, expected everybody"
        )
    market = read_market(Records(applicants=plan.records.applicants, postings=records.postings), on=on)
    return np.asarray(market.coordinator.block(slice(None), slice(None)), np.float64)


def _list_of(people: Sequence[Applicant], heading: str, column: Sequence[str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_COLUMNS, heading])
    for row, (person, told) in enumerate(zip(people, column, strict=True), start=1):
        writer.writerow([str(row), *_cells(person), told])
    return text.getvalue()


def _cells(person: Applicant) -> list[str]:
    profile = person.selection_profile
    if profile.origin is None:
        raise EvaluationError(f"applicant {person.applicant_id} lives abroad, expected somebody in a municipality")
    place = find(profile.origin.municipality_code)
    return [
        place.full_name,
        "、".join(profile.occupations or ()),
        "、".join(profile.skills or ()),
        profile.motivation_text or "",
        profile.plan_text or "",
    ]
