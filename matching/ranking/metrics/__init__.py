"""What lists bring about: matches, envy, evenness, and who is left out."""

from __future__ import annotations

from matching.ranking.metrics.envy import EnvyPairs, envy_pairs
from matching.ranking.metrics.evenness import congestion, coverage, gini, times_shown
from matching.ranking.metrics.least_served import least_served_decile, share_with_a_match

__all__ = [
    "EnvyPairs",
    "congestion",
    "coverage",
    "envy_pairs",
    "gini",
    "least_served_decile",
    "share_with_a_match",
    "times_shown",
]
