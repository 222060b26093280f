"""What a cell says of a licence beside its name, and what it says without a name, does not become a licence held."""

from __future__ import annotations

import pytest

from features.intake.values import READERS, About, Read
from features.taxonomy.licences import standing


def _standing(cell: str, required: str = "car") -> str:
    reading = READERS["licences"](cell, About(heading="資格・免許"))
    assert isinstance(reading, Read)
    held = reading.value
    assert held is None or isinstance(held, tuple)
    return standing(required, held)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("普通自動車免許　なし", "missing"),
        ("普通自動車免許　×", "missing"),
        ("普通自動車免許 無し 原付あり", "missing"),
        ("普通自動車免許　取得予定", "ask"),
        ("普通自動車免許、取得予定", "ask"),
        ("普通自動車免許 取得予定（令和9年3月）", "ask"),
        ("普通免許\n令和9年2月取得見込", "ask"),
        ("①普通免許 教習中②簿記2級", "ask"),
        ("普通自動車免許　失効中", "ask"),
        ("普通自動車免許　平成20年3月取得", "held"),
        ("普通自動車免許、なし", "held"),
        ("普通自動車免許 原付", "held"),
    ],
)
def test_a_word_beside_a_licence_says_it_of_that_licence(cell: str, expected: str) -> None:
    assert _standing(cell) == expected


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "別紙のとおり",
            "（別紙のとおり）",
            "履歴書参照",
            "別添資料を参照",
            "同上",
            "〃",
            "記載なし",
            "面接時に確認",
            "後日提出",
        ),
        *(
            "あり（写し添付）",
            "免許あり",
            "なし（取得予定）",
            "取得予定",
            "教習所通学中",
            "ペーパードライバー",
            "See attached",
        ),
    ],
)
def test_a_cell_that_names_no_licence_is_asked_about(cell: str) -> None:
    assert _standing(cell) == "ask"


@pytest.mark.parametrize("cell", ["特になし", "免許なし", "取得予定なし", "英検2級", "簿記2級"])
def test_a_cell_that_names_others_or_none_is_no_driving_licence(cell: str) -> None:
    assert _standing(cell) == "missing"


def test_another_paper_leaves_open_what_is_not_named_beside_it() -> None:
    assert _standing("普通自動車免許、ほか別紙") == "held"
    assert _standing("普通自動車免許、ほか別紙", "nurse") == "ask"
