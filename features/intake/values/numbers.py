"""Numbers with their units: counts, days, hours, months, minutes."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from features.intake.sheet import Cell
from features.intake.values.dates import first_day, last_day
from features.intake.values.figures import NUMBER, number_of
from features.intake.values.reading import About, Read, Reading, Unreadable
from features.intake.values.spelling import folded, is_unknown

__all__ = ["count", "days_per_month", "headcount", "hours_per_month", "hours_per_week", "minutes", "months", "rank"]

_KANJI: Final = str.maketrans("一二三四五六七八九", "123456789")
_TENS: Final = re.compile(r"([1-9]?)十([1-9]?)")
_MOST_SEATS: Final = 500
_AT_MOST: Final = re.compile(r"(?:最大|上限|最高)(?:で|は|[:])?([1-9][0-9]{0,3})(?:人|名)?(?:程度|まで)?")
_FIRST: Final = re.compile(NUMBER)
_PEOPLE: Final = re.compile(rf"(?:募集|合計|計|約|各)?({NUMBER})(?:人|名|席|枠)?(?:程度|以内|まで|ずつ)?(?:\(.*\))?")
_PEOPLE_SPAN: Final = re.compile(rf"({NUMBER})(?:人|名)?~({NUMBER})(?:人|名)?(?:程度)?")
_MONTHS: Final = re.compile(
    rf"(?P<years>{NUMBER})(?:年(?!目)|カ年|か年|ヶ年|ヵ年|箇年)(?:間)?(?:と?(?P<rest>[0-9]+)(?:か月|ヶ月|カ月|ヵ月|ヵ月|箇月|ケ月|月))?"
    # 3月31日まで and 3月末 are days, no lengths
    rf"|(?P<months>{NUMBER})(?:か月|ヶ月|カ月|ヵ月|箇月|ケ月|月間|月(?!末|[0-9]))"
)
_LONGEST: Final = re.compile(r"(?:最長|最大|通算)(?:で)?")
_TO_YEAR_END: Final = re.compile(
    r"(?:委嘱|任用|採用|着任|契約)?(?:の?(?:日|決定日?))?(?:から|より|~)?(?:当該|その|同じ|同一|当|本|各)?(?:会計)?年度(?:の)?(?:末日?|終わり|内|3月(?:31日|末日?))?"
    r"(?:まで|内|限り)(?:の間)?(?:と?(?:し|する|します)?[、(]?.*(?:更新|延長|再任|再度).*)?"
)
_DAYS: Final = re.compile(
    rf"(?P<per>月|週|年)?(?:に|あたり|当たり|間)?(?P<many>{NUMBER})(?:日|回)(?:/(?P<after>月|週|年))?"
)
_HOURS: Final = re.compile(
    rf"(?P<per>月|週|日|年)?(?:に|あたり|当たり|間)?(?P<many>{NUMBER})(?:時間|h)(?P<half>半|(?P<part>[0-9]{{1,2}})分)?(?:/(?P<after>月|週|日|年))?"
)
# what stands behind a number of hours, days or months, or in front of it, and makes it a bound
_BELOW: Final = re.compile(r"[(]?(?:の範囲)?(?:未満|に満たない|を?下回る)")
_UP_TO: Final = re.compile(r"[(]?(?:の範囲)?(?:以内|以下|まで|[をが]?上限|を?(?:超|こ)えない)")
_FROM: Final = re.compile(r"[(]?(?:以上|を?超|を上回る|より[多長])")
_UP_TO_BEFORE: Final = re.compile(r"(?:(?:上限|最大|最長|最高|限度)(?:で|は|[:])?|(?:^|[^0-9間日分h])~)$")
_SPAN_BEGINS: Final = re.compile(rf"({NUMBER})~$")
_HEADING_PER: Final = re.compile(
    r"(?:1|一)?(月|週|日|年)(?:間|あたり|当たり|額|の|/|\)|$)|/(月|週|日|年)|\((月|週|日|年)\)"
)


def headcount(cell: Cell, about: About) -> Reading:
    """People sought, at least one; of a span the lower end, with a remark.

    Examples
    --------
    >>> headcount("２名程度", About()).value, headcount("1～2名", About()).value, headcount("若干名", About()).code
    (2, 1, 'headcount_vague')
    """
    text = _spelt(cell)
    if "若干" in text or "複数" in text:
        return Unreadable(
            "headcount_vague",
            "人数が数字で書かれていません。",
            "少なくとも採用する人数を数字で書いてください（例: 1）。決まったら書き直して取り込み直せます。",
        )
    most = _AT_MOST.fullmatch(text)
    if most:
        return Read(int(most[1]), "range_upper", "上限だけが書かれているので、その人数を募集人数として読みました。")
    found = count(cell, about)
    if isinstance(found, Read) and found.value == 0:
        return Unreadable("headcount_zero", "募集人数が0です。", "1以上の人数を書くか、その行を除いてください。")
    if isinstance(found, Read) and isinstance(found.value, int) and found.value > _MOST_SEATS:
        return Unreadable(
            "headcount_too_many", "一つの募集としては人数が多すぎます。", "人数を確かめて書き直してください。"
        )
    return found


def count(cell: Cell, _about: About) -> Reading:
    """A whole number of people or things."""
    text = _spelt(cell)
    if is_unknown(text):
        return Read(None)
    span = _PEOPLE_SPAN.fullmatch(text)
    if span:
        return Read(int(number_of(span[1])), "range_lower", "幅があるので小さいほうを読みました。")
    found = _PEOPLE.fullmatch(text)
    if found is None or not (number := number_of(found[1])).is_integer():
        return Unreadable("number_unreadable", "人数として読めません。", "数字だけを書いてください（例: 2）。")
    return Read(int(number))


def _spelt(cell: Cell) -> str:
    """A cell with kanji numbers in figures: 十名, 二十三名."""
    text = folded(cell).translate(_KANJI)
    return _TENS.sub(lambda match: str(int(match[1] or 1) * 10 + int(match[2] or 0)), text)


def rank(cell: Cell, _about: About) -> Reading:
    """A rank of wish: 1, 第1希望, 第一志望."""
    text = folded(cell).translate(_KANJI)
    found = re.fullmatch(r"(?:第)?([0-9]{1,4})(?:希望|志望|位|番)?", text)
    if is_unknown(text):
        return Read(None)
    if found is None or int(found[1]) < 1:
        return Unreadable("rank_unreadable", "順位として読めません。", "1、2、3のように書いてください。")
    return Read(int(found[1]))


def months(cell: Cell, about: About) -> Reading:
    """A length in months; of 1年（最長3年） the longest is kept, with a remark.

    Examples
    --------
    >>> months("３年", About()).value, months("1年6か月", About()).value, months("1年（最長3年）", About()).value
    (36, 18, 36)
    >>> months("36", About(heading="任期（月）")).value, months("5", About(heading="勤続年数")).value
    (36, 60)
    >>> months("1年未満", About(heading="勤続年数")).code
    'bound_only'
    """
    text = folded(cell).translate(_KANJI)
    if is_unknown(text):
        return Read(None)
    if re.fullmatch(NUMBER, text):
        return _bare_months(number_of(text), folded(about.heading))
    return _between(cell) or _lengths(text)


def _lengths(text: str) -> Reading:
    # 令和9年3月31日まで is a day, no length
    text = re.sub(r"(?:令和|平成|r|h|20[0-9]{2})[0-9元]*年(?:度|[0-9]+月(?:[0-9]+日)?)?", "", text)
    said = list(_MONTHS.finditer(text))
    if not said:
        return _no_length(text)
    if _BELOW.match(text, said[0].end()):
        return _bound_only("月数", "11か月")
    found = {_in_months(match) for match in said}
    if len(found) == 1 and _lower_end(text, said[0]) is None:
        return _whole_months(found.pop())
    if _LONGEST.search(text) or "更新" in text or "延長" in text:
        read = _whole_months(max(found))
        return (
            Read(read.value, "months_longest", "更新を含むいちばん長い期間を読みました。")
            if isinstance(read, Read)
            else read
        )
    return Unreadable(
        "months_several", "期間が二つ以上あり、どれか分かりません。", "最長の期間だけを書いてください（例: 3年）。"
    )


def _no_length(text: str) -> Reading:
    if _TO_YEAR_END.fullmatch(text):
        said = (
            "年度末までの月数は始まる月で変わるので「不明」としました。"
            "月数が決まっていれば「11か月」のように書いてください。"
        )
        return Read(None, "months_to_year_end", said)
    return Unreadable(
        "months_unreadable",
        "期間の長さが読めません。",
        "「3年」や「36か月」の形か、「令和9年4月1日～令和12年3月31日」のように始まりと終わりの日で書いてください。",
    )


def _between(cell: Cell) -> Reading | None:
    """The months from one day to another, where a cell is a span of two days; whole ones only."""
    begin, end = first_day(cell, About()), last_day(cell, About())
    days = [found.value for found in (begin, end) if isinstance(found, Read) and isinstance(found.value, date)]
    if len(days) < 2 or days[0] >= days[1] or _LONGEST.search(folded(cell)) or not isinstance(cell, str):
        return None
    after = days[1] + timedelta(days=1)
    many = (after.year - days[0].year) * 12 + after.month - days[0].month
    if after.day != days[0].day or many < 1:
        return Unreadable(
            "months_not_whole",
            "始まりと終わりの日が、月の数で割り切れません。",
            "「11か月」のように月数で書いてください。",
        )
    return Read(many, "months_between", f"始まりと終わりの日から{many}か月と読みました。")


def _in_months(match: re.Match[str]) -> float:
    if match["months"]:
        return number_of(match["months"])
    return number_of(match["years"]) * 12 + float(match["rest"] or 0)


def _bare_months(number: float, heading: str) -> Reading:
    if "月" in heading:
        return _whole_months(number)
    if "年" in heading:
        return _whole_months(number * 12)
    return Unreadable("months_no_unit", "年か月か分かりません。", "「3年」や「36か月」のように単位を付けてください。")


def _whole_months(number: float) -> Reading:
    if number > 1200:
        return Unreadable("months_too_long", "期間が長すぎます。", "数字と単位を確かめてください。")
    return Read(round(number))


def days_per_month(cell: Cell, about: About) -> Reading:
    """Days a month; days a week are refused, for a month has no fixed number of weeks.

    Examples
    --------
    >>> days_per_month("月４日", About()).value, days_per_month("週1日", About()).code
    (4.0, 'days_per_week')
    """
    text = folded(cell).translate(_KANJI)
    if is_unknown(text):
        return Read(None)
    bare = re.fullmatch(rf"({NUMBER})(?:日)?(?:程度|以上)?", text)
    found = _DAYS.search(text)
    per = "" if bare else ((found["per"] or found["after"] or "") if found else "")
    if found is None and bare is None:
        return Unreadable("days_unreadable", "日数として読めません。", "「月4日」の形で書いてください。")
    if (per or _per_of(about.heading)) == "週":
        return Unreadable("days_per_week", "週あたりの日数です。", "月あたりの日数で書いてください（例: 月16日）。")
    if found and not bare and _BELOW.match(text, found.end()):
        return _bound_only("日数", "月4日")
    many = number_of(bare[1] if bare else found["many"] if found else "0")
    if per == "年" or many > 31:
        return Unreadable("days_too_many", "月の日数ではありません。", "月あたりの日数（31以下）で書いてください。")
    return Read(many) if bare or not found else _least(many, text, found, "日")


def hours_per_week(cell: Cell, about: About) -> Reading:
    """Hours a week: 週35時間, 38時間45分; a month's hours and a day's are another thing, and a bound is no number.

    Examples
    --------
    >>> hours_per_week("週37時間30分", About()).value, hours_per_week("1日7時間、週5日", About()).value
    (37.5, 35.0)
    >>> hours_per_week("週35時間未満", About()).value, hours_per_week("週30時間以上", About()).code
    (None, 'range_lower')
    """
    text = folded(cell).translate(_KANJI)
    daily = re.search(rf"(?:1日|日)(?:あたり|当たり|に)?({NUMBER})時間(?:([0-9]+)分|(半))?", text)
    weekly_days = re.search(r"週(?:に|あたり)?([1-7])日", text)
    if daily and weekly_days and not re.search(rf"週(?:に|あたり|当たり)?{NUMBER}時間", text):
        if any(_is_upper(text, match) for match in (daily, weekly_days)):
            return _bound_only("時間", "週31時間")
        a_day = number_of(daily[1]) + (0.5 if daily[3] else float(daily[2] or 0) / 60)
        hours = a_day * int(weekly_days[1])
        if a_day > 24:
            return _too_many_hours("1日")
        return Read(round(hours, 2), "hours_multiplied", "1日の時間に週の日数をかけて読みました。")
    return _hours(cell, about, "週", 168)


def hours_per_month(cell: Cell, about: About) -> Reading:
    """Hours a month.

    Examples
    --------
    >>> hours_per_month("月125時間以内", About()).value, hours_per_month("週20時間", About()).code
    (125.0, 'hours_other_span')
    """
    return _hours(cell, about, "月", 744)


def minutes(cell: Cell, _about: About) -> Reading:
    """Minutes: 30分以内, 1時間.

    Examples
    --------
    >>> minutes("３０分以内", About()).value, minutes("1時間", About()).value
    (30, 60)
    """
    text = folded(cell).translate(_KANJI)
    if is_unknown(text):
        return Read(None)
    found = re.search(r"(?:([0-9]+)時間)?(?:([0-9]+)分?|半)?", text[_start(text) :])
    if found is None or not any(found.groups()):
        return Unreadable("minutes_unreadable", "分として読めません。", "「30分」の形で書いてください。")
    return Read(int(found[1] or 0) * 60 + int(found[2] or 0) + (30 if "半" in text else 0))


def _start(text: str) -> int:
    found = _FIRST.search(text)
    return found.start() if found else len(text)


def _per_of(heading: str) -> str:
    found = _HEADING_PER.search(folded(heading))
    return next((part for part in found.groups() if part), "") if found else ""


def _hours(cell: Cell, about: About, per: str, most: int) -> Reading:
    text = folded(cell).translate(_KANJI)
    if is_unknown(text):
        return Read(None)
    bare = re.fullmatch(NUMBER, text)
    said = list(_HOURS.finditer(text))
    fitting = [match for match in said if (match["per"] or match["after"] or _per_of(about.heading) or per) == per]
    if not bare and not fitting:
        if said:
            return Unreadable(
                "hours_other_span",
                f"{per}あたりの時間ではありません。",
                f"「{per}35時間」のように{per}の時間で書いてください。",
            )
        return Unreadable("hours_unreadable", "時間数として読めません。", f"「{per}35時間」の形で書いてください。")
    many = number_of(text) if bare else _of_hours(fitting[0])
    if many > most:
        return _too_many_hours(per)
    return Read(many) if bare else _bound(text, fitting[0], per) or _least(many, text, fitting[0], "時間")


def _too_many_hours(per: str) -> Unreadable:
    return Unreadable("hours_too_many", f"{per}の時間としては多すぎます。", "数字と単位を確かめてください。")


def _bound(text: str, said: re.Match[str], per: str) -> Reading | None:
    """Hours of which only a bound is told; a month's are themselves the most somebody has or the least a call asks."""
    if _BELOW.match(text, said.end()) or (per == "週" and _is_upper(text, said)):
        return _bound_only("時間", f"{per}31時間" if per == "週" else f"{per}20時間")
    if per == "週" and _FROM.match(text, said.end()):
        return Read(_of_hours(said), "range_lower", "下限だけが書かれているので、その時間を読みました。")
    return None


