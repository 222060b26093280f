"""What pages say, in two languages."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from api.pages.applicant.profile_forms import LANGUAGE_CODES
from api.pages.errors import WordsError
from api.pages.navigation import NAVIGATION
from api.pages.words import LANGUAGES, Words, words_in
from features.taxonomy.vocabulary import LANGUAGE_JA

PAGES = Path(__file__).parents[3] / "api" / "pages"


def _put_in(text: str) -> set[str]:
    return {name for _before, name, _format, _how in Formatter().parse(text) if name}


def _said(words: Words, key: str) -> set[str]:
    return _put_in(words._said[key])


def test_both_languages_say_the_same_things() -> None:
    japanese, english = (words_in(language) for language in LANGUAGES)

    assert japanese.known == english.known
    assert [key for key in japanese.known if _said(japanese, key) != _said(english, key)] == []


def test_english_words_hold_no_japanese_but_names_of_programmes_and_examples() -> None:
    english = words_in("en")
    known = {"shell.language", "region_check.from_hint", "region_check.to_hint", "fault.place_unknown"}
    japanese = {key for key in english.known if re.search("[ぁ-んァ-ン一-龥]", english._said[key])}

    assert {key for key in japanese - known if "地域おこし協力隊" not in english._said[key]} == set()


# said of different things by the same word, or by a noun in one place and by a verb in another
SEVERAL_IN_ENGLISH = (
    *(
        "{n}人",
        "できること",
        "やめる",
        "サインイン",
        "内容を直す",
        "取りやめました",
        "応募",
        "志望の理由",
        "終了",
        "項目",
    ),
    *("本人への提案", "確かさ", "確かめてください", "着任した人", "選ばない", "配置の計算"),
)


def test_what_is_one_term_in_japanese_is_one_in_english() -> None:
    japanese, english = (words_in(language) for language in LANGUAGES)
    names: dict[str, set[str]] = {}
    for key in japanese.known:
        one = english._said[key].casefold()
        singular = one.removesuffix("ies") + "y" if one.endswith("ies") else one.removesuffix("s")
        names.setdefault(japanese._said[key], set()).add(singular)

    assert {term: said for term, said in names.items() if len(said) > 1 and term not in SEVERAL_IN_ENGLISH} == {}


def test_every_word_a_template_says_is_in_the_catalogue() -> None:
    asked = {
        key
        for template in PAGES.glob("templates/**/*.j2")
        for key in re.findall(r"""\bt\("([\w.-]+)"\s*[,)]""", template.read_text(encoding="utf-8"))
    }

    assert len(asked) > 60
    assert asked - words_in("ja").known == set()


def test_every_page_of_the_navigation_has_a_name_and_a_sentence() -> None:
    for entry in NAVIGATION:
        assert words_in("ja")(f"{entry.area}.nav")
        assert words_in("ja")(f"{entry.area}.about")


def test_languages_are_asked_for_as_they_are_told() -> None:
    assert {code: words_in("ja")(f"profile.language_{code}") for code in LANGUAGE_CODES}.items() <= LANGUAGE_JA.items()


def test_a_key_without_words_is_an_error_that_says_where_to_add_them() -> None:
    with pytest.raises(WordsError, match=r"start\.nothing has no words in en; add them to api/pages/words_en/"):
        words_in("en")("start.nothing")
