"""Axioms of a matching, each judged on the original market and answered with witnesses.

Nothing here is shared with the mechanisms: an axiom is written from its definition and reads the lists as submitted.
"""

from __future__ import annotations

from matching.properties.efficiency import improving_moves, turn_violations
from matching.properties.feasibility import (
    individual_rationality_violations,
    is_feasible,
    is_individually_rational,
    over_capacity,
    verify_feasible,
    verify_individually_rational,
)
from matching.properties.stability import blocking_pairs, is_weakly_stable, verify_weakly_stable

__all__ = [
    "blocking_pairs",
    "improving_moves",
    "individual_rationality_violations",
    "is_feasible",
    "is_individually_rational",
    "is_weakly_stable",
    "over_capacity",
    "turn_violations",
    "verify_feasible",
    "verify_individually_rational",
    "verify_weakly_stable",
]
