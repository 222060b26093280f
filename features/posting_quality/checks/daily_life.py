"""Means of the work and of living there: activity budget, housing, car, side job."""

from __future__ import annotations

from features.posting_quality.quality import Finding
from features.posting_quality.reading import Reading
from features.taxonomy.vocabulary import JAPANESE

__all__ = ["activity_budget", "housing", "side_job", "vehicle"]

_HOUSING = {"provided": 1.0, "subsidy": 1.0, "introduced": 0.8, "none": 0.5}  # [A] what still has to be asked
_OWN_CAR_WITHOUT_COSTS = 0.8
_SIDE_JOB_JA = {"yes": "できます", "permission": "許可を受けてできます", "no": "できません"}


def activity_budget(reading: Reading) -> Finding:
    """An amount or a clear cover is full, the bare mention half."""
    text = (reading.mission.text,)
    if phrase := reading.quote("budget_amount", text):
        return Finding(1.0, "活動に使えるお金が書かれています。", phrase=phrase)
    if phrase := reading.quote("budget_told", text):
        return Finding(0.5, "活動に使えるお金にふれていますが、額は書かれていません。", phrase=phrase)
    return Finding(0.0, "活動に使えるお金が書かれていません。")


def housing(reading: Reading) -> Finding:
    """The kind of housing; a subsidy needs its amount, housing one has to look for a word on rents."""
    kind, most = reading.posting.housing, reading.posting.housing_subsidy_max_yen
    if kind is None:
        return Finding(0.0, "住まいのことが書かれていません。")
    if kind == "subsidy" and most is None:
        missing = "家賃の補助がありますが、上限の額が書かれていません。"
        return Finding(0.7, missing, "家賃の補助の上限の額を書いてください。")
    amount = f"（月{most:,}円まで）" if most is not None and kind == "subsidy" else ""
    said = f"住まいは「{JAPANESE[kind]}」{amount}です。" if kind != "none" else "住まいの用意も補助もありません。"
    rent = reading.quote_in("rent_told", reading.mission.around)
    share = 1.0 if rent is not None else _HOUSING[kind]
    return Finding(share, said, "借りられる住まいの広さと家賃の目安、相談先を書いてください。", rent)


def vehicle(reading: Reading) -> Finding:
    """The kind of car; who needs an own car must know who pays for its use."""
    kind = reading.posting.vehicle
    if kind is None:
        return Finding(0.0, "車のことが書かれていません。")
    if kind == "none":
        return Finding(1.0, "車の用意はないことが分かります。")
    phrase = reading.quote("car_cost", (reading.mission.text,))
    if kind == "own_car_required" and phrase is None:
        sentence = "自分の車が必要ですが、燃料代などをだれが払うかが書かれていません。"
        return Finding(
            _OWN_CAR_WITHOUT_COSTS, sentence, "燃料代や保険の負担と、車を借りる方法があるかを書いてください。"
        )
    return Finding(1.0, f"車は「{JAPANESE[kind]}」です。", phrase=phrase)


def side_job(reading: Reading) -> Finding:
    """Whether another job may be held."""
    kind = reading.posting.side_job
    if kind is None:
        return Finding(0.0, "副業ができるかが書かれていません。")
    return Finding(1.0, f"副業は{_SIDE_JOB_JA[kind]}。")
