"""Market files, the language-neutral edge of the mechanisms: read strictly, solved, verified.

>>> market = parse_market({"applicants": {"a1": ["p1"]}, "postings": {"p1": {"capacity": 1, "preferences": ["a1"]}}})
>>> result = solve(market, mechanism="deferred-acceptance")
>>> result["matching"], verify(market, result)["holds"]
({'a1': 'p1'}, True)
"""

from __future__ import annotations

from api.market_file.checks import verify
from api.market_file.reading import parse_market, parse_result, read_market, read_result
from api.market_file.records import MarketFile, MarketFileError, ResultFile
from api.market_file.solving import solve
from api.mechanism_names import MECHANISM_NAMES

__all__ = [
    "MECHANISM_NAMES",
    "MarketFile",
    "MarketFileError",
    "ResultFile",
    "parse_market",
    "parse_result",
    "read_market",
    "read_result",
    "solve",
    "verify",
]
