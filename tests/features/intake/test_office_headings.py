"""Headings as offices print them name the field that their shorter writing names."""

from __future__ import annotations

import pytest

from features.intake.catalogue import Kind
from features.intake.headings import SURE, field_named


@pytest.mark.parametrize(
    ("kind", "heading", "field"),
    [
        ("applicants", "受付年月日", "received_at"),
        ("applicants", "応募年月日", "received_at"),
        ("applications", "申込年月日", "received_at"),
        ("applicants", "着任可能年月日", "available_from"),
        ("applicants", "志望の理由", "motivation_text"),
        ("applicants", "職歴・経験", "occupations"),
    ],
)
def test_a_heading_of_an_office_names_its_field(kind: Kind, heading: str, field: str) -> None:
    found = field_named(kind, (heading,))
    assert found is not None
    assert (found.entry.name, found.confidence >= SURE) == (field, True)
