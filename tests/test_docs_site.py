"""The documentation is built as HTML in both languages, and whatever is wrong with a page stops it."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
SITE = SimpleNamespace(**runpy.run_path(str(ROOT / "docs/maintenance/build_site.py")))


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.links += [told[name] or "" for name in ("href", "src") if name in told and tag != "form"]
        self.ids |= {told["id"] or ""} if "id" in told else set()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("site")
    SITE.build(folder)
    return folder


def _read(path: Path) -> _Links:
    links = _Links()
    links.feed(path.read_text(encoding="utf-8"))
    return links


def test_every_link_of_the_built_site_leads_to_a_file_and_an_anchor_that_are_there(site: Path) -> None:
    pages = {path.resolve(): _read(path) for path in site.rglob("*.html")}
    broken = []
    for path, page in pages.items():
        if "project" in path.relative_to(site.resolve()).parts:
            continue  # of pages outside docs/ the links are theirs
        for link in page.links:
            address, _, anchor = link.partition("#")
            target = (path.parent / address).resolve() if address else path
            if "://" in link or link.startswith("mailto:"):
                continue
            if not target.is_file() or (anchor and target in pages and anchor not in pages[target].ids):
                broken.append(f"{path.relative_to(site.resolve())}: {link}")

    assert len(pages) > 100
    assert broken == []


def test_nothing_in_the_site_is_fetched_from_elsewhere(site: Path) -> None:
    found = [
        f"{path.name}: {link}"
        for path in [*site.glob("*.html"), *site.glob("ja/**/*.html")]
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.lstrip().startswith(("<link", "<script", "<img"))
        for link in [line]
        if "://" in link
    ]

    assert found == []


def test_a_japanese_page_stands_under_the_name_of_its_english_one() -> None:
    here = {path.relative_to(ROOT / "docs/ja") for path in (ROOT / "docs/ja").rglob("*.md")}

    assert len(here) >= 35
    assert [str(path) for path in sorted(here) if not (ROOT / "docs" / path).exists()] == []


def test_a_page_of_both_languages_leads_to_the_other(site: Path) -> None:
    for one, other in (
        ("how-to/decide.html", "../ja/how-to/decide.html"),
        ("ja/how-to/decide.html", "../../how-to/decide.html"),
    ):
        assert f'class="other" href="{other}"' in (site / one).read_text(encoding="utf-8")


def test_the_search_finds_words_inside_a_japanese_sentence(site: Path) -> None:
    text = (site / "search-index.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("const PAGES = ").removesuffix(";\n"))
    found = {address for address, language, _, words in index if language == "ja" and "地区の確認が必要" in words}

    assert {"ja/how-to/check-a-move.html", "ja/explanation/verdicts.html"} <= found
    assert {address for address, *_ in index} <= {path.relative_to(site).as_posix() for path in site.rglob("*.html")}


def _write(root: Path, pages: dict[str, str]) -> None:
    for name, text in pages.items():
        path = root / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


_WHOLE = {
    "README.md": "# Contents\n\n[guide](how-to/guide.md#the-end) [日本語](ja/README.md)\n",
    "how-to/guide.md": "# Guide\n\n## The end\n",
    "ja/README.md": "# 目次\n\n一行目の\n続き\n",
}


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"how-to/guide.md": "# Guide\n"}, "docs/README.md: docs/how-to/guide.md has no #the-end"),
        ({"ja/README.md": "# 目次\n\n[ない](nowhere.md)\n"}, "docs/ja/README.md: docs/ja/nowhere.md is not there"),
        ({"ja/README.md": "# 目次\n\n[外](../../../x.md)\n"}, "docs/ja/README.md: ../x.md is not there"),
        (
            {"ja/README.md": "# 目次\n\n![](../README.md)\n"},
            "docs/ja/README.md: a picture without words, docs/README.md",
        ),
        ({"ja/README.md": "目次\n"}, "docs/ja/README.md: no heading"),
        ({"how-to/lost.md": "# Lost\n"}, "docs/how-to/lost.md: no table of contents leads here"),
    ],
)
def test_a_fault_is_named_and_nothing_is_built(tmp_path: Path, changed: dict[str, str], fault: str) -> None:
    _write(tmp_path, _WHOLE | changed)

    with pytest.raises(SystemExit) as told:
        SITE.build(tmp_path / "out", tmp_path)

    assert str(told.value) == fault
    assert not (tmp_path / "out").exists()


def test_a_whole_site_has_no_fault_and_joins_japanese_lines_without_a_space(tmp_path: Path) -> None:
    _write(tmp_path, _WHOLE)

    SITE.build(tmp_path / "out", tmp_path)

    assert "一行目の続き" in (tmp_path / "out/ja/index.html").read_text(encoding="utf-8")
    assert (tmp_path / "out/how-to/index.html").exists()


@pytest.mark.parametrize(
    ("words", "anchor"),
    [
        ("What it does not do", "what-it-does-not-do"),
        ("0. 見本を見る（10分）", "0-見本を見る10分"),
        ("`make docs`", "make-docs"),
    ],
)
def test_anchors_are_those_of_github(words: str, anchor: str) -> None:
    made: Callable[[str, set[str]], Any] = SITE._anchor

    assert made(words.replace("`", ""), set()) == anchor
    assert made(words.replace("`", ""), {anchor}) == f"{anchor}-1"
