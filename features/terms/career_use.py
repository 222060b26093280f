"""Whether the applicant's career is used in the mission.

Occupations are read through the lexicon of careers (:mod:`features.terms.careers`). Seven tenths [A] of the
contribution are the shares of the posting's activities or fields that a career is used in, three tenths the careers
that the posting's title and mission text ask for by a word; where one of the two is missing the other counts alone.
An occupation the lexicon does not know is unknown, not zero.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from features.tables import PostingTable, SelectionColumns
from features.terms.activity_shares import COLUMNS, named_codes, posting_codes, posting_shares, reach
from features.terms.careers import careers, careers_of, mentions
from features.terms.cells import texts_at, texts_of_rows
from features.terms.factor import Floats, InnerTerm
from features.terms.term import Finding, SelectionTerm
from features.text import phrase_span

__all__ = ["CAREER_USE"]

_CODES_SHARE = 0.7
_NEUTRAL = 0.3  # about the mean of known pairs that applied (0.29 in the sample market)
_CALL = ("title", "mission_text")


def _build(applicants: SelectionColumns, postings: PostingTable) -> InnerTerm:
    codes, asked = posting_shares(postings), _asked(postings)
    both = codes.any(axis=1, keepdims=True) & asked.any(axis=1, keepdims=True)
    right = np.hstack([codes * np.where(both, _CODES_SHARE, 1), asked * np.where(both, 1 - _CODES_SHARE, 1)])
    known_as = [_careers_of_all(items) for items in texts_of_rows(applicants.frame, ["occupations"])]
    stated = applicants.frame["occupations"].to_list()
    return InnerTerm(
        left=np.array([_used(numbers) for numbers in known_as], dtype=np.float32).reshape(-1, right.shape[1]),
        right=right.astype(np.float32),
        known_left=np.array([s == [] or bool(k) for s, k in zip(stated, known_as, strict=True)], dtype=np.bool_),
        known_right=right.sum(axis=1) > 0,
        neutral=_NEUTRAL,
    )


def _careers_of_all(items: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(sorted({number for item in items for number in careers_of(item)}))


@lru_cache(maxsize=8_192)
def _used(numbers: tuple[int, ...]) -> NDArray[np.bool_]:
    """Columns that careers reach: activities and fields, then the careers themselves."""
    groups = np.zeros(len(careers()), dtype=np.bool_)
    groups[list(numbers)] = True
    activities = [code for number in numbers for code in careers()[number].activities]
    fields = [code for number in numbers for code in careers()[number].fields]
    # a career reaches the fields its lexicon entry names, not every field one of its activities belongs to
    codes = reach(activities) & np.array([not name.startswith("field:") for name in COLUMNS])
    return np.concatenate([codes | reach((), fields), groups])


def _asked(postings: PostingTable) -> Floats:
    asked = np.zeros((len(postings), len(careers())), dtype=np.float32)
    for row, texts in enumerate(texts_of_rows(postings.frame, _CALL)):
        numbers = sorted({number for text in texts for number in mentions(text)})
        asked[row, numbers] = 1 / max(1, len(numbers))
    return asked


def _find(applicants: SelectionColumns, i: int, postings: PostingTable, j: int) -> Finding | None:
    items = texts_at(applicants.frame, "occupations", i)
    codes = posting_codes(postings, j)
    phrases = _mission_phrases(postings, j)
    if items is None or not (codes or phrases):
        return Finding("unknown", "職歴、または募集の活動が書かれていません。")
    known = {item: careers_of(item) for item in items if careers_of(item)}
    if items and not known:
        return Finding("unknown", "職歴がどの活動に結びつくか、記載からは判断できません。", items[0])
    for item, numbers in known.items():
        served = [code for code in codes if _used(numbers)[COLUMNS.index(code)]]
        phrase = next((phrases[number] for number in numbers if number in phrases), None)
        if served:
            sentence = f"職歴の「{item}」は、募集の活動{named_codes(served[:1])}で活かせます。"
            return Finding("reason", sentence, item, phrase)
        if phrase:
            return Finding("reason", f"職歴の「{item}」は、募集の「{phrase}」で活かせます。", item, phrase)
    return Finding("gap", "職歴と募集の活動との直接の結びつきは、記載からは読み取れません。", next(iter(items), None))


def _mission_phrases(postings: PostingTable, j: int) -> dict[int, str]:
    """The piece of the posting's text that asks for each career."""
    (texts,) = texts_of_rows(postings.frame[j : j + 1], _CALL)
    phrases: dict[int, str] = {}
    for text in texts:
        for number, (begin, end) in mentions(text).items():
            start, stop = phrase_span(text, begin, end)
            phrases.setdefault(number, text[start:stop])
    return phrases


CAREER_USE = SelectionTerm(
    name="career_use",
    title="職歴の活用",
    theme="mission",
    data_class="P3",
    evidence=(
        "着任前の職歴を任務で使うことは定住を予測する（科研費 17K04108 の調査、n = 4,485）。"
        "職歴と活動の対応表は仮定（A、features/terms/occupations.toml）。"
    ),
    question="これまでの職務の内容と、それをこの任務でどう使うかを聞いてください。",
    own_question="これまでの職務の内容と、それをこの任務でどう使うかを書き足せます。",
    audiences=("coordinator", "applicant"),
    build=_build,
    find=_find,
)
