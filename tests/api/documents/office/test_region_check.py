"""地域要件確認書: which move, which rule, and what is left to people."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from api.documents import DocumentError
from api.documents.form.content import Form
from api.documents.kinds import Material
from api.documents.region_check.content import programme_pair, region_check
from api.documents.registry import write_document
from features.rules import eligibility, rulesets_on
from tests.api.documents.office.conftest import ON, POSTING, Json, market_of, person, records

Make = Callable[..., Material]


def form_of(posting: Json | None = None, **profile: object) -> Form:
    found = records(applicants=[person("a1", **profile)], postings=[posting or POSTING], applications=[])
    pair = programme_pair(found.applicants[0], found.postings[0])
    return region_check(
        found.applicants[0],
        found.postings[0],
        found=eligibility(*pair, on=ON),
        ruleset=rulesets_on(ON, programs=["kyoryokutai"])["kyoryokutai"],
        provenance=Material(market=market_of(found)).origin("region-check"),
    )


def words_of(form: Form) -> dict[str, str]:
    return {row.label: row.words for section in form.sections for row in section.rows if not row.is_field}


def test_a_move_from_the_metropolis_is_told_with_class_zone_table_and_rule() -> None:
    words = words_of(form_of())

    assert words["転出元（住民票）"] == "東京都世田谷区（13112）"
    assert words["転出元の区分"] == "区分1　3大都市圏内の都市地域"
    assert words["転出元の地区"] == "条件不利区域の外"
    assert words["転入先の区分"] == "区分8　3大都市圏外の全部条件不利地域"
    assert words["確認表"].endswith("（2022年4月1日）")
    assert words["表の記号"] == "○（地区の確認は不要）"
    assert words["個人の特例"] == "なし"
    assert (words["判定"], words["規則"]) == ("特別交付税措置の対象になる見込み", "地域要件確認表")


@pytest.mark.parametrize(
    ("profile", "came", "exception"),
    [
        ({"origin": None, "exception": {"kind": "overseas"}}, "国外（住民基本台帳に記録なし）", "国外からの転入"),
        ({"origin": None}, "未確認", "なし"),
        (
            {"exception": {"kind": "jet", "months": 36, "months_since_end": 6}},
            "東京都世田谷区（13112）",
            "JETプログラム: 36か月、終了から6か月",
        ),
        (
            {
                "exception": {
                    "kind": "former_member",
                    "months": 30,
                    "months_since_end": 8,
                    "municipality_code": "32525",
                }
            },
            "東京都世田谷区（13112）",
            "元隊員: 島根県海士町で30か月、終了から8か月",
        ),
    ],
)
def test_exceptions_and_missing_origins_are_told(profile: Json, came: str, exception: str) -> None:
    words = words_of(form_of(**profile))

    assert (words["転出元（住民票）"], words["個人の特例"]) == (came, exception)


@pytest.mark.parametrize(
    ("profile", "label"),
    [
        ({"origin": None, "exception": {"kind": "overseas"}}, "特例：海外在住"),
        ({"exception": {"kind": "jet", "months": 36, "months_since_end": 6}}, "特例：JET参加者"),
        (
            {
                "exception": {
                    "kind": "former_member",
                    "months": 30,
                    "months_since_end": 8,
                    "municipality_code": "32525",
                }
            },
            "特例：元隊員",
        ),
    ],
)
def test_an_exception_in_a_partly_metropolitan_place_goes_by_its_own_name(profile: Json, label: str) -> None:
    profile = {"origin": {"municipality_code": "20201", "zone": "outside"}} | profile
    form = form_of(posting=POSTING | {"municipality_code": "11207", "zone": "unknown"}, **profile)  # 秩父市

    assert (words_of(form)["判定"], words_of(form)["規則"]) == ("地区の確認が必要", label)


def test_what_is_not_covered_says_that_nothing_forbids_appointing() -> None:
    form = form_of(origin={"municipality_code": "01468", "zone": "inside"})

    assert words_of(form)["判定"] == "特別交付税措置の対象外（任用を禁じるものではありません）"
    assert any("任用を禁じるものではありません" in note for note in form.notes)


def test_a_missing_licence_is_no_matter_of_the_region() -> None:
    assert words_of(form_of(licences=[]))["判定"] == "特別交付税措置の対象になる見込み"


def test_a_call_on_own_funds_is_checked_for_information() -> None:
    form = form_of(posting=POSTING | {"own_funds": True})

    assert words_of(form)["規則"] == "地域要件確認表"
    assert any("自主財源" in note for note in form.notes)


def test_a_municipality_of_the_transition_is_flagged() -> None:
    form = form_of(origin={"municipality_code": "01202", "zone": "unknown"})

    assert any(note.startswith("北海道函館市は経過措置") for note in form.notes)
    assert not any("経過措置" in note for note in form_of().notes)


def test_checker_day_proof_and_signature_are_left_to_hands() -> None:
    fields = {row.label for section in form_of().sections for row in section.rows if row.is_field}

    assert {"証明の種類", "証明の日付", "確認した日", "確認者の所属・職", "確認者の署名"} <= fields


def test_another_programme_has_no_region_table(material: Make) -> None:
    company = POSTING | {"program": "kigyojin", "subtypes": ["dispatch"]}
    with pytest.raises(DocumentError, match="posting p1 is kigyojin, expected kyoryokutai"):
        write_document("region-check", "pdf", material(market=market_of(records(postings=[company]))))
