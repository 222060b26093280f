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


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("普免（MT）・保育士（登録番号　東京都-012345）", ("car_mt", "childcare")),
        ("保育士　登録番号 東京都-012345　普通免許", ("childcare", "car")),
        ("看護師免許 第1234567号、原付", ("nurse", "moped")),
        ("看護師、登録番号：０１２３４５", ("nurse",)),
        ("普通免許（ＡＴ限定、免許証番号：301234567890）", ("car_at",)),
        ("わな猟免許（東京都公安委員会 第3012号）", ("hunting_trap",)),
        ("気象予報士（登録番号第98765号）", ("気象予報士",)),
        ("301234567890", None),
        ("免許番号 123456789012", None),
        ("会員番号 No. 12-3456", None),
        ("保育士東京都-012345", ("保育士東京都",)),
        ("（登録番号）第012345号 宅建士", ("real_estate",)),
        ("介護福祉士 第D-123456号", ("care_worker",)),
        ("介護福祉士　第1234567", ("care_worker",)),
        ("基本情報技術者 第FE-2015-10-01234号", ("information_basic",)),
        ("宅建士　免状番号：12345", ("real_estate",)),
        ("防災士認証番号 123456", ("disaster_officer",)),
        ("操縦技能証明 No.12345", ("操縦技能証明",)),
        ("2級建築士 長野県知事登録 第12345号", ("architect_2",)),
        ("看護師 厚生労働大臣 第1234567号", ("nurse",)),
    ],
)
def test_the_number_of_a_licence_is_never_kept(cell: str, kept: tuple[str, ...] | None) -> None:
    reading = READERS["licences"](cell, About(heading="資格・免許"))
    assert isinstance(reading, Read)
    assert reading.value == kept
    assert "番号" in reading.remark


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("教員免許（中学　英語）、普通自動車免許", ("teacher", "car")),
        ("危険物乙種第4類、英検2級", ("危険物乙種第4類", "英検2級")),
        ("ISO14001審査員", ("ISO14001審査員",)),
        ("東京都500選マイスター", ("東京都500選マイスター",)),
        ("介護福祉士 登録番号 漢検2級", ("care_worker", "登録番号", "漢検2級")),
        ("大型二輪（AT限定）", ("大型二輪(AT限定)",)),
        ("普通自動車免許（大型は取得予定）", ("普通自動車免許(大型は取得予定)",)),
    ],
)
def test_what_stands_in_brackets_stays_with_its_licence(cell: str, kept: tuple[str, ...]) -> None:
    reading = READERS["licences"](cell, About(heading="資格・免許"))
    assert isinstance(reading, Read)
    assert reading.value == kept


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("狩猟免許（わな・第一種銃猟）", ("hunting", "hunting_trap", "hunting_gun_1")),
        ("普通自動車免許（けん引）", ("car", "towing")),
        ("普通免許（AT限定・普通二輪）", ("car", "car_at", "motorcycle")),
        ("自動車免許（普通、大型）", ("car", "large")),
        ("看護師（保健師、助産師）", ("nurse", "public_health_nurse", "midwife")),
        ("教員免許（小学校教諭）", ("elementary_teacher",)),
        ("普通自動車免許（中型8t限定）", ("car", "medium_8t")),
        ("普通免許　AT限定　なし", ("car_mt",)),
        ("普通自動車免許（眼鏡等、AT限定）", ("car_at",)),
        ("普通自動車免許（AT限定・第一種）", ("car_at",)),
        ("フォークリフト（1トン以上）", ("forklift",)),
        ("大型自動車免許（バス）", ("large",)),
        ("普通免許（タクシー）", ("car",)),
    ],
)
def test_every_licence_named_in_brackets_is_read(cell: str, kept: tuple[str, ...]) -> None:
    reading = READERS["licences"](cell, About(heading="資格・免許"))
    assert reading == Read(kept)


@pytest.mark.parametrize("cell", ["狩猟免許（わな・第一種銃猟）", "狩猟免許（わな猟、網猟）"])
def test_a_call_that_names_kinds_in_brackets_requires_the_licence(cell: str) -> None:
    reading = READERS["required_licences"](cell, About(heading="必要な資格"))
    assert reading == Read(("hunting",))


@pytest.mark.parametrize(
    "cell",
    [
        "中型8t",
        "中型（8t限定）",
        "中型車8トン限定",
        "中型車（８ｔ）限定",
        "8t限定中型",
        "準中型5t",
        "準中型車（5トン限定）",
    ],
)
def test_the_former_ordinary_licence_gives_cars(cell: str) -> None:
    assert _standing(cell) == "held"


@pytest.mark.parametrize(
    ("cell", "required", "expected"),
    [
        ("普・原", "car", "held"),
        ("大・普・原", "large", "held"),
        ("普通1種", "car", "held"),
        ("普一", "car", "held"),
        ("大型1種", "car", "held"),
        ("普通免許 MT", "car_mt", "held"),
        ("普通免許　ＡＴ", "car_mt", "missing"),
        ("普通免許（ＡＴ）・フォークリフト", "car", "held"),
        ("普通免許（ＡＴ）・フォークリフト", "forklift", "held"),
        ("普免（MT）・保育士", "childcare", "held"),
        ("中型ほか", "car", "ask"),
        ("自動車免許（大型・普通）", "large", "held"),
        ("小・中", "medium", "missing"),
        ("平成20年取得", "car", "ask"),
    ],
)
def test_short_writings_of_classes_keep_nobody_out(cell: str, required: str, expected: str) -> None:
    assert _standing(cell, required) == expected
