"""Addresses of pages about records: an id is one segment of the path whatever letters it has."""

from __future__ import annotations

from urllib.parse import quote, urlencode

__all__ = ["address"]


def address(*segments: str, **asked: object) -> str:
    """The address of a page; what is ``None``, empty or ``False`` is not asked.

    Examples
    --------
    >>> address("postings", "町/1", "candidates", order="arrival", blind=True, top=None)
    '/postings/%E7%94%BA%2F1/candidates?order=arrival&blind=true'
    """
    path = "".join(f"/{quote(segment, safe='')}" for segment in segments)
    kept = {name: "true" if value is True else value for name, value in asked.items() if value not in (None, "", False)}
    return f"{path}?{urlencode(kept, doseq=True)}" if kept else path
