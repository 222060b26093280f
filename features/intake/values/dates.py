"""Dates as offices write them: 西暦, 和暦, serial numbers of Excel, months, spans."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final, Literal

from features.intake.sheet import Cell, text_of
from features.intake.values.reading import About, Read, Reading, Unreadable
from features.intake.values.spelling import folded, is_unknown

__all__ = ["day", "first_day", "last_day", "moment"]

_JST: Final = timezone(timedelta(hours=9))
# 元号法 and its orders: first day, last day, year 0
_ERAS: Final = {
    "令和": (date(2019, 5, 1), date.max, 2018),
    "平成": (date(1989, 1, 8), date(2019, 4, 30), 1988),
    "昭和": (date(1926, 12, 25), date(1989, 1, 7), 1925),
    "大正": (date(1912, 7, 30), date(1926, 12, 24), 1911),
    "明治": (date(1868, 10, 23), date(1912, 7, 29), 1867),
}
_SHORT: Final = {
    "r": "令和",
    "h": "平成",
    "s": "昭和",
    "t": "大正",
    "m": "明治",
    "令": "令和",
    "平": "平成",
    "昭": "昭和",
}
_YEAR: Final = (
    r"(?:(?P<year>(?:19|20)[0-9]{2})年?度?"
    r"|(?P<era>令和|平成|昭和|大正|明治|[rhstm令平昭])\.?(?P<of_era>元|[0-9]{1,2})年?)"
)
_DAY: Final = re.compile(
    _YEAR
    + r"(?:\((?:令和|平成|r|h|(?:19|20)[0-9]{2})[0-9元]*年?\))?年?"
    + r"[/.・-]?(?P<month>1[0-2]|0?[1-9])(?:月|[/.・-])(?P<day>3[01]|[12][0-9]|0?[1-9])日?(?![0-9])"
)
_MONTH: Final = re.compile(
    _YEAR
    + r"年?[/.・-]?(?P<month>1[0-2]|0?[1-9])月?(?P<part>上旬|初旬|中旬|下旬|末日?|頃|ごろ|以降|から|より|~)?(?![0-9])"
)
_PLAIN: Final = re.compile(r"(?P<year>(?:19|20)[0-9]{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12][0-9]|3[01])")
_CLOCK: Final = re.compile(
    r"(?:t|午前|午後|am|pm)?(?P<hour>[01]?[0-9]|2[0-3])[:時](?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9]))?"
)
_BEFORE_CLOCK: Final = re.compile(r"(?<=[0-9０-９月])\s+(?=[0-9０-９]{1,2}\s*(?:[:：時]|[ap]m))", re.IGNORECASE)
_EARLIEST: Final = 2000  # nothing of a call or an application begins or ends before
_SERIAL: Final = (36_526, 73_050)  # 2000 to 2099 in the calendar of 1900
_ZERO, _ZERO_1904 = date(1899, 12, 30), date(1904, 1, 1)
_SPAN: Final = re.compile(r"~|から(?=.*[0-9])|より(?=.*[0-9])|(?<=日)-|(?<=[0-9])-(?=(?:19|20)[0-9]{2}[/年])")
_NO_YEAR: Final = re.compile(r"^(?:1[0-2]|0?[1-9])(?:月|/)(?:(?:3[01]|[12][0-9]|0?[1-9])日?)?")
_YEAR_END: Final = re.compile(
    r"^(?:今|来|当|本|翌)?(?:会計)?(?:年度?内?|年)?(?:末|中|初め?|始め)(?:まで|頃|ごろ|から)?|^[今来翌]年度?"
)
_YEAR_ALONE: Final = re.compile(
    _YEAR
    + r"年?度?(?:[(](?:令和|平成|r|h|(?:19|20)[0-9]{2})[0-9元]*年?度?[)])?年?度?の?"
    + r"(?:[中内]|末日?|当初|初め?|始め|早々|前半|後半|[春夏秋冬]|[上下]半期|[前後]期|第?[1-4一二三四]四半期"
    + r"|頃|ごろ|から|より|以降|まで|~|採用|着任|任用|開始|予定|[にの])*"
)
_SHORT_YEAR: Final = re.compile(r"^[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{1,2}$")
_YEAR_LAST: Final = re.compile(r"^[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:19|20)[0-9]{2}$")
_NO_END: Final = re.compile(
    r"(?:締切|締め切り|期限|期日)?(?:は|を)?(?:なし|無し|設けない|設けません|特になし|ありません)"
    r"|(?:採用者?が?|決定者?が?|適任者が?)?決まり次第.*|(?:募集)?(?:定員|定数|募集人数|人数)(?:に|が)?(?:達し|満たし|なり|埋まり)次第.*"
    r"|充足(?:し)?次第.*|先着順?|(?:採用|決定|内定)(?:し)?次第.*|(?:定員|人数)に達するまで|決定するまで|決まるまで|充足するまで"
)
_OVER: Final = re.compile(
    r"(?:受付|募集|応募)?(?:は)?(?:終了|締切|締め切り|〆切)(?:済み?|ました|しました|いたしました)?"
)
_ANY_DAY: Final = re.compile(
    r"即日?(?:可|可能|から)?|即時|すぐ(?:に|にでも)?(?:可|可能)?|いつでも(?:可|可能|よい|良い|ok)?|いつからでも(?:可|可能)?|なし|特になし|"
    r"(?:(?:来|今|翌)年?の?)?[春夏秋冬](?:先|頃|ごろ|以降|から|に)*(?:希望|予定)?|年明け(?:頃|ごろ|以降|から|早々|に)*|"
    r"(?:なるべく|できるだけ|できる限り|可能な限り)?早(?:く|い時期|め|期)(?:に|を)?(?:希望)?|"
    r"(?:採用|内定|合格|決定|退職|卒業|任用|契約|採用決定|内定通知)(?:決定|通知)?(?:後|から|次第)?、?"
    r"(?:約)?(?:[0-9一二三四五六]+(?:か月|ヶ月|カ月|ヵ月|箇月|月|週間?|日)|即日|すぐ|すみやかに|速やかに|応相談|相談)?(?:程度|以内|後|ほど|くらい)?(?:で|に)?(?:可|可能)?|"
    r"(?:時期は?)?(?:応相談|ご?相談).*|調整可能?|(?:自治体|町|市|村|役場)(?:の)?(?:都合|希望)に(?:合わせ|あわせ).*"
)
_DAY_OF_YEAR: Final = {
    "only": "日まで書いてください（例: 令和9年4月1日）。分からなければ「不明」と書いてください。",
    "first": "始まる日を書いてください（例: 令和9年4月1日）。決まっていなければ「未定」と書いてください。",
    "last": "終わる日を書いてください（例: 令和10年3月31日）。決まっていなければ「未定」と書いてください。",
}
_CELLS_KEPT: Final = 4_096  # a column of dates holds few that differ
_IN_PART: Final = {"上旬": 1, "初旬": 1, "中旬": 11, "下旬": 21}


def day(cell: Cell, about: About) -> Reading:
    """One day; a span or a month alone cannot be one.

    Examples
    --------
    >>> [day(cell, About()).value.isoformat() for cell in ("令和８年４月１日", "R8.4.1", "令8/4/1", 46113.0)]
    ['2026-04-01', '2026-04-01', '2026-04-01', '2026-04-01']
    """
    return _read(cell, about, "only")


def first_day(cell: Cell, about: About) -> Reading:
    """A day on which something begins: the first of a span, the first day of a month, with a remark.

    Examples
    --------
    >>> first_day("令和8年4月", About()).value, first_day("平成33年4月1日", About()).code
    (datetime.date(2026, 4, 1), 'date_outside_era')
    """
    return _read(cell, about, "first")


def last_day(cell: Cell, about: About) -> Reading:
    """A day on which something ends: the last of a span; a month alone does not tell it.

    Examples
    --------
    >>> last_day("令和7年11月1日～令和8年1月30日（必着）", About()).value
    datetime.date(2026, 1, 30)
    """
    return _read(cell, about, "last")


def moment(cell: Cell, about: About) -> Reading:
    """A day, or a day with its time in Japan.

    Examples
    --------
    >>> moment("2026/01/10 14:03:22", About()).value.isoformat()
    '2026-01-10T14:03:22+09:00'
    """
    if isinstance(cell, datetime):
        return Read(
            cell.replace(microsecond=0, tzinfo=cell.tzinfo or _JST)
            if cell.time() != datetime.min.time()
            else cell.date()
        )
    if isinstance(cell, str):
        return _moment_written(cell, counts_from_1904=about.counts_from_1904)
    return _read(cell, about, "only")


@lru_cache(maxsize=_CELLS_KEPT)
def _moment_written(cell: str, *, counts_from_1904: bool) -> Reading:
    found = _in_text(cell, "only", counts_from_1904=counts_from_1904)
    if isinstance(found, Unreadable) or not isinstance(found.value, date):
        return found
    rest = _spelt(cell)
    clock = _CLOCK.search(_DAY.sub(" ", rest, count=1))
    if clock is None:
        return found
    hour = int(clock["hour"]) + (12 if ("午後" in rest or "pm" in rest) and int(clock["hour"]) < 12 else 0)
    at = found.value
    return Read(datetime(at.year, at.month, at.day, hour, int(clock["minute"]), int(clock["second"] or 0), tzinfo=_JST))


def _read(cell: Cell, about: About, which: Literal["only", "first", "last"]) -> Reading:
    if isinstance(cell, datetime):
        return Read(cell.date())
    if isinstance(cell, date):
        return Read(cell)
    return _in_text(text_of(cell), which, counts_from_1904=about.counts_from_1904)


@lru_cache(maxsize=_CELLS_KEPT)
def _in_text(cell: str, which: Literal["only", "first", "last"], *, counts_from_1904: bool) -> Reading:
    text = _spelt(cell)
    if is_unknown(text):
        return Read(None)
    return _serial(text, _ZERO_1904 if counts_from_1904 else _ZERO) or _open(text, which) or _written(text, which)


def _open(text: str, which: Literal["only", "first", "last"]) -> Reading | None:
    """What is said in place of a day: a call that ends when somebody is found, a person who can come at any time."""
    if which == "last" and _NO_END.fullmatch(text):
        return Read(None, "date_open", "締め切りの日が決まっていないので「未定」としました。")
    if which == "last" and _OVER.fullmatch(text):
        return Unreadable(
            "date_over",
            "締め切りの日ではなく、終わったことが書かれています。",
            "この列は締め切りの日にするか空にし、「状態」の列に「募集終了」と書いてください。",
        )
    if which == "first" and _ANY_DAY.fullmatch(text):
        return Read(None, "date_any", "日付でないので「未定」としました。分かっている日があれば書いてください。")
    return None


def _written(text: str, which: Literal["only", "first", "last"]) -> Reading:
    parts = [part for part in _SPAN.split(text) if part]
    if any(len(_days_of(part)) > 1 for part in parts):
        return Unreadable(
            "date_several",
            "日付が二つ以上あり、どれか分かりません。",
            "一つの日付か「令和7年11月1日～令和8年1月30日」のような期間だけを書いてください。",
        )
    days = [found for part in parts if (found := _day_in(part)) is not None]
    broken = next((found for found in days if isinstance(found, Unreadable)), None)
    if broken is not None:
        return broken
    known = [found for found in days if isinstance(found, date)]
    if not known:
        return _month_alone(text, which)
    return _of_span(known, parts, which)


def _spelt(cell: str) -> str:
    # blanks go, so a mark keeps a day apart from the hour after it; t17 would be a year of 大正
    return folded(_BEFORE_CLOCK.sub("、", cell))


def _of_span(known: list[date], parts: list[str], which: Literal["only", "first", "last"]) -> Reading:
    if len(known) > 1 and which == "only":
        return Unreadable("date_several", "日付が二つ以上あります。", "一つの日付だけを書いてください。")
    if which == "last" and len(parts) > 1 and _day_in(parts[-1]) is None:
        return Unreadable(
            "date_no_end",
            "期間の終わりの日付が読めません。",
            "終わりの日付を年から書いてください（例: 令和8年1月30日）。",
        )
    found = known[-1] if which == "last" else known[0]
    if which != "only" and found.year < _EARLIEST:
        said = "2000年より前の日付です。生年月日などの列ではありませんか。"
        return Unreadable("date_too_old", said, "列の見出しと中身を確かめてください。")
    return Read(found)


def _serial(text: str, zero: date) -> Reading | None:
    plain = _PLAIN.fullmatch(text)
    if plain:
        return _made(int(plain["year"]), int(plain["month"]), int(plain["day"]))
    number = re.fullmatch(r"([0-9]{5})(?:\.[0-9]+)?", text)
    if number and _SERIAL[0] <= int(number[1]) + (zero - _ZERO).days <= _SERIAL[1]:
        return Read(zero + timedelta(days=int(number[1])))
    return None


def _days_of(text: str) -> set[tuple[str | None, ...]]:
    """The days a text writes, each as it writes it."""
    return {match.group("year", "era", "of_era", "month", "day") for match in _DAY.finditer(text)}


def _day_in(text: str) -> date | Unreadable | None:
    match = _DAY.search(text)
    if match is None:
        plain = _PLAIN.search(text)
        made = _made(int(plain["year"]), int(plain["month"]), int(plain["day"])) if plain else None
    else:
        year = _year(match)
        made = _made(year, int(match["month"]), int(match["day"])) if year else _no_such_year()
        made = _within_era(match, made)
    if isinstance(made, Read):
        return made.value if isinstance(made.value, date) else None
    return made


def _within_era(match: re.Match[str], made: Reading) -> Reading:
    if not match["era"] or isinstance(made, Unreadable) or not isinstance(made.value, date):
        return made
    begin, end, _ = _ERAS[_SHORT.get(match["era"], match["era"])]
    return made if begin <= made.value <= end else _no_such_year()


def _no_such_year() -> Unreadable:
    return Unreadable("date_outside_era", "その元号にはない日付です。", "西暦か、正しい元号で書いてください。")


def _year(match: re.Match[str]) -> int:
    if match["year"]:
        return int(match["year"])
    _, _, zero = _ERAS[_SHORT.get(match["era"], match["era"])]
    return zero + (1 if match["of_era"] == "元" else int(match["of_era"]))


def _made(year: int, month: int, at: int) -> Reading:
    try:
        return Read(date(year, month, at))
    except ValueError:
        return Unreadable("date_impossible", "暦にない日付です。", "日付を確かめて書き直してください。")


def _month_alone(text: str, which: Literal["only", "first", "last"]) -> Reading:
    match = _MONTH.search(text)
    if match is not None and which == "first":
        part = match["part"] or ""
        if part in ("末", "末日"):
            return Unreadable(
                "date_month_only", "日がはっきりしません。", "日まで書いてください（例: 令和8年4月1日）。"
            )
        at = date(_year(match), int(match["month"]), _IN_PART.get(part, 1))
        return Read(at, "date_month_only", f"日が書かれていないので{at.day}日と読みました。")
    if match is not None:
        return Unreadable("date_month_only", "日が書かれていません。", "日まで書いてください（例: 令和8年1月30日）。")
    if _YEAR_ALONE.fullmatch(text):
        return Unreadable("date_year_only", "年か年度だけが書かれていて、日付が決まりません。", _DAY_OF_YEAR[which])
    return _no_day(text)


def _no_day(text: str) -> Unreadable:
    if _YEAR_LAST.fullmatch(text):
        return Unreadable(
            "date_year_last",
            "年が最後に書かれていて、月と日のどちらが先か分かりません。",
            "年から書いてください（例: 2027/4/1）。",
        )
    if _NO_YEAR.match(text) or _YEAR_END.match(text):
        return Unreadable("date_no_year", "年が書かれていません。", "年から書いてください（例: 令和8年4月1日）。")
    if _SHORT_YEAR.fullmatch(text):
        return Unreadable(
            "date_short_year", "年が2けたで、西暦か和暦か分かりません。", "西暦4けたか元号を付けて書いてください。"
        )
    return Unreadable(
        "date_unreadable", "日付として読めません。", "「令和8年4月1日」や「2026/4/1」の形で書いてください。"
    )
