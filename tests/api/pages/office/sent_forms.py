"""Forms of a page as a browser without scripts would send them: every field with what stands in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

__all__ = ["form_of", "words_of"]

Fields = dict[str, list[str]]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, Fields] = {}
        self._fields: Fields | None = None
        self._select = self._area = ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = self.forms.setdefault(told.get("action", ""), {})
        if self._fields is None:
            return
        if tag == "input" and "name" in told and (told.get("type") != "checkbox" or "checked" in told):
            self._fields.setdefault(told["name"], []).append(told.get("value", ""))
        elif tag == "select":
            self._select = told["name"]
        elif tag == "option" and self._select and "selected" in told:
            self._fields.setdefault(self._select, []).append(told["value"])
        elif tag == "textarea":
            self._area, self._text = told["name"], ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._fields = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._fields is not None:
            self._fields.setdefault(self._area, []).append(self._text.removeprefix("\n"))
            self._area = ""


def form_of(text: str, action: str) -> Fields:
    """The fields of the form that is sent to ``action``."""
    parser = _Forms()
    parser.feed(text)
    return parser.forms[action]


def words_of(text: str) -> str:
    """What a page says between its header and its footer, in one line."""
    main = text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))
