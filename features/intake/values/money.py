"""Amounts of yen: 円, 千円, 万円, 18万5千円, spans, a month or a year."""

from __future__ import annotations

import re
from typing import Final

from features.intake.sheet import Cell
from features.intake.values.figures import NEGATIVE, NUMBER, number_of
from features.intake.values.reading import About, Read, Reading, Unreadable
from features.intake.values.spelling import folded, is_unknown

__all__ = ["monthly_yen", "yearly_yen", "yen"]

_AMOUNT: Final = re.compile(
    rf"(?P<man>{NUMBER})万(?:(?P<sen>{NUMBER})千)?(?P<rest>[0-9]{{1,4}}(?:,[0-9]{{3}})?)?円?|(?P<thousand>{NUMBER})千円|[¥\\]?(?P<plain>{NUMBER})(?P<unit>円)?"
)
_PER: Final = re.compile(
    r"(時給|時間額|時間給|1時間|日額|日給|1日|月額|月給|月収|1(?:か|ヶ|カ|ヵ)?月|年額|年俸|年収|年間|1年|/時|/日|/月|/年)"
)
_SPAN_OF: Final = {"時": "hour", "日": "day", "月": "month", "年": "year"}
_SPAN_UNIT: Final = re.compile(rf"({NUMBER})(?:から|~)({NUMBER})(万円?|千円)")
_HEADING_UNIT: Final = re.compile(r"(万円|千円|円)")
_BELONGS: Final = re.compile(r"(?:賞与|期末|手当|通勤|家賃|上限|活動費|別途)")
_KANJI: Final = str.maketrans("〇一二三四五六七八九", "0123456789")
_TENS: Final = re.compile(r"([一二三四五六七八九1-9]?)十([一二三四五六七八九1-9]?)(?=[万千円,.])")
_KANJI_AMOUNT: Final = re.compile(r"[〇一二三四五六七八九](?:万|千|円)")
_DOTS: Final = re.compile(r"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{3})+(?![0-9.万千])")
_NET: Final = re.compile(r"手取|手どり|差引支給")
_BY_PERSON: Final = re.compile(
    r"(?:月額|月給|報酬|給与|金額|額)?(?:は|[:])?(?:(?:本人の?|これまでの)?(?:経験|能力|経歴|年齢|職歴|学歴|実績|資格|スキル|前歴)(?:年数)?(?:[・、や,/]|及び|および|と|等|など)?)+"
    r"(?:等|など)?(?:に(?:より|よる|よって|応じて?|応じた|基づき|基づいて)|を(?:考慮|勘案|加味)(?:し(?:て)?)?|考慮)(?:の?(?:うえ|上))?、?(?:て|し)?(?:決定|算定|支給|変動|異なり?|優遇)?(?:し?ます|する|る)?"
    r"|(?:当[市町村]|町|市|村|本[市町村])?の?(?:規程|規定|条例|規則|基準|給与表)(?:等|など)?(?:に(?:より|よる|よって|従い|基づき|基づく|準ずる|準じる|準じて?)|どおり|の?とおり)(?:決定|支給|算定)?(?:し?ます|する)?"
)
_NOTHING: Final = re.compile(
    r"(?:報酬|給与|給料|手当|賃金|補助|負担金?|支給)?(?:は|[:])?(?:無報酬|無給|無償|無料|ボランティア|なし|無し|無|ありません|ない"
    r"|支給し?(?:ない|ません)|不支給|負担し?(?:ない|ません))(?:です)?(?:\(.*\))?"
)
_UPPER: Final = re.compile(
    r"(?:上限|最大|最高|限度)(?:額|で|は|[:])*[¥\\]?[0-9]|^(?:月額|月給|報酬|給与|[:])*~[¥\\]?[0-9]|[0-9円万千](?:/月)?(?:\(.*\))?(?:以内|以下|未満|まで|を上限|が上限|上限)|[(](?:上限|最大|以内|まで)[)]"
)
_BRACKETED: Final = re.compile(r"[(](?:上限|最大|以内|まで)[)]")
_PLAUSIBLE: Final = {"month": (50_000, 1_000_000), "year": (100_000, 30_000_000)}
# in front of the first number, where it is no dash of a span: 月額▲185,000円; a dash before 月額 parts words
_BELOW_ZERO: Final = re.compile(r"[^0-9十百千万]*(?<![a-z])(?:-|(?:[▲△]|マイナス)単?)[¥\\]?[0-9](?![0-9]*[級号])")
_IN_BRACKETS: Final = re.compile(rf"\([¥\\]?{NUMBER}円?\)")
_LEAST_PLAIN: Final = 1000  # a smaller bare number may be 万円 or 千円


def monthly_yen(cell: Cell, about: About) -> Reading:
    """Yen a month; of a span the lower end, with a remark; hourly, daily and yearly pay are another thing.

    Examples
    --------
    >>> [monthly_yen(text, About()).value for text in ("月額 １８５，０００円", "18.5万円", "18万5千円", "185千円")]
    [185000, 185000, 185000, 185000]
    >>> monthly_yen("185,000円～220,000円", About()).value, monthly_yen("時給1,200円", About()).code
    (185000, 'pay_other_span')
    >>> monthly_yen("18.5", About(heading="報酬（月額・万円）")).value, monthly_yen("18.5", About()).code
    (185000, 'yen_no_unit')
    """
    return _read(cell, about, "month")


def yearly_yen(cell: Cell, about: About) -> Reading:
    """Yen a year."""
    return _read(cell, about, "year")


def yen(cell: Cell, about: About) -> Reading:
    """Yen, a ceiling or a price: 上限5万円.

    Examples
    --------
    >>> yen("上限５万円／月", About()).value
    50000
    """
    return _read(cell, about, None)


