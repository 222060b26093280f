"""The page on what is stored says of every table what the list says that the erasure works from."""

from __future__ import annotations

import re
from pathlib import Path

from api.own_data.stores import stores

DOCS = Path(__file__).resolve().parents[3] / "docs"


def _rows(page: Path) -> list[tuple[str, str, str, str, str, str]]:
    found: list[tuple[str, str, str, str, str, str]] = re.findall(
        r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", page.read_text("utf-8"), re.M
    )
    return found


def test_the_page_has_every_table_as_the_list_has_it() -> None:
    rows = _rows(DOCS / "explanation/data-classes.md")
    expected = [
        (name, one.label, one.classes, one.kept, one.ground, one.erasure + (f": {one.why}" if one.why else ""))
        for name, one in stores().items()
    ]
    assert rows == expected


def test_the_japanese_page_has_every_table_and_says_the_same_of_its_erasure() -> None:
    ends = {"rows": "行を消す", "code": "人を除く", "stays": "残す"}
    rows = [
        (name, label, ground, erasure.partition("：")[0], "：" in erasure)
        for name, label, _, _, ground, erasure in _rows(DOCS / "ja/explanation/data-classes.md")
    ]

    assert rows == [(name, one.label, one.ground, ends[one.erasure], bool(one.why)) for name, one in stores().items()]
