"""What is agreed: contract, pay, hours and days, dates, and for companies the burden and what is entrusted."""

from __future__ import annotations

from features.posting_quality.quality import Finding
from features.posting_quality.reading import Reading
from features.taxonomy.vocabulary import JAPANESE

__all__ = ["authority", "burden", "contract", "dates", "hours", "pay", "working_days"]


def contract(reading: Reading) -> Finding:
    """The field decides; a text that names a contract counts a little."""
    kind = reading.posting.contract_type
    if kind is not None:
        return Finding(1.0, f"契約の形は{JAPANESE[kind]}です。")
    phrase = reading.quote("contract_told", (reading.mission.text,))
    told = "契約の形の欄が空です。文章にはふれています。" if phrase else "契約の形が書かれていません。"
    return Finding(0.3 if phrase else 0.0, told, phrase=phrase)


def pay(reading: Reading) -> Finding:
    """Pay a month (0.7), bonus (0.1), insurance (0.2)."""
    amount, bonus = reading.posting.monthly_pay_yen, reading.posting.bonus
    phrase = reading.quote("insurance", (reading.mission.text,))
    share = 0.7 * (amount is not None) + 0.1 * (bonus is not None) + 0.2 * (phrase is not None)
    missing = [
        *(["期末手当の有無"] if bonus is None else []),
        *(["加入する保険"] if phrase is None else []),
    ]
    if amount is None:
        return Finding(share, "報酬の月額が書かれていません。", phrase=phrase)
    lacking = f"{'・'.join(missing)}は書かれていません。" if missing else ""
    return Finding(share, f"報酬は月額{amount:,}円です。{lacking}", phrase=phrase)


def hours(reading: Reading) -> Finding:
    """Hours a week (0.6), days off and evenings (0.4)."""
    week = reading.posting.hours_per_week
    phrase = reading.quote("days_off", (reading.mission.text,))
    told = "働く時間が書かれていません。" if week is None else f"働く時間は週{week:g}時間です。"
    lacking = (
        "休日や、土日・夜の仕事の有無は書かれていません。" if phrase is None else "休みや早朝・夜のことにふれています。"
    )
    return Finding(0.6 * (week is not None) + 0.4 * (phrase is not None), told + lacking, phrase=phrase)


def working_days(reading: Reading) -> Finding:
    """Days, hours and days on site a month; a dispatched person works full time, so days on site are enough there."""
    posting = reading.posting
    known = {
        "日数": posting.min_days_per_month,
        "時間": posting.min_hours_per_month,
        "現地の日数": posting.min_onsite_days_per_month,
    }
    if posting.subtypes == ("dispatch",):
        known = {"現地の日数": posting.min_onsite_days_per_month}
    missing = [name for name, value in known.items() if value is None]
    told = "、".join(f"{name}は月{value:g}{_unit(name)}以上" for name, value in known.items() if value is not None)
    said = f"{told}です。" if told else ""
    lacking = f"一月の{'・'.join(missing)}が書かれていません。" if missing else ""
    return Finding(1 - len(missing) / len(known), said + lacking)


def _unit(name: str) -> str:
    return "時間" if name == "時間" else "日"


def dates(reading: Reading) -> Finding:
    """Term (0.4), start (0.3), deadline or rolling (0.3)."""
    posting, text = reading.posting, reading.mission.text
    stay = reading.quote("stay_length", (text,)) if posting.trial not in (None, "none") else None
    rolling = reading.quote("rolling", reading.texts)
    known = {
        "任期": posting.term_months is not None or stay is not None,
        "始まりの日": posting.start_date is not None,
        "締切": posting.deadline is not None or rolling is not None,
    }
    share = 0.4 * known["任期"] + 0.3 * known["始まりの日"] + 0.3 * known["締切"]
    missing = [name for name, told in known.items() if not told]
    sentence = f"{'・'.join(missing)}が書かれていません。" if missing else "任期・始まりの日・締切が分かります。"
    return Finding(share, sentence, phrase=stay or rolling)


def burden(reading: Reading) -> Finding:
    """What the municipality agrees to pay a year."""
    yen = reading.posting.agreed_burden_yen_year
    if yen is None:
        return Finding(0.0, "自治体が負担する額の目安が書かれていません。")
    return Finding(1.0, f"自治体の負担は年{yen:,}円の見込みです。")


def authority(reading: Reading) -> Finding:
    """What may be decided, used and seen."""
    phrase = reading.quote("authority_told", (reading.mission.text,))
    if phrase is None:
        return Finding(0.0, "任せる範囲、予算、見られる資料、遠隔の割合が書かれていません。")
    return Finding(1.0, "任せる範囲や使えるものにふれています。", phrase=phrase)
