"""Roles of clauses: on labelled texts, and where leaving a firm is not leaving the work."""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.reading.pieces import person_pieces
from features.reading.roles import clauses_of, is_leaving

TEXTS = Path(__file__).resolve().parents[3] / "fixtures" / "roles" / "texts.json"

# recall and precision by letters, a little below what was measured
LEAST = {"done": (0.85, 0.70), "left": (0.82, 0.80), "wish": (0.83, 0.84)}


@lru_cache(maxsize=1)
def _texts() -> list[dict[str, Any]]:
    texts: list[dict[str, Any]] = json.loads(TEXTS.read_text(encoding="utf-8"))["texts"]
    return texts


def _written(text: dict[str, Any]) -> str:
    return "".join(piece for _, piece in text["pieces"])


@lru_cache(maxsize=1)
def _letters() -> Counter[tuple[str, str]]:
    """Letters by the role they were labelled and the role they are read as."""
    counts: Counter[tuple[str, str]] = Counter()
    for text in _texts():
        labelled = [role for role, piece in text["pieces"] for _ in piece]
        for begin, end, role in clauses_of(_written(text)):
            counts.update((label, role) for label in labelled[begin:end])
    return counts


@pytest.mark.parametrize("role", LEAST)
def test_most_of_what_is_labelled_is_read_so(role: str) -> None:
    counts, (recall, precision) = _letters(), LEAST[role]

    assert counts[role, role] >= recall * sum(n for (label, _), n in counts.items() if label == role)
    assert counts[role, role] >= precision * sum(n for (_, read), n in counts.items() if read == role)


def test_movers_are_found_and_stayers_are_let_be() -> None:
    found = Counter((text["kind"], is_leaving(_written(text))) for text in _texts())

    assert found["mover", True] >= 55
    assert found["stayer", True] <= 6
    assert found["new", True] + found["past", True] == 0


@pytest.mark.parametrize(
    "text",
    [
        "会社は辞めますが、山は続けます。",
        "定年で退きましたが、まだ炊けます。",
        "役は若手に譲り、現場に戻りたい。",
        "木工をやめられません。",
        "法人営業はもうこりごりです。",
        "早稲田大学を卒業しました。",
    ],
)
def test_who_keeps_the_work_does_not_leave(text: str) -> None:
    assert not is_leaving(text)


def test_what_is_left_was_done_and_is_not_wanted() -> None:
    left, wished = person_pieces("motivation_text", "紙面づくりからは退きます。次は海で網を揚げたい。")

    assert (left.done, left.wish) == ("紙面づくりからは退きます。", "")
    assert (wished.done, wished.wish) == ("", "次は海で網を揚げたい。")


def test_who_goes_on_wants_what_was_done_too() -> None:
    (done, _) = person_pieces("motivation_text", "網を揚げて二十年になります。同じ仕事を続けたい。")

    assert 0 < done.wish_weight < 1


@given(
    texts=st.lists(st.sampled_from(["包丁は後進に渡しました。", "次は豆を播きます。", "海が好きです。"]), max_size=5)
)
def test_clauses_together_are_the_text(texts: list[str]) -> None:
    text = "".join(texts)

    assert "".join(text[begin:end] for begin, end, _ in clauses_of(text)) == text
