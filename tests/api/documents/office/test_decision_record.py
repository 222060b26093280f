"""採用理由書・不採用理由記録: the choice that stands, in a person's words."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from api.decisions.schemas import DecisionAnswer
from api.documents.decision_record.content import choice_of, decision_record
from api.documents.form.content import Form
from api.documents.kinds import Material
from api.documents.registry import write_document
from features.rules import rule_kinds
from tests.api.documents.office.conftest import decision

Make = Callable[..., Material]


def form_of(material: Make, decisions: list[DecisionAnswer], place: int = 0) -> Form:
    given = material()
    return decision_record(
        given.applications[place],
        given.posting,
        decisions=decisions,
        kinds=rule_kinds(()),
        provenance=given.origin("decision-record"),
    )


def words_of(form: Form) -> dict[str, str]:
    return {row.label: row.words for section in form.sections for row in section.rows}


def test_an_offer_is_told_with_its_reason_rank_score_override_and_who(material: Make) -> None:
    reason = "間伐の経験を面接で確かめた。"
    told = decision(2, "x1", "offered", reason=reason, override=True, flags=["passed_over"])
    form = form_of(material, [decision(1, "x1", "interview"), told])
    words = words_of(form)

    assert form.title == "採用理由書"
    assert words["理由（決めた人の言葉）"] == reason
    assert words["決めた人"] == "市町村の担当者（k1）"
    assert words["決めた日時"] == "2026年12月3日 0時30分"  # Japan's time
    assert words["順や規則と異なる決定"] == "はい（読む順の先にいて返事を待つ方より先に内定を出す）"
    assert (words["読む順での位置"], words["重なり"]) == ("2番目／4人中", "0.61")


def test_officers_stand_by_the_names_of_their_accounts_and_applicants_by_what_they_are(material: Make) -> None:
    mine = {"account_id": "k2", "role": "applicant"}
    steps = [decision(1, "x1", "offered"), decision(2, "x1", "accepted", by=mine)]
    given = material()
    words = words_of(
        decision_record(
            given.applications[0],
            given.posting,
            decisions=steps,
            kinds={},
            provenance=given.origin("decision-record"),
            deciders={"k1": "見本 太郎", "k2": "見本 花子"},
        )
    )

    assert words["決めた人"] == "市町村の担当者（見本 太郎）"
    assert words["2026年12月3日"] == "承諾　応募者"


def test_reasons_of_other_steps_than_the_choice_stand_with_the_steps(material: Make) -> None:
    taken_back = decision(3, "x1", "interview", corrects="x1-2", reason="電話は保留の返事だった。")
    chosen = decision(4, "x1", "offered", reason="経験を確かめた。")
    steps = [decision(1, "x1", "interview"), decision(2, "x1", "offered", reason="先の理由。"), taken_back, chosen]
    words = words_of(form_of(material, steps))

    assert words["2026年12月3日"] == "内定（返事待ち）（訂正された）　市町村の担当者（k1）　理由: 先の理由。"
    assert words["2026年12月4日"] == "面接（訂正）　市町村の担当者（k1）　理由: 電話は保留の返事だった。"
    assert words["2026年12月5日"] == "内定（返事待ち）　市町村の担当者（k1）"  # its reason stands above


def test_not_chosen_is_recorded_as_such(material: Make) -> None:
    form = form_of(material, [decision(1, "x2", "not_chosen", reason="作業の経験を確かめられなかった。")], 1)

    assert form.title == "不採用理由記録"
    assert words_of(form)["順や規則と異なる決定"] == "いいえ"


def test_without_a_choice_it_is_a_form_to_fill_in(material: Make) -> None:
    form = form_of(material, [decision(1, "x1", "interview")])
    fields = [row.label for section in form.sections for row in section.rows if row.is_field]

    assert form.title == "採用理由書・不採用理由記録（記入用）"
    assert {"決定", "理由（決めた人の言葉）", "決めた人（職）", "決めた日"} <= set(fields)
    assert words_of(form)["2026年12月2日"] == "面接　市町村の担当者（k1）"


def test_a_choice_without_a_reason_leaves_room_to_write_one(material: Make) -> None:
    form = form_of(material, [decision(1, "x1", "offered")])

    assert [row.is_field for s in form.sections for row in s.rows if row.label.startswith("理由")] == [True]


def test_no_figure_stands_beside_whom_no_figure_has_placed(material: Make) -> None:
    by_wish = decision(1, "x1", "offered").in_list
    assert by_wish is not None
    told = decision(1, "x1", "offered", in_list=by_wish.model_copy(update={"placed_by": "wish"}))

    assert "重なり" not in words_of(form_of(material, [told]))


@pytest.mark.parametrize(
    ("verdict", "unmet", "own_funds", "words"),
    [
        ("covered", [], False, "特別交付税措置の対象になる見込み"),
        ("covered", [], True, "募集の条件を満たす見込み"),
        ("not_covered", ["region-matrix"], False, "特別交付税措置の対象外（任用を禁じるものではありません）"),
        ("not_covered", ["must-licence", "region-matrix"], False, "募集の条件を満たさない"),
        ("needs_review", [], False, "確認が必要"),  # of the town or of the person: the step has kept no rule
        ("needs_review", [], True, "本人への確認が必要"),
    ],
)
def test_the_verdict_of_a_step_that_kept_no_deciding_rule_is_told_as_what_is_known(
    material: Make, verdict: str, unmet: list[str], own_funds: bool, words: str
) -> None:
    found = decision(1, "x1", "offered").in_list
    assert found is not None
    seen = found.model_copy(update={"verdict": verdict, "unmet": unmet})
    given = material()
    form = decision_record(
        given.applications[0],
        given.posting.model_copy(update={"own_funds": own_funds}),
        decisions=[decision(1, "x1", "offered", in_list=seen)],
        kinds={},
        provenance=given.origin("decision-record"),
    )

    assert words_of(form)["規則の判定"] == words


@pytest.mark.parametrize(
    ("verdict", "deciding_rule", "words", "rule"),
    [
        ("needs_review", "must-licence", "本人への確認が必要", "免許・資格（must-licence）"),
        ("needs_review", "kyo-record-timing", "受入自治体への確認が必要", "地域要件（kyo-record-timing）"),
        ("covered", "municipality-decides", "募集の条件を満たす見込み", "制度（municipality-decides）"),
        ("needs_review", "gone", "受入自治体への確認が必要", "その他の規則（gone）"),
    ],
)
def test_the_kept_rule_says_whom_to_ask_and_is_named_as_on_the_pages(
    material: Make, verdict: str, deciding_rule: str, words: str, rule: str
) -> None:
    found = decision(1, "x1", "offered").in_list
    assert found is not None
    seen = found.model_copy(update={"verdict": verdict, "deciding_rule": deciding_rule})
    told = words_of(form_of(material, [decision(1, "x1", "offered", in_list=seen)]))

    assert (told["規則の判定"], told["判定を決めた規則"]) == (words, rule)


def test_rules_that_are_not_met_are_named_as_on_the_pages(material: Make) -> None:
    found = decision(1, "x1", "offered").in_list
    assert found is not None
    unmet = ["must-hours", "region-matrix"]
    seen = found.model_copy(update={"verdict": "not_covered", "deciding_rule": "must-hours", "unmet": unmet})
    told = words_of(form_of(material, [decision(1, "x1", "offered", in_list=seen)]))

    assert told["満たしていない規則"] == "日数・時間（must-hours）、地域要件（region-matrix）"
    assert "判定を決めた規則" not in told  # it is the first of those


def test_a_long_reason_stands_whole_in_excel_in_rows_that_are_printed_whole(material: Make) -> None:
    reason = "確かめた事実を書く。" * 199 + "おわり。"
    long = (decision(1, "x1", "offered", reason=reason),)
    content = write_document("decision-record", "xlsx", material(applicant_id="a1", decisions=long))
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    with zipfile.ZipFile(BytesIO(content)) as archive:
        heights = re.findall(r' ht="([0-9.]+)"', archive.read("xl/worksheets/sheet1.xml").decode())

    assert "".join(str(row[1]) for row in rows if str(row[0]).startswith("理由（決めた人の言葉）")) == reason
    assert max(map(float, heights)) < 409


OFFER = decision(1, "x1", "offered", reason="理由1")
CASES: dict[str, tuple[list[DecisionAnswer], int | None]] = {
    "accepted after an offer": ([OFFER, decision(2, "x1", "accepted", from_state="offered")], 1),
    "taken back": ([OFFER, decision(2, "x1", "interview", corrects="x1-1")], None),
    "corrected to another choice": ([OFFER, decision(2, "x1", "not_chosen", corrects="x1-1", reason="r")], 2),
    "acceptance taken back": (
        [
            OFFER,
            decision(2, "x1", "accepted", from_state="offered"),
            decision(3, "x1", "offered", from_state="offered", corrects="x1-2", reason="別の方"),
        ],
        1,
    ),
    "opened again": (
        [decision(1, "x1", "not_chosen", reason="r"), decision(2, "x1", "shortlisted", from_state="not_chosen")],
        None,
    ),
    "nothing": ([], None),
}


@pytest.mark.parametrize("case", CASES)
def test_the_choice_that_stands(case: str) -> None:
    decisions, number = CASES[case]
    found = choice_of(decisions)

    assert (None if found is None else found.number) == number
    assert choice_of(decisions[::-1]) == found
