"""The taxonomy of work: its files hold together, and a text names a kind where one of its words stands."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from features.errors import FeatureError
from features.reading.kept_files import cache_folder
from features.taxonomy import kinds
from features.taxonomy.kinds import (
    Family,
    WorkKind,
    families,
    fold_with_offsets,
    kinds_named,
    one_character_words,
    work_kinds,
)
from features.taxonomy.vocabulary import Activity, Field_

KIND = pytest.mark.parametrize("kind", work_kinds().values(), ids=lambda kind: kind.code)
TAXONOMY = Path(__file__).resolve().parents[3] / "features" / "taxonomy"
VOICED = pytest.mark.xfail(strict=True, reason="a sound mark written by itself is folded apart from its kana")
LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


@lru_cache(maxsize=1)
def lexicon() -> dict[str, frozenset[str]]:
    """Kinds by every folded word, read from the records and not from the index under test."""
    (titles,) = tomllib.loads((TAXONOMY / "occupations.toml").read_text(encoding="utf-8")).values()
    found: dict[str, set[str]] = {}
    for kind in work_kinds().values():
        for word in (*kind.words, *kind.occupations, *titles.get(kind.code, ())):
            found.setdefault(fold_with_offsets(word)[0], set()).add(kind.code)
    return {word: frozenset(codes) for word, codes in found.items()}


WORDS = sorted(lexicon())
LATIN_WORDS = [word for word in WORDS if set(word) <= LATIN]


def test_codes_and_names_are_unique_over_all_files() -> None:
    every = [kind for family in families().values() for kind in family.work]

    assert len(every) > 100
    for told in ([kind.code for kind in every], [kind.name for kind in every]):
        assert [name for name, times in Counter(told).items() if times > 1] == []
    assert [kind.code for kind in every] == list(work_kinds())


@KIND
def test_a_kind_belongs_to_known_activities_and_fields_each_once(kind: WorkKind) -> None:
    for codes, known in ((kind.activities, get_args(Activity)), (kind.fields, get_args(Field_))):
        assert len(set(codes)) == len(codes)
        assert set(codes) <= set(known)


def test_every_activity_and_field_is_the_main_one_of_some_kind() -> None:
    assert {code for kind in work_kinds().values() for code in kind.activities[:1]} >= set(get_args(Activity))
    assert {code for kind in work_kinds().values() for code in kind.fields} >= set(get_args(Field_)) - {"other"}


def test_only_skills_that_serve_any_work_belong_to_no_activity() -> None:
    bare = {kind.code for kind in work_kinds().values() if not kind.activities}

    assert bare <= {kind.code for kind in families()["general"].work}


@KIND
def test_a_kind_is_told_by_phrases_and_named_by_words(kind: WorkKind) -> None:
    assert kind.does
    assert kind.words
    assert [phrase for phrase in kind.does if not 4 <= len(phrase) <= 60 or phrase != phrase.strip()] == []
    for told in (kind.does, kind.words, kind.occupations):
        assert [word for word, times in Counter(fold_with_offsets(item)[0] for item in told).items() if times > 1] == []


def test_every_word_has_at_least_two_characters_and_no_space_around_it() -> None:
    assert [word for word in WORDS if len(word) < 2 or word != word.strip()] == []


def test_words_of_one_character_are_of_one_character_and_of_known_kinds() -> None:
    assert one_character_words()
    assert [word for word in one_character_words() if len(word) != 1] == []
    assert {kind for named in one_character_words().values() for kind in named} <= set(work_kinds())


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"code": "Paper Craft"}, "code"),
        ({"activities": ["lanterns"]}, "activities"),
        ({"fields": ["lanterns"]}, "fields"),
        ({"kin": {"forestry": 1.1}}, "kin"),
        ({"salary": 3}, "salary"),
    ],
)
def test_a_kind_that_is_none_is_refused_by_its_key(changed: dict[str, object], message: str) -> None:
    content = {"code": "paper_craft", "name": "紙", "does": ["和紙を漉く"], "words": ["和紙"]}

    assert WorkKind.model_validate(content).code == "paper_craft"
    with pytest.raises(ValidationError, match=message):
        WorkKind.model_validate(content | changed)


def test_two_kinds_of_one_code_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = work_kinds()["paper_craft"]
    twice = {name: Family(name=name, kinship=0.1, work=(kind,)) for name in ("甲", "乙")}
    monkeypatch.setattr(kinds, "families", lambda: twice)

    with pytest.raises(FeatureError, match="two kinds of work have the code paper_craft"):
        work_kinds.__wrapped__()


def test_a_list_of_words_for_a_kind_that_is_none_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    read_anew = vars(kinds)["_lists"].__wrapped__
    monkeypatch.setattr(kinds, "work_kinds", dict)

    with pytest.raises(FeatureError, match=r"one_character_words\.toml has [a-z_]+, which is no kind of work"):
        read_anew("one_character_words.toml")


def stands(folded: str, begin: int, end: int) -> bool:
    """Whether no Latin letter or digit continues the word on either side."""
    inner = folded[begin:end]
    before = inner[0] in LATIN and folded[begin - 1 : begin] in LATIN
    after = inner[-1] in LATIN and folded[end : end + 1] in LATIN
    return not before and not after


def longest_words(text: str) -> Iterator[tuple[int, int]]:
    """Spans in the folded text by trying every length at every place, longest first."""
    folded, _ = fold_with_offsets(text)
    longest = max(len(word) for word in WORDS)
    begin = 0
    while begin < len(folded):
        ends = range(min(len(folded), begin + longest), begin, -1)
        end = next((e for e in ends if folded[begin:e] in lexicon() and stands(folded, begin, e)), None)
        if end is not None:
            yield begin, end
        begin = begin + 1 if end is None else end


def written(word: str) -> st.SearchStrategy[str]:
    """Spellings of a word that fold to it."""
    wide = "".join(chr(ord(mark) + 0xFEE0) if "!" <= mark <= "~" else mark for mark in word)
    return st.sampled_from([word, word.upper(), wide])


texts = st.lists(
    st.sampled_from(WORDS).flatmap(written)
    | st.sampled_from(["の", "、", " ", "㈱", "a", "7", "ー"])
    | st.text(max_size=3),
    max_size=8,
).map("".join)


@given(text=texts)
@settings(deadline=None)
def test_at_each_place_the_longest_word_wins_and_words_do_not_overlap(text: str) -> None:
    folded, offset_of = fold_with_offsets(text)
    asked = [
        (kind, offset_of[begin], offset_of[end - 1] + 1)
        for begin, end in longest_words(text)
        for kind in sorted(lexicon()[folded[begin:end]])
    ]

    assert sorted(kinds_named(text)) == sorted(asked)


@given(text=texts)
@settings(deadline=None)
def test_a_span_is_the_word_as_written(text: str) -> None:
    for kind, begin, end in kinds_named(text):
        assert 0 <= begin < end <= len(text)
        word = fold_with_offsets(text[begin:end])[0]
        # a ligature such as ㈱ folds to several characters and may hold more than the word
        assert any(kind in lexicon()[part] for part in _parts(word))


def _parts(word: str) -> Iterator[str]:
    spans = ((begin, end) for begin in range(len(word)) for end in range(begin + 1, len(word) + 1))
    yield from (word[begin:end] for begin, end in spans if word[begin:end] in lexicon())


# marks that join the character before them are left out: how those fold is held by examples
plain = st.characters(exclude_categories=("Cs", "Mn", "Mc", "Me"), exclude_characters="ﾞﾟ")


@given(text=st.text(plain, max_size=40))
def test_folding_is_nfkc_mark_by_mark_and_every_result_knows_its_mark(text: str) -> None:
    folded, offset_of = fold_with_offsets(text)

    assert len(folded) == len(offset_of)
    assert list(offset_of) == sorted(offset_of)
    for place, mark in enumerate(text):
        own = "".join(new for new, of in zip(folded, offset_of, strict=True) if of == place)
        assert own == unicodedata.normalize("NFKC", mark).casefold()


@given(
    word=st.sampled_from(LATIN_WORDS),
    before=st.sampled_from("qz7"),
    after=st.sampled_from("qz7"),
    on=st.sampled_from(["before", "after", "both"]),
)
def test_a_latin_word_inside_another_one_is_none(word: str, before: str, after: str, on: str) -> None:
    text = (before if on != "after" else "") + word + (after if on != "before" else "")
    inside = (len(text) - len(word) - len(after) * (on != "before"), len(text) - len(after) * (on != "before"))

    assert inside not in {(begin, end) for _, begin, end in kinds_named(text)}
    assert {(0, len(word))} == {(begin, end) for _, begin, end in kinds_named(word)}


@pytest.mark.parametrize(
    ("text", "kind", "word"),
    [
        ("和紙を漉く", "paper_craft", "和紙"),
        ("ＩＴ企業のエンジニア", "software_development", "ＩＴ企業"),
        ("it企業のエンジニア", "software_development", "it企業"),
        ("ﾎﾃﾙの受付", "inn_service", "ﾎﾃﾙ"),
        pytest.param("ｹﾞｽﾄﾊｳｽの手伝い", "guesthouse", "ｹﾞｽﾄﾊｳｽ", marks=VOICED),
        pytest.param("ハ\u309aン屋", "bakery", "ハ\u309aン屋", marks=VOICED),
        ("木工と間伐", "wood_craft", "木工"),
        ("木工と間伐", "forestry", "間伐"),
        ("website", None, None),
        ("techの会社", None, None),
        ("", None, None),
    ],
)
def test_a_text_names_a_kind_by_the_words_as_written(text: str, kind: str | None, word: str | None) -> None:
    named = {(mention.kind, text[mention.begin : mention.end]) for mention in kinds_named(text)}

    assert (kind, word) in named if kind is not None else not named


def test_a_longer_word_hides_the_shorter_ones_in_it() -> None:
    for word in WORDS:
        assert {(begin, end) for _, begin, end in kinds_named(word)} == {(0, len(word))}, word


@pytest.mark.parametrize("file", [*(f"work/{code}.toml" for code in families()), "occupations.toml"])
def test_a_file_of_the_taxonomy_says_that_it_is_an_assumption(file: str) -> None:
    assert re.search(r"^# .*\[A\]", (TAXONOMY / file).read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_what_is_kept_of_the_taxonomy_is_what_its_files_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    parsed, kept = families.__wrapped__(), families.__wrapped__()

    assert parsed == kept == families()
    assert list(parsed) == list(kept)


def test_a_damaged_file_of_the_taxonomy_is_made_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    families.__wrapped__()
    (file,) = cache_folder().glob("*.npz")
    whole = file.read_bytes()
    for damaged in (b"", whole[:1_000], whole[: len(whole) // 2] + b"?" + whole[len(whole) // 2 + 1 :]):
        file.write_bytes(damaged)
        assert families.__wrapped__() == families()
        assert file.read_bytes() == whole
