"""The quality sheet of a call: what it tells, what it lacks, and what may not stay in it."""

from __future__ import annotations

import json
import time
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.municipalities import find
from features.posting_quality import PostingQuality, QualityLine, assess, criteria
from features.posting_quality.assess import CHECKS
from features.posting_quality.criteria import form_of
from features.posting_quality.licence_mentions import licence_codes_named, licence_requests
from features.posting_quality.mission import is_concrete, read_mission
from features.records import Host, Language, Posting
from features.synthetic import sample_market

ON = date(2026, 11, 25)
SMALL = Path(__file__).resolve().parents[3] / "fixtures/small/postings.json"

OPTIONAL = (
    *("title", "goals", "contract_type", "monthly_pay_yen", "bonus", "housing", "housing_subsidy_max_yen", "vehicle"),
    *("hours_per_week", "side_job", "term_months", "min_days_per_month", "min_hours_per_month", "start_date", "as_of"),
    *("min_onsite_days_per_month", "deadline", "required_licences", "required_languages", "required_skills", "host"),
    *("preferred_skills", "selection_steps", "agreed_burden_yen_year"),
)
GENERIC = (
    "地域活性化に関する活動全般をお願いします。",
    "地域の課題解決に取り組んでいただきます。",
    "町の魅力を発信し、にぎわいの創出を進めていただきます。",
    "自由な発想で幅広い活動を行っていただきます。",
    "その他、町長が必要と認める業務。",
    "一緒に町を盛り上げていきましょう。",
    "活動内容は協議の上で決定します。",
    "地域協力活動全般。",
    "持続可能なまちづくりを進めます。",
    "やる気のある方を歓迎します。",
)
SPECIFIC = """\
■業務内容
・町営キャンプ場の受付と清掃（夏期、週4日）
・冬は薪づくりと散策路の整備
・修学旅行生の自然体験プログラムの企画（年10回）
■待遇
社会保険・雇用保険に加入。土日勤務あり（振替休日）。活動費は年60万円まで。
■サポート
商工観光課の係長が毎週月曜に面談します。着任後1か月は先輩隊員に同行し、2か月目からは受付を担当します。
任期後は指定管理者での雇用か、起業（町の補助金100万円）を選べます。着任前の現地見学ができます。
■暮らし
積雪は1mほど。病院まで車で25分、小学校は徒歩10分。住宅には光回線があります。"""


def _posting(**told: Any) -> Posting:
    bare = {"posting_id": "x1", "program": "kyoryokutai", "municipality_code": "20304", "headcount": 1}
    return Posting.model_validate(bare | told)


def _complete(**changed: Any) -> Posting:
    told = {
        "mission_text": SPECIFIC,
        "goals": ("1年目：受付を一人で担う", "2年目：体験の企画を五本つくる", "3年目：運営の計画をまとめる"),
        "contract_type": "kaikei_nendo",
        "monthly_pay_yen": 210_000,
        "bonus": True,
        "hours_per_week": 35,
        "housing": "provided",
        "vehicle": "lent",
        "side_job": "permission",
        "term_months": 36,
        "start_date": date(2027, 4, 1),
        "deadline": date(2027, 1, 31),
        "required_licences": ("普通自動車免許（AT限定可）",),
        "required_languages": (),
        "preferred_skills": ("接客", "チェーンソー"),
        "selection_steps": ("書類選考", "おためし参加", "現地面接"),
        "host": Host(type="hall_department", contact_frequency="weekly", briefed_residents=True, peers=2).model_dump(),
        "as_of": ON,
    }
    return _posting(**(told | changed))


def _line(posting: Posting, code: str, on: date = ON) -> QualityLine:
    return next(line for line in assess(posting, on=on).lines if line.code == code)


@lru_cache(maxsize=1)
def _sample() -> tuple[Posting, ...]:
    rows = json.loads(SMALL.read_text(encoding="utf-8"))["postings"]
    drawn = sample_market(n_applicants=0, n_postings=120, n_kigyojin_postings=30, n_company_people=0).postings
    return (*(Posting.model_validate(row) for row in rows), *drawn)


