"""Licences a person holds, as codes where the taxonomy knows them and as written where not."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from features.intake.sheet import Cell
from features.intake.values.licence_numbers import numbers_cut
from features.intake.values.reading import About, Read, Reading, Unreadable
from features.intake.values.spelling import bullets_cut, folded, is_unknown, joined, pieces
from features.intake.values.words import word_table
from features.taxonomy.licence_entries import driving_of_no_class, licence_entry
from features.taxonomy.licences import FOR_PASSENGERS, licence_code

__all__ = ["column_licence", "halves", "licences"]

_HELD: Final = re.compile(r"の?(?:有無|保有|取得|所持|要否).*$")
_WHEN: Final = re.compile(
    r"[(]?(?:(?:令和|平成|昭和|[rhs]\.?)(?:元|[0-9]{1,2})|(?:19|20)[0-9]{2})(?:年度?|[./-])"
    r"(?:[0-9]{1,2}(?:月|[./-])?(?:[0-9]{1,2}日?)?)?(?:に|頃)?(?:取得|合格|登録|交付|免許)?(?:済み?)?[)]?",
    re.IGNORECASE,
)
_LIMITS: Final = ("at限定", "at", "mt", "at限定解除", "限定なし", "at限定なし", "mt可")
_UNLIMITED: Final = re.compile(r"[(]?AT限定(?:解除(?:済み?)?|なし|無し?)[)]?", re.IGNORECASE)
_NEXT_WORD: Final = re.compile(r"([ 、,;\n])([^\s、,;/|]+)")
_MIDDLE_DOT: Final = re.compile(r"・(?![^()]*\))")  # 教員免許(中学・英語) is one
_INSIDE: Final = re.compile(r"\([^()]*\)")
_LIST: Final = re.compile(r"(?P<stem>[^()]+)\((?P<inner>[^()]+)\)")
_BETWEEN: Final = re.compile(r"[\s・、,/]+")
# what a licence card says of everybody's, in brackets beside what counts
_CARD_WORDS: Final = re.compile(
    r"(?<=\()(?:眼鏡等?|第?[一1]種)[\s・、,/]+(?=[^()]*\))|[\s・、,/]+(?:眼鏡等?|第?[一1]種)(?=\))"
)
_MARKS: Final = " 、,;/|\n"
# marks inside brackets part no entries; characters of private use stand for them while a cell is parted
_HIDDEN: Final = {ord(mark): 0xE000 + at for at, mark in enumerate(_MARKS)}
_SHOWN: Final = {hidden: mark for mark, hidden in _HIDDEN.items()}
# as a licence card prints the classes; 中 or 大 alone may be a school's
_CARD: Final = {"普": "普通", "原": "原付", "大": "大型", "中": "中型", "準中": "準中型", "け引": "けん引"}


class _Part(NamedTuple):
    """One entry as it is kept, and a word for what is to be known of it."""

    kept: str
    doubt: str


_DOUBTS: Final = {
    "no_class": "種類の書かれていない運転免許があり、書かれたまま入れました（選考のとき種類を確かめます）。",
    "unsaid": "資格・免許の名前が書かれていません。書かれたまま入れました（選考のとき確かめます）。",
    "gone": "持っていないと書かれた資格・免許があり、そのとおりに入れました。",
    "number": "登録番号などの番号は、選考に使わないので入れていません。",
    "unknown": "知っている名前ではない資格・免許があり、書かれたまま入れました（点数には使われないことがあります）。",
}

_NO_NAME: Final = "資格・免許の名前がないので「不明」としました。名前だけを書いてください（番号は要りません）。"


def licences(cell: Cell, about: About) -> Reading:
    """Licences as codes where the taxonomy knows them, as written where not, with a remark; なし is none.

    A column named after one licence holds yes or no. A no there is unknown: whoever lacks one licence may hold others.

    Examples
    --------
    >>> licences("普通自動車免許（AT限定）、看護師", About()).value, licences("特になし", About()).value
    (('car_at', 'nurse'), ())
    >>> licences("①普通免許・MT②簿記2級", About()).value, licences("普通自動車免許 平成20年取得", About()).value
    (('car_mt', 'bookkeeping_2'), ('car',))
    >>> licences("普通自動車免許　取得予定、原付", About()).value, licences("普通自動車免許 なし", About()).value
    (('普通自動車免許取得予定', 'moped'), ('普通自動車免許なし',))
    >>> licences("有", About(heading="普通自動車免許")).value, licences("無", About(heading="普通自動車免許")).code
    (('car',), 'licence_no')
    """
    text = folded(cell)
    if is_unknown(text):
        return Read(None)
    answer = word_table()["yes_no"].get(text)
    if answer is not None or isinstance(cell, bool):
        return _of_column(
            cell is True or answer == "yes", about.heading, is_none=text in ("なし", "無し", "無", "特になし", "ない")
        )
    told = joined(bullets_cut(cell))
    names = numbers_cut(told)
    of_cell = [] if names == told else ["number"]
    written = _named_limit(text, about.heading) or _entries(names)
    if not written:
        return Read(None, "licence_number" if of_cell else "licence_unsaid", _NO_NAME)
    if all(licence_entry(part).mark == "none" for part in written):
        return Read(())
    parts = [_part(part) for part in written if licence_entry(part).mark != "none"]
    doubts = dict.fromkeys([*(part.doubt for part in parts if part.doubt), *of_cell])
    remark = "".join(_DOUBTS[doubt] for doubt in doubts)
    return Read(
        tuple(dict.fromkeys(part.kept for part in parts)), f"licence_{next(iter(doubts))}" if doubts else "", remark
    )


def _named_limit(text: str, heading: str) -> list[str]:
    return [f"普通自動車免許({text})"] if text in _LIMITS and "免許" in heading else []


def _entries(text: str) -> list[str]:
    """The entries of a cell: by marks and numbers in circles, and at ・ where both sides are licences."""
    found: list[str] = []
    hidden = _INSIDE.sub(lambda match: match[0].translate(_HIDDEN), text)
    for part in pieces(_NEXT_WORD.sub(_beside, hidden)):
        piece = part.translate(_SHOWN)
        without = _CARD_WORDS.sub("", _WHEN.sub("", piece)).strip()
        # the year it was taken in says nothing else
        named = without if licence_code(without) else piece if without else ""
        found += _listed(named) or halves(named)
    return list(dict.fromkeys(part for part in found if part))


def _beside(word: re.Match[str]) -> str:
    """A word that only says of the licence before it that it is gone, lapsed or planned, without the mark between."""
    told = "なし" if word[2] == "×" else word[2]
    entry = licence_entry(f"○{told.split('(')[0]}")
    # after a comma なし may mean that there is nothing else
    is_told = entry.name == "○" and (entry.mark in ("lapsed", "planned") or (entry.mark == "gone" and word[1] == " "))
    return told if is_told else word[0]


def _listed(text: str) -> list[str]:
    """The licences of a name with others in brackets, all known: 普通免許(けん引) says two, 自動車免許(大特) one."""
    written = _LIST.fullmatch(text)
    if written is None or (stem := licence_code(written["stem"])) is None:
        return []
    parts = [part for part in _BETWEEN.split(written["inner"]) if part]
    codes = {licence_code(part) for part in parts}
    # 建築士(一級建築士) and 普通免許(AT限定) are one; AT限定 beside another class is a limit of that one
    is_limit = stem != "car" and not codes.isdisjoint(("car_at", "car_mt"))
    is_use = not FOR_PASSENGERS.isdisjoint(parts)
    if None in codes or is_limit or is_use or codes <= {stem} or licence_code(text) not in (None, stem):
        return []
    has_class = stem != "car" or "普" in written["stem"]
    return [written["stem"], *parts] if has_class else parts


def halves(text: str) -> list[str]:
    """The licences on both sides of ・, where each is known; else the text as one.

    Examples
    --------
    >>> halves("看護師・保健師"), halves("普通免許・MT"), halves("まちづくり・観光検定")
    (['看護師', '保健師'], ['普通自動車免許(MT)'], ['まちづくり・観光検定'])
    """
    parts = [part.strip() for part in _MIDDLE_DOT.split(text) if part.strip()]
    if len(parts) == 2 and licence_code(parts[0]) == "car" and folded(parts[1]) in _LIMITS:
        return [f"普通自動車免許({parts[1].upper()})"]
    if not {"普", "原"}.isdisjoint(parts):
        parts = [_CARD.get(part, part) for part in parts]
    return parts if len(parts) > 1 and all(licence_code(part) for part in parts) else [text]


def _part(text: str) -> _Part:
    entry = licence_entry(text)
    if entry.mark == "gone":
        is_one = licence_code(entry.name) is not None or driving_of_no_class(entry.name)
        return _Part(text[:500], "gone" if is_one and len(entry.name) <= 15 else "unknown")
    if entry.mark != "has":
        return _Part(text[:500], "unsaid" if entry.mark == "unsaid" else "")
    code = licence_code(_UNLIMITED.sub("(MT)", text))
    if code is not None:
        return _Part(code, "")
    return _Part(text[:500], "no_class" if driving_of_no_class(text) else "unknown")


def column_licence(heading: str) -> str | None:
    """The licence that a column is named after: its code, or its name where that is a driving licence of no class."""
    named = _HELD.sub("", unicodedata.normalize("NFKC", heading).split("/")[-1])
    # 運転免許 has no class: kept as written, so that the class is asked
    return licence_code(named) or (named if driving_of_no_class(named) else None)


def _of_column(has: bool, heading: str, *, is_none: bool) -> Reading:
    code = column_licence(heading)
    if code is None and has:
        return Unreadable(
            "licence_unnamed", "何の資格・免許かが書かれていません。", "資格・免許の名前を書いてください。"
        )
    if code is None and is_none:
        return Read(())
    if has and code is not None:
        return Read((code,))
    return Read(
        None, "licence_no", "この資格・免許を持たないことだけでは、ほかの資格が分からないので「不明」としました。"
    )
