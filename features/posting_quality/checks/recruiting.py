"""Whom the call looks for, whether they can visit first, whether its facts are fresh, and what may not be asked."""

from __future__ import annotations

from features.day_words import date_ja
from features.posting_quality.freshness import is_stale
from features.posting_quality.must_fix import find_must_fix
from features.posting_quality.patterns import pattern
from features.posting_quality.quality import Finding
from features.posting_quality.reading import Reading

__all__ = ["current", "lawful", "visit", "wanted"]


def wanted(reading: Reading) -> Finding:
    """One skill named as something one can do is enough."""
    posting = reading.posting
    listed = (*(posting.required_skills or ()), *(posting.preferred_skills or ()))
    able = [skill for skill in listed if pattern("vague_skill").search(skill) is None]
    if able:
        return Finding(1.0, f"求める技能が{len(able)}つ書かれています。", phrase=able[0])
    if listed:
        return Finding(0.3, "求める人が、気持ちや性格の言葉だけで書かれています。", phrase=listed[0])
    if posting.required_skills is None and posting.preferred_skills is None:
        return Finding(0.0, "求める技能が書かれていません。")
    return Finding(0.2, "求める技能は「なし」とだけ書かれています。")


def visit(reading: Reading) -> Finding:
    """A try-out or a visit before the decision is full, an interview on the spot more than half."""
    steps = reading.posting.selection_steps or ()
    phrase = reading.quote("visit_step", steps) or reading.quote_in("visit_text", reading.mission.around)
    if phrase is not None:
        return Finding(1.0, "決める前に訪ねる、または話す機会があります。", phrase=phrase)
    if phrase := reading.quote("on_site", steps):
        return Finding(0.6, "現地での面接はありますが、ためしに来る機会は書かれていません。", phrase=phrase)
    return Finding(0.0, "決める前に現地を訪ねる機会が書かれていません。")


def current(reading: Reading) -> Finding:
    """Facts of the last thirty days and a deadline that has not passed."""
    posting, on = reading.posting, reading.on
    if posting.deadline is not None and posting.deadline < on:
        return Finding(
            0.0, f"締切（{date_ja(posting.deadline)}）を過ぎています。", "募集を閉じるか、締切を改めてください。"
        )
    if posting.as_of is None:
        return Finding(0.0, "いつの情報かが書かれていません。")
    age = (on - posting.as_of).days
    if age < 0:
        return Finding(
            0.3, f"情報の日付（{date_ja(posting.as_of)}）が、見ている日より先です。", "情報の日付を確かめてください。"
        )
    if is_stale(posting, on=on):
        return Finding(0.3, f"情報が{age}日前のものです。")
    return Finding(1.0, f"情報は{date_ja(posting.as_of)}のものです。")


def lawful(reading: Reading) -> Finding:
    """Nothing that may not be asked, nobody's personal address."""
    found = find_must_fix(reading)
    if not found:
        return Finding(1.0, "聞いてはならないことや個人の連絡先は見つかりません。")
    return Finding(0.0, f"公開前に直すことが{len(found)}つあります。", phrase=found[0].phrase)
