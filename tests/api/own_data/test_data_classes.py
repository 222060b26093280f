"""The page on what is stored says of every table what the list says that the erasure works from."""

from __future__ import annotations

import re
from pathlib import Path

from api.own_data.stores import stores

PAGE = Path(__file__).resolve().parents[3] / "docs/explanation/data-classes.md"


def test_the_page_has_every_table_as_the_list_has_it() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", PAGE.read_text("utf-8"), re.M)
    expected = [
        (name, one.label, one.classes, one.kept, one.ground, one.erasure + (f": {one.why}" if one.why else ""))
        for name, one in stores().items()
    ]
    assert rows == expected
