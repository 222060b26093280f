"""The must-haves of a posting with a tick for what a record says, and a box for whoever has seen the proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from api.documents.shapes import Rule
from api.documents.text_width import clip
from api.documents.wording import mark_of
from features.records import Posting
from features.rules import Verdict
from features.taxonomy.licences import licence_name
from features.taxonomy.vocabulary import language_words

__all__ = ["BOX", "must_have_lines", "must_haves"]

BOX: Final = "□"
_WIDTH: Final = 400  # a condition is printed whole


def must_haves(posting: Posting) -> tuple[tuple[str, str], ...]:
    """What a posting asks for, as (id of the rule that reads it, words); a skill has no rule: people judge it.

    Examples
    --------
    >>> call = Posting(posting_id="p", program="kyoryokutai", municipality_code="01468", headcount=1,
    ...                required_licences=("car",), required_skills=("木工",))
    >>> must_haves(call)
    (('must-licence', '普通自動車免許'), ('', '技能 木工'))
    """
    return tuple((rule_id, clip(words, _WIDTH)) for rule_id, words in _asked(posting))


def must_have_lines(posting: Posting, verdicts: Sequence[Rule]) -> tuple[str, ...]:
    """Each must-have with an empty box and its mark: ○ as the record says, △ to be asked, × not met.

    Examples
    --------
    >>> call = Posting(posting_id="p", program="kyoryokutai", municipality_code="01468", headcount=1,
    ...                required_licences=("普通自動車免許",), required_skills=("木工",))
    >>> must_have_lines(call, ())
    ('□ ○ 普通自動車免許', '□ ？ 技能 木工')
    """
    found: dict[str, Verdict] = {rule.rule_id: rule.verdict for rule in verdicts}
    return tuple(f"{BOX} {_mark(rule_id, found)} {words}" for rule_id, words in must_haves(posting))


def _mark(rule_id: str, found: Mapping[str, Verdict]) -> str:
    return mark_of(found.get(rule_id, "covered")) if rule_id else "？"


def _asked(posting: Posting) -> Iterator[tuple[str, str]]:
    if posting.required_licences:
        yield "must-licence", "・".join(map(licence_name, posting.required_licences))
    if posting.required_languages:
        yield "must-language", "・".join(language_words(one.code, one.cefr) for one in posting.required_languages)
    least = (
        ("must-days", "月", posting.min_days_per_month, "日以上"),
        ("must-hours", "月", posting.min_hours_per_month, "時間以上"),
        ("must-onsite-days", "現地 月", posting.min_onsite_days_per_month, "日以上"),
    )
    for rule_id, what, amount, unit in least:
        if amount is not None:
            yield rule_id, f"{what}{amount:g}{unit}"
    for skill in posting.required_skills or ():
        yield "", f"技能 {skill}"