@lru_cache(maxsize=1)
def _sheets() -> dict[str, PostingQuality]:
    return {posting.posting_id: assess(posting, on=ON) for posting in _sample()}


sampled = st.integers(0, 161).map(lambda row: _sample()[row])


def test_the_points_of_every_form_sum_to_a_hundred() -> None:
    for form in ("member", "trial", "company"):
        assert sum(line.points.get(form, 0) for line in criteria().line) == 100, form


def test_every_line_has_a_check_and_every_check_a_line() -> None:
    assert sorted(line.code for line in criteria().line) == sorted(CHECKS)


@pytest.mark.parametrize("posting", _sample(), ids=lambda posting: posting.posting_id)
def test_a_sheet_adds_up_advises_where_points_are_missing_and_quotes_word_for_word(posting: Posting) -> None:
    sheet = _sheets()[posting.posting_id]
    lists = (posting.goals, posting.required_skills, posting.preferred_skills, posting.selection_steps)
    texts = (posting.title, posting.mission_text, *(text for texts in lists for text in texts or ()))
    texts += posting.required_licences or ()

    assert sheet.score == round(sum(line.points for line in sheet.lines), 1)
    assert sum(line.of for line in sheet.lines) == 100
    for line in sheet.lines:
        assert 0 <= line.points <= line.of, line.code
        assert (line.advice is None) == (line.points == line.of), line.code
        assert line.phrase is None or any(line.phrase in text for text in texts if text), line.code
        assert line.sentence.endswith("。"), line.code


def test_a_complete_call_has_every_point() -> None:
    sheet = assess(_complete(), on=ON)

    assert (sheet.gaps(), sheet.score, sheet.words, sheet.must_fix) == ((), 100.0, "ほぼ十分", ())


def test_a_bare_call_needs_much_and_nothing_but_lawfulness_earns_points() -> None:
    sheet = assess(_posting(), on=ON)

    assert [line.code for line in sheet.lines if line.points] == ["lawful"]
    assert (sheet.words, sheet.must_fix) == ("多くを書き足すとよい", ())  # it may be published as it is


@given(sampled, st.sets(st.sampled_from(OPTIONAL), min_size=1, max_size=8))
def test_leaving_facts_out_never_raises_the_score(posting: Posting, left_out: set[str]) -> None:
    poorer = posting.model_copy(update=dict.fromkeys(left_out))

    assert assess(poorer, on=ON).score <= _sheets()[posting.posting_id].score


@given(sampled, st.lists(st.sampled_from(GENERIC), max_size=4, unique=True))
def test_phrases_that_fit_every_call_never_beat_the_mission(posting: Posting, phrases: list[str]) -> None:
    vague = posting.model_copy(update={"mission_text": "".join(phrases)})

    assert assess(vague, on=ON).score < _sheets()[posting.posting_id].score


@pytest.mark.parametrize("field", ["host", "goals", "monthly_pay_yen", "mission_text", "contract_type", "housing"])
def test_a_complete_call_loses_by_each_thing_left_out(field: str) -> None:
    assert assess(_complete(**{field: None}), on=ON).score < 100


@pytest.mark.parametrize(
    ("specific", "vague"),
    [
        ("主な業務は、空き家の現地調査と所有者への聞き取りです。", "主な業務は、空き家対策に関する活動全般です。"),
        ("公式SNSの運用と、月二本の動画の制作を担当していただきます。", "町の魅力の発信を担当していただきます。"),
        (
            "直売所での販売と、規格外野菜を使った漬物の試作をお願いします。",
            "地域資源を活用した特産品開発をお願いします。",
        ),
        ("糸を染め、機を織る仕事をしていただきます。", "伝統文化の振興に取り組んでいただきます。"),
        ("町有林の間伐と下刈り、木工教室の開催をお任せします。", "持続可能な地域づくりをお任せします。"),
    ],
)
def test_a_specific_mission_scores_above_its_vague_rewrite(specific: str, vague: str) -> None:
    told, blurred = (assess(_complete(mission_text=text), on=ON).score for text in (specific, vague))

    assert told > blurred


