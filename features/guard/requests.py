"""What a posting's text asks for that must not be asked."""

from __future__ import annotations

from features.guard.items import Sensitive, disjoint
from features.guard.rules import POSTING_FILES, found, guard_rules
from features.guard.sentences import sentences, width_folded

__all__ = ["forbidden_requests"]


def forbidden_requests(text: str) -> tuple[Sensitive, ...]:
    """Phrases of a posting that ask for one of the items, in order, not overlapping.

    What the law allows or a sentence rules out (年齢不問, a licence's least age, 本籍の記載は不要) is no request.

    Parameters
    ----------
    text : str
        As written; offsets are of this string.

    Examples
    --------
    >>> text = "40歳までの健康な方。高齢者の見守りをお願いします。性別不問。"
    >>> [(span.item, text[span.begin : span.end]) for span in forbidden_requests(text)]
    [('age', '40歳まで'), ('health', '健康な方')]
    """
    rules = guard_rules(POSTING_FILES)
    return disjoint(
        Sensitive(item, begin + offset, end + offset)
        for offset, sentence in sentences(width_folded(text))
        for item, begin, end in found(rules, sentence, written=sentence)
    )
