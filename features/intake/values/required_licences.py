"""Licences a call requires: what it only wishes for, or says is not needed, keeps nobody out."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from features.intake.sheet import Cell
from features.intake.values.licences import column_licence, halves
from features.intake.values.reading import About, Read, Reading, Unreadable
from features.intake.values.spelling import bullets_cut, folded, is_unknown, joined
from features.intake.values.words import word_table
from features.taxonomy.licence_entries import driving_of_no_class, licence_entry
from features.taxonomy.licences import licence_code

__all__ = ["required_licences"]

_PARTS: Final = re.compile(r"[、,;。\n]+(?![^()]*\))|(?<=[^\x00-\x7f]) +(?=[^\x00-\x7f])")
_NOT_NEEDED: Final = re.compile(
    r"不問|不要|問わ(?:ない|ず)|問いません|(?:必要|要件|条件|制限|指定|必須)(?:は|と)?(?:特に)?(?:なし|無し|ない|ありません|しない|しません)"
    r"|必[須要](?:では|じゃ)(?:ない|なく|ありません)|[無な]くても|要りません|い(?:りません|らない)|要らない|未経験"
)
_WISHED: Final = re.compile(
    r"(?:尚|なお|より|さらに|更に)(?:可|良|よ[いし])|歓迎|優遇|望まし|好まし|推奨|あれば|有れば|できれば|任意|有利|お持ちなら|"
    r"持っていれば|活かせ|生かせ|加点|プラス"
)
_PLANNED_TOO: Final = re.compile(
    r"[(]?(?:(?:着任|採用|活動開始|任用|委嘱)?(?:時|日|後|前)?(?:まで)?(?:に|の)?)?(?:取得|受験|免許取得)"
    r"(?:予定|見込み?|可能?)(?:の?者|の?方)?(?:を?含む|も?可|でも可|で可)?[)]?"
)
_REQUIRED: Final = re.compile(
    r"^(?:必須|要|必要|必ず)(?:資格|免許)?[:：]?|^[(\[【](?:必須|要)[)\]】]|[(\[【](?:必須|要|必要)[)\]】]"
    r"|(?:が|は|を|の)?(?:取得)?(?:必須|必要|要)(?:です|とする|とします)?$"
    r"|(?:を|の)?(?:有する|有している|所持する|所持している|お持ちの|持つ|持っている|保有する|保有している|取得している|取得済みの?|"
    r"所有する|所有している|ある|あり)(?:者|方|人|こと)?(?:に限る|であること)?(?=[(]|$)|(?:所持|保有|取得|有資格)?者(?=[(]|$)"
)
_AUTOMATIC_TOO: Final = re.compile(r"[(]AT(?:車)?(?:限定)?(?:で?も)?(?:可|OK)[)]", re.IGNORECASE)
_OR: Final = re.compile(r"または|又は|若しくは|もしくは|あるいは|或いは|か(?=[^ぁ-ん])|/|のいずれか")
_NAME_OF_ONE: Final = re.compile(r"(?:免許|資格|士|師|級|検定|証|講習|教育|技能|技術者|主任者|管理者)[^ぁ-ん]{0,12}$")


class _Part(NamedTuple):
    """What a part of the cell requires, empty where nothing, and a word for what is to be known of it."""

    required: str
    doubt: str


_DOUBTS: Final = {
    "unread": "資格・免許として読めない部分があり、必須の資格・免許に入れていません。",
    "as_written": "知っている名前ではない資格・免許があり、書かれたまま必須にしました。正式な名前で書いてください。",
    "no_class": "運転免許の種類が書かれていないので、書かれたまま必須にしました。種類（普通など）を書いてください。",
    "alternatives": "どれか一つがあればよい資格・免許として読みました。",
    "wished": "あれば望ましいだけの資格・免許は、必須に入れていません。",
    "planned": "取得の予定でもよいことは、記録に入れる所がありません。募集の文章に書いてください。",
}


def required_licences(cell: Cell, about: About) -> Reading:
    """Licences without which nobody is taken; 不問 and なし are none.

    Examples
    --------
    >>> [required_licences(text, About()).value for text in ("不問", "要普通免許（AT可）", "狩猟免許あれば尚可")]
    [(), ('car',), ()]
    >>> required_licences("看護師または保健師", About()).value, required_licences("体力に自信のある方", About()).value
    (('看護師または保健師',), None)
    """
    text = folded(cell)
    if is_unknown(text):
        return Read(None)
    answer = word_table()["yes_no"].get(text)
    if answer is not None or isinstance(cell, bool):
        return _of_column(about.heading, is_needed=cell is True or answer == "yes")
    # the circles go before the width is folded: ① would become a 1
    written = [part.strip(" ・●○■◆*-") for part in _PARTS.split(joined(bullets_cut(cell)))]
    parts = [found for part in written if part for piece in _sides(part) for found in _part(piece)]
    required = tuple(dict.fromkeys(part.required for part in parts if part.required))
    doubts = [doubt for doubt in _DOUBTS if any(part.doubt == doubt for part in parts)]
    value = None if not required and "unread" in doubts else required
    return Read(value, f"licence_{doubts[0]}" if doubts else "", "".join(_DOUBTS[doubt] for doubt in doubts))


def _of_column(heading: str, *, is_needed: bool) -> Reading:
    named = column_licence(heading)
    if not is_needed:
        return Read(())
    if named is None:
        return Unreadable(
            "licence_unnamed", "何の資格・免許かが書かれていません。", "資格・免許の名前を書いてください。"
        )
    return Read((named,))


def _sides(text: str) -> list[str]:
    """Parts on both sides of ・, where each is a licence or says how much it is wanted: 普通免許(必須)・簿記(歓迎)."""
    sides = re.split(r"・(?![^()]*\))", text)
    is_said = all(_WISHED.search(side) or _NOT_NEEDED.search(side) or licence_code(_bare(side)) for side in sides)
    return sides if len(sides) > 1 and is_said else halves(text)


def _part(text: str) -> list[_Part]:
    if _NOT_NEEDED.search(text) or licence_entry(text).mark == "none":
        return []
    if _WISHED.search(text):
        return [_Part("", "wished")]
    planned = [_Part("", "planned")] if _PLANNED_TOO.search(text) else []
    return [*_named(_bare(_PLANNED_TOO.sub("", text))), *planned]


def _named(name: str) -> list[_Part]:
    if not name:
        return []
    code = licence_code(name)
    if code is not None:
        return [_Part(code, "")]
    options = [_bare(option) for option in _OR.split(name) if option.strip()]
    if len(options) > 1:
        if all(licence_code(option) for option in options):
            return [_Part("または".join(options), "alternatives")]
        return [_Part("", "unread")]
    if driving_of_no_class(name) and len(name) <= 30:
        return [_Part(name, "no_class")]
    is_name = len(name) <= 30 and _NAME_OF_ONE.search(name)
    return [_Part(name, "as_written") if is_name else _Part("", "unread")]


def _bare(text: str) -> str:
    """A name without what says that it is required, 普通免許(AT可) in the form the taxonomy knows."""
    before, name = "", text.strip()
    while name != before:
        before, name = name, _REQUIRED.sub("", name).strip()
    name = re.sub(
        r"^(?:普通|普免|普通車)(?:運転)?(?:免許)?(?=[(]AT)", "普通自動車免許", _AUTOMATIC_TOO.sub("(AT限定可)", name)
    )
    return re.sub(r"第一種(?=普通|準中型|中型|大型)|(?<=普通|大型|中型)第?一種", "", name)
