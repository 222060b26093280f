"""Rows of records as a frame: every value as it is told, and none made to fit its column."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from features.errors import RecordError
from features.tables.frames import LANGUAGES, TEXTS, Schema, frame_of

SCHEMA: Schema = {
    "title": pl.String,
    "months": pl.Int64,
    "days": pl.Float64,
    "trial": pl.Boolean,
    "starts": pl.Date,
    "skills": TEXTS,
    "languages": LANGUAGES,
}
NOTHING: dict[str, Any] = dict.fromkeys(SCHEMA)
TOLD: dict[str, Any] = {
    "title": "木",
    "months": 12,
    "days": 4,
    "trial": False,
    "starts": date(2027, 4, 1),
    "skills": ["測量", "狩猟"],
    "languages": [{"code": "en", "cefr": None}],
}


@pytest.mark.parametrize("rows", [[], [NOTHING], [TOLD], [NOTHING, TOLD], [TOLD | {"skills": [], "languages": []}]])
def test_a_frame_holds_what_the_rows_tell_in_their_order(rows: list[dict[str, Any]]) -> None:
    frame = frame_of(rows, SCHEMA)

    assert frame.schema == pl.Schema(SCHEMA)
    assert frame.to_dicts() == rows


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", 3),
        ("months", "12"),
        ("months", 1.5),
        ("days", "4"),
        ("trial", 1),
        ("starts", "2027-04-01"),
        ("skills", "測量"),
        ("skills", [3]),
        ("languages", ["en"]),
        ("languages", [{"code": 1, "cefr": None}]),
    ],
)
def test_a_value_of_another_type_is_refused_and_not_made_to_fit(name: str, value: object) -> None:
    with pytest.raises(RecordError, match=f"a value of {name} is of another type than"):
        frame_of([TOLD, NOTHING | {name: value}], SCHEMA)


def test_a_row_that_lacks_a_column_is_refused() -> None:
    with pytest.raises(KeyError, match="skills"):
        frame_of([{name: value for name, value in TOLD.items() if name != "skills"}], SCHEMA)
