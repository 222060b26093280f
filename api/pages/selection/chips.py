"""Verdicts as chips: the sign, what the rule is about, and the verdict in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.documents.wording import kind_name
from api.pages.selection.blind_names import Names
from features.rules import VERDICTS, RuleFinding, verdict_words

__all__ = ["Chip", "chips_of"]


@dataclass(frozen=True)
class Chip:
    """One finding of one rule.

    Attributes
    ----------
    verdict, kind, words : str
    sentence, source : str or None
        ``None`` where they would tell who the person is.
    """

    verdict: str
    kind: str
    words: str
    sentence: str | None
    source: str | None


def chips_of(found: Iterable[RuleFinding], names: Names) -> Sequence[Chip]:
    """The chips of a line, strongest first; where from somebody moves is not told in blind mode."""
    chips = [_chip(rule, names) for rule in found]
    return sorted(chips, key=lambda chip: -VERDICTS.index(chip.verdict))


def _chip(rule: RuleFinding, names: Names) -> Chip:
    is_hidden = names.is_blind and rule.kind in ("region", "employer")
    return Chip(
        rule.verdict,
        kind_name(rule.kind),
        verdict_words(rule),
        None if is_hidden else names.told(rule.sentence),
        None if is_hidden else rule.source,
    )
