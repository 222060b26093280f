"""How large the demo's sample market is, the seed it is drawn from, and how far its recommendation is spread."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DEMO_SPREAD", "DemoSizes"]

DEMO_SPREAD = 0.5


@dataclass(frozen=True)
class DemoSizes:
    """How large the sample is, and the seed it is drawn from."""

    applicants: int = 1600
    postings: int = 450
    company_people: int = 120
    company_postings: int = 60
    seed: int = 20261125
