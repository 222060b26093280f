"""The kinds of documents that explain, made from records as the command and the service make them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from api.documents import DocumentError
from api.documents.kinds import Material
from api.documents.registry import DOCUMENTS, write_document
from api.documents.tax_evidence import RegionProof
from api.outcomes.placements import Placement
from features.market.scored_market import read_market
from features.records import Applicant, Application, Consent, Posting, Records

Json = dict[str, Any]
KINDS = {
    "ai-notice": "AI利用の説明",
    "briefing": "首長・議会説明",
    "handover": "引継ぎ書",
    "reminders": "期限と連絡の一覧",
    "suggestion-letter": "募集のご提案（本人用）",
    "tax-evidence": "特別交付税措置の基礎資料",
}
LEAST = 187_654  # a private wish that nobody else's paper may show


@pytest.fixture
def material(make_call: Callable[..., Posting], applications: list[Application]) -> Material:
    people = [
        Applicant.model_validate(
            {
                "applicant_id": one.applicant_id,
                "programs": ["kyoryokutai"],
                "selection_profile": {"origin": {"municipality_code": "13112", "zone": "outside"}},
                "private_preferences": {"min_monthly_pay_yen": LEAST, "regions_wanted": ["沖縄県"]},
            }
        )
        for one in applications
    ]
    records = Records(applicants=tuple(people), postings=(make_call(),), applications=tuple(applications))
    return Material(read_market(records, on=date(2026, 11, 23)), posting_id="p1", applicant_id="a5")


def told(content: bytes) -> str:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    rows = (row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python())
    return "\n".join(str(cell) for row in rows for cell in row)


def test_the_kinds_stand_in_the_registry_under_their_titles() -> None:
    assert {name: DOCUMENTS[name].title for name in KINDS} == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_written_in_each_of_its_formats_and_again_with_the_same_bytes(
    kind: str, material: Material
) -> None:
    for form in DOCUMENTS[kind].formats:
        content = write_document(kind, form, material)
        assert content.startswith({"xlsx": b"PK", "pdf": b"%PDF-", "ics": b"BEGIN:VCALENDAR"}[form])
        assert content == write_document(kind, form, material)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"suggestion-letter"}))
def test_no_paper_of_an_office_shows_a_private_wish(kind: str, material: Material) -> None:
    words = told(write_document(kind, "xlsx", material))

    assert "空き家を生かした宿づくり" in words or kind in {"ai-notice", "tax-evidence"}
    assert f"{LEAST:,}" not in words and str(LEAST) not in words and "沖縄" not in words


def test_the_own_letter_shows_the_own_wishes(material: Material) -> None:
    words = told(write_document("suggestion-letter", "xlsx", material))

    assert f"{LEAST:,}円以上" in words and "a5 様" in words


def test_who_wants_no_order_gets_a_letter_in_order_of_deadlines_that_says_so(
    material: Material, make_call: Callable[..., Posting]
) -> None:
    market = material.market
    people = tuple(
        one.model_copy(update={"consent": Consent(automated_order=False)}) if one.applicant_id == "a5" else one
        for one in market.records.applicants
    )
    open_call = {"postings": (make_call(deadline="2027-01-31", start_date="2027-04-01"),)}

    def letter_of(changes: Json) -> str:
        asked = read_market(market.records.model_copy(update=open_call | changes), on=market.on)
        return told(write_document("suggestion-letter", "xlsx", Material(asked, applicant_id="a5")))

    assert "締切の近い順に並べ、順番に計算を使っていません" in letter_of({"applicants": people})
    assert "順番と理由は、あなたの登録と募集の記載から計算で作りました" in letter_of({})


def test_the_name_of_the_offices_own_list_stands_in_the_letter(material: Material) -> None:
    named = Material(material.market, applicant_id="a5", names={"a5": "見本　花子"})

    assert "見本　花子 様" in told(write_document("suggestion-letter", "xlsx", named))


def test_a_letter_to_nobody_is_refused(material: Material) -> None:
    nobody = Material(material.market, posting_id="p1")

    with pytest.raises(DocumentError, match="document suggestion-letter needs applicant; name one by the id"):
        write_document("suggestion-letter", "pdf", nobody)


def test_what_became_of_people_and_their_proofs_reach_the_evidence(
    material: Material, make_placement: Callable[..., Placement]
) -> None:
    gone = {"state": "left", "left_on": date(2025, 9, 30), "exit_code": "planned"}
    found = make_placement(0, date(2025, 5, 1), "p1", m6=gone)
    known = Material(
        material.market,
        placements=(Placement("x0", "a0", "p1", found.started_on, found.outcomes),),
        region_proofs={"x0": RegionProof("pf1", date(2025, 4, 20), True, "13112", "outside")},
    )
    book = CalamineWorkbook.from_filelike(BytesIO(write_document("tax-evidence", "xlsx", known)))
    row = next(row for row in book.get_sheet_by_name("令和7年度 協力隊").to_python() if row[0] == "a0")

    assert book.sheet_names[1:3] == ["令和7年度 協力隊", "募集・団体の経費"]
    assert row[2:6] == [date(2025, 5, 1), date(2025, 9, 30), 153, 5]
    assert "証明 pf1" in str(row[23])


def test_without_a_posting_the_reminders_tell_of_all(material: Material) -> None:
    words = told(write_document("reminders", "xlsx", Material(material.market)))

    assert "未読の応募" in words and "募集の締切" in words
