"""Documents as PDF: typeset by Typst from templates of this package, with the Japanese font embedded."""

from __future__ import annotations

from api.documents.printed.press import print_pdf

__all__ = ["print_pdf"]
