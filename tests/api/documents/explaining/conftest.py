"""An invented town with one call, seven applications, their decisions, and people placed earlier."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from api.decisions.schemas import DecisionAnswer
from api.decisions.states import State, state_table
from api.documents.sectioned import Facts, SectionedDocument, Words
from api.outcomes.placements import Placement
from api.outcomes.tables import OutcomeRow
from features.records import Application, Posting

Json = dict[str, Any]
ON = date(2026, 11, 23)
NS = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
VALUE_WORDS = ("優秀", "劣", "失格", "不適格", "落選", "問題のある", "能力が低", "人柄", "優れ", "だめ", "禁止")


def call(**changes: object) -> Posting:
    content: Json = {
        "posting_id": "p1",
        "program": "kyoryokutai",
        "subtypes": ["mission"],
        "municipality_code": "01468",
        "headcount": 2,
        "title": "空き家を生かした宿づくり",
        "mission_text": "空き家の調査と持ち主との話し合いを行う。",
        "goals": ["空き家台帳を整える"],
        "contract_type": "kaikei_nendo",
        "monthly_pay_yen": 233_000,
        "side_job": "permission",
        "start_date": "2025-04-01",
        "deadline": "2026-10-25",
        "term_months": 36,
        "host": {"type": "hall_department", "contact_frequency": "weekly", "briefed_residents": False, "peers": 2},
        "as_of": "2026-09-01",
        "version": 3,
    }
    return Posting.model_validate(content | changes)


def application(number: int, status: str) -> Application:
    return Application.model_validate(
        {
            "application_id": f"x{number}",
            "applicant_id": f"a{number}",
            "posting_id": "p1",
            "received_at": f"2026-02-{10 + number}",
            "status": status,
        }
    )


def step(number: int, at: int, state: State, day: date, **changes: object) -> DecisionAnswer:
    words = state_table().states[state]
    content: Json = {
        "decision_id": f"{number:012x}{at:012x}",
        "application_id": f"x{number}",
        "number": at,
        "state": state,
        "label": words.label,
        "status": words.status,
        "from_state": "seen",
        "after": None,
        "corrects": None,
        "decided_at": datetime(day.year, day.month, day.day, 3, tzinfo=UTC),
        "by": {"account_id": "officer", "role": "coordinator"},
        "reason": None,
        "override": False,
        "flags": [],
        "in_list": None,
    }
    return DecisionAnswer.model_validate(content | changes)


def placement(number: int, start: date | None, posting_id: str = "p-old", **found: Json) -> Placement:
    """``m12={"state": "there"}``: what was found after twelve months."""
    rows = {
        int(name[1:]): OutcomeRow(
            id=f"o{number}{name}",
            application_id=f"y{number}",
            months=int(name[1:]),
            number=1,
            found_on=ON,
            started_on=start or ON,
            role="coordinator",
            recorded_at=datetime(2026, 7, 2, tzinfo=UTC),
            **row,
        )
        for name, row in found.items()
    }
    return Placement(f"y{number}", f"b{number}", posting_id, start, rows)


def words_of(document: SectionedDocument) -> str:
    """Every word of a document, one after the other."""
    said = [document.title, *document.lead, document.foot]
    for section in document.sections:
        said.append(section.title)
        if isinstance(section, Words):
            said += section.sentences
        elif isinstance(section, Facts):
            said += [part for row in section.rows for part in row] + [section.note]
        else:
            said += [column.title for column in section.columns] + [section.note, section.nothing]
            said += [str(cell) for row in section.rows for cell in row if cell is not None]
    return "\n".join(said)


@pytest.fixture
def make_call() -> Callable[..., Posting]:
    return call


@pytest.fixture
def make_placement() -> Callable[..., Placement]:
    return placement


@pytest.fixture
def applications() -> list[Application]:
    statuses = ("accepted", "declined", "closed", "closed", "withdrawn", "received", "offered")
    return [application(number, status) for number, status in enumerate(statuses)]


@pytest.fixture
def decisions() -> list[DecisionAnswer]:
    return [
        step(0, 1, "seen", date(2026, 3, 1)),
        step(0, 2, "accepted", date(2026, 3, 22), reason="3月22日に電話で承諾"),
        step(2, 1, "not_chosen", date(2026, 3, 5), reason="任務に要る調査の経験が確かめられなかった", override=True),
        step(6, 1, "offered", date(2026, 11, 1)),
    ]


@pytest.fixture
def placements() -> list[Placement]:
    """Twelve people of 2022: four gone within the first year, eight there after three."""
    start = date(2022, 4, 1)
    gone: Json = {"state": "left", "left_on": date(2022, 12, 1), "exit_code": "host"}
    there: Json = {"state": "there"}
    return [
        placement(k, start, m12=gone) if k % 3 == 0 else placement(k, start, m12=there, m36=there) for k in range(12)
    ]


@pytest.fixture
def provenance() -> Json:
    return {
        "on": "2026-11-23",
        "inputs": {"records": "5f2d8e07c1a94b36" * 4},
        "rulesets": [{"id": "kyoryokutai/fy2026", "digest": "a3c1e09d77b2" * 5}],
        "weights": {"name": "default", "digest": "90be44f1c2d3" * 5},
        "reference": "2022-04-01",
        "code_version": "0.1.0",
    }


@pytest.fixture
def said() -> Callable[[SectionedDocument], str]:
    return words_of


@pytest.fixture
def value_words() -> tuple[str, ...]:
    """Words that judge a person or forbid: none may stand in a paper that may be disclosed."""
    return VALUE_WORDS


@pytest.fixture
def rows_of() -> Callable[[bytes, str], list[list[Any]]]:
    def rows(content: bytes, sheet: str) -> list[list[Any]]:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)

    return rows


@pytest.fixture
def formulas_of() -> Callable[[bytes, str], dict[str, str]]:
    """Formulas of a sheet by cell."""

    def formulas(content: bytes, sheet: str) -> dict[str, str]:
        number = CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names.index(sheet) + 1
        with zipfile.ZipFile(BytesIO(content)) as archive:
            root = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
        cells = root.findall(".//x:c", NS)
        return {str(cell.get("r")): str(found.text) for cell in cells if (found := cell.find("x:f", NS)) is not None}

    return formulas