def test_the_order_of_the_invented_calls_is_that_of_a_reader() -> None:
    score = {posting_id: sheet.score for posting_id, sheet in _sheets().items()}

    assert min(score["p01"], score["p02"], score["p06"]) > score["p03"] > score["p05"]
    assert score["g01"] > score["g02"] > score["g03"]
    assert _sheets()["g03"].words == "多くを書き足すとよい"


def test_tasks_are_read_from_lists_sentences_and_plain_verbs() -> None:
    listed = read_mission("■業務内容\n・キャンプ場の受付\n・薪づくりと散策路の整備\n■待遇\n月額20万円")
    told = read_mission("町は人口五千人です。隊員には、空き家の内覧案内のほか、相談窓口の運営をお任せします。")
    verbs = read_mission("蚕を育て、糸を染める仕事を覚えていただきます。")

    assert [listed.text[task.begin : task.end] for task in listed.tasks] == [
        "キャンプ場の受付",
        "薪づくりと散策路の整備",
    ]
    assert [told.text[task.begin : task.end] for task in told.tasks] == ["空き家の内覧案内", "相談窓口の運営"]
    assert verbs.weight > 0


def test_what_only_leads_to_a_task_is_none() -> None:
    mission = read_mission("食品流通の経験を活かし、小売店との商談、生産者への助言をお願いします。")

    assert [mission.text[task.begin : task.end] for task in mission.tasks] == ["小売店との商談", "生産者への助言"]


def test_headings_of_a_programme_are_thin() -> None:
    headings = read_mission("移住定住の促進、特産品開発をお願いします。")
    tasks = read_mission("移住者の内覧案内、ゆずの加工品の試作をお願いします。")

    assert (headings.weight, tasks.weight) == (1.0, 2.0)


def test_lines_that_need_the_work_earn_nothing_without_it() -> None:
    sheet = assess(_complete(mission_text=GENERIC[0]), on=ON)
    points = {line.code: line.points for line in sheet.lines}

    assert points["contract_fit"] == points["licences"] == points["languages"] == points["plain"] == 0


def test_the_background_of_a_town_is_no_task() -> None:
    mission = read_mission("本町は農業と観光が盛んで、間伐の担い手が不足しています。")

    assert mission.tasks == ()


@pytest.mark.parametrize("text", GENERIC)
def test_a_phrase_that_fits_every_call_names_no_work(text: str) -> None:
    assert read_mission(text).tasks == ()


def test_an_open_mission_with_two_examples_is_plain_enough() -> None:
    opening = "活動内容は協議の上で決定しますが、"
    examples = f"{opening}空き家の内覧案内、移住相談の窓口対応などを想定しています。"

    assert read_mission(examples).vague == ()
    assert read_mission(f"{opening}応援します。").vague != ()


def test_vague_words_are_quoted_one_by_one() -> None:
    line = _line(_complete(mission_text="幅広い活動をお願いします。直売所での販売を担当していただきます。"), "plain")

    assert line.phrase == "幅広い活動"
    assert line.points == line.of / 2


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [("空き家の調査を50軒で終える", True), ("地域の活性化に貢献する", False), ("がんばる", False), ("", False)],
)
def test_a_concrete_phrase_has_words_of_its_own(phrase: str, expected: bool) -> None:
    assert is_concrete(phrase) is expected


def test_goals_without_an_end_that_can_be_seen_earn_less() -> None:
    clear = _line(_complete(), "goals")
    soft = _line(_complete(goals=("1年目：慣れる", "2年目：地域になじむ", "3年目：地域を元気にする")), "goals")
    short = _line(_complete(goals=("1年目：受付を一人で担う",)), "goals")

    assert clear.points > soft.points
    assert clear.points > short.points
    assert "2年目、3年目" in short.sentence


