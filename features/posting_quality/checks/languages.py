"""Languages the work needs against those in the field, which alone the rules read."""

from __future__ import annotations

from features.posting_quality.patterns import pattern
from features.posting_quality.quality import Finding
from features.posting_quality.reading import Reading, quoted

__all__ = ["languages"]

_CLAUSE_LEVEL = "必要な段階（例：B2、日常の会話）を欄に足し、なくてもよいなら「あれば歓迎」と書いてください。"


def languages(reading: Reading) -> Finding:
    """Every language of the work is in the field, and every language of the field has a use in the text."""
    required = reading.posting.required_languages
    if not reading.mission.tasks:
        return Finding(
            0.0, "する仕事が読み取れないため、外国語が要るかを確かめられません。", "する仕事を書くと確かめられます。"
        )
    if required is None:
        return Finding(0.0, "必須の言語の欄が空です。")
    needed, codes = _needed(reading), {language.code for language in required}
    missing = [code for code in needed if code not in codes]
    if missing:
        phrase = needed[missing[0]]
        sentence = "外国語を使う仕事に読めますが、必須の欄にありません。文章だけの必須は、規則では確かめられません。"
        return Finding(0.3, sentence, _CLAUSE_LEVEL, phrase)
    told = next(iter(needed.values()), None)
    if codes and told is None and reading.quote("multilingual", reading.texts) is None and not _named(reading, codes):
        sentence = "必須の欄に外国語がありますが、何に使うかが文章から分かりません。"
        return Finding(0.5, sentence, "使う場面を文章に一言足すか、要らなければ欄から外してください。")
    return Finding(1.0, "必須の外国語は、文章と欄で合っています。", phrase=told)


def _needed(reading: Reading) -> dict[str, str]:
    """Languages that the work needs and does not merely welcome, with the phrase.

    Sentences about the work count, and of the others those that say how a language is used.
    """
    text, found = reading.mission.text, dict[str, str]()
    beside = (span for span in reading.mission.around if pattern("language_used").search(text, span.begin, span.end))
    for begin, end in (*reading.mission.work, *beside):
        for named in pattern("language").finditer(text, begin, end):
            phrase = quoted(text, named)
            if named.lastgroup is not None and pattern("language_soft").search(phrase) is None:
                found.setdefault(named.lastgroup, phrase)
    return found


def _named(reading: Reading, codes: set[str]) -> bool:
    return any(named.lastgroup in codes for text in reading.texts for named in pattern("language").finditer(text))
