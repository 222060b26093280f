"""面接評価シート: who is on it, and how the scores come together."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook

from api.documents.interview_sheet.not_asked import NOT_ASKED
from api.documents.kinds import Material
from api.documents.registry import write_document
from api.interviews.items import score_items
from features.guard.items import ITEM_JA
from tests.api.documents.office.conftest import market_of, records

Make = Callable[..., Material]


def rows_of(content: bytes, sheet: str) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def sheets_of(content: bytes) -> list[str]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names


def formulas(content: bytes, number: int) -> list[str]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return re.findall(r"<f>([^<]*)</f>", archive.read(f"xl/worksheets/sheet{number}.xml").decode())


def test_one_sheet_a_member_and_one_that_brings_them_together(material: Make) -> None:
    content = write_document("interview-sheet", "xlsx", material(n_members=4))

    assert sheets_of(content) == ["委員1", "委員2", "委員3", "委員4", "集計", "評価の言葉"]


def test_the_items_are_those_that_the_service_scores(material: Make) -> None:
    header = rows_of(write_document("interview-sheet", "xlsx", material()), "委員1")[5]

    assert header[2:6] == [item.label for item in score_items().items.values()]


def test_who_has_passed_the_papers_is_on_it_in_the_order_of_ids(material: Make) -> None:
    rows = rows_of(write_document("interview-sheet", "xlsx", material()), "委員1")[6:]

    assert [row[0] for row in rows] == ["a3", "a4"]


def test_everybody_in_the_list_is_on_it_while_nobody_has_passed(material: Make) -> None:
    waiting = [
        {"application_id": f"x{k}", "applicant_id": f"a{k}", "posting_id": "p1", "status": "received"} for k in (2, 1)
    ]
    content = write_document("interview-sheet", "xlsx", material(market=market_of(records(applications=waiting))))

    assert [row[0] for row in rows_of(content, "委員1")[6:]] == ["a1", "a2"]


def test_somebody_outside_the_list_who_was_invited_is_on_it(material: Make) -> None:
    """a4 without a licence is left out of the order; people may invite them all the same."""
    people = records().model_dump(mode="json", exclude_unset=True)["applicants"]
    people[3]["selection_profile"]["licences"] = []
    content = write_document("interview-sheet", "xlsx", material(market=market_of(records(applicants=people))))
    rows = rows_of(content, "委員1")[6:]

    assert [row[0] for row in rows] == ["a3", "a4"]
    assert rows[1][7].startswith("□ × 普通自動車免許")


def test_the_merge_takes_each_score_from_its_own_row(material: Make) -> None:
    content = write_document("interview-sheet", "xlsx", material(n_members=2))
    found = formulas(content, 3)

    assert rows_of(content, "集計")[3][0] == "a3"
    assert found[0] == "IF(COUNT('委員1'!C7,'委員2'!C7)=0,\"\",AVERAGE('委員1'!C7,'委員2'!C7))"
    assert found[4] == "IF(COUNT('委員1'!C7:F7)=0,\"\",AVERAGE('委員1'!C7:F7))"
    assert found[6:9] == [
        'IF(COUNT(G4:H4)=0,"",AVERAGE(G4:H4))',
        'IF(COUNT(G4:H4)&lt;2,"",MAX(G4:H4)-MIN(G4:H4))',
        'IF(COUNT(G4:H4)&lt;2,"",STDEV(G4:H4))',
    ]
    assert found[9].startswith("IF(COUNT('委員1'!C8,")


def test_the_fourteen_items_that_are_not_asked_stand_on_every_members_sheet(material: Make) -> None:
    content = write_document("interview-sheet", "xlsx", material())

    assert len(NOT_ASKED) == 14
    assert {item for item, _words in NOT_ASKED} <= set(ITEM_JA)
    for number in (1, 2, 3):
        banner = rows_of(content, f"委員{number}")[4][0]
        assert all(words in banner for _item, words in NOT_ASKED)


def test_free_notes_say_that_they_may_be_disclosed(material: Make) -> None:
    rows = rows_of(write_document("interview-sheet", "xlsx", material()), "委員1")

    assert rows[5][-1] == "自由記述（開示の対象になりうる）"
    assert "開示の対象になりうる" in rows[2][0]


def test_no_rank_and_no_score_stands_before_the_panel(material: Make) -> None:
    rows = rows_of(write_document("interview-sheet", "xlsx", material()), "委員1")

    assert all(cell == "" for row in rows[6:] for cell in row[2:7])


def test_the_questions_of_the_ranking_are_asked(material: Make) -> None:
    rows = rows_of(write_document("interview-sheet", "xlsx", material()), "委員1")[6:]

    assert "地区" in rows[0][8]
    assert rows[0][8].endswith("（本人からの質問も書く）。")
