"""Which language the words of a page are marked as: what a screen reader would say in the wrong voice."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

__all__ = ["wrongly_marked"]

_EMPTY: Final = {"br", "hr", "img", "input", "link", "meta", "wbr"}
_UNREAD: Final = {"script", "style", "textarea", "title"}
_JAPANESE: Final = re.compile("[ぁ-んァ-ヶ一-龥]")
_LATIN: Final = re.compile("[A-Za-z]{3,} [a-z]{2,}")  # two words: an id or a digest is neither language


class _Passages(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = [("", "")]
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _EMPTY:
            self.open.append((tag, dict(attrs).get("lang") or self.open[-1][1]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing stands in it."""

    def handle_endtag(self, tag: str) -> None:
        while len(self.open) > 1 and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, lang = self.open[-1]
        is_mixed = tag == "option"  # nothing can be marked inside of one
        if tag in _UNREAD or (is_mixed and _LATIN.search(data)):
            return
        said = {"en": _JAPANESE, "ja": _LATIN}[lang or "ja"]
        if said.search(data) and not (lang == "ja" and _JAPANESE.search(data)):
            self.wrong.append(f"{lang}: {data.strip()[:60]}")


def wrongly_marked(page: str) -> list[str]:
    """Passages of a page that are marked as the other language, or not marked."""
    parser = _Passages()
    parser.feed(page)
    return parser.wrong
