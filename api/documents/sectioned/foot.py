"""The foot of a document: what made it, on one line."""

from __future__ import annotations

from api.documents.about import provenance_rows
from api.documents.shapes import Provenance

__all__ = ["foot_of"]


def foot_of(origin: Provenance) -> str:
    """Labels and words of the provenance, one after the other.

    Examples
    --------
    >>> from datetime import date
    >>> foot_of(Provenance(on=date(2026, 11, 23), reference="2022-04-01"))
    '基準日: 2026年11月23日　市町村データ: 2022年4月1日'
    """
    return "　".join(f"{label}: {words}" for label, words in provenance_rows(origin))
