"""The pages about decisions say what the tables say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from api.conflicts.schemas import KINDS_JA, ConflictKind
from api.decisions.flags import FLAGS_JA, OVERRIDES, Flag
from api.decisions.states import STATES, state_table
from api.interviews.items import Item, score_items
from api.outcomes.schemas import EXIT_JA, ExitCode

DOCS = Path(__file__).resolve().parents[3] / "docs"
EXPLAINED = (DOCS / "explanation/decisions.md").read_text(encoding="utf-8")
SHOWN = (DOCS / "how-to/decide.md").read_text(encoding="utf-8")


def test_the_table_of_states_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\S+) \| (\w+) \|", EXPLAINED, re.MULTILINE)
    words = state_table().states
    assert rows == [(state, words[state].label, words[state].status) for state in STATES]


def test_every_flag_kind_and_code_is_in_words_and_in_the_pages() -> None:
    assert set(FLAGS_JA) == set(get_args(Flag)) > OVERRIDES
    assert set(KINDS_JA) == set(get_args(ConflictKind))
    assert set(EXIT_JA) == set(get_args(ExitCode))
    assert set(score_items().items) == set(get_args(Item))
    assert all(f"`{flag}`" in EXPLAINED for flag in FLAGS_JA)
    told = [*KINDS_JA.items(), *EXIT_JA.items()]
    assert [code for code, word in told if f"`{code}` {word}" not in SHOWN] == []
