"""Numbers of registration beside licences: they tell who somebody is, and no call asks for them."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["numbers_cut"]

_OFFICE: Final = r"(?:(?:北海道|東京都|京都府|大阪府|[一-鿿]{2,3}県)(?:知事)?|(?:厚生労働|国土交通)?大臣)"
_ISSUED_BY: Final = rf"(?:(?<![一-鿿]){_OFFICE}(?:登録)?\s*-?\s*)?"
_LABEL: Final = (
    r"(?:(?<![^\n(、,\s])免許)?(?:登録|資格|合格|認定|認証|修了|交付|許可|会員|受験|証明(?=[書の\s]*番号)|免状|[証状])?"
    r"[証書]{0,2}の?\s?"
    r"(?:番号(?:\s?[Nn][Oo]\.?)?|(?<![A-Za-z])[Nn][Oo]\.?(?=\s*[0-9-]{3}))"
)
# what follows the label up to the last figure: 東京都-012345, 第12-345号, but no name of a licence
_LABELLED: Final = (
    rf"{_LABEL}[\s:はが]*(?:(?:(?!免許|[師士])[一-鿿-]){{1,14}}\s*)?"
    r"第?\s*[A-Za-z]{0,3}[0-9][0-9A-Za-z-]*+(?![級種類])(?:\s*号)?"
)
_OF_ROLL: Final = rf"{_ISSUED_BY}第\s*(?:[A-Za-z]{{1,3}}-?)?[0-9][0-9-]+\s*号"
_DAY: Final = r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9](?![0-9])"
_BARE: Final = (
    rf"{_ISSUED_BY}(?:第\s*)?(?<![0-9A-Za-z.,/-])(?!{_DAY})(?:[A-Za-z]{{1,2}}-?)?(?:[0-9]+-)*[0-9]{{6,}}(?:-[0-9]+)*(?![0-9A-Za-z])"
    rf"|{_ISSUED_BY.removesuffix('?')}[0-9][0-9-]{{2,}}(?:\s*号)?(?![0-9/.一-鿿])|(?<=[都道府県])-[0-9]{{3,}}"
)
_NUMBER: Final = re.compile(f"{_LABELLED}|{_OF_ROLL}|{_BARE}")
_LEFT_OVER: Final = re.compile(r"(?<=\()[\s、,・:;-]+|[\s、,・:;-]+(?=\))")
_EMPTY: Final = re.compile(r"\((?:[^()]{0,4}番号)?\)|(?:^|(?<=\n))(?:免許[証状]?|免状|資格|登録)\s*(?=\n|$)")


def numbers_cut(text: str) -> str:
    """A text whose width is folded without numbers of registration, and without brackets that held nothing else.

    Examples
    --------
    >>> numbers_cut("保育士(登録番号 東京都-012345)、看護師免許 第1234567号"), numbers_cut("免許番号 301234567890")
    ('保育士、看護師免許 ', '')
    >>> numbers_cut("危険物取扱者乙種第4類、ISO14001審査員、普通免許(20080401取得)")
    '危険物取扱者乙種第4類、ISO14001審査員、普通免許(20080401取得)'
    """
    found = _NUMBER.sub("", text)
    return text if found == text else _EMPTY.sub("", _LEFT_OVER.sub("", found))
