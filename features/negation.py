"""Which parts of a Japanese text are denied, so that a word in them does not count as said.

A small set of written patterns, read from the surface: dislike and weakness (``…は苦手``), absent experience, interest
or qualification (``…の経験はありません``), inability and refusal (``…できません``, ``…したくない``), and exclusion
(``…以外``, ``…ではなく``). What is denied reaches from the start of the clause to the end of the pattern. Denials of
something else (``人手が足りない``, ``経験がなくても歓迎``, ``農業だけでなく``) stay untouched.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

__all__ = ["denied_spans"]

_HAVE = r"(?:あり|有り|ござい|持って(?:い|おり)|もって(?:い|おり))?"
_NOT = r"(?:ません|(?:ない|無い)(?!方|かた|人|者|場合|わけ)|なかった|(?:なく|無く)(?!て?も)|なし|無し)"
_OBJECT = (
    r"(?:経験|実績|経歴|興味|関心|自信|知識|資格|免許|技術|技能|スキル|心得|予定|つもり|希望|得意|好き)"
    r"(?:で?は|が|も|など|とか|まったく|全く|あまり|特に|ほとんど|、)*"
)
_ABLE = r"(?:でき|出来|(?:わか|分か)(?:り|ら)?|扱え|使え|話せ|書け|読め|乗れ|考えて(?:い|おり)?|思って(?:い|おり)?)"
_CUE: Final = re.compile(
    "|".join(
        (
            r"(?:苦手|不得意|不得手|大嫌い|嫌い)(?!意識)(?!では|じゃ|でな)",
            r"未経験(?!でも|者|可|歓迎|の方)|経験(?:は|が)?(?:浅く|乏しく)",
            r"避けたい|避けて(?:い|おり)",
            r"以外(?!にも|でも)|を除(?:く|き|いて)",
            r"(?<!だけ)(?<!のみ)(?<!ばかり)(?<!苦手)(?<!嫌い)(?<!不得意)(?:では|じゃ)(?:なく(?!ても)|ない(?!か)|あり?ません)",
            _OBJECT + _HAVE + _NOT,
            r"こと(?:は|が|も)(?:まったく|全く|ほとんど|あまり)?" + _HAVE + _NOT,
            _ABLE + _NOT,
            r"たく(?:は)?(?:あり)?" + _NOT,
            r"詳しく(?:は)?(?:あり)?" + _NOT,
        )
    )
)
# A comma after a noun lists things ("農業、林業の経験はない"); after any other hiragana than these it ends a clause.
_CLAUSE_END: Final = re.compile(
    r"[。．.！？!?\n\r；;｡]"
    r"|(?<=[ぁ-ん])(?<![はもやとの])[、，,､]"
    r"|(?:ですが|ますが|ませんが|ないが|だが|たが|けれども?|けど|ものの|のに|ので)(?=[、，,､]|[^。])"
)


def denied_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Half-open spans of ``text`` that a negation covers, in order, not overlapping.

    Parameters
    ----------
    text : str
        As written; offsets are of this string.

    Examples
    --------
    >>> text = "営業の経験はありませんが、農業には自信があります。"
    >>> [text[begin:end] for begin, end in denied_spans(text)]
    ['営業の経験はありません']
    >>> denied_spans("農業だけでなく観光にも関わりたい")
    ()
    """
    starts = [0, *(mark.end() for mark in _CLAUSE_END.finditer(text))]
    spans: list[tuple[int, int]] = []
    for cue in _CUE.finditer(text):
        clause = starts[bisect_right(starts, cue.start()) - 1]
        begin = max(clause, spans[-1][1]) if spans else clause
        spans.append((begin, cue.end()))
    return tuple(spans)
