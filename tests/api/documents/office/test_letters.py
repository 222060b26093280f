"""Letters: to whom, in which words, and what they never say."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from api.documents import DocumentError
from api.documents.kinds import Material
from api.documents.letters.content import Letter, LetterKind, letter
from api.documents.registry import write_document
from features.records import Application, Posting
from tests.api.documents.office.conftest import POSTING, market_of, person, records

Make = Callable[..., Material]
KINDS: tuple[LetterKind, ...] = ("offer", "not_chosen", "interview")
APPLICATION = Application(application_id="x1", applicant_id="a1", posting_id="p1")


def rows(material: Material, name: str) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(BytesIO(write_document(name, "xlsx", material)))
    return book.get_sheet_by_name("差し込み印刷").to_python()[1:]


def written(kind: LetterKind, **changes: object) -> Letter:
    return letter(kind, APPLICATION, Posting.model_validate(POSTING | changes))


def whole(found: Letter) -> str:
    return "".join((*found.paragraphs, *found.notes, *(words for _label, words in found.facts)))


def test_each_letter_goes_to_whom_the_records_have_at_that_step(material: Make) -> None:
    assert [row[0] for row in rows(material(), "offer-letter")] == ["a1"]
    assert [row[0] for row in rows(material(), "not-chosen-letter")] == ["a2"]
    assert [row[0] for row in rows(material(), "interview-letter")] == ["a3", "a4"]


def test_nobody_is_told_what_was_not_decided(material: Make) -> None:
    message = (
        r"段階の応募がありません。.* \(no application to posting p1 that is meant is offered; record the step first"
    )
    with pytest.raises(DocumentError, match=message):
        write_document("offer-letter", "pdf", material(applicant_id="a2"))


def test_nobody_is_invited_before_the_step_is_recorded(material: Make, interviews: Any) -> None:
    early = interviews[0].model_copy(update={"applicant_id": "a2"})
    with pytest.raises(DocumentError, match="application x2 has an interview and is closed, expected screened or int"):
        write_document("interview-letter", "pdf", material(interviews=(early,)))


def test_a_letter_is_dated_by_the_decision_in_japan(material: Make) -> None:
    assert rows(material(), "offer-letter")[0][3] == "令和8年（2026年）12月3日"
    assert rows(material(decisions=()), "offer-letter")[0][3].split() == ["令和", "年", "月", "日"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_has_a_line_for_the_number_it_is_sent_under(kind: LetterKind) -> None:
    assert written(kind).number.split() == ["第", "号"]


@pytest.mark.parametrize("name", ["offer-letter", "interview-letter"])
def test_a_letter_counts_every_year_by_the_era(material: Make, name: str) -> None:
    told = "".join(str(cell) for row in rows(material(), name) for cell in row)

    assert len(re.findall(r"令和\d+年（20\d\d年）", told)) >= 2
    assert re.findall(r"(?<!（)20\d\d年", told) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_tells_the_way_to_ones_own_data_and_how_the_order_was_made(kind: LetterKind) -> None:
    text = whole(written(kind))

    assert "開示・訂正・利用停止を請求できます" in text
    assert "採否を計算で決めることはありません" in text


def test_who_wanted_no_order_is_told_that_there_was_none(material: Make) -> None:
    people = [person(f"a{k}") | {"consent": {"automated_order": False}} for k in (1, 2, 3, 4)]
    told = rows(material(market=market_of(records(applicants=people))), "offer-letter")[0][8]

    assert "応募の届いた順で書類を読みました" in told
    assert "計算する仕組み" not in told


def test_the_reason_of_a_decision_never_stands_in_a_letter(material: Make) -> None:
    for name in ("offer-letter", "not-chosen-letter"):
        assert "経験を" not in "".join(map(str, rows(material(), name)[0]))


def test_an_offer_of_unknown_pay_says_so(material: Make) -> None:
    facts = dict(written("offer").facts)

    assert facts["報酬"] == "未確認（担当にお問い合わせください）"
    assert "募集人数" not in facts


def test_only_who_moves_is_told_when_to_move() -> None:
    assert "住民票は" in whole(written("offer"))
    assert "住民票は" not in whole(written("offer", program="kigyojin", subtypes=["dispatch"]))


@pytest.mark.parametrize(
    ("contract", "engaged"),
    [
        ("kaikei_nendo", "会計年度任用職員として任用する方"),
        ("itaku_kojin", "業務を委託する方"),
        ("itaku_hojin", "受託する法人で活動していただく方"),
        (None, "活動していただく方"),
    ],
)
def test_an_offer_names_the_form_of_the_engagement(contract: str | None, engaged: str) -> None:
    assert f"あなたを{engaged}として内定しました" in whole(written("offer", contract_type=contract))


@pytest.mark.parametrize(("code", "sender"), [("01468", "北海道下川町長"), ("20000", "長野県知事")])
def test_the_head_of_the_body_signs(code: str, sender: str) -> None:
    assert written("offer", municipality_code=code).sender == sender


def test_braces_in_a_title_are_left_as_they_are() -> None:
    assert "{engaged}の{x}" in whole(written("not_chosen", title="{engaged}の{x}"))


def test_an_invitation_names_day_hour_and_place(material: Make) -> None:
    found = rows(material(), "interview-letter")

    assert "日時: 令和8年（2026年）12月5日（土）13時30分から（45分ほど）\n場所・方法: 下川町役場" in found[0][7]
