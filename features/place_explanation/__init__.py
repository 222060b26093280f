"""One place told to one applicant: what fits, what the other side may hope for, and where it may go wrong."""

from __future__ import annotations

from features.place_explanation.explanation import PlaceExplanation, explain_place
from features.place_explanation.remark import Remark

__all__ = ["PlaceExplanation", "Remark", "explain_place"]
