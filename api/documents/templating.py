"""Templates of pages and pictures: everything that comes in is escaped, everything they need stands inside them."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from api.documents.printable import printable
from api.documents.wording import date_ja, mark_of, rule_name, yen_ja
from features.rules import verdict_words

__all__ = ["render"]


def render(template: str, **content: object) -> str:
    """Fill ``templates/<template>``; an unknown name in a template is an error, not an empty place."""
    return _environment().get_template(template).render(content) + "\n"


def _plain(value: object) -> object:
    """What is shown of a value: no sign that turns or hides the words beside it."""
    return printable(value) if type(value) is str else value  # a Markup is the template's own


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api.documents"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_plain,
    )
    environment.filters.update(
        date_ja=date_ja,
        yen_ja=yen_ja,
        mark=mark_of,
        verdict_words=verdict_words,
        rule_name=rule_name,
        px="{:.1f}".format,
    )
    return environment
