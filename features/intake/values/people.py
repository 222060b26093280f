"""What a person brings: languages, links with places; and what tells who it is."""

from __future__ import annotations

import re
from typing import Final

from features.intake.sheet import Cell, text_of
from features.intake.values.places import municipality
from features.intake.values.reading import About, Read, Reading, Unreadable
from features.intake.values.spelling import folded, is_unknown, joined, pieces
from features.intake.values.words import word_table
from features.taxonomy.vocabulary import CEFR_OF_JLPT, CEFR_ORDER, LinkKind

__all__ = ["email", "languages", "links", "name", "phone", "url"]

_LANGUAGES: Final = {
    **{
        "英語": "en",
        "英会話": "en",
        "english": "en",
        "中国語": "zh",
        "北京語": "zh",
        "台湾華語": "zh",
        "韓国語": "ko",
        "朝鮮語": "ko",
    },
    **{
        "フランス語": "fr",
        "仏語": "fr",
        "ドイツ語": "de",
        "独語": "de",
        "スペイン語": "es",
        "イタリア語": "it",
        "ポルトガル語": "pt",
    },
    **{
        "ロシア語": "ru",
        "タイ語": "th",
        "ベトナム語": "vi",
        "インドネシア語": "id",
        "タガログ語": "tl",
        "アラビア語": "ar",
    },
    **{
        "日本語": "ja",
        "手話": "",
        "ネパール語": "ne",
        "ミャンマー語": "my",
        "モンゴル語": "mn",
        "ヒンディー語": "hi",
        "トルコ語": "tr",
    },
}
_LANGUAGE: Final = re.compile("|".join(sorted(map(re.escape, _LANGUAGES), key=len, reverse=True)))
_CEFR: Final = re.compile(r"(?<![a-z0-9])([abc][12])(?![0-9])")
_JLPT: Final = re.compile(r"(?:jlpt|日本語能力試験|(?<![a-z]))n([1-5])(?![0-9])")
_NATIVE: Final = re.compile(r"日常の言葉|ネイティブ|母語|母国語|第一言語|native")
_TEST: Final = re.compile(r"toe(?:ic|fl)|英検|ielts|hsk|仏検|独検|中検|topik|点|スコア|準?[0-9一二三]級")
_LANGUAGE_PARTS: Final = re.compile(r"[、,;\n/／]|・(?=[^0-9])")
_LINK_KINDS: Final[tuple[tuple[re.Pattern[str], LinkKind], ...]] = (
    (re.compile("おためし|お試し|インターン|体験移住|移住体験"), "trial"),
    (re.compile("ボランティア|援農"), "volunteered"),
    (re.compile("リモート|遠隔|オンラインで"), "remote"),
    (re.compile("イベント|フェア|セミナー|催し|祭"), "event"),
    (re.compile("勤務|働|就業|アルバイト|仕事"), "worked"),
    (re.compile("訪問|訪れ|旅行|観光|滞在|来訪|行った|視察|見学|宿泊"), "visited"),
)
_PLACE: Final = re.compile(r"[^\s、,;:()（）「」のにをでへと]{1,12}?[市町村区]")
_EMAIL: Final = re.compile(r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_NO_NAME: Final = re.compile(r"[0-9](?![0-9]{0,2}$)|^[0-9]|[@。、:/]|です|ます")  # 架空花子2 is one of two


def languages(cell: Cell, about: About) -> Reading:
    """Languages with a CEFR level or a JLPT grade; a level told in another way is not turned into one.

    No table of the engine maps 英検 or TOEIC to CEFR, so those are named in a remark for a person to decide.

    Examples
    --------
    >>> languages("英語B2、日本語N1", About()).value
    ({'code': 'en', 'cefr': 'B2'}, {'code': 'ja', 'cefr': 'C1'})
    >>> languages("英語（TOEIC 800点）", About()).code, languages("なし", About()).value
    ('language_no_level', ())
    """
    text = folded(cell)
    if is_unknown(text):
        return Read(None)
    if text in ("なし", "無し", "無", "特になし", "ない", "×", "できない", "話せない", "日本語のみ"):
        return Read(())
    parts = [part for part in map(folded, _LANGUAGE_PARTS.split(joined(cell))) if part]
    found = [_language(part, about.heading) for part in parts]
    known = tuple(language for language in found if language is not None)
    if not known:
        return Unreadable(
            "language_no_level",
            "言語の水準が CEFR（A1〜C2）でも JLPT（N1〜N5）でも書かれていません。",
            "「英語 B2」のように書いてください。英検や TOEIC の点は自動では置き換えません。",
        )
    unread = found.count(None)
    if unread:
        return Read(known, "value_partly", f"言語のうち{unread}個は、水準か言語が読めないので入れていません。")
    return Read(known)


def _language(text: str, heading: str) -> dict[str, str] | None:
    said = _LANGUAGE.search(text) or _LANGUAGE.search(folded(heading))
    jlpt = _JLPT.search(text)
    code = _LANGUAGES[said[0]] if said else "ja" if jlpt else ""
    cefr = _CEFR.search(text)
    level = cefr[1].upper() if cefr and not _TEST.search(text) else None
    if level is None and jlpt and code == "ja":
        level = CEFR_OF_JLPT[f"N{jlpt[1]}"]
    if level is None and _NATIVE.search(text):
        level = "native"
    return {"code": code, "cefr": level} if code and level in CEFR_ORDER else None


def links(cell: Cell, about: About) -> Reading:
    """Links with a place: what somebody did there, at the place the cell names or the office that asks.

    Examples
    --------
    >>> links("令和6年に移住体験ツアーに参加", About(municipality_code="01468")).value
    ({'municipality_code': '01468', 'kind': 'trial'},)
    >>> links("伊那市を訪問、海士町でボランティア", About()).value
    ({'municipality_code': '20209', 'kind': 'visited'}, {'municipality_code': '32525', 'kind': 'volunteered'})
    """
    text = folded(cell)
    answer = word_table()["yes_no"].get(text)
    if is_unknown(text):
        return Read(None)
    if answer == "no":
        return Read(())
    if answer == "yes":
        return _of_office("visited" if re.search("訪問|来訪|来町|訪れ", about.heading) else None, about)
    found = [link for piece in pieces(cell) if (link := _link(piece, about)) is not None]
    if not found:
        return Unreadable(
            "link_unreadable",
            "どこと、どう関わったかが読めません。",
            "「下川町を訪問」のように、場所と関わり方を書いてください。",
        )
    return Read(tuple(dict(pair) for pair in dict.fromkeys(tuple(link.items()) for link in found)))


def _of_office(kind: str | None, about: About) -> Reading:
    if kind is None or about.municipality_code is None:
        return Unreadable(
            "link_no_place",
            "どこと、どう関わったかが書かれていません。",
            "「下川町を訪問」のように、場所と関わり方を書いてください。",
        )
    return Read(({"municipality_code": about.municipality_code, "kind": kind},))


def _link(text: str, about: About) -> dict[str, str] | None:
    kind = next((kind for pattern, kind in _LINK_KINDS if pattern.search(text)), None)
    place = _PLACE.search(text)
    read = municipality(place[0], about) if place else Read(about.municipality_code)
    code = read.value if isinstance(read, Read) else None
    if code is None and place and re.fullmatch("[当本][市町村]", place[0][-2:]):
        code = about.municipality_code
    return {"municipality_code": str(code), "kind": kind} if kind and code else None


def email(cell: Cell, _about: About) -> Reading:
    """A mail address, folded; it tells who it is and is not kept."""
    found = _EMAIL.fullmatch(folded(cell))
    if found is None:
        return Unreadable("email_unreadable", "メールアドレスの形ではありません。", "形を確かめてください。")
    return Read(found[0])


def phone(cell: Cell, _about: About) -> Reading:
    """A telephone number as its digits; it tells who it is and is not kept."""
    digits = re.sub(r"[^0-9]", "", folded(cell))
    if not 9 <= len(digits) <= 13:
        return Unreadable("phone_unreadable", "電話番号の形ではありません。", "形を確かめてください。")
    # Excel drops the zero in front
    return Read(digits if digits.startswith("0") or digits.startswith("81") else f"0{digits}")


def name(cell: Cell, _about: About) -> Reading:
    """A name, folded without blanks; it tells who it is and is not kept."""
    text = folded(cell)
    if len(text) > 40 or _NO_NAME.search(text):
        return Unreadable("name_unreadable", "氏名の形ではありません。", "列を確かめてください。")
    return Read(text.removesuffix("様"))


def url(cell: Cell, _about: About) -> Reading:
    """An address of a page, to tell postings apart."""
    text = text_of(cell).strip()
    if not re.match(r"https?://\S+$", text) or len(text) > 2000:
        return Unreadable("url_unreadable", "ページのアドレスの形ではありません。", "https:// から書いてください。")
    return Read(text.rstrip("/").lower())
