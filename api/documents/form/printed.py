"""Forms as a PDF, one page or more a form, A4 portrait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from api.documents.form.content import Form
from api.documents.printed import print_pdf

__all__ = ["forms_pdf"]


def forms_pdf(forms: Sequence[Form]) -> bytes:
    """The file."""
    return print_pdf("forms", {"title": forms[0].title, "forms": [asdict(form) for form in forms]})
