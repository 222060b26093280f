"""Pieces of records: what speaks of the past, what of a wish, what of nothing, and where the words stand."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.negation import denied_spans
from features.reading.pieces import ABOUT, call_pieces, person_pieces

FREE = ("motivation_text", "plan_text")
WHOLE_CALL = ("title", "goals", "required_skills", "preferred_skills")
DENIALS = (
    "農業は苦手です。",
    "農業の経験はありません。",
    "農業に興味がない。",
    "農業はやりたくない。",
    "農業のことは分かりません。",
    "観光の案内をしたいですが、農業はできません。",
    "宿で働きましたが、農業は未経験です。",
)
SAID = (
    "旅館で七年働きました。",
    "町の宿を開きたいです。",
    "写真が好きです！",
    "ﾜｲﾝを造り、",
    "製本を十二年続け、今は灯りの仕事がしたい。",
    "\n",
    "　",
    "、",
    "森林の間伐に従事",
)
texts = st.lists(st.sampled_from(SAID + DENIALS) | st.text("あ㈱ｱＡ1.！,　\n ", max_size=4), max_size=8).map("".join)
MARKS = str.maketrans("", "", "。、.,!?")
NOUNS = ("森林", "林業", "間伐", "植林", "下刈り", "木材", "宿", "観光", "提灯", "畑", "町おこし", "SNS")


def _roles(text: str, field: str = "motivation_text") -> list[tuple[str, str]]:
    return [(piece.done, piece.wish) for piece in person_pieces(field, text)]


@pytest.mark.parametrize(
    "done", ["旅館で七年働きました。", "林業に従事していた。", "前職は経理でした。", "英語が話せます、元通訳です。"]
)
def test_a_sentence_about_the_past_was_done(done: str) -> None:
    (piece,) = person_pieces("plan_text", done)

    assert piece.done == done
    assert piece.done_weight > 0


@pytest.mark.parametrize(
    "wish", ["町の宿を開きたいです。", "就農を目指します。", "三年目は独立する予定です。", "森に関心があります。"]
)
def test_a_sentence_with_a_wish_is_wanted_and_was_not_done(wish: str) -> None:
    assert _roles(wish) == [("", wish)]
    assert person_pieces("motivation_text", wish)[0].done_weight == 0


def test_one_sentence_may_be_both_in_different_clauses() -> None:
    assert _roles("旅館で七年働き、町の宿を開きたい。製本を十二年続け、今は灯りの仕事がしたい。") == [
        ("旅館で七年働き。", "旅館で七年働き、町の宿を開きたい。"),
        ("製本を十二年続け。", "製本を十二年続け、今は灯りの仕事がしたい。"),
    ]


@pytest.mark.parametrize("field", ["plan_text", "motivation_text"])
def test_a_plain_future_is_a_wish(field: str) -> None:
    (piece,) = person_pieces(field, "小さな店を構えます。")

    assert (piece.wish, piece.wish_weight) == ("小さな店を構えます。", 1)


def test_what_a_motivation_dwells_on_is_wanted_less_than_a_wish() -> None:
    (dwelt,) = person_pieces("motivation_text", "海の見える町です。")
    (wished,) = person_pieces("motivation_text", "海の見える町で働きたい。")

    assert dwelt.done_weight == 0 < dwelt.wish_weight < wished.wish_weight


@pytest.mark.parametrize("field", ["occupations", "skills"])
def test_an_occupation_or_a_skill_was_done_and_is_no_wish(field: str) -> None:
    (piece,) = person_pieces(field, "製本、糊、和紙、活字")

    assert (piece.done, piece.wish) == ("製本、糊、和紙、活字", "")
    assert piece.done_weight > 0 == piece.wish_weight


def test_an_occupation_says_more_of_what_was_done_than_a_sentence_and_a_sentence_more_than_a_skill() -> None:
    (occupation,), (skill,) = person_pieces("occupations", "製本"), person_pieces("skills", "製本")
    (told,) = person_pieces("motivation_text", "製本をしてきました。")

    assert occupation.done_weight > told.done_weight > skill.done_weight > 0


def _read(text: str) -> str:
    return "".join(part for field in (*FREE, "skills") for p in person_pieces(field, text) for part in (p.done, p.wish))


@given(around=st.lists(st.sampled_from(SAID), max_size=4), denial=st.sampled_from(DENIALS), place=st.integers(0, 4))
@settings(deadline=None)
def test_what_is_denied_is_never_read(around: list[str], denial: str, place: int) -> None:
    closed = [text if text.endswith(("。", "！", "\n")) else text + "。" for text in around]
    text = "".join((*closed[:place], denial, *closed[place:]))

    assert "農業" in text
    assert "農業" not in _read(text)


def _bare(text: str) -> str:
    """A text in one width without marks: what is read differs from what is written in these alone."""
    return unicodedata.normalize("NFKC", text).translate(MARKS)


def _is_kept_of(read: str, text: str) -> bool:
    """Whether what is read are characters of a text in their order."""
    rest = iter(_bare(text))
    return all(mark in rest for mark in _bare(read))


@given(text=texts)
@settings(deadline=None)
def test_only_what_stands_outside_every_denial_is_read(text: str) -> None:
    said = "".join(mark for place, mark in enumerate(text) if not any(b <= place < e for b, e in denied_spans(text)))
    calls = [piece.read for field in (*WHOLE_CALL, "mission_text") for piece in call_pieces(field, text)]
    people = [read for field in (*FREE, "skills") for p in person_pieces(field, text) for read in (p.done, p.wish)]

    assert [read for read in calls + people if not _is_kept_of(read, said)] == []


@pytest.mark.parametrize("field", ["mission_text", *WHOLE_CALL])
def test_what_a_call_denies_is_not_read(field: str) -> None:
    (piece,) = call_pieces(field, "農業ではなく観光の隊員")

    assert piece.text == "農業ではなく観光の隊員"
    assert piece.read == "観光の隊員"


def test_a_skill_that_is_denied_whole_is_no_piece() -> None:
    assert person_pieces("skills", "英語は苦手") == ()


@given(
    nouns=st.lists(st.sampled_from(NOUNS), min_size=3, max_size=12),
    last=st.sampled_from([noun for noun in NOUNS if noun != "町おこし"]),
    comma=st.sampled_from("、，,・／ "),
    end=st.sampled_from(["。", "", "！"]),
    field=st.sampled_from(FREE),
)
def test_a_heap_of_nouns_gives_no_piece(nouns: list[str], last: str, comma: str, end: str, field: str) -> None:
    assert person_pieces(field, comma.join((*nouns, last)) + end) == ()


@pytest.mark.parametrize(
    "last",
    [
        "下刈り",
        "まちづくり",
        pytest.param(
            "町おこし", marks=pytest.mark.xfail(strict=True, reason="a noun that ends in し is taken for a predicate")
        ),
    ],
)
def test_a_heap_is_one_whatever_letters_its_last_noun_ends_in(last: str) -> None:
    assert person_pieces("motivation_text", f"森林、林業、間伐、{last}。") == ()


@pytest.mark.parametrize(
    "text", ["森林、林業、間伐、植林を学びたい。", "森林、林業、間伐。", "森林と林業と間伐と植林の仕事が得意です。"]
)
def test_a_list_that_is_short_or_of_which_something_is_said_is_no_heap(text: str) -> None:
    assert [piece.text for piece in person_pieces("motivation_text", text)] == [text]


@given(text=texts, field=st.sampled_from((*FREE, "occupations", "skills")))
@settings(deadline=None)
def test_every_piece_of_a_person_stands_in_the_text_in_reading_order(text: str, field: str) -> None:
    found = 0
    for piece in person_pieces(field, text):
        assert piece.field == field
        assert piece.text.strip()
        found = text.index(piece.text, found) + len(piece.text)
        assert 0 <= piece.done_weight <= 1
        assert 0 <= piece.wish_weight <= 1
        assert _is_kept_of(piece.done, piece.text)
        assert _is_kept_of(piece.wish, piece.text)


@given(text=texts)
@settings(deadline=None)
def test_every_piece_of_a_call_stands_in_the_text_in_reading_order(text: str) -> None:
    found = 0
    for piece in call_pieces("mission_text", text):
        found = text.index(piece.text, found) + len(piece.text)
        assert piece.weight > 0


def test_a_call_weighs_the_work_above_the_place_and_the_office() -> None:
    sentences = (
        "観光案内所の窓口を担当します。",
        "静かな入り江です。",
        "人口は三千人です。",
        "応募をお待ちしています。",
    )
    weights = [piece.weight for piece in call_pieces("mission_text", "".join(sentences))]
    (title,) = call_pieces("title", "観光案内所の隊員")

    assert [piece.text for piece in call_pieces("mission_text", "".join(sentences))] == list(sentences)
    assert title.weight > weights[0] > weights[1] > weights[2] == ABOUT > weights[3] > 0


@pytest.mark.parametrize("text", ["", " ", "\n\n", "　\n"])
def test_a_blank_text_has_no_piece(text: str) -> None:
    assert [piece for field in (*FREE, "skills", "occupations") for piece in person_pieces(field, text)] == []
    assert call_pieces("mission_text", text) == ()
