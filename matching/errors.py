"""Errors of mechanisms on arrays.

::

    MatchingError (ValueError)
    ├── MarketError       preferences, capacities or scores that do not form a market
    ├── MechanismError    an option no mechanism knows, or input a mechanism cannot take
    ├── InfeasibleError   constraints that no matching can meet, with the set that clashes
    ├── OutcomeError      a matching that does not belong to the market
    └── CertificateError  a proof that does not hold
"""

from __future__ import annotations

__all__ = ["CertificateError", "InfeasibleError", "MarketError", "MatchingError", "MechanismError", "OutcomeError"]


class MatchingError(ValueError):
    """Base of every error raised by ``matching``."""


class MarketError(MatchingError):
    """Preferences, capacities or scores that do not form a market."""


class MechanismError(MatchingError):
    """An option no mechanism knows, or input a mechanism cannot take."""


class InfeasibleError(MatchingError):
    """Constraints that no matching can meet; the message names a set of them that clashes."""


class OutcomeError(MatchingError):
    """A matching that does not belong to the market."""


class CertificateError(MatchingError):
    """A proof that does not hold."""
