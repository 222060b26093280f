"""Rounds: who takes part, the matching that was checked, and what it tells whom."""
