"""The one refusal that mechanisms on strict lists share: a tie, named by side and row."""

from __future__ import annotations

from matching.errors import MechanismError
from matching.market import Market

__all__ = ["verify_strict"]


def verify_strict(market: Market) -> None:
    """Raise :class:`MechanismError` that names the first member whose list holds a tie, applicants first."""
    for side, lists in (("applicant", market.applicants), ("posting", market.postings)):
        if not lists.is_strict:
            row = int(lists.rows()[int(lists.tied_with_next.argmax())])
            raise MechanismError(f"{side} {row} lists a tie, expected strict lists: break ties first")
