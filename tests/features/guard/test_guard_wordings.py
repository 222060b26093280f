"""The items of fair recruiting in many wordings, and work that sounds like them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from features.guard import ITEM_JA, masked, sensitive_spans
from features.guard.headings import HEADING_ITEM_JA

WORDINGS: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("guard_wordings.toml").read_text(encoding="utf-8")
)
WORK = WORDINGS.pop("work")
OTHERS = WORDINGS.pop("others")
FOURTEEN = (
    *("birthplace", "family", "housing", "household_environment", "religion", "party", "creed"),
    *("respected_person", "thought", "union", "reading", "background_check", "papers", "health"),
)


def test_each_of_the_fourteen_items_is_written_in_twenty_ways_or_more() -> None:
    assert set(WORDINGS) == {*FOURTEEN, "criminal_record"}
    assert min(len(set(texts)) for texts in WORDINGS.values()) >= 20
    assert set(WORDINGS) <= set(ITEM_JA) <= set(HEADING_ITEM_JA)


@pytest.mark.parametrize("item", WORDINGS)
def test_an_item_is_found_in_every_wording(item: str) -> None:
    missed = [text for text in WORDINGS[item] if masked(text) == text]
    elsewhere = [text for text in WORDINGS[item] if item not in {span.item for span in sensitive_spans(text)}]

    assert missed == []
    assert len(elsewhere) <= 0.1 * len(WORDINGS[item]), elsewhere


def test_what_else_must_not_be_judged_is_found() -> None:
    assert [text for text in OTHERS if masked(text) == text] == []


def test_work_that_sounds_like_an_item_is_left_as_it_was_written() -> None:
    assert [text for text in WORK if masked(text) != text] == []
