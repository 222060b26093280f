"""Errors of people, postings, municipalities and rules.

::

    FeatureError (ValueError)
    ├── RecordError         a file or a record breaks the interchange format
    ├── MunicipalityError   a code or name that is not, or not only one, municipality
    ├── RulesetError        a rule file that is malformed, or a date no rule file covers
    ├── WeightError         weights that name no term, are negative or all zero
    └── SyntheticError      sample-market parameters out of range
"""

from __future__ import annotations

__all__ = [
    "FeatureError",
    "MunicipalityError",
    "RecordError",
    "RulesetError",
    "SyntheticError",
    "WeightError",
]


class FeatureError(ValueError):
    """Base of every error raised by ``features``."""


class RecordError(FeatureError):
    """A file or a record breaks the interchange format."""


class MunicipalityError(FeatureError):
    """A code or name that is not, or not only one, municipality."""


class RulesetError(FeatureError):
    """A rule file is malformed, or no rule file covers the date."""


class WeightError(FeatureError):
    """Weights that name no term, are negative or all zero."""


class SyntheticError(FeatureError):
    """Sample-market parameters out of range."""
