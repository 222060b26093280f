"""Files in the shapes offices keep: each gives exactly what a person wrote down beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from features.intake import ImportOptions, ImportPlan, IntakeError, plan_import
from fixtures.intake.build import FOLDER, cases, files

CASES = {case.name: case for case in cases()}
READ = [name for name, case in CASES.items() if "error" not in case.expected]
REFUSED = [name for name, case in CASES.items() if "error" in case.expected]


def _expected(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))
    return body


def _plan(name: str) -> ImportPlan:
    # what becomes of a call whose state no cell tells is another test
    options = ImportOptions(publishes_new_calls=True, **_expected(name)["options"])
    return plan_import((FOLDER / name).read_bytes(), name=name, options=options)


def _shown(record: dict[str, Any]) -> dict[str, Any]:
    """A record with its derived ids hidden: that they stay the same is another test."""
    return {
        key: f"{value[:2]}?" if isinstance(value, str) and value[:2] in ("a-", "p-", "e-", "c-") else value
        for key, value in record.items()
    }


def test_there_are_at_least_thirty_files_and_ten_are_hostile() -> None:
    assert len(CASES) >= 40
    assert sum(name.startswith("hostile") for name in CASES) >= 10


def test_the_folder_is_what_the_script_writes() -> None:
    written = {path.name: path.read_bytes() for path in FOLDER.iterdir()}

    assert written == files(), "run python -m fixtures.intake.build"


@pytest.mark.parametrize("name", READ)
def test_a_file_gives_the_records_that_a_person_wrote_down(name: str) -> None:
    expected, plan = _expected(name), _plan(name)
    got = plan.records.model_dump(mode="json", exclude_unset=True)

    assert plan.kind == expected["kind"]
    assert {kind: [_shown(one) for one in rows] for kind, rows in got.items() if rows} == {
        kind: rows for kind, rows in expected["records"].items() if rows
    }


@pytest.mark.parametrize("name", READ)
def test_what_is_refused_skipped_remarked_and_dropped_is_what_a_person_wrote_down(name: str) -> None:
    expected, plan = _expected(name), _plan(name)

    assert [[issue.row, issue.column, issue.code] for issue in plan.refused] == expected["refused"]
    assert [skip.row for skip in plan.skipped] == expected["skipped"]
    assert {use.column.heading: use.item for use in plan.dropped} == expected["dropped"]
    assert [[issue.row, issue.column, issue.code] for issue in plan.remarks] == expected.get("remarks", [])
    assert plan.source.is_turned == expected.get("is_turned", False)
    assert set(expected.get("notes", [])) <= set(plan.notes)
    assert [use.column.heading for use in plan.uses if use.use == "unknown"] == expected.get("unknown", [])
    assert {one.row: one.district for one in plan.zone_questions} == {
        int(row): district for row, district in expected.get("zone_questions", {}).items()
    }


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_a_way_to_mend_it(name: str) -> None:
    with pytest.raises(IntakeError) as caught:
        _plan(name)

    assert _expected(name)["error"] in str(caught.value)
    assert caught.value.mend.endswith(("。",)) or "ある名前" in caught.value.mend


@pytest.mark.parametrize("name", READ)
def test_every_row_is_stored_or_listed_once(name: str) -> None:
    plan = _plan(name)
    stored = {change.row for change in plan.changes}
    listed = {issue.column if plan.source.is_turned else issue.row for issue in plan.refused}
    skipped = {skip.column if plan.source.is_turned else skip.row for skip in plan.skipped}

    assert not stored & listed
    assert not stored & skipped
    assert not listed & skipped


def test_the_expected_files_are_written_by_hand_and_not_by_the_intake() -> None:
    sources = [path.read_text(encoding="utf-8") for path in Path(FOLDER.parent).glob("*.py")]

    assert all("plan_import" not in text for text in sources)