def _read(cell: Cell, about: About, span: str | None) -> Reading:
    text = _spelt(cell)
    if is_unknown(text):
        return Read(None)
    if (signed := _below_zero(text)) is not None:
        return signed
    if (told := _no_amount(text, is_pay=span is not None)) is not None:
        return told
    # what follows a bracket or a further amount (賞与, 手当) belongs to something else
    main = _BELONGS.split(re.split(r"[(。;※]", text)[0])[0] if span else text
    main = main if _AMOUNT.search(main) else text
    said = _PER.search(main) or _PER.search(folded(about.heading))
    found = _SPAN_OF[re.sub(r"[^時日月年]", "", said[1])[0]] if said else span
    if span is not None and found != span:
        wanted = "月額" if span == "month" else "年額"
        return Unreadable("pay_other_span", f"{wanted}ではない金額です。", f"{wanted}に直して書いてください。")
    unit = _HEADING_UNIT.search(folded(about.heading))
    # a number in front of 時間, 日, 回, 年 or 名 is no amount
    amounts = [
        match
        for match in _AMOUNT.finditer(_PER.sub("", main))
        if not re.match(r"[時日回年名人か月%分]", _after(main, match))
    ]
    values = [value for match in amounts if (value := _yen_of(match, unit[1] if unit else "")) is not None]
    if not values:
        return Unreadable("yen_unreadable" if not amounts else "yen_no_unit", *_mend(bool(amounts)))
    found_pay = _chosen(values, main)
    return _weighed(found_pay, f"{main} {_BRACKETED.findall(text)}", span) if span else found_pay


def _no_amount(text: str, *, is_pay: bool) -> Reading | None:
    """What is said in place of an amount: that there is none, that it is after tax, that it depends on the person."""
    if _NOTHING.fullmatch(text):
        return Unreadable(
            "yen_nothing",
            "金額がないと書かれています。",
            "支払いがなければ「0円」、別の名目で支払うならその金額（例: 185,000円）、"
            "決まっていなければ「未定」と書いてください。",
        )
    if is_pay and _NET.search(text):
        return Unreadable("pay_net", "手取りの額です。", "税や保険料を引く前の額（額面）で書いてください。")
    if is_pay and _BY_PERSON.fullmatch(text):
        return Read(
            None, "pay_by_person", "金額が決まっていないので「不明」としました。下限が決まっていれば書いてください。"
        )
    return None


def _below_zero(text: str) -> Unreadable | None:
    """An amount with a minus, or in brackets as accounts write one below zero."""
    if _IN_BRACKETS.fullmatch(text):
        return Unreadable(
            "number_in_brackets",
            "括弧の中に数だけがあり、0より小さいという意味かどうか分かりません。",
            "数を確かめて、括弧を付けずに書いてください。",
        )
    return NEGATIVE if _BELOW_ZERO.match(_PER.sub("単", text)) else None


def _spelt(cell: Cell) -> str:
    """A cell with the writings of numbers in one: 185.000円, 十八万五千円; the unit of 18~20万円 at both ends."""
    text = _DOTS.sub(lambda match: match[0].replace(".", ""), folded(cell))
    text = _TENS.sub(lambda match: str(_digit(match[1]) * 10 + (_digit(match[2]) if match[2] else 0)), text)
    text = text.translate(_KANJI) if _KANJI_AMOUNT.search(text) else text
    return _SPAN_UNIT.sub(r"\1\3~\2\3", text)


def _digit(text: str) -> int:
    return int(text.translate(_KANJI)) if text else 1


def _weighed(found: Reading, main: str, span: str) -> Reading:
    """A pay of which only the upper end is told, or that nobody is paid, is not taken for what it says."""
    if isinstance(found, Unreadable) or not isinstance(found.value, int):
        return found
    if not found.code and _UPPER.search(main):
        return Read(None, "pay_upper_only", "上限だけが書かれていて下限が分からないので「不明」としました。")
    least, most = _PLAUSIBLE[span]
    if found.value and not least <= found.value <= most:
        wanted = "月額" if span == "month" else "年額"
        size = "少な" if found.value < least else "多"
        return Read(
            None, "pay_implausible", f"{wanted}としては{size}すぎるので「不明」としました。単位を確かめてください。"
        )
    return found


def _after(main: str, match: re.Match[str]) -> str:
    return _PER.sub("", main)[match.end() :][:1]


def _mend(is_number: bool) -> tuple[str, str]:
    if is_number:
        return "円か千円か万円か分かりません。", "単位を付けて書いてください（例: 185,000円）。"
    return "金額として読めません。", "「185,000円」や「18.5万円」の形で書いてください。"


def _yen_of(match: re.Match[str], heading_unit: str) -> int | None:
    if match["man"]:
        parts = (_number(match["man"]) * 10_000, _number(match["sen"]) * 1000, _number(match["rest"]))
        return round(sum(parts))
    if match["thousand"]:
        return round(_number(match["thousand"]) * 1000)
    number = _number(match["plain"])
    if match["unit"]:
        return round(number)
    if heading_unit in ("万円", "千円") and number < 100_000:
        return round(number * (10_000 if heading_unit == "万円" else 1000))
    return round(number) if number >= _LEAST_PLAIN or number == 0 else None


def _number(text: str | None) -> float:
    return number_of(text) if text else 0.0


def _chosen(values: list[int], main: str) -> Reading:
    if len(values) == 1:
        return Read(values[0])
    if "~" in main or "から" in main or "-" in main:
        return Read(values[0], "range_lower", "幅があるので下限を読みました。")
    return Unreadable("yen_several", "金額が二つ以上あります。", "月額の報酬だけを書いてください。")
