"""What stands in a cell: verdicts, contributions, findings and questions as a few short lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from api.documents.shapes import Candidate, Finding, Question, Rule
from api.documents.text_width import clip
from api.documents.wording import mark_of, rule_name
from features.rules import verdict_words

__all__ = ["contribution_lines", "exclusion_lines", "finding_lines", "question_lines", "verdict_lines"]

_MOST = 3  # lines of a kind: what is read at one glance; the page shows all of them
_SENTENCE_WIDTH = 300
_PHRASE_WIDTH = 60
_WHOLE_WIDTH = 400


def verdict_lines(rules: Sequence[Rule]) -> str:
    """Each verdict with its mark, its words and what the rule is about."""
    if not rules:
        return "規則の判定なし"
    return "\n".join(f"{mark_of(rule.verdict)} {verdict_words(rule)}\n［{rule_name(rule)}］" for rule in rules[:_MOST])


def contribution_lines(candidate: Candidate, titles: Mapping[str, str]) -> str:
    """The largest contributions by name, and the rest in one line, so that the lines add up to the score."""
    parts = sorted(candidate.contributions.items(), key=lambda part: (-part[1], part[0]))
    shown = [f"{value:.2f} {titles.get(name, name)}" for name, value in parts[: _MOST + 1]]
    rest = parts[_MOST + 1 :]
    if rest:
        shown.append(f"{sum(value for _name, value in rest):.2f} ほか{len(rest)}項目")
    return "\n".join(shown)


def finding_lines(findings: Sequence[Finding], *, nothing: str) -> str:
    """Sentences with the words they rest on; ``nothing`` where there is none, so no score stands without words."""
    return "\n".join(_finding(found) for found in findings[:_MOST]) or nothing


def question_lines(questions: Sequence[Question]) -> str:
    """What to ask, one line each."""
    lines = "\n".join(f"・{clip(asked.question, _SENTENCE_WIDTH)}" for asked in questions[:_MOST])
    return lines or "記載から分からないことはありません。"


def exclusion_lines(rule: Rule) -> tuple[str, str, str, str]:
    """A rule that is not met: its verdict, what it is about, the sentence, and the source."""
    words = f"{mark_of(rule.verdict)} {verdict_words(rule)}"
    return (
        words,
        rule_name(rule),
        clip(rule.sentence, _WHOLE_WIDTH),
        clip(rule.source, _WHOLE_WIDTH),
    )


def _finding(found: Finding) -> str:
    quotes = (("本人", found.applicant_phrase), ("募集", found.posting_phrase))
    # a sentence that already quotes the phrase is not made to say it twice
    added = [
        f"{who}「{clip(phrase, _PHRASE_WIDTH)}」" for who, phrase in quotes if phrase and phrase not in found.sentence
    ]
    sentence = f"・{clip(found.sentence, _SENTENCE_WIDTH)}"
    return f"{sentence}\n　{'／'.join(added)}" if added else sentence