def _is_upper(text: str, said: re.Match[str]) -> bool:
    behind = any(bound.match(text, said.end()) for bound in (_BELOW, _UP_TO))
    return behind or _UP_TO_BEFORE.search(text[: said.start()]) is not None


def _bound_only(what: str, example: str) -> Read:
    return Read(
        None,
        "bound_only",
        f"上限だけが書かれていて{what}が決まらないので「不明」としました。"
        f"決まっていれば「{example}」のように書いてください。",
    )


def _of_hours(match: re.Match[str]) -> float:
    part = 0.5 if match["half"] == "半" else float(match["part"] or 0) / 60
    return round(number_of(match["many"]) + part, 2)


def _least(many: float, text: str, said: re.Match[str], unit: str) -> Reading:
    """The lower end of a span, whether its unit stands at both ends or at the last: 4日~6日, 4~6日."""
    low = _lower_end(text, said)
    if low is not None or re.match(rf"(?:{unit})?~[0-9]", text[said.end() :]):
        return Read(many if low is None else low, "range_lower", "幅があるので小さいほうを読みました。")
    return Read(many)


def _lower_end(text: str, said: re.Match[str]) -> float | None:
    """The number without a unit that a span begins with, in front of the one that has it."""
    number = next(place for place, mark in enumerate(said[0]) if mark.isdecimal())
    found = _SPAN_BEGINS.search(text[: said.start() + number])
    return number_of(found[1]) if found else None
