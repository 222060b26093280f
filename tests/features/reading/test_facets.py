"""Pooling of pieces: bounded, blind to order, and no piece makes a person look less."""

from __future__ import annotations

import zlib
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.reading import facets
from features.reading.encoder import Floats, encode
from features.reading.facets import call_row, kinds_read, person_row, piece_reach
from features.reading.kinds import Way
from features.reading.pieces import CallPiece, Facet, Piece, call_pieces, person_pieces
from features.taxonomy.kinds import work_kinds
from features.taxonomy.vocabulary import Activity

CODES = list(work_kinds())
FACETS: tuple[Facet, ...] = ("done", "wish")
ACTIVITIES: tuple[Activity, ...] = ("vacant_house", "traditional_craft", "education", "other")
EMPTY = (
    Piece("motivation_text", "", "", "", 0.6, 1.0),
    Piece("plan_text", "　", "　", "　", 0.6, 1.0),
    Piece("skills", "宿", "宿", "宿", 0.0, 0.0),
)


def invented(text: str, way: Way) -> Floats:
    """Some kinds of a text, the same each time it is read, without any encoder."""
    rng = np.random.default_rng(zlib.crc32(f"{text}{way}".encode()))
    kinds = np.zeros(len(CODES), dtype=np.float32)
    if text.strip():
        kinds[rng.integers(0, len(CODES), 3)] = 1 - rng.random(3, dtype=np.float32)
    return kinds


words = st.text("宿紙森畑海本店町", min_size=1, max_size=3)
share = st.floats(0, 1, width=32)
pieces = st.builds(
    Piece,
    st.sampled_from(["occupations", "skills", "motivation_text"]),
    words,
    st.just("") | words,
    words,
    share,
    share,
)
several = st.lists(pieces, max_size=6)
facet_of = st.sampled_from(FACETS)
call_piece = st.builds(CallPiece, st.just("mission_text"), words, st.just("") | words, st.floats(0.125, 2, width=32))


@given(known=several, facet=facet_of)
def test_a_persons_row_lies_in_0_to_1(known: list[Piece], facet: Facet) -> None:
    row = person_row(known, facet, reading=invented)

    assert row.shape == (len(CODES),)
    assert row.dtype == np.float32
    assert np.all((row >= 0) & (row <= 1))


@given(known=several, facet=facet_of, data=st.data())
def test_the_order_of_the_pieces_changes_no_bit(known: list[Piece], facet: Facet, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(known))

    np.testing.assert_array_equal(
        person_row(shuffled, facet, reading=invented), person_row(known, facet, reading=invented)
    )


@given(known=several, one=pieces, facet=facet_of)
def test_one_more_piece_never_lowers_and_raises_by_its_own_part_at_most(
    known: list[Piece], one: Piece, facet: Facet
) -> None:
    before = person_row(known, facet, reading=invented)
    after = person_row([*known, one], facet, reading=invented)
    reach = piece_reach(one, facet, reading=invented)
    strongest = np.max([piece_reach(piece, facet, reading=invented) for piece in (*known, one)], axis=0)

    assert np.all(after >= before - 1e-7)
    assert np.all(after - before <= 0.6 * reach + 1e-6)
    assert np.all(after <= strongest + 1e-6)


@given(one=pieces, times=st.integers(1, 30), facet=facet_of)
def test_saying_one_thing_many_times_never_reaches_further_than_it_does(one: Piece, times: int, facet: Facet) -> None:
    row = person_row([one] * times, facet, reading=invented)

    assert np.all(row <= piece_reach(one, facet, reading=invented) + 1e-6)


@given(known=several, facet=facet_of, empty=st.sampled_from(EMPTY))
def test_an_empty_piece_changes_nothing(known: list[Piece], facet: Facet, empty: Piece) -> None:
    np.testing.assert_array_equal(
        person_row([*known, empty], facet, reading=invented), person_row(known, facet, reading=invented)
    )
    assert not piece_reach(empty, facet, reading=invented).any()


@pytest.mark.parametrize("facet", FACETS)
def test_nobody_reaches_nothing(facet: Facet) -> None:
    assert not person_row([], facet).any()


def test_kin_are_reached_by_their_kinship() -> None:
    (piece,) = person_pieces("occupations", "和紙職人")
    reach = piece_reach(piece, "done")
    strongest = CODES[int(np.argmax(reach))]

    assert strongest == "paper_craft"
    for other, figure in work_kinds()["paper_craft"].kin.items():
        assert reach[CODES.index(other)] >= figure * reach.max() - 1e-6, other


@given(parts=st.lists(call_piece, max_size=6), codes=st.lists(st.sampled_from(ACTIVITIES), max_size=3, unique=True))
def test_a_calls_shares_are_at_least_0_and_sum_to_less_than_1(parts: list[CallPiece], codes: list[str]) -> None:
    row = call_row(parts, codes, reading=invented)

    assert np.all(row >= 0)
    assert row.sum() < 1
    assert row.any() == (any(piece.read.strip() for piece in parts) or bool(set(codes) - {"other"}))


@given(
    parts=st.lists(call_piece, max_size=6),
    codes=st.lists(st.sampled_from(ACTIVITIES), max_size=3, unique=True),
    data=st.data(),
)
def test_the_order_of_a_calls_pieces_does_not_matter(
    parts: list[CallPiece], codes: list[str], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(parts))

    np.testing.assert_allclose(
        call_row(shuffled, codes, reading=invented), call_row(parts, codes, reading=invented), atol=1e-5
    )


def test_codes_alone_tell_the_work_and_the_first_most() -> None:
    row = call_row([], ["traditional_craft", "vacant_house"])
    crafts = [
        column for column, kind in enumerate(work_kinds().values()) if kind.activities[:1] == ("traditional_craft",)
    ]
    houses = [column for column, kind in enumerate(work_kinds().values()) if kind.activities[:1] == ("vacant_house",)]

    assert row[crafts].min() > row[houses].max() > 0
    assert np.flatnonzero(row).tolist() == sorted({*crafts, *houses})


@pytest.mark.parametrize("codes", [(), ("other",)])
def test_a_call_that_says_nothing_has_no_share(codes: tuple[str, ...]) -> None:
    assert not call_row([], codes).any()


def test_kinds_of_none_of_the_calls_codes_count_half() -> None:
    parts = call_pieces("mission_text", "空き家バンクと、和紙の製作を担当します。")
    house, craft = CODES.index("vacant_house"), CODES.index("paper_craft")
    plain, coded = call_row(parts), call_row(parts, ["vacant_house"])

    assert plain[house] > 0 < plain[craft]
    assert coded[house] / coded[craft] >= 2 * plain[house] / plain[craft]


def test_a_text_is_encoded_once_and_its_kinds_cannot_be_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def watched(texts: list[str]) -> Floats:
        seen.extend(texts)
        return encode(texts)

    monkeypatch.setattr(facets, "encode", watched)
    text = "この文は試しに一度だけ読まれる和紙の文です。"
    first, again = kinds_read(text, "told"), kinds_read("".join(list(text)), "told")

    assert seen == [text]
    assert again is first
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 1


@given(text=st.sampled_from(["空き家を直す", "旅館で七年働きました", "", "森"]), way=st.sampled_from(get_args(Way)))
@settings(deadline=None)
def test_kinds_of_a_text_lie_in_0_to_1(text: str, way: Way) -> None:
    kinds = kinds_read(text, way)

    assert np.all((kinds >= 0) & (kinds <= 1))
