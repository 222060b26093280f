"""What is denied or meant otherwise is not read as a kind of work; what only looks so is."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from features.reading.facets import kinds_read, person_row
from features.reading.pieces import person_pieces
from features.taxonomy.idioms import figurative_spans, plainly
from features.taxonomy.kinds import kinds_named, work_kinds
from tests.features.reading.read_pairs import as_written, contributions, people, told

CASES = tomllib.loads(Path(__file__).with_name("negation_cases.toml").read_text(encoding="utf-8"))
LITTLE = 0.15  # what the strongest neighbour of a kind leaves where the kind itself is not read


def _named(text: str) -> set[str]:
    """Kinds that words of what is read of a motivation name."""
    pieces = person_pieces("motivation_text", text)
    return {mention.kind for piece in pieces for said in (piece.done, piece.wish) for mention in kinds_named(said)}


def _reached(text: str, kind: str) -> float:
    pieces, column = person_pieces("motivation_text", text), list(work_kinds()).index(kind)
    return max(float(person_row(pieces, facet)[column]) for facet in ("done", "wish"))


def test_there_are_enough_sentences_of_every_sort() -> None:
    assert len(CASES["denied"]) + len(CASES["told"]) >= 120
    assert len({kind for _, kind in CASES["denied"]}) >= 25


@pytest.mark.parametrize(("text", "kind"), CASES["denied"])
def test_denied_work_is_not_read(text: str, kind: str) -> None:
    assert kind in {mention.kind for mention in kinds_named(text)}
    assert kind not in _named(text)
    assert _reached(text, kind) <= LITTLE


@pytest.mark.parametrize(("text", "kind"), CASES["told"])
def test_work_beside_a_negative_word_is_read(text: str, kind: str) -> None:
    assert kind in _named(text)
    assert _reached(text, kind) > LITTLE


@pytest.mark.parametrize(("text", "kind"), CASES["figurative"])
def test_work_that_is_only_an_image_is_not_read(text: str, kind: str) -> None:
    assert kind not in _named(text)
    assert kinds_read(text, "told")[list(work_kinds()).index(kind)] <= LITTLE


@pytest.mark.parametrize(("text", "kind"), CASES["meant"])
def test_the_same_words_meant_as_they_stand_are_read(text: str, kind: str) -> None:
    assert kinds_read(text, "told")[list(work_kinds()).index(kind)] > LITTLE


def test_spans_are_ordered_and_apart_and_saying_it_plainly_leaves_none_of_them() -> None:
    for text, _ in CASES["figurative"]:
        edges = [edge for span in figurative_spans(text) for edge in span]

        assert edges == sorted(edges)
        assert figurative_spans(plainly(text)) == ()


def test_a_sentence_that_only_refuses_counts_like_silence() -> None:
    refusals = [text for text, _ in CASES["denied"] if not person_pieces("motivation_text", text)]
    assert len(refusals) >= 30
    for text in refusals[::4]:
        moved = contributions(map(told(text), people()))

        np.testing.assert_allclose(moved, as_written(), rtol=0, atol=1e-9)
