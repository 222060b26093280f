"""⑧ 引継ぎ書: history, people by id, decisions with reasons, outcomes and open things of one call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from api.decisions.schemas import DecisionAnswer
from api.documents.handover import (
    HandoverContent,
    PostingVersion,
    content_of_handover,
    handover_pdf,
    handover_workbook,
)
from api.documents.handover.versions import FIELD_LABELS
from api.documents.sectioned import SectionedDocument
from api.outcomes.placements import Placement
from features.records import Application, Posting

Json = dict[str, Any]
Make = Callable[..., HandoverContent]


@pytest.fixture
def make(
    make_call: Callable[..., Posting],
    applications: list[Application],
    decisions: list[DecisionAnswer],
    make_placement: Callable[..., Placement],
    provenance: Json,
) -> Make:
    def build(**changes: Any) -> HandoverContent:
        options: Json = {
            "applications": applications,
            "decisions": decisions,
            "placements": [make_placement(1, date(2026, 4, 1), "p1", m3={"state": "there"}), make_placement(2, None)],
            "provenance": provenance,
        }
        return content_of_handover(changes.pop("posting", make_call()), **(options | changes))

    return build


def test_every_field_of_a_call_has_a_name_for_its_changes() -> None:
    assert set(FIELD_LABELS) == set(Posting.model_fields) - {"posting_id", "version"}


def test_applications_are_counted_in_the_order_of_a_selection(make: Make) -> None:
    told = dict(make().state)["応募"]

    steps = ["受付", "内定（返事待ち）", "承諾", "内定の辞退", "採用に至らず", "応募の取下げ"]
    assert [words.split()[0] for words in told.split("件")[:-1]] == steps


def test_each_change_stands_with_its_day_and_both_values(make: Make, make_call: Callable[..., Posting]) -> None:
    before = [
        PostingVersion(date(2026, 1, 10), make_call(monthly_pay_yen=220_000, deadline="2026-02-28", host=None)),
        PostingVersion(date(2026, 6, 10), make_call(title="空き家の調査", state="draft")),
    ]

    assert make(before=before).versions == (
        (date(2026, 1, 10), "題名", "空き家を生かした宿づくり", "空き家の調査"),
        (date(2026, 1, 10), "月額（円）", "220,000", "233,000"),
        (date(2026, 1, 10), "締切", "2026年2月28日", "2026年10月25日"),
        (
            date(2026, 1, 10),
            "受入体制",
            "（なし）",
            "受入団体: 役場の担当課、担当者との連絡: 週1回以上、住民への説明: いいえ、ほかの隊員（人）: 2",
        ),
        (date(2026, 1, 10), "公開の状態", "募集中", "下書き"),
        (date(2026, 6, 10), "題名", "空き家の調査", "空き家を生かした宿づくり"),
        (date(2026, 6, 10), "公開の状態", "下書き", "募集中"),
    )


def test_an_erased_version_is_said_to_be_erased(make: Make, make_call: Callable[..., Posting]) -> None:
    before = [
        PostingVersion(date(2026, 1, 1), make_call()),
        PostingVersion(date(2026, 2, 1), None),
        PostingVersion(date(2026, 3, 1), None),
    ]

    assert [row[2:] for row in make(before=before).versions] == [
        ("消去済み", "消去済み"),
        ("消去済み", "消去済み"),
        ("消去済み", "今の内容"),
    ]


def test_a_text_that_looks_like_a_code_is_told_as_it_was_written(make: Make, make_call: Callable[..., Posting]) -> None:
    before = [PostingVersion(date(2026, 1, 10), make_call(title="open"))]

    assert make(before=before).versions[0][2] == "open"


def test_licences_and_languages_are_told_in_words_and_not_by_code(
    make: Make, make_call: Callable[..., Posting]
) -> None:
    asked = {"required_licences": ["car", "狩猟免許"], "required_languages": [{"code": "en", "cefr": "native"}]}
    rows = make(posting=make_call(**asked), before=[PostingVersion(date(2026, 1, 10), make_call())]).versions

    assert [row[1:] for row in rows] == [
        ("必要な免許", "（なし）", "普通自動車免許、狩猟免許"),
        ("必要な言語", "（なし）", "英語 日常の言葉"),
    ]


def test_people_stand_by_id_with_what_was_last_said_to_them(make: Make) -> None:
    people = {row[0]: row for row in make().people}

    assert people["a0"][2:] == (date(2026, 2, 10), "承諾", date(2026, 3, 22), "確認済み→承諾")
    assert people["a5"][3:] == ("受付", "記録なし", "記録なし")
    assert len(people) == 7


def test_decisions_stand_with_their_reasons_and_without_who_took_them_by_name(
    make: Make, said: Callable[[SectionedDocument], str]
) -> None:
    rows = make().decisions

    assert (date(2026, 3, 5), "a2", "採用に至らず", "担当者", "—", "はい") == rows[2][:6]
    assert rows[2][6] == "任務に要る調査の経験が確かめられなかった"
    assert "officer" not in said(make().sections())


def test_other_calls_are_passed_over(make: Make, make_call: Callable[..., Posting]) -> None:
    content = make(posting=make_call(posting_id="p2", deadline="2027-01-31", as_of=None))

    assert (content.people, content.decisions, content.outcomes) == ((), (), ())
    assert [one.what for one in content.reminders] == ["募集の締切"]


def test_open_things_of_a_whole_year_stand_with_their_days(make: Make) -> None:
    assert [one.what for one in make().reminders if one.due > date(2026, 11, 23)] == ["着任12か月の確認"]


def test_contacts_are_left_to_a_hand(make: Make) -> None:
    content = handover_workbook(make())
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name("書き足すこと").to_python()

    assert ["受入団体の担当（氏名・連絡先）", ""] in rows


def test_no_word_of_the_paper_itself_judges_a_person(
    make: Make, said: Callable[[SectionedDocument], str], value_words: tuple[str, ...]
) -> None:
    words = said(make().sections())

    assert [word for word in value_words if word in words] == []


def test_the_same_records_give_the_same_bytes(make: Make) -> None:
    assert handover_workbook(make()) == handover_workbook(make())
    assert handover_pdf(make()) == handover_pdf(make())
