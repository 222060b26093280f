"""Digest of a file of choices: the order of its rows is no information."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.canonical import canonical_json, digest_of

if TYPE_CHECKING:
    from features.learning.choice_files import ChoiceFile

__all__ = ["digest_of_choices"]


def digest_of_choices(file: ChoiceFile) -> str:
    """The same for the same choices in any order."""
    return digest_of(sorted(canonical_json(one.model_dump(mode="json")) for one in file.choices))
