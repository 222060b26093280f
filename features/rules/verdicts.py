"""Verdicts: their order, their wording, and what one rule or one pair is told.

For a programme's rule ``not_covered`` means that the expenditure is not covered by 特別交付税, never that somebody may
not be appointed; for a must-have (licence, language, …) it means that a condition of the posting is not met.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, Protocol, TypeAlias

__all__ = [
    "COVERED",
    "NEEDS_DISTRICT",
    "NEEDS_REVIEW",
    "NOT_COVERED",
    "VERDICTS",
    "Eligibility",
    "Found",
    "RuleFinding",
    "Verdict",
    "is_must_have",
    "is_wish",
    "verdict_words",
    "wording",
]

Verdict: TypeAlias = Literal["covered", "needs_review", "needs_district", "not_covered"]
_Language: TypeAlias = Literal["ja", "en"]

# weakest first, so that an AND over rules in three-valued logic is the maximum of their codes
VERDICTS: Final[tuple[Verdict, ...]] = ("covered", "needs_review", "needs_district", "not_covered")
COVERED, NEEDS_REVIEW, NEEDS_DISTRICT, NOT_COVERED = range(4)

_OF_TAX: Final[Mapping[_Language, Mapping[str, str]]] = {
    "ja": {
        "covered": "特別交付税措置の対象になる見込み",
        "needs_review": "受入自治体への確認が必要",
        "needs_district": "地区の確認が必要",
        "not_covered": "特別交付税措置の対象外（任用を禁じるものではありません）",
    },
    "en": {
        "covered": "Expected to be covered by the special allocation tax",
        "needs_review": "To be confirmed with the receiving municipality",
        "needs_district": "The district has to be confirmed",
        "not_covered": "Not covered by the special allocation tax (which forbids no appointment)",
    },
}
_OF_CONDITION: Final[Mapping[_Language, Mapping[str, str]]] = {
    "ja": {
        "covered": "募集の条件を満たす見込み",
        "needs_review": "本人への確認が必要",
        "needs_district": "地区の確認が必要",
        "not_covered": "募集の条件を満たさない",
    },
    "en": {
        "covered": "Expected to meet the conditions of the call",
        "needs_review": "To be confirmed with the applicant",
        "needs_district": "The district has to be confirmed",
        "not_covered": "Does not meet the conditions of the call",
    },
}
# where nobody kept the rule that decided, nobody knows either whom to ask
_NOBODY_NAMED: Final[Mapping[_Language, str]] = {"ja": "確認が必要", "en": "To be confirmed"}
_WISHED: Final = "ご本人の希望により除いたもの"


class Found(Protocol):
    """What one rule says of one pair, here or as it is read from a list."""

    @property
    def rule_id(self) -> str:
        """The rule."""
        ...

    @property
    def verdict(self) -> str:
        """One of :data:`VERDICTS`."""
        ...

    @property
    def note(self) -> bool:
        """Whether it is told but decides nothing."""
        ...


@dataclass(frozen=True)
class RuleFinding:
    """What one rule says of one pair.

    Attributes
    ----------
    rule_id, kind : str
    verdict : str
        One of :data:`VERDICTS`.
    source : str
        Title, clause and date of the text the rule rests on.
    sentence : str
        The reason, in Japanese.
    note : bool
        The town pays itself, so the programme's rule is told but decides nothing.
    """

    rule_id: str
    kind: str
    verdict: str
    source: str
    sentence: str
    note: bool = False


@dataclass(frozen=True)
class Eligibility:
    """What the rules say of one applicant and one posting.

    Attributes
    ----------
    verdict : str
        One of :data:`VERDICTS`.
    rule_id, kind, source : str
        The deciding rule.
    sentence : str
        The verdict in words, its reason, and that the receiving municipality confirms it.
    as_of : date
        Date of the table that was asked.
    limits : dict
        Months and yen that are covered at most; ``None`` where nobody has confirmed the figure.
    findings : tuple of RuleFinding
        Every rule that is not plainly met, strongest first.
    open_points : tuple of str
        Facts that were not given and did not decide, as sentences.
    """

    verdict: str
    rule_id: str
    kind: str
    source: str
    sentence: str
    as_of: date
    limits: dict[str, int | None]
    findings: tuple[RuleFinding, ...]
    open_points: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The keys of the interchange format and the facts that were not given, ready for JSON."""
        return {
            "verdict": self.verdict,
            "rule_id": self.rule_id,
            "kind": self.kind,
            "source": self.source,
            "sentence": self.sentence,
            "as_of": self.as_of.isoformat(),
            "limits": dict(self.limits),
            "open_points": list(self.open_points),
        }


def is_must_have(rule_id: str) -> bool:
    """Whether a rule speaks of a condition of the posting, not of a programme's tax rule.

    A rule file whose ids say otherwise than the set it belongs to is refused when it is read.

    Examples
    --------
    >>> is_must_have("must-licence"), is_must_have("kig-basis")
    (True, False)
    """
    return rule_id.startswith("must-") or rule_id == "municipality-decides"


def is_wish(rule_id: str) -> bool:
    """Whether a rule is no file's but a wish of the applicant, which leaves a posting out.

    Examples
    --------
    >>> is_wish("wish-region-refused"), is_wish("region-matrix")
    (True, False)
    """
    return rule_id.startswith("wish-")


def wording(verdict: Verdict | str, rule_id: str | None, language: _Language = "ja") -> str:
    """A verdict in words: of tax for a programme's rule, of a condition for a must-have.

    Parameters
    ----------
    verdict : str
    rule_id : str or None
        The rule that decides; ``None`` where it was not kept.
    language : "ja" or "en", default "ja"

    Examples
    --------
    >>> wording("covered", "region-matrix"), wording("not_covered", "must-licence")
    ('特別交付税措置の対象になる見込み', '募集の条件を満たさない')
    >>> wording("needs_review", "must-licence"), wording("needs_review", None)
    ('本人への確認が必要', '確認が必要')
    >>> wording("not_covered", "region-matrix", "en")
    'Not covered by the special allocation tax (which forbids no appointment)'
    """
    if rule_id is None and verdict == VERDICTS[NEEDS_REVIEW]:
        return _NOBODY_NAMED[language]
    is_condition = rule_id is not None and is_must_have(rule_id)
    return (_OF_CONDITION if is_condition else _OF_TAX)[language][verdict]


def verdict_words(found: Found) -> str:
    """What one rule says, in words: a wish is told as a wish, and a note as a note.

    Examples
    --------
    >>> verdict_words(RuleFinding("wish-region-refused", "region", "not_covered", "", ""))
    'ご本人の希望により除いたもの'
    >>> verdict_words(RuleFinding("region-matrix", "region", "covered", "", "", note=True))
    '参考（自主財源の募集）: 特別交付税措置の対象になる見込み'
    """
    if is_wish(found.rule_id):
        return _WISHED
    words = wording(found.verdict, found.rule_id)
    return f"参考（自主財源の募集）: {words}" if found.note else words
