"""``verify``: a result judged from the market file alone, by axioms and certificates, never by a mechanism."""

from __future__ import annotations

from api.market_file.checks.judged import JsonObject
from api.market_file.checks.verdict import judge, verify

__all__ = ["JsonObject", "judge", "verify"]
