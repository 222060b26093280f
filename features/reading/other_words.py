"""Other spellings and synonyms of the words that name a kind of work, read by the analyser once a machine.

The analyser takes half a second for all words of the taxonomy, so what it says of them is kept
(:mod:`features.reading.kept_files`), named by a digest of the words, of the analyser and of the code that asks it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from typing import Final, TypeAlias

import numpy as np

from features.reading.kept_files import Arrays, kept_arrays
from features.taxonomy.kinds import taxonomy_digest, work_kinds
from features.text import Word, content_words

__all__ = ["is_noun", "other_words"]

_Kinds: TypeAlias = frozenset[str]
_MOST_KINDS: Final = 2
_READERS: Final = ("text.py", "negation.py", "terms/stop_words.toml", "reading/other_words.py", "taxonomy/kinds.py")


@lru_cache(maxsize=1)
def other_words() -> tuple[Mapping[str, _Kinds], Mapping[int, _Kinds]]:
    """Kinds by the normalised form of their words and by Sudachi's synonym groups; a group of many kinds says none.

    Examples
    --------
    >>> by_normal, by_group = other_words()
    >>> sorted(by_normal["和紙"])
    ['paper_craft']
    """
    told = kept_arrays(f"words-{_digest()}", lambda: _told(*made_words()))
    by_normal, by_group = (json.loads(told[name].tobytes()) for name in ("normal", "group"))
    return (
        {normal: frozenset(kinds) for normal, kinds in by_normal},
        {group: frozenset(kinds) for group, kinds in by_group},
    )


def is_noun(word: Word) -> bool:
    """Whether a word can name a trade: a single verb (書く, 歩く) says none."""
    return len(word.surface) > 1 and not "ぁ" <= word.normal[-1] <= "ん"


def made_words() -> tuple[Mapping[str, set[str]], Mapping[int, set[str]]]:
    """What :func:`other_words` keeps, asked of the analyser."""
    by_normal, by_group = dict[str, set[str]](), dict[int, set[str]]()
    for kind in work_kinds().values():
        for written in (*kind.words, *kind.occupations):
            for word in content_words(written):
                if word.surface == written and is_noun(word):
                    by_normal.setdefault(word.normal, set()).add(kind.code)
                    for group in word.synonyms:
                        by_group.setdefault(group, set()).add(kind.code)
    return by_normal, {group: kinds for group, kinds in by_group.items() if len(kinds) <= _MOST_KINDS}


def _told(by_normal: Mapping[str, set[str]], by_group: Mapping[int, set[str]]) -> Arrays:
    tables = {"normal": by_normal.items(), "group": by_group.items()}
    return {
        name: np.frombuffer(json.dumps([[key, sorted(kinds)] for key, kinds in rows]).encode(), dtype=np.uint8)
        for name, rows in tables.items()
    }


def _digest() -> str:
    told = hashlib.sha256("\n".join((taxonomy_digest(), version("sudachipy"), version("sudachidict-core"))).encode())
    for name in _READERS:
        told.update(files("features").joinpath(name).read_bytes())
    return told.hexdigest()[:32]
