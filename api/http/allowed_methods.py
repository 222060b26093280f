"""Which methods an address takes: those of every route that has it, not of the first one alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from starlette.requests import Request

from api.http.documented import documented_routes
from api.http.path_segments import whole_segments

__all__ = ["allowed_methods", "template_of"]


def allowed_methods(request: Request) -> str | None:
    """The value of ``Allow`` for the address of a request (RFC 9110 §10.2.1); ``None`` outside the document."""
    routes = list(documented_routes(request.app))
    template = template_of(whole_segments(request.scope)["path"], {route.path_format for route in routes})
    if template is None:
        return None
    return ", ".join(method for route in routes if route.path_format == template for method in route.methods or ())


def template_of(path: str, templates: Iterable[str]) -> str | None:
    """The template that a path has, the one with the fewest parameters where it has several.

    Examples
    --------
    >>> template_of("/runs/7/record", ["/runs", "/runs/{run_id}", "/runs/{run_id}/record"])
    '/runs/{run_id}/record'
    >>> template_of("/consents/rerouting", ["/consents/{code}", "/consents/rerouting"])
    '/consents/rerouting'
    """
    fitting = [template for template in templates if _pattern(template).fullmatch(path) is not None]
    return min(fitting, key=lambda template: template.count("{"), default=None)


@cache  # each request with an id in its address is held against all templates, of which there are some 150
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)))
