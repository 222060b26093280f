"""Shared words: what is quoted is what the contribution rests on, and stuffing does not pay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from features.tables import applicant_table, posting_table
from features.terms.cells import texts_of_rows
from features.terms.factor import InnerTerm
from features.terms.mission_meaning import MISSION_MEANING
from features.terms.mission_text import MISSION_TEXT
from features.terms.work_wanted import WORK_WANTED
from features.text import word_set
from tests.features.terms.pairs import build, see
from tests.features.terms.records import applicant, posting

CALL = posting(
    0, title="空き家活用コーディネーター", mission_text="空き家の改修と移住の相談を担います。古民家の宿を開きます。"
)
OTHERS = (
    posting(1, mission_text="有機農業の栽培と、野菜の販売をします。"),
    posting(2, mission_text="観光の案内と写真の撮影、動画の編集をします。"),
    posting(3, mission_text="高校生の学習を支え、図書館で本を紹介します。"),
)
CLAUSES = (
    "空き家を直して暮らしの場にしたい",
    "友人の移住の相談に乗ってきました",
    "写真と動画を撮ります",
    "有機農業の野菜を販売していました",
    "図書館で働いていました",
    "山を歩くことが好きです",
)


def test_two_texts_without_a_common_word_give_0_and_say_so() -> None:
    seen = see(MISSION_TEXT, applicant(motivation_text="山を歩きたい"), CALL)

    assert (seen.value, seen.low, seen.high) == (0, 0, 0)
    assert seen.finding is not None
    assert seen.finding.kind == "gap"


def test_the_same_text_on_both_sides_gives_1() -> None:
    seen = see(MISSION_TEXT, applicant(motivation_text=CALL.mission_text, plan_text=CALL.title), CALL, others=OTHERS)

    assert seen.value == pytest.approx(1, abs=1e-6)


@given(clauses=st.lists(st.sampled_from(CLAUSES), min_size=2, max_size=6, unique=True))
@settings(deadline=None)
def test_deleting_the_quoted_phrase_lowers_the_contribution(clauses: list[str]) -> None:
    text = "。".join(clauses) + "。"
    seen = see(MISSION_TEXT, applicant(motivation_text=text), CALL, others=OTHERS)
    assert seen.finding is not None
    if seen.finding.kind == "reason":
        phrase = seen.finding.applicant_phrase or ""
        without = see(MISSION_TEXT, applicant(motivation_text=text.replace(phrase, "")), CALL, others=OTHERS)
        assert without.value < seen.value
    else:
        assert seen.value == 0


def test_the_quoted_phrase_is_the_one_whose_deletion_costs_most() -> None:
    text = "。".join(CLAUSES)
    value = {c: see(MISSION_TEXT, applicant(plan_text=text.replace(c, "")), CALL, others=OTHERS).value for c in CLAUSES}
    seen = see(MISSION_TEXT, applicant(plan_text=text), CALL, others=OTHERS)

    assert seen.finding is not None
    assert seen.finding.applicant_phrase == min(value, key=lambda clause: value[clause])
    assert str(seen.finding.posting_phrase) in str(CALL.mission_text)


def test_repeating_a_word_gains_nothing() -> None:
    house, photo = "空き家の改修をしました。", "写真を撮りました。"
    once = see(MISSION_TEXT, applicant(motivation_text=house + photo), CALL, others=OTHERS)
    often = see(MISSION_TEXT, applicant(motivation_text=house * 30 + photo), CALL, others=OTHERS)

    assert often.value == once.value > 0


def test_listing_every_word_of_every_call_is_worth_less_than_meaning_one() -> None:
    everything = "。".join(str(call.mission_text) for call in (CALL, *OTHERS))
    honest = see(MISSION_TEXT, applicant(motivation_text="空き家の改修と移住の相談"), CALL, others=OTHERS)
    stuffed = see(MISSION_TEXT, applicant(motivation_text=everything), CALL, others=OTHERS)

    assert stuffed.value < honest.value


@pytest.mark.parametrize("text", [None, "", "　\n", "よろしくお願いします。", "空き家は苦手です。"])
def test_a_text_that_says_nothing_is_unknown_and_never_0(text: str | None) -> None:
    seen = see(MISSION_TEXT, applicant(motivation_text=text, skills=["空き家の改修"]), CALL)

    assert seen.low == 0 < seen.value < seen.high == 1
    assert seen.finding is not None
    assert seen.finding.kind == "unknown"


def test_a_denied_word_does_not_count() -> None:
    said = see(MISSION_TEXT, applicant(motivation_text="写真が得意。空き家の改修をしました。"), CALL, others=OTHERS)
    denied = see(
        MISSION_TEXT, applicant(motivation_text="写真が得意。空き家の改修の経験はありません。"), CALL, others=OTHERS
    )

    assert denied.value == 0 < said.value


def test_a_birthplace_told_in_the_text_does_not_score() -> None:
    call = posting(mission_text="下川町の森林で働きます。")
    born = see(MISSION_TEXT, applicant(motivation_text="下川町で生まれ、写真を撮っています。"), call, others=OTHERS)

    assert born.value == 0


def test_skills_and_occupations_add_to_the_words_of_a_written_text() -> None:
    bare = see(MISSION_TEXT, applicant(motivation_text="山を歩く"), CALL, others=OTHERS)
    skilled = see(MISSION_TEXT, applicant(motivation_text="山を歩く", skills=["古民家の改修"]), CALL, others=OTHERS)

    assert bare.value == 0 < skilled.value


def test_an_applicants_words_never_enter_the_vocabulary() -> None:
    applicants = applicant_table([applicant(motivation_text="山を歩く。空き家の改修")])
    factor = build(MISSION_TEXT, applicants, posting_table([CALL, *OTHERS]))
    alone = build(MISSION_TEXT, applicant_table([]), posting_table([CALL, *OTHERS]))

    assert isinstance(factor, InnerTerm)
    assert isinstance(alone, InnerTerm)
    np.testing.assert_array_equal(factor.right, alone.right)


def test_the_vocabulary_is_bounded_and_its_vectors_have_length_1() -> None:
    stems = ["木", "花", "魚", "鳥", "山", "川", "海", "空", "石", "糸", "布", "紙", "箱", "舟", "馬", "牛", "犬", "猫"]
    calls = [posting(n, mission_text=f"word{n} {stems[n % 18]} item{n * 7} thing{n * 11}") for n in range(1_000)]
    factor = build(MISSION_TEXT, applicant_table([]), posting_table(calls))

    assert isinstance(factor, InnerTerm)
    assert factor.right.shape[1] <= 2_048
    np.testing.assert_allclose(np.linalg.norm(factor.right[factor.known_right], axis=1), 1, atol=1e-5)


def test_the_vectors_of_calls_are_those_of_scikit_learn_to_the_last_bit() -> None:
    calls = posting_table((*OTHERS, CALL, posting(4)))
    documents = [
        sorted({word for text in texts for word in word_set(text)})
        for texts in texts_of_rows(calls.frame, ("title", "mission_text", "goals"))
    ]
    vocabulary = {word: column for column, word in enumerate(sorted({word for words in documents for word in words}))}
    twin = TfidfVectorizer(analyzer=tuple, vocabulary=vocabulary, binary=True, norm="l2", dtype=np.float32)
    term = build(MISSION_TEXT, applicant_table([applicant()]), calls)

    assert isinstance(term, InnerTerm)
    assert term.right.shape[1] > 20
    weighed = twin.fit(documents).transform(documents).toarray()
    assert np.array_equal(term.right, replace(term, of_postings=weighed).right)


def test_terms_about_the_same_wish_ask_for_it_in_the_same_words() -> None:
    asked = {(term.question, term.own_question) for term in (MISSION_TEXT, MISSION_MEANING, WORK_WANTED)}

    assert len(asked) == 1  # so that `聞くこと` has it once