@pytest.mark.parametrize(
    ("goal", "share"),
    [
        ("1年目：空き家の台帳を整備する", 1.0),
        ("1年目：窓口の英語に慣れる", 0.6),
        ("1年目：なじむ", 0.3),
        ("1年目：", 0.3),
    ],
)
def test_a_goal_earns_by_being_told_concrete_and_checkable(goal: str, share: float) -> None:
    line = _line(_complete(goals=(goal,), term_months=12), "goals")

    assert line.points == pytest.approx(line.of * share, abs=0.05)


def test_a_first_term_of_a_year_never_costs_the_goals_of_later_years() -> None:
    goals = ("1年目：なじむ", "2年目：体験の企画を五本つくる", "3年目：運営の計画をまとめる")
    short, unknown = (_line(_complete(goals=goals, term_months=months), "goals").points for months in (12, None))

    assert short == unknown > 0


def test_a_year_of_the_calendar_is_no_year_of_the_term() -> None:
    told = _posting(mission_text="2023年度に空き家の調査を五十軒で終えました。")

    assert _line(told, "goals").points == 0


def test_goals_told_in_the_mission_count_where_no_list_is_given() -> None:
    text = "1年目は空き家の調査を50軒で終え、2年目は相談会を四回開く。"

    assert _line(_posting(mission_text=text), "goals").points > 0


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("着任後3か月は直売所で研修します。", 1.0),
        ("最初の90日で全地区を回ります。", 1.0),
        ("着任後に研修があり、安心です。", 0.4),
        ("1年目は慣れてください。", 0.0),
    ],
)
def test_the_first_months_are_a_plan_or_a_hint_or_nothing(text: str, share: float) -> None:
    line = _line(_posting(mission_text=text), "first_90_days")

    assert line.points == pytest.approx(line.of * share)


def test_a_lack_of_successors_is_no_way_after_the_term() -> None:
    lack = _line(_posting(mission_text="農業の後継者が不足しています。"), "after_term")
    way = _line(_posting(mission_text="任期後は組合での雇用か独立を支援します。"), "after_term")

    assert (lack.points, way.points) == (0.0, way.of)


def test_the_field_of_contact_outweighs_the_words_but_not_below_them() -> None:
    words = "担当課の職員が毎週面談します。"
    both, text, rare = (
        _line(_posting(mission_text=words, host=host), "contact").points
        for host in ({"contact_frequency": "weekly"}, None, {"contact_frequency": "rarely"})
    )

    assert both > text == rare > 0


def test_peers_are_told_in_plain_words() -> None:
    assert "ほかの隊員はいません。" in _line(_posting(host={"peers": 0}), "residents").sentence


@pytest.mark.parametrize(
    ("told", "code", "words"),
    [
        ({"vehicle": "own_car_required"}, "vehicle", "燃料代"),
        ({"housing": "subsidy"}, "housing", "上限の額"),
        ({"housing": "introduced"}, "housing", "住居の紹介"),
        ({"housing": "none"}, "housing", "用意も補助もありません"),
        ({"host": {"type": "hall_department", "contact_frequency": "monthly"}}, "contact", "月1回程度"),
        ({"bonus": None}, "pay", "期末手当の有無"),
        ({"start_date": None}, "dates", "始まりの日"),
        ({"preferred_skills": ("やる気",)}, "wanted", "気持ちや性格"),
        (
            {"selection_steps": ("書類選考", "現地面接"), "mission_text": "間伐をしていただきます。"},
            "visit",
            "ためしに来る",
        ),
    ],
)
def test_what_leaves_a_question_open_earns_a_part(told: dict[str, Any], code: str, words: str) -> None:
    line = _line(_complete(**told), code)

    assert 0 < line.points < line.of
    assert words in line.sentence


