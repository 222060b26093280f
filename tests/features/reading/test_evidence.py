"""Quoted words: they stand in the records, and the contribution rests on them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.reading.evidence import Evidence, closest_phrases, evidence
from features.reading.facets import person_row
from features.reading.meaning import call_meaning, person_meaning
from features.reading.pieces import Facet
from features.reading.tables import Cells, call_row_of, pieces_of_person
from features.taxonomy.kinds import work_kinds

CALL: Cells = (
    ("title", "空き家の相談員"),
    (
        "mission_text",
        "町には古い家が多く残ります。空き家の持ち主を訪ね、借りたい人につなぎます。広報紙の取材もお願いします。",
    ),
    ("goals", "空き家バンクに十件を登録する"),
    ("activities", "vacant_house"),
)
OTHER: Cells = (("title", "森の隊員"), ("mission_text", "間伐と植林を担当します。木工の体験を企画します。"))
WORK = (
    ("occupations", "不動産会社の営業"),
    ("occupations", "家具職人"),
    ("occupations", "画家のモデル"),
    ("skills", "チェーンソーの操作"),
    ("skills", "写真の撮影"),
)
SENTENCES = (
    "古い家を直す手伝いを五年続けました。",
    "空き家を借り手につなぐ仕事がしたいです。",
    "森を歩くことが好きです。",
    "雑誌の記事を書いてきました。",
    "間伐を学び、木を使う暮らしを始めたい。",
    "農業は苦手です。",
    "空き家を借り手につなぐ仕事がしたいです。",
)


@st.composite
def people(draw: st.DrawFn) -> Cells:
    work = draw(st.lists(st.sampled_from(WORK), max_size=3))
    free = [
        (field, "".join(draw(st.lists(st.sampled_from(SENTENCES), max_size=4))))
        for field in ("motivation_text", "plan_text")
    ]
    return (*work, *free)


calls = st.sampled_from([CALL, OTHER])


def _without(cells: Cells, phrase: str) -> list[Cells]:
    """The record with one occurrence of a phrase less, for every cell that holds it."""
    return [
        (*cells[:at], (field, text.replace(phrase, "", 1)), *cells[at + 1 :])
        for at, (field, text) in enumerate(cells)
        if phrase in text
    ]


def _carried(person: Cells, facet: Facet, call: Cells) -> float:
    return float(person_row(pieces_of_person(person), facet) @ call_row_of(call))


@given(person=people(), call=calls, facet=st.sampled_from(["done", "wish"]))
@settings(deadline=None)
def test_the_contribution_is_that_of_the_rows_and_falls_without_the_quoted_words(
    person: Cells, call: Cells, facet: Facet
) -> None:
    found = evidence(person, facet, call)
    whole = _carried(person, facet, call)
    if found is None:
        assert whole == 0
        return

    assert found.contribution == pytest.approx(whole, abs=1e-6)
    if found.person_phrase is not None:
        assert min(_carried(less, facet, call) for less in _without(person, found.person_phrase)) < whole
    if found.call_phrase is not None:
        assert min(_carried(person, facet, less) for less in _without(call, found.call_phrase)) < whole
        assert found.call_phrase not in ("vacant_house",)
    assert {found.person_kind, found.call_kind} <= set(work_kinds())


@given(person=people(), call=calls, facet=st.sampled_from(["done", "wish"]))
@settings(deadline=None)
def test_no_deletion_of_another_sentence_costs_more_and_without_a_quotation_none_costs(
    person: Cells, call: Cells, facet: Facet
) -> None:
    found = evidence(person, facet, call)
    whole = _carried(person, facet, call)
    if found is None:
        return
    said = {*(text for field, text in person if field in ("occupations", "skills")), *SENTENCES}
    drops = [whole - _carried(less, facet, call) for words in said for less in _without(person, words)]
    if found.person_phrase is None:
        assert max(drops, default=0) < 1e-3
    else:
        quoted = max(whole - _carried(less, facet, call) for less in _without(person, found.person_phrase))
        assert quoted >= max(drops) - 1e-6


@given(person=people(), call=calls)
@settings(deadline=None, max_examples=40)
def test_whole_records_are_less_near_without_the_quoted_words(person: Cells, call: Cells) -> None:
    nearness, person_phrase, call_phrase = closest_phrases(person, call)

    assert nearness == pytest.approx(float(person_meaning(person) @ call_meaning(call)), abs=1e-6)
    if person_phrase is not None:
        nearest = min(float(person_meaning(less) @ call_meaning(call)) for less in _without(person, person_phrase))
        assert nearest < nearness
    if call_phrase is not None:
        nearest = min(float(person_meaning(person) @ call_meaning(less)) for less in _without(call, call_phrase))
        assert nearest < nearness


@pytest.mark.parametrize("person", [(), (("occupations", ""),), (("motivation_text", "森林、林業、間伐、植林。"),)])
@pytest.mark.parametrize("facet", ["done", "wish"])
def test_who_says_nothing_is_quoted_with_nothing(person: Cells, facet: Facet) -> None:
    assert evidence(person, facet, CALL) is None
    assert closest_phrases(person, CALL)[1] is None


def test_a_call_that_says_nothing_is_quoted_with_nothing() -> None:
    assert evidence((("occupations", "空き家相談員"),), "done", ()) is None
    assert closest_phrases((("occupations", "空き家相談員"),), ())[2] is None


def _found(person: Cells, facet: Facet, call: Cells = CALL) -> Evidence:
    found = evidence(person, facet, call)
    assert found is not None
    return found


def test_a_person_is_quoted_with_the_sentence_of_the_facet_asked_for() -> None:
    person: Cells = (
        ("motivation_text", "古い家を直す手伝いを五年続けました。空き家を借り手につなぐ仕事がしたいです。"),
    )

    assert _found(person, "done").person_phrase == "古い家を直す手伝いを五年続けました。"
    assert _found(person, "wish").person_phrase == "空き家を借り手につなぐ仕事がしたいです。"


def test_a_long_sentence_is_cut_to_the_clause_that_carries() -> None:
    clause = "空き家を借り手につなぐ仕事がしたい"
    person: Cells = (("motivation_text", f"海の見える静かな町の朝が大好きで、{clause}、という気持ちでおります。"),)

    assert _found(person, "wish").person_phrase == clause


def test_a_near_trade_is_told_by_its_own_kind() -> None:
    found = _found((("occupations", "不動産会社の営業"),), "done")

    assert found.person_phrase == "不動産会社の営業"
    assert (found.person_kind, found.call_kind) == ("real_estate", "vacant_house")


def test_the_same_trade_is_told_once() -> None:
    found = _found((("occupations", "空き家相談員"),), "done")

    assert (found.person_kind, found.call_kind) == ("vacant_house", "vacant_house")
    assert found.call_phrase in {text for _, text in CALL} | set(CALL[1][1].split("。"))


def test_codes_are_read_but_never_quoted() -> None:
    found = _found((("occupations", "空き家相談員"),), "done", (("activities", "vacant_house"),))

    assert found.call_phrase is None
    assert found.contribution > 0
