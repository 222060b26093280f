"""Passages in Japanese on a page in English, marked so that a screen reader changes its voice for them alone."""

from __future__ import annotations

import re
from typing import Final

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

__all__ = ["lang_of", "marked"]

_LETTER: Final = "[\u3041-\u30ff\u3005\u3400-\u9fff\uff10-\uff5a]"
_MARK: Final = Markup(' lang="ja"')
_PASSAGE: Final = re.compile(f"{_LETTER}(?:[^\x00-\u2fff]*{_LETTER})?")  # to the last letter before Latin writing


@pass_context
def marked(context: Context, text: object) -> Markup:
    """Words of a page with their Japanese passages marked; on a page in Japanese as they are.

    Examples
    --------
    >>> from jinja2 import Environment
    >>> page = Environment(autoescape=True)
    >>> page.filters["marked"] = marked
    >>> page.from_string("{{ 'From 東京都港区 to <Ama>'|marked }}").render(language="en")
    'From <span lang="ja">東京都港区</span> to &lt;Ama&gt;'
    """
    if isinstance(text, Markup) or context["language"] == "ja":
        return escape(text)
    parts: list[Markup] = []
    end, plain = 0, str(text)
    for found in _PASSAGE.finditer(plain):
        parts += [escape(plain[end : found.start()]), Markup('<span lang="ja">{}</span>').format(found[0])]
        end = found.end()
    return Markup("").join([*parts, escape(plain[end:])])


@pass_context
def lang_of(context: Context, text: object) -> Markup:
    """The attribute of an element in which nothing can be marked: that its words begin in Japanese on another page.

    Examples
    --------
    >>> from jinja2 import Environment
    >>> page = Environment(autoescape=True)
    >>> page.filters["lang_of"] = lang_of
    >>> page.from_string("<option{{ '北海道'|lang_of }}>").render(language="en")
    '<option lang="ja">'
    """
    is_japanese = context["language"] != "ja" and _PASSAGE.match(str(text)) is not None
    return _MARK if is_japanese else Markup()