def test_a_cost_or_a_rent_that_is_told_closes_the_question() -> None:
    car = _complete(vehicle="own_car_required", mission_text=f"{SPECIFIC}\n燃料代は町が払います。")
    rent = _complete(housing="introduced", mission_text=f"{SPECIFIC}\n家賃は月三万円ほどです。")

    assert _line(car, "vehicle").advice is None
    assert _line(rent, "housing").advice is None


CLASHES = [
    ({"contract_type": "kaikei_nendo"}, "酪農ヘルパーとして早朝の搾乳を担当していただきます。", "搾乳"),
    ({"contract_type": "kaikei_nendo"}, "温泉街で週末のイベントの運営を担当していただきます。", "週末のイベント"),
    ({"contract_type": "itaku_kojin"}, "役場の朝礼のあと、畑で収穫作業をしていただきます。", "朝礼"),
    ({"contract_type": "itaku_kojin", "side_job": "no"}, "畑で収穫作業をしていただきます。", "副業"),
    ({"subtypes": ("startup",), "side_job": "no"}, "畑で収穫作業をしていただきます。", "副業"),
    ({"side_job": "no"}, "畑で収穫作業をしていただきます。任期中の起業を応援します。", "任期中の起業"),
    ({"vehicle": "none"}, "高齢者宅への配達と送迎を担当していただきます。", "配達"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "text", "words"), CLASHES)
def test_a_clash_of_contract_and_work_is_named(told: dict[str, Any], text: str, words: str) -> None:
    line = _line(_complete(mission_text=text, **told), "contract_fit")

    assert line.points == 0
    assert words in line.sentence
    assert line.advice


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({"contract_type": "kaikei_nendo"}, "早朝の搾乳を担当していただきます。早出の日は振替で調整します。"),
        ({"contract_type": "kaikei_nendo"}, "直売所での販売を担当していただきます。土日は休みです。"),
        ({"contract_type": "itaku_kojin"}, "早朝の収穫を担当していただきます。"),
        ({"contract_type": "kaikei_nendo"}, "早朝の搾乳を担う人が不足しています。加工所で製造を担当していただきます。"),
        ({"vehicle": "bicycle_ok"}, "高齢者宅への配達を自転車で担当していただきます。"),
    ],
)
def test_what_is_settled_or_only_background_is_no_clash(told: dict[str, Any], text: str) -> None:
    line = _line(_complete(mission_text=text, **told), "contract_fit")

    assert line.points == line.of


def test_living_facts_of_the_table_are_offered_ready_to_paste_and_the_rest_is_asked() -> None:
    posting = _posting(municipality_code="01468", mission_text="間伐をしていただきます。")
    advice = {code: _line(posting, code).advice or "" for code in ("snow", "medical", "schools", "broadband")}
    facts = find("01468").facts

    assert f"病院{facts['hospitals']}か所、診療所{facts['clinics']}か所" in advice["medical"]
    assert f"小学校{facts['elementary_schools']}校" in advice["schools"]
    assert f"年に約{facts['days_snow_depth_50cm']:.0f}日" in advice["snow"]
    assert "氷点下" in advice["snow"]
    assert "統計にはありません" in advice["broadband"]
    assert "そのまま使えます" not in advice["broadband"]


def test_a_prefecture_as_a_body_has_no_facts_to_paste() -> None:
    posting = _posting(municipality_code="01000")

    assert all("そのまま使えます" not in (_line(posting, code).advice or "") for code in ("snow", "medical", "schools"))


def test_a_pasted_sentence_earns_its_line_with_the_distance_that_is_asked_for() -> None:
    advice = _line(_posting(municipality_code="01468"), "medical").advice or ""
    pasted = advice.partition("「")[2].partition("」")[0]
    told = _posting(municipality_code="01468", mission_text=f"間伐をしていただきます。{pasted}病院まで車で10分です。")

    assert _line(told, "medical").advice is None


