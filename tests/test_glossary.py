"""One vocabulary: the glossary names what there is, and Japanese pages call things as the screen does."""

from __future__ import annotations

import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, get_args

import pytest

from api.accounts.roles import ROLES
from features.records import Posting
from features.rules.verdicts import VERDICTS

ROOT = Path(__file__).resolve().parents[1]
PROGRAMMES = set(get_args(Posting.model_fields["program"].annotation))


class _Entry(NamedTuple):
    japanese: str
    english: str
    name: str


def _entries() -> Iterator[_Entry]:
    for line in (ROOT / "docs/reference/glossary.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| ") and not line.startswith("| Japanese"):
            japanese, english, name, _ = (cell.strip() for cell in line.strip("|").split("|"))
            yield _Entry(japanese, english, name.strip("`"))


ENTRIES = list(_entries())
WORDS = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("api", "features")
    for pattern in ("*.toml", "*.py", "*.j2")
    for path in sorted((ROOT / folder).rglob(pattern))
)


def test_a_term_stands_in_the_glossary_once() -> None:
    for column in ("japanese", "english"):
        told = [getattr(entry, column) for entry in ENTRIES if "left in" not in entry.english]
        assert sorted({one for one in told if told.count(one) > 1}) == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.japanese)
def test_a_japanese_word_of_the_glossary_is_one_of_the_pages_or_papers(entry: _Entry) -> None:
    assert entry.japanese in WORDS


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.japanese)
def test_a_name_of_the_glossary_is_one_of_the_code(entry: _Entry) -> None:
    if entry.name in PROGRAMMES:
        return
    module, _, attributes = _split(entry.name)
    found: object = importlib.import_module(module)
    for attribute in attributes.split(".") if attributes else ():
        found = (
            found.model_fields[attribute]
            if attribute in getattr(found, "model_fields", {})
            else getattr(found, attribute)
        )


def _split(name: str) -> tuple[str, str, str]:
    """The longest part that is a module, and the rest."""
    parts = name.split(".")
    n_of_module = next((n for n, part in enumerate(parts) if not re.fullmatch(r"[a-z_]+", part)), len(parts))
    return ".".join(parts[:n_of_module]), ".", ".".join(parts[n_of_module:])


@pytest.mark.parametrize(("other", "word"), [("利害関係の", "利益相反")])
def test_a_thing_of_the_glossary_goes_by_no_other_word(other: str, word: str) -> None:
    pages = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").rglob("*.md")))

    assert word in {entry.japanese for entry in ENTRIES}
    assert other not in WORDS
    assert other not in pages


def test_roles_states_verdicts_and_programmes_are_all_in_the_glossary() -> None:
    states = _words("words_ja/selection.toml")["state"]
    japanese, english = _words("words_ja/shell.toml")["role"], _words("words_en/shell.toml")["role"]
    terms = {entry.japanese: entry.english for entry in ENTRIES}

    assert {role: terms[japanese[role]] for role in ROLES} == {role: english[role] for role in ROLES}
    assert {state for state, word in states.items() if word not in terms and state != "received"} == set()
    assert {entry.english.split(";")[0].replace(" ", "_") for entry in ENTRIES} >= set(VERDICTS)
    assert {entry.name for entry in ENTRIES} >= PROGRAMMES


@pytest.mark.parametrize(
    "path", sorted((ROOT / "docs/ja").rglob("*.md")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_what_a_japanese_page_puts_in_brackets_stands_on_a_screen_or_paper(path: Path) -> None:
    quoted = set(re.findall("「([^」]+)」", path.read_text(encoding="utf-8")))  # 『』 holds what people say or write

    assert sorted(words for words in quoted if words.replace("◯", "{n}") not in WORDS) == []


def _words(name: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((ROOT / "api/pages" / name).read_text(encoding="utf-8"))
