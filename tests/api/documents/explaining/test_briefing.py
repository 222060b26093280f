"""⑤ 首長・議会説明: one page, no personal data, both measures, nothing guessed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from api.decisions.schemas import DecisionAnswer
from api.documents.briefing import BriefingContent, briefing_pdf, briefing_workbook, content_of_briefing
from api.documents.sectioned import SectionedDocument
from api.outcomes.placements import Placement
from features.money import placement_money
from features.records import Application, Posting

Json = dict[str, Any]
Make = Callable[..., BriefingContent]


@pytest.fixture
def make(
    make_call: Callable[..., Posting],
    applications: list[Application],
    decisions: list[DecisionAnswer],
    placements: list[Placement],
    provenance: Json,
) -> Make:
    def build(**changes: Any) -> BriefingContent:
        posting = changes.pop("posting", make_call())
        options: Json = {
            "money": None if "money" in changes else placement_money(posting),
            "applications": applications,
            "decisions": decisions,
            "placements": placements,
            "provenance": provenance,
        }
        return content_of_briefing(posting, **(options | changes))

    return build


def test_no_id_of_a_person_and_no_reason_stands_on_the_page(
    make: Make, said: Callable[[SectionedDocument], str], decisions: list[DecisionAnswer]
) -> None:
    words = said(make().sections())

    assert "空き家の調査" in words
    for an_id in ("a0", "a2", "x0", "x2", "b1", "y1", "officer"):
        assert an_id not in words.replace("90be44f1c2d3", "").replace("a3c1e09d77b2", "")
    assert all(one.reason not in words for one in decisions if one.reason is not None)


def test_the_parts_of_the_process_add_up_to_the_applications(make: Make) -> None:
    counts = {label: int(words.removesuffix("件")) for label, words in make().process}

    assert counts.pop("応募") == 7 == sum(counts.values())


def test_a_confirmed_year_tells_covered_and_remaining_and_an_unconfirmed_one_says_so(make: Make) -> None:
    rows = {row[0]: row for row in make().money}

    assert rows["令和7年度（2025年度）"][2:6] == (2_796_000, 5_500_000, 2_796_000, 0)
    assert "kyo-" not in str(rows["令和7年度（2025年度）"][6])
    assert rows["令和8年度（2026年度）"][2:6] == (2_796_000, "未確認", "未確認", "未確認")


def test_both_measures_stand_and_numbers_below_five_do_not(make: Make) -> None:
    history = {row[0]: row[1] for row in make().history}

    assert history["任期を終えて定住"] == "8人／8人（100%）"
    assert history["着任から1年以内に退任"] == "5人未満のため示しません"
    assert history["退任の理由"] == "示す数がありません"


def test_the_national_figures_stand_beside_as_both_measures(
    make: Make, said: Callable[[SectionedDocument], str]
) -> None:
    words = said(make().sections())

    assert "68.9%" in words and "25%" in words


def test_steps_against_the_list_are_counted(make: Make) -> None:
    assert "決定4件のうち、しくみの順番や規則と異なる決定は1件で、そのうち1件に理由の記録があります。" in make().use[1]


def test_the_reasons_are_counted_and_not_promised(make: Make, decisions: Sequence[DecisionAnswer]) -> None:
    silent = [one.model_copy(update={"reason": None}) for one in decisions]

    assert "1件で、そのうち0件に理由の記録があります。" in make(decisions=silent).use[1]
    agreed = [one.model_copy(update={"override": False}) for one in decisions]
    assert make(decisions=agreed).use[1].endswith("異なる決定は0件です。")


def test_a_call_without_a_start_says_why_there_is_no_money(make: Make, make_call: Callable[..., Posting]) -> None:
    content = make(posting=make_call(start_date=None, host=None, mission_text=None, goals=None), money=None)

    assert content.money == ()
    assert content.money_note == "着任の日または任期が募集に記載されていないため、年度ごとの費用を計算していません。"
    assert dict(content.host)["受入団体"] == "募集に記載がありません"


def test_no_word_judges_a_person(
    make: Make, said: Callable[[SectionedDocument], str], value_words: tuple[str, ...]
) -> None:
    words = said(make().sections())

    assert [word for word in value_words if word in words] == []


def test_the_fullest_call_still_fits_one_page(make: Make, make_call: Callable[..., Posting], tmp_path: Path) -> None:
    posting = make_call(
        mission_text="空き家の調査と話し合い。" * 100,
        goals=["目標となることの記述" * 5] * 10,
        title="長い題名" * 60,
        start_date="2025-10-01",
        housing="subsidy",
        housing_subsidy_max_yen=40_000,
        bonus=True,
    )
    pdfinfo = shutil.which("pdfinfo")
    if pdfinfo is None:
        pytest.skip("pdfinfo is not installed: pages are not counted")
    path = tmp_path / "page.pdf"
    path.write_bytes(briefing_pdf(make(posting=posting)))
    told = subprocess.run([pdfinfo, str(path)], capture_output=True, check=True, text=True).stdout

    assert "Pages:           1\n" in told


def test_the_same_records_give_the_same_bytes(make: Make) -> None:
    assert briefing_pdf(make()) == briefing_pdf(make())
    assert briefing_workbook(make()) == briefing_workbook(make())
