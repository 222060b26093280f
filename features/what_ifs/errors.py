"""Errors of questions about a round.

::

    FeatureError
    └── WhatIfError       the question does not fit the round: somebody without a place in it, lists too long
        └── LimitsError   no matching keeps all the limits that were asked for

A message names ids, numbers and municipality codes.
"""

from __future__ import annotations

from features.errors import FeatureError

__all__ = ["LimitsError", "WhatIfError"]


class WhatIfError(FeatureError):
    """The question does not fit the round."""


class LimitsError(WhatIfError):
    """No matching keeps all the limits that were asked for."""
