"""Words of documents: what a rule is about, dates, amounts and what a posting offers.

Whatever is printed may be disclosed, so no word here judges a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Final

from api.documents.shapes import Line, Rule
from api.settings import JAPAN
from features.day_words import date_ja
from features.records import Posting
from features.rules import VERDICTS, Verdict, is_wish
from features.taxonomy.vocabulary import JAPANESE

__all__ = [
    "RULE_KIND_JA",
    "STOPPED_JA",
    "date_ja",
    "headline_verdict",
    "kind_name",
    "letter_date_ja",
    "mark_of",
    "moment_ja",
    "posting_facts",
    "rule_name",
    "yen_ja",
]

RULE_KIND_JA: Final[Mapping[str, str]] = {
    "region": "地域要件",
    "licence": "免許・資格",
    "language": "言語",
    "employer": "勤務先",
    "program": "制度",
    "subtype": "型",
    "days": "日数・時間",
    "term": "任期",
}
"""What a rule is about, by its kind."""
STOPPED_JA: Final = "利用停止中"
"""Beside the id of somebody who stopped the use of the record, and in place of the name."""
_MARK: Mapping[Verdict, str] = {"covered": "○", "needs_review": "△", "needs_district": "△", "not_covered": "×"}
_HOUSING = {"provided": "あり", "subsidy": "家賃補助", "introduced": "紹介あり", "none": "なし"}
_VEHICLE = {key: JAPANESE[key] for key in ("lent", "own_car_paid", "own_car_required", "bicycle_ok")} | {"none": "なし"}
_SIDE_JOB = {"yes": "できる", "permission": "許可制", "no": "できない"}
_UNWRITTEN = "記載なし"
_REIWA: Final = date(2019, 5, 1)


def moment_ja(moment: datetime) -> str:
    """A day and a time of the clock in Japan; a moment without a zone is of UTC, as the database keeps it.

    Examples
    --------
    >>> moment_ja(datetime.fromisoformat("2026-11-03T00:05:00+00:00")), moment_ja(datetime(2026, 11, 3, 15, 30))
    ('2026年11月3日 9時05分', '2026年11月4日 0時30分')
    """
    local = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(JAPAN)
    return f"{date_ja(local.date())} {local.hour}時{local.minute:02}分"


def letter_date_ja(day: date) -> str:
    """A date as an office writes it in a letter, at its head and in its tables: by the era, and by the year.

    Examples
    --------
    >>> letter_date_ja(date(2026, 11, 3)), letter_date_ja(date(2019, 5, 1)), letter_date_ja(date(2019, 4, 30))
    ('令和8年（2026年）11月3日', '令和元年（2019年）5月1日', '2019年4月30日')
    """
    if day < _REIWA:
        return date_ja(day)
    era_year = day.year - _REIWA.year + 1
    return f"令和{'元' if era_year == 1 else era_year}年（{day.year}年）{day.month}月{day.day}日"


def yen_ja(amount: int) -> str:
    """An amount in yen.

    Examples
    --------
    >>> yen_ja(233000)
    '233,000円'
    """
    return f"{amount:,}円"


def rule_name(rule: Rule) -> str:
    """What a rule is about, for people; its code belongs to what made a paper.

    Examples
    --------
    >>> rule_name(Rule(rule_id="must-licence", kind="licence", verdict="needs_review", sentence=""))
    '免許・資格'
    """
    if is_wish(rule.rule_id):
        return "ご本人の希望"
    return kind_name(rule.kind)


def kind_name(kind: str | None) -> str:
    """What rules of a kind are about, for people; ``None`` where no rule file is known that has the rule.

    Examples
    --------
    >>> kind_name("days"), kind_name(None)
    ('日数・時間', 'その他の規則')
    """
    return RULE_KIND_JA.get(kind or "", "その他の規則")


def mark_of(verdict: Verdict) -> str:
    """The sign that stands before a verdict's words, so that colour is never alone."""
    return _MARK[verdict]


def headline_verdict(line: Line) -> Rule | None:
    """The strongest finding that decides anything; the first of equals, ``None`` where there is no finding."""
    deciding: Iterable[Rule] = [rule for rule in line.verdicts if not rule.note]
    return max(deciding, key=lambda rule: VERDICTS.index(rule.verdict), default=None)


def posting_facts(posting: Posting, *, day_words: Callable[[date], str] = date_ja) -> tuple[tuple[str, str], ...]:
    """What a posting offers, as (label, words); what its author left out is said to be missing.

    Pay, housing and the like are facts of 地域おこし協力隊; for a 起業人 they stand only where they are written.
    ``day_words`` writes dates as the paper that the facts stand in does.
    """
    kinds = "・".join(JAPANESE[subtype] for subtype in posting.subtypes or ())
    of_member = _member_facts(posting)
    if posting.program == "kigyojin":
        of_member = tuple(fact for fact in of_member if fact[1] != _UNWRITTEN)
        of_member += (
            ("月の従事", _presence(posting)),
            ("年の負担額", _yen_or_unwritten(posting.agreed_burden_yen_year)),
        )
    return (
        ("制度", JAPANESE[posting.program] + (f"（{kinds}）" if kinds else "")),
        ("募集人数", _seats(posting)),
        *of_member,
        ("着任", _UNWRITTEN if posting.start_date is None else day_words(posting.start_date)),
        ("任期", _UNWRITTEN if posting.term_months is None else f"{posting.term_months}か月"),
        ("締切", _UNWRITTEN if posting.deadline is None else day_words(posting.deadline)),
    )


def _seats(posting: Posting) -> str:
    """Seats left stand only where somebody has told or counted them: the whole number would contradict acceptances."""
    left = "" if posting.seats_left is None else f"（残り{posting.seats_left}人）"
    return f"{posting.headcount}人{left}"


def _member_facts(posting: Posting) -> tuple[tuple[str, str], ...]:
    pay = _yen_or_unwritten(posting.monthly_pay_yen)
    return (
        ("契約", JAPANESE.get(posting.contract_type or "", _UNWRITTEN)),
        ("報酬", pay if pay == _UNWRITTEN else f"月額 {pay}"),
        ("住まい", _housing(posting)),
        ("車両", _VEHICLE.get(posting.vehicle or "", _UNWRITTEN)),
        ("副業", _SIDE_JOB.get(posting.side_job or "", _UNWRITTEN)),
    )


def _yen_or_unwritten(amount: int | None) -> str:
    return _UNWRITTEN if amount is None else yen_ja(amount)


def _presence(posting: Posting) -> str:
    least = (
        ("", posting.min_days_per_month, "日"),
        ("", posting.min_hours_per_month, "時間"),
        ("現地 ", posting.min_onsite_days_per_month, "日"),
    )
    return "、".join(f"{what}{amount:g}{unit}以上" for what, amount, unit in least if amount is not None) or _UNWRITTEN


def _housing(posting: Posting) -> str:
    words = _HOUSING.get(posting.housing or "", _UNWRITTEN)
    if posting.housing == "subsidy" and posting.housing_subsidy_max_yen is not None:
        return f"{words}（上限 {yen_ja(posting.housing_subsidy_max_yen)}）"
    return words
