"""Other spellings and synonyms: what is kept is what the analyser says."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.reading.other_words import made_words, other_words


def test_what_is_kept_is_what_the_analyser_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first, again = other_words.__wrapped__(), other_words.__wrapped__()
    by_normal, by_group = made_words()

    assert first == again
    assert first[0] == {normal: frozenset(kinds) for normal, kinds in by_normal.items()}
    assert first[1] == {group: frozenset(kinds) for group, kinds in by_group.items()}


def test_a_group_of_many_kinds_says_none() -> None:
    _, by_group = other_words()

    assert by_group
    assert max(map(len, by_group.values())) == 2
