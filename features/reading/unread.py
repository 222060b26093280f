"""Which parts of a person's text are not read: what is denied, and clauses that tell nothing of the person's work.

A clause that tells of birth, family line, study, name, a gap in the career or the work of others is not read, whatever
it names (:mod:`features.guard.personal_clauses`). A clause in which something was masked (:mod:`features.guard`), which
tells that somebody left a work or is a courtesy, is read only where it names a kind of work too. So a text with such a
sentence counts as the text without it: whose gap is long, who tells an age or who writes more politely stands where the
others stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from features.guard.masking import MASK
from features.guard.personal_clauses import personal_spans
from features.negation import denied_spans
from features.taxonomy.kinds import kinds_named

__all__ = ["unread_spans"]

_CLAUSE: Final = re.compile(r"[^、，,､。．｡！？!?\n\r]+[、，,､]?")
_LEFT: Final = (  # with no work beside it a gap
    r"フリーター|家に(?:い(?:て|まし|た)|おり|こも)|ブランク|無職|失業|求職|休職|浪人|離職|退職|辞職|(?:職歴|経歴|履歴)の空白|空白の?期間"
    r"|(?:仕事|職)を(?:離れ|休|辞め|やめ|失)|(?:働い|勤め)て(?:い|おり)?ませ|どこにも(?:勤め|所属)"
)
_COURTESY: Final = (
    r"[よ宜]ろしくお願い|宜しくお願い|お願い(?:申し上げ|いたし)|ありがとうござい|有難うござい|感謝(?:いたし|申し上げ)|恐れ入り|恐縮"
    r"|[は初]じめまして|初めまして|お(?:読み|目通し)いただ|ご(?:覧|一読)|幸いです|幸いに存じ|幸甚|ご検討|拝見|拝読"
    r"|お世話にな|お?時間を(?:いただ|頂|割)|ご多忙|お忙し|末筆|失礼(?:いた)?しま|と申します|機会をいただ|微力"
)
_NO_WORK: Final = re.compile(f"{MASK}|{_LEFT}|{_COURTESY}")


@lru_cache(maxsize=64)  # the sentences of one text ask one after another
def unread_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Half-open spans of ``text`` that are not read, in order, not overlapping.

    Parameters
    ----------
    text : str
        As written, with what may not be judged already masked.

    Examples
    --------
    >>> text = "〇〇の〇〇として、二年のブランクのあと、木工を学びました。接客は苦手です。"
    >>> [text[begin:end] for begin, end in unread_spans(text)]
    ['〇〇の〇〇として、二年のブランクのあと、', '接客は苦手']
    """
    spans = sorted((*denied_spans(text), *personal_spans(text), *_without_work(text)))
    joined: list[tuple[int, int]] = []
    for begin, end in spans:
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((begin, end))
    return tuple(joined)


def _without_work(text: str) -> Iterator[tuple[int, int]]:
    for clause in _CLAUSE.finditer(text):
        if _NO_WORK.search(clause.group()) and not kinds_named(clause.group()):
            yield clause.span()
