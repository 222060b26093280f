"""What a person's text tells that must not be judged, and what a call asks for that must not be asked.

The items are the 14 of 公正採用選考 (厚生労働省) and, beside them, age, sex, nationality, criminal records, names of
persons and schools. :func:`masked` takes the words that tell an item out of an applicant's text before anything reads
it, and leaves the work; :func:`forbidden_requests` reads a posting. Patterns stand in ``patterns/*.toml``.
"""

from __future__ import annotations

from features.guard.items import ITEM_JA, Sensitive
from features.guard.masking import masked, sensitive_spans
from features.guard.requests import forbidden_requests

__all__ = ["ITEM_JA", "Sensitive", "forbidden_requests", "masked", "sensitive_spans"]