LICENCE_TEXTS = [
    ("看護師または保健師の資格を活かせる方を求めています。", [(("nurse", "public_health_nurse"), True)]),
    ("応募要件：普通自動車免許、第一種銃猟免許", [(("car", "hunting_gun_1"), False)]),
    ("狩猟免許は任期中に取得を支援します。", []),
    ("保育士の資格があれば歓迎します。", []),
    ("役場の保健師が週に一度同行します。", []),
    ("運転免許は必要ありません。", []),
    ("大型特殊免許をお持ちの方。保育士歓迎。", [(("large_special",), False)]),
    ("チェーンソーを使う仕事です。", []),
    ("普通自動車免許が必要です。", [(("car",), False)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LICENCE_TEXTS)
def test_a_licence_is_asked_for_only_where_the_sentence_asks(text: str, expected: list[tuple[Any, bool]]) -> None:
    assert [(found.codes, found.any_of) for found in licence_requests(text)] == expected


def test_a_licence_that_is_only_named_is_still_named() -> None:
    assert licence_codes_named("役場の保健師が週に一度同行します。") == {"public_health_nurse"}


def test_a_must_have_that_stands_only_in_prose_is_said_to_be_unchecked() -> None:
    text = "搾乳を担当していただきます。大型特殊免許をお持ちの方を求めています。"
    line = _line(_complete(mission_text=text, required_licences=()), "licences")

    assert line.points == 0
    assert "規則では確かめられません" in line.sentence
    assert line.phrase == "大型特殊免許をお持ちの方を求めています"


@pytest.mark.parametrize(
    ("required", "words"),
    [
        (("看護師",), "「保健師」だけの人"),
        (("看護師", "保健師"), "だけの人"),
        (("看護師または保健師", "保健師"), "「看護師」だけの人"),
        ((), "必須の欄にありません"),
        (("普通自動車免許",), "必須の欄にありません"),
    ],
)
def test_a_choice_of_licences_has_to_be_one_entry(required: tuple[str, ...], words: str) -> None:
    text = "家庭訪問による健康相談を担当していただきます。看護師または保健師の資格が必要です。"
    line = _line(_complete(mission_text=text, required_licences=required), "licences")

    assert line.points == 0
    assert words in line.sentence
    assert "「看護師または保健師」" in (line.advice or "")


def test_a_choice_told_as_one_entry_agrees_with_the_text() -> None:
    text = "家庭訪問による健康相談を担当していただきます。看護師または保健師の資格が必要です。"
    line = _line(_complete(mission_text=text, required_licences=("保健師または看護師",)), "licences")

    assert line.advice is None


def test_a_must_have_without_a_use_in_the_text_is_questioned() -> None:
    text = "直売所での販売を担当していただきます。"
    line = _line(_complete(mission_text=text, required_licences=("看護師",)), "licences")

    assert 0 < line.points < line.of
    assert "看護師" in line.sentence


def test_an_own_car_without_a_licence_in_the_field_is_questioned() -> None:
    line = _line(_complete(vehicle="own_car_required", required_licences=()), "licences")

    assert "運転免許が必須の欄にありません" in line.sentence


def test_a_manual_licence_needs_its_reason() -> None:
    needless = _line(_complete(required_licences=("普通自動車免許（MT）",)), "driving")
    reasoned = _line(
        _complete(mission_text=f"{SPECIFIC}\n軽トラを使います。", required_licences=("普通自動車免許（MT）",)),
        "driving",
    )

    assert needless.points < reasoned.points


@pytest.mark.parametrize(
    "words", ["販売車はマニュアル車です。", "マニュアル車の免許が必要です。", "AT限定不可です。", "ＭＴ車を使います。"]
)
@pytest.mark.parametrize("required", [(), ("普通自動車免許",), ("普通自動車免許（AT限定可）",)])
def test_a_manual_car_told_only_in_prose_is_said_to_be_unchecked(words: str, required: tuple[str, ...]) -> None:
    line = _line(_complete(mission_text=f"{SPECIFIC}\n{words}", required_licences=required), "licences")

    assert line.points == 0
    assert "規則では確かめられません" in line.sentence
    assert line.phrase is not None
    assert line.phrase in words


@pytest.mark.parametrize(
    ("words", "required"),
    [
        ("販売車はマニュアル車です。", ("普通自動車免許（MT）",)),
        ("販売車はマニュアル車です。", ("大型自動車免許",)),
        ("接客のマニュアルを作成します。", ("普通自動車免許",)),
        ("マニュアル車もAT車もあります。", ("普通自動車免許",)),
        ("MT車の免許は必要ありません。", ("普通自動車免許",)),
    ],
)
def test_a_manual_licence_in_the_field_or_no_manual_car_is_no_fault(words: str, required: tuple[str, ...]) -> None:
    line = _line(
        _complete(mission_text=f"{SPECIFIC}\n軽トラックで回ります。{words}", required_licences=required), "licences"
    )

    assert line.advice is None


@pytest.mark.parametrize(
    "words",
    ["英語でのやりとりが毎日あります。", "日常的に中国語を使います。", "お客様への説明は英語で行い、毎日話します。"],
)
def test_daily_use_of_a_language_belongs_in_the_field_wherever_it_stands(words: str) -> None:
    line = _line(_complete(mission_text=f"{SPECIFIC}\n{words}"), "languages")

    assert line.points < line.of
    assert line.phrase is not None
    assert line.phrase in words


@pytest.mark.parametrize("words", ["英語でのやりとりは苦手でも大丈夫です。", "町には英語の看板があります。"])
def test_a_language_that_is_not_needed_is_no_fault(words: str) -> None:
    assert _line(_complete(mission_text=f"{SPECIFIC}\n{words}"), "languages").advice is None


def test_nothing_special_is_no_vague_word() -> None:
    text = f"{SPECIFIC}\n何でもない朝の景色を写真に撮り、冊子を作っていただきます。"

    assert _line(_complete(mission_text=text), "plain").advice is None


def test_a_language_of_the_work_belongs_in_the_field() -> None:
    text = "観光案内所の窓口で英語の案内を担当していただきます。"
    prose = _line(_complete(mission_text=text), "languages")
    field = _line(_complete(mission_text=text, required_languages=({"code": "en", "cefr": "B2"},)), "languages")
    welcome = _line(_complete(mission_text="観光案内を担当していただきます。英語ができれば歓迎します。"), "languages")
    unused = _line(_complete(required_languages=(Language(code="zh", cefr="B1").model_dump(),)), "languages")

    assert prose.points < prose.of
    assert prose.phrase == "観光案内所の窓口で英語の案内を担当していただきます"
    assert field.advice is None
    assert welcome.advice is None
    assert unused.points < unused.of


def test_old_facts_and_passed_deadlines_are_told() -> None:
    fresh, old = (_line(_complete(as_of=ON - timedelta(days=days)), "current") for days in (30, 31))
    ahead = _line(_complete(as_of=ON + timedelta(days=1)), "current")
    passed = _line(_complete(deadline=ON - timedelta(days=1)), "current")

    assert fresh.advice is None
    assert old.points < fresh.points
    assert ahead.points < fresh.points
    assert passed.points == 0
    assert "締切" in passed.sentence


@pytest.mark.parametrize("words", ["40歳までの方", "男性のみ", "既婚者を歓迎", "健康な方", "戸籍謄本を提出"])
@pytest.mark.parametrize("field", ["mission_text", "title", "selection_steps", "required_skills"])
def test_what_may_not_be_asked_must_be_fixed_wherever_it_stands(words: str, field: str) -> None:
    clean = _complete()
    before = getattr(clean, field)
    added = (
        (*(before or ()), words) if field in ("selection_steps", "required_skills") else f"{before or ''}\n{words}。"
    )
    sheet = assess(clean.model_copy(update={field: added}), on=ON)

    assert sheet.words == "公開前に直す"
    assert sheet.score < 100
    assert [found for found in sheet.must_fix if found.phrase and found.advice and found.source]
    assert _line(clean.model_copy(update={field: added}), "lawful").points == 0


@pytest.mark.parametrize(
    "words",
    [
        "年齢や性別は問いません。",
        "高齢者の見守りと子育て支援もあります。",
        "大型二種免許（21歳以上）の取得を支援します。",
    ],
)
def test_what_may_be_said_is_no_fault(words: str) -> None:
    assert assess(_complete(mission_text=f"{SPECIFIC}\n{words}"), on=ON).must_fix == ()


@pytest.mark.parametrize(
    ("words", "item"),
    [
        ("連絡先は090-1234-5678です。", "mobile"),
        ("問合せは taro.y@gmail.com まで。", "private_mail"),
        ("先輩隊員の山田太郎さんが案内します。", "name"),
        ("履歴書（顔写真を貼付）を送ってください。", "photograph"),
    ],
)
def test_what_belongs_to_one_person_must_be_replaced(words: str, item: str) -> None:
    sheet = assess(_complete(mission_text=f"{SPECIFIC}\n{words}"), on=ON)

    assert [found.item for found in sheet.must_fix] == [item]


@pytest.mark.parametrize("words", ["顔写真の提出は不要です。", "作品の写真を添付してください。"])
def test_a_picture_of_work_or_none_is_no_fault(words: str) -> None:
    assert assess(_complete(mission_text=f"{SPECIFIC}\n{words}"), on=ON).must_fix == ()


@pytest.mark.parametrize(
    ("words", "quoted"),
    [("若い女性を募集します", ["「若い女性を募集します」"] * 2), ("年齢は40歳まで", ["「年齢は40歳まで」"])],
)
def test_a_request_is_quoted_whole_and_once_an_item(words: str, quoted: list[str]) -> None:
    sheet = assess(_complete(mission_text=f"{SPECIFIC}\n{words}。"), on=ON)

    assert [found.sentence.partition("は、求めたり")[0] for found in sheet.must_fix] == quoted
    assert len({found.key for found in sheet.must_fix}) == len(quoted)


def test_an_office_address_and_people_without_a_name_are_no_fault() -> None:
    people = "農家さんと職人さんに学びます。担当は鈴木花子です。"
    text = f"{SPECIFIC}\n{people}連絡先は0261-12-3456、kanko@vill.example.lg.jp です。"

    assert assess(_complete(mission_text=text), on=ON).must_fix == ()


def test_a_try_out_is_not_asked_for_pay_or_goals() -> None:
    trial = _posting(trial="otameshi", mission_text="2泊3日で直売所の仕事を体験していただきます。")
    codes = {line.code for line in assess(trial, on=ON).lines}

    assert form_of(trial) == "trial"
    assert codes.isdisjoint({"pay", "goals", "contract", "side_job"})


def test_a_dispatched_person_needs_no_hours() -> None:
    told = {"program": "kigyojin", "min_onsite_days_per_month": 10}
    dispatch, sidejob = (_line(_posting(**told, subtypes=(kind,)), "working_days") for kind in ("dispatch", "sidejob"))

    assert dispatch.advice is None
    assert "日数・時間" in sidejob.sentence


def test_the_longest_gap_comes_first() -> None:
    gaps = assess(_posting(), on=ON).gaps()
    lacks = [line.of - line.points for line in gaps]

    assert lacks == sorted(lacks, reverse=True)


def test_a_hostile_text_is_read_in_a_moment() -> None:
    pieces = (
        "40歳",
        "免許または",
        "活動費",
        "1年目",
        "地域の魅力",
        "、",
        "a@",
        "090",
        "任期後",
        "（",
        "と",
        "ー",
        "あ。",
    )
    texts = [(piece * 20_000)[:20_000] for piece in pieces]
    started = time.perf_counter()
    for text in texts:
        assess(_posting(mission_text=text, required_licences=(), contract_type="kaikei_nendo"), on=ON)

    assert time.perf_counter() - started < len(texts)
